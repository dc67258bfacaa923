"""Recognises a raw file by its header, not by its name.

A file is read once, whole and within limits; an unreadable file is a problem, not an exception.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Literal

from analysis import store, swedish
from analysis.errors import InputDataError, Problem
from analysis.intake.cells.dates import named_year
from analysis.intake.cells.parts import Part, part_of_year
from analysis.intake.cells.values import Reader
from analysis.intake.cells.words import cell_at, cell_text, plain, shown_name, stated_scale
from analysis.intake.formats.files import content_of, json_of, json_text, sheets_of
from analysis.intake.formats.sheet import TITLE, Sheet, refusal
from analysis.intake.recognition.columns import (
    KIND_WORDS,
    Header,
    Vocabulary,
    count_known,
    vocabularies,
)
from analysis.intake.recognition.columns import Kind as TableKind
from analysis.intake.recognition.distributions import Distributions
from analysis.intake.recognition.headings import find_heading
from analysis.intake.recognition.longform import turned
from analysis.intake.recognition.no_results import fault_of_results
from analysis.intake.recognition.portal import Cells, Portal, Results
from analysis.project import raw_files
from analysis.settings import Settings

Kind = TableKind | Literal["kolada", "unknown"]

TABLE_ENDINGS = {
    *(".csv", ".txt", ".tsv", ".tab", ".xlsx", ".xlsm", ".xltx", ".xls", ".json", ""),
    # A browser saves an answer of Kolada's as a page.
    *(".html", ".htm"),
}
# Names that promise a kind: a file of another kind under such a name is refused.
PROMISES = (
    *("insikt", "arenden", "officiella", "resultat", "aktiviteter", "forslag"),
    *("dialog", "fritext"),
    *("kolada", "svar", "nki", "fordelning"),
)
OFFICIAL_NAMES = ("officiella", "kolada", "resultat", "fordelning")
# Beginnings of cells in tables from Kolada or SKR: a column's heading, or a series' title.
OFFICIAL_WORDS = ("kpi", "nyckeltal", "kolada", "foretagsklimat")

LEFT_ALONE = "Filen känns inte igen och används inte."
SUMMARY = "Bladet {} ser ut att sammanfatta svaren och används inte."
LEFT_OUT = "Bladet läses inte in."
"""First cell of a sheet of a template that holds an example or a list."""
EMPTY_TEMPLATE = "Filen är en mall som inte är ifylld och används inte."
OWN_TABLE = (
    "Filen är en av rapportens egna tabeller och används inte. Den kan tas bort ur mappen; svaren "
    "och de andra underlagen ligger i andra filer."
)

NO_HEADERS = (
    "Ingen rad känns igen som rubriker.",
    "Svar behöver en kolumn för myndighetsområde och enkätens frågor som rubriker. "
    "Lägg till rubriken i config/questionnaire_columns.csv om den heter något annat.",
)
NO_OFFICIAL_VALUES = (
    "Filen ser ut att hålla officiella värden eller en fördelning av svaren, men kolumnerna känns "
    "inte igen.",
    "Skriv värdena som en rad per värde med kolumnerna kommun, arende_ar, matt och varde, "
    "eller som en tabell med index: områden, servicefaktorer, frågor eller år som rader och "
    "kolumner. En fördelning av svaren har i stället betygen 1–10 som kolumner eller rader för "
    "varje fråga, med antal, eller med andelar och antal svar. En mall skrivs av python run.py "
    "mallar. Värden ur Kolada hämtas med python run.py kolada.",
)
NO_ANSWER_OF_KOLADA = (
    "Filen är JSON men inte ett svar ur Kolada.",
    "Spara svaret från api.kolada.se/v3/data som det är.",
)


@dataclass(frozen=True)
class RawTable:
    """A sheet with a recognised header.

    Parameters
    ----------
    path
        The file.
    sheet
        Name of the sheet; empty for CSV.
    header
        The recognised header row.
    headers
        The header row's cells.
    rows
        Every row of the sheet; data begin after the header row.
    values
        Row number and texts of every value of a table of results, whose cells say what they are
        about by their row and column; empty for other tables.
    """

    path: Path
    sheet: str
    header: Header
    headers: Sequence[object]
    rows: Sequence[Sequence[object]]
    values: Cells = ()

    @property
    def where(self) -> str:
        """The table's place in words."""
        return _place(self.path, self.sheet)

    @cached_property
    def part(self) -> Part | None:
        """The part of a year that the sheet's name, its title or the file's name says, if any."""
        above = (cell_text(cell) for row in self.rows[: self.header.row - 1] for cell in row)
        texts = (self.sheet, *above, self.path.stem)
        return next(filter(None, map(part_of_year, texts)), None)

    def data(self) -> Iterator[tuple[int, Sequence[object]]]:
        """Row numbers and cells below the header, blank rows left out."""
        for number, row in enumerate(self.rows[self.header.row :], start=self.header.row + 1):
            if any(map(cell_text, row)):
                yield number, row

    def texts(self) -> Iterator[tuple[int, Mapping[str, str]]]:
        """Row numbers and the texts of the known columns, empty where a row is too short."""
        yield from self.values
        if self.values:
            return
        for number, row in self.data():
            yield number, {key: cell_at(row, at) for key, at in self.header.columns.items()}

    def column(self, place: int) -> list[str]:
        """The texts of a column."""
        return [cell_at(row, place) for _, row in self.data()]


