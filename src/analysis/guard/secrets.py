"""What must never leave the machine, gathered from the raw files to be searched for.

Independent of intake on purpose: the raw files are read again, in the plainest way there is. What
an honest report says anyway, an ordinary number or a few ordinary words, is left out: a scan that
stops every report would be turned off.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from analysis import store, swedish
from analysis.guard import texts as readable

if TYPE_CHECKING:
    from analysis.report.sources import Sources
    from analysis.settings import Settings

HEADER_DEPTH = 30
CHUNK = 8
"""Words of a free text that are searched for at a time: a part of it is a leak as well."""
LONG_WORD = 8
"""Letters that make a single word of a never kept column worth searching for."""
FEW = 3
"""Words in a row that a comment and the report may both have said."""
LONG_NUMBER = 7
"""Digits that make a number of its own; a shorter one can be anything on a page."""
CODE = 5
"""Letters and digits of a code, with marks between, that cannot be anything else on a page."""
ROW = 12
"""Scores in a row that must agree before they are taken for one respondent's."""
WORD = re.compile(r"\w+")
MONTHS = frozenset(swedish.month(date(2000, number, 1)).split()[0] for number in range(1, 13))
"""Stand on every page with a date."""
# Characters that are not seen but would part a word.
UNSEEN = re.compile("[\N{SOFT HYPHEN}\N{ZERO WIDTH SPACE}\u200c\u200d\u2060\ufeff]")
# In JSON the letter before an address may be that of an escape.
MAIL = re.compile(r"(?:\\u[0-9a-f]{4}|\\[nrt])?([\w.+-]+@[\w-]+\.[\w.-]+\w)")
JOINED = tuple(re.compile(rf"\w+(?:{mark}\w+)+") for mark in "-/:")
"""Codes by the mark that joins their parts."""

# Codes that stand in files whatever the answers are: parts and styles of office files, cells of
# tables on a page, case years with a tertial, days.
ORDINARY = re.compile(
    r"(?:sheet|rid|accent|heading|theme|light|dark|text|usb|csb|level|status_|value_|total|utf|sha"
    r"|woff)\d{1,3}(?:char)?"
    r"|(?:19|20)\d\d-(?:t[1-3]|\d\d-\d\d)"
)

Words = tuple[str, ...]


@dataclass(frozen=True)
class Secrets:
    """What is searched for.

    Parameters
    ----------
    phrases
        Texts of never kept columns as words, by their first word.
    identifiers
        Identifiers of single answers, as words or as written with their marks.
    numbers
        Numbers of never kept columns, as written and without their marks.
    rows
        Every run of `ROW` scores that one respondent gave.
    folders
        Addresses of folders on this machine.
    addresses
        E-mail addresses that the municipality has written on its own pages.
    """

    phrases: dict[str, set[Words]]
    identifiers: frozenset[str]
    numbers: frozenset[str]
    rows: frozenset[tuple[int, ...]]
    folders: frozenset[str]
    addresses: frozenset[str]

    @cached_property
    def codes(self) -> frozenset[str]:
        """Identifiers and numbers."""
        return self.identifiers | self.numbers

    @cached_property
    def heads(self) -> frozenset[tuple[str, str]]:
        """The first two words of each code that has several."""
        several = (words for code in self.codes if len(words := words_of(code)) > 1)
        return frozenset((words[0], words[1]) for words in several)


