"""One table of answers, interpreted: canonical values, and reasons for unusable rows.

Works on distinct values rather than cells, so that a national file takes seconds.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
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
    usual_year,
    years_of_rows,
)
from analysis.intake.answers.municipalities import whose
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
from analysis.intake.cells.parts import Part
from analysis.intake.cells.values import BLANK, UNREADABLE, Reader, tertial
from analysis.intake.cells.words import cell_at, cell_text, plain, shown, shown_name, shown_score
from analysis.intake.recognition.columns import Vocabulary, answer_vocabulary
from analysis.intake.recognition.files import RawTable
from analysis.settings import Settings

COLUMNS = (AREA, CASE_YEAR, PERIOD, CUSTOMER, MUNICIPALITY, ANSWER_ID)


@dataclass(frozen=True)
class Interpreted:
    """A table of answers with canonical values.

    Parameters
    ----------
    table
        Its source.
    rows
        One row per answer: ``file, sheet, row, svar_id, year, period, period_of_file`` (whether
        only the file's name can tell the period), ``area, customer, customer_text,
        customer_column, outcome, case_type, company_size, industry``, the questions (NaN
        missing), ``rest`` (digest of the columns nobody maps, for rows without an id), and
        ``aside, aside_column, aside_value``: the reason for setting the row aside, empty
        for other rows.
    status
        The kind of content of each question's cell (`values.VALID` …): the same rows, one column
        per question.
    flaws
        Single values that are set aside: position in `rows`, ``key`` of the question or field,
        ``text`` of the cell, and ``column``, ``value``, ``reason`` as they may be shown.
    unknown
        Unknown values of background fields, by field, with their number of occurrences.
    problems
        Reasons for refusing the file.
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
        """Case years with usable rows in the table."""
        years = self.rows.loc[self.rows["year"] > 0, "year"]
        return tuple(sorted(int(year) for year in years.unique()))


def interpret(table: RawTable, settings: Settings) -> Interpreted:
    """Read every row of a table of answers by the configuration."""
    reader, items = Reader(settings), settings.questionnaire.item_keys
    notes: list[str] = []
    numbers, cells, cut = _cells(table, settings, notes)
    size = len(numbers)
    by_column = list(zip_longest(*cells, fillvalue=""))
    by_column += [("",) * size] * (len(table.headers) - len(by_column))
    columns, problems = _positions(table, by_column)
    written = {key: _texts(by_column[place]) for key, place in columns.items()}
    texts, unsure, chosen = dated(table, written)
    problems += unsure
    notes += chosen
    blank = np.full(size, "", dtype=object)
    held = {key: texts.get(key, blank) for key in (*COLUMNS, *items)}
    year, named = years_of_rows(table, held[CASE_YEAR], held[PERIOD])
    period = each(held[PERIOD], lambda text: tertial(text) or "")
    if PERIOD not in columns and (part := table.part):
        period[:] = part.tertial
        problems += [] if part.tertial else [_of_a_part(part, table)]
    area = each(held[AREA], lambda text: reader.area(text) or "")
    scores, status = _scores(texts, items, reader, size)
    scores[cut], status[cut] = np.nan, BLANK
    sums = sums_of(cells, texts, area, status, reader)
    scores[sums], status[sums] = np.nan, BLANK
    foreign, nobodys = whose(held[MUNICIPALITY], table.where, settings)
    problems += nobodys
    reasons = {
        Reason.TOTAL_ROW: sums,
        Reason.WRONG_WIDTH: cut,
        **{reason: foreign == reason for reason in NOT_OURS},
        Reason.NO_YEAR: year == 0,
        Reason.STRAY_YEAR: stray(year, settings.guards.intake.stray_year_share.value),
        Reason.NO_AREA: held[AREA] == "",
        Reason.UNKNOWN_AREA: area == "",
        Reason.NOTHING_ANSWERED: (status == BLANK).all(axis=1),
    }
    # The first that holds.
    aside = np.select(list(reasons.values()), list(map(str, reasons)), "")
    # Reasons from a column, with the column; an area that is left out has no text to show.
    told = {
        AREA: np.isin(aside, (Reason.NO_AREA, Reason.UNKNOWN_AREA)),
        CASE_YEAR if CASE_YEAR in texts else PERIOD: np.isin(
            aside, (Reason.NO_YEAR, Reason.STRAY_YEAR)
        ),
        MUNICIPALITY: np.isin(aside, NOT_OURS),
    }
    yearless = np.isin(aside, YEARLESS)
    fields, unknown = _background(texts, reader, settings, size)
    rows = pd.DataFrame(
        {
            "file": shown_name(table.path.name),
            "sheet": shown_name(table.sheet),
            "row": numbers,
            ANSWER_ID: np.where(cut, "", held[ANSWER_ID]),
            "year": np.where(yearless, usual_year(year[~yearless]) or named, year),
            "period": period,
            "period_of_file": PERIOD not in columns,
            "area": area,
            "customer": each(held[CUSTOMER], lambda text: reader.coded(CUSTOMER, text) or ""),
            "customer_text": held[CUSTOMER],
            "customer_column": _shown_header(table, CUSTOMER),
            **fields,
            **{key: scores[:, place] for place, key in enumerate(items)},
            "rest": _rest(table, cells, held[ANSWER_ID]),
            "aside": aside,
            "aside_column": np.select(
                list(told.values()), [_shown_header(table, key) for key in told], ""
            ),
            "aside_value": np.select(list(told.values()), [held[key] for key in told], ""),
        }
    )
    bad_period = (period == "") & (held[PERIOD] != "") & ~cut
    bad_period &= ~each(held[PERIOD], _is_whole_year).astype(np.bool_)
    scale = settings.rules.index
    bad_score = BAD_SCORE.format(low=scale.lowest.value, high=scale.highest.value)
    flaws = [
        flaw
        for place, key in enumerate(items)
        for flaw in _flaws(table, key, held[key], status[:, place] == UNREADABLE, bad_score)
    ]
    flaws += _flaws(table, PERIOD, held[PERIOD], bad_period, Reason.BAD_PERIOD)
    return Interpreted(
        table,
        rows,
        status,
        pd.DataFrame(flaws, columns=["position", "key", "text", "column", "value", "reason"]),
        unknown,
        (*problems, *refusals(table, rows, settings)),
        tuple(notes),
    )


def _of_a_part(part: Part, table: RawTable) -> Problem:
    return Problem(
        f"Svaren sägs gälla en del av året eller vara preliminära (”{shown(part.words)}”), men "
        "ingen kolumn visar vilken del.",
        "Ta med kolumnen med tertial eller datum. Gäller svaren hela året: ta bort orden ur filens "
        "namn, bladets namn eller rubriken.",
        table.where,
    )


def _scores(
    texts: Mapping[str, Texts], items: Sequence[str], reader: Reader, size: int
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int8]]:
    """Scores of every row and question, and the kind of content of each cell."""
    scores = np.full((size, len(items)), np.nan)
    status = np.full(scores.shape, BLANK, dtype=np.int8)
    for place, item in enumerate(items):
        if item in texts and size:
            codes, distinct = pd.factorize(texts[item])
            values, held = zip(*map(reader.score, distinct), strict=True)
            scores[:, place] = np.array(values)[codes]
            status[:, place] = np.array(held, dtype=np.int8)[codes]
    return scores, status


