"""The internal quality page: rows read and set aside, and results of checks. Never published.

It is for the coordinator only, lies among the processed answers, and is written in every run.
"""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence
from pathlib import Path

from analysis import store
from analysis.quality import sanity
from analysis.quality.sanity import Remark
from analysis.settings import Settings

FILE = "kvalitet.html"
ACTIONS = {"stoppa": "stoppar körningen", "varna": "varnar"}
STYLE = (
    "body{font:16px/1.5 sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
    "table{border-collapse:collapse;margin:1rem 0}caption{text-align:left;font-weight:bold}"
    "th,td{border:1px solid #767676;padding:.25rem .5rem;text-align:left;vertical-align:top}"
)


def write(
    processed: Path, years: Sequence[int], found: Sequence[Remark], settings: Settings
) -> Path:
    """Write the page beside the processed answers.

    Parameters
    ----------
    processed
        Folder of the clean answers and their ledgers.
    years
        Case years with answers.
    found
        The remarks of the checks, for all years.
    settings
        Names, and the consequence of each check.
    """
    body = "\n".join(
        [
            *_checks(found, settings),
            *_years(processed, years),
            *_questions(processed, years, settings),
        ]
    )
    page = (
        f'<!DOCTYPE html>\n<html lang="sv"><head><meta charset="utf-8"><title>Kvalitet</title>'
        f"<style>{STYLE}</style></head><body><h1>Kvaliteten i svaren</h1>"
        "<p>Bara för den som gör rapporten. Sidan hör inte till webbplatsen och ska inte läggas "
        f"ut.</p>\n{body}\n</body></html>\n"
    )
    return store.write_text(processed / FILE, page)


def _checks(found: Sequence[Remark], settings: Settings) -> Iterator[str]:
    rows = []
    for key, name in sanity.NAMES.items():
        told = [one.told for one in found if one.check == key]
        rule = getattr(settings.guards.checks, key)
        rows.append([name, ACTIONS[rule.action], "\n".join(told) or "Inget att anmärka."])
    yield _table("Kontroller", ["Kontroll", "Vid fel", "Utfall"], rows)


def _years(processed: Path, years: Sequence[int]) -> Iterator[str]:
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
    head = ["Ärendeår", "Lästa rader", "Räknade svar", "Undantagna", "Sparade i"]
    yield _table("Rader per år", head, rows)


def _questions(processed: Path, years: Sequence[int], settings: Settings) -> Iterator[str]:
    """Valid answers to each question by year, so that unanswered questions stand out."""
    answers = {year: sanity.rows_of(processed, store.answers(year)) for year in years}
    rows = [
        [
            item.text,
            *(str(sum(sanity.given(row.get(item.key)) for row in answers[year])) for year in years),
        ]
        for item in settings.questionnaire.items
    ]
    yield _table("Giltiga svar per fråga", ["Fråga", *map(str, years)], rows)


def _table(caption: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    cells = "".join(f'<th scope="col">{_text(name)}</th>' for name in head)
    body = "\n".join(
        f'<tr><th scope="row">{_text(row[0])}</th>'
        + "".join(f"<td>{_text(cell)}</td>" for cell in row[1:])
        + "</tr>"
        for row in rows
    )
    return f"<table><caption>{_text(caption)}</caption>\n<tr>{cells}</tr>\n{body}\n</table>"


def _text(text: str) -> str:
    return html.escape(text).replace("\n", "<br>")
