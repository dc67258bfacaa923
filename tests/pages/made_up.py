"""Made-up numbers that lead a page to one of its wordings. Shared with the tests of the pages."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd

from analysis import measures, store
from analysis.intake import look
from analysis.measures.goal_forecast import COLUMNS
from analysis.present.data import ReportData
from analysis.settings import Settings, load

CONFIG = Path(__file__).resolve().parents[2] / "config"
SETTINGS = load(CONFIG)
NAN = float("nan")
GOAL_1 = {
    "goal": 1, "scope": "total", "status": "ej nått", "target": 77.0, "index": 73.8, "gap": -3.2,
    "lower": 71.5, "upper": 76.0, "target_year": 2026, "pace_needed": 3.2, "pace_so_far": 1.6,
    "pace_since": 2024, "pace_from": 72.2,
    "definition": "total4", "probability": 0.004,
}  # fmt: skip
"""The row of goal 1, for the whole municipality."""


NO_FORECAST = pd.DataFrame(columns=list(COLUMNS)).astype(COLUMNS)


def goal_table(*rows: dict[str, object]) -> pd.DataFrame:
    """Rows of goal attainment with what they do not give left empty."""
    empty = {
        "year": 2025, "target_year": pd.NA, "gap": NAN, "lower": NAN, "upper": NAN,
        "probability": NAN, "reason": "", "pace_needed": NAN,
        "pace_so_far": NAN, "pace_since": pd.NA, "pace_from": NAN, "definition": "", "index": NAN,
        "holding_back": "",
    }  # fmt: skip
    return pd.DataFrame([{**empty, **row} for row in rows]).assign(
        judged_year=lambda table: table["year"]
    )


def area_goal(scope: str, status: str, index: float, upper: float) -> dict[str, object]:
    """A row of goal 2, NKI at least 70 in every area."""
    return {
        "goal": 2, "scope": scope, "status": status, "target": 70.0, "index": index,
        "gap": index - 70, "lower": 2 * index - upper, "upper": upper,
    }  # fmt: skip


def drivers(**quadrants: str) -> pd.DataFrame:
    """Success factors of the total by quadrant."""
    rows = [
        {"scope": "total", "factor": factor, "quadrant": quadrant, "effect": 0.3}
        for factor, quadrant in quadrants.items()
    ]
    return pd.DataFrame(rows, columns=["scope", "factor", "quadrant", "effect"])


def small(parent: Path, *goals: dict[str, object], **quadrants: str) -> ReportData:
    """A report of one whole year with hidden total, given goals and given success factors."""
    folder = Path(tempfile.mkdtemp(dir=parent))
    indices = pd.DataFrame({"year": ["2025"], "has_answers": [True], "scope": ["total"]})
    indices = indices.assign(
        definition="total4", measure="nki", kind="nki", governing=NAN, part="",
        is_official_definition=True, change=NAN, reason="for_fa_svar", shown=False,
        n=NAN, joint=False,
    )  # fmt: skip
    published = look([], SETTINGS).official.values
    for name, table in (
        (store.INDICES, indices),
        (store.GOALS, goal_table(*goals)),
        (store.FORECAST, NO_FORECAST),
        (store.DRIVERS, drivers(**quadrants)),
        (store.OFFICIAL, published),
        (store.COMPARISON, measures.comparison(indices, published, SETTINGS)),
        (store.MUNICIPALITIES, measures.panorama(indices, published, SETTINGS)),
    ):
        store.write_table(table, folder, name)
    return ReportData(folder, SETTINGS, example=False, today=date(2026, 5, 1))


def changed(data: ReportData, parent: Path, **tables: pd.DataFrame) -> ReportData:
    """A report with other tables; those that are not given stay."""
    folder = Path(tempfile.mkdtemp(dir=parent))
    shutil.copytree(data.folder, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns(".*"))
    for name, table in tables.items():
        store.write_table(table, folder, name)
    return replace(data, folder=folder)


def with_rules(data: ReportData, **rules: object) -> ReportData:
    """A report by other rules."""
    settings: Settings = data.settings
    other = replace(settings, rules=settings.rules.model_copy(update=rules))
    return replace(data, settings=other)


def of_two_tertials(data: ReportData, parent: Path) -> ReportData:
    """The example as if only T1 and T2 of its newest year had come."""
    newest = data.indices["year"] == "2025"
    indices = data.indices.assign(part=newest.map({True: "T1,T2", False: ""}))
    goals = measures.goals(indices, data.settings.plan, data.settings.rules)
    return changed(data, parent, **{store.INDICES: indices, store.GOALS: goals})


def among_others(
    data: ReportData, parent: Path, years: Sequence[int], *, peers: int = 7, others: int = 0
) -> ReportData:
    """A report with published values of the country, some peers and other municipalities.

    The country's NKI is 75 in the total and the areas, its factors 70, 71 and so on, the peers'
    NKI 66, 68 and so on; other municipalities have 25 answers or more.
    """
    settings = data.settings
    factors = settings.questionnaire.factor_keys
    codes = [*settings.report.comparison.peers.codes[:peers], "0180"]
    codes += [f"{2600 + number}" for number in range(others)]
    series = [("0000", "nki", scope, 75.0, 33_000) for scope in ("total", *AREAS)]
    series += [("0000", key, "total", 70.0 + place, None) for place, key in enumerate(factors)]
    series += [
        (code, "nki", scope, 66.0 + 2 * (place % 9), 25 + 7 * place)
        for place, code in enumerate(codes)
        for scope in ("total", "bygglov")
    ]
    names = settings.municipalities
    rows = [
        {
            "municipality": names.get(code, f"Kommun {code}"),
            "municipality_code": code,
            "year": year,
            "measure": measure,
            "scope": scope,
            "definition": settings.rules.totals.official(year) if scope == "total" else "",
            "value": value,
            "n": n,
        }
        for year in years
        for code, measure, scope, value, n in series
    ]
    official = pd.DataFrame(rows).astype({"n": "Int64"})
    return changed(
        data,
        parent,
        **{
            store.COMPARISON: measures.comparison(data.indices, official, settings),
            store.MUNICIPALITIES: measures.panorama(data.indices, official, settings),
        },
    )


def published_rates(*rows: tuple[str, str, float, int | None]) -> pd.DataFrame:
    """Published values with response rates, as scope, definition, rate and answers."""
    frame = pd.DataFrame(rows, columns=["scope", "definition", "response_rate", "n"])
    frame["n"] = frame["n"].astype("Int64")
    return frame.assign(
        municipality="Norrtälje", municipality_code="0188", year=2025, measure="nki", value=70.0,
        published=None, source="", note="", confidence="", governs=True,
    )  # fmt: skip


ITEMS = list(SETTINGS.questionnaire.item_keys)
NO_CASES = pd.DataFrame({"year": [], "area": [], "closed": []})
AREAS = SETTINGS.rules.totals.definitions["total6"].areas


def answers(year: int, **by_period: list[float]) -> pd.DataFrame:
    """Every area gives the same scores to every question, by tertial (``none`` tells none)."""
    rows = [
        {
            "year": year,
            "period": None if period == "none" else period,
            "area": area,
            "outcome": None,
            **dict.fromkeys(ITEMS, score),
        }
        for period, scores in by_period.items()
        for area in AREAS
        for score in scores
    ]
    return pd.DataFrame(rows).astype({"period": "str", "outcome": "str"}).assign(joint=True)


WHOLE = answers(2025, T1=[5.0, 7.0] * 10, T2=[6.0, 8.0] * 10, T3=[9.0, 10.0] * 10)
PART = answers(2026, T1=[6.0, 8.0] * 10, T2=[7.0, 9.0] * 10)


def indices(*frames: pd.DataFrame, official: pd.DataFrame | None = None) -> pd.DataFrame:
    """The indices of some years' answers."""
    published = pd.DataFrame() if official is None else official
    return measures.indices(pd.concat(frames), NO_CASES, published, SETTINGS)


