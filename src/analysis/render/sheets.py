"""The documents of one page: compiled from plain data by one typst template, all in one go.

Both engines' sites get them made here: they are no pages, and a page alone costs Quarto a second.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from analysis import store
from analysis.errors import RenderingError
from analysis.render import typesetting

TEMPLATE = "assets/typst-sheet.typ"
DATA = "sheets.json"
"""In the build folder: ``look``, and ``sheets`` by name."""


def compile_all(folder: Path, timestamp: datetime) -> dict[str, bytes]:
    """Compile every document.

    Parameters
    ----------
    folder
        A build folder with `DATA`, `TEMPLATE` and the pictures.
    timestamp
        The date in the PDFs.

    Returns
    -------
    dict
        The files by name.

    Raises
    ------
    RenderingError
        With the problem of every document that typst refuses.
    """
    names = sorted(store.read_json(folder / DATA)["sheets"])
    made: dict[str, bytes] = {}
    problems = []
    with typesetting.compiler(folder / TEMPLATE, folder) as compiler:
        for name in names:
            try:
                made[name], _ = typesetting.pdf(
                    compiler, timestamp, f"{name}.pdf", inputs={"sheet": name}
                )
            except typesetting.Refused as error:
                problems.append(error.problem)
    if problems:
        raise RenderingError("Områdenas blad kan inte göras", problems=problems)
    return made
