"""The themes that the coordinator has set on free texts in the workbook of ``las``.

Themes are counted; the texts go to the search for secrets and nowhere else.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import partial

import pandas as pd

from analysis import swedish
from analysis.errors import Problem
from analysis.intake.cells.dates import case_year, day, named_year
from analysis.intake.cells.keys import CASE_YEAR
from analysis.intake.cells.words import CONTROL, cell_text, plain
from analysis.intake.recognition.files import RawFile, RawTable
from analysis.intake.rows import Found, Told, unpublishable
from analysis.settings import Settings

MADE = "Gjord"
"""The word before the day on which a workbook was made, above its headings."""
MOST = 60
"""Most characters of a theme, which is a heading and no sentence."""
COLUMNS = ("year", "theme", "texts")


def themes_of(tables: Sequence[RawTable], settings: Settings) -> Found:
    """How many texts have each theme.

    A text that stands several times in an area is counted once: a row that was copied by mistake
    must not lift a theme over the limit for being shown.

    Returns
    -------
    Found
        ``year`` (int64), ``theme`` (as spelled most often; empty for the texts without one) and
        ``texts`` (int64). Not yet protected: see ``measures.themes``.
    """
    told, found = Told(), dict[int, dict[tuple[str, str], str]]()
    places: dict[int, dict[str, None]] = {}
    for table in tables:
        read = partial(_row, named=named_year(table.path.stem), told=told)
        accepted = "Varje rad har ärendeår, område och text."
        for year, area, text, theme in told.rows(table, read, accepted):
            places.setdefault(year, {})[table.where] = None
            found.setdefault(year, {})[area, text] = theme
    for year, where in places.items():
        if len(where) > 1:
            told.problem(
                f"{swedish.capitalised(swedish.number_word(len(where)))} arbetsblad har fritexter "
                f"för {year}, och samma text kan då räknas flera gånger.",
                "Behåll det blad som har era teman, och ta bort de andra.",
                swedish.listing(list(where)),
            )
    rows = [
        (year, theme, texts)
        for year in sorted(places)
        for theme, texts in _counts(found[year].values())
    ]
    types = {"year": "int64", "theme": "str", "texts": "int64"}
    return Found(pd.DataFrame(rows, columns=list(COLUMNS)).astype(types), told)


def texts_in(tables: Iterable[RawTable]) -> frozenset[str]:
    """Every text of the workbooks, also those that somebody has edited."""
    return frozenset(
        texts["text"] for table in tables for _, texts in table.texts() if texts["text"]
    )


def outlived(files: Iterable[RawFile], settings: Settings, today: date) -> list[Problem]:
    """Workbooks of free texts that are older than they should become.

    A workbook without the day on which it was made is as old as its file.
    """
    keep = settings.guards.free_texts.keep_days.value
    found = []
    for file in files:
        told = (_made(table) for table in file.tables if table.header.kind == "themes")
        days = [one or date.fromtimestamp(file.path.stat().st_mtime) for one in told]
        if days and (today - min(days)).days > keep:
            found.append(
                Problem(
                    f"Arbetsboken med fritexter är från {swedish.long_date(min(days))}, och "
                    f"fritexter bör inte sparas längre än {swedish.number(keep, 0)} dagar.",
                    "Radera den om granskningen är klar. Fritexterna finns kvar i svaren så länge "
                    "de sparas. Tiden står under free_texts i config/guards.yml.",
                    file.name,
                )
            )
    return found


def _made(table: RawTable) -> date | None:
    """The day above the headings on which a workbook was made."""
    above = " ".join(cell_text(cell) for row in table.rows[: table.header.row - 1] for cell in row)
    written = re.search(rf"{MADE} (\d{{4}}-\d\d-\d\d)", above)
    return day(written[1]) if written else None


def _row(
    texts: Mapping[str, str], where: str, named: int | None, told: Told
) -> tuple[int, str, str, str] | str | None:
    """Year, area, text in its plain form and theme of a row; or why it cannot be used."""
    if not (texts["text"] or texts["tema"]):
        return None
    year = case_year(texts.get(CASE_YEAR, "")) or named
    if year is None:
        return "ärendeåret saknas"
    if not texts["text"]:
        return "texten saknas"
    theme = CONTROL.sub(" ", texts["tema"]).strip()
    if cause := unpublishable(theme, MOST):
        fix = (
            "Temats namn visas på webbplatsen när tillräckligt många har skrivit om det: skriv "
            "ett kort ämne, som Handläggningstid."
        )
        told.problem(cause, fix, f"{where}, kolumn tema")
    return year, plain(texts["omrade"]), plain(texts["text"]), theme


def _counts(themes: Iterable[str]) -> list[tuple[str, int]]:
    """Texts by theme; themes that differ in capitals and signs alone are one."""
    spelled: dict[str, Counter[str]] = {}
    for theme in themes:
        spelled.setdefault(plain(theme), Counter())[theme] += 1
    return sorted(
        # The first in the alphabet of those that are spelled as often.
        (min(names, key=lambda name: (-names[name], name)), names.total())
        for names in spelled.values()
    )
