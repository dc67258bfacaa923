"""Reported progress of the plan's activities: ``aktiviteter.csv``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from functools import partial

import pandas as pd

from analysis import swedish
from analysis.intake.cells.dates import day
from analysis.intake.cells.words import CONTROL, identifies, nearest, plain, shown
from analysis.intake.progress_sums import ProgressRow, not_adding_up
from analysis.intake.recognition.files import RawTable
from analysis.intake.rows import Found, Told, unpublishable
from analysis.settings import Plan, Settings
from analysis.settings.report import unit_key

COUNTS = {"reached": "natt", "intended": "avsett", "spent": "kronor"}
NOTE_CHARACTERS = 200
"""Most characters of a note, which stands in a table cell on the site."""
DEPARTMENT_CHARACTERS = 80
"""Most characters of a förvaltning's name, which is a heading on the site."""
SAME = 0.9
"""Names this alike are taken for one name written in two ways."""
DIGITS = re.compile(r"\d+")
EVALUATION_WORD = "utvärdering"
DONE, NOT_BEGUN = "klar", "ej påbörjad"
"""Keys of the questionnaire's ``step_status``."""


def progress_of(tables: Iterable[RawTable], settings: Settings, today: date) -> Found:
    """Reported progress by step and date.

    Parameters
    ----------
    tables
        Tables of reported progress.
    settings
        Configuration.
    today
        The present day: what is planned for a later one is not done.

    Returns
    -------
    Found
        ``step`` (key of the plan), ``date``, ``status`` (a key of the questionnaire's
        ``step_status``, or empty), ``reached``, ``intended`` (numbers of people or meetings),
        ``spent`` (kronor of this row alone), ``note`` (for readers), ``department`` (a förvaltning,
        written alike on all its rows; empty for the whole municipality).
    """
    told = Told()
    rows: dict[ProgressRow, str] = {}
    evaluation = settings.plan.evaluation
    accepted = (
        f"Skriv stegets nummer ur planen: {swedish.listing(sorted(step_keys(settings.plan)))}. "
        f"{evaluation.key} är {evaluation.title.lower()}."
    )
    read = partial(_row, settings, settings.report.units, told)
    for table in tables:
        for report, where in told.rows(table, read, accepted):
            _on_a_possible_day(report, settings, today, f"{where}, kolumn datum", told)
            if report not in rows:
                rows[report] = where
            elif report.spent is not None:
                told.notes.append(
                    f"{where} är likadan som {rows[report]} och räknas en gång. Är det två "
                    "utgifter: skriv vad var och en gäller i kolumnen anteckning."
                )
    not_adding_up(rows, settings.plan, told)
    values = pd.DataFrame(list(rows), columns=list(ProgressRow._fields)).astype(
        {
            "date": "object",
            **dict.fromkeys(("step", "status", "note", "department"), "str"),
            **dict.fromkeys(COUNTS, "Int64"),
        }
    )
    # Missing dates cannot be compared with dates; as texts they can.
    values = values.sort_values(
        ["step", "date"], kind="stable", ignore_index=True, key=lambda column: column.map(str)
    )
    return Found(values, told)


def _row(
    settings: Settings,
    departments: dict[str, str],
    told: Told,
    texts: Mapping[str, str],
    where: str,
) -> tuple[ProgressRow, str] | str:
    """A report and its place, or why its row cannot be used; a new förvaltning joins the known."""
    step = _step(texts["steg"], _names(settings.plan))
    if step is None:
        return f"steget ”{shown(texts['steg'])}” finns inte i handlingsplanen"
    when, years = day(texts.get("datum", "")), settings.plan.years_of(step)
    if when and years is not None and when.year not in years:
        return f"{shown(texts['steg'])} görs inte år {when.year} enligt handlingsplanen"
    department = _department(
        texts.get("forvaltning", ""),
        f"{where}, kolumn förvaltning",
        settings.questionnaire.whole_municipality,
        departments,
        told,
    )
    return _report(step, when, department, texts, where, settings, told), where


