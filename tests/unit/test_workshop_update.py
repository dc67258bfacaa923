"""A deck that people have edited gets new numbers; every word and slide of theirs stays."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import openpyxl
import pytest
from pptx import Presentation
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.util import Inches

from analysis.errors import UsageError
from analysis.settings.profile import Profile
from analysis.workshop.content import (
    Chart,
    ChartSeries,
    Deck,
    Form,
    Layout,
    Paragraphs,
    Part,
    Place,
    Slide,
    SlideTable,
)
from analysis.workshop.powerpoint import deck as powerpoint
from analysis.workshop.powerpoint import package, plain

CHART = Chart(
    Form.BARS,
    ("Bygglov", "Brandskydd"),
    (ChartSeries("NKI", (60.0, 70.0), (55.0, 66.0), (64.0, 73.5), below=frozenset({0})),),
    "Bygglov 60, brandskydd 70",
    (0, 100),
)
LINE = Chart(
    Form.LINE,
    ("2024", "2025"),
    (
        ChartSeries("Fyra områden", (70.0, 72.0), (68.0, 70.0), (72.0, 74.0)),
        ChartSeries("Mål", (77.0, 77.0), line=True),
    ),
    "NKI 70 och 72",
    (60, 80),
)
GRID = SlideTable(("Mål", "Nu"), (("Minst 77", "72,0"),), (3, 1), "Ett mål")
NEW_CHART = replace(
    CHART,
    categories=("Bygglov", "Brandskydd", "Miljö"),
    series=(ChartSeries("NKI", (61.0, 71.0, 65.0), (57.0, 70.0, 60.0), (66.0, 74.0, 71.0)),),
    alt="Bygglov 61",
)
NEW_LINE = replace(
    LINE,
    categories=("2024", "2025", "2026"),
    series=(
        ChartSeries("Fyra områden", (70.0, 72.0, 73.0), (68.0, 70.0, None), (72.0, 74.0, None)),
        ChartSeries("Mål", (77.0,) * 3, line=True),
    ),
)
NEW_GRID = replace(GRID, rows=(("Minst 77", "73,0"), ("Minst 70", "65,0")), alt="Två mål")
NEW: dict[str, Part] = {
    "insikt:alla:omraden:rubrik": Paragraphs(("Nu är det 61",)),
    "insikt:alla:omraden:diagram": NEW_CHART,
    "insikt:alla:omraden:text": Paragraphs(("Bygglov 61.", "Ett stycke till.")),
    "insikt:alla:omraden:anteckning": Paragraphs(("Säg 61.",)),
    "insikt:total:nulage:rubrik": Paragraphs(("NKI är 73",)),
    "insikt:total:nulage:diagram": NEW_LINE,
    "insikt:alla:mal:rubrik": Paragraphs(("Målen i år",)),
    "insikt:alla:mal:tabell": NEW_GRID,
}
C = {"c": "http://schemas.openxmlformats.org/drawingml/2006/chart"}


def told(text: str) -> Paragraphs:
    return Paragraphs((text,))


@pytest.fixture(scope="module")
def deck() -> bytes:
    """A deck as it was laid last year."""
    slides = (
        Slide(
            "alla",
            "omraden",
            Layout.CHART,
            {
                Place.TITLE: told("Nu är det 60"),
                Place.CHART: CHART,
                Place.TEXT: told("Bygglov 60."),
                Place.NOTES: told("Säg 60."),
            },
        ),
        Slide("total", "nulage", Layout.CHART, {Place.TITLE: told("NKI är 72"), Place.CHART: LINE}),
        Slide("alla", "mal", Layout.TABLE, {Place.TITLE: told("Målen"), Place.TABLE: GRID}),
    )
    template = package.content(plain.template(Profile()))
    whole = Deck("workshop-alla", "Workshop", slides, "Norrtälje kommun")
    return powerpoint.made(template, whole, lambda _: None, date(2026, 5, 1))


def edited(file: bytes, change: Callable[[Any], None]) -> bytes:
    """The deck as somebody saves it after a change."""
    presentation = Presentation(io.BytesIO(file))
    change(presentation)
    saved = io.BytesIO()
    presentation.save(saved)
    return saved.getvalue()


def named(presentation: Any, name: str) -> Any:
    return next(s for slide in presentation.slides for s in slide.shapes if s.name == name)


def parts(file: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def bars(chart: Any, number: int = 0) -> list[list[float]]:
    element = chart.plots[0].series[number]._element
    assert len(element.findall("c:errBars", C)) <= 1
    return [
        [float(v.text) for v in element.findall(f"c:errBars/c:{side}/c:numLit/c:pt/c:v", C)]
        for side in ("plus", "minus")
    ]


def own_words(presentation: Any) -> None:
    """A slide and a text box of theirs, and what they have moved."""
    slide = presentation.slides.add_slide(presentation.slide_layouts[3])
    slide.shapes.title.text_frame.text = "Vår egen bild"
    added = presentation.slides[0].shapes.add_textbox(0, 0, Inches(2), Inches(1))
    added.name, added.text_frame.text = "Anna skriver", "Tänk på 60!"
    named(presentation, "insikt:alla:omraden:diagram").left = Inches(2)
    # Their slide comes first.
    entries = presentation.slides._sldIdLst
    entries.insert(0, entries[-1])


def test_the_program_s_shapes_are_new(deck: bytes) -> None:
    made, remarks = powerpoint.refreshed(edited(deck, own_words), NEW.get)
    assert remarks == []
    after = Presentation(io.BytesIO(made))
    assert named(after, "insikt:alla:omraden:rubrik").text_frame.text == "Nu är det 61"
    assert named(after, "insikt:alla:omraden:text").text_frame.text == (
        "Bygglov 61.\nEtt stycke till."
    )
    table = named(after, "insikt:alla:mal:tabell").table
    assert [[cell.text for cell in row.cells] for row in table.rows] == [
        ["Mål", "Nu"],
        ["Minst 77", "73,0"],
        ["Minst 70", "65,0"],
    ]
    areas = named(after, "insikt:alla:omraden:diagram")
    assert areas._element._nvXxPr.cNvPr.get("descr") == "Bygglov 61"
    assert list(areas.chart.plots[0].categories) == ["Bygglov", "Brandskydd", "Miljö"]
    notes = after.slides[1].notes_slide.notes_text_frame.text
    assert notes == "Säg 61."


def test_intervals_are_written_anew_and_only_where_they_are_known(deck: bytes) -> None:
    made, _ = powerpoint.refreshed(deck, NEW.get)
    after = Presentation(io.BytesIO(made))
    areas = named(after, "insikt:alla:omraden:diagram").chart
    assert bars(areas) == [[5.0, 3.0, 6.0], [4.0, 1.0, 5.0]]
    # The bar in the second colour was last year's.
    assert areas.plots[0].series[0]._element.findall("c:dPt", C) == []
    level = named(after, "insikt:total:nulage:diagram").chart
    assert bars(level) == [[2.0, 2.0], [2.0, 2.0]]
    assert bars(level, 1) == [[], []]


def test_a_series_that_comes_gets_no_other_s_intervals(deck: bytes) -> None:
    more = replace(
        NEW_LINE, series=(ChartSeries("Mål", (77.0,) * 3, line=True), *NEW_LINE.series[:1] * 2)
    )
    made, _ = powerpoint.refreshed(deck, {**NEW, "insikt:total:nulage:diagram": more}.get)
    chart = named(Presentation(io.BytesIO(made)), "insikt:total:nulage:diagram").chart
    assert [bars(chart, n)[0] for n in range(3)] == [[], [2.0, 2.0], [2.0, 2.0]]
    dashed = [one._element.find(".//{*}prstDash") is not None for one in chart.plots[0].series]
    assert dashed == [True, False, False]


def test_everything_else_is_byte_for_byte_as_it_was(deck: bytes) -> None:
    before = edited(deck, own_words)
    made, _ = powerpoint.refreshed(before, NEW.get)
    old, new = parts(before), parts(made)
    assert set(old) == set(new)
    changed = {name for name in old if old[name] != new[name]}
    assert changed and all(
        name.startswith(("ppt/slides/slide", "ppt/charts/chart", "ppt/embeddings/", "ppt/notesSli"))
        for name in changed
    )
    # Their own slide, and the layouts, master and theme, are among what is the same.
    after = Presentation(io.BytesIO(made))
    assert after.slides[0].shapes.title.text_frame.text == "Vår egen bild"
    assert named(after, "Anna skriver").text_frame.text == "Tänk på 60!"
    assert named(after, "insikt:alla:omraden:diagram").left == Inches(2)
    theirs = [s for s in after.slides[1].shapes if not s.name.startswith("insikt:")]
    was = Presentation(io.BytesIO(before)).slides[1]
    from lxml import etree

    for shape in theirs:
        same = next(s for s in was.shapes if s.shape_id == shape.shape_id)
        assert etree.tostring(shape._element) == etree.tostring(same._element)


def test_nothing_changes_when_nothing_is_new(deck: bytes) -> None:
    once, _ = powerpoint.refreshed(deck, NEW.get)
    twice, _ = powerpoint.refreshed(once, NEW.get)
    assert parts(once) == parts(twice) and once == twice


def test_a_text_that_somebody_has_written_in_stays_and_is_told(deck: bytes) -> None:
    def rewritten(presentation: Any) -> None:
        shape = named(presentation, "insikt:alla:omraden:text")
        shape.text_frame.paragraphs[0].runs[0].text = "Vi är bäst i länet."
        named(presentation, "insikt:alla:mal:tabell").table.cell(1, 1).text = "Nästan"

    made, remarks = powerpoint.refreshed(edited(deck, rewritten), NEW.get)
    after = Presentation(io.BytesIO(made))
    assert named(after, "insikt:alla:omraden:text").text_frame.text == "Vi är bäst i länet."
    assert named(after, "insikt:alla:mal:tabell").table.cell(1, 1).text == "Nästan"
    assert [remark.split(":")[0] for remark in remarks] == ["Bild 1", "Bild 3"]
    assert all("har ni skrivit om" in remark for remark in remarks)


def test_the_form_that_somebody_gave_a_text_stays(deck: bytes) -> None:
    def larger(presentation: Any) -> None:
        run = named(presentation, "insikt:alla:omraden:text").text_frame.paragraphs[0].runs[0]
        run.font.size, run.font.italic = 355600, True

    made, _ = powerpoint.refreshed(edited(deck, larger), NEW.get)
    shape = named(Presentation(io.BytesIO(made)), "insikt:alla:omraden:text")
    for paragraph in shape.text_frame.paragraphs:
        assert (paragraph.runs[0].font.size, paragraph.runs[0].font.italic) == (355600, True)


def test_a_chart_whose_numbers_lay_outside_gets_its_own_and_is_told(deck: bytes) -> None:
    def linked(presentation: Any) -> None:
        chart = named(presentation, "insikt:alla:omraden:diagram").chart
        key = chart._chartSpace.xlsx_part_rId
        chart.part.rels.pop(key)
        new = chart.part.relate_to(
            "file:///G:/nki.xlsx", RELATIONSHIP_TYPE.PACKAGE, is_external=True
        )
        chart._chartSpace.find("c:externalData", C).rId = new

    made, remarks = powerpoint.refreshed(edited(deck, linked), NEW.get)
    assert len(remarks) == 1 and "Bild 1" in remarks[0] and "utanför" in remarks[0]
    chart = named(Presentation(io.BytesIO(made)), "insikt:alla:omraden:diagram").chart
    book = openpyxl.load_workbook(io.BytesIO(chart.part.chart_workbook.xlsx_part.blob))
    assert [cell.value for cell in book.active["B"]] == ["NKI", 61, 71, 65]
    assert b"nki.xlsx" not in b"".join(parts(made).values())


def test_a_shape_without_content_this_year_is_told_and_left(deck: bytes) -> None:
    fewer = {name: part for name, part in NEW.items() if ":mal:" not in name}
    made, remarks = powerpoint.refreshed(deck, fewer.get)
    assert len(remarks) == 2 and all("Bild 3" in remark for remark in remarks)
    table = named(Presentation(io.BytesIO(made)), "insikt:alla:mal:tabell").table
    assert table.cell(1, 1).text == "72,0"


def test_a_presentation_that_is_not_the_program_s_is_refused() -> None:
    other = package.content(plain.template(Profile()))
    with pytest.raises(UsageError, match="inget att uppdatera"):
        powerpoint.refreshed(other, NEW.get)
    with pytest.raises(UsageError, match="kan inte läsas"):
        powerpoint.refreshed(b"text", NEW.get)
