"""Reported progress of the plan's activities: ``aktiviteter.csv``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

import pandas as pd

from analysis.errors import Problem
from analysis.intake.files import RawFile, recognise
from analysis.intake.found import Found
from analysis.intake.values import day, whole_number
from analysis.intake.words import CONTROL, cell_text, shown
from analysis.settings import Plan, Settings

COUNTS = {"reached": "natt", "intended": "avsett", "spent": "kronor"}
NOTE_CHARACTERS = 200


def read_progress(files: Sequence[Path], settings: Settings) -> pd.DataFrame:
    """Reported progress by step and date.

    Parameters
    ----------
    files
        Raw files of any kind; those that hold progress are used.

    Returns
    -------
    pandas.DataFrame
        ``step`` (key of the plan), ``date``, ``status`` (lower case), ``reached``, ``intended``
        (numbers of people or meetings), ``spent`` (kronor), ``note``.

    Raises
    ------
    InputDataError
        When a file of progress cannot be used.
    """
    found = progress_of((recognise(path, settings) for path in files), settings)
    return found.usable("Aktiviteternas framdrift kan inte läsas")


def progress_of(files: Iterable[RawFile], settings: Settings) -> Found:
    """The progress of recognised files, with every problem and note."""
    steps = step_keys(settings.plan)
    problems: list[Problem] = []
    notes: list[str] = []
    rows: dict[tuple[object, ...], None] = {}
    for file in files:
        if file.kind != "progress":
            continue
        for table in file.tables:
            for number, cells in table.data():
                columns = table.header.columns
                texts = {
                    key: cell_text(cells[place]) if place < len(cells) else ""
                    for key, place in columns.items()
                }
                where = f"{table.where}, rad {number}"
                step = _step(texts["steg"])
                if step not in steps:
                    notes.append(
                        f"{where}: steget ”{shown(texts['steg'])}” finns inte i handlingsplanen, "
                        "raden används inte."
                    )
                    continue
                rows[(step, *_report(texts, where, problems))] = None
    names = ["step", "date", "status", *COUNTS, "note"]
    values = pd.DataFrame(list(rows), columns=names).astype(
        {
            "step": "str",
            "date": "object",
            "status": "str",
            **dict.fromkeys(COUNTS, "Int64"),
            "note": "str",
        }
    )
    values = values.sort_values(
        ["step", "date"],
        kind="stable",
        ignore_index=True,
        key=lambda column: column.map(str) if column.name == "date" else column,
    )
    return Found(values, tuple(problems), tuple(notes))


def step_keys(plan: Plan) -> set[str]:
    """Keys that progress can be reported on."""
    keys = {step.key for activity in plan.activities for step in activity.steps}
    keys |= {rule.key for activity in plan.activities for rule in activity.recurring}
    return keys | {plan.evaluation.key}


def _step(text: str) -> str:
    # "Steg 3.2", "3,2" and "3.2 Genomförande" all name the step 3.2.
    head = text.casefold().removeprefix("steg").strip().split(" ", 1)[0]
    return head.replace(",", ".").rstrip(".:").upper()


def _report(
    texts: dict[str, str], where: str, problems: list[Problem]
) -> tuple[date | None, str, int | None, int | None, int | None, str]:
    given = texts.get("datum", "")
    when = day(given)
    if when is None:
        problems.append(
            Problem(
                f"Datumet ”{shown(given)}” går inte att tolka." if given else "Datumet saknas.",
                "Skriv det som 2025-05-28.",
                f"{where}, kolumn datum",
            )
        )
    counts: list[int | None] = []
    for key in COUNTS.values():
        text = texts.get(key, "")
        counts.append(whole_number(text))
        if text and counts[-1] is None:
            problems.append(
                Problem(
                    f"”{shown(text)}” är inte ett helt tal.",
                    "Rätta talet eller lämna cellen tom.",
                    f"{where}, kolumn {key}",
                )
            )
    note = CONTROL.sub(" ", texts.get("anteckning", "")).strip()[:NOTE_CHARACTERS]
    reached, intended, spent = counts
    return when, texts.get("status", "").casefold(), reached, intended, spent, note
