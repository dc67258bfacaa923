"""Clean answers of one case year: the rows that count, and the reasons for all other rows.

Row order, column order, blank lines and how the answers are divided into files change nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from pathlib import Path

import numpy as np
import pandas as pd

from analysis import store, swedish
from analysis.errors import Problem
from analysis.intake.answers.duplicates import alike, duplicates, settled_periods
from analysis.intake.answers.frames import check_answers
from analysis.intake.answers.interpret import Interpreted
from analysis.intake.answers.reasons import CUSTOMERS, NOT_OURS, YEARLESS, Reason
from analysis.intake.cells.keys import ANSWER_ID, FIELDS
from analysis.intake.cells.values import BLANK, DONT_KNOW, UNREADABLE, VALID
from analysis.intake.cells.words import HIDDEN, shown
from analysis.intake.recognition.columns import missing_questions
from analysis.settings import Settings

MISSING_WORDS = {DONT_KNOW: "vet ej", BLANK: "inget svar", UNREADABLE: "ogiltigt"}
HELD_WORDS = {VALID: "betyg", **MISSING_WORDS}
REJECT_COLUMNS = ("file", "sheet", "row", ANSWER_ID, "column", "value", "reason")
FREE_TEXT = "troligen är fritext. Den används inte."
ALIKE = "lika ett annat i samma fil och räknas, eftersom flera företag kan ha svarat likadant."
CUSTOMER_COLUMN_MISSING = "Kundgrupp saknas i filerna: alla svar räknas som företagens."

LedgerRow = tuple[str, str, str, int]
"""Measure, group, reason and count, of `CleanYear.quality`."""


@dataclass(frozen=True)
class CleanYear:
    """The result of cleaning one case year's files.

    Parameters
    ----------
    year
        The case year.
    answers
        Clean answers as `frames.check_answers` describes them.
    rejects
        Rows and values set aside: ``file, sheet, row, svar_id, column, value, reason``; without
        a column, the whole row is set aside.
    quality
        The ledger, as counts: ``measure, group, reason, count``. Measure ``rader``, and ``filer``
        and ``områden`` by file and known area: rows read, counted and set aside by reason. A
        question's key: counted rows with a score, "vet ej", no answer, or an unreadable one.
    problems
        Reasons for refusing the year's files together.
    notes
        Swedish sentences for the method page and the terminal.
    rows, flaws
        Every row read, with the reason for setting it aside, and the single values set aside
        (`answers.Interpreted`); used by `losses` and `doubts`, never stored.
    """

    year: int
    answers: pd.DataFrame
    rejects: pd.DataFrame
    quality: pd.DataFrame
    problems: tuple[Problem, ...]
    notes: tuple[str, ...]
    rows: pd.DataFrame = dataclass_field(repr=False)
    flaws: pd.DataFrame = dataclass_field(repr=False)

    @property
    def counted(self) -> int:
        """Number of answers that count."""
        return len(self.answers)

    def write_rejects(self, path: Path) -> Path:
        """Write the rejects as CSV, safe to open in a spreadsheet program."""
        text = self.rejects.map(_harmless).to_csv(index=False, lineterminator="\n")
        return store.write_text(path, text)


def _harmless(cell: object) -> object:
    return store.literal(cell) if isinstance(cell, str) and not _is_number(cell) else cell


def _is_number(text: str) -> bool:
    return text[1:].replace(",", "").replace(".", "").isdecimal()


def clean_tables(parts: Sequence[Interpreted], year: int, settings: Settings) -> CleanYear:
    """The counted answers of a year, from all interpreted tables.

    Parameters
    ----------
    parts
        Tables of answers; each may hold several years.
    year
        The case year.
    settings
        Configuration.
    """
    ordered = sorted(parts, key=lambda part: (part.table.path.name, part.table.sheet))
    rows, status, flaws = _gathered(ordered, year, settings)
    rows, notes = _judged(rows, settings)
    counted = (rows["aside"] == "").to_numpy(dtype=bool)
    kept = rows[counted].copy()
    notes += _keep_categories(kept, settings)
    answers = check_answers(_canonical(kept, settings), settings)
    rejects = _rejects(rows, flaws)
    quality = _quality(rows, status[counted], settings)
    notes += [note for part in ordered for note in part.notes]
    notes += _missing_questions(ordered, year, settings)
    notes += of_a_part(answers, year, settings)
    if same := alike(kept, settings):
        told = swedish.count(same, "svar utan nummer", "svar utan nummer")
        notes.append(f"{year}: {told} är {ALIKE}")
    return CleanYear(
        year=year,
        answers=answers,
        rejects=rejects,
        quality=quality,
        problems=_collisions(rows, settings),
        notes=tuple(dict.fromkeys(notes)),
        rows=rows,
        flaws=flaws,
    )


def _gathered(
    parts: Sequence[Interpreted], year: int, settings: Settings
) -> tuple[pd.DataFrame, np.ndarray[tuple[int, int], np.dtype[np.int8]], pd.DataFrame]:
    """The year's rows of every table, their status, and their flaws by position in the rows."""
    rows, status, flaws, start = [], [], [], 0
    for part in parts:
        inside = (part.rows["year"] == year).to_numpy(dtype=bool)
        rows.append(part.rows[inside])
        status.append(part.status[inside])
        place = np.cumsum(inside) - 1 + start
        mine = part.flaws[inside[part.flaws["position"].to_numpy(dtype=np.int64)]]
        flaws.append(mine.assign(position=place[mine["position"].to_numpy(dtype=np.int64)]))
        start += int(inside.sum())
    return (
        pd.concat(rows, ignore_index=True),
        np.concatenate(status),
        pd.concat(flaws, ignore_index=True),
    )


