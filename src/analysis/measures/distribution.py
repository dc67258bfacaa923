"""How answers are spread over the scale, NKI by background, and response rates.

What leaves this module has passed disclosure control, as the indices have.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from analysis.measures.audit import System, banded_widths
from analysis.measures.cells import indices as all_indices
from analysis.measures.index import Floats, Measures, summarise
from analysis.measures.totals import TOTAL
from analysis.measures.uncertainty import estimate
from analysis.settings import Settings
from analysis.settings.questionnaire import NKI

BANDS = {"low": (1, 3), "middle": (4, 7), "high": (8, 10)}
"""Lowest and highest answer of each band shown."""
FIELDS = ("outcome", "case_type", "company_size", "industry")
NAMES = ["year", "scope", "definition", "measure", "n", *BANDS]


def distribution(
    answers: pd.DataFrame, settings: Settings, indices: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Shares of low (1–3), middle (4–7) and high (8–10) answers to each question in the total.

    Parameters
    ----------
    answers
        Clean answers.
    settings
        Configuration.
    indices
        The table of `measures.indices`, which says what is hidden; made from the answers when not
        given.

    Returns
    -------
    pandas.DataFrame
        ``year`` (int), ``scope`` (``total``), ``definition`` (the year's official), ``measure``,
        ``n``, ``low``, ``middle``, ``high`` (shares 0–1 of valid answers). Left out where the
        total is hidden or where the shares would narrow a hidden area down.
    """
    if answers.empty:
        return pd.DataFrame(columns=NAMES)
    if indices is None:
        indices = all_indices(answers, _no_cases(), _no_official(), settings)
    shown = indices[indices["shown"] & indices["has_answers"] & (indices["kind"] == "question")]
    places = set(
        zip(shown["year"], shown["scope"], shown["definition"], shown["measure"], strict=True)
    )
    rows = []
    for year, part in answers.groupby("year", sort=True):
        label = str(year)
        definition = settings.rules.totals.official(int(label))
        members = settings.rules.totals.definitions[definition].areas
        inside = part[part["area"].isin(members)]
        for item in settings.questionnaire.item_keys:
            if (label, TOTAL, definition, item) not in places:
                continue
            scores = {
                area: group[item].dropna().to_numpy(dtype=float)
                for area, group in inside.groupby("area", sort=True)
            }
            open_areas = {area for area in scores if (label, area, "", item) in places}
            if _may_be_shown(scores, open_areas, settings):  # type: ignore[arg-type]
                counts = _counts(np.concatenate(list(scores.values())))
                n = int(counts.sum())
                rows.append((int(label), TOTAL, definition, item, n, *(counts / n)))
    return pd.DataFrame(rows, columns=NAMES)


def _counts(scores: Floats) -> Floats:
    """Answers in each band."""
    return np.array([((scores >= a) & (scores <= b)).sum() for a, b in BANDS.values()], dtype=float)


def _may_be_shown(scores: Mapping[str, Floats], open_areas: set[str], settings: Settings) -> bool:
    """Whether the bands of a total leave every hidden area's index wide enough."""
    hidden = [values for area, values in scores.items() if area not in open_areas and len(values)]
    if not hidden:
        return True
    others = [values for area, values in scores.items() if area in open_areas]
    known = np.concatenate(others) if others else np.array([])
    widths = banded_widths(
        [len(values) for values in hidden],
        float(sum(values.sum() for values in hidden)),
        (len(known), float(known.sum())),
        _counts(np.concatenate([*hidden, known])),
        list(BANDS.values()),
    )
    unit = Measures.of(settings).unit
    return bool((widths * unit >= settings.rules.disclosure.protected_width.value).all())


