"""A deck made from a template, and a deck that people have edited with new numbers in it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from copy import deepcopy
from datetime import date, datetime
from typing import Any

from pptx import Presentation
from pptx.oxml.ns import qn
from pptx.util import Emu

from analysis.errors import UsageError
from analysis.workshop.content import (
    PREFIX,
    Chart,
    Deck,
    Paragraphs,
    Part,
    Place,
    Slide,
    SlideTable,
    shape_name,
)
from analysis.workshop.names import Find
from analysis.workshop.powerpoint import drawing, package, shapes, template

OPEN_TABLE = "Att skriva i"
"""The name of a table that is there to be written in."""


def made(file: bytes, deck: Deck, find: Find, today: date) -> bytes:
    """A deck as the bytes of a file.

    Parameters
    ----------
    file
        A template.
    deck
        What stands in it.
    find
        The values on the template's own slides. Those without any are left out.
    today
        The report's date, which the file bears.
    """
    presentation = Presentation(io.BytesIO(file))
    _own_slides(presentation, find)
    layouts = template.layouts(presentation)
    for slide in deck.slides:
        _add(presentation, layouts[slide.layout], slide)
    facts = presentation.core_properties
    facts.title, facts.author, facts.last_modified_by = deck.title, deck.author, deck.author
    facts.language, facts.revision = drawing.LANGUAGE, 1
    facts.created = facts.modified = datetime(today.year, today.month, today.day)
    return package.content(presentation)


def _own_slides(presentation: Any, find: Find) -> None:
    """Fill the values on a template's own slides; a slide without any is an example of its form."""
    for slide, entry in zip(list(presentation.slides), list(_entries(presentation)), strict=True):
        named = list(template.named_shapes(slide))
        for shape in named:
            part = find(shape.name)
            if part is not None and shapes.fits(shape, part):
                shapes.fill(shape, part)
        if not named:
            presentation.part.drop_rel(entry.rId)
            entry.getparent().remove(entry)
    # The library numbers the file of a new slide by how many there are.
    presentation.part.rename_slide_parts([entry.rId for entry in _entries(presentation)])


def _add(presentation: Any, layout: Any, slide: Slide) -> None:
    added = presentation.slides.add_slide(layout)
    places = template.places(layout)
    filled: dict[Place, Any] = {}
    for holder in list(added.placeholders):
        place = places.get(holder.placeholder_format.idx)
        if place is None:
            continue
        part = slide.parts.get(place)
        if part is None or part == Paragraphs(()):
            holder._element.getparent().remove(holder._element)
            continue
        filled[place] = _filled(holder, part)
        is_open = slide.open and place == Place.TABLE
        told = OPEN_TABLE if is_open else shape_name(slide.scope, slide.key, place)
        shapes.name(filled[place], told)
    # Read in the order of the parts, whatever the template's; what is to be written in comes last.
    parts = [filled[place]._element for place in Place if place in filled]
    others = [shape._element for shape in added.shapes if shape._element not in parts]
    added.shapes._spTree.extend([*parts, *others])
    _number(added, layout)
    _notes(added, slide)


def _filled(holder: Any, part: Part) -> Any:
    """A placeholder with its part in it; a chart or a table takes its place."""
    if isinstance(part, Chart):
        frame = holder.insert_chart(drawing.TYPES[part.form], drawing.data_of(part))
        drawing.dress(frame.chart, part)
        drawing.follow(frame.chart, part)
        shapes.describe(frame, part.alt)
        return frame
    if isinstance(part, SlideTable):
        width = holder.width
        frame = holder.insert_table(1 + len(part.rows), len(part.headings))
        shapes.fill(frame, part)
        shapes.shape_table(frame.table, part, width)
        frame.height = Emu(shapes.CELL_EMU * (1 + len(part.rows)))
        return frame
    shapes.fill(holder, part)
    return holder