def _judged(rows: pd.DataFrame, settings: Settings) -> tuple[pd.DataFrame, list[str]]:
    """The rows with their reasons for being set aside: duplicates first, then the customer."""
    judged = rows.assign(period=settled_periods(rows, settings))
    repeated = duplicates(judged, settings)
    fixed = judged["aside"].isin((*YEARLESS, *NOT_OURS))
    judged["aside"] = judged["aside"].where(fixed | (repeated == ""), repeated)
    cleared = judged["aside"].isin((Reason.DUPLICATE, Reason.COLLISION))
    judged.loc[cleared, ["aside_column", "aside_value"]] = ""

    text, customer = judged["customer_text"], judged["customer"]
    blank = text == ""
    if blank.all():
        return judged, [CUSTOMER_COLUMN_MISSING] if len(judged) else []
    counted = settings.questionnaire.customer_group
    group = customer.map(CUSTOMERS).fillna(customer)
    reason = group.where(customer != "", Reason.UNKNOWN_CUSTOMER).where(~blank, Reason.NO_CUSTOMER)
    outside = (customer != counted) & (judged["aside"] == "")
    judged.loc[outside, "aside"] = reason[outside]
    judged.loc[outside, "aside_column"] = judged.loc[outside, "customer_column"]
    judged.loc[outside, "aside_value"] = text[outside]
    return judged, []


def _collisions(rows: pd.DataFrame, settings: Settings) -> tuple[Problem, ...]:
    """A problem where each file numbers its own answers, since all would be set aside."""
    rules = settings.guards.intake
    colliding = rows[rows["aside"] == Reason.COLLISION]
    between = colliding[~colliding.duplicated(["file", "sheet", ANSWER_ID], keep=False)]
    many = len(between) >= rules.collision_count.value
    if not many or len(between) <= rules.collision_share.value * len(rows):
        return ()
    return (
        Problem(
            "Olika svar har samma nummer i flera filer. Troligen börjar numren om i varje fil.",
            "Exportera allt i en fil, eller ta bort kolumnen med svarsnummer.",
            swedish.listing(sorted(between["file"].unique())),
        ),
    )


def _keep_categories(rows: pd.DataFrame, settings: Settings) -> list[str]:
    """Clear fields that turn out to be free text, with a note.

    A text in a single answer does not describe a group either.
    """
    coded = {field.key for field in settings.questionnaire.background if field.values}
    notes = []
    for column, field in FIELDS.items():
        if field in coded:
            continue
        often = rows[column].value_counts()
        if len(often) > settings.guards.intake.category_values.value:
            notes.append(f"Kolumnen {field} har så många olika värden att den {FREE_TEXT}")
            often = often[:0]
        rows[column] = rows[column].map({text: shown(text) for text in often.index[often > 1]})
    return notes


