"""Looking through a finished site for what must never leave the machine.

Independent of intake on purpose: the raw files are read again, in the plainest way there is, and
what stands in columns that are never kept is searched for in everything that would be published.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from analysis import store
from analysis.errors import Problem, RenderingError
from analysis.pipeline import readable
from analysis.pipeline.tasks import digest

if TYPE_CHECKING:
    from analysis.pipeline.sources import Sources
    from analysis.settings import Settings

HEADER_DEPTH = 30
CHUNK = 8
"""Words of a free text that are searched for at a time: a part of it is a leak as well."""
LONG_WORD = 8
"""Letters that make a single word of a never kept column worth searching for."""
ROW = 12
"""Scores in a row that must agree before they are taken for one respondent's."""
SCORES = {str(score): score for score in range(1, 11)}
WORD = re.compile(r"\w+")
# Characters that are not seen but would part a word.
UNSEEN = re.compile("[\N{SOFT HYPHEN}\N{ZERO WIDTH SPACE}\u200c\u200d\u2060\ufeff]")
LIBRARIES = "site_libs/"
"""Quarto's own scripts, whose authors' addresses stand in them."""
UNREADABLE = "Filen är av ett slag som inte kan granskas."
HIDDEN = {"shown": "false", "Visas": "nej"}
"""How a hidden row is marked in ``index.csv`` and in the workbook."""
NUMBERS = frozenset(("n", "index", "lower", "upper", "change", "official")) | frozenset(
    ("Antal svar", "Index", "Undre gräns", "Övre gräns", "Ändring sedan året före")
)
# Not the decimals of a number.
IDENTITY = re.compile(r"(?<![\w-])(?<!\d\.)(?:(?:19|20)\d{6}-?\d{4}|\d{6}-\d{4})(?![\w-])")
MAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+\w")

Words = tuple[str, ...]


@dataclass(frozen=True)
class Secrets:
    """What is searched for.

    Parameters
    ----------
    phrases
        Texts of never kept columns as words, by their first word.
    identifiers
        Identifiers of single answers.
    rows
        Every run of `ROW` scores that one respondent gave.
    folders
        Addresses of folders on this machine.
    """

    phrases: dict[str, set[Words]]
    identifiers: frozenset[str]
    rows: frozenset[tuple[int, ...]]
    folders: tuple[str, ...]


def refuse(
    site: Path, sources_of_pdf: Iterable[Path], secrets: Secrets, settings: Settings
) -> None:
    """Refuse a site that holds anything that must not leave the machine.

    Parameters
    ----------
    site
        The finished site.
    sources_of_pdf
        Files that the PDF was made from: its own text lies compressed.
    secrets
        What is searched for.
    settings
        Whose e-mail addresses may stand there.

    Raises
    ------
    RenderingError
        With where and what kind, never with what was found.
    """
    allowed = settings.report.model_dump_json()
    found: dict[Problem, None] = {}
    for name, cause in (*_found(site, sources_of_pdf, secrets, allowed), *_hidden_numbers(site)):
        found[Problem(cause, "Lägg inte ut webbplatsen. Anmäl felet.", name)] = None
    if found:
        raise RenderingError(
            "Webbplatsen innehåller sådant som inte får lämna datorn", problems=found
        )


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
    public = settings_words(settings)
    phrases: dict[str, set[Words]] = {}
    identifiers: set[str] = set()
    for path in {path for year in sources.years for path in sources.answer_files(year)}:
        for rows in _tables(path):
            header = _header(rows, known)
            for column, name in enumerate(map(_plain, rows[header]) if rows else ()):
                cells = [row[column] for row in rows[header + 1 :] if column < len(row)]
                if name in never:
                    for phrase in _phrases(cells):
                        if not public.issuperset(phrase):
                            phrases.setdefault(phrase[0], set()).add(phrase)
                elif name in spelled.get("svar_id", ()):
                    identifiers |= {_plain(cell) for cell in cells if _identifies(cell)}
    folders = tuple({str(root), root.as_posix(), str(Path.home()), Path.home().as_posix()} - {"/"})
    return Secrets(phrases, frozenset(identifiers), _rows(sources, processed), folders)


def settings_words(settings: Settings) -> frozenset[str]:
    """Every word of the configuration: what stands there is meant to be read."""
    texts = (settings.questionnaire, settings.report, settings.plan, settings.rules)
    return frozenset(word for text in texts for word in _words(text.model_dump_json()))


def _found(
    site: Path, sources_of_pdf: Iterable[Path], secrets: Secrets, allowed: str
) -> Iterator[tuple[str, str]]:
    """Name of the file and kind of every leak."""
    for name, text in readable.of_site(site, sources_of_pdf, _own_files()):
        if text is None:
            yield name, UNREADABLE
            continue
        for cause in _leaks(text, secrets):
            yield name, cause
        if not name.startswith(LIBRARIES):
            for cause in _suspicions(text, allowed):
                yield name, cause


