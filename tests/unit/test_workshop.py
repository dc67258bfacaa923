"""The workshop's decks as a reader of them meets them: words, charts, tables, notes."""

from __future__ import annotations

import io
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from pages.made_up import changed, of_two_tertials
from pptx import Presentation

from analysis import store, swedish
from analysis.present.data import ReportData
from analysis.present.pages import maluppfyllelse
from analysis.settings import load
from analysis.settings.profile import Profile
from analysis.settings.report import Owner
from analysis.workshop import audience, discussion, factors, names, results, slides
from analysis.workshop.content import Chart, Deck, Layout, Paragraphs, Place, SlideTable
from analysis.workshop.powerpoint import deck as powerpoint
from analysis.workshop.powerpoint import package, plain

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = load(ROOT / "config")
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
DAY = date(2026, 11, 23)


@pytest.fixture
def example(example_project) -> ReportData:
    """The numbers of the example's run."""
    return ReportData(example_project.processed / "example", SETTINGS, example=True, today=DAY)


def decks_of(data: ReportData) -> list[Deck]:
    found, without_owner = audience.audiences(data.settings, data.areas())
    return list(slides.decks(data, found, without_owner))


@pytest.fixture(scope="module")
def template() -> bytes:
    return package.content(plain.template(Profile()))


def file_of(deck: Deck, template: bytes) -> bytes:
    return powerpoint.made(template, deck, lambda _: None, DAY)


def opened(file: bytes) -> Any:
    return Presentation(io.BytesIO(file))


@pytest.fixture
def presentations(example: ReportData, template: bytes) -> list[Any]:
    return [opened(file_of(deck, template)) for deck in decks_of(example)]


def every_slide(presentations: list[Any]) -> Iterator[Any]:
    for presentation in presentations:
        yield from presentation.slides


def described(shape: Any) -> str:
    return str(shape._element._nvXxPr.cNvPr.get("descr", ""))


def xml_of(file: bytes, beginning: str) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        return {
            name: archive.read(name).decode("utf-8")
            for name in archive.namelist()
            if name.startswith(beginning) and name.endswith(".xml")
        }


# --- What everybody must be able to read ---


def test_there_is_a_deck_for_all_and_one_for_each_forvaltning(example: ReportData) -> None:
    assert [deck.name for deck in decks_of(example)] == [
        "workshop-alla",
        "workshop-samhallsbyggnadskontoret",
    ]


def test_every_chart_table_and_picture_is_told_in_words(presentations: list[Any]) -> None:
    seen = 0
    for slide in every_slide(presentations):
        for shape in slide.shapes:
            if shape.has_chart or shape.has_table or shape.shape_type == 13:
                seen += 1
                assert described(shape).startswith("EXEMPELDATA."), shape.name
    assert seen > 10


def test_titles_are_there_once_in_a_deck_and_read_first(presentations: list[Any]) -> None:
    for presentation in presentations:
        titles = [slide.shapes.title.text_frame.text for slide in presentation.slides]
        assert all(titles) and len(set(titles)) == len(titles)
        for slide in presentation.slides:
            assert slide.shapes[0].name == slide.shapes.title.name
            parts = [s.name.split(":")[-1] for s in slide.shapes if s.name.startswith("insikt:")]
            assert parts == sorted(parts, key=list(Place).index)


def test_every_slide_bears_the_report_s_marks(presentations: list[Any]) -> None:
    for slide in every_slide(presentations):
        assert any("EXEMPELDATA" in s.text_frame.text for s in slide.shapes if s.has_text_frame)


def test_the_matrix_has_an_index_of_one_year_beside_an_association_of_several(
    example: ReportData,
) -> None:
    made = factors.matrix(example)
    assert made is not None
    chart = made.parts[Place.CHART]
    assert isinstance(chart, Chart)
    assert chart.titles[0].startswith("Index 2025")
    notes = "\n".join(made.parts[Place.NOTES].told)
    assert "svar från 2023–2025" in notes
    assert "Index gäller 2025." in notes


def test_a_goal_for_every_area_tells_how_many_reach_it_as_the_pages_do(
    example: ReportData,
) -> None:
    made = results.goals(example)
    assert made is not None
    grid = made.parts[Place.TABLE]
    assert isinstance(grid, SlideTable)
    told = [row[1] for row in grid.rows]
    assert told[0] == "73,8"
    assert told[1].startswith("4 av 6 områden")
    page = maluppfyllelse.goal_table(example)
    assert page is not None
    assert told == page.rows["value"].tolist()