def of_a_part(answers: pd.DataFrame, year: int, settings: Settings) -> list[str]:
    """A note where the answers come from some of the tertials only."""
    told = settings.guards.intake.part_of_year(answers["period"])
    if not told:
        return []
    names = swedish.listing([period.removeprefix("T") for period in told])
    return [
        f"{year}: svaren kommer bara från tertial {names}. Talen för året är preliminära, och "
        "målen bedöms först när hela året är med."
    ]


def _canonical(rows: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Clean answers, sorted so that the order of files and rows leaves no trace."""
    items = list(settings.questionnaire.item_keys)
    answers = pd.DataFrame(
        {
            "year": rows["year"].astype("int64"),
            "period": _named(rows["period"]),
            "area": rows["area"].astype("str"),
            **{column: _named(rows[column]) for column in FIELDS},
            "joint": True,
            **{item: rows[item].astype("float64") for item in items},
        }
    )
    return answers.sort_values(list(answers.columns), ignore_index=True)


def _named(values: pd.Series) -> pd.Series:
    return values.where(values != "").astype("str")


def _rejects(rows: pd.DataFrame, flaws: pd.DataFrame) -> pd.DataFrame:
    aside = rows[rows["aside"] != ""]
    whole = aside.assign(
        column=aside["aside_column"],
        value=[shown(str(text)) for text in aside["aside_value"]],
        reason=aside["aside"],
    )
    origin = rows.loc[flaws["position"].to_numpy(dtype=np.int64)].reset_index(drop=True)
    single = origin.assign(**{name: flaws[name] for name in ("column", "value", "reason")})
    single = single[origin["aside"] == ""]
    together = pd.concat([whole, single])[list(REJECT_COLUMNS)]
    together[ANSWER_ID] = [shown_id(text) for text in together[ANSWER_ID]]
    return together.sort_values(["file", "sheet", "row", "column"], ignore_index=True)


def shown_id(text: str) -> str:
    """An answer's number in a form that may be stored: never a sentence or a person.

    >>> shown_id("E00517"), shown_id("Vi är inte nöjda")
    ('E00517', '(dolt)')
    """
    return shown(text) if len(text.split()) < 2 else HIDDEN


def _quality(
    rows: pd.DataFrame, status: np.ndarray[tuple[int, int], np.dtype[np.int8]], settings: Settings
) -> pd.DataFrame:
    found = ledger(store.ROWS, "", rows["aside"])
    known = rows[rows["area"] != ""].groupby("area")["aside"]
    by_area = dict(iter(known))
    for area in settings.questionnaire.area_keys:
        if area in by_area:
            found += ledger(store.BY_AREA, area, by_area[area])
    for file, part in rows.groupby("file", sort=True):
        found += ledger(store.BY_FILE, str(file), part["aside"])
    for place, item in enumerate(settings.questionnaire.item_keys):
        found += [
            (item, "", word, int((status[:, place] == held).sum()))
            for held, word in HELD_WORDS.items()
        ]
    return ledger_frame(found)


def ledger_frame(rows: Sequence[LedgerRow]) -> pd.DataFrame:
    """A ledger as `CleanYear.quality`."""
    kinds = {"measure": "str", "group": "str", "reason": "str", "count": "int64"}
    return pd.DataFrame(rows, columns=list(kinds)).astype(kinds)


def ledger(measure: str, group: str, aside: pd.Series) -> list[LedgerRow]:
    """Rows read, counted, and set aside by each reason."""
    counts = aside.value_counts()
    return [
        (measure, group, store.READ, len(aside)),
        (measure, group, store.COUNTED, int(counts.get("", 0))),
        *((measure, group, name, int(counts[name])) for name in map(str, Reason) if name in counts),
    ]


def _missing_questions(parts: Sequence[Interpreted], year: int, settings: Settings) -> list[str]:
    found = {key for part in parts for key in part.table.header.columns}
    missing = missing_questions(found, settings.questionnaire, year)
    return [f"Frågan ”{item.text}” finns inte i filerna." for item in missing]
