"""One page per area and förvaltning: one page whatever it holds, accessible, and never without
its numbers."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pikepdf
import pypdf
import pytest
from pdf.checks import has_every_font_inside, meets_both_standards_in_swedish, tags
from pdf.one_page import compiled, page_texts

from analysis.errors import RenderingError
from analysis.project import Project, Workspace
from analysis.site.material import SHEETS

UNIT = "forvaltning-samhallsbyggnadskontoret"
AREAS = (
    *("brandskydd", "bygglov", "folkol_tobak", "lantmateri", "livsmedelskontroll"),
    *("markupplatelse", "miljo_halsoskydd", "receptfria_lakemedel", "serveringstillstand"),
    "upphandling",
)


def stored(project: Project) -> dict[str, Any]:
    """The contents of the documents of a run."""
    build = Workspace.of(project, project.example).build
    documents: dict[str, Any] = json.loads((build / SHEETS).read_text("utf-8"))
    return documents


@pytest.fixture
def bygglov(example_project: Project) -> dict[str, Any]:
    """A document that a test may change."""
    document: dict[str, Any] = stored(example_project)["bygglov"]
    return document


def opened(site: Path) -> Iterator[tuple[str, pikepdf.Pdf]]:
    for path in sorted((site / "omraden").glob("*.pdf")):
        with pikepdf.open(path) as document:
            yield path.stem, document


def test_there_is_one_of_every_area_and_of_a_forvaltning_with_several(site: Path) -> None:
    assert {name for name, _ in opened(site)} == {*AREAS, UNIT}


def test_each_is_one_a4_page_that_meets_the_standards_of_the_appendix(site: Path) -> None:
    for name, document in opened(site):
        assert len(document.pages) == 1, name
        width, height = map(float, document.pages[0].MediaBox[2:])
        assert (round(width), round(height)) == (595, 842)
        meets_both_standards_in_swedish(document)
        has_every_font_inside(document)


def test_figures_are_described_and_tables_have_headings(site: Path) -> None:
    described = 0
    for name, document in opened(site):
        found = tags(document)
        kinds = {str(tag.S) for tag in found}
        assert {"/Title", "/H1", "/TH"} <= kinds, name
        figures = [tag for tag in found if str(tag.S) == "/Figure"]
        assert all(len(str(tag.Alt)) > 60 for tag in figures)
        described += len(figures)
    assert described == 8  # Two of the ten areas have too few answers in every year.


def test_each_bears_the_mark_and_its_source(site: Path) -> None:
    for path in (site / "omraden").glob("*.pdf"):
        (words,) = page_texts(path.read_bytes())
        assert words.count("EXEMPELDATA") >= 3, path
        assert "Källa:" in words and "Norrtälje kommun" in words


def test_it_has_the_numbers_and_words_of_the_area_s_page(site: Path) -> None:
    (words,) = page_texts((site / "omraden" / "bygglov.pdf").read_bytes())
    page = (site / "omraden" / "bygglov.html").read_text("utf-8").replace("\xa0", " ")
    for wanted in ("68,0", "63,7–72,0", "Börja med rutinerna kring handläggningen (62,4)."):
        assert wanted in words and wanted in page
    assert "3.2 Genomförande januari–maj 2025 Klar 66 av 70 (94 %) 118 av 140 (84 %)" in words
    assert "Inte nått, men nära målet" in words


def test_a_page_is_linked_from_its_area_and_from_the_downloads(site: Path) -> None:
    page = (site / "omraden" / "bygglov.html").read_text("utf-8")
    assert 'href="bygglov.pdf"' in page and f'href="{UNIT}.pdf"' in page
    assert UNIT not in (site / "omraden" / "brandskydd.html").read_text("utf-8")
    downloads = (site / "data.html").read_text("utf-8")
    for name in (*AREAS, UNIT):
        assert f'href="omraden/{name}.pdf"' in downloads


def comment(*lengths: int) -> dict[str, Any]:
    """A comment of blocks of so many sentences, each of which has a number of its own."""
    numbers = iter(range(1, sum(lengths) + 1))
    blocks = [
        [f"Mening {next(numbers)} handlar om hur vi arbetar med handläggningen." for _ in range(n)]
        for n in lengths
    ]
    return {
        "heading": "Avdelningens kommentar",
        "blocks": blocks,
        "signed": "Kommunens egna ord. Skrivet av Bygglovsenheten den 24 april 2027.",
        "more": "Läs mer på områdets sida.",
    }


def test_a_comment_that_there_is_room_for_is_whole(bygglov: dict[str, Any], tmp_path: Path) -> None:
    made = compiled({"a": {**bygglov, "comment": comment(2, 1)}}, tmp_path)
    (words,) = page_texts(made["a"])
    assert "Mening 3 handlar" in words and "Läs mer" not in words


def test_a_long_comment_is_cut_at_a_sentence_and_never_the_numbers(
    bygglov: dict[str, Any], tmp_path: Path
) -> None:
    with_comment = {**bygglov, "comment": comment(30, 60)}
    made = compiled({"bare": bygglov, "long": with_comment}, tmp_path)
    (bare,), (words,) = (page_texts(made[name]) for name in ("bare", "long"))
    assert "… Läs mer på områdets sida." in words
    assert "Skrivet av Bygglovsenheten" in words
    told = words.split("Avdelningens kommentar")[1].split("…")[0]
    assert told.rstrip().endswith("handläggningen.")
    assert 3 <= told.count("Mening") < 90
    numbers = [word for word in bare.split() if any(map(str.isdigit, word))]
    assert not set(numbers) - set(words.split())


def test_one_endless_sentence_leaves_only_where_to_read_it(
    bygglov: dict[str, Any], tmp_path: Path
) -> None:
    endless = {**comment(1), "blocks": [["och så vidare " * 3000 + "."]]}
    (words,) = page_texts(compiled({"a": {**bygglov, "comment": endless}}, tmp_path)["a"])
    assert "och så vidare" not in words
    assert "Läs mer på områdets sida." in words and "68,0" in words


def test_long_names_and_texts_make_the_type_smaller_not_the_page_longer(
    bygglov: dict[str, Any], tmp_path: Path
) -> None:
    name = "Kontoret för samhällsbyggnad, miljötillsyn, livsmedelskontroll och tillståndsprövning"
    long = json.loads(json.dumps(bygglov).replace("Samhällsbyggnadskontoret", name))
    long |= {
        "title": f"Tillstånd och tillsyn enligt lagen om {'hantering av ' * 8}varor",
        "intro": [[{"text": f"{name} ansvarar. " * 12, "bold": False}]],
        "marks": [{"word": "PRELIMINÄRT T1–T2 2026", "told": "Bara en del av året. " * 6}] * 2,
        "comment": comment(40),
    }
    (words,) = page_texts(compiled({"a": long}, tmp_path)["a"])
    assert words.count("PRELIMINÄRT") == 4
    for number in ("68,0", "63,7–72,0", "118 av 140"):
        assert number in words


def test_what_no_type_has_room_for_is_scaled(bygglov: dict[str, Any], tmp_path: Path) -> None:
    crowded = {**bygglov, "rows": bygglov["rows"] * 4, "comment": comment(40)}
    (words,) = page_texts(compiled({"a": crowded}, tmp_path)["a"])
    assert words.count("Planens mål") == 4
    assert "Läs mer på områdets sida." in words


def test_signs_of_typst_and_of_markdown_are_only_signs(
    bygglov: dict[str, Any], tmp_path: Path
) -> None:
    hostile = '#panic("x") *a* _b_ $c$ `d` <e> @f \\g {{< var h >}}'
    changed = {**bygglov, "title": hostile, "sources": hostile}
    (words,) = page_texts(compiled({"a": changed}, tmp_path)["a"])
    assert words.count(hostile) == 2


def test_the_same_contents_are_the_same_bytes(bygglov: dict[str, Any], tmp_path: Path) -> None:
    first, second = (compiled({"a": bygglov}, tmp_path / name) for name in ("1", "2"))
    assert first == second


def test_the_municipality_s_colours_and_logotype_are_on_it(
    bygglov: dict[str, Any], tmp_path: Path
) -> None:
    picture = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"></svg>'
    look = {"huvudfarg": [122, 31, 92], "logotyp": "svg", "logotyp-text": "Kommunens vapen"}
    with pytest.raises(RenderingError, match="En fil som PDF:en behöver saknas"):
        compiled({"a": bygglov}, tmp_path / "utan", **look)
    content = compiled({"a": bygglov}, tmp_path / "med", logotype=picture, **look)["a"]
    with pikepdf.open(io.BytesIO(content)) as document:
        drawn = document.pages[0].Contents.read_bytes()
        meets_both_standards_in_swedish(document)
    assert b"0.47843137 0.12156863 0.36078432" in drawn


def test_what_typst_refuses_is_told_by_document(bygglov: dict[str, Any], tmp_path: Path) -> None:
    for row in bygglov["rows"]:
        for section in row:
            if section["figure"]:
                section["figure"]["alt"] = None
    with pytest.raises(RenderingError) as caught:
        compiled({"bygglov": bygglov}, tmp_path)
    assert "bygglov.pdf" in str(caught.value) and "alternativtext" in str(caught.value)


@pytest.mark.parametrize("name", ["official_values", "part_of_year", "other_municipality"])
def test_every_document_of_other_reports_is_one_page(
    finished_project: Callable[[str], Project], name: str
) -> None:
    site = finished_project(name).site
    made = sorted((site / "omraden").glob("*.pdf"))
    pages = {path.with_suffix(".html").name for path in made if "forvaltning" not in path.name}
    assert pages == {path.name for path in (site / "omraden").glob("*.html")}
    for path in made:
        assert len(pypdf.PdfReader(path).pages) == 1, path