def test_a_part_of_a_year_is_marked_and_judges_no_goal(example: ReportData, tmp_path: Path) -> None:
    everyone = decks_of(of_two_tertials(example, tmp_path))[0]
    for slide in everyone.slides:
        assert "PRELIMINÄRT T1–T2" in slide.parts[Place.MARK].told[0]
    titles = [slide.parts[Place.TITLE].told[0] for slide in everyone.slides]
    assert any(title.startswith("Målen bedöms när") for title in titles)


def test_speaker_notes_say_what_to_say_and_where_it_is_from(presentations: list[Any]) -> None:
    for slide in every_slide(presentations):
        notes = slide.notes_slide.notes_text_frame.text
        assert "Källa:" in notes and len(notes.split()) > 12


def test_every_text_is_marked_as_swedish(example: ReportData, template: bytes) -> None:
    for deck in decks_of(example):
        file = file_of(deck, template)
        for part in ("ppt/slides/", "ppt/notesSlides/", "ppt/charts/"):
            for name, text in xml_of(file, part).items():
                assert not re.search(r"<a:r>(?:<a:rPr(?![^>]*lang=\"sv-SE\")|<a:t>)", text), name


def test_only_the_theme_s_colours_and_fonts_are_used(example: ReportData, template: bytes) -> None:
    for deck in decks_of(example):
        file = file_of(deck, template)
        for part in ("ppt/slides/", "ppt/charts/", "ppt/slideLayouts/", "ppt/slideMasters/"):
            for name, text in xml_of(file, part).items():
                assert "srgbClr" not in text, name
                faces = re.findall(r'typeface="([^"]*)"', text)
                assert all(re.fullmatch(r"\+m[jn]-(lt|ea|cs)", face) for face in faces), name


def test_nothing_is_left_of_an_unfilled_place(presentations: list[Any]) -> None:
    """But the places to write in."""
    for slide in every_slide(presentations):
        for holder in slide.placeholders:
            empty = holder.has_text_frame and not holder.text_frame.text.strip()
            assert not empty or slide.slide_layout.name == Layout.WORK


def test_a_municipality_s_colours_are_the_plain_template_s() -> None:
    made = plain.template(Profile(main="#7a1f5c", accent="#00695c"))
    theme = next(
        one.target_part.blob.decode()
        for one in made.slide_master.part.rels.values()
        if one.reltype.endswith("/theme")
    )
    assert "7A1F5C" in theme and "00695C" in theme


# --- The numbers ---


def test_the_charts_tell_the_published_numbers(example: ReportData, template: bytes) -> None:
    rows = example.select(year=2025, measure="nki")
    published = {
        example.area_label(row["scope"]): swedish.rounded(row["governing"])
        for _, row in rows.iterrows()
        if pd.notna(row["governing"]) and row["scope"] != "total"
    }
    everyone = opened(file_of(decks_of(example)[0], template))
    chart = shape_named(everyone, "insikt:alla:omraden:diagram").chart
    drawn = dict(zip(chart.plots[0].categories, chart.plots[0].series[0].values, strict=True))
    assert drawn == published


def test_the_workbooks_hold_nothing_but_published_rounded_values(
    example: ReportData, template: bytes
) -> None:
    known = {77.0, 70.0, 80.0}
    for column in ("governing", "governing_lower", "governing_upper"):
        known |= set(example.indices[column].dropna().map(swedish.rounded))
    books = 0
    for deck in decks_of(example):
        with zipfile.ZipFile(io.BytesIO(file_of(deck, template))) as archive:
            for name in archive.namelist():
                if not name.startswith("ppt/embeddings/"):
                    continue
                books += 1
                book = openpyxl.load_workbook(io.BytesIO(archive.read(name)))
                assert len(book.worksheets) == 1
                for row in book.active.iter_rows(values_only=True):
                    for value in row:
                        if isinstance(value, float):
                            assert value == swedish.rounded(value)
    assert books >= 7
    areas = next(s for s in decks_of(example)[0].slides if s.key == "omraden")
    chart = areas.parts[Place.CHART]
    assert isinstance(chart, Chart)
    assert {*chart.series[0].values} <= known


