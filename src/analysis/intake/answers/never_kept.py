"""The columns of answers that are never kept, and their cells: met here and at the guard only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from analysis.intake.cells.masks import Masker, words_of
from analysis.intake.cells.words import cell_at, cell_text, plain
from analysis.intake.recognition.files import RawTable
from analysis.settings import Settings


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


@dataclass(frozen=True)
class AsideColumns:
    """The columns of a table that are never kept."""

    table: RawTable
    settings: Settings

    @cached_property
    def _places(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Positions of the columns of free text, and of those that identify."""
        never = self.settings.questionnaire.never_kept
        free_text = tuple(map(plain, never.free_text))
        identifying = tuple(map(plain, never.headers))
        headers = [plain(cell_text(cell)) for cell in self.table.headers]
        # A survey tool may put a number or "Företagets" before the header.
        comments = tuple(at for at, name in enumerate(headers) if name.endswith(free_text))
        names = tuple(
            at
            for at, name in enumerate(headers)
            if at not in comments
            and (name.endswith(identifying) or at in self.table.header.dropped)
        )
        return comments, names

    def rows(self) -> Iterator[Aside]:
        """The rows with such a cell."""
        comments, names = self._places
        if not comments and not names:
            return
        for number, row in self.table.data():
            texts = {
                cell_text(self.table.headers[at]): text
                for at in comments
                if (text := cell_at(row, at))
            }
            told = frozenset(text for at in names if (text := cell_at(row, at)))
            if texts or told:
                yield Aside(number, texts, told)


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
