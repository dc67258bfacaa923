"""The internal quality page: rows read and set aside, and results of checks. Never published.

It is for the coordinator only, lies in the matter's folder, and is written in every run.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from analysis import store
from analysis.quality import sanity
from analysis.quality.sanity import Remark
from analysis.review import Chapter, Grid, Review
from analysis.settings import Settings

FILE = "kvalitet.html"
ACTIONS = {"stoppa": "stoppar körningen", "varna": "varnar"}
PRIVATE = "Bara för den som gör rapporten. Sidan hör inte till webbplatsen och ska inte läggas ut."


def write(
    folder: Path,
    processed: Path,
    years: Sequence[int],
    found: Sequence[Remark],
    settings: Settings,
) -> Path:
    """Write the page.

    Parameters
    ----------
    folder
        Where it is written.
    processed
        Folder of the clean answers and their ledgers.
    years
        Case years with answers.
    found
        The remarks of the checks, for all years.
    settings
        Names, and the consequence of each check.
    """
    chapters = {
        "Kontroller": _checks(found, settings),
        "Rader per år": _years(processed, years),
        "Giltiga svar per fråga": _questions(processed, years, settings),
    }
    page = Review(
        "Kvaliteten i svaren", [Chapter(name, [grid]) for name, grid in chapters.items()], PRIVATE
    )
    return store.write_text(folder / FILE, page.to_html())


def _checks(found: Sequence[Remark], settings: Settings) -> Grid:
    rows = []
    for key, name in sanity.NAMES.items():
        told = [one.told for one in found if one.check == key]
        rule = getattr(settings.guards.checks, key)
        rows.append([name, ACTIONS[rule.action], " ".join(told) or "Inget att anmärka."])
    return Grid("", ["Kontroll", "Vid fel", "Utfall"], rows)


def _years(processed: Path, years: Sequence[int]) -> Grid:
    rows = []
    for year in years:
        counts = {
            row["reason"]: row["count"]
            for row in sanity.rows_of(processed, store.quality(year))
            if row["measure"] == "rader"
        }
        read, counted = counts.pop(store.READ, 0), counts.pop(store.COUNTED, 0)
        aside = ", ".join(f"{reason}: {count}" for reason, count in counts.items()) or "inga"
        rejects = store.rejects_path(processed, year).name
        rows.append([str(year), str(read), str(counted), aside, rejects])
    head = ["Ärendeår", "Lästa rader", "Räknade svar", "Räknas inte med", "Sparade i"]
    return Grid("", head, rows, frozenset((1, 2)))


def _questions(processed: Path, years: Sequence[int], settings: Settings) -> Grid:
    """Valid answers to each question by year, so that unanswered questions stand out."""
    answers = [sanity.tally_of(processed, year, settings) for year in years]
    rows = [
        [item.text, *(str(counted.given(item.key)) for counted in answers)]
        for item in settings.questionnaire.items
    ]
    numeric = frozenset(range(1, len(years) + 1))
    return Grid("", ["Fråga", *map(str, years)], rows, numeric)