def _cells(
    table: RawTable, settings: Settings, notes: list[str]
) -> tuple[npt.NDArray[np.int64], list[Sequence[object]], npt.NDArray[np.bool_]]:
    """Row numbers and cells of the data, and the rows that do not have the header's shape.

    A row that ends before its last question, or has values beyond the last column, was cut or
    split: its values may stand under the wrong header, so none of them is used or shown.
    """
    needed = max(table.header.columns.values()) + 1
    width = len(table.headers)
    vocabulary = answer_vocabulary(settings.questionnaire)
    place = table.header.columns.get(AREA, 0)
    # Few spellings stand in many rows, so each spelling is looked up once.
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
        notes.append(f"Rubrikraden står {times} till bland svaren. De raderna räknas inte med.")
    return np.array(numbers, dtype=np.int64), cells, np.array(cut, dtype=np.bool_)


def _repeats(row: Sequence[object], table: RawTable, vocabulary: Vocabulary) -> bool:
    """Whether a row repeats the header: files laid end to end, or texts under codes."""
    return all(
        vocabulary.key_of(cell_text(row[place])) == key
        for key, place in table.header.columns.items()
        if place < len(row)
    )


def _texts(values: Sequence[object]) -> Texts:
    texts = np.empty(len(values), dtype=object)
    if bool in set(map(type, values)):
        # True equals 1 as a key, but is a different cell.
        texts[:] = [cell_text(value) for value in values]
    else:
        read = {value: cell_text(value) for value in set(values)}
        texts[:] = [read[value] for value in values]
    return texts


