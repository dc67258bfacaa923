"""CSV in whatever encoding, delimiter and line ending an export tool chose.

What is unmistakable is read; what is not is refused with the reason.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from analysis.intake.reading.sheet import EXPORT_AGAIN, Score, Sheet, refusal, too_large
from analysis.settings.rules import IntakeLimits

DELIMITERS = (";", ",", "\t", "|")
MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
MARKUP = re.compile(r"\s*<(?:!doctype|\?xml|html|head|body|meta|table|div|svg)\b", re.IGNORECASE)
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
# "Ã¤", "Ã¥", "Ã¶": UTF-8 that a program once read as Windows-1252 and saved again.
TWICE_ENCODED = re.compile("Ã[¤¥¶\u0084\u0085\u0096…„–]")
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
        text = content.decode(encoding)
    except UnicodeDecodeError:
        if encoding != "utf-8":
            raise refusal(path, "Filen är avbruten eller inte en textfil.") from None
        try:
            text = content.decode("cp1252")
        except UnicodeDecodeError:
            raise refusal(path, "Filen är inte en textfil.", SAVE_AS_CSV) from None
    text = text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\x1a")
    if CONTROL.search(text):
        raise refusal(path, "Filen innehåller tecken som inte hör hemma i en textfil.", SAVE_AS_CSV)
    if MARKUP.match(text):
        raise refusal(path, "Filen är en webbsida eller XML, inte en tabell.", SAVE_AS_CSV)
    if TWICE_ENCODED.search(text):
        try:
            repaired = text.encode("cp1252").decode("utf-8")
        except UnicodeError:
            return text, ()
        return repaired, ("Å, ä och ö var kodade två gånger och har återställts.",)
    return text, ()


def encoding_of(content: bytes) -> str:
    """The encoding that a text's mark or its zeros tell; UTF-8 else."""
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
        What is too large.
    score
        Counts known headers in a row; decides between delimiters.
    """
    text, notes = decode(path, content)
    if text.count("\n") > limits.rows * LINES_PER_ROW:
        # Before the lines are taken apart: fifty million blank ones would fill the memory.
        raise too_large(path, "Filen har för många rader", limits.rows, "rader")
    lines = text.split("\n")
    declared = re.fullmatch(r'"?sep=(.)"?;*', lines[0].strip(), re.IGNORECASE) if lines else None
    if declared:
        # Excel's own hint. The line stays as a blank row, so that row numbers agree with Excel's.
        lines[0], delimiter = "", declared.group(1)
    else:
        delimiter = _delimiter(lines, limits, score)
    rows = _parse(path, lines, delimiter)
    _check_quotes(path, rows, delimiter, limits)
    return Sheet("", rows, notes)


def _delimiter(lines: list[str], limits: IntakeLimits, score: Score) -> str:
    """The delimiter that makes most known headers; between equals, the most regular one."""
    sample = lines[: limits.header_rows]

    def quality(delimiter: str) -> tuple[int, float, int]:
        try:
            rows = [row for row in _loosely(sample, delimiter) if any(row)]
        except csv.Error:
            return 0, 0.0, 0
        known = max((score(row) for row in rows), default=0)
        width, often = Counter(map(len, rows)).most_common(1)[0] if rows else (1, 0)
        return known, often / len(rows) if width > 1 else 0.0, width

    return max(DELIMITERS, key=quality)


def _loosely(lines: Iterable[str], delimiter: str) -> list[list[str]]:
    return list(csv.reader(_ended(lines), delimiter=delimiter))


def _ended(lines: Iterable[str]) -> Iterable[str]:
    return (line + "\n" for line in lines)


def _parse(path: Path, lines: list[str], delimiter: str) -> list[list[str]]:
    try:
        return list(csv.reader(_ended(lines), delimiter=delimiter, strict=True))
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


def _check_quotes(path: Path, rows: list[list[str]], delimiter: str, limits: IntakeLimits) -> None:
    """Refuse a cell that has swallowed rows: an opened quotation mark closed only further down."""
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
