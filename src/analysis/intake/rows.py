"""Messages about tables with a value or count in each row: cases, official values and others."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import pandas as pd

from analysis import swedish
from analysis.errors import Problem
from analysis.intake.cells.values import whole_number
from analysis.intake.cells.words import identifies, nearest, shown
from analysis.intake.recognition.files import RawTable

SHOWN_REASONS = SHOWN_ROWS = 5
Row = TypeVar("Row")


@dataclass(frozen=True)
class Unit:
    """Words for what is counted, one and several; and for one, or none, of several."""

    names: tuple[str, str]
    read: tuple[str, str]
    used: tuple[str, str]
    one: str
    none: str


ROWS = Unit(("rad", "rader"), ("rad läst", "rader lästa"), ("använd", "använda"), "en", "ingen")
VALUES = Unit(
    ("värde", "värden"), ("värde läst", "värden lästa"), ("använt", "använda"), "ett", "inget"
)


@dataclass
class Told:
    """Messages about the tables of one kind, collected while they are read.

    Parameters
    ----------
    problems
        Reasons for refusing a file.
    notes
        Rows that were left out, as Swedish sentences.
    balance
        Rows read and used of every table, as Swedish sentences.
    """

    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    balance: list[str] = field(default_factory=list)

    def problem(self, cause: str, fix: str, where: str) -> None:
        """Collect a problem."""
        self.problems.append(Problem(cause, fix, where))

    def count(self, text: str, where: str) -> int | None:
        """The count in a filled cell; None, and a problem, where it is not a whole number."""
        number = whole_number(text)
        if number is None:
            fix = "Rätta talet eller lämna cellen tom."
            self.problem(f"”{shown(text)}” är inte ett helt tal.", fix, where)
        return number

    def rows(
        self,
        table: RawTable,
        read: Callable[[Mapping[str, str], str], Row | str | None],
        accepted: str,
    ) -> Iterator[Row]:
        """What the usable rows of a table say; the others are reported by reason.

        Parameters
        ----------
        table
            The table.
        read
            Gives, from a row's texts and its place in words, what it says or why it cannot be
            used; None for a row that is left blank.
        accepted
            Swedish sentences on the accepted values.
        """
        size, aside = 0, dict[str, list[int]]()
        for number, texts in table.texts():
            found = read(texts, f"{table.where}, rad {number}")
            size += found is not None
            if isinstance(found, str):
                aside.setdefault(found, []).append(number)
            elif found is not None:
                yield found
        self.unused(table.where, size, aside, accepted)

    def unused(
        self,
        where: str,
        size: int,
        aside: Mapping[str, Sequence[int]],
        accepted: str,
        unit: Unit = ROWS,
    ) -> None:
        """Report the unused rows of a table; a table without a usable row is a problem.

        Parameters
        ----------
        where
            The table's place in words.
        size
            Its rows that say something of their own (a total row does not).
        aside
            Numbers of the rows that cannot be used, by reason.
        accepted
            Swedish sentences on the accepted values.
        unit
            What is counted: rows, or values of which a row has several.
        """
        count = sum(map(len, aside.values()))
        left = f", {swedish.number(count, 0)} används inte" if count else ""
        self.balance.append(
            f"{where}: {swedish.count(size, *unit.read)}, "
            f"{swedish.number(size - count, 0)} {unit.used[size - count != 1]}{left}."
        )
        if not count:
            return
        often = sorted(aside.items(), key=lambda item: -len(item[1]))
        told = [f"{reason} ({_rows(rows)})" for reason, rows in often[:SHOWN_REASONS]]
        if len(often) > SHOWN_REASONS:
            told.append(f"och {swedish.count(len(often) - SHOWN_REASONS, 'skäl', 'skäl')} till")
        reasons = "; ".join(told)
        rows = swedish.count(size, *unit.names)
        if count < size:
            many = unit.one if count == 1 else swedish.number_word(count)
            self.notes.append(
                f"{swedish.capitalised(many)} av {rows} i {where} används inte: {reasons}. "
                f"{accepted}".rstrip()
            )
        elif size == 1:
            self.problem(
                f"Filens enda {unit.names[0]} kan inte användas: {reasons}.", accepted, where
            )
        else:
            none = swedish.capitalised(unit.none)
            cause = f"{none} av filens {rows} kan användas: {reasons}."
            self.problem(cause, accepted, where)


@dataclass(frozen=True)
class Found:
    """The rows of all files of a kind, and the messages about them."""

    values: pd.DataFrame
    told: Told


def unknown(what: str, text: str, names: Sequence[str]) -> str:
    """Why a row cannot be used whose area or factor is not known, with the nearest that is.

    >>> unknown("området", "Byglov", ["Bygglov", "Brandskydd"])
    'området ”Byglov” är okänt, menades Bygglov?'
    """
    if not text:
        return f"{what} saknas"
    near = nearest(text, names)
    return f"{what} ”{shown(text)}” är okänt" + (f", menades {near}?" if near else "")


def unpublishable(text: str, most: int, what: str = "Cellen") -> str:
    """Why a cell cannot stand on the site; empty where it can.

    Parameters
    ----------
    text
        The cell.
    most
        Its most characters.
    what
        What it is, in words.
    """
    if identifies(text):
        return (
            f"{what} ser ut att innehålla ett personnummer, en e-postadress, ett telefonnummer "
            "eller ett företagsnamn."
        )
    return f"{what} är längre än {most} tecken." if len(text) > most else ""


def _rows(numbers: Sequence[int]) -> str:
    numbers = list(dict.fromkeys(numbers))
    listed = [str(number) for number in numbers[:SHOWN_ROWS]]
    if len(numbers) > SHOWN_ROWS:
        return f"rad {', '.join(listed)} … och {len(numbers) - SHOWN_ROWS} till"
    return f"rad {swedish.listing(listed)}"
