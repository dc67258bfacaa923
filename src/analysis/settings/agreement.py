"""Checks that names used in one file of ``config/`` exist in the file that defines them."""

from __future__ import annotations

import difflib
from collections.abc import Mapping

from analysis.errors import Problem
from analysis.settings.kolada import Kolada
from analysis.settings.local import LocalColumns
from analysis.settings.plan import Plan
from analysis.settings.questionnaire import Questionnaire
from analysis.settings.reading import NOT_ASKED
from analysis.settings.report import Report
from analysis.settings.rules import Rules


def disagreements(
    plan: Plan, rules: Rules, report: Report, questionnaire: Questionnaire
) -> list[Problem]:
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
    problems = [
        Problem(
            f"”{key}” finns inte i config/questionnaire.yml.",
            _nearest(key, known),
            f"{file}, {place}",
        )
        for file, place, key, known in used
        if key not in known
    ]
    versions = {version.key for version in questionnaire.versions}
    for key in (*questionnaire.item_keys, *questionnaire.fields):
        missing = versions - set(questionnaire.columns.get(key, {}))
        if missing:
            problems.append(
                Problem(
                    f"”{key}” saknar rubrik för version {', '.join(sorted(missing))}.",
                    f"Lägg till en rad eller kolumn; skriv ”{NOT_ASKED}” om frågan inte fanns.",
                    "config/questionnaire_columns.csv",
                )
            )
    bands = {band.key for band in rules.grades.bands}
    problems += [
        Problem(
            f"Betyget ”{base.grade}” finns inte i config/rules.yml.",
            _nearest(base.grade, bands),
            "config/plan.yml, baselines",
        )
        for base in plan.baselines
        if base.grade not in bands
    ]
    return problems


def unknown_keys(local: LocalColumns, columns: Mapping[str, object]) -> list[Problem]:
    """Local headers for keys that are missing in the column map."""
    return [
        Problem(
            f"”{column.key}” finns inte i config/questionnaire_columns.csv.",
            _nearest(column.key, set(columns)),
            f"config/questionnaire.local.yml, columns, {column.header}",
        )
        for column in local.columns
        if column.key not in columns
    ]


def unknown_series(kolada: Kolada, questionnaire: Questionnaire, rules: Rules) -> list[Problem]:
    """Series of Kolada for a cell that the configuration does not define."""
    measures = {*questionnaire.groups, *questionnaire.item_keys}
    scopes = {"total", *questionnaire.area_keys}
    definitions = {"", *rules.totals.definitions}
    return [
        Problem(
            f"”{name}” finns inte i config/questionnaire.yml eller config/rules.yml.",
            _nearest(name, known),
            f"config/kolada.yml, {kpi.id}",
        )
        for kpi in kolada.kpis
        for name, known in (
            (kpi.measure, measures),
            (kpi.scope, scopes),
            (kpi.definition or "", definitions),
        )
        if name not in known
    ]


def _nearest(key: str, known: set[str]) -> str:
    near = difflib.get_close_matches(key, sorted(known), n=1)
    return f"Menades ”{near[0]}”?" if near else f"Välj bland: {', '.join(sorted(known))}."
