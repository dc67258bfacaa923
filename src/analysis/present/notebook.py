"""What every page notebook imports: `show`, and the data of the run."""

from __future__ import annotations

from IPython.display import display

from analysis.present.bundle import Part, bundle
from analysis.present.data import ReportData

__all__ = ["ReportData", "show"]


def show(*parts: Part | None) -> None:
    """Display parts of a page one after the other; what does not exist is left out."""
    for part in parts:
        if part is not None:
            display(bundle(part), raw=True)  # type: ignore[no-untyped-call]