def collect(sources: Sources, processed: Path, root: Path, settings: Settings) -> Secrets:
    """What a site made of these raw files must not hold.

    Parameters
    ----------
    sources
        The raw files.
    processed
        Where the clean answers lie.
    root
        The project folder.
    settings
        Which columns are never kept.
    """
    questionnaire = settings.questionnaire
    never = {_plain(header) for header in questionnaire.never_kept.headers}
    spelled = {
        key: {_plain(key), *(_plain(h) for hs in versions.values() for h in hs or ())}
        for key, versions in questionnaire.columns.items()
    }
    known = never.union(*spelled.values(), {_plain(item.text) for item in questionnaire.items})
    identifiers: set[str] = set()
    texts: set[str] = set()
    for path in {path for year in sources.years for path in sources.answer_files(year)}:
        for rows in tables(path):
            header = _header(rows, known)
            for column, name in enumerate(map(_plain, rows[header]) if rows else ()):
                cells = [row[column] for row in rows[header + 1 :] if column < len(row)]
                # Whatever a survey tool puts before it: a number, "Företagets".
                if name.endswith(tuple(never)):
                    texts.update(cells)
                elif name in spelled.get("svar_id", ()):
                    identifiers.update(code for cell in cells for code in _codes_of(cell))
    return Secrets(
        _told_apart(texts, settings, root),
        frozenset(
            code for code in identifiers - settings_words(settings) if not ORDINARY.fullmatch(code)
        ),
        _numbers(texts, settings_words(settings)),
        _rows(sources, processed),
        folders(root, Path.home()),
        frozenset(address.casefold() for text in _pages(root) for address in MAIL.findall(text)),
    )


def configured(settings: Settings) -> tuple[str, ...]:
    """The configuration as text: what stands there is meant to be read."""
    parts = (settings.questionnaire, settings.report, settings.plan, settings.rules)
    return tuple(part.model_dump_json() for part in parts)


def settings_words(settings: Settings) -> frozenset[str]:
    """Every word of the configuration."""
    return frozenset(word for text in configured(settings) for word in words_of(text))


def folders(*paths: PurePath) -> frozenset[str]:
    """The addresses of some folders, with either slash and as JSON escapes them; none of a disk."""
    named = [path for path in paths if str(path) != path.anchor]
    return frozenset(
        form.casefold()
        for path in named
        for form in (str(path), path.as_posix(), str(path).replace("\\", r"\\"))
    )


def _told_apart(cells: Iterable[str], settings: Settings, root: Path) -> dict[str, set[Words]]:
    """The phrases of some cells that are not the report's own words, by their first word."""
    words = settings_words(settings) | MONTHS
    sought: dict[str, set[Words]] = {}
    addresses: set[Words] = set()
    for cell in cells:
        for phrase in _phrases(cell):
            if len(phrase) > FEW or not words.issuperset(phrase):
                sought.setdefault(phrase[0], set()).add(phrase)
            if "@" in cell:
                addresses.add(phrase)
    if not sought:
        return sought
    # What every report says can be nobody's secret; what a municipality's own page says may be.
    own = (*configured(settings), *_said())
    for text in (*own, *_pages(root), *_program()):
        for phrase in set(standing(words_of(text), sought)) - addresses:
            ordinary = len(phrase) <= FEW and all(map(str.isalpha, phrase))
            if ordinary or text in own:
                sought[phrase[0]].discard(phrase)
    return sought


def _pages(root: Path) -> Iterator[str]:
    """The pages that the municipality may write on, and the published values it has collected."""
    kept = (*root.glob("reports/**/*"), *root.glob("data/official/*.csv"), root / "_quarto.yml")
    return (path.read_text("utf-8", "replace") for path in sorted(kept) if path.is_file())


def _program() -> Iterator[str]:
    """The program's code, in which made-up comments may stand as examples."""
    package = Path(__file__).resolve().parents[1]
    for path in sorted(package.rglob("*.py")):
        yield path.read_text("utf-8")


def _said() -> Iterator[str]:
    """What every report says: the words of the pages' modules, templates and notebooks."""
    package = Path(__file__).resolve().parents[1]
    for path in sorted([*package.glob("present/**/*"), *package.glob("render/**/*")]):
        if path.suffix in (".py", ".html", ".typ"):
            yield path.read_text("utf-8")
    for path in sorted((package.parents[1] / "notebooks").glob("*.ipynb")):
        yield from readable.texts(path, path.read_bytes())