def _positions(
    table: RawTable, by_column: Sequence[Sequence[object]]
) -> tuple[dict[str, int], list[Problem]]:
    """One position per key; of several columns with the same key, the only column with values."""
    positions = dict(table.header.columns)
    problems = []
    for key, places in table.header.repeated.items():
        columns = {place: tuple(_texts(by_column[place])) for place in places}
        filled = [place for place, texts in columns.items() if any(texts)]
        if len({columns[place] for place in filled}) > 1:
            names = " och ".join(f"”{cell_text(table.headers[place])}”" for place in filled)
            problems.append(
                Problem(
                    f"Flera kolumner gäller samma uppgift ({key}) men har olika värden: {names}.",
                    "Behåll bara den kolumn som ska användas.",
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
    """Background columns (None where unknown), and the values missing in the configuration."""
    columns: dict[str, Texts] = {}
    unknown: dict[str, dict[str, int]] = {}
    coded = {field.key for field in settings.questionnaire.background if field.values}
    for column, field in FIELDS.items():
        if field not in texts:
            columns[column] = np.full(size, None, dtype=object)
        elif field in coded:
            values = texts[field]
            columns[column] = each(values, partial(reader.coded, field))
            missed = Counter(
                shown(value)
                for value, known in zip(values, columns[column], strict=True)
                if known is None and not reader.is_missing(value)
            )
            if missed:
                unknown[field] = dict(missed.most_common())
        else:
            # The raw text tells rows apart; `clean` keeps it only where it is a category.
            columns[column] = each(
                texts[field], lambda text: None if reader.is_missing(text) else text
            )
    return columns, unknown


def _rest(table: RawTable, cells: Sequence[Sequence[object]], ids: Texts) -> Texts:
    """A digest of the remaining cells, which tells two rows without an id apart."""
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
        held = [f"{name}\x1f{text}" for name, place in places if (text := cell_at(row, place))]
        if held:
            rest[number] = hashlib.blake2b("\x1e".join(held).encode(), digest_size=16).hexdigest()
    return rest


def _flaws(
    table: RawTable, key: str, texts: Texts, where: npt.NDArray[np.bool_], reason: str
) -> Iterator[tuple[int, str, str, str, str, str]]:
    """Cells of a column that cannot be read, as `Interpreted.flaws`."""
    name, show = _shown_header(table, key), shown if key == PERIOD else shown_score
    for row in map(int, np.flatnonzero(where)):
        yield row, key, texts[row], name, show(texts[row]), str(reason)


def _is_whole_year(text: str) -> bool:
    return bool(re.fullmatch(r"(?:helar|ar|aret)?(?:(?:19|20)\d\d)?", plain(text)))


def _shown_header(table: RawTable, key: str) -> str:
    place = table.header.columns.get(key)
    return "" if place is None else shown_name(cell_text(table.headers[place]))
