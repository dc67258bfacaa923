"""Published values: own files before the project's collection, later before earlier.

Of several values for one cell the best one counts; the others are kept beside it, not overwritten.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from analysis import swedish
from analysis.intake.cells.municipality import code_of
from analysis.intake.cells.dates import day, several_years
from analysis.intake.cells.values import decimal, per_cent, whole_number
from analysis.intake.cells.words import CONTROL, cell_at, nearest, plain, shown, shown_name
from analysis.intake.published.kolada_answer import parse
from analysis.intake.recognition.series import GROUP_CODE, GROUP_NAME, TOTAL, Names, PublishedSeries
from analysis.intake.recognition.columns import wide_columns
from analysis.intake.recognition.files import RawFile, RawTable
from analysis.intake.rows import ROWS, VALUES, Found, Told
from analysis.settings import Settings
from analysis.settings.questionnaire import NKI

STEP, ROUNDING = 0.1, 0.5
"""Index units: the steps of Kolada's values, and the rounding of whole numbers in the press."""
CELL = ["municipality", "municipality_code", "year", "measure", "scope", "definition"]
COLUMNS = {
    **dict.fromkeys(("municipality", "municipality_code"), "str"),
    "year": "int64",
    **dict.fromkeys(("measure", "scope", "definition"), "str"),
    "value": "float64",
    "n": "Int64",
    "response_rate": "float64",
    "published": "object",
    **dict.fromkeys(("source", "note", "confidence"), "str"),
    "governs": "bool",
}
BETTER = ["own", "governs", "later", "edition", "sure"]
"""What puts one value of a cell before another: whose file, its part, its date, its confidence."""
SHOWN = 3
"""Most cells named in a message."""
WHOLE = frozenset(("", "t", "totalt", "total", "alla", "samtliga", "bada"))
"""Words for both genders together, in Kolada's exports."""
CONFIDENCE = {"hog": 2, "medel": 1, "lag": 0}
YEAR = re.compile(r"((?:19|20)\d\d)(?:[.,]0+)?")
OF_A_PART = "värdet gäller en del av året, eller är preliminärt"
WHOLE_YEARS = (
    "Publicerade värden läses bara för hela år. Ta bort tabellen; eller, om den gäller hela året, ta "
    "bort orden ur filens namn, bladets namn eller rubriken."
)

FOR_ALL = "Ta med värdet för kvinnor och män tillsammans."
MUNICIPALITIES = "Skriv kommunens namn eller kod som i config/municipalities.csv."
NO_YEAR = "ärendeåret saknas"
YEARS = "Skriv ärendeåret med fyra siffror i kolumnen arende_ar."
YEARS_OF_TABLE = (
    "Skriv ärendeåret i filens namn (resultat_2025.xlsx), på en rad ovanför tabellen eller i en "
    "kolumn, och bara ett år."
)
VALUES_TOLD = (
    "Ett index är ett tal mellan 0 och 100, som 72,7: kontrollera decimalkommat, och skriv bara talet."
)

Row = dict[str, Any]


@dataclass(frozen=True)
class _Unusable:
    """Why a value cannot be used, and how that is mended."""

    reason: str
    fix: str = ""


@dataclass(frozen=True)
class Official(Found):
    """Published values of every file.

    Parameters
    ----------
    values
        One row per cell: ``municipality, municipality_code, year`` (int64), ``measure, scope,
        definition`` (empty for areas), ``value`` (index 0–100), ``n`` (Int64), ``response_rate``
        (share 0–1), ``published`` (date or None), ``source, note, confidence``, ``governs``.
    told
        Messages about the files; the values of an answer from Kolada are counted.
    superseded
        Other values of the same cells, same columns.
    """

    superseded: pd.DataFrame