def tables(path: Path) -> Iterator[list[list[str]]]:
    """The cells of a raw file as text, table by table."""
    if path.suffix.lower() in (".xlsx", ".xlsm", ".xls", ".ods"):
        from python_calamine import CalamineWorkbook

        book = CalamineWorkbook.from_path(path)
        for sheet in book.sheet_names:
            rows = book.get_sheet_by_name(sheet).to_python()
            yield [[_text(cell) for cell in row] for row in rows]
        return
    text = _decoded(path.read_bytes())
    top = "\n".join(text.splitlines()[:HEADER_DEPTH])
    delimiter = max(";,\t|", key=top.count)
    csv.field_size_limit(10_000_000)
    yield list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


def _text(cell: object) -> str:
    """A cell as a reader sees it: a workbook's whole numbers have no decimals."""
    return str(int(cell) if isinstance(cell, float) and cell.is_integer() else cell)


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    for encoding in ("utf-8-sig", "utf-16" if b"\0" in content[:100] else "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1")


def _header(rows: Sequence[Sequence[str]], known: set[str]) -> int:
    """The row that most known headers stand in."""
    counts = [sum(_plain(cell) in known for cell in row) for row in rows[:HEADER_DEPTH]]
    return counts.index(max(counts)) if counts else 0


def _phrases(cell: str) -> Iterator[Words]:
    """What to search for of a text: a few words at a time, or one long word."""
    words = words_of(cell)
    digits = "".join(words)
    if digits.isdigit():
        # A telephone number begins with a nought, an organisation number has many digits.
        long = len(digits) > LONG_NUMBER and (words[0][0] == "0" or max(map(len, words)) > CODE)
        words = words if long and len(words) > 1 else []
    for start in range(0, len(words), CHUNK):
        part = tuple(words[start : start + CHUNK])
        if len(part) > 1 or len(part[0]) >= LONG_WORD:
            yield part


def _numbers(cells: Iterable[str], own: frozenset[str]) -> frozenset[str]:
    """Numbers of never kept columns that can be told from ordinary ones."""
    return frozenset(
        form
        for cell in cells
        if (digits := "".join(words := words_of(cell))).isdigit() and not own.issuperset(words)
        for form in (*_codes_of(cell), *_codes_of(digits))
    )


def _codes_of(cell: str) -> Iterator[str]:
    """A code that can be told from an ordinary number or word, as `_codes` finds it."""
    code = cell.strip().casefold()
    bare = "".join(words_of(code))
    if not any(c.isdigit() for c in bare):
        return
    if code == bare:
        if len(code) >= (LONG_NUMBER if code.isdigit() else 4):
            yield code
    elif len(bare) >= CODE and any(joined.fullmatch(code) for joined in JOINED):
        yield code


def _rows(sources: Sources, processed: Path) -> frozenset[tuple[int, ...]]:
    from pyarrow import parquet

    found: set[tuple[int, ...]] = set()
    for year in sources.years:
        table = parquet.read_table(store.table_path(processed, store.answers(year)))
        scores = [
            name for name in table.column_names if str(table.schema.field(name).type) == "double"
        ]
        for row in zip(*(table[name].to_pylist() for name in scores), strict=True):
            given = [int(score) for score in row if score is not None and score == score]
            for start in range(len(given) - ROW + 1):
                part = tuple(given[start : start + ROW])
                if len(set(part)) > 1:
                    found.add(part)
    return frozenset(found)


def words_of(text: str) -> list[str]:
    return WORD.findall(UNSEEN.sub("", unicodedata.normalize("NFC", text)).casefold())


def _plain(text: str) -> str:
    """A header or identifier as compared: case, accents, spaces and punctuation forgiven."""
    bare = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in bare if c.isalnum())


def standing(words: Sequence[str], phrases: Mapping[str, set[Words]]) -> Iterator[Words]:
    """The phrases that stand in a text."""
    for at, word in enumerate(words):
        for phrase in phrases.get(word, ()):
            if tuple(words[at : at + len(phrase)]) == phrase:
                yield phrase
