"""What the files of one kind say, with what is wrong in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from analysis import swedish
from analysis.errors import InputDataError, Problem

SHOWN_REASONS = SHOWN_ROWS = 5


@dataclass(frozen=True)
class Found:
    """The rows of every file of a kind.

    Parameters
    ----------
    values
        What they say; the columns are told by the function that reads them.
    problems
        Why a file must be refused.
    notes
        Rows that were left out, as Swedish sentences.
    balance
        Rows read and used of every table, as Swedish sentences.
    """

    values: pd.DataFrame
    problems: tuple[Problem, ...]
    notes: tuple[str, ...]
    balance: tuple[str, ...]

    def usable(self, refusal: str) -> pd.DataFrame:
        """The values, where nothing is wrong.

        Parameters
        ----------
        refusal
            What cannot be done else, as a Swedish sentence.

        Raises
        ------
        InputDataError
            When a file must be refused.
        """
        if self.problems:
            raise InputDataError(refusal, problems=self.problems)
        return self.values


def unused(
    where: str,
    size: int,
    aside: Mapping[str, Sequence[int]],
    accepted: str,
    problems: list[Problem],
    notes: list[str],
    balance: list[str],
) -> None:
    """Tell which rows of a table are used and which are not; one without any that is stops.

    Parameters
    ----------
    where
        The table's place in words.
    size
        Its rows that say something of their own (a total row does not).
    aside
        Rows that cannot be used, by reason.
    accepted
        What is accepted instead, as Swedish sentences.
    problems, notes, balance
        Take what is told.
    """
    count = sum(map(len, aside.values()))
    left = f", {swedish.number(count, 0)} används inte" if count else ""
    balance.append(
        f"{where}: {swedish.count(size, 'rad läst', 'rader lästa')}, "
        f"{swedish.number(size - count, 0)} {'använd' if size - count == 1 else 'använda'}{left}."
    )
    if not count:
        return
    often = sorted(aside.items(), key=lambda item: -len(item[1]))
    told = [f"{reason} ({_rows(rows)})" for reason, rows in often[:SHOWN_REASONS]]
    if len(often) > SHOWN_REASONS:
        told.append(f"och {swedish.count(len(often) - SHOWN_REASONS, 'skäl', 'skäl')} till")
    reasons = "; ".join(told)
    if count == size:
        cause = f"Ingen av filens {swedish.count(size, 'rad', 'rader')} kan användas: {reasons}."
        if size == 1:
            cause = f"Filens enda rad kan inte användas: {reasons}."
        problems.append(Problem(cause, accepted, where))
        return
    many = "en" if count == 1 else swedish.number_word(count)
    notes.append(
        f"{swedish.capitalised(many)} av {swedish.count(size, 'rad', 'rader')} i {where} används "
        f"inte: {reasons}. {accepted}"
    )


def _rows(numbers: Sequence[int]) -> str:
    listed = [str(number) for number in numbers[:SHOWN_ROWS]]
    if len(numbers) > SHOWN_ROWS:
        return f"rad {', '.join(listed)} … och {len(numbers) - SHOWN_ROWS} till"
    return f"rad {swedish.listing(listed)}"