def background(answers: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """NKI by background group, the newest year, in the areas of its official total.

    Parameters
    ----------
    answers
        Clean answers.
    settings
        Configuration.

    Returns
    -------
    pandas.DataFrame
        ``year``, ``field`` (``outcome``, ``case_type``, ``company_size``, ``industry``),
        ``value`` (empty where the field was left out), ``n``, ``index``, ``lower``, ``upper``,
        ``shown``. Hidden groups have no numbers.
    """
    names = ["year", "field", "value", "n", "index", "lower", "upper", "shown"]
    if answers.empty:
        return pd.DataFrame(columns=names)
    newest = int(answers["year"].max())
    total = settings.rules.totals.definitions[settings.rules.totals.official(newest)]
    used = answers[(answers["year"] == newest) & answers["area"].isin(total.areas)]
    tables = [_by_field(used, field, settings) for field in FIELDS if used[field].notna().any()]
    if not tables:
        return pd.DataFrame(columns=names)
    return pd.concat(tables, ignore_index=True).assign(year=newest)[names]


def _by_field(answers: pd.DataFrame, field: str, settings: Settings) -> pd.DataFrame:
    measures = Measures.of(settings)
    nki = measures.keys.index(NKI)
    rules = settings.rules.uncertainty
    rows = []
    for value, part in answers.groupby(answers[field].fillna("").astype("str"), sort=True):
        summary = summarise(part[list(measures.items)].to_numpy(dtype=float), measures)
        known = estimate(summary.index, summary.variance, summary.n, rules)
        lower, upper = known.interval(rules.confidence.value)
        rows.append(
            (
                field,
                value,
                summary.fewest[nki],
                summary.n[nki],
                summary.index[nki],
                lower[nki],
                upper[nki],
            )
        )
    names = ["field", "value", "fewest", "n", "index", "lower", "upper"]
    table = pd.DataFrame(rows, columns=names)
    table = table[table["index"].notna()].reset_index(drop=True)
    table["shown"] = ~_hidden_groups(table, settings)
    table["n"] = table["n"].astype("Int64")
    for name in ("n", "index", "lower", "upper"):
        table[name] = table[name].where(table["shown"])
    return table


def _hidden_groups(
    table: pd.DataFrame, settings: Settings
) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Groups with too few answers, and the smallest others until none follows from the total."""
    rules = settings.rules.disclosure
    sizes = table["n"].to_numpy(dtype=float)
    hidden = table["fewest"].to_numpy() < rules.min_answers.value
    functions = np.vstack([np.eye(len(table)), sizes / sizes.sum()])
    system = System(functions, table["index"].to_numpy(dtype=float))
    order = np.argsort(sizes, kind="stable")
    while not hidden.all():
        published = np.append(~hidden, True)
        widths = [system.width(published, int(cell)) for cell in np.flatnonzero(hidden)]
        if all(width >= rules.protected_width.value for width in widths):
            break
        hidden[next(group for group in order if not hidden[group])] = True
    return np.asarray(hidden)


def response_rates(cases: pd.DataFrame, answers: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Response rates by area and year, and their mean over the official total's areas.

    Parameters
    ----------
    cases
        Closed cases, invitations and answers as the coordinator has them.
    answers
        Clean answers; counted where `cases` has no number of answers.
    settings
        Limits.

    Returns
    -------
    pandas.DataFrame
        ``year`` (int), ``scope``, ``closed``, ``invited``, ``answered`` (Int64), ``rate`` (0–1,
        answered of invited), ``required`` (0–1), ``met`` (boolean), ``shown``,
        ``cases_below_answers`` (fewer closed cases than answers: no finite-population
        correction). Areas with fewer answers than may be shown have no numbers, and a total of
        which a single area is hidden has none either.
    """
    if cases.empty:
        return _no_rates()
    table = cases.rename(columns={"area": "scope"})
    table = table[["year", "scope", "closed", "invited", "answered"]].reset_index(drop=True)
    counted = answers.groupby(["year", "area"]).size()
    keys = pd.MultiIndex.from_frame(table[["year", "scope"]])
    own = pd.Series(counted.reindex(keys).to_numpy(), dtype="Int64")
    table["answered"] = table["answered"].astype("Int64").fillna(own)
    table["rate"] = (
        (table["answered"] / table["invited"]).astype("Float64").to_numpy(float, na_value=np.nan)
    )
    table["cases_below_answers"] = (table["closed"] < own).fillna(False).astype(bool)
    table["required"] = settings.rules.response_rate.area.value
    enough = table["answered"] >= settings.rules.disclosure.min_answers.value
    table["shown"] = enough.fillna(False).astype(bool)
    table = pd.concat([table, _mean_rates(table, settings)], ignore_index=True)
    for name in ("closed", "invited", "answered", "rate"):
        table[name] = table[name].where(table["shown"])
    met = (table["rate"] >= table["required"]).astype("boolean")
    table["met"] = met.where(table["rate"].notna())
    order = {TOTAL: -1, **{key: n for n, key in enumerate(settings.questionnaire.area_keys)}}
    table["order"] = table["scope"].map(order)
    return table.sort_values(["year", "order"], ignore_index=True)[_no_rates().columns]


def _mean_rates(table: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    rows = []
    for year, part in table.groupby("year", sort=True):
        definition = settings.rules.totals.official(int(str(year)))
        members = settings.rules.totals.definitions[definition].areas
        inside = part[part["scope"].isin(members) & part["rate"].notna()]
        rows.append(
            {
                "year": int(str(year)),
                "scope": TOTAL,
                "rate": float(inside["rate"].mean()),
                "required": settings.rules.response_rate.total.value,
                "shown": int((~inside["shown"]).sum()) != 1,
                "cases_below_answers": bool(inside["cases_below_answers"].any()),
            }
        )
    kinds = {"closed": "Int64", "invited": "Int64", "answered": "Int64"}
    return pd.DataFrame(rows, columns=table.columns).astype(kinds)


def _no_rates() -> pd.DataFrame:
    kinds = {
        "year": "int64",
        "scope": "str",
        "closed": "Int64",
        "invited": "Int64",
        "answered": "Int64",
        "rate": "float64",
        "required": "float64",
        "met": "boolean",
        "shown": "bool",
        "cases_below_answers": "bool",
    }
    return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in kinds.items()})


def _no_cases() -> pd.DataFrame:
    return pd.DataFrame({"year": [], "area": [], "closed": []})


def _no_official() -> pd.DataFrame:
    return pd.DataFrame()
