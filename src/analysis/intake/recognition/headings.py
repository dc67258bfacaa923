"""Finds a table's headers: one row, or a row of groups above a row of questions.

Survey tools write a grid's question under the grid's heading, or both in one cell. A file with
known areas and columns of scores is a file of answers even where no question is known by its
header; the meaning of its columns is then proposed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from analysis.intake.cells.keys import AREA
from analysis.intake.cells.values import UNREADABLE, VALID, Reader
from analysis.intake.cells.words import cell_at, cell_text, plain
from analysis.intake.recognition.columns import (
    Header,
    Kind,
    Vocabulary,
    as_header,
    is_wide,
    suffices,
)

SAMPLE_ROWS = 300
SCORE_COLUMNS = 3
"""Fewest columns of scores in a survey."""
MOST = 0.8
"""Share of a column's cells that must be scores, or of its areas that must be known."""


@dataclass(frozen=True)
class FoundHeader:
    """A recognised header and its texts, one for each column, from one row or two."""

    header: Header
    texts: Sequence[str]
    rows: int = 1

    @property
    def rank(self) -> tuple[int, int, int]:
        """Sort key: more known columns are better, then more columns, then one row."""
        return len(self.header.columns), sum(map(bool, self.texts)), -self.rows


def find_heading(
    rows: Sequence[Sequence[object]],
    known: Mapping[Kind, Vocabulary],
    reader: Reader,
    depth: int,
) -> FoundHeader | None:
    """The heading with most known columns, for a kind of table whose requirements it meets.

    Parameters
    ----------
    rows
        The sheet.
    known
        The vocabulary of every kind of table.
    reader
        Distinguishes scores and areas from headers.
    depth
        Number of rows examined.
    """
    items = frozenset(reader.settings.questionnaire.item_keys)
    possible = list(_possible(rows, known, reader, depth))
    found = [
        one for one in possible if suffices(one.header, items) or is_wide(one.header, known)
    ] or [one for one in possible if _is_survey(one.header, rows, reader)]
    return max(found, key=lambda one: one.rank, default=None)


def _possible(
    rows: Sequence[Sequence[object]],
    known: Mapping[Kind, Vocabulary],
    reader: Reader,
    depth: int,
) -> Iterator[FoundHeader]:
    """Each of the first rows as a heading of each kind, and each pair of rows joined."""
    for number, row in enumerate(rows[:depth], start=1):
        texts = [cell_text(cell) for cell in row]
        if number < len(rows):
            below = [cell_text(cell) for cell in rows[number]]
            if joined := _joined(texts, below, known["answers"], reader):
                yield FoundHeader(
                    as_header("answers", number + 1, joined, known["answers"]), joined, 2
                )
        for kind, vocabulary in known.items():
            yield FoundHeader(as_header(kind, number, texts, vocabulary), texts)


def _joined(
    above: Sequence[str], below: Sequence[str], vocabulary: Vocabulary, reader: Reader
) -> list[str] | None:
    """The headers of two rows, groups above and questions below; None for other rows.

    The lower row fills columns that the upper row leaves blank, and is not an answer.
    """
    width = max(len(above), len(below))
    upper = [*above, *[""] * (width - len(above))]
    lower = [*below, *[""] * (width - len(below))]
    places = [place for place in range(width) if not upper[place] and lower[place]]
    if not places or sum(map(bool, upper)) < 2:
        return None
    if any(reader.score(text)[1] == VALID for text in lower):
        return None
    for place in range(width):
        if vocabulary.key_of(upper[place]) == AREA and reader.area(lower[place]):
            return None
    placeholders = {plain(word) for word in reader.settings.questionnaire.tool_headers.placeholders}
    joined, group = [], ""
    for place, (heading, item) in enumerate(zip(upper, lower, strict=True)):
        group = heading or group
        alone = bool(heading) and (place + 1 == width or bool(upper[place + 1]))
        if not item or plain(item) in placeholders or item == heading:
            joined.append(heading)
        elif not group or (alone and vocabulary.key_of(item) and not vocabulary.key_of(heading)):
            joined.append(item)
        elif alone and vocabulary.key_of(heading):
            joined.append(heading)
        else:
            joined.append(f"{group} [{item}]")
    return joined


def _is_survey(header: Header, rows: Sequence[Sequence[object]], reader: Reader) -> bool:
    """Whether known areas and several columns of scores stand below a header."""
    if header.kind != "answers" or AREA not in header.columns:
        return False
    data = [row for row in rows[header.row : header.row + SAMPLE_ROWS] if any(map(cell_text, row))]
    areas = [text for row in data if (text := cell_at(row, header.columns[AREA]))]
    known = [found for text in areas if (found := reader.area(text))]
    if not known or len(known) < MOST * len(areas) or len(set(known)) == len(known):
        return False
    columns = ([cell_at(row, place) for row in data] for place in header.unmapped)
    return sum(holds_scores(column, reader) for column in columns) >= SCORE_COLUMNS


def holds_scores(texts: Sequence[str], reader: Reader) -> bool:
    """Whether a column has mostly scores, apart from "vet ej" and blank cells."""
    held = [reader.score(text)[1] for text in texts if text]
    return VALID in held and held.count(UNREADABLE) <= (1 - MOST) * len(held)