@dataclass(frozen=True)
class RawFile:
    """A recognised raw file.

    Parameters
    ----------
    path
        The file.
    kind
        The kind of its content; ``distribution`` also where there are indices beside them.
    tables
        Its tables of that kind.
    content
        Parsed JSON of a Kolada answer.
    problems
        Reasons for refusing it; empty when it can be used.
    notes
        Swedish sentences on remarkable circumstances.
    summaries
        Swedish sentences on sheets that sum up the answers of the others, and are not used.
    sha256
        Digest of its bytes; empty where it was not read.
    """

    path: Path
    kind: Kind
    tables: tuple[RawTable, ...] = ()
    content: object = field(default=None, repr=False)
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()
    summaries: tuple[str, ...] = ()
    sha256: str = ""

    @property
    def name(self) -> str:
        """The file's name as it may be shown."""
        return shown_name(self.path.name)

    @property
    def rows(self) -> int:
        """Rows of data in its tables; a Kolada answer has values instead."""
        if self.tables:
            return sum(1 for table in self.tables for _ in table.data())
        values = self.content.get("values") if isinstance(self.content, dict) else None
        return len(values) if isinstance(values, list) else 0

    @property
    def named_year(self) -> int | None:
        """The case year in the file's name."""
        return named_year(self.path.stem)


def found_files(paths: Iterable[Path], settings: Settings) -> tuple[list[Path], list[Problem]]:
    """All files of some folders and files, in a fixed order; a missing path is a problem."""
    found: dict[Path, None] = {}
    problems: list[Problem] = []
    for path in paths:
        if path.is_dir():
            found |= dict.fromkeys(raw_files(path))
        elif path.exists():
            found[path] = None
        else:
            name = shown_name(str(path))
            problems.append(Problem("Filen finns inte.", "Kontrollera namnet.", name))
    most = settings.guards.intake.limits.files
    if len(found) > most:
        cause = f"Det är för många filer: gränsen är {most}."
        return [], [*problems, Problem(cause, "Peka ut rätt mapp.")]
    return list(found), problems


def recognise(path: Path, settings: Settings) -> RawFile:
    """Read a file and recognise its kind.

    Returns
    -------
    RawFile
        With kind ``unknown`` and problems when it must be refused, ``unknown`` and a note when it
        is merely another kind of file.
    """
    limits = settings.guards.intake.limits
    promising = plain(path.stem).startswith(PROMISES)
    if path.suffix.casefold() not in TABLE_ENDINGS and not promising:
        return RawFile(path, "unknown", notes=(LEFT_ALONE,))
    try:
        content = content_of(path, limits)
        if json_text(content) is not None:
            found = _recognise_json(path, json_of(path, content, limits), promising)
        else:
            known = vocabularies(settings.questionnaire)
            sheets = sheets_of(path, content, limits, lambda row: count_known(row, known))
            found = _recognise_tables(path, sheets, known, settings, promising)
    except InputDataError as error:
        return RawFile(path, "unknown", problems=error.problems)
    return replace(found, sha256=hashlib.sha256(content).hexdigest())


def _recognise_json(path: Path, content: object, promising: bool) -> RawFile:
    if isinstance(content, dict) and isinstance(content.get("values"), list):
        return RawFile(path, "kolada", content=content)
    if promising:
        raise refusal(path, *NO_ANSWER_OF_KOLADA)
    return RawFile(path, "unknown", notes=(LEFT_ALONE,))


