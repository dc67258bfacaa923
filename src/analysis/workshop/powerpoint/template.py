"""The contract with a template: its layouts and the names of the shapes in them.

The municipality draws as it likes; the program finds its places by name and touches nothing else.
"""

from __future__ import annotations

import io
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from pptx import Presentation
from pptx.enum.shapes import PP_PLACEHOLDER

from analysis import swedish
from analysis.errors import ConfigurationError, Problem
from analysis.workshop.content import PREFIX, Layout, Place, shape_name

NEEDED: dict[str, tuple[Place, ...]] = {
    Layout.TITLE: (Place.TEXT, Place.MARK),
    Layout.CHART: (Place.CHART, Place.TEXT, Place.SOURCE, Place.MARK),
    Layout.TABLE: (Place.TABLE, Place.TEXT, Place.SOURCE, Place.MARK),
    Layout.TEXT: (Place.TEXT, Place.SOURCE, Place.MARK),
    Layout.WORK: (Place.TEXT, Place.MARK),
}
"""The layouts that a template must have, and the named places in each."""
KINDS = {Place.CHART: PP_PLACEHOLDER.CHART, Place.TABLE: PP_PLACEHOLDER.TABLE}
WORDS = {Place.CHART: "diagram", Place.TABLE: "tabell"}
TITLES = (PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE)
START = "Utgå från mall.pptx i mappen mallar (python run.py mallar), och lägg er egen form på den."


def checked(path: Path, known: Collection[str], accepted: str) -> bytes:
    """The municipality's template, checked.

    Parameters
    ----------
    path
        ``profil/mall.pptx``.
    known
        The names of shapes that may stand on its own slides.
    accepted
        Such names in words.

    Raises
    ------
    ConfigurationError
        With every layout and name that is missing or unknown, and with those found.
    """
    where = f"{path.parent.name}/{path.name}"
    content = path.read_bytes()
    template = Presentation(io.BytesIO(content))
    problems = [*_layouts(template, where), *_slides(template, where, known, accepted)]
    if problems:
        raise ConfigurationError("PowerPoint-mallen behöver rättas", problems=problems)
    return content


def layouts(presentation: Any) -> dict[str, Any]:
    """The layouts of every master by name."""
    return {
        layout.name: layout
        for master in presentation.slide_masters
        for layout in master.slide_layouts
    }


def places(layout: Any) -> dict[int, Place]:
    """What stands in a layout's placeholders, by their index in the file."""
    found = {}
    for holder in layout.placeholders:
        form = holder.placeholder_format
        if form.type in TITLES:
            found[form.idx] = Place.TITLE
        elif holder.name.startswith(PREFIX):
            found[form.idx] = Place(holder.name.removeprefix(PREFIX))
    return found


def _layouts(template: Any, where: str) -> Iterator[Problem]:
    found = layouts(template)
    missing = [name for name in NEEDED if name not in found]
    if missing:
        yield Problem(
            f"Mallen saknar {swedish.count(len(missing), 'layout', 'layouter')}: "
            f"{swedish.listing(missing)}. De som finns heter {swedish.listing(list(found))}.",
            f"Ge en layout det namnet i Visa, Bildbakgrund (högerklicka, Byt namn). {START}",
            where,
        )
    for name, layout in found.items():
        yield from _places(layout, NEEDED.get(name, ()), f"{where}, layouten {name}")


def _places(layout: Any, needed: tuple[Place, ...], where: str) -> Iterator[Problem]:
    named = {shape.name: shape for shape in layout.shapes if shape.name.startswith(PREFIX)}
    allowed = [*map(shape_name, needed)]
    has = swedish.listing(sorted(named)) or "inga"
    for name in sorted(set(named) - set(allowed)):
        told = swedish.listing(allowed) if allowed else "inga, layouten är inte rapportens"
        yield Problem(
            f"Namnet {name} är okänt i layouten. De namn som finns: {has}.",
            f"Namn som får stå där: {told}.",
            where,
        )
    for place in needed:
        name = shape_name(place)
        if name not in named:
            yield Problem(
                f"Platsen {name} saknas i layouten. De namn som finns: {has}.",
                "Markera platshållaren och ge den namnet i Start, Ordna, Markeringsfönster. "
                f"Namn som ska stå där: {swedish.listing(allowed)}.",
                where,
            )
        elif not named[name].is_placeholder or (
            place in KINDS and named[name].placeholder_format.type != KINDS[place]
        ):
            kind = WORDS.get(place, "text")
            yield Problem(
                f"{name} är inte en platshållare för {kind}.",
                f"Infoga en platshållare för {kind} i layouten och ge den namnet {name}.",
                where,
            )
    titled = any(one.placeholder_format.type in TITLES for one in layout.placeholders)
    if needed and not titled:
        yield Problem("Layouten har ingen rubrik.", "Bocka för Rubrik i Bildbakgrund.", where)


def _slides(template: Any, where: str, known: Collection[str], accepted: str) -> Iterator[Problem]:
    names = [
        (number, shape.name)
        for number, slide in enumerate(template.slides, start=1)
        for shape in named_shapes(slide)
    ]
    found = swedish.listing(sorted({name for _, name in names}))
    for number, name in names:
        if name not in known:
            yield Problem(
                f"Namnet {name} på bild {number} är okänt. De namn som finns: {found}.",
                f"Namn som får stå där: {accepted}.",
                where,
            )


def named_shapes(slide: Any) -> Iterator[Any]:
    """The program's shapes on a slide, also those inside groups."""
    stack = list(slide.shapes)
    while stack:
        shape = stack.pop(0)
        if shape.name.startswith(PREFIX):
            yield shape
        stack[:0] = list(getattr(shape, "shapes", ()))
