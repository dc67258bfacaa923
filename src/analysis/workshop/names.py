"""What the name of a shape stands for: a part of a slide, or a value such as an area's NKI."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from analysis import swedish
from analysis.present import comments, values
from analysis.present.data import ReportData
from analysis.settings import Settings
from analysis.workshop.content import PREFIX, Deck, Paragraphs, Part, shape_name

Find = Callable[[str], Part | None]
"""The part that a shape's name stands for; None where there is none."""


def value_names(settings: Settings) -> dict[str, str]:
    """The names of shapes that hold a value, each with the value as a comment names it.

    In a comment the kind comes first (``nki.bygglov``); on a slide whose it is
    (``insikt:bygglov:nki``).
    """
    split = {name: name.split(".") for name in comments.names(settings)}
    return {shape_name(*reversed(parts[:2]), *parts[2:]): name for name, parts in split.items()}


def accepted(settings: Settings) -> str:
    """Such names in words."""
    kinds = swedish.listing(list(comments.OF_NKI), "eller")
    scopes = swedish.listing(["total", *settings.questionnaire.area_keys], "eller")
    return (
        f"{PREFIX}<område>:<mått>, där området är {scopes} och måttet {kinds}; "
        f"{PREFIX}<område>:faktor:<faktor>, {PREFIX}<mål>:mal:varde, {PREFIX}ar och {PREFIX}kommun"
    )


def finder(data: ReportData, decks: Iterable[Deck]) -> Find:
    """Finds the part that a shape's name stands for.

    Parameters
    ----------
    data
        The report's numbers, for values.
    decks
        The decks, for the parts of their slides.
    """
    parts: Mapping[str, Part] = {
        name: part
        for deck in decks
        for slide in deck.slides
        for name, part in slide.named().items()
    }
    known = value_names(data.settings)

    def find(name: str) -> Part | None:
        if name in parts:
            return parts[name]
        if name not in known:
            return None
        return Paragraphs((values.values(data, data.year, [known[name]])[known[name]],))

    return find