def _recognise_tables(
    path: Path,
    sheets: Sequence[Sheet],
    known: Mapping[TableKind, Vocabulary],
    settings: Settings,
    promising: bool,
) -> RawFile:
    depth = settings.guards.intake.limits.header_rows
    if _is_own(sheets, depth):
        return RawFile(path, "unknown", notes=(OWN_TABLE,))
    tables: list[RawTable] = []
    notes: dict[str, list[str]] = {}
    problems: list[Problem] = []
    written = [sheet for sheet in sheets if not _is_left_out(sheet)]
    template = len(written) < len(sheets)
    for sheet in written:
        name = shown_name(sheet.name)
        if sheet.hidden:
            notes[name] = [f"Bladet {name} är dolt i arbetsboken och används inte."]
            continue
        table, noted, wrong = _table(path, sheet, known, settings)
        if template and not any(map(_is_filled_in, table)):
            continue
        tables += table
        notes[name] = noted
        problems += wrong
        if not table and sheet.name and any(map(any, sheet.rows)):
            notes[name] = [*noted, f"Bladet {name} känns inte igen och används inte."]
    if template and not tables and not problems:
        return RawFile(path, "unknown", notes=(EMPTY_TEMPLATE,))
    kinds = {table.header.kind for table in tables}
    named, shaped = _looks_official(path, sheets, depth)
    misnamed = named and "answers" in kinds
    if (misnamed or not kinds) and (named or not problems):
        meant = misnamed or promising or shaped
        faults = [
            Problem(*fault, _place(path, one.name))
            for one in written
            if not one.hidden
            and (fault := fault_of_results(one.rows, one.name, path.stem, known, settings, meant))
        ]
        if faults:
            raise InputDataError(TITLE, problems=faults)
    if misnamed or (not kinds and (named or shaped)):
        raise refusal(path, *NO_OFFICIAL_VALUES)
    if problems:
        raise InputDataError(TITLE, problems=problems)
    # The same source gives distributions and indices, often in one workbook.
    kinds -= {"official"} if kinds == {"official", "distribution"} else set()
    summaries = [one for one in tables if one.values] if "answers" in kinds else []
    left = [shown_name(one.sheet) for one in summaries]
    tables = [one for one in tables if one not in summaries]
    kinds &= {table.header.kind for table in tables}
    if len(kinds) > 1:
        raise _of_several_kinds(path, tables)
    if kinds:
        told = dict.fromkeys(note for name in notes if name not in left for note in notes[name])
        summed = tuple(map(SUMMARY.format, left))
        return RawFile(path, kinds.pop(), tuple(tables), notes=tuple(told), summaries=summed)
    if promising:
        raise _unrecognised(path, sheets)
    return RawFile(path, "unknown", notes=(LEFT_ALONE,))


def _of_several_kinds(path: Path, tables: Sequence[RawTable]) -> InputDataError:
    """The problem of a workbook whose sheets cannot be used together."""
    by_kind: dict[TableKind, list[str]] = {}
    for table in tables:
        by_kind.setdefault(table.header.kind, []).append(shown_name(table.sheet))
    told = [f"{KIND_WORDS[kind].lower()} ({', '.join(names)})" for kind, names in by_kind.items()]
    first = "answers" if "answers" in by_kind else next(iter(by_kind))
    moved = [name for kind, names in by_kind.items() if kind != first for name in names]
    sheets = f"{'bladet' if len(moved) == 1 else 'bladen'} {swedish.listing(moved)}"
    cause = f"Bladen i filen innehåller olika slags uppgifter: {swedish.listing(told)}."
    return refusal(path, cause, f"Flytta {sheets} till en egen fil, eller ta bort dem.")


def _table(
    path: Path, sheet: Sheet, known: Mapping[TableKind, Vocabulary], settings: Settings
) -> tuple[list[RawTable], list[str], list[Problem]]:
    """The table of a sheet, if any, with its notes and the reasons for refusing it."""
    rows, notes, problems = sheet.rows, list[str](), list[Problem]()
    reader, limits = Reader(settings), settings.guards.intake.limits
    portal = Portal(settings, known["official"])
    spread = Distributions(portal, known["answers"])
    if found := spread.results(rows, sheet.name, path.stem, limits.header_rows):
        if scale := fault_of_results(rows, sheet.name, path.stem, known, settings, meant=False):
            return [], notes, [Problem(*scale, _place(path, sheet.name))]
        return _of_results(path, sheet, found, notes)
    if long := turned(rows, known["answers"], reader, limits):
        rows = long.rows
        notes += long.notes
        problems += [replace(one, where=_place(path, sheet.name)) for one in long.problems]
    heading = find_heading(rows, known, reader, limits.header_rows)
    if heading is None or heading.header.kind != "official":
        # Rows below another kind of heading are data.
        depth = limits.header_rows if heading is None else heading.header.row
        if found := portal.results(rows, sheet.name, path.stem, depth):
            return _of_results(path, sheet, found, notes)
    if heading is None:
        return [], notes, problems
    table = RawTable(path, sheet.name, heading.header, heading.texts, rows)
    notes += sheet.notes
    if hidden := sum(number in sheet.hidden_rows for number, _ in table.data()):
        many = swedish.count(hidden, "rad är dold", "rader är dolda")
        place = f"bladet {shown_name(sheet.name)}"
        notes.append(f"{many} eller bortfiltrerade i {place}, men räknas ändå.")
    problems += [*_uncalculated(path, sheet), *_other_scales(table, settings)]
    return [table], notes, problems


