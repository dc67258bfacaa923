"""Checks of a finished site before it is put in place."""

from __future__ import annotations

import csv
import json
import re
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from xml.etree import ElementTree

from analysis.errors import Problem, RenderingError
from analysis.guard import texts as readable
from analysis.present import headings
from analysis.present.texts import say
from analysis.render import links

JSON_IN_PAGE = re.compile(r'<script type="application/json">(.*?)</script>', re.DOTALL)

REPORT = "Lägg inte ut webbplatsen. Anmäl felet till den som förvaltar programmet."
NUMBERS = ("n", "index", "lower", "upper", "change", "official")
"""Columns of the index that have no number in a hidden row."""


def site(folder: Path, drafts: Path, *, expected: Sequence[Path]) -> None:
    """Check a finished site and the drafts made with it.

    Parameters
    ----------
    folder
        The site.
    drafts
        The documents that belong to the matter and not to the site.
    expected
        The pages and drafts that must be there, as paths in their folder.

    Raises
    ------
    RenderingError
        With every file that is missing, broken or loaded from outside the site.
    """
    problems = [
        *_missing((folder, drafts), expected),
        *links.check(folder),
        *_tables(folder),
        *_workbooks(folder),
        *_broken_documents(folder),
        *_broken_documents(drafts),
        *_broken_data(folder),
        *_broken_pdfs(folder),
        *_broken_pdfs(drafts),
    ]
    if problems:
        raise RenderingError("Webbplatsen klarade inte kontrollen", problems=problems)


def _missing(folders: Sequence[Path], expected: Sequence[Path]) -> Iterator[Problem]:
    for page in expected:
        if not any((folder / page).is_file() for folder in folders):
            yield Problem("Sidan saknas.", where=page.as_posix())


def _tables(folder: Path) -> Iterator[Problem]:
    """Tables for reuse that are broken, or in which a hidden row has a number."""
    for path in sorted(folder.rglob("*.csv")):
        try:
            with path.open(encoding="utf-8", newline="") as file:
                rows = list(csv.reader(file, strict=True))
        except (ValueError, csv.Error):
            rows = []
        if len({len(row) for row in rows}) != 1:
            yield Problem(
                "Tabellen är tom, trasig eller har rader av olika längd.", where=_name(path, folder)
            )
        yield from _hidden_numbers(rows, _name(path, folder))


def _workbooks(folder: Path) -> Iterator[Problem]:
    """Workbooks that are broken, or in which a hidden row has a number."""
    from python_calamine import CalamineError, CalamineWorkbook

    for path in sorted(folder.rglob("*.xlsx")):
        try:
            book = CalamineWorkbook.from_path(path)
            sheets = [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]
        except (CalamineError, OSError):
            sheets = []
        if not (sheets and all(sheets)):
            yield Problem("Arbetsboken kan inte läsas.", where=_name(path, folder))
        for rows in sheets:
            yield from _hidden_numbers(rows, _name(path, folder))


def _hidden_numbers(rows: Sequence[Sequence[object]], name: str) -> Iterator[Problem]:
    # The mark of a hidden row in the CSV file, and in the workbook.
    marks = {"shown": "false", headings.told("shown"): say(headings.FLAGS["false"])}
    numbers = (*NUMBERS, *map(headings.told, NUMBERS))
    start = next((at for at, row in enumerate(rows) if marks.keys() & set(row)), None)
    for row in [] if start is None else rows[start + 1 :]:
        told = dict(zip(map(str, rows[start or 0]), row, strict=False))
        hidden = any(told.get(mark) == word for mark, word in marks.items())
        if hidden and any(told.get(number) not in (None, "") for number in numbers):
            yield Problem("En rad som ska vara skyddad visar ett tal.", REPORT, name)
            return


def _broken_documents(folder: Path) -> Iterator[Problem]:
    for path in sorted(folder.rglob("*.docx")):
        try:
            with zipfile.ZipFile(path) as archive:
                for name in archive.namelist():
                    if name.endswith((".xml", ".rels")):
                        ElementTree.fromstring(archive.read(name))
        except (zipfile.BadZipFile, ElementTree.ParseError, OSError):
            yield Problem("Dokumentet kan inte läsas.", where=_name(path, folder))


def _broken_data(folder: Path) -> Iterator[Problem]:
    """Broken JSON in files and in the figures of pages."""
    for path in sorted([*folder.rglob("*.json"), *folder.rglob("*.html")]):
        text = path.read_text(encoding="utf-8", errors="replace")
        try:
            for part in [text] if path.suffix == ".json" else JSON_IN_PAGE.findall(text):
                json.loads(part)
        except ValueError:
            yield Problem("Filen har uppgifter som inte går att läsa.", where=_name(path, folder))


def _broken_pdfs(folder: Path) -> Iterator[Problem]:
    """PDF files in which a reader program could not read the text of every page."""
    for path in sorted(folder.rglob("*.pdf")):
        content = path.read_bytes()
        try:
            texts = readable.pdf_pages(content)
        except ValueError:
            texts = ()
        if not any(texts) or not content.rstrip().endswith(b"%%EOF"):
            yield Problem("PDF-filen är inte hel.", where=_name(path, folder))


def _name(path: Path, folder: Path) -> str:
    return path.relative_to(folder).as_posix()
