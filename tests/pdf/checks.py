"""What every PDF of the report has to meet."""

from __future__ import annotations

import pikepdf


def tags(document: pikepdf.Pdf) -> list[pikepdf.Dictionary]:
    """Every element of the tag tree."""
    found, waiting = [], [document.Root.StructTreeRoot]
    while waiting:
        node = waiting.pop()
        if isinstance(node, pikepdf.Array):
            waiting += list(node)
        elif isinstance(node, pikepdf.Dictionary):
            if "/S" in node:
                found.append(node)
            if "/K" in node:
                waiting.append(node.K)
    return found


def meets_both_standards_in_swedish(document: pikepdf.Pdf) -> None:
    """PDF/UA-1 and PDF/A-2a, as the document says itself; typst refuses what does not meet them."""
    metadata = document.open_metadata()
    assert metadata["pdfuaid:part"] == "1"
    assert metadata["pdfaid:part"] == "2"
    assert metadata["pdfaid:conformance"] == "A"
    assert str(document.Root.Lang).startswith("sv")
    assert bool(document.Root.ViewerPreferences.DisplayDocTitle)
    assert bool(document.Root.MarkInfo.Marked)


def has_every_font_inside(document: pikepdf.Pdf) -> None:
    """No font is left to the reader's program."""
    for page in document.pages:
        for font in page.Resources.Font.values():
            inner = font.DescendantFonts[0] if "/DescendantFonts" in font else font
            assert {"/FontFile", "/FontFile2", "/FontFile3"} & set(inner.FontDescriptor.keys())
