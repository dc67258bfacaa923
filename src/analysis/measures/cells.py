"""The table of indices: every period, scope and measure, from answers and official values.

Combines the steps in order: groups, intervals, official values, grades, disclosure, change.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis import store
from analysis.measures import disclosure
from analysis.measures.aggregated import add_margin
from analysis.measures.change import add_change
from analysis.measures.grades import grade
from analysis.measures.index import Measures, Summary
from analysis.measures.totals import (
    POOLED,
    TOTAL,
    Group,
    area_weights,
    closed_cases,
    groups,
    is_area_known,
)
from analysis.measures.uncertainty import Estimate, estimate
from analysis.settings import Settings
from analysis.settings.rules import UncertaintyRules

KEYS = ["year", "scope", "definition", "measure"]
PART = "delår"
"""Period of some tertials of a year taken together, for comparisons only."""


def indices(
    answers: pd.DataFrame, cases: pd.DataFrame, official: pd.DataFrame, settings: Settings
) -> pd.DataFrame:
    """Indices of every period, scope, definition and measure, after disclosure control.

    Parameters
    ----------
    answers, cases, official
        The clean frames of intake; each may be empty.
    settings
        Configuration; its municipality's governing official rows are ours.

    Returns
    -------
    pandas.DataFrame
        One row per cell with at least one answer or a governing official value, in canonical
        order: ``year`` ("2025" or "2025-T1"), ``scope``, ``definition``, ``kind``, ``measure``,
        ``n`` (Int64), ``index``, ``lower``, ``upper`` (0–100), ``grade`` (key), ``change``
        (index units), ``change_significant`` (boolean), ``change_mixed`` and ``change_from``
        (see `add_change`),
        ``official``, ``shown``, ``reason`` (key), ``governing`` (the official value, else the
        index) with ``governing_lower`` and ``governing_upper``, ``se``,
        ``missing_share`` (0–1), ``official_difference`` (index − official),
        ``official_status`` and ``official_reason`` (keys; a reason where they
        differ), ``is_official_definition``, ``total_method``
        (``pooled``, ``cases`` or ``mean``; empty for areas), ``has_answers``, ``joint`` (whether
        the answers are known one by one, and not only by their distributions), ``approximate``
        (whether the margin is that of a published value without answers), ``part`` (of a
        year of which only some tertials are there: ``T1,T2``; else empty). A hidden row has no
        numbers at all.
    """
    own = _own_cells(answers, cases, settings)
    table = add_margin(_with_official(own, official, settings), settings.rules.uncertainty)
    closed = closed_cases(cases)
    years = own["year"].str[:4].astype(int)
    weights = {
        int(year): area_weights(int(year), {*own.loc[years == year, "scope"]}, closed, settings)
        for year in years.unique()
    }
    table = disclosure.protect(table, weights, settings)
    # Answers in no known area are counted in their total, and have no name of their own.
    table = table[is_area_known(table["scope"], settings)].reset_index(drop=True)
    # Computed after hiding, since a change would reveal a hidden year.
    parts = {
        int(str(year)): told
        for year, rows in ([] if answers.empty else answers.groupby("year"))
        if (told := settings.guards.intake.part_of_year(rows["period"]))
    }
    earlier = _same_tertials(answers, cases, parts, table, settings)
    table = add_change(_governed(table, settings), parts, earlier)
    names = {str(year): ",".join(told) for year, told in parts.items()}
    table["part"] = table["year"].map(lambda year: names.get(year, "")).astype("str")
    one_by_one = set() if answers.empty else {*answers.loc[answers["joint"], "year"].astype(str)}
    table["joint"] = table["has_answers"] & table["year"].str[:4].isin(one_by_one)
    return _finished(table, settings)


def _same_tertials(
    answers: pd.DataFrame,
    cases: pd.DataFrame,
    parts: Mapping[int, tuple[str, ...]],
    table: pd.DataFrame,
    settings: Settings,
) -> pd.DataFrame:
    """The same tertials of the year before, for comparison with a part of a year.

    Only values that follow from published numbers: a cell is left out where a tertial, or a
    question in it, is hidden.
    """
    found = [_cells_frame().assign(official=pd.Series(dtype="float64"))]
    for year, told in parts.items():
        before = answers[answers["year"] == year - 1]
        if not set(told) <= set(settings.guards.intake.tertials_told(before["period"])):
            continue
        # As one period, so that a whole year's closed cases are not used.
        together = before[before["period"].isin(told)].assign(period=PART)
        cells = _own_cells(together, cases, settings)
        cells = cells[cells["year"] == f"{year - 1}-{PART}"]
        beside = table[table["year"].isin([f"{year - 1}-{period}" for period in told])]
        unknown = _hidden_places(beside, settings)
        shown = [
            key not in unknown for key in zip(*(cells[name] for name in KEYS[1:]), strict=True)
        ]
        found.append(cells[shown].assign(year=str(year), official=np.nan))
    return pd.concat(found, ignore_index=True)


def _hidden_places(beside: pd.DataFrame, settings: Settings) -> set[tuple[str, str, str]]:
    """Scope, definition and measure of cells that are hidden or have a hidden question or area."""
    hidden = beside[~beside["shown"]]
    places = set(zip(*(hidden[name] for name in KEYS[1:]), strict=True))
    if settings.rules.totals.method.value != POOLED:
        for definition, total in settings.rules.totals.definitions.items():
            inside = hidden[hidden["scope"].isin(total.areas)]
            places |= {(TOTAL, definition, measure) for measure in inside["measure"]}
    groups = settings.questionnaire.groups
    return places | {
        (scope, definition, group)
        for scope, definition, measure in places
        for group, items in groups.items()
        if measure in items
    }


def _own_cells(answers: pd.DataFrame, cases: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    measures = Measures.of(settings)
    rules = settings.rules.uncertainty
    parts = [_cells(group, measures, rules) for group in groups(answers, cases, settings)]
    if not parts:
        return _cells_frame()
    # One frame of all groups: a frame for each would take as long as all sums in it.
    columns = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    frame = pd.DataFrame(columns)
    return frame[frame["n"] > 0].reset_index(drop=True)


def _cells(
    group: Group, measures: Measures, rules: UncertaintyRules
) -> dict[str, npt.NDArray[Any]]:
    """The columns of a group's cells, one for each measure."""
    summary = group.summary
    cases = np.full(len(summary.n), group.cases)
    known = estimate(summary.index, summary.variance, summary.n, rules, cases, summary.freedom)
    lower, upper = known.interval(rules.confidence.value)
    told = {
        "year": group.label,
        "scope": group.scope,
        "definition": group.definition,
        "total_method": group.method,
    }
    return {
        **{name: np.full(len(measures.keys), text) for name, text in told.items()},
        "kind": np.array(measures.kinds),
        "measure": np.array(measures.keys),
        "n": summary.n,
        "fewest": summary.fewest,
        "index": summary.index,
        "lower": lower,
        "upper": upper,
        "se": known.error(rules.confidence.value),
        "scale": known.scale,
        "freedom": known.freedom,
        "dispersion": _dispersion(summary, rules),
        "missing_share": summary.missing_share,
    }