def step_keys(plan: Plan) -> set[str]:
    """Keys of the entries that progress can be reported on."""
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
    step: str,
    when: date | None,
    department: str,
    texts: Mapping[str, str],
    where: str,
    settings: Settings,
    told: Told,
) -> ProgressRow:
    """A row's status, numbers and note, with their problems."""
    given = texts.get("datum", "")
    if when is None:
        cause = f"Datumet ”{shown(given)}” går inte att tolka." if given else "Datumet saknas."
        told.problem(cause, "Skriv det som 2025-05-28.", f"{where}, kolumn datum")
    counts = {
        name: told.count(texts[key], f"{where}, kolumn {key}") if texts.get(key) else None
        for name, key in COUNTS.items()
    }
    return ProgressRow(
        step=step,
        date=when,
        status=_status(texts.get("status", ""), f"{where}, kolumn status", settings, told),
        **counts,
        note=_note(texts.get("anteckning", ""), f"{where}, kolumn anteckning", told),
        department=department,
    )


def _on_a_possible_day(
    report: ProgressRow, settings: Settings, today: date, where: str, told: Told
) -> None:
    """Tell of a day so early, or with something done so late, that it must be a mistake."""
    if report.date is None:
        return
    plan, before = settings.plan, settings.guards.intake.days_before_plan.value
    adopted = plan.document.adopted
    if plan.adopted and report.date < adopted - timedelta(days=before):
        told.problem(
            f"Datumet {report.date} ligger långt före handlingsplanen, som antogs {adopted}.",
            "Rätta året i datumet.",
            where,
        )
    done = [
        *(["läget klar"] if report.status == DONE else []),
        *(["nådda"] if report.reached else []),
        *(["kronor"] if report.spent else []),
    ]
    if done and report.date > today:
        told.problem(
            f"{swedish.capitalised(swedish.listing(done))} kan inte rapporteras för "
            f"{report.date}: dagen har inte kommit än.",
            "Rätta datumet till dagen då det blev gjort. Är det bara planerat: skriv "
            f"”{NOT_BEGUN}” och lämna antal nådda och kronor tomma tills det är gjort.",
            where,
        )


def _department(
    text: str, where: str, whole: Iterable[str], known: dict[str, str], told: Told
) -> str:
    """The förvaltning that a row is about, as it was written first; empty for all of them.

    A new name is added to the known ones, unless it looks like one of them written wrongly.
    """
    name = " ".join(CONTROL.sub(" ", text).split())
    key = unit_key(name)
    if not key or key in map(unit_key, whole):
        return ""
    if identifies(name) or len(name) > DEPARTMENT_CHARACTERS:
        told.problem(
            "Förvaltningen ser ut att vara något annat än namnet på en förvaltning.",
            "Skriv förvaltningens namn och inget mer, eller lämna cellen tom om raden gäller hela "
            f"kommunen. Högst {DEPARTMENT_CHARACTERS} tecken; aldrig en person eller ett företag.",
            where,
        )
        return shown(name)
    near = nearest(name, known.values(), SAME)
    # "Rektorsområde 1" and "2" are alike, and two.
    if key not in known and near and DIGITS.findall(name) == DIGITS.findall(near):
        told.problem(
            f"Förvaltningen ”{shown(name)}” liknar ”{near}” men är inte skriven likadant, så "
            "deras tal läggs inte ihop.",
            f"Skriv ”{near}” om det är samma förvaltning. Stora och små bokstäver, mellanslag och "
            "bindestreck spelar ingen roll.",
            where,
        )
    return known.setdefault(key, name)


def _status(text: str, where: str, settings: Settings, told: Told) -> str:
    """The status for a word; an unknown word is refused and never shown."""
    words = settings.questionnaire.step_status
    spelled = {name: key for key, names in words.items() for name in (key, *names)}
    keys = {plain(name): key for name, key in spelled.items()}
    if not text or plain(text) in keys:
        return keys[plain(text)] if text else ""
    near = nearest(text, spelled)
    hint = f" Menades ”{near}”?" if near else ""
    told.problem(
        f"Läget ”{shown(text)}” är okänt.",
        f"Skriv {swedish.listing(list(words), 'eller')}, eller lämna cellen tom om raden bara "
        f"gäller antal eller kronor.{hint}",
        where,
    )
    return ""


def _note(text: str, where: str, told: Told) -> str:
    """A note in its published form; a note that may not be published is refused."""
    note = CONTROL.sub(" ", text).strip()
    if cause := unpublishable(note, NOTE_CHARACTERS, "Anteckningen"):
        fix = "Anteckningen visas på webbplatsen: skriv kort och bara det som får publiceras."
        told.problem(cause, fix, where)
    return note
