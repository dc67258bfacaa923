"""One shape: its name and words, its text, table or chart, and the digest of what was written.

The digest lies in the shape, in an extension that PowerPoint carries along. It tells afterwards
whether somebody has written in the shape.
"""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from lxml import etree
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.util import Pt

from analysis.store import text_digest
from analysis.workshop.content import Chart, Paragraphs, Part, SlideTable
from analysis.workshop.powerpoint import drawing
from analysis.workshop.powerpoint.drawing import LANGUAGE

MADE = "{7D1B2C5E-3E0B-4C8B-9B7F-2F8E5A6C9D01}"
"""The extension that holds a digest."""
NAMESPACE = "urn:nki-rapport:workshop"
CELL_EMU = 484_632
"""Height of a row of a table."""


def properties(shape: Any) -> Any:
    """The element with a shape's name and alternative text."""
    return shape._element._nvXxPr.cNvPr


def name(shape: Any, told: str) -> None:
    """Give a shape its name."""
    properties(shape).set("name", told)


def describe(shape: Any, alt: str) -> None:
    """Give a shape its alternative text."""
    properties(shape).set("descr", alt)


def fill(shape: Any, part: Part) -> None:
    """Write a part into a shape that can hold it, and remember what was written."""
    if isinstance(part, Paragraphs):
        write_text(shape.text_frame, part)
    elif isinstance(part, SlideTable):
        write_table(shape.table, part)
        describe(shape, part.alt)
    else:
        drawing.draw(shape.chart, part)
        describe(shape, part.alt)
    if not isinstance(part, Chart):
        _remember(shape, text_digest(_words(shape)))


def fits(shape: Any, part: Part) -> bool:
    """Whether a shape is of the kind that a part needs."""
    if isinstance(part, Paragraphs):
        return bool(shape.has_text_frame)
    if isinstance(part, SlideTable):
        return bool(getattr(shape, "has_table", False))
    return bool(getattr(shape, "has_chart", False))


def written_in(shape: Any) -> bool:
    """Whether the text or table in a shape is another than the program left there."""
    digest = _remembered(shape)
    return bool(digest) and digest != text_digest(_words(shape))


def _words(shape: Any) -> str:
    """The words of a shape with a text or a table in it."""
    if getattr(shape, "has_table", False):
        return "\n".join("\t".join(cell.text for cell in row.cells) for row in shape.table.rows)
    return "\n".join(paragraph.text for paragraph in shape.text_frame.paragraphs)


def _remember(shape: Any, digest: str) -> None:
    element = properties(shape)
    for extension in element.iterfind(f".//{qn('a:ext')}[@uri='{MADE}']"):
        extension[0].set("digest", digest)
        return
    extensions = element.find(qn("a:extLst"))
    if extensions is None:
        extensions = etree.SubElement(element, qn("a:extLst"))
    extension = etree.SubElement(extensions, qn("a:ext"), uri=MADE)
    made = etree.SubElement(extension, f"{{{NAMESPACE}}}made", nsmap={"nki": NAMESPACE})
    made.set("digest", digest)


def _remembered(shape: Any) -> str:
    found = properties(shape).find(f".//{qn('a:ext')}[@uri='{MADE}']")
    return "" if found is None or not len(found) else str(found[0].get("digest"))


# --- Text ---


def write_text(frame: Any, part: Paragraphs) -> None:
    """Replace the text of a frame; the form of its first paragraph and first run stays."""
    body = frame._txBody
    paragraphs = body.findall(qn("a:p"))
    form = paragraphs[0].find(qn("a:pPr")) if paragraphs else None
    run = body.find(f"{qn('a:p')}/{qn('a:r')}/{qn('a:rPr')}")
    for paragraph in paragraphs:
        body.remove(paragraph)
    for told in part.told or ("",):
        paragraph = etree.SubElement(body, qn("a:p"))
        if part.numbered:
            paragraph.append(
                parse_xml(
                    f'<a:pPr marL="457200" indent="-457200" {nsdecls("a")}>'
                    '<a:buFont typeface="+mj-lt"/><a:buAutoNum type="arabicPeriod"/></a:pPr>'
                )
            )
        elif form is not None:
            paragraph.append(deepcopy(form))
        if told:
            words = etree.SubElement(paragraph, qn("a:r"))
            look = etree.SubElement(words, qn("a:rPr")) if run is None else deepcopy(run)
            look.set("lang", LANGUAGE)
            words.append(look)
            etree.SubElement(words, qn("a:t")).text = told
        else:
            etree.SubElement(paragraph, qn("a:endParaRPr"), lang=LANGUAGE)


# --- Tables ---


def write_table(table: Any, grid: SlideTable) -> None:
    """Replace the cells of a table; columns keep their widths, rows come and go at the end."""
    wanted = (grid.headings, *grid.rows)
    rows = table._tbl.tr_lst
    for row in rows[len(wanted) :]:
        table._tbl.remove(row)
    for _ in range(len(wanted) - len(rows)):
        table._tbl.append(deepcopy(rows[-1]))
    for row, told in zip(table.rows, wanted, strict=True):
        for cell, text in zip(row.cells, told, strict=False):
            write_text(cell.text_frame, Paragraphs((text,)))


def shape_table(table: Any, grid: SlideTable, width: int) -> None:
    """Give a new table its widths, and type that can be read from the other side of a room."""
    total = sum(grid.widths)
    for column, share in zip(table.columns, grid.widths, strict=True):
        column.width = int(width * share / total)
    for row in table.rows:
        row.height = CELL_EMU
        for cell in row.cells:
            for words in cell._tc.iter(qn("a:rPr"), qn("a:endParaRPr")):
                words.set("sz", str(Pt(grid.size).centipoints))