def _number(slide: Any, layout: Any) -> None:
    """The slide's number, where the layout has a place for it: the library leaves it out."""
    for holder in layout.placeholders:
        if holder._element.ph.get("type") == "sldNum":
            copied = deepcopy(holder._element)
            for inherited in list(copied.spPr):
                copied.spPr.remove(inherited)
            styles = copied.txBody.find(qn("a:lstStyle"))
            for inherited in list(styles):
                styles.remove(inherited)
            slide.shapes._spTree.append(copied)
            copied.nvSpPr.cNvPr.set("id", str(slide.shapes._next_shape_id))


def _notes(slide: Any, content: Slide) -> None:
    part = content.parts.get(Place.NOTES)
    if part is None:
        return
    holder = slide.notes_slide.notes_placeholder
    shapes.fill(holder, part)
    shapes.name(holder, shape_name(content.scope, content.key, Place.NOTES))


def refreshed(file: bytes, find: Find) -> tuple[bytes, list[str]]:
    """An edited deck with this year's content in the program's shapes, all else as it was.

    Parameters
    ----------
    file
        The edited deck.
    find
        The part that belongs in a shape, by its name.

    Returns
    -------
    tuple
        The new file's bytes; and in Swedish what was left as it was, or is worth to know.

    Raises
    ------
    UsageError
        When it is no presentation, or none of its shapes is the program's.
    """
    try:
        presentation = Presentation(io.BytesIO(file))
    except (KeyError, ValueError, zipfile.BadZipFile) as error:
        raise UsageError(
            "Presentationen kan inte läsas",
            "Filen är ingen hel PowerPoint-presentation.",
            "Öppna den i PowerPoint och spara den som presentation (.pptx).",
        ) from error
    told: list[str] = []
    touched = 0
    for number, slide in enumerate(_slides(presentation), start=1):
        for shape in _program_s(slide):
            touched += 1
            told += (f"Bild {number}: {remark}" for remark in _refresh(shape, find))
    if not touched:
        raise UsageError(
            "Det finns inget att uppdatera",
            f"Ingen form i presentationen har ett namn som börjar med {PREFIX}",
            "Uppdatera en presentation som är gjord med python run.py workshop.",
        )
    return package.content(presentation, file), told


def _entries(presentation: Any) -> Iterator[Any]:
    found = presentation.part._element.sldIdLst
    yield from () if found is None else found.sldId_lst


def _slides(presentation: Any) -> Iterator[Any]:
    """The slides in order. The library's own list of them gives their files other names."""
    for entry in _entries(presentation):
        yield presentation.part.related_part(entry.rId).slide


def _program_s(slide: Any) -> Iterator[Any]:
    yield from template.named_shapes(slide)
    if slide.has_notes_slide:
        yield from template.named_shapes(slide.notes_slide)


def _refresh(shape: Any, find: Find) -> Iterator[str]:
    part = find(shape.name)
    if part is None:
        yield f"{shape.name} har inget innehåll i årets rapport och står kvar som den var."
        return
    if not shapes.fits(shape, part):
        yield f"{shape.name} är inte längre av samma slag och står kvar som den var."
        return
    if shapes.written_in(shape):
        yield f"{shape.name} har ni skrivit om; er lydelse står kvar. Stäm av talen i den."
        return
    if isinstance(part, Chart):
        if _linked(shape.chart):
            yield "diagrammet hämtade sina tal ur en fil utanför och har fått en egen tabell."
        if not drawing.takes(shape.chart, part):
            yield f"{shape.name} har bytt diagramtyp och står kvar som det var."
            return
    shapes.fill(shape, part)


def _linked(chart: Any) -> bool:
    """Whether a chart's numbers lie in a file outside; the link is then taken away."""
    space = chart._chartSpace
    key = space.xlsx_part_rId
    if key is None or not chart.part.rels[key].is_external:
        return False
    chart.part.rels.pop(key)
    space.remove(space.find(qn("c:externalData")))
    return True
