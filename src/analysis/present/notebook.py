"""The imports of every page's notebook: `show`, and the data of the run."""

from __future__ import annotations

from IPython.display import display

from analysis.present import texts
from analysis.present.bundle import SILENCE, Part
from analysis.present.data import ReportData

__all__ = ["ReportData", "show"]

HANDED = "texter"
"""Metadata of an output: the values that its texts were given."""


def show(*parts: Part | None) -> None:
    """Display parts of a page one after the other.

    A part that does not exist is left out. What is missing, and why, a page says once, at its top.
    The values that the page's texts were given stay in the executed notebook, for the list of
    what a text may name.
    """
    for part in parts:
        if part is not None and part != SILENCE:
            display(part, metadata={HANDED: texts.taken()})  # type: ignore[no-untyped-call]
