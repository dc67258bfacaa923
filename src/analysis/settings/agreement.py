"""Checks that names used in one file of ``config/`` exist in the file that defines them."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping

from analysis.errors import Problem
from analysis.settings.kolada import Kolada
from analysis.settings.local import LocalColumns
from analysis.settings.plan import Plan
from analysis.settings.questionnaire import Questionnaire
from analysis.settings.reading import NOT_ASKED
from analysis.settings.report import Report
from analysis.settings.rules import Rules

QUESTIONNAIRE, COLUMN_MAP = "config/questionnaire.yml", "config/questionnaire_columns.csv"


def disagreements(
    plan: Plan, rules: Rules, report: Report, questionnaire: Questionnaire
) -> Iterator[Problem]:
    """Names used in one file but not defined in another."""
    areas, factors = set(questionnaire.area_keys), set(questionnaire.factor_keys)
    items = set(questionnaire.item_keys)
    measures = items | set(questionnaire.groups)
    used: list[tuple[str, str, str, set[str]]] = [
        *(("config/plan.yml", "areas.named", key, areas) for key in plan.areas.named),
        *(("config/plan.yml", "areas.judged", key, areas) for key in plan.areas.judged),
        *(("config/plan.yml", "goals", goal.measure, measures) for goal in plan.goals),
        *(("config/plan.yml", "baselines", base.measure, measures) for base in plan.baselines),
        *(
            ("config/plan.yml", f"activities, aktivitet {activity.number}, aims_at", key, factors)
            for activity in plan.activities
            for key in activity.aims_at
        ),
        *(
            ("config/rules.yml", f"totals.definitions.{name}.areas", key, areas)
            for name, total in rules.totals.definitions.items()
            for key in total.areas
        ),
        *(("config/report.yml", "owners", key, areas) for key in report.owners),
        *(
            ("config/rules.yml", "index.nki_weights", key, set(questionnaire.groups["nki"]))
            for key in rules.index.nki_weights.value
        ),
        *(
            ("config/rules.yml", "drivers.strongest_nationally", key, factors)
            for key in rules.drivers.strongest_nationally.value
        ),
    ]
    for file, place, key, known in used:
        if key not in known:
            yield _undefined(key, known, f"{file}, {place}")
    versions = {version.key for version in questionnaire.versions}
    for key in (*questionnaire.item_keys, *questionnaire.fields):
        missing = versions - set(questionnaire.columns.get(key, {}))
        if missing:
            yield Problem(
                f"”{key}” saknar rubrik för version {', '.join(sorted(missing))}.",
                f"Lägg till en rad eller kolumn; skriv ”{NOT_ASKED}” om frågan inte fanns.",
                COLUMN_MAP,
            )
    bands = {band.key for band in rules.grades.bands}
    for base in plan.baselines:
        if base.grade not in bands:
            cause = f"Betyget ”{base.grade}” finns inte i config/rules.yml."
            yield Problem(cause, _nearest(base.grade, bands), "config/plan.yml, baselines")


def unknown_keys(local: LocalColumns, columns: Mapping[str, object]) -> Iterator[Problem]:
    """Local headers for keys that are missing in the column map."""
    for column in local.columns:
        if column.key not in columns:
            where = f"config/questionnaire.local.yml, columns, {column.header}"
            yield _undefined(column.key, set(columns), where, COLUMN_MAP)


def unknown_series(kolada: Kolada, questionnaire: Questionnaire, rules: Rules) -> Iterator[Problem]:
    """Series of Kolada for a cell that the configuration does not define."""
    measures = {*questionnaire.groups, *questionnaire.item_keys}
    scopes = {"total", *questionnaire.area_keys}
    definitions = {"", *rules.totals.definitions}
    for kpi in kolada.kpis:
        used = ((kpi.measure, measures), (kpi.scope, scopes), (kpi.definition or "", definitions))
        for name, known in used:
            if name not in known:
                defined_in = f"{QUESTIONNAIRE} eller config/rules.yml"
                yield _undefined(name, known, f"config/kolada.yml, {kpi.id}", defined_in)


def _undefined(key: str, known: set[str], where: str, defined_in: str = QUESTIONNAIRE) -> Problem:
    return Problem(f"”{key}” finns inte i {defined_in}.", _nearest(key, known), where)


def _nearest(key: str, known: set[str]) -> str:
    near = difflib.get_close_matches(key, sorted(known), n=1)
    return f"Menades ”{near[0]}”?" if near else f"Välj bland: {', '.join(sorted(known))}."
