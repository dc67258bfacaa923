"""The balance of a file of answers: rows read, counted and set aside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from analysis import swedish
from analysis.intake.answers.reasons import in_words


@dataclass(frozen=True)
class Balance:
    """The balance of the rows of one file of answers.

    Parameters
    ----------
    file
        Its name.
    years
        The case years of its rows.
    read, counted
        Rows read, and counted as companies' answers.
    aside
        Rows that do not count by reason (`reasons.Reason`), largest first.
    """

    file: str
    years: tuple[int, ...]
    read: int
    counted: int
    aside: Mapping[str, int]

    def __str__(self) -> str:
        out = swedish.number(self.read - self.counted, 0)
        return (
            f"{self.file}: {swedish.count(self.read, 'rad läst', 'rader lästa')}, "
            f"{swedish.number(self.counted, 0)} räknade"
            + (f", {out} räknas inte: {in_words(self.aside)}." if self.aside else ".")
        )