def test_a_hidden_area_has_no_number_anywhere(example: ReportData, tmp_path: Path) -> None:
    indices = example.indices.copy()
    hidden = indices["scope"] == "bygglov"
    numbers = [
        *("index", "lower", "upper", "governing", "governing_lower", "governing_upper"),
        *("change", "n"),
    ]
    indices.loc[hidden, numbers] = float("nan")
    indices.loc[hidden, ["shown", "reason"]] = [False, "for_fa_svar"]
    data = changed(example, tmp_path, **{store.INDICES: indices})
    own = decks_of(data)[1]
    assert not any(slide.scope == "bygglov" for slide in own.slides)
    areas = next(s for s in own.slides if s.key == "omraden")
    assert "Visas inte (för få svar eller skyddat): bygglov." in areas.parts[Place.TEXT].told
    assert "Bygglov" not in areas.parts[Place.CHART].categories


def test_without_a_plan_there_is_no_goal(example: ReportData, tmp_path: Path) -> None:
    settings = replace(
        SETTINGS,
        plan=SETTINGS.plan.of("9999"),
        report=SETTINGS.report.model_copy(update={"owners": {}}),
    )
    data = changed(example, tmp_path, **{store.GOALS: example.goals.head(0)})
    (everyone,) = decks_of(replace(data, settings=settings))
    keys = [slide.key for slide in everyone.slides]
    assert "mal" not in keys and "omraden" in keys
    for slide in everyone.slides:
        told = slide.parts[Place.TITLE].told[0]
        assert "målet" not in told
        chart = slide.parts.get(Place.CHART)
        assert chart is None or not any("Mål" in one.name for one in chart.series)


def test_published_values_alone_make_a_deck(finished_project, template: bytes) -> None:
    """Without answers there are no questions and no margins that are known."""
    project = finished_project("official_values")
    settings = load(project.config).for_municipality("0160")
    data = ReportData(project.processed, settings, example=False, today=DAY)
    everyone = decks_of(data)[0]
    made = opened(file_of(everyone, template))
    titles = [slide.shapes.title.text_frame.text for slide in made.slides]
    assert any(title.startswith("NKI är 77,4") for title in titles)
    assert "Det enda bedömda området ligger under målet 70" in titles
    assert "Att diskutera" in titles and len(set(titles)) == len(titles)
    assert "fragor" not in [slide.key for slide in everyone.slides]


def test_a_year_without_a_number_is_a_gap(example: ReportData, tmp_path: Path) -> None:
    """Years stand as far apart as they are, and only as many as there is room for."""
    rows = example.indices
    earlier = rows[(rows["year"] == "2021") & (rows["scope"] == "total")]
    indices = pd.concat([earlier.assign(year=year) for year in ("2010", "2018")] + [rows])
    data = changed(example, tmp_path, **{store.INDICES: indices})
    chart = decks_of(data)[0].slides[1].parts[Place.CHART]
    assert chart.categories == tuple(map(str, range(2018, 2026)))
    assert chart.series[0].values[1:3] == (None, None) and chart.series[0].values[0]


def test_intervals_stand_on_every_bar(example: ReportData, template: bytes) -> None:
    everyone = opened(file_of(decks_of(example)[0], template))
    chart = shape_named(everyone, "insikt:alla:omraden:diagram").chart
    slide = next(s for s in decks_of(example)[0].slides if s.key == "omraden")
    told = slide.parts[Place.CHART].series[0]
    assert intervals(chart) == [
        (round(high - value, 1), round(value - low, 1))
        for value, low, high in zip(told.values, told.lower, told.upper, strict=True)
    ]


def shape_named(presentation: Any, name: str) -> Any:
    return next(s for slide in presentation.slides for s in slide.shapes if s.name == name)


def intervals(chart: Any, series: int = 0) -> list[tuple[float, float]]:
    """Upward and downward lengths of a series' intervals."""
    element = chart.plots[0].series[series]._element
    space = {"c": "http://schemas.openxmlformats.org/drawingml/2006/chart"}
    assert len(element.findall("c:errBars", space)) == 1
    sides = [
        [float(v.text) for v in element.findall(f"c:errBars/c:{side}/c:numLit/c:pt/c:v", space)]
        for side in ("plus", "minus")
    ]
    return list(zip(*sides, strict=True))


# --- What is discussed ---


