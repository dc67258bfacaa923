"""CSV in the encoding, delimiter and line ending that an export tool chose.

A clear case is read; an unclear one is refused with the reason.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from sys import intern

from analysis.intake.formats.encodings import of_code_page, restored
from analysis.intake.formats.one_cell import DELIMITERS, split, whole_line
from analysis.intake.formats.sheet import EXPORT_AGAIN, Score, Sheet, refusal, too_large
from analysis.settings.guards import IntakeLimits

MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
MARKUP = re.compile(r"\s*<(?:!doctype|\?xml|html|head|body|meta|table|div|svg)\b", re.IGNORECASE)
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
PADDING = ";"
MOST_LINES = 0.8
"""Above this share of lines that end in semicolons, the semicolons are not cells."""
LINES_PER_ROW = 5
"""Lines a row may take on average: comments have line breaks."""
SAVE_AS_CSV = "Öppna filen i Excel och spara den som ”CSV UTF-8” eller som .xlsx."


def decode(path: Path, content: bytes) -> tuple[str, tuple[str, ...]]:
    """Text of a file and notes about how it was read.

    Raises
    ------
    InputDataError
        When the content is not text in any encoding that an export uses.
    """
    encoding = encoding_of(content)
    try:
        found = restored(content.decode(encoding))
    except UnicodeDecodeError:
        if encoding != "utf-8":
            raise refusal(path, "Filen är avbruten eller inte en textfil.") from None
        by_page = of_code_page(content)
        if by_page is None:
            raise refusal(path, "Filen är inte en textfil.", SAVE_AS_CSV) from None
        found = by_page
    text = found.text
    text = text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\x1a")
    if CONTROL.search(text):
        raise refusal(path, "Filen innehåller tecken som inte hör hemma i en textfil.", SAVE_AS_CSV)
    if MARKUP.match(text):
        raise refusal(path, "Filen är en webbsida eller XML, inte en tabell.", SAVE_AS_CSV)
    if found.garbled:
        raise refusal(
            path,
            "Å, ä och ö är förvanskade, så rubriker och områden går inte att läsa.",
            "Exportera filen på nytt med teckenkodningen UTF-8. Går det inte: öppna filen i "
            "Anteckningar, se efter att å, ä och ö syns, och spara med kodningen UTF-8.",
        )
    return text, (found.note,) if found.note else ()


def encoding_of(content: bytes) -> str:
    """The encoding by the byte order mark or the zeros of a text; UTF-8 by default."""
    for mark, encoding in MARKS:
        if content.startswith(mark):
            return encoding
    # Latin text in UTF-16 has a zero in every other byte.
    sample = content[:4096]
    if len(sample) > 1:
        even, odd = sample[0::2], sample[1::2]
        if odd.count(0) > 0.6 * len(odd) and even.count(0) < 0.1 * len(even):
            return "utf-16-le"
        if even.count(0) > 0.6 * len(even) and odd.count(0) < 0.1 * len(odd):
            return "utf-16-be"
    return "utf-8"


def read_csv(path: Path, content: bytes, limits: IntakeLimits, score: Score) -> Sheet:
    """The rows of a CSV file.

    Parameters
    ----------
    path
        For messages.
    content
        The file's bytes.
    limits
        The largest sizes allowed.
    score
        Counts known headers in a row; decides between delimiters.
    """
    text, notes = decode(path, content)
    if text.count("\n") > limits.rows * LINES_PER_ROW:
        # Checked before splitting, since fifty million blank lines would fill the memory.
        raise too_large(path, "Filen har för många rader", limits.rows, "rader")
    lines = text.split("\n")
    declared = re.fullmatch(r'"?sep=(.)"?;*', lines[0].strip(), re.IGNORECASE) if lines else None
    if declared:
        # Excel's own hint. The line is kept as a blank row, so that row numbers agree with Excel's.
        lines[0], delimiter = "", declared.group(1)
    else:
        delimiter = _delimiter(lines, limits, score)
        lines = _without_padding(lines, delimiter)
    rows = _parse(path, lines, delimiter)
    _check_lines(path, lines, rows)
    _check_quotes(path, rows, delimiter, limits)
    return Sheet("", rows, notes)


def _without_padding(lines: list[str], delimiter: str) -> list[str]:
    """Lines without the semicolons that a Swedish Excel adds for blank columns beside commas."""
    filled = [line for line in lines if line.strip()]
    padded = [line for line in filled if line.endswith(PADDING)]
    if delimiter == PADDING or len(padded) <= MOST_LINES * len(filled):
        return lines
    return [line.rstrip(PADDING) for line in lines]


def _delimiter(lines: list[str], limits: IntakeLimits, score: Score) -> str:
    """The delimiter that gives most known headers, then the most regular rows."""
    sample = lines[: limits.header_rows]
    # Split at another sign, a line often gives cells that have been looked at already.
    counted = cache(score)

    def scored(row: Sequence[object]) -> int:
        return counted(tuple(row))

    def quality(delimiter: str) -> tuple[int, float, int]:
        try:
            rows = [row for row in csv.reader(_ended(sample), delimiter=delimiter) if any(row)]
            known = max((_known(row, scored) for row in rows), default=0)
        except csv.Error:
            return 0, 0.0, 0
        width, often = Counter(map(len, rows)).most_common(1)[0] if rows else (1, 0)
        return known, often / len(rows) if width > 1 else 0.0, width

    return max(DELIMITERS, key=quality)


def _known(row: Sequence[object], score: Score) -> int:
    """The number of known headers in a row, also when the whole row stands in one cell."""
    text = whole_line(row)
    divided = (split(text, sign) for sign in DELIMITERS) if text else ()
    return max(map(score, (row, *divided)))


def _ended(lines: Iterable[str]) -> Iterable[str]:
    return (line + "\n" for line in lines)


def _parse(path: Path, lines: list[str], delimiter: str) -> Sequence[Sequence[str]]:
    try:
        read = csv.reader(_ended(lines), delimiter=delimiter, strict=True)
        # Few texts stand in millions of cells: one copy of each. Tuples, unlike lists, are soon
        # left alone by the garbage collector.
        return [tuple(map(intern, row)) for row in read]
    except csv.Error as error:
        if "field larger" in str(error):
            raise refusal(path, "En cell är orimligt lång.", EXPORT_AGAIN) from None
    # A quotation mark that is never closed, or text after a closing one: quotation marks are then
    # part of the text, which is safe only as long as every row keeps its columns.
    rows = list(
        csv.reader(_ended(lines), delimiter=delimiter, quoting=csv.QUOTE_NONE, quotechar=None)
    )
    rows = [[cell.strip('"') if cell.count('"') == 2 else cell for cell in row] for row in rows]
    widths = Counter(len(row) for row in rows if any(row))
    usual = widths.most_common(1)[0][0] if widths else 0
    for number, row in enumerate(rows, start=1):
        if any(row) and len(row) != usual and number > 1:
            raise refusal(
                path,
                "Citattecknen går inte ihop, så det går inte att säga var cellerna slutar.",
                "Ta bort citattecknet på raden eller exportera filen som .xlsx.",
                f"rad {number}",
            )
    return rows


def _check_lines(path: Path, lines: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Refuse a file with lines that became neither a row nor a line within a cell."""
    read = sum(1 + "".join(row).count("\n") for row in rows)
    if read != len(lines):
        raise refusal(
            path,
            f"Filen har {len(lines)} rader, men bara {read} av dem gick att läsa.",
            "Exportera filen på nytt, gärna som .xlsx.",
        )


def _check_quotes(
    path: Path, rows: Sequence[Sequence[str]], delimiter: str, limits: IntakeLimits
) -> None:
    """Refuse a cell that contains whole rows, since its quotation mark was closed too late."""
    width = max((len(row) for row in rows[: limits.header_rows]), default=0)
    for number, row in enumerate(rows, start=1):
        for cell in row:
            if "\n" in cell and any(
                line.count(delimiter) >= max(3, width // 2) for line in cell.split("\n")
            ):
                raise refusal(
                    path,
                    "Ett citattecken som inte avslutas gör att flera rader flyter ihop till en.",
                    "Ta bort citattecknet på raden eller exportera filen som .xlsx.",
                    f"rad {number}",
                )
