"""Looking through a finished site for what must never leave the machine.

What stands in columns that are never kept (`confidential`) is searched for in everything that would
be published (`readable`), and with it whatever looks like a person, a company or a hidden number.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from analysis import store
from analysis.errors import Problem, RenderingError
from analysis.guard import texts as readable
from analysis.guard.secrets import (
    JOINED,
    LONG_NUMBER,
    MAIL,
    ROW,
    Secrets,
    configured,
    standing,
    tables,
    words_of,
)

if TYPE_CHECKING:
    from analysis.settings import Settings

SCORES = {str(score): score for score in range(1, 11)}
LIBRARIES = "site_libs/"
"""Quarto's own scripts, whose authors' addresses stand in them."""
UNREADABLE = "Filen är av ett slag som inte kan granskas."
HIDDEN = {"shown": "false", "Visas": "nej"}
"""How a hidden row is marked in ``index.csv`` and in the workbook."""
NUMBERS = frozenset(("n", "index", "lower", "upper", "change", "official")) | frozenset(
    ("Antal svar", "Index", "Undre gräns", "Övre gräns", "Ändring sedan året före")
)
# Without a hyphen only what begins with a day: a digest may have twelve digits.
DAY = r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:[06][1-9]|[1278]\d|[39][01])"
IDENTITY = re.compile(rf"(?<![\w-])(?<!\d\.)(?:{DAY}\d{{4}}|(?:19|20)?\d{{6}}-\d{{4}})(?![\w-])")
# The digits after a decimal point are no number of their own.
NUMBER = re.compile(rf"(?<![.\w])\d{{{LONG_NUMBER},}}(?!\w)")


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
        What is written there may be read: e-mail addresses, the organisation's own number.

    Raises
    ------
    RenderingError
        With where and what kind, never with what was found.
    """
    allowed = "\n".join(configured(settings)).casefold()
    found: dict[Problem, None] = {}
    for name, cause in (*_found(site, sources_of_pdf, secrets, allowed), *_hidden_numbers(site)):
        found[Problem(cause, "Lägg inte ut webbplatsen. Anmäl felet.", name)] = None
    if found:
        raise RenderingError(
            "Webbplatsen innehåller sådant som inte får lämna datorn", problems=found
        )


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
            for cause in _suspicions(text.casefold(), allowed, secrets.addresses):
                yield name, cause


def _own_files() -> frozenset[str]:
    """Digests of scripts, styles and fonts that are the same for every municipality."""
    package = Path(__file__).resolve().parents[1]
    return frozenset(
        store.digest(path)
        for folder in package.rglob("assets")
        for path in folder.rglob("*")
        if path.is_file()
    )


def _leaks(text: str, secrets: Secrets) -> Iterator[str]:
    words = words_of(text)
    codes = _codes(text, words, secrets)
    if any(standing(words, secrets.phrases)) or not secrets.numbers.isdisjoint(codes):
        yield "Där står text ur en kolumn som aldrig får användas (till exempel en kommentar)."
    if not secrets.identifiers.isdisjoint(codes):
        yield "Där står ett enskilt svars nummer."
    if _has_row(words, secrets.rows):
        yield "Där står ett enskilt företags svar."
    if any(_is_address(folder, text) for folder in secrets.folders):
        yield "Där står sökvägen till en mapp på den här datorn."


def _suspicions(text: str, allowed: str, addresses: frozenset[str]) -> Iterator[str]:
    """What looks like a person or a company, whatever the raw files hold."""
    if any(number not in allowed for number in IDENTITY.findall(text)):
        yield (
            "Där står något som ser ut som ett organisations- eller personnummer och inte finns "
            "i config/."
        )
    if any(mail not in allowed and mail not in addresses for mail in MAIL.findall(text)):
        yield "Där står en e-postadress som inte finns i config/ eller reports/."


def _is_address(folder: str, text: str) -> bool:
    """Whether a folder stands in a text, and not as a part of a link or of a longer name."""
    folded = text.casefold()
    alone = rf"(?<![\w.]){re.escape(folder)}(?!\w)"
    return folder in folded and re.search(alone, folded) is not None


def _codes(text: str, words: Sequence[str], secrets: Secrets) -> set[str]:
    """Words, long numbers and what one kind of mark joins, as far as they can be secrets."""
    known = secrets.codes.intersection(words)
    found = {word for word in known if not word.isdigit()}
    # The slower search is for few texts only: where the words that make a code stand together.
    if len(found) < len(known):
        found.update(NUMBER.findall(text))
    if any(pair in secrets.heads for pair in pairwise(words)):
        folded = text.casefold()
        for joined in JOINED:
            found.update(joined.findall(folded))
    return found


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
            hidden = any(map(_has_hidden_number, tables(path)))
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
