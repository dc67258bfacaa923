"""Reported progress of the plan's activities: ``aktiviteter.csv``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import pandas as pd

from analysis import swedish
from analysis.errors import Problem
from analysis.intake.cells.dates import day
from analysis.intake.cells.values import whole_number
from analysis.intake.cells.words import CONTROL, cell_text, identifies, nearest, plain, shown
from analysis.intake.recognition.files import RawFile, RawTable, recognise
from analysis.intake.rows import Found, unused
from analysis.settings import Plan, Settings

COUNTS = {"reached": "natt", "intended": "avsett", "spent": "kronor"}
NOTE_CHARACTERS = 200
"""A note stands in a cell of a table on the site."""
EVALUATION_WORD = "utvärdering"
Report = tuple[object, ...]


def read_progress(files: Sequence[Path], settings: Settings) -> pd.DataFrame:
    """Reported progress by step and date.

    Parameters
    ----------
    files
        Raw files of any kind; those that hold progress are used.

    Returns
    -------
    pandas.DataFrame
        ``step`` (key of the plan), ``date``, ``status`` (a key of the questionnaire's
        ``step_status``, or empty), ``reached``, ``intended`` (numbers of people or meetings),
        ``spent`` (kronor of this row alone), ``note`` (for readers), ``department``.

    Raises
    ------
    InputDataError
        When a file of progress cannot be used.
    """
    found = progress_of((recognise(path, settings) for path in files), settings)
    return found.usable("Aktiviteternas framdrift kan inte läsas")


def progress_of(files: Iterable[RawFile], settings: Settings) -> Found:
    """The progress of recognised files, with every problem and note."""
    problems: list[Problem] = []
    notes: list[str] = []
    balance: list[str] = []
    rows: dict[Report, str] = {}
    for file in files:
        if file.kind == "progress":
            for table in file.tables:
                _read(table, settings, rows, problems, notes, balance)
    names = ["step", "date", "status", *COUNTS, "note", "department"]
    values = pd.DataFrame(list(rows), columns=names).astype(
        {
            "date": "object",
            **dict.fromkeys(("step", "status", "note", "department"), "str"),
            **dict.fromkeys(COUNTS, "Int64"),
        }
    )
    values = values.sort_values(
        ["step", "date"],
        kind="stable",
        ignore_index=True,
        key=lambda column: column.map(str) if column.name == "date" else column,
    )
    return Found(values, tuple(problems), tuple(notes), tuple(balance))


def _read(
    table: RawTable,
    settings: Settings,
    rows: dict[Report, str],
    problems: list[Problem],
    notes: list[str],
    balance: list[str],
) -> None:
    """Add a table's reports to those of the other tables."""
    steps, size, aside = _names(settings.plan), 0, dict[str, list[int]]()
    for number, cells in table.data():
        size += 1
        texts = {
            key: cell_text(cells[place]) if place < len(cells) else ""
            for key, place in table.header.columns.items()
        }
        where = f"{table.where}, rad {number}"
        step = _step(texts["steg"], steps)
        when = day(texts.get("datum", ""))
        years = settings.plan.years_of(step) if step else None
        if step is None:
            reason = f"steget ”{shown(texts['steg'])}” finns inte i handlingsplanen"
            aside.setdefault(reason, []).append(number)
            continue
        if when and years is not None and when.year not in years:
            reason = f"{shown(texts['steg'])} görs inte år {when.year} enligt handlingsplanen"
            aside.setdefault(reason, []).append(number)
            continue
        report = (step, when, *_report(texts, where, settings, problems))
        if report not in rows:
            rows[report] = where
        elif texts.get("kronor"):
            notes.append(
                f"{where} är likadan som {rows[report]} och räknas en gång. Är det två utgifter: "
                "skriv vad var och en gäller i kolumnen anteckning."
            )
    accepted = (
        f"Skriv stegets nummer ur planen: {swedish.listing(sorted(step_keys(settings.plan)))}. "
        f"{settings.plan.evaluation.key} är {settings.plan.evaluation.title.lower()}."
    )
    unused(table.where, size, aside, accepted, problems, notes, balance)


def step_keys(plan: Plan) -> set[str]:
    """Keys that progress can be reported on."""
    keys = {step.key for activity in plan.activities for step in activity.steps}
    keys |= {rule.key for activity in plan.activities for rule in activity.recurring}
    return keys | {plan.evaluation.key}


def _names(plan: Plan) -> dict[str, str]:
    """Key of a step by its key, and of the evaluation by its name as well."""
    evaluation = plan.evaluation
    named = (EVALUATION_WORD, evaluation.short, evaluation.title)
    return {
        **{plain(name): evaluation.key for name in named},
        **{key.upper(): key for key in step_keys(plan)},
    }


def _step(text: str, steps: Mapping[str, str]) -> str | None:
    # "Steg 3.2", "3,2" and "3.2 Genomförande" all name the step 3.2.
    head = text.casefold().removeprefix("steg").strip().split(" ", 1)[0]
    bare = head.replace(",", ".").rstrip(".:")
    return steps.get(plain(text)) or steps.get(plain(bare)) or steps.get(bare.upper())


def _report(
    texts: Mapping[str, str], where: str, settings: Settings, problems: list[Problem]
) -> Iterator[object]:
    """Status, numbers, note and department of a row, with what is wrong in them."""
    given = texts.get("datum", "")
    if day(given) is None:
        problems.append(
            Problem(
                f"Datumet ”{shown(given)}” går inte att tolka." if given else "Datumet saknas.",
                "Skriv det som 2025-05-28.",
                f"{where}, kolumn datum",
            )
        )
    yield _status(texts.get("status", ""), where, settings, problems)
    for key in COUNTS.values():
        text = texts.get(key, "")
        count = whole_number(text)
        if text and count is None:
            problems.append(
                Problem(
                    f"”{shown(text)}” är inte ett helt tal.",
                    "Rätta talet eller lämna cellen tom.",
                    f"{where}, kolumn {key}",
                )
            )
        yield count
    yield _note(texts.get("anteckning", ""), where, problems)
    yield shown(texts.get("forvaltning", ""))


def _status(text: str, where: str, settings: Settings, problems: list[Problem]) -> str:
    """The status that a word means; a word nobody knows is refused, never shown as it stands."""
    words = settings.questionnaire.step_status
    spelled = {plain(name): key for key, names in words.items() for name in (key, *names)}
    if not text or plain(text) in spelled:
        return spelled[plain(text)] if text else ""
    near = nearest(text, [name for key, names in words.items() for name in (key, *names)])
    hint = f" Menades ”{near}”?" if near else ""
    problems.append(
        Problem(
            f"Läget ”{shown(text)}” är okänt.",
            f"Skriv {swedish.listing(list(words), 'eller')}, eller lämna cellen tom om raden bara "
            f"gäller antal eller kronor.{hint}",
            f"{where}, kolumn status",
        )
    )
    return ""


def _note(text: str, where: str, problems: list[Problem]) -> str:
    """A note as it is published; one that may not be is refused."""
    note = CONTROL.sub(" ", text).strip()
    if identifies(note) or len(note) > NOTE_CHARACTERS:
        problems.append(
            Problem(
                "Anteckningen ser ut att innehålla ett personnummer, en e-postadress, ett "
                "telefonnummer eller ett företagsnamn."
                if identifies(note)
                else f"Anteckningen är längre än {NOTE_CHARACTERS} tecken.",
                "Anteckningen visas på webbplatsen: skriv kort och bara det som får publiceras.",
                f"{where}, kolumn anteckning",
            )
        )
    return note
