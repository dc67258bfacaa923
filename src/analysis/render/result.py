"""What a render engine hands back: the pages and PDFs it made and what it had to warn about.

Both engines return the same type, so the pipeline does not care which one ran.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Rendered:
    """The outcome of rendering one build folder.

    Parameters
    ----------
    pages
        The HTML pages written, sorted, as absolute paths inside the output folder.
    pdfs
        The PDFs written, sorted, as absolute paths inside the output folder.
    warnings
        What the reader of the run's messages should know, in Swedish, one sentence each.
    """

    pages: tuple[Path, ...]
    pdfs: tuple[Path, ...]
    warnings: tuple[str, ...] = ()
