"""Reads a file by the format of its content, not by its name."""

from __future__ import annotations

import html
import json
import re
import stat
from pathlib import Path

from analysis.intake.formats.one_cell import divided
from analysis.intake.formats.sheet import Score, Sheet, refusal, too_large, within_limits
from analysis.intake.formats.text import MARKUP, decode, encoding_of, read_csv
from analysis.intake.formats.workbook import MEGABYTE, SAVE_AS_XLSX, read_workbook
from analysis.settings.guards import IntakeLimits

ZIP = b"PK\x03\x04"
SIGNATURES = (
    (b"%PDF", "Filen är en PDF, inte en tabell."),
    (b"\x89PNG", "Filen är en bild."),
    (b"\xff\xd8\xff", "Filen är en bild."),
    (b"GIF8", "Filen är en bild."),
    (b"\x1f\x8b", "Filen är packad (gzip)."),
    (b"Rar!", "Filen är ett packat arkiv."),
    (b"7z\xbc\xaf", "Filen är ett packat arkiv."),
    (b"{\\rtf", "Filen är ett textdokument (RTF)."),
    (b"SQLite format 3", "Filen är en databas."),
)
PREFORMATTED = re.compile(r"<pre\b[^>]*>(.*?)</pre>", re.IGNORECASE | re.DOTALL)
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def content_of(path: Path, limits: IntakeLimits) -> bytes:
    """The bytes of an ordinary file of a sensible size.

    Raises
    ------
    InputDataError
        When it is not an ordinary file, cannot be opened, is empty or too large.
    """
    try:
        facts = path.stat()
        if not stat.S_ISREG(facts.st_mode):
            raise refusal(path, "Det är en mapp eller en genväg.", "Ta bort den ur mappen.")
        if facts.st_size > limits.file_megabytes * MEGABYTE:
            raise too_large(path, "Filen är för stor", limits.file_megabytes, "megabyte")
        content = path.read_bytes()
    except OSError as error:
        raise refusal(
            path,
            "Filen går inte att öppna.",
            "Stäng den i andra program och kontrollera att du får läsa den.",
        ) from error
    if not content.strip(b"\x00\t\n\r \xef\xbb\xbf\xff\xfe"):
        raise refusal(path, "Filen är tom.")
    return content


def sheets_of(path: Path, content: bytes, limits: IntakeLimits, score: Score) -> list[Sheet]:
    """Every sheet of a table file, whatever its suffix.

    Parameters
    ----------
    path
        A CSV or XLSX file, for messages.
    content
        Its bytes.
    limits
        The largest sizes allowed.
    score
        Counts the known headers in a row.

    Raises
    ------
    InputDataError
        When the file cannot be read safely, with the reason and the way out.
    """
    if content.startswith(ZIP):
        sheets = read_workbook(path, content, limits)
    else:
        _refuse_foreign(path, content)
        sheets = [read_csv(path, content, limits, score)]
    sheets = [divided(path, sheet, score, limits.header_rows) for sheet in sheets]
    return [within_limits(path, sheet, limits) for sheet in sheets]


def json_of(path: Path, content: bytes, limits: IntakeLimits) -> object:
    """The content of a JSON file.

    Raises
    ------
    InputDataError
        When it is too large or not JSON.
    """
    if len(content) > limits.json_megabytes * MEGABYTE:
        raise too_large(path, "Filen är för stor", limits.json_megabytes, "megabyte")
    try:
        return json.loads(json_text(content) or decode(path, content)[0])
    except (ValueError, RecursionError):
        raise refusal(
            path, "Filen är avbruten eller är inget svar ur Kolada.", "Hämta svaret på nytt."
        ) from None


def json_text(content: bytes) -> str | None:
    """JSON in any encoding, also as the only content of a saved web page; else None."""
    text = content.decode(encoding_of(content), "replace").lstrip("\ufeff\t\n\r ")
    if MARKUP.match(text):
        # A browser shows JSON as one block of text and saves that page.
        match = PREFORMATTED.search(text)
        text = html.unescape(match[1]).strip() if match else ""
    is_json = text.startswith(("{", "[")) and not text.startswith("{\\rtf")
    return text if is_json else None


def _refuse_foreign(path: Path, content: bytes) -> None:
    if content.startswith(OLD_OFFICE):
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise refusal(
                path,
                "Arbetsboken är skyddad med lösenord.",
                "Öppna den i Excel, ta bort lösenordet och spara.",
            )
        raise refusal(path, "Filen har det gamla Excelformatet (.xls).", SAVE_AS_XLSX)
    for signature, cause in SIGNATURES:
        if content.startswith(signature):
            raise refusal(path, cause, "Lägg exporten som .csv eller .xlsx i mappen i stället.")
    if content.startswith(b"PK"):
        raise refusal(path, "Filen är ett tomt eller skadat zip-arkiv.")
