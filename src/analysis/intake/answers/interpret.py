"""One table of answers, interpreted: canonical values, and for each row why it cannot be used.

Works on distinct values rather than cells, so that a national file takes seconds.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import zip_longest

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis import swedish
from analysis.errors import Problem
from analysis.intake.answers.case_years import (
    Texts,
    dated,
    each,
    stray,
    tertial_in_name,
    usual_year,
    years_of_rows,
)
from analysis.intake.answers.municipalities import nobodys, whose
from analysis.intake.answers.reasons import BAD_SCORE, NOT_OURS, YEARLESS, Reason
from analysis.intake.answers.refusals import refusals
from analysis.intake.answers.sums import sums_of
from analysis.intake.cells.keys import (
    ANSWER_ID,
    AREA,
    CASE_YEAR,
    CUSTOMER,
    FIELDS,
    MUNICIPALITY,
    PERIOD,
)
from analysis.intake.cells.values import BLANK, UNREADABLE, Reader, tertial
from analysis.intake.cells.words import cell_text, plain, shown, shown_name, shown_score
from analysis.intake.recognition.columns import Vocabulary, answer_vocabulary
from analysis.intake.recognition.files import RawTable
from analysis.settings import Settings


@dataclass(frozen=True)
class Interpreted:
    """A table of answers with canonical values.

    Parameters
    ----------
    table
        Where it comes from.
    rows
        One row per answer: ``file, sheet, row, svar_id, year, period, period_of_file`` (whether
        only the file's name can tell the period), ``area, customer, customer_text,
        customer_column, outcome, case_type, company_size, industry``, the questions (NaN
        missing), ``rest`` (digest of the columns nobody maps, for rows without an id), and
        ``aside, aside_column, aside_value``: why the row is set aside, empty when
        it is not.
    status
        What each question's cell holds (`values.VALID` …), same rows, one column per question.
    flaws
        Single values that are set aside: position in `rows`, ``key`` of the question or field,
        ``text`` of the cell, and ``column``, ``value``, ``reason`` as they may be shown.
    unknown
        Values of background fields nobody knows, by field, with how often they stand.
    problems
        Why the file must be refused.
    notes
        Swedish sentences.
    """

    table: RawTable
    rows: pd.DataFrame
    status: npt.NDArray[np.int8]
    flaws: pd.DataFrame
    unknown: Mapping[str, Mapping[str, int]]
    problems: tuple[Problem, ...]
    notes: tuple[str, ...]

    @property
    def years(self) -> tuple[int, ...]:
        """Case years that the table has usable rows of."""
        years = self.rows.loc[self.rows["year"] > 0, "year"]
        return tuple(sorted(int(year) for year in years.unique()))


def interpret(table: RawTable, settings: Settings) -> Interpreted:
    """Read every row of a table of answers by the configuration."""
    reader = Reader(settings)
    problems: list[Problem] = []
    notes: list[str] = []
    numbers, cells, cut = _cells(table, settings, notes)
    by_column = list(zip_longest(*cells, fillvalue=""))
    by_column += [("",) * len(cells)] * (len(table.headers) - len(by_column))
    columns, doubled = _positions(table, by_column)
    problems += doubled
    texts = {key: _texts(by_column[position]) for key, position in columns.items()}
    dates = dated(table, texts)
    texts = dates.texts
    problems += dates.problems
    notes += dates.notes
    blank = np.full(len(numbers), "", dtype=object)
    year, named = years_of_rows(table, texts, len(numbers))
    period_text = texts.get(PERIOD, blank)
    period = each(period_text, lambda text: tertial(text) or "")
    if PERIOD not in columns and (from_name := tertial_in_name(table)):
        period[:] = from_name
    area_text = texts.get(AREA, blank)
    area = each(area_text, lambda text: reader.area(text) or "")

    scores = np.full((len(numbers), len(settings.questionnaire.items)), np.nan)
    status = np.full(scores.shape, BLANK, dtype=np.int8)
    for place, item in enumerate(settings.questionnaire.item_keys):
        if item in texts:
            codes, distinct = pd.factorize(texts[item])
            read = [reader.score(text) for text in distinct]
            scores[:, place] = np.array([value for value, _ in read])[codes]
            status[:, place] = np.array([held for _, held in read], dtype=np.int8)[codes]

    scores[cut], status[cut] = np.nan, BLANK
    sums = sums_of(cells, texts, area, status, reader)
    scores[sums], status[sums] = np.nan, BLANK
    foreign = whose(texts.get(MUNICIPALITY), len(numbers), settings)
    problems += nobodys(texts.get(MUNICIPALITY), foreign, table.where, settings)
    aside = _first_reason(
        (sums, Reason.TOTAL_ROW),
        (cut, Reason.WRONG_WIDTH),
        *((foreign == reason, reason) for reason in NOT_OURS),
        (year == 0, Reason.NO_YEAR),
        (stray(year, settings.rules.intake.stray_year_share.value), Reason.STRAY_YEAR),
        (area_text == "", Reason.NO_AREA),
        (area == "", Reason.UNKNOWN_AREA),
        ((status == BLANK).all(axis=1), Reason.NOTHING_ANSWERED),
    )
    of_year = np.isin(aside, (Reason.NO_YEAR, Reason.STRAY_YEAR))
    of_whom = np.isin(aside, NOT_OURS)
    year_column = CASE_YEAR if CASE_YEAR in texts else PERIOD
    unknown_area = np.isin(aside, (Reason.NO_AREA, Reason.UNKNOWN_AREA))
    home = usual_year(year[~np.isin(aside, YEARLESS)]) or named
    fields, unknown = _background(texts, reader, settings, len(numbers))
    rows = pd.DataFrame(
        {
            "file": shown_name(table.path.name),
            "sheet": shown_name(table.sheet),
            "row": numbers,
            ANSWER_ID: np.where(cut, "", texts.get(ANSWER_ID, blank)),
            "year": np.where(np.isin(aside, YEARLESS), home, year),
            "period": period,
            "period_of_file": PERIOD not in columns,
            "area": area,
            "customer": each(
                texts.get(CUSTOMER, blank), lambda text: reader.coded(CUSTOMER, text) or ""
            ),
            "customer_text": texts.get(CUSTOMER, blank),
            "customer_column": _shown_header(table, CUSTOMER),
            **fields,
            **{key: scores[:, place] for place, key in enumerate(settings.questionnaire.item_keys)},
            "rest": _rest(table, cells, texts.get(ANSWER_ID, blank)),
            "aside": aside,
            "aside_column": np.select(
                [unknown_area, of_year, of_whom],
                [_shown_header(table, key) for key in (AREA, year_column, MUNICIPALITY)],
                "",
            ),
            "aside_value": np.select(
                [aside == Reason.UNKNOWN_AREA, of_year, of_whom],
                [area_text, *(texts.get(key, blank) for key in (year_column, MUNICIPALITY))],
                "",
            ),
        }
    )
    scale = settings.rules.index
    bad = BAD_SCORE.format(low=scale.lowest.value, high=scale.highest.value)
    flaws = _flaws(table, texts, status, period_text, period, cut, settings, bad)
    problems += refusals(table, rows, settings)
    return Interpreted(table, rows, status, flaws, unknown, tuple(problems), tuple(notes))


def _cells(
    table: RawTable, settings: Settings, notes: list[str]
) -> tuple[npt.NDArray[np.int64], list[Sequence[object]], npt.NDArray[np.bool_]]:
    """Row numbers and cells of the data, and which rows do not have the header's shape.

    A row that ends before its last question, or has values beyond the last column, was cut or
    split: its values may stand under the wrong header, so none of them is used or shown.
    """
    needed = max(table.header.columns.values()) + 1
    width = len(table.headers)
    vocabulary = answer_vocabulary(settings.questionnaire)
    place = table.header.columns.get(AREA, 0)
    # Few spellings in many rows: asked once each.
    is_header = cache(lambda text: vocabulary.key_of(text) == AREA)
    numbers, cells, cut, repeated = [], [], [], 0
    for number, row in table.data():
        if (
            len(row) > place
            and is_header(cell_text(row[place]))
            and _repeats(row, table, vocabulary)
        ):
            repeated += 1
            continue
        numbers.append(number)
        cells.append(row)
        beyond = len(row) > width and any(map(cell_text, row[width:]))
        cut.append(len(row) < needed or beyond)
    if repeated:
        times = swedish.count(repeated, "gång", "gånger")
        notes.append(f"Rubrikraden står {times} till bland svaren; de raderna är inga svar.")
    return np.array(numbers, dtype=np.int64), cells, np.array(cut, dtype=np.bool_)


def _repeats(row: Sequence[object], table: RawTable, vocabulary: Vocabulary) -> bool:
    """Whether a row is the header once more: files laid end to end, or texts under codes."""
    return all(
        vocabulary.key_of(cell_text(row[place])) == key
        for key, place in table.header.columns.items()
        if place < len(row)
    )


def _texts(values: Sequence[object]) -> Texts:
    texts = np.empty(len(values), dtype=object)
    if bool in set(map(type, values)):
        # True equals 1 as a key, but is not the same cell.
        texts[:] = [cell_text(value) for value in values]
    else:
        read = {value: cell_text(value) for value in set(values)}
        texts[:] = [read[value] for value in values]
    return texts


def _positions(
    table: RawTable, by_column: Sequence[Sequence[object]]
) -> tuple[dict[str, int], list[Problem]]:
    """One position per key; of several columns with one key, the only one that holds anything."""
    positions = dict(table.header.columns)
    problems = []
    for key, places in table.header.repeated.items():
        columns = {place: tuple(_texts(by_column[place])) for place in places}
        filled = [place for place, texts in columns.items() if any(texts)]
        if len({columns[place] for place in filled}) > 1:
            names = " och ".join(f"”{cell_text(table.headers[place])}”" for place in filled)
            problems.append(
                Problem(
                    f"Flera kolumner är samma uppgift ({key}) men har olika värden: {names}.",
                    "Ta bort den som inte ska användas.",
                    table.where,
                )
            )
        elif filled:
            positions[key] = filled[0]
    return positions, problems


def _background(
    texts: Mapping[str, Texts],
    reader: Reader,
    settings: Settings,
    size: int,
) -> tuple[dict[str, Texts], dict[str, dict[str, int]]]:
    """Background columns, None where unknown, and the values that nobody knows."""
    columns: dict[str, Texts] = {}
    unknown: dict[str, dict[str, int]] = {}
    coded = {field.key for field in settings.questionnaire.background if field.values}
    for column, field in FIELDS.items():
        values = texts.get(field)
        if values is None:
            columns[column] = np.full(size, None, dtype=object)
        elif field in coded:
            columns[column] = each(values, lambda text, field=field: reader.coded(field, text))  # type: ignore[misc]
            missed = [
                v
                for v, known in zip(values, columns[column], strict=True)
                if known is None and not reader.is_missing(v)
            ]
            if missed:
                unknown[field] = {
                    shown(str(v)): n for v, n in pd.Series(missed).value_counts().items()
                }
        else:
            # As it stands, to tell rows apart by; `clean` keeps it only where it is a category.
            columns[column] = each(values, lambda text: None if reader.is_missing(text) else text)
    return columns, unknown


def _rest(table: RawTable, cells: Sequence[Sequence[object]], ids: Texts) -> Texts:
    """What else tells two rows without an id apart, as a digest and nothing more."""
    rest = np.full(len(cells), "", dtype=object)
    header = table.header
    places = sorted(
        (plain(cell_text(table.headers[place])), place)
        for place in (*header.unmapped, *header.dropped)
    )
    if not places:
        return rest
    for number in map(int, np.flatnonzero(ids == "")):
        row = cells[number]
        held = [
            f"{name}\x1f{cell_text(row[place])}"
            for name, place in places
            if place < len(row) and cell_text(row[place])
        ]
        if held:
            rest[number] = hashlib.blake2b("\x1e".join(held).encode(), digest_size=16).hexdigest()
    return rest


def _flaws(
    table: RawTable,
    texts: Mapping[str, Texts],
    status: npt.NDArray[np.int8],
    period_text: Texts,
    period: Texts,
    cut: npt.NDArray[np.bool_],
    settings: Settings,
    bad_score: str,
) -> pd.DataFrame:
    found: list[tuple[int, str, str, str, str, str]] = []
    for place, item in enumerate(settings.questionnaire.item_keys):
        if item in texts:
            name = _shown_header(table, item)
            found += [
                (int(row), item, texts[item][row], name, shown_score(texts[item][row]), bad_score)
                for row in np.flatnonzero(status[:, place] == UNREADABLE)
            ]
    name = _shown_header(table, PERIOD)
    found += [
        (int(row), PERIOD, period_text[row], name, shown(period_text[row]), Reason.BAD_PERIOD)
        for row in np.flatnonzero((period == "") & (period_text != "") & ~cut)
        if not _is_whole_year(period_text[row])
    ]
    return pd.DataFrame(found, columns=["position", "key", "text", "column", "value", "reason"])


def _is_whole_year(text: str) -> bool:
    return bool(re.fullmatch(r"(?:helar|ar|aret)?(?:(?:19|20)\d\d)?", plain(text)))


def _shown_header(table: RawTable, key: str) -> str:
    place = table.header.columns.get(key)
    return "" if place is None else shown_name(cell_text(table.headers[place]))


def _first_reason(*reasons: tuple[npt.NDArray[np.bool_], str]) -> Texts:
    aside = np.full(len(reasons[0][0]), "", dtype=object)
    for where, reason in reversed(reasons):
        aside[where.astype(np.bool_)] = reason
    return aside