def _of_results(
    path: Path, sheet: Sheet, found: Results, notes: Sequence[str]
) -> tuple[list[RawTable], list[str], list[Problem]]:
    table = RawTable(path, sheet.name, found.header, found.texts, sheet.rows, found.values)
    return [table], [*notes, *sheet.notes, *found.notes], _uncalculated(path, sheet)


def _is_filled_in(table: RawTable) -> bool:
    # The template has the questions and the areas of every distribution.
    return bool(table.values) or (table.header.kind != "distribution" and any(table.data()))


def _is_left_out(sheet: Sheet) -> bool:
    """Whether a sheet is a template's example or list."""
    return bool(sheet.rows and sheet.rows[0]) and cell_text(sheet.rows[0][0]) == LEFT_OUT


def _is_own(sheets: Sequence[Sheet], depth: int) -> bool:
    """Whether the file was made by a report, judged by its sheets or its header."""
    if {sheet.name for sheet in sheets} >= set(store.SHEETS.values()):
        return True
    heads = ({cell_text(cell) for cell in row} for sheet in sheets for row in sheet.rows[:depth])
    return any(head >= set(columns) for head in heads for columns in store.PUBLISHED.values())


def _looks_official(path: Path, sheets: Sequence[Sheet], depth: int) -> tuple[bool, bool]:
    """Whether a file's name, and whether its first rows, promise official values."""
    texts = (
        plain(cell_text(cell)) for sheet in sheets for row in sheet.rows[:depth] for cell in row
    )
    shaped = any(text.startswith(OFFICIAL_WORDS) for text in texts)
    return plain(path.stem).startswith(OFFICIAL_NAMES), shaped


def _place(path: Path, sheet: str) -> str:
    """A file, or a sheet of a workbook, in words."""
    name = shown_name(path.name)
    return f"{name}, blad {shown_name(sheet)}" if sheet else name


def _uncalculated(path: Path, sheet: Sheet) -> list[Problem]:
    if not sheet.uncalculated:
        return []
    first, more = sheet.uncalculated[0], len(sheet.uncalculated) - 1
    others = f" och {swedish.number(more, 0)} till" if more else ""
    return [
        Problem(
            f"Arket har formler som inte är uträknade (cell {shown_name(first)}{others}), så "
            "cellernas värden saknas.",
            "Öppna filen i Excel, låt den räkna om (Ctrl+Alt+F9), spara den och försök igen.",
            _place(path, sheet.name),
        )
    ]


def _other_scales(table: RawTable, settings: Settings) -> list[Problem]:
    """Problems of questions whose header states another scale."""
    scores = settings.rules.index.scores
    low, high = scores[0], scores[-1]
    found = []
    for key, place in table.header.columns.items():
        header = cell_text(table.headers[place])
        _, numbers = stated_scale(header)
        if key in settings.questionnaire.item_keys and numbers and not {low, high} <= set(numbers):
            found.append(
                Problem(
                    f"Rubriken säger att skalan är {min(numbers)}–{max(numbers)}. Insikts skala är "
                    f"{low}–{high}.",
                    "Exportera svaren på Insikts skala, eller ta bort filen: betyg på en annan "
                    "skala kan inte räknas om.",
                    f"{table.where}, kolumn {shown_name(header)}",
                )
            )
    return found


def _unrecognised(path: Path, sheets: Sequence[Sheet]) -> InputDataError:
    """The problem of a file that is not of the kind its name promises."""
    hidden = [f"”{shown_name(sheet.name)}”" for sheet in sheets if sheet.hidden]
    unread = [one for sheet in sheets if not sheet.hidden for one in _uncalculated(path, sheet)]
    if unread:
        return InputDataError(TITLE, problems=unread)
    if hidden:
        return refusal(
            path,
            f"Inget synligt blad känns igen. Dolda blad ({swedish.listing(hidden)}) läses inte.",
            "Visa bladet i Excel (högerklicka på en flik, Ta fram), om det är det som ska räknas.",
        )
    return refusal(path, *NO_HEADERS)