def corrections(official: Official) -> pd.DataFrame:
    """Replaced values that differ from the value that stands.

    Returns
    -------
    pandas.DataFrame
        ``municipality, municipality_code, year, measure, scope, definition``; ``earlier,
        earlier_published, earlier_source`` (the replaced value, its date or None, its source);
        ``value, published, source`` (what stands); ``corrected``: whether both are dated and the
        value that stands is later. Otherwise two sources disagree, and a whole number that the
        other one rounds to is no disagreement.
    """
    now = ["value", "published", "source"]
    before = ["earlier", "earlier_published", "earlier_source"]
    pairs = (
        official.superseded[[*CELL, *now]]
        .rename(columns=dict(zip(now, before, strict=True)))
        .merge(official.values[[*CELL, *now]], on=CELL)
    )
    pairs["corrected"] = [
        isinstance(old, date) and isinstance(new, date) and old < new
        for old, new in zip(pairs["earlier_published"], pairs["published"], strict=True)
    ]
    equal = (pairs["earlier"] - pairs["value"]).abs() < STEP / 2
    same = equal | (~pairs["corrected"] & _is_rounded(pairs["earlier"], pairs["value"]))
    return pairs.loc[~same, [*CELL, *before, *now, "corrected"]].reset_index(drop=True)


def rows_of(
    files: Iterable[RawFile],
    settings: Settings,
    told: Told,
    *,
    own: bool = True,
    governs: bool = True,
) -> list[Row]:
    """The published values of recognised files, one row each.

    Parameters
    ----------
    files
        Recognised files; those that hold official values or an answer of Kolada's are read.
    settings
        Configuration.
    told
        Receives the messages about the files.
    own
        Whether they are the coordinator's files, or the project's collection.
    governs
        Whether the values govern verdicts, or are reference only.
    """
    rows: list[Row] = []
    for edition, file in enumerate(files):
        # Two answers of Kolada from one day: the answer saved last is the later one.
        kept = {"own": own, "governs": governs, "edition": edition if file.kind == "kolada" else 0}
        if file.kind == "kolada":
            answer = parse(file.content, settings, file.name)
            told.problems += answer.told.problems
            told.notes += answer.told.notes
            count = swedish.count(len(answer.values), "värde läst", "värden lästa")
            told.balance.append(f"{file.name}: {count}.")
            rows += [{**row, **kept} for row in answer.values]
        elif file.kind in ("official", "distribution"):
            rows += [
                {**row, **kept, "results": bool(table.values)}
                for table in file.tables
                if table.header.kind == "official"
                for row in _of_table(table, settings, told)
            ]
    return rows


def official_of(rows: Sequence[Row], settings: Settings, told: Told) -> Official:
    """The value that counts for every cell, and the values that it replaced."""
    frame = _frame(rows)
    _undecided(frame, settings.questionnaire.labels, told)
    repeated = frame.duplicated(CELL)
    return Official(
        frame[~repeated].sort_values(CELL, ignore_index=True)[list(COLUMNS)],
        told,
        frame[repeated].sort_values(CELL, ignore_index=True, kind="stable")[list(COLUMNS)],
    )


def _frame(rows: Sequence[Row]) -> pd.DataFrame:
    """Rows with the best value of every cell first."""
    frame = pd.DataFrame(rows, columns=[*COLUMNS, "own", "edition", "file", "where"]).astype(
        {**COLUMNS, "own": "bool", "edition": "int64"}
    )
    # An integer in the press is the rounded form of the same value with a decimal.
    best_first = frame.assign(
        later=[when.toordinal() if isinstance(when, date) else 0 for when in frame["published"]],
        sure=[CONFIDENCE.get(plain(word), 1) for word in frame["confidence"]],
        precise=frame["value"] % 1 != 0,
    ).sort_values(
        [*BETTER, "precise", "value", "source"],
        ascending=[*(False for _ in BETTER), False, False, True],
        kind="stable",
        ignore_index=True,
    )
    return best_first.drop_duplicates([*CELL, "value", "published", "own"], ignore_index=True)


