"""The files that hold the whole report, made here for both engines' sites.

Our own engine makes them: Quarto's files of that kind keep state and load modules, which the places
where one file is wanted forbid.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from analysis.errors import RenderingError
from analysis.render.embedded.whole import HTML, LIST, PDF, SETTINGS, read
from analysis.render.embedded.whole_html import whole_html
from analysis.render.embedded.whole_pdf import whole_pdf
from analysis.store import Kept

__all__ = ["FILES", "HTML", "LIST", "PDF", "SETTINGS", "Made", "make"]

FILES = (HTML, PDF)


@dataclass(frozen=True)
class Made:
    """What became of the files.

    Parameters
    ----------
    files
        Those that were made, by name.
    refused
        Why the others were not, by name.
    warnings
        typst's, as Swedish sentences.
    """

    files: dict[str, bytes]
    refused: dict[str, RenderingError]
    warnings: tuple[str, ...]


def make(folder: Path, timestamp: datetime, kept: Kept | None = None) -> Made:
    """Make the whole report as one HTML file and as a PDF.

    A page may hold what cannot stand in one of them (what Quarto alone renders, a picture without
    text): then the report does without that file and says why.

    Parameters
    ----------
    folder
        The build folder, with `SETTINGS` and the pictures.
    timestamp
        The date in the PDF.
    kept
        The conversions of earlier runs, where there are any.
    """
    try:
        whole = read(folder, kept)
    except RenderingError as error:
        return Made({}, {HTML: error, PDF: error}, ())
    makers: dict[str, Callable[[], tuple[bytes, tuple[str, ...]]]] = {
        HTML: lambda: (whole_html(whole).encode(), ()),
        PDF: lambda: whole_pdf(whole, timestamp),
    }
    files: dict[str, bytes] = {}
    refused: dict[str, RenderingError] = {}
    warnings: list[str] = []
    with ThreadPoolExecutor(len(makers)) as pool:
        jobs = {name: pool.submit(maker) for name, maker in makers.items()}
        for name, job in jobs.items():
            try:
                files[name], told = job.result()
                warnings += told
            except RenderingError as error:
                refused[name] = error
    return Made(files, refused, tuple(warnings))
