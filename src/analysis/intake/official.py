"""Published values: own files before the project's collection, later before earlier.

Of several values for one cell the best stands; the others are kept beside it, never overwritten.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.errors import Problem
from analysis.intake.files import RawFile, Table, found_files, recognise
from analysis.intake.found import Found
from analysis.intake.kolada_answer import parse
from analysis.intake.municipalities import code_of
from analysis.intake.values import Reader, day, decimal
from analysis.intake.words import CONTROL, cell_text, plain, shown
from analysis.settings import Settings
from analysis.settings.questionnaire import NKI

UNREADABLE = "De officiella värdena kan inte läsas"
STEP, ROUNDING = 0.1, 0.5
"""Index units: what Kolada publishes in, and how far a whole number in the press may lie off."""
TOTAL = "total"
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
# Names of published series that are not keys of the questionnaire themselves.
SERIES = {
    "total_nki": (NKI, TOTAL),
    "upphandling_nui": (NKI, "upphandling"),
    "fraga_attityd_mot_dig": ("bemotande_attityd", TOTAL),
}


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
    for edition, file in enumerate(files):
        for row in _of_file(file, settings, aside, problems, notes):
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
            rows += [
                {**row, "own": False, "governs": governing_collection, "edition": 0}
                for row in _of_file(kept, settings, aside, problems, notes)
            ]
    frame = _frame(rows)
    repeated = frame.duplicated(CELL)
    return Official(
        frame[~repeated].sort_values(CELL, ignore_index=True)[list(COLUMNS)],
        tuple(problems),
        tuple(notes),
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
) -> Iterator[dict[str, object]]:
    if file.kind == "kolada":
        answer = parse(file.content, settings, file.name)
        problems += answer.problems
        notes += answer.notes
        yield from answer.values
    elif file.kind == "official":
        for table in file.tables:
            yield from _of_table(table, settings, aside)


def _of_table(
    table: Table, settings: Settings, aside: list[tuple[str, int, str]]
) -> Iterator[dict[str, object]]:
    reader = Reader(settings)
    country = settings.report.comparison.country
    names = {**settings.municipalities, country.code: country.name}
    codes = {name.casefold(): code for code, name in names.items()}
    for number, cells in table.data():
        texts = {
            key: cell_text(cells[place]) if place < len(cells) else ""
            for key, place in table.header.columns.items()
        }
        reason = ""
        year_text, value = texts["arende_ar"], decimal(texts["varde"])
        series = _series(texts["matt"], reader, settings)
        name, code = texts.get("kommun", ""), texts.get("kommunkod", "")
        named = code_of(name, codes)
        code = code.zfill(4) if code.isdecimal() else named
        if named and named != code:
            reason = f"kommunens namn och kod går inte ihop: {shown(name)} {shown(code)}"
        elif not (year_text.isdecimal() and len(year_text) == 4):
            reason = f"ärendeåret är osäkert: {shown(year_text)}"
        elif series is None:
            reason = f"okänt mått: {shown(texts['matt'])}"
        elif value is None:
            why = texts.get("not_publicerad_orsak") or "värdet saknas eller är inte ett tal"
            reason = f"inte publicerat: {shown(why)}"
        elif not 0 <= value <= 100:
            reason = f"värdet ligger inte mellan 0 och 100: {shown(texts['varde'])}"
        if reason or series is None or value is None:
            aside.append((table.where, number, reason))
            continue
        measure, scope = series
        year = int(year_text)
        rate = decimal(texts.get("svarsfrekvens_pct", "").rstrip(" %"))
        answered = texts.get("antal_svar", "")
        yield {
            "municipality": names.get(code) or shown(name) or code,
            "municipality_code": code,
            "year": year,
            "measure": measure,
            "scope": scope,
            "definition": settings.rules.totals.official(year) if scope == TOTAL else "",
            "value": value,
            "n": int(answered) if answered.isdecimal() else None,
            "response_rate": None if rate is None else rate / 100,
            "published": day(texts.get("publicerad", "")),
            "source": _sentence(texts.get("kalla", "")),
            "note": _sentence(texts.get("anm", "")),
            "confidence": texts.get("konfidens", "").casefold(),
        }


def _series(text: str, reader: Reader, settings: Settings) -> tuple[str, str] | None:
    """Measure and scope of a published series, or None."""
    key = text.casefold().strip()
    if key in SERIES:
        return SERIES[key]
    if area := reader.area(text):
        return NKI, area
    if key == NKI:
        return NKI, TOTAL
    name = key.removeprefix("faktor_").removeprefix("fraga_")
    known = (*settings.questionnaire.factor_keys, *settings.questionnaire.item_keys)
    return (name, TOTAL) if name in known else None


def _sentence(text: str) -> str:
    return CONTROL.sub(" ", text).strip()[:400]