def _undecided(frame: pd.DataFrame, labels: Mapping[str, str], told: Told) -> None:
    """A problem where own files have different values of a cell and nothing puts one first."""
    if frame.empty:
        return
    said = [*BETTER, "value", "file", "where"]
    first = frame.groupby(CELL, sort=False)[said].transform("first")
    rival = frame["own"] & (frame[BETTER] == first[BETTER]).all(axis=1)
    equal = (frame["value"] - first["value"]).abs() < STEP / 2
    differing = rival & ~equal & ~_is_rounded(frame["value"], first["value"])
    if not differing.any():
        return
    both = frame[differing].join(first[differing].add_suffix(" then"))
    files = sorted({*both["file"], *both["file then"]})
    if len(files) > 1:
        both["where"] = both["file"] + ", " + both["where"]
        both["where then"] = both["file then"] + ", " + both["where then"]
    found = [
        f"{labels[row['measure']]}, {labels.get(row['scope'], 'totalt').lower()} {row['year']}: "
        f"{swedish.number(row['value then'])} ({row['where then']}) och "
        f"{swedish.number(row['value'])} ({row['where']})"
        for row in both.head(SHOWN).to_dict("records")
    ]
    more = f" och {len(both) - SHOWN} till" if len(both) > SHOWN else ""
    told.problem(
        "Samma publicerade värde finns med olika tal, och inget säger vilket som gäller: "
        f"{'; '.join(found)}{more}.",
        "Ta bort det som inte gäller. Är det ena en rättelse: skriv när de publicerades i kolumnen "
        "publicerad, så gäller det senare.",
        swedish.listing(files),
    )


def _place(table: RawTable, row: int) -> str:
    """A row of a table in words, within its file."""
    return f"blad {shown_name(table.sheet)}, rad {row}" if table.sheet else f"rad {row}"


def _is_rounded(one: pd.Series, other: pd.Series) -> pd.Series:
    """Whether two values can be the same one, of which the press rounds to whole numbers."""
    whole = (one % 1 == 0) | (other % 1 == 0)
    return whole & ((one - other).abs() <= ROUNDING)


def _of_table(table: RawTable, settings: Settings, told: Told) -> Iterator[Row]:
    """The values of a table, with the answers and rates that stand in rows of their own."""
    country = settings.report.comparison.country
    names = {**settings.municipalities, country.code: country.name}
    codes = {name.casefold(): code for code, name in names.items()}
    known = Names(settings)
    rows: dict[tuple[object, ...], list[Row]] = {}
    beside: list[tuple[tuple[object, ...], str, float, int]] = []
    unusable: dict[str, list[int]] = {}
    size = 0
    of_a_part = table.part and _Unusable(f"{OF_A_PART}: ”{shown(table.part.words)}”", WHOLE_YEARS)
    mending: dict[str, None] = {}
    for size, (number, texts) in enumerate(_cells(table, known), start=1):
        read = of_a_part or _row(texts, names, codes, known)
        if isinstance(read, _Unusable):
            if read.reason == NO_YEAR:
                read = _without_year(table)
            unusable.setdefault(read.reason, []).append(number)
            mending[read.fix] = None
            continue
        series, row = read
        row |= {"file": shown_name(table.path.name), "where": _place(table, number)}
        cell = tuple(row[key] for key in CELL)
        if series.quantity == "index":
            rows.setdefault(cell, []).append(row)
        else:
            beside.append((cell, series.quantity, row["value"], number))
    for cell, quantity, value, number in beside:
        if cell not in rows:
            reason = "antal svar eller svarsfrekvens utan ett index för samma år"
            unusable.setdefault(reason, []).append(number)
            mending["Lägg till indexet för samma år."] = None
        for row in rows.get(cell, ()):
            if row[quantity] is None:
                row[quantity] = int(value) if quantity == "n" else value / 100
    accepted = " ".join(filter(None, mending))
    told.unused(table.where, size, unusable, accepted, VALUES if table.values else ROWS)
    for same in rows.values():
        yield from same