def no_official() -> pd.DataFrame:
    """A table of published values without any."""
    names = ("municipality_code", "measure", "scope", "definition", "source", "note")
    return pd.DataFrame(
        {
            **{name: pd.Series(dtype="str") for name in names},
            "year": pd.Series(dtype="int64"),
            "value": pd.Series(dtype="float64"),
            "governs": pd.Series(dtype="bool"),
        }
    )


def counted(parent: Path, *frames: pd.DataFrame, today: date) -> ReportData:
    """A report of some years' answers."""
    folder = Path(tempfile.mkdtemp(dir=parent))
    table = indices(*frames)
    factors = measures.drivers(frames[0][:0], SETTINGS, table)
    for name, made in (
        (store.INDICES, table),
        (store.GOALS, measures.goals(table, SETTINGS.plan, SETTINGS.rules)),
        (store.DRIVERS, factors.table),
        (store.REQUIRED, measures.required_rise(table, factors, SETTINGS)),
        (store.OFFICIAL, no_official()),
        (store.COMPARISON, measures.comparison(table, no_official(), SETTINGS)),
        (store.MUNICIPALITIES, measures.panorama(table, no_official(), SETTINGS)),
        (store.FORECAST, measures.goal_forecasts(table, no_official(), SETTINGS)),
    ):
        store.write_table(made, folder, name)
    return ReportData(folder, SETTINGS, example=False, today=today)
