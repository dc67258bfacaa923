"""What companies say in dialogues with their associations: ``dialog.xlsx``, a row a subject."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial

import pandas as pd

from analysis import swedish
from analysis.intake.cells.dates import day
from analysis.intake.cells.values import Reader
from analysis.intake.cells.words import CONTROL, plain, shown
from analysis.intake.recognition.files import RawTable
from analysis.intake.rows import Found, Told, unknown, unpublishable
from analysis.settings import Settings

MOST = {"forening": 80, "sammanfattning": 300}
"""Most characters of a cell, which stands in a table on the site."""
COLUMNS = ("dialogue", "year", "scope", "factor", "association", "date", "summary")
FIX = (
    "Den visas på webbplatsen: skriv kort, och utan namn på företag och personer. Det som inte "
    "får visas har nej i kolumnen får citeras."
)


@dataclass(frozen=True)
class Subject:
    """A row of a sheet: what one dialogue said of a factor, an area or both."""

    association: str
    day: date
    scope: str
    factor: str
    summary: str
    quotable: bool


def dialogues_of(tables: Iterable[RawTable], settings: Settings) -> Found:
    """The subjects of the dialogues, in the order of day and file.

    Of a subject that may not be quoted only that it was raised is kept: in which dialogue, about
    what, and in which year.

    Returns
    -------
    Found
        ``dialogue`` (a number, the same for an association's subjects of one day), ``year``
        (int64, calendar year), ``scope`` (an area, or empty), ``factor`` (or empty); and, empty
        unless it may be quoted, ``association``, ``date`` (ISO) and ``summary``.
    """
    told = Told()
    found: dict[Subject, None] = {}
    areas, factors = settings.questionnaire.area_names, settings.questionnaire.factor_names
    accepted = (
        "Varje rad har förening, datum (som 2026-05-20) och en faktor "
        f"({swedish.listing(factors, 'eller')}), ett område ({swedish.listing(areas, 'eller')}) "
        "eller båda."
    )
    read = partial(_row, Reader(settings), told)
    for table in tables:
        found |= dict.fromkeys(told.rows(table, read, accepted))
    subjects = sorted(found, key=lambda one: one.day)
    meetings = dict.fromkeys((one.day, plain(one.association)) for one in subjects)
    numbers = {meeting: number for number, meeting in enumerate(meetings, start=1)}
    rows = [
        (
            numbers[one.day, plain(one.association)],
            one.day.year,
            one.scope,
            one.factor,
            *((one.association, one.day.isoformat(), one.summary) if one.quotable else [""] * 3),
        )
        for one in subjects
    ]
    types = {"dialogue": "int64", "year": "int64", **dict.fromkeys(COLUMNS[2:], "str")}
    return Found(pd.DataFrame(rows, columns=list(COLUMNS)).astype(types), told)


def unquotable(tables: Iterable[RawTable], settings: Settings) -> frozenset[str]:
    """The summaries that must not be shown anywhere.

    What also stands in one that may be quoted is no secret: "Det tar för lång tid".
    """
    reader = Reader(settings)
    said: dict[bool, set[str]] = {True: set(), False: set()}
    for table in tables:
        for _, texts in table.texts():
            said[bool(reader.yes(texts.get("far_citeras", "")))].add(texts["sammanfattning"])
    shown = [plain(text) for text in said[True]]
    return frozenset(
        text for text in said[False] if not any(plain(text) in quoted for quoted in shown)
    ) - {""}


def _row(reader: Reader, told: Told, texts: Mapping[str, str], where: str) -> Subject | str:
    """A subject, or why its row cannot be used."""
    when = day(texts.get("datum", ""))
    if not texts["forening"]:
        return "föreningen saknas"
    if when is None:
        return "datumet saknas eller är ingen dag"
    about = _about(texts, reader)
    return about if isinstance(about, str) else _subject(texts, about, when, reader, where, told)


def _about(texts: Mapping[str, str], reader: Reader) -> tuple[str, str] | str:
    """Area and factor of a row, one of them perhaps empty; or why it cannot be used."""
    area, factor = texts.get("omrade", ""), texts.get("faktor", "")
    questionnaire = reader.settings.questionnaire
    # The whole municipality is no area of its own.
    scope = "" if not area or reader.sums_up(area) else reader.area(area)
    if scope is None:
        return unknown("området", area, questionnaire.area_names)
    key = reader.factor(factor) if factor else ""
    if key is None:
        return unknown("faktorn", factor, questionnaire.factor_names)
    return (scope, key) if scope or key else "både faktor och område saknas"


def _subject(
    texts: Mapping[str, str],
    about: tuple[str, str],
    when: date,
    reader: Reader,
    where: str,
    told: Told,
) -> Subject:
    """A row with its problems: what may be quoted must be fit to be published."""
    answer = texts.get("far_citeras", "")
    quotable = reader.yes(answer)
    if quotable is None:
        cause = f"”{shown(answer)}” är varken ja eller nej."
        told.problem(
            cause, "Skriv ja eller nej. En tom cell betyder nej.", f"{where}, kolumn far_citeras"
        )
    cells = {key: CONTROL.sub(" ", texts[key]).strip() for key in MOST}
    if quotable:
        for key, text in cells.items():
            cause = unpublishable(text, MOST[key])
            if key == "sammanfattning" and not text:
                cause = "Sammanfattningen saknas, så det finns inget att citera."
            if cause:
                told.problem(cause, FIX, f"{where}, kolumn {key}")
    return Subject(
        cells["forening"], when, *about, cells["sammanfattning"], quotable=bool(quotable)
    )
