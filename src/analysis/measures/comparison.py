"""Where a municipality stands: against the country, similar municipalities and all of them.

Values are compared within one year and one definition only. Nothing is ranked without an interval,
and no word is stronger than the interval of the difference.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import ndtri

from analysis.measures.funnel import between_variance, limits, rank_interval
from analysis.measures.index import Floats
from analysis.measures.totals import TOTAL
from analysis.measures.uncertainty import Estimate, difference
from analysis.settings import Settings
from analysis.settings.questionnaire import NKI
from analysis.settings.rules import Rules

ROUNDING = 1 / 12
"""Variance of the rounding to a whole number: a uniform distribution one unit wide."""
BAND = (0.10, 0.90)
"""The share of the similar municipalities below the ends of their band."""


class Standing(StrEnum):
    """Where a value lies, as its interval allows it to be said."""

    OVER = "over"
    LEVEL = "i_niva_med"
    UNDER = "under"
    UNDECIDED = "gar_inte_att_avgora"
    """The number of answers is not published, and at the fewest possible there is no difference."""
    UNKNOWN = ""


class Missing(StrEnum):
    """Why a value is not compared."""

    NONE = ""
    NO_COMMON_YEAR = "inget_gemensamt_ar"
    TOO_OLD = "for_gammalt"


COLUMNS = (
    *("measure", "scope", "definition", "year", "value", "lower", "upper", "approximate"),
    *("country", "country_difference", "country_lower", "country_upper", "country_word"),
    *("peers", "peers_low", "peers_median", "peers_high"),
    *("peers_difference", "peers_lower", "peers_upper", "peers_word"),
    *("rank_lower", "rank_upper", "ranked", "reason"),
)


@dataclass(frozen=True)
class Compared:
    """A value, or several, with the bounds of their intervals, as arrays."""

    value: Floats
    lower: Floats
    upper: Floats

    def less(self, other: Compared) -> Compared:
        """The difference from another value."""
        bounds = (self.lower, self.upper), (other.lower, other.upper)
        lower, upper = difference(self.value, bounds[0], other.value, bounds[1])
        return Compared(self.value - other.value, lower, upper)


def comparison(indices: pd.DataFrame, official: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """The municipality's NKI, areas and factors against the country and similar municipalities.

    Parameters
    ----------
    indices
        The table of `measures.indices`.
    official
        Published values of all municipalities.
    settings
        The country, the peers, and the rules of the comparison.

    Returns
    -------
    pandas.DataFrame
        One row for each area and the total (NKI) and for each factor (total), with the newest
        year that both we and the compared have a value for: ``value`` with bounds
        (``approximate``: from published values alone; no bounds without a number of answers),
        ``country`` and ``peers_median`` with our difference from them, its bounds and word
        (`Standing`), the peers' number and their 10–90 % band, and for the NKI
        of the total the rank's interval among ``ranked`` municipalities.
        ``reason`` (`Missing`) where nothing is compared; ``year`` is then the newest one possible.
    """
    whole = _whole(indices)
    last = _newest_year(indices)
    asked = [(NKI, scope) for scope in (TOTAL, *settings.questionnaire.area_keys)]
    asked += [(factor, TOTAL) for factor in settings.questionnaire.factor_keys]
    rows = []
    for measure, scope in asked:
        mine = whole[(whole["measure"] == measure) & (whole["scope"] == scope)]
        others = municipalities(official, measure, scope)
        rows.append(_row(measure, scope, mine, others, last, settings))
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    whole_numbers = ("year", "peers", "rank_lower", "rank_upper", "ranked")
    return table.astype(dict.fromkeys(whole_numbers, "Int64"))


def _whole(indices: pd.DataFrame) -> pd.DataFrame:
    """The values of whole years, of totals those in the year's official definition."""
    whole = ~indices["year"].str.contains("-") & (indices["part"] == "")
    return indices[whole & indices["is_official_definition"] & indices["governing"].notna()]


def _newest_year(indices: pd.DataFrame) -> int:
    return max((int(str(year)[:4]) for year in indices["year"]), default=0)


