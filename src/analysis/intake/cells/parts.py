"""The part of a year that a title, a sheet or a file says that it is about."""

from __future__ import annotations

import re
from dataclasses import dataclass

from analysis.intake.cells.dates import MONTHS, YEAR

ORDINALS = {"första": 1, "andra": 2, "tredje": 3, "fjärde": 4}
_ORDINAL = rf"(?:{'|'.join(ORDINALS)}|[1-4]:?[ae])"
_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_RANGE = r"\s*(?:-|–|—|till|t\.?o\.?m\.?|till och med)\s*"
TERTIAL = re.compile(
    rf"(?<![^\W_])T(?P<code>[1-3])(?![^\W_])|(?P<ordinal>{_ORDINAL})\s+tertial\w*"
    r"|tertial(?:et|en|er)?\W*(?P<number>[1-3])(?!\d)(?:\s*(?:-|–|,|och|\+|&)\s*(?P<more>[1-3])(?!\d))?",
    re.IGNORECASE,
)
MONTHS_OF = re.compile(
    rf"(?<![^\W_])(?P<first>{_MONTH})\.?{_RANGE}(?P<last>{_MONTH})(?![^\W_])", re.IGNORECASE
)
OTHER = re.compile(
    rf"(?:{_ORDINAL}\s+)?(?:tertial|halvår|kvartal|delår)\w*(?:\s+[1-4](?!\d))?|prelimin[äa]r\w*|hittills"
    rf"|(?:t\.?o\.?m\.?|till och med)\s+(?:{_MONTH})(?![^\W_])"
    r"|(?<![^\W_])[HQ][1-4](?=[\W_]*20\d\d)|(?<=20\d\d[\W_])[HQ][1-4](?![^\W_])",
    re.IGNORECASE,
)
WHOLE = {1, 2, 3}
TERTIALS = {(1, 4): 1, (5, 8): 2, (9, 12): 3}
"""Each tertial by its first and last month."""


@dataclass(frozen=True)
class Part:
    """A part of a year, or what is known so far of it.

    Parameters
    ----------
    words
        As they are written.
    tertial
        T1, T2 or T3 where it is exactly one of them.
    """

    words: str
    tertial: str = ""


def part_of_year(text: str) -> Part | None:
    """The part of a year that a text names; None where it names none, or all of them.

    >>> part_of_year("Insikt 2025, tertial 1"), part_of_year("resultat_2025_T1").tertial
    (Part(words='tertial 1', tertial='T1'), 'T1')
    >>> part_of_year("Insikt jan–aug 2025"), part_of_year("Första halvåret 2025").words
    (Part(words='jan–aug', tertial=''), 'Första halvåret')
    >>> part_of_year("Helår 2025"), part_of_year("T1, T2 och T3"), part_of_year("jan-dec 2025")
    (None, None, None)
    """
    if found := list(TERTIAL.finditer(text)):
        numbers = {number for one in found for number in _numbers(one)}
        tertial = f"T{min(numbers)}" if len(numbers) == 1 else ""
        words = text[found[0].start() : found[-1].end()]
        return None if numbers == WHOLE else Part(words, tertial)
    # Beside the year, another one is when the answers were collected.
    months = MONTHS_OF.search(text) if len(set(YEAR.findall(text))) < 2 else None
    if months:
        span = tuple(MONTHS[months[name].casefold()] for name in ("first", "last"))
        tertial = f"T{TERTIALS[span]}" if span in TERTIALS else ""
        return None if span == (1, 12) else Part(months[0], tertial)
    other = OTHER.search(text)
    return Part(other[0]) if other else None


def _numbers(found: re.Match[str]) -> set[int]:
    if ordinal := found["ordinal"]:
        return {ORDINALS.get(ordinal.casefold()) or int(ordinal[0])}
    return {int(told) for name in ("code", "number", "more") if (told := found[name])}
