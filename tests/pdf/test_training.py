"""The PDF for those who plan trainings: short, accessible, and told apart from the appendix."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pypdf
import pytest
from pdf.checks import has_every_font_inside, meets_both_standards_in_swedish, tags
from projects import matter_of

NAME = "utbildningsunderlag.pdf"


@pytest.fixture
def texts(site: Path) -> list[str]:
    pages = pypdf.PdfReader(matter_of(site) / NAME).pages
    return [" ".join(page.extract_text().split()) for page in pages]


@pytest.fixture
def document(site: Path) -> Iterator[pikepdf.Pdf]:
    with pikepdf.open(matter_of(site) / NAME) as opened:
        yield opened


def test_it_has_three_or_four_pages_each_with_the_mark(texts: list[str]) -> None:
    assert 3 <= len(texts) <= 4
    assert all("EXEMPELDATA" in text for text in texts)


def test_it_is_no_part_of_a_decision_and_of_the_site(texts: list[str], site: Path) -> None:
    assert "KS 2023-1741" in texts[0]
    assert not any("Förslag till beslut" in text or "Bilaga till" in text for text in texts)
    assert not (site / NAME).exists()


def test_it_meets_what_the_appendix_meets(document: pikepdf.Pdf) -> None:
    meets_both_standards_in_swedish(document)
    has_every_font_inside(document)
    found = tags(document)
    (figure,) = (tag for tag in found if str(tag.S) == "/Figure")
    assert len(str(figure.Alt)) > 60
    assert sum(str(tag.S) == "/Table" for tag in found) == 6
    assert sum(str(tag.S) == "/TH" for tag in found) >= 20
    with document.open_outline() as outline:
        assert len(outline.root) >= 7