def test_there_are_three_to_five_questions_and_all_are_questions(example: ReportData) -> None:
    found, _ = audience.audiences(SETTINGS, example.areas())
    for one in found:
        asked = discussion.topics(example, one)
        assert 3 <= len(asked) <= 5
        assert all(topic.endswith("?") for topic in asked)


def test_a_change_is_discussed_only_when_it_is_sure(example: ReportData, tmp_path: Path) -> None:
    everyone = audience.audiences(SETTINGS, example.areas())[0][0]
    assert not any("säkerställd" in topic for topic in discussion.topics(example, everyone))
    indices = example.indices.copy()
    row = (indices["year"] == "2025") & (indices["scope"] == "total")
    indices.loc[row, "change_significant"] = True
    sure = changed(example, tmp_path, **{store.INDICES: indices})
    assert any("säkerställd" in topic for topic in discussion.topics(sure, everyone))


def test_a_difference_is_discussed_only_when_intervals_do_not_meet(
    example: ReportData, tmp_path: Path
) -> None:
    everyone = audience.audiences(SETTINGS, example.areas())[0][0]
    assert any("större än felmarginalerna" in t for t in discussion.topics(example, everyone))
    wide = example.indices.assign(governing_lower=0.0, governing_upper=100.0)
    data = changed(example, tmp_path, **{store.INDICES: wide})
    assert not any("större än" in topic for topic in discussion.topics(data, everyone))


def test_with_nothing_to_go_by_there_are_general_questions(
    example: ReportData, tmp_path: Path
) -> None:
    none = example.indices[example.indices["kind"] == "nki"].assign(
        governing=float("nan"), governing_lower=float("nan"), change=float("nan")
    )
    data = changed(
        example,
        tmp_path,
        **{
            store.INDICES: none,
            store.GOALS: example.goals.head(0),
            store.DRIVERS: example.drivers.head(0),
        },
    )
    asked = discussion.topics(data, audience.audiences(SETTINGS, example.areas())[0][0])
    assert len(asked) == 3 and not any(re.search(r"\d", topic) for topic in asked)


def test_forvaltningar_are_told_apart_by_their_names() -> None:
    owner = next(iter(SETTINGS.report.owners.values()))
    other = Owner(unit="Kultur- och fritidskontoret", contact="x", source="y")
    owners = {"bygglov": owner, "brandskydd": other}
    settings = replace(SETTINGS, report=SETTINGS.report.model_copy(update={"owners": owners}))
    found, without = audience.audiences(settings, ["brandskydd", "bygglov", "upphandling"])
    assert [(one.key, one.areas) for one in found] == [
        ("alla", ("brandskydd", "bygglov", "upphandling")),
        ("kulturochfritidskontoret", ("brandskydd",)),
        ("samhallsbyggnadskontoret", ("bygglov",)),
    ]
    assert without == ("upphandling",)


# --- The file ---


def test_the_same_numbers_give_the_same_bytes(example: ReportData, template: bytes) -> None:
    for first, second in zip(decks_of(example), decks_of(example), strict=True):
        assert file_of(first, template) == file_of(second, template)
    assert package.content(plain.template(Profile())) == template


def test_a_value_s_name_is_that_of_a_comment_with_its_scope_first(example: ReportData) -> None:
    find = names.finder(example, decks_of(example))
    assert find("insikt:bygglov:nki") == Paragraphs(("68,0",))
    assert find("insikt:bygglov:faktor:bemotande") == Paragraphs(("75,4",))
    assert find("insikt:kommun") == Paragraphs(("Norrtälje kommun",))
    assert isinstance(find("insikt:alla:mal:tabell"), SlideTable)
    assert find("insikt:bygglov:nkj") is None
    assert find("insikt:alla:forslag:tabell") is None


def test_the_yearly_run_does_not_load_the_library() -> None:
    code = (
        "import sys; import analysis.cli, analysis.report.make, analysis.site.build, "
        "analysis.commands.templates, analysis.commands.workshop; sys.exit('pptx' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_only_one_package_knows_the_library() -> None:
    source = ROOT / "src" / "analysis"
    users = {
        path.relative_to(source).parts[:2]
        for path in source.rglob("*.py")
        if re.search(r"^\s*(?:from|import) pptx", path.read_text("utf-8"), re.MULTILINE)
    }
    assert users == {("workshop", "powerpoint")}