def _own_files() -> frozenset[str]:
    """Digests of scripts, styles and fonts that are the same for every municipality."""
    package = Path(__file__).resolve().parents[1]
    return frozenset(
        digest(path)
        for folder in package.rglob("assets")
        for path in folder.rglob("*")
        if path.is_file()
    )


def _leaks(text: str, secrets: Secrets) -> Iterator[str]:
    words = _words(text)
    begins = (at for at, word in enumerate(words) if word in secrets.phrases)
    if any(_stands(words, at, secrets.phrases[words[at]]) for at in begins):
        yield "Där står text ur en kolumn som aldrig får användas (till exempel en kommentar)."
    if not secrets.identifiers.isdisjoint(words):
        yield "Där står ett enskilt svars nummer."
    if _has_row(words, secrets.rows):
        yield "Där står ett enskilt företags svar."
    if any(folder in text for folder in secrets.folders):
        yield "Där står sökvägen till en mapp på den här datorn."


def _suspicions(text: str, allowed: str) -> Iterator[str]:
    """What looks like a person or a company, whatever the raw files hold."""
    if IDENTITY.search(text):
        yield "Där står något som ser ut som ett organisations- eller personnummer."
    if any(address not in allowed for address in MAIL.findall(text)):
        yield "Där står en e-postadress som inte finns i config/report.yml."


def _stands(words: Sequence[str], at: int, phrases: set[Words]) -> bool:
    return any(tuple(words[at : at + len(phrase)]) == phrase for phrase in phrases)


def _has_row(words: Sequence[str], rows: frozenset[tuple[int, ...]]) -> bool:
    run: list[int] = []
    for word in words:
        if word in ("null", "nan"):
            continue
        score = SCORES.get(word)
        run = [*run[1 - ROW :], score] if score else []
        if len(run) == ROW and tuple(run) in rows:
            return True
    return False


def _hidden_numbers(site: Path) -> Iterator[tuple[str, str]]:
    """Rows of the tables for reuse that are hidden and yet have a number."""
    from python_calamine import CalamineError

    for path in sorted([*site.rglob("index.csv"), *site.rglob("*.xlsx")]):
        try:
            hidden = any(map(_has_hidden_number, _tables(path)))
        except CalamineError:
            yield path.relative_to(site).as_posix(), UNREADABLE
        else:
            if hidden:
                yield path.relative_to(site).as_posix(), "En dold rad har ett tal."


def _has_hidden_number(rows: Sequence[Sequence[str]]) -> bool:
    start = next((n for n, row in enumerate(rows) if HIDDEN.keys() & set(row)), None)
    if start is None:
        return False
    head = rows[start]
    mark = next(place for place, name in enumerate(head) if name in HIDDEN)
    numbers = [place for place, name in enumerate(head) if name in NUMBERS]
    return any(
        row[mark] == HIDDEN[head[mark]] and any(row[place] for place in numbers)
        for row in rows[start + 1 :]
        if len(row) == len(head)
    )


def _tables(path: Path) -> Iterator[list[list[str]]]:
    """The cells of a raw file as text, table by table."""
    if path.suffix.lower() in (".xlsx", ".xlsm", ".xls", ".ods"):
        from python_calamine import CalamineWorkbook

        book = CalamineWorkbook.from_path(path)
        for sheet in book.sheet_names:
            rows = book.get_sheet_by_name(sheet).to_python()
            yield [[str(cell) for cell in row] for row in rows]
        return
    text = _decoded(path.read_bytes())
    top = "\n".join(text.splitlines()[:HEADER_DEPTH])
    delimiter = max(";,\t|", key=top.count)
    csv.field_size_limit(10_000_000)
    yield list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


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


def _phrases(cells: Iterable[str]) -> Iterator[Words]:
    """What to search for of each cell: a few words at a time, or one long word."""
    for cell in cells:
        words = _words(cell)
        for start in range(0, len(words), CHUNK):
            part = tuple(words[start : start + CHUNK])
            if len(part) > 1 or len(part[0]) >= LONG_WORD:
                yield part


def _identifies(cell: str) -> bool:
    """Whether an identifier can be told from an ordinary number or word."""
    text = cell.strip()
    return (
        len(text) >= 4 and any(c.isdigit() for c in text) and (not text.isdigit() or len(text) > 6)
    )


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


def _words(text: str) -> list[str]:
    return WORD.findall(UNSEEN.sub("", unicodedata.normalize("NFC", text)).casefold())


def _plain(text: str) -> str:
    """A header or identifier as compared: case, accents, spaces and punctuation forgiven."""
    bare = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in bare if c.isalnum())
