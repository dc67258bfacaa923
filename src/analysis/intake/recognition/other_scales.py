"""Tables of how answers fall on another scale than the questionnaire's, which cannot be counted."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise

from analysis import swedish
from analysis.intake.cells.words import cell_text

BAND = re.compile(r"(\d{1,2})(?:\s*[-–—−]\s*(\d{1,2}))?")
"""A step of a scale, or several steps together."""
FEWEST = 3
"""Fewest steps that are a scale: two numbers side by side can be anything."""


def other_scale(
    rows: Sequence[Sequence[object]], scores: range, is_known: Callable[[str], bool]
) -> str:
    """The scale of a sheet that spreads answers on another one; empty for other sheets.

    Parameters
    ----------
    rows
        The first rows of the sheet.
    scores
        The questionnaire's scale.
    is_known
        Whether a text names an area or a question: a sheet that names none is about something else.

    Examples
    --------
    >>> head = ["Fråga", "1-3", "4-7", "8-10"]
    >>> other_scale([head, ["Bemötande", 2, 5, 9]], range(1, 11), lambda text: text == "Bemötande")
    '1–3, 4–7 och 8–10'
    """
    texts = [[cell_text(cell) for cell in row] for row in rows]
    known = [any(is_known(text) for text in row if text) for row in texts]
    if not any(known):
        return ""
    # A row that names a question holds its numbers, and no heading.
    headings = [row for row, holds in zip(texts, known, strict=True) if not holds]
    width = max(map(len, texts), default=0)
    columns = [[row[at] for row in texts if at < len(row)] for at in range(width)]
    found = (
        *(_told(line, scores, 1) for line in headings),
        # Rows may be numbered, once.
        *(_told(line, scores, 2) for line in columns),
    )
    return next(filter(None, found), "")


def _told(line: Iterable[str], scores: range, least: int) -> str:
    """The scale that all numbers of a line are, in words; single steps at least so many times."""
    matches = filter(None, map(BAND.fullmatch, line))
    steps = [(int(match[1]), int(match[2] or match[1])) for match in matches]
    size = steps.index(steps[0], 1) if steps[:1] and steps[0] in steps[1:] else len(steps)
    scale, times = steps[:size], len(steps) // max(size, 1)
    whole = [(score, score) for score in scores]
    follows = all(before[1] + 1 == after[0] for before, after in pairwise(scale))
    if size < FEWEST or steps != scale * times or not follows or scale == whole:
        return ""
    if scale[0][0] not in (0, scores[0]) or any(low > high for low, high in scale):
        return ""
    if all(low == high for low, high in scale):
        return f"{scale[0][0]}–{scale[-1][1]}" if times >= least else ""
    return swedish.listing([str(low) if low == high else f"{low}–{high}" for low, high in scale])