def municipalities(official: pd.DataFrame, measure: str, scope: str) -> pd.DataFrame:
    """Published values of one series: municipalities and the country, not groups of them."""
    if official.empty:
        return official.reindex(columns=["municipality_code", "year", "definition", "value", "n"])
    single = official["municipality_code"].str.fullmatch(r"\d{4}")
    kept = single & (official["measure"] == measure) & (official["scope"] == scope)
    return official[kept].drop_duplicates(["municipality_code", "year", "definition"])


def _row(
    measure: str,
    scope: str,
    mine: pd.DataFrame,
    others: pd.DataFrame,
    last: int,
    settings: Settings,
) -> dict[str, Any]:
    rules, against = settings.rules.comparison, settings.report.comparison
    row: dict[str, Any] = {
        **dict.fromkeys(COLUMNS, np.nan),
        "measure": measure,
        "scope": scope,
        "definition": "",
        "year": pd.NA,
        "approximate": False,
        "country_word": Standing.UNKNOWN,
        "peers": 0,
        "peers_word": Standing.UNKNOWN,
        **dict.fromkeys(("rank_lower", "rank_upper", "ranked"), pd.NA),
        "reason": Missing.NO_COMMON_YEAR,
    }
    for _, cell in mine.sort_values("year", ascending=False).iterrows():
        year, definition = int(cell["year"]), str(cell["definition"])
        same = others[(others["year"] == year) & (others["definition"] == definition)]
        country = same[same["municipality_code"] == against.country.code]
        peers = same[same["municipality_code"].isin(peer_codes(settings))]
        enough = len(peers) >= rules.least_peers.value
        if country.empty and not enough:
            continue
        row |= {"year": year, "definition": definition, "peers": len(peers)}
        if last - year > rules.oldest.value:
            return row | {"reason": Missing.TOO_OLD}
        own, approximate = _own(cell, scope, settings.rules)
        counted = bool(pd.notna(cell["governing_lower"]) or pd.notna(cell["n"]))
        row |= {"value": own.value[0], "approximate": approximate, "reason": Missing.NONE}
        if counted:
            row |= {"lower": own.lower[0], "upper": own.upper[0]}
        if not country.empty:
            against_country = country_value(country, settings.rules)
            row |= _against("country", own, against_country, counted=counted)
        if enough:
            low, high = np.quantile(peers["value"].to_numpy(float), BAND)
            row |= {"peers_low": low, "peers_high": high}
            median = _median(peers, scope, settings.rules)
            every = counted and bool(peers["n"].notna().all())
            row |= _against("peers", own, median, counted=every)
        if (measure, scope) == (NKI, TOTAL):
            row |= _rank(own, same, settings)
        return row
    return row


def peer_codes(settings: Settings) -> list[str]:
    """The configured peers; a municipality is never its own."""
    mine = settings.report.municipality.code
    return [code for code in settings.report.comparison.peers.codes if code != mine]


def _against(name: str, own: Compared, other: Compared, *, counted: bool) -> dict[str, Any]:
    """The difference and its word; without numbers of answers no margin is told."""
    apart = own.less(other)
    value = "peers_median" if name == "peers" else name
    word = standing(float(apart.lower[0]), float(apart.upper[0]))
    told = {value: other.value[0], f"{name}_difference": apart.value[0], f"{name}_word": word}
    if counted:
        return {**told, f"{name}_lower": apart.lower[0], f"{name}_upper": apart.upper[0]}
    if word == Standing.LEVEL:
        told[f"{name}_word"] = Standing.UNDECIDED
    return told


def standing(lower: float, upper: float) -> Standing:
    """The word that the interval of a difference allows.

    >>> [str(standing(*bounds)) for bounds in ((0.2, 4.0), (-0.1, 9.0), (-4.0, -0.2))]
    ['over', 'i_niva_med', 'under']
    >>> standing(float("nan"), float("nan")) == Standing.UNKNOWN
    True
    """
    if np.isnan(lower) or np.isnan(upper):
        return Standing.UNKNOWN
    if lower > 0:
        return Standing.OVER
    return Standing.UNDER if upper < 0 else Standing.LEVEL