def _cells(table: RawTable, known: Names) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Row number and texts of every value; a row with a column a year or a measure has several."""
    wide = {} if "varde" in table.header.columns else wide_columns(table.header)
    if not wide:
        yield from table.texts()
        return
    for (number, texts), (_, cells) in zip(table.texts(), table.data(), strict=True):
        for place, (year, measure) in wide.items():
            value = cell_at(cells, place)
            # Without a published value for the country, such a table has a sign or an empty cell.
            if any(map(str.isalnum, value)):
                said = {"arende_ar": year, "matt": measure}
                told = {**texts, **{key: text for key, text in said.items() if text}}
                if year or known.series(measure) != PublishedSeries(NKI, TOTAL):
                    # A row's count of answers and rate are those of the whole municipality.
                    told |= {"antal_svar": "", "svarsfrekvens_pct": ""}
                yield number, {**told, "varde": value}


def _row(
    texts: Mapping[str, str], names: Mapping[str, str], codes: Mapping[str, str], known: Names
) -> tuple[PublishedSeries, Row] | _Unusable:
    """A value with its series, or the reason that it cannot be used."""
    settings = known.settings
    written, measure = texts.get("arende_ar", ""), texts.get("matt", "")
    area = texts.get("omrade", "")
    year, series, value = _year(written), known.of(area, measure), decimal(texts["varde"])
    name, code = texts.get("kommun", ""), texts.get("kommunkod", "")
    named = code_of(name, codes)
    if not GROUP_CODE.fullmatch(code):
        code = code.zfill(4) if code.isdecimal() else named
    most = 1e7 if series is not None and series.quantity == "n" else 100
    if plain(texts.get("kon", "")) not in WHOLE:
        return _Unusable(f"värdet gäller inte alla: ”{shown(texts['kon'])}”", FOR_ALL)
    if named and named != code:
        reason = f"kommunens namn och kod går inte ihop: {shown(name)} {shown(code)}"
        return _Unusable(reason, MUNICIPALITIES)
    if not code and not GROUP_NAME.search(name):
        near = nearest(name, settings.municipalities.values())
        hint = f", menas {near}?" if near else ""
        reason = f"kommunen ”{shown(name)}” känns inte igen{hint}" if name else "kommunen saknas"
        return _Unusable(reason, MUNICIPALITIES)
    if year is None:
        unsure = f"ärendeåret är osäkert: ”{shown(written)}”"
        return _Unusable(unsure if written else NO_YEAR, YEARS)
    if series is None:
        named = " ".join(filter(None, (area, measure)))
        reason = f"okänt mått: ”{shown(named)}”" if named else "måttet saknas"
        return _Unusable(reason, known.accepted)
    if value is None:
        return _without_value(texts)
    if not 0 <= value <= most:
        reason = f"värdet ligger inte mellan 0 och {most:.0f}: {shown(texts['varde'])}"
        return _Unusable(reason, VALUES_TOLD)
    definition = "" if series.scope != TOTAL else series.definition
    rate = per_cent(texts.get("svarsfrekvens_pct", ""))
    return series, {
        "municipality": names.get(code) or shown(name) or f"Kommungrupp {code}",
        "municipality_code": code,
        "year": year,
        "measure": series.measure,
        "scope": series.scope,
        "definition": settings.rules.totals.official(year) if definition is None else definition,
        "value": value,
        "n": whole_number(texts.get("antal_svar", "")),
        "response_rate": None if rate is None else rate / 100,
        "published": day(texts.get("publicerad", "")),
        "source": _sentence(texts.get("kalla", "")),
        "note": _sentence(texts.get("anm", "")),
        "confidence": texts.get("konfidens", "").casefold(),
    }


def _without_value(texts: Mapping[str, str]) -> _Unusable:
    """Why a row without a number cannot be used: it was not published, or is no number."""
    if given := texts.get("not_publicerad_orsak"):
        return _Unusable(f"inte publicerat: {shown(given)}")
    if not any(map(str.isalnum, texts["varde"])):
        return _Unusable("inte publicerat: värdet saknas")
    return _Unusable(f"värdet är inte ett tal: ”{shown(texts['varde'])}”", VALUES_TOLD)


def _without_year(table: RawTable) -> _Unusable:
    """Why the values of a table without a year cannot be used."""
    if not table.values:
        return _Unusable(NO_YEAR, YEARS)
    more = several_years(table.path.stem).rstrip(".")
    return _Unusable(f"{NO_YEAR}.{more}" if more else NO_YEAR, YEARS_OF_TABLE)


def _year(text: str) -> int | None:
    """A year as such, with decimals, or as its first or last day; else None.

    >>> _year("2025"), _year("2025,0"), _year("2025-01-01"), _year("2025-04-24")
    (2025, 2025, 2025, None)
    """
    if match := YEAR.fullmatch(text):
        return int(match[1])
    when = day(text)
    whole = when is not None and (when.month, when.day) in ((1, 1), (12, 31))
    return when.year if when is not None and whole else None


def _sentence(text: str) -> str:
    return CONTROL.sub(" ", text).strip()[:400]
