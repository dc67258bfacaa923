"""How the answers are spread, groups by background, and response rates; after disclosure control."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from analysis.measures.index import Measures, summarise
from analysis.measures.totals import TOTAL
from analysis.measures.uncertainty import estimate
from analysis.settings import Settings

BANDS = ((1, 3), (4, 7), (8, 10))
FIELDS = ("outcome", "case_type", "company_size", "industry")


def distribution(answers: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Shares of low (1–3), middle (4–7) and high (8–10) answers per question, scope and year.

    Returns
    -------
    pandas.DataFrame
        ``year`` (int), ``scope``, ``definition``, ``measure``, ``n``, ``low``, ``middle``,
        ``high`` (shares 0–1 of valid answers).
    """
    needed = settings.rules.disclosure.min_answers_total.value
    items = settings.questionnaire.item_keys
    rows = []
    for year, scope, definition, part in _scopes(answers, settings):
        scores = part[list(items)].to_numpy(dtype=float)
        for place, item in enumerate(items):
            valid = scores[~np.isnan(scores[:, place]), place]
            if len(valid) >= needed:
                low, middle, high = (
                    float(((valid >= a) & (valid <= b)).mean()) for a, b in BANDS
                )
                rows.append((year, scope, definition, item, len(valid), low, middle, high))
    names = ["year", "scope", "definition", "measure", "n", "low", "middle", "high"]
    return pd.DataFrame(rows, columns=names)


def _scopes(
    answers: pd.DataFrame, settings: Settings
) -> Iterator[tuple[int, str, str, pd.DataFrame]]:
    for year, part in answers.groupby("year", sort=True):
        number = int(year)  # type: ignore[call-overload]
        definition = settings.rules.totals.official(number)
        total = settings.rules.totals.definitions[definition]
        yield number, TOTAL, definition, part[part["area"].isin(total.areas)]
        for area in settings.questionnaire.area_keys:
            inside = part[part["area"] == area]
            if len(inside):
                yield number, area, "", inside


def background(answers: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """NKI by background group, newest year, areas of its official total.

    Returns
    -------
    pandas.DataFrame
        ``year, field, value, n, index, lower, upper, shown``; ``value`` empty where the field
        was not answered; numbers missing where hidden.
    """
    names = ["year", "field", "value", "n", "index", "lower", "upper", "shown"]
    if answers.empty:
        return pd.DataFrame(columns=names)
    newest = int(answers["year"].max())
    total = settings.rules.totals.definitions[settings.rules.totals.official(newest)]
    used = answers[(answers["year"] == newest) & answers["area"].isin(total.areas)]
    measures = Measures.of(settings)
    confidence = settings.rules.uncertainty.confidence.value
    needed = settings.rules.disclosure.min_answers.value
    tables = []
    for column in FIELDS:
        rows = []
        for value, part in used.groupby(used[column].fillna(""), sort=True):
            summary = summarise(part[list(measures.items)].to_numpy(dtype=float), measures)
            known = estimate(
                summary.index[:1], summary.variance[:1], summary.n[:1], settings.rules.uncertainty
            )
            lower, upper = known.interval(confidence)
            rows.append((newest, column, value, int(summary.fewest[0]), float(summary.index[0]),
                         float(lower[0]), float(upper[0]), True))
        table = pd.DataFrame(rows, columns=names).sort_values(["n", "value"], ignore_index=True)
        hidden = int((table["n"] < needed).sum())
        hidden = hidden + 1 if hidden == 1 else hidden
        table.loc[: hidden - 1, "shown"] = False
        table["n"] = table["n"].astype("Int64")
        for name in ("n", "index", "lower", "upper"):
            table[name] = table[name].where(table["shown"])
        tables.append(table.sort_values("value"))
    return pd.concat(tables, ignore_index=True)


def response_rates(
    cases: pd.DataFrame, answers: pd.DataFrame, settings: Settings
) -> pd.DataFrame:
    """Response rates per area and year and their mean over the official total's areas.

    Returns
    -------
    pandas.DataFrame
        ``year`` (int), ``scope``, ``closed``, ``invited``, ``answered`` (Int64), ``rate``
        (0–1; answered of invited), ``required`` (0–1), ``met`` (boolean), ``shown``. Areas with
        fewer answers than may be shown have no numbers.
    """
    names = ["year", "scope", "closed", "invited", "answered", "rate", "required", "met", "shown"]
    if cases.empty:
        return pd.DataFrame(columns=names)
    table = cases.rename(columns={"area": "scope"})[["year", "scope", "closed", "invited",
                                                     "answered"]].copy()
    table["rate"] = (table["answered"] / table["invited"]).astype("Float64").astype(float)
    table["required"] = settings.rules.response_rate.area.value
    table["shown"] = (
        (table["answered"] >= settings.rules.disclosure.min_answers.value).fillna(False).astype(bool)
    )
    totals = []
    for year, part in table.groupby("year", sort=True):
        definition = settings.rules.totals.official(int(year))  # type: ignore[call-overload]
        inside = part[part["scope"].isin(settings.rules.totals.definitions[definition].areas)]
        totals.append({"year": year, "scope": TOTAL, "rate": float(inside["rate"].mean()),
                       "required": settings.rules.response_rate.total.value, "shown": True})
    for name in ("closed", "invited", "answered", "rate"):
        table[name] = table[name].where(table["shown"])
    table = pd.concat([table, pd.DataFrame(totals)], ignore_index=True)
    table["met"] = (table["rate"] >= table["required"]).astype("boolean").where(table["rate"].notna())
    order = {TOTAL: -1, **{key: n for n, key in enumerate(settings.questionnaire.area_keys)}}
    table["order"] = table["scope"].map(order)
    return table.sort_values(["year", "order"], ignore_index=True)[names]