def published(values: Floats, n: Floats, rules: Rules) -> Compared:
    """Published values with approximate intervals, from their answers and an assumed spread.

    Parameters
    ----------
    values
        Indices as published; a whole number carries its rounding in the interval.
    n
        Answers.
    """
    spread = rules.uncertainty.assumed_dispersion.value
    around = Estimate(values, spread / n, np.maximum(n - 1, 1.0))
    return rounded(Compared(values, *around.interval(rules.uncertainty.confidence.value)), rules)


def rounded(told: Compared, rules: Rules, where: Floats | None = None) -> Compared:
    """Values whose intervals also hold the rounding of those that are whole numbers.

    Parameters
    ----------
    where
        One for values that are published, zero for others; all where not given.
    """
    z = float(ndtri((1 + rules.uncertainty.confidence.value) / 2))
    reach = z * np.sqrt(ROUNDING) * (told.value % 1 == 0)
    if where is not None:
        reach = reach * where
    return Compared(
        told.value,
        np.clip(told.value - np.hypot(told.value - told.lower, reach), 0, 100),
        np.clip(told.value + np.hypot(told.upper - told.value, reach), 0, 100),
    )


def least_answers(n: pd.Series, scope: str, rules: Rules) -> Floats:
    """Answers; where they are not published, the fewest that a published value may rest on.

    So a margin is never told smaller than it can be.
    """
    return np.asarray(n.astype("Float64").fillna(rules.disclosure.needed(scope)), dtype=float)


def country_value(rows: pd.DataFrame, rules: Rules) -> Compared:
    """The country's value; tens of thousands of answers where their number is not published."""
    value, n = rows["value"].to_numpy(float)[:1], rows["n"].iloc[0]
    if pd.isna(n):
        return rounded(Compared(value, value, value), rules)
    return published(value, np.array([float(n)]), rules)


def _own(cell: pd.Series, scope: str, rules: Rules) -> tuple[Compared, bool]:
    """Our value with its interval, and whether that rests on published values alone."""
    value = np.array([float(cell["governing"])])
    lower, upper = (np.array([float(cell[f"governing_{end}"])]) for end in ("lower", "upper"))
    if np.isnan(lower[0]):
        return published(value, least_answers(pd.Series([cell["n"]]), scope, rules), rules), True
    where = np.array([float(pd.notna(cell["official"]))])
    return rounded(Compared(value, lower, upper), rules, where), bool(cell["approximate"])


def errors(told: Compared, confidence: float) -> Floats:
    """Standard errors: half of the intervals' widths over the normal quantile."""
    return np.asarray((told.upper - told.lower) / 2 / ndtri((1 + confidence) / 2), dtype=float)


def _median(peers: pd.DataFrame, scope: str, rules: Rules) -> Compared:
    """The peers' median; its interval by drawing each peer's value around what is published.

    The peers are given, not a sample of municipalities: only their surveys' errors are drawn.
    """
    told = published(peers["value"].to_numpy(float), least_answers(peers["n"], scope, rules), rules)
    confidence = rules.uncertainty.confidence.value
    draw = np.random.default_rng(rules.uncertainty.seed.value)
    size = (rules.comparison.replicates.value, len(peers))
    drawn = np.median(draw.normal(told.value, errors(told, confidence), size), axis=1)
    middle = np.median(told.value)
    lower, upper = np.quantile(drawn, [(1 - confidence) / 2, (1 + confidence) / 2])
    ends = (np.array([min(lower, middle)]), np.array([max(upper, middle)]))
    return Compared(np.array([middle]), *ends)


