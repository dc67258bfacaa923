"""typst: markup becomes a tagged, archivable PDF, the same bytes for the same input.

The one way to every PDF that we compile ourselves: standards, typeface, errors in Swedish.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import typst

from analysis.errors import Problem
from analysis.render import fonts

STANDARDS: tuple[typst.PDFStandard, ...] = ("a-2a", "ua-1")

# typst's messages, and their meaning for the reader.
_EXPLANATIONS = {
    "missing alt text": (
        "En bild saknar alternativtext.",
        "Ange fig-alt på bilden; en tillgänglig PDF kräver det.",
    ),
    "missing document title": ("Dokumentet saknar titel.", "Ange title i sidans inledning."),
    "the first heading": (
        "Den första rubriken har fel nivå.",
        "Börja med den högsta rubriknivån på sidan.",
    ),
    "heading": ("Rubriknivåerna hoppar.", "Låt varje rubrik ligga högst ett steg under den förra."),
    "label": ("En hänvisning pekar på något som inte finns i PDF:en.", "Rätta hänvisningen."),
    "file not found": ("En fil som PDF:en behöver saknas.", "Kör rapporten på nytt."),
    "unknown font": ("Ett typsnitt saknas.", "Installera paketen på nytt med python run.py."),
}


class Refused(Exception):
    """typst does not make a PDF of the markup; the problem says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


@contextmanager
def compiler(markup: Path, root: Path) -> Iterator[typst.Compiler]:
    """A compiler of a file, which reads nothing outside a folder and knows our typeface only.

    Parameters
    ----------
    markup
        The typst file.
    root
        The folder of the files that it may name.
    """
    with tempfile.TemporaryDirectory() as scratch:
        typefaces = Path(scratch, "fonts")
        fonts.lay_out(typefaces)
        yield typst.Compiler(
            str(markup), root=str(root), font_paths=[str(typefaces)], ignore_system_fonts=True
        )


def pdf(
    made: typst.Compiler,
    timestamp: datetime,
    where: str,
    *,
    standards: Sequence[typst.PDFStandard] = STANDARDS,
    inputs: Mapping[str, str] | None = None,
) -> tuple[bytes, list[str]]:
    """Compile a PDF.

    Parameters
    ----------
    made
        From `compiler`.
    timestamp
        The date in the PDF; has no other effect.
    where
        What the PDF is made of, for the message.
    standards
        What it has to meet.
    inputs
        Values that the markup reads.

    Returns
    -------
    tuple
        The file, and typst's warnings.

    Raises
    ------
    Refused
        typst refuses the document, for example for a missing alt text.
    """
    try:
        content, warnings = made.compile_with_warnings(
            pdf_standards=list(standards), timestamp=timestamp, sys_inputs=dict(inputs or {})
        )
    except typst.TypstError as error:
        raise Refused(_explained(error, where)) from error
    assert isinstance(content, bytes)  # A PDF is one file; only pictures are several.
    return content, [one.message for one in warnings]


def _explained(error: typst.TypstError, where: str) -> Problem:
    message = " ".join([error.message, *error.hints])
    cause, fix = next(
        (words for sign, words in _EXPLANATIONS.items() if sign in message.lower()),
        ("Typst kunde inte göra en PDF av sidan.", "Rätta sidans innehåll."),
    )
    return Problem(f"{cause} (typst: {message})", fix, where)
