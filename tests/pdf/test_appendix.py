"""The example's PDF: what the board gets, and that it is accessible and archivable."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pikepdf
import pypdf
import pytest
from pdf.checks import has_every_font_inside, meets_both_standards_in_swedish, tags


@pytest.fixture
def texts(site: Path) -> list[str]:
    pages = pypdf.PdfReader(site / "bilaga.pdf").pages
    return [page.extract_text() for page in pages]


@pytest.fixture
def document(site: Path) -> pikepdf.Pdf:
    return pikepdf.open(site / "bilaga.pdf")


def test_it_has_four_to_six_pages_each_with_the_mark_and_a_number(texts: list[str]) -> None:
    assert 4 <= len(texts) <= 6
    for number, text in enumerate(texts, start=1):
        assert "EXEMPELDATA" in text
        assert re.search(rf"{number}\s+av\s+{len(texts)}", text)


def test_it_says_whose_it_is_and_what_is_decided(texts: list[str]) -> None:
    first = " ".join(texts[0].split())
    for wanted in ("Norrtälje kommun", "KS 2023-1741", "Förslag till beslut", "Sammanfattning"):
        assert wanted in first


def test_it_has_the_numbers_of_the_tables(texts: list[str], site: Path) -> None:
    with (site / "data" / "index.csv").open(encoding="utf-8", newline="") as file:
        rows = {
            (r["year"], r["scope"], r["definition"]): r
            for r in csv.DictReader(file)
            if r["measure"] == "nki"
        }
    told = " ".join(texts)
    for key in (("2025", "total", "total4"), ("2025", "bygglov", ""), ("2025", "brandskydd", "")):
        assert rows[key]["index"].replace(".", ",") in told


def test_it_meets_both_standards_and_is_in_swedish(document: pikepdf.Pdf) -> None:
    meets_both_standards_in_swedish(document)


def test_its_figures_are_described_and_its_tables_have_headings(document: pikepdf.Pdf) -> None:
    found = tags(document)
    figures = [tag for tag in found if str(tag.S) == "/Figure"]
    assert len(figures) >= 2
    assert all(len(str(tag.Alt)) > 60 for tag in figures)
    assert sum(str(tag.S) == "/TH" for tag in found) >= 10


def test_it_has_bookmarks_and_every_font_inside(document: pikepdf.Pdf) -> None:
    with document.open_outline() as outline:
        assert len(outline.root) >= 6
    has_every_font_inside(document)