def _rank(own: Compared, same: pd.DataFrame, settings: Settings) -> dict[str, Any]:
    """The rank's interval among all municipalities, where enough of them have a value."""
    rules, report = settings.rules, settings.report
    out = [report.municipality.code, report.comparison.country.code]
    others = same[~same["municipality_code"].isin(out)]
    if len(others) + 1 < rules.comparison.least_municipalities.value:
        return {}
    told = published(
        others["value"].to_numpy(float), least_answers(others["n"], TOTAL, rules), rules
    )
    confidence = rules.uncertainty.confidence.value
    lower, upper = rank_interval(
        np.concatenate([own.value, told.value]),
        np.concatenate([errors(own, confidence), errors(told, confidence)]),
        confidence=confidence,
        replicates=rules.comparison.replicates.value,
        seed=rules.uncertainty.seed.value,
    )
    return {"rank_lower": lower, "rank_upper": upper, "ranked": len(others) + 1}


PANORAMA = ("code", "municipality", "group", "year", "n", "value", "lower", "upper", "centre")


class Relation(StrEnum):
    """What a municipality is to ours."""

    OWN = "egen"
    PEER = "liknande"
    COUNTY = "lanet"
    OTHER = "ovrig"


def panorama(indices: pd.DataFrame, official: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """All municipalities' NKI by number of answers, with the limits of a funnel.

    Returns
    -------
    pandas.DataFrame
        Empty unless `least_municipalities` have a value with its number of answers in one of the
        years that may be compared; else that year's, fewest answers first: ``code``,
        ``municipality``, ``group`` (`Relation`), ``year``, ``n``, ``value``, ``lower`` and
        ``upper`` (the limits at that many answers), ``centre`` (all municipalities together).
    """
    rules = settings.rules
    last = _newest_year(indices)
    values = municipalities(official, NKI, TOTAL)
    values = values[values["n"].notna() & (values["n"] > 1)]
    values = values[values["municipality_code"] != settings.report.comparison.country.code]
    for year in range(last, last - rules.comparison.oldest.value - 1, -1):
        definition = rules.totals.official(year)
        rows = values[(values["year"] == year) & (values["definition"] == definition)]
        if len(rows) >= rules.comparison.least_municipalities.value:
            return _funnel(_with_own(rows, indices, year, settings), year, settings)
    return pd.DataFrame(columns=list(PANORAMA))


def _with_own(
    rows: pd.DataFrame, indices: pd.DataFrame, year: int, settings: Settings
) -> pd.DataFrame:
    """The rows with the municipality's own index where its value is not published."""
    mine = settings.report.municipality
    if mine.code in set(rows["municipality_code"]):
        return rows
    cells = _whole(indices)
    cells = cells[(cells["year"] == str(year)) & cells["n"].notna()]
    cells = cells[(cells["scope"] == TOTAL) & (cells["measure"] == NKI)]
    own = pd.DataFrame(
        {
            "municipality": mine.name,
            "municipality_code": mine.code,
            "value": cells["governing"].astype(float),
            "n": cells["n"],
        }
    )
    return pd.concat([rows, own], ignore_index=True)


def _funnel(rows: pd.DataFrame, year: int, settings: Settings) -> pd.DataFrame:
    confidence = settings.rules.uncertainty.confidence.value
    values, n = rows["value"].to_numpy(float), rows["n"].to_numpy(float)
    spread = settings.rules.uncertainty.assumed_dispersion.value
    centre = float(np.average(values, weights=n))
    # At the same level for all, so that the limits are a funnel's and not each value's own.
    scatter = 100 * np.sqrt(spread / n * (centre / 100) * (1 - centre / 100))
    lower, upper = limits(centre, scatter, between_variance(values, scatter), confidence)
    codes = rows["municipality_code"].astype(str)
    table = pd.DataFrame(
        {
            "code": codes,
            "municipality": rows["municipality"].astype(str),
            "group": [_group(code, settings) for code in codes],
            "year": year,
            "n": n.astype("int64"),
            "value": values,
            "lower": lower,
            "upper": upper,
            "centre": centre,
        }
    )
    return table.sort_values(["n", "code"], ignore_index=True)


def _group(code: str, settings: Settings) -> Relation:
    mine = settings.report.municipality.code
    if code == mine:
        return Relation.OWN
    if code in peer_codes(settings):
        return Relation.PEER
    return Relation.COUNTY if code[:2] == mine[:2] else Relation.OTHER
