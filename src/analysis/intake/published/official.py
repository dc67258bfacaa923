"""Published values: own files before the project's collection, later before earlier.

Of several values for one cell the best stands; the others are kept beside it, never overwritten.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from analysis import swedish
from analysis.errors import Problem
from analysis.intake.recognition.columns import wide_columns
from analysis.intake.cells.dates import day
from analysis.intake.recognition.files import RawFile, RawTable, found_files, recognise
from analysis.intake.rows import Found, unused
from analysis.intake.published.kolada_answer import parse
from analysis.intake.answers.municipalities import code_of
from analysis.intake.published.series import GROUP_CODE, GROUP_NAME, TOTAL, Names, Series
from analysis.intake.cells.values import decimal
from analysis.intake.cells.words import CONTROL, cell_text, nearest, plain, shown
from analysis.settings import Settings
from analysis.settings.questionnaire import NKI

UNREADABLE = "De officiella värdena kan inte läsas"
STEP, ROUNDING = 0.1, 0.5
"""Index units: what Kolada publishes in, and how far a whole number in the press may lie off."""
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
CONFIDENCE = {"hog": 2, "medel": 1, "lag": 0}
YEAR = re.compile(r"((?:19|20)\d\d)(?:[.,]0+)?")


@dataclass(frozen=True)
class Official(Found):
    """Published values of every file.

    Parameters
    ----------
    values
        One row per cell: ``municipality, municipality_code, year`` (int64), ``measure, scope,
        definition`` (empty for areas), ``value`` (index 0–100), ``n`` (Int64), ``response_rate``
        (share 0–1), ``published`` (date or None), ``source, note, confidence``, ``governs``.
    problems
        Why a file must be refused.
    notes
        Series of Kolada's that were left out, as Swedish sentences.
    balance
        As in `Found`; of an answer of Kolada's its values.
    superseded
        Other values of the same cells, same columns.
    set_aside
        Rows that cannot be used: ``file, row, reason``.
    """

    superseded: pd.DataFrame
    set_aside: pd.DataFrame


def read_official(
    files: Sequence[Path],
    settings: Settings,
    collection: Path | None,
    governing_collection: bool,
    last_year: int = 0,
) -> pd.DataFrame:
    """Published values of municipalities and of the country.

    Parameters
    ----------
    files
        Raw files of any kind; those with official values (CSV, XLSX, Kolada's JSON) are used.
    settings
        Configuration.
    collection
        Folder of the project's own collection.
    governing_collection
        Whether the collection's values govern verdicts, or are reference only.
    last_year
        Later years are left out; 0 for none.

    Returns
    -------
    pandas.DataFrame
        As `Official.values`.

    Raises
    ------
    InputDataError
        When a file with official values cannot be used.
    """
    official = official_of(
        [recognise(path, settings) for path in files], settings, collection, governing_collection
    )
    values = official.usable(UNREADABLE)
    return values[values["year"] <= last_year].reset_index(drop=True) if last_year else values


def read_corrections(
    files: Sequence[Path], settings: Settings, collection: Path | None, last_year: int = 0
) -> pd.DataFrame:
    """Published values that another one replaced, beside the one that stands.

    Parameters
    ----------
    files
        Raw files of any kind.
    settings
        Configuration.
    collection
        Folder of the project's own collection.
    last_year
        Later years are left out; 0 for none.

    Returns
    -------
    pandas.DataFrame
        As `corrections`.

    Raises
    ------
    InputDataError
        When a file with official values cannot be used.
    """
    official = official_of([recognise(path, settings) for path in files], settings, collection)
    official.usable(UNREADABLE)
    found = corrections(official)
    return found[found["year"] <= last_year].reset_index(drop=True) if last_year else found


def corrections(official: Official) -> pd.DataFrame:
    """Replaced values that differ from the one that stands.

    Returns
    -------
    pandas.DataFrame
        ``municipality, municipality_code, year, measure, scope, definition``; ``earlier,
        earlier_published, earlier_source`` (the replaced value, its date or None, its source);
        ``value, published, source`` (what stands); ``corrected``: whether both are dated and the
        one that stands is later. Otherwise two sources disagree, and a whole number that the
        other one rounds to is no disagreement.
    """
    told = ["value", "published", "source"]
    pairs = official.superseded[[*CELL, *told]].merge(
        official.values[[*CELL, *told]], on=CELL, suffixes=("_earlier", "")
    )
    pairs = pairs.rename(
        columns={
            "value_earlier": "earlier",
            "published_earlier": "earlier_published",
            "source_earlier": "earlier_source",
        }
    )
    dates = zip(pairs["earlier_published"], pairs["published"], strict=True)
    pairs["corrected"] = [
        isinstance(before, date) and isinstance(after, date) and before < after
        for before, after in dates
    ]
    difference = (pairs["earlier"] - pairs["value"]).abs()
    whole = (pairs["earlier"] % 1 == 0) | (pairs["value"] % 1 == 0)
    same = np.where(whole & ~pairs["corrected"], difference <= ROUNDING, difference < STEP / 2)
    names = ("earlier", "earlier_published", "earlier_source", *told, "corrected")
    return pairs.loc[~same, [*CELL, *names]].reset_index(drop=True)


def official_of(
    files: Iterable[RawFile],
    settings: Settings,
    collection: Path | None = None,
    governing_collection: bool = True,
) -> Official:
    """The published values of recognised files and of the collection, with what was left out."""
    rows: list[dict[str, object]] = []
    aside: list[tuple[str, int, str]] = []
    problems: list[Problem] = []
    notes: list[str] = []
    balance: list[str] = []
    for edition, file in enumerate(files):
        for row in _of_file(file, settings, aside, problems, notes, balance):
            # Two answers of Kolada from one day: the one saved last is the later one.
            rows.append(
                {
                    **row,
                    "own": True,
                    "governs": True,
                    "edition": edition if file.kind == "kolada" else 0,
                }
            )
    if collection is not None and collection.is_dir():
        for path in found_files([collection], settings)[0]:
            kept = recognise(path, settings)
            # What the collection knows nothing of is no news to the coordinator.
            told: tuple[list[Problem], list[str], list[str]] = [], [], []
            rows += [
                {**row, "own": False, "governs": governing_collection, "edition": 0}
                for row in _of_file(kept, settings, aside, *told)
            ]
    frame = _frame(rows)
    repeated = frame.duplicated(CELL)
    return Official(
        frame[~repeated].sort_values(CELL, ignore_index=True)[list(COLUMNS)],
        tuple(problems),
        tuple(notes),
        tuple(balance),
        frame[repeated].sort_values(CELL, ignore_index=True, kind="stable")[list(COLUMNS)],
        pd.DataFrame(aside, columns=["file", "row", "reason"]),
    )


def _frame(rows: list[dict[str, object]]) -> pd.DataFrame:
    """Rows with the best value of every cell first."""
    frame = pd.DataFrame(rows, columns=[*COLUMNS, "own", "edition"]).astype(
        {**COLUMNS, "own": "bool", "edition": "int64"}
    )
    # An integer in the press is the rounded form of the same value with a decimal.
    best_first = frame.assign(
        later=[when.toordinal() if isinstance(when, date) else 0 for when in frame["published"]],
        sure=[CONFIDENCE.get(plain(word), 1) for word in frame["confidence"]],
        precise=frame["value"] % 1 != 0,
    ).sort_values(
        ["own", "later", "edition", "sure", "precise", "value", "source"],
        ascending=[False, False, False, False, False, False, True],
        kind="stable",
        ignore_index=True,
    )
    return best_first.drop_duplicates([*CELL, "value", "published", "own"], ignore_index=True)


def _of_file(
    file: RawFile,
    settings: Settings,
    aside: list[tuple[str, int, str]],
    problems: list[Problem],
    notes: list[str],
    balance: list[str],
) -> Iterator[dict[str, object]]:
    if file.kind == "kolada":
        answer = parse(file.content, settings, file.name)
        problems += answer.problems
        notes += answer.notes
        balance.append(
            f"{file.name}: {swedish.count(len(answer.values), 'värde läst', 'värden lästa')}."
        )
        yield from answer.values
    elif file.kind == "official":
        for table in file.tables:
            yield from _of_table(table, settings, aside, problems, notes, balance)


def _of_table(
    table: RawTable,
    settings: Settings,
    aside: list[tuple[str, int, str]],
    problems: list[Problem],
    notes: list[str],
    balance: list[str],
) -> Iterator[dict[str, object]]:
    """The rows of a table, with the answers and rates that stand in rows of their own."""
    country = settings.report.comparison.country
    names = {**settings.municipalities, country.code: country.name}
    codes = {name.casefold(): code for code, name in names.items()}
    known = Names(settings)
    rows: dict[tuple[object, ...], list[dict[str, object]]] = {}
    beside: list[tuple[tuple[object, ...], str, float, int]] = []
    unusable: dict[str, list[int]] = {}
    size = 0
    for number, texts in _cells(table, known):
        size += 1
        read = _row(texts, names, codes, known)
        if isinstance(read, str):
            unusable.setdefault(read, []).append(number)
            continue
        series, row = read
        cell = tuple(row[key] for key in CELL)
        if series.quantity == "index":
            rows.setdefault(cell, []).append(row)
        else:
            beside.append((cell, series.quantity, float(str(row["value"])), number))
    for cell, quantity, value, number in beside:
        if cell not in rows:
            reason = "antal svar eller svarsfrekvens utan ett index för samma år"
            unusable.setdefault(reason, []).append(number)
        for row in rows.get(cell, ()):
            if row[quantity] is None:
                row[quantity] = int(value) if quantity == "n" else value / 100
    for reason, numbers in unusable.items():
        aside += [(table.where, number, reason) for number in numbers]
    unused(table.where, size, unusable, known.accepted, problems, notes, balance)
    for same in rows.values():
        yield from same


def _cells(table: RawTable, known: Names) -> Iterator[tuple[int, dict[str, str]]]:
    """Row number and texts of every value; a row with a column a year or a measure has several."""
    columns = table.header.columns
    wide = {} if "varde" in columns else wide_columns(table.header)
    for number, cells in table.data():
        texts = {
            key: cell_text(cells[place]) if place < len(cells) else ""
            for key, place in columns.items()
        }
        if not wide:
            yield number, texts
        for place, (year, measure) in wide.items():
            value = cell_text(cells[place]) if place < len(cells) else ""
            # Where the country publishes nothing, such a table has a sign or nothing.
            if any(map(str.isalnum, value)):
                said = {"arende_ar": year, "matt": measure}
                told = {**texts, **{key: text for key, text in said.items() if text}}
                if year or known.series(measure) != Series(NKI, TOTAL):
                    # A row's count of answers and rate are those of the whole municipality.
                    told |= {"antal_svar": "", "svarsfrekvens_pct": ""}
                yield number, {**told, "varde": value}


def _row(
    texts: Mapping[str, str], names: Mapping[str, str], codes: Mapping[str, str], known: Names
) -> tuple[Series, dict[str, object]] | str:
    """A value with its series, or why it cannot be used."""
    settings = known.settings
    written, year, value = (
        texts.get("arende_ar", ""),
        _year(texts.get("arende_ar", "")),
        decimal(texts["varde"]),
    )
    series = known.series(texts.get("matt", ""))
    name, code = texts.get("kommun", ""), texts.get("kommunkod", "")
    named = code_of(name, codes)
    if not GROUP_CODE.fullmatch(code):
        code = code.zfill(4) if code.isdecimal() else named
    most = 1e7 if series is not None and series.quantity == "n" else 100
    if named and named != code:
        return f"kommunens namn och kod går inte ihop: {shown(name)} {shown(code)}"
    if not code and not GROUP_NAME.search(name):
        near = nearest(name, settings.municipalities.values())
        hint = f", menas {near}?" if near else ""
        return f"kommunen ”{shown(name)}” känns inte igen{hint}" if name else "kommunen saknas"
    if year is None:
        return f"ärendeåret är osäkert: ”{shown(written)}”" if written else "ärendeåret saknas"
    if series is None:
        measure = texts.get("matt", "")
        return f"okänt mått: ”{shown(measure)}”" if measure else "måttet saknas"
    if value is None:
        given = texts.get("not_publicerad_orsak") or "värdet saknas eller är inte ett tal"
        return f"inte publicerat: {shown(given)}"
    if not 0 <= value <= most:
        return f"värdet ligger inte mellan 0 och {most:.0f}: {shown(texts['varde'])}"
    definition = "" if series.scope != TOTAL else series.definition
    rate = decimal(texts.get("svarsfrekvens_pct", "").rstrip(" %"))
    answered = texts.get("antal_svar", "")
    return series, {
        "municipality": names.get(code) or shown(name) or f"Kommungrupp {code}",
        "municipality_code": code,
        "year": year,
        "measure": series.measure,
        "scope": series.scope,
        "definition": settings.rules.totals.official(year) if definition is None else definition,
        "value": value,
        "n": int(answered) if answered.isdecimal() else None,
        "response_rate": None if rate is None else rate / 100,
        "published": day(texts.get("publicerad", "")),
        "source": _sentence(texts.get("kalla", "")),
        "note": _sentence(texts.get("anm", "")),
        "confidence": texts.get("konfidens", "").casefold(),
    }


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
