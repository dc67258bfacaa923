"""XLSX workbooks: unpacked within limits, then read from the unpacked parts only.

Only the parts a table needs are handed on to the reader: no macros, links, drawings or media.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path

from analysis import swedish
from analysis.intake.formats.facts import Facts, column_of, facts_of, filled
from analysis.intake.formats.sheet import EXPORT_AGAIN, Sheet, exceeded, refusal, too_large
from analysis.settings.guards import IntakeLimits

NEEDED = re.compile(
    r"^(?:\[Content_Types\]\.xml|_rels/\.rels|xl/(?:workbook|styles|sharedStrings)\.xml"
    r"|xl/_rels/workbook\.xml\.rels|xl/worksheets/[^/]+\.xml)$",
    re.IGNORECASE,
)
# A reference of a cell or a row, in any form that XML allows.
REFERENCE = re.compile(rb"""\sr\s*=\s*["']\s*\$?([A-Za-z]{0,9})\$?([0-9]{1,12})\s*["']""")
# Cells and rows with a format only: whole columns are often formatted to the last row.
BLANK_CELL = re.compile(rb"<c\s[^<>]*/>")
BLANK_ROW = re.compile(rb"<row\s[^<>]*(?:/>|>\s*</row>)")
MEGABYTE = 1 << 20
UNREADABLE_ARCHIVE = (zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error)
SAVE_AS_XLSX = "Öppna filen i Excel och spara den som Excel-arbetsbok (.xlsx)."


def read_workbook(path: Path, content: bytes, limits: IntakeLimits) -> list[Sheet]:
    """Every sheet of an XLSX file, values of formulas as last calculated.

    Raises
    ------
    InputDataError
        When the file is damaged, protected by a password, too large, or not a workbook.
    """
    parts = _unpack(path, content, limits)
    if not any(name.lower() == "xl/workbook.xml" for name in parts):
        raise refusal(path, "Filen är ingen Excelfil.", SAVE_AS_XLSX)
    for name, part in parts.items():
        if name.lower() == "xl/sharedstrings.xml" and part.count(b"<si") > limits.cells:
            raise too_large(path, "Arbetsboken har för många texter", limits.cells, "celler")
        if name.lower().startswith("xl/worksheets/"):
            parts[name] = _within_reach(path, part, limits)
    facts = facts_of(parts)
    repacked = _repack(parts)
    # Released, so that the parts are not in memory twice while the cells are read.
    parts.clear()
    try:
        sheets = _with_calamine(repacked)
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException:
        # The reader is compiled code, whose panics are not ordinary exceptions.
        sheets = _with_openpyxl(path, repacked)
    return [_sheet(name, rows, facts.get(name, Facts()), limits) for name, rows in sheets]


def _sheet(
    name: str, rows: Sequence[Sequence[object]], facts: Facts, limits: IntakeLimits
) -> Sheet:
    """The rows as seen by a person who opens the workbook, with notes."""
    notes = []
    if facts.formulas:
        notes.append("Arbetsboken har formler; de senast uträknade värdena används.")
    full, changed = filled(rows, facts.merged, limits.cells)
    if changed:
        many = swedish.count(changed, "rad", "rader")
        notes.append(f"Sammanfogade celler: värdet används på alla rader de täcker ({many} till).")
    return Sheet(name, full, tuple(notes), facts.hidden, facts.hidden_rows, facts.uncalculated)


def _unpack(path: Path, content: bytes, limits: IntakeLimits) -> dict[str, bytes]:
    most = limits.unpacked_megabytes * MEGABYTE
    left = min(most, limits.expansion * max(len(content), MEGABYTE))
    parts: dict[str, bytes] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for entry in archive.infolist():
                if not NEEDED.match(entry.filename) or entry.filename in parts:
                    continue
                if entry.flag_bits & 1:
                    raise refusal(path, "Filen är skyddad med lösenord.", "Ta bort lösenordet.")
                pieces = []
                with archive.open(entry) as part:
                    # Piece by piece, since the sizes stated in the archive may be false.
                    while piece := part.read(MEGABYTE):
                        left -= len(piece)
                        if left < 0:
                            what = "Filen blir orimligt stor när den packas upp"
                            raise too_large(path, what, limits.unpacked_megabytes, "megabyte")
                        pieces.append(piece)
                parts[entry.filename] = b"".join(pieces)
    except (*UNREADABLE_ARCHIVE, OSError, EOFError, ValueError, NotImplementedError) as error:
        raise refusal(path, "Filen är skadad eller avbruten.", EXPORT_AGAIN) from error
    return parts


def _repack(parts: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return target.getvalue()


def _within_reach(path: Path, part: bytes, limits: IntakeLimits) -> bytes:
    """The sheet, when the grid that its cells span is within the limits."""
    if b"<!DOCTYPE" in part or b"<!ENTITY" in part:
        raise refusal(path, "Filen är inte sparad av Excel.", SAVE_AS_XLSX)
    if exceeded(*_extent(part), limits):
        part = BLANK_ROW.sub(b"", BLANK_CELL.sub(b"", part))
        if beyond := exceeded(*_extent(part), limits):
            what, most = beyond
            raise too_large(path, f"Bladet har för många {what}", most, what)
    return part


def _extent(part: bytes) -> tuple[int, int]:
    """Last row and last column with a cell."""
    rows, columns = {b"0"}, {b""}
    for reference in REFERENCE.finditer(part):
        columns.add(reference[1])
        rows.add(reference[2])
    return max(map(int, rows)), max(map(column_of, columns)) + 1


def _with_calamine(content: bytes) -> list[tuple[str, Sequence[Sequence[object]]]]:
    from python_calamine import CalamineWorkbook

    with CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
        return [
            (name, book.get_sheet_by_name(name).to_python(skip_empty_area=False))
            for name in book.sheet_names
        ]


def _with_openpyxl(path: Path, content: bytes) -> list[tuple[str, Sequence[Sequence[object]]]]:
    import openpyxl

    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        return [
            (sheet.title, [list(row) for row in sheet.iter_rows(values_only=True)])
            for sheet in book.worksheets
        ]
    except Exception as error:
        # Any exception from the library is caused by a damaged workbook.
        raise refusal(path, "Arbetsboken är skadad.", SAVE_AS_XLSX) from error
