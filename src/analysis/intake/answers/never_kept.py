"""The columns of answers that are never kept, and their cells: met here and at the guard only."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from analysis.intake.cells.dates import day
from analysis.intake.cells.masks import Masker, words_of
from analysis.intake.cells.words import cell_at, cell_text, plain
from analysis.intake.recognition.files import RawTable
from analysis.settings import Settings

LETTERS = re.compile(r"[^\W\d_]{2,}")
"""A word, not a number or a code's letter."""


@dataclass(frozen=True)
class Aside:
    """The cells of one row that are never kept.

    Parameters
    ----------
    row
        Number of the row in its file.
    comments
        Free texts by the header they stand under.
    names
        Texts that identify a company or a person.
    """

    row: int
    comments: dict[str, str] = field(repr=False)
    names: frozenset[str] = field(repr=False)


def aside_rows(table: RawTable, settings: Settings) -> Iterator[Aside]:
    """The rows of a table that have a cell which is never kept."""
    never = settings.questionnaire.never_kept
    free_text, identifying = (tuple(map(plain, one)) for one in (never.free_text, never.headers))
    headers = [cell_text(cell) for cell in table.headers]
    # A survey tool may put a number or "Företagets" before the header.
    comments = {at: name for at, name in enumerate(headers) if plain(name).endswith(free_text)}
    comments |= unknown_free_text(table, settings)
    names = [
        at
        for at, name in enumerate(headers)
        if at not in comments and (plain(name).endswith(identifying) or at in table.header.dropped)
    ]
    for number, row in table.data() if comments or names else ():
        texts = {name: text for at, name in comments.items() if (text := cell_at(row, at))}
        told = frozenset(text for at in names if (text := cell_at(row, at)))
        if texts or told:
            yield Aside(number, texts, told)


def unknown_free_text(table: RawTable, settings: Settings) -> dict[int, str]:
    """The headers of the columns that nobody knows and that hold free text, by place.

    Free text is told from a category by its length, and by being written anew in each answer.
    """
    limits, found = settings.guards.intake, {}
    for at, header in table.header.unmapped.items():
        texts = [text for text in table.column(at) if _words(text) >= limits.free_text_words.value]
        if texts and len(set(texts)) >= limits.free_text_wordings.value * len(texts):
            found[at] = header
    return found


def _words(text: str) -> int:
    return 0 if day(text) else len(LETTERS.findall(text))


def masker(names: frozenset[str], settings: Settings) -> Masker:
    """Masks by the names that some answers tell, but for the words of the survey itself."""
    questionnaire, own = settings.questionnaire, settings.report.municipality
    texts = [
        *(name for area in questionnaire.areas for name in (area.name, *area.aliases)),
        *(factor.name for factor in questionnaire.factors),
        *(item.text for item in questionnaire.items),
        *(own.name, own.organisation),
    ]
    return Masker(names, frozenset(word for text in texts for word in words_of(text)))