def _dispersion(summary: Summary, rules: UncertaintyRules) -> npt.NDArray[np.float64]:
    """The answers' dispersion, without regard to how many cases there were."""
    free = estimate(summary.index, summary.variance, summary.n, rules, freedom=summary.freedom)
    # A table of results tells how many answered, not how many answered each question.
    return np.asarray(free.scale * summary.n.max(initial=0))


def _cells_frame() -> pd.DataFrame:
    texts = ("year", "scope", "definition", "total_method", "kind", "measure")
    numbers = ("index", "lower", "upper", "se", "scale", "freedom", "dispersion", "missing_share")
    kinds = {
        **dict.fromkeys(texts, "str"),
        **dict.fromkeys(("n", "fewest"), "int64"),
        **dict.fromkeys(numbers, "float64"),
    }
    return pd.DataFrame(columns=list(kinds)).astype(kinds)


def _with_official(own: pd.DataFrame, official: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Our cells beside the municipality's governing official values."""
    measures = Measures.of(settings)
    kinds = dict(zip(measures.keys, measures.kinds, strict=True))
    table = own.merge(own_official(official, kinds, settings), on=KEYS, how="outer")
    table["kind"] = table["measure"].map(kinds)
    table["has_answers"] = table["n"].notna()
    table["total_method"] = table["total_method"].fillna("")
    table["fewest"] = table["fewest"].fillna(0).astype("int64")
    table["other_n"] = (table["official_n"] != table["n"].astype("Int64")).fillna(False)
    table["n"] = table["n"].astype("Int64").fillna(table["official_n"])
    return table.drop(columns="official_n")


def own_official(
    official: pd.DataFrame, measures: Collection[str], settings: Settings
) -> pd.DataFrame:
    """Governing official values of the report's municipality: ``KEYS``, ``official`` and n."""
    kinds = {**dict.fromkeys(KEYS, "str"), "official": "float64", "official_n": "Int64"}
    if official.empty:
        return pd.DataFrame(columns=list(kinds)).astype(kinds)
    rows = official[
        official["governs"]
        & (official["municipality_code"] == settings.report.municipality.code)
        & official["measure"].isin(measures)
    ].rename(columns={"value": "official", "n": "official_n"})
    own = rows[list(kinds)].fillna({"definition": ""}).astype(kinds)
    return own.drop_duplicates(KEYS)


def _governed(table: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """The value that governs each cell, with its interval."""
    table = table.assign(governing=table["official"].fillna(table["index"]))
    # SKR's value rests on the same answers, so it is as uncertain as our own index.
    around = Estimate(*(table[name].to_numpy(float) for name in ("governing", "scale", "freedom")))
    lower, upper = around.interval(settings.rules.uncertainty.confidence.value)
    return table.assign(governing_lower=lower, governing_upper=upper)


def _finished(table: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    rules = settings.rules
    table = with_agreement(table, settings)
    table["grade"] = [grade(value, rules.grades) for value in table["governing"].astype(float)]
    official = table["year"].map(lambda year: rules.totals.official(int(year[:4])))
    table["is_official_definition"] = (table["scope"] != TOTAL) | (table["definition"] == official)
    return _ordered(table, settings)


def with_agreement(table: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """The table with how each index agrees with the published one, and what can explain it.

    A value that differs rests on other answers, or SKR weighs questions and areas in ways that are
    not public. No weights give an area a value outside the range of its own questions.
    """
    rules = settings.rules
    difference = table["index"] - table["official"]
    limit = rules.official.explained_difference.value + rules.grades.tolerance.value
    differs = difference.abs() > limit
    unpublished, unknown = table["official"].isna(), difference.isna()
    weighed = (table["scope"] == TOTAL) | _reachable(table, limit, settings)
    return table.assign(
        official_difference=difference,
        official_status=np.select(
            [unpublished, unknown, differs],
            ["", Agreement.ONLY_OFFICIAL, Agreement.DIFFERS],
            Agreement.AGREES,
        ),
        official_reason=np.select(
            [~differs, table["other_n"], weighed],
            ["", Difference.OTHER_ANSWERS, Difference.OTHER_WEIGHTS],
            Difference.UNEXPLAINED,
        ),
    )


class Agreement(StrEnum):
    """Agreement of an index of ours with the published one."""

    AGREES = "agrees"
    DIFFERS = "differs"
    ONLY_OFFICIAL = "only_official"


class Difference(StrEnum):
    """Reasons for a difference between an index of ours and the published one."""

    OTHER_ANSWERS = "annat_antal_svar"
    OTHER_WEIGHTS = "annan_vagning"
    UNEXPLAINED = "oforklarad"


def _reachable(table: pd.DataFrame, limit: float, settings: Settings) -> npt.NDArray[np.bool_]:
    """Whether any weights of the questions give the official value; a question has no weights."""
    groups = {
        item: group for group, items in settings.questionnaire.groups.items() for item in items
    }
    place = ["year", "scope", "definition"]
    questions = table[table["kind"] == "question"]
    ends = questions.groupby([*place, questions["measure"].map(groups)])["index"]
    spread = table[[*place, "measure"]].merge(
        ends.agg(["min", "max"]).reset_index(), on=[*place, "measure"], how="left"
    )
    official = table["official"].to_numpy(dtype=float)
    low, high = (spread[end].to_numpy(dtype=float) for end in ("min", "max"))
    return np.asarray((official >= low - limit) & (official <= high + limit))


COLUMNS = (
    *store.PUBLISHED["index"],
    *("governing", "governing_lower", "governing_upper", "se", "scale", "freedom"),
    *("change_lower", "change_upper", "change_mixed", "change_from", "missing_share"),
    *("official_difference", "official_status", "official_reason", "is_official_definition"),
    *("total_method", "has_answers", "joint", "approximate", "part"),
)


def _ordered(table: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    orders = {
        "scope": (TOTAL, *settings.questionnaire.area_keys),
        "definition": ("", *settings.rules.totals.definitions),
        "measure": Measures.of(settings).keys,
    }
    ordered = table.assign(
        **{name: pd.Categorical(table[name], keys) for name, keys in orders.items()}
    ).sort_values(KEYS)
    return table.loc[ordered.index, list(COLUMNS)].reset_index(drop=True)
