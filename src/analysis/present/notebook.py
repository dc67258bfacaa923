"""The imports of every page's notebook: `show`, and the data of the run."""

from __future__ import annotations

from IPython.display import display

from analysis.present import texts
from analysis.present.bundle import SILENCE, Part, Text
from analysis.present.data import ReportData

__all__ = ["ReportData", "show"]

HANDED = "texter"
"""Metadata of an output: the values that its texts were given."""


NOTHING = Text(
    "*Den här delen bygger på enskilda svar. De saknas eller är för få, så det finns inget att "
    "visa.*\n"
)


def show(*parts: Part | None) -> None:
    """Display parts of a page one after the other.

    A part that does not exist is left out; where none does, a sentence says so, so that no
    heading stands empty.
    The values that the page's texts were given stay in the executed notebook, for the list of
    what a text may name.
    """
    for part in parts if any(part is not None for part in parts) else (NOTHING,):
        if part is not None and part != SILENCE:
            display(part, metadata={HANDED: texts.taken()})  # type: ignore[no-untyped-call]
