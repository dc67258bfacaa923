"""The marks a whole report carries: made-up answers, a part of a year, a year that is not over.

One mechanism for every place they stand in: pages, captions, alt texts, the PDF, Word, workbook.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from analysis import swedish
from analysis.settings import Settings
from analysis.swedish import NBSP


@dataclass(frozen=True)
class Mark:
    """A mark of the whole report.

    Parameters
    ----------
    word
        The mark itself.
    short
        The mark with what it means, for a title or a heading.
    told
        The sentences a reader must know.
    """

    word: str
    short: str
    told: str


EXAMPLE = Mark(
    "EXEMPELDATA",
    "EXEMPELDATA: påhittade svar",
    "Svaren i den här rapporten är påhittade och visar bara hur rapporten ser ut. De säger "
    "ingenting om kommunen.",
)


def of(
    rows: Iterable[tuple[str, str]], settings: Settings, today: date, *, example: bool
) -> tuple[Mark, ...]:
    """The marks of a report.

    Parameters
    ----------
    rows
        ``year`` and ``part`` of the table of indices.
    settings
        When the plan is evaluated.
    today
        The day the report is made.
    example
        Whether the answers are made up.
    """
    years = {int(year): told for year, told in rows if year.isdecimal()}
    newest = max(years, default=0)
    part = years.get(newest, "")
    return (
        *((EXAMPLE,) if example else ()),
        *((preliminary(part.split(","), newest, settings, today),) if part else ()),
        *((unfinished(newest),) if not part and newest >= today.year else ()),
    )


def preliminary(part: Sequence[str], year: int, settings: Settings, today: date) -> Mark:
    """The mark of a report whose newest year is not all there."""
    when = f"{swedish.tertials(part)}{NBSP}{year}"
    return Mark(
        f"PRELIMINÄRT {when}",
        f"PRELIMINÄRT: bara svar från {when}",
        f"Bara svaren från {when} är med, och talen kan ändras. Målen "
        f"{judged_when(year, settings, today)}.",
    )


def unfinished(year: int) -> Mark:
    """The mark of a report whose newest year is not over, where the answers tell no tertials.

    Nobody then knows which part of the year they cover: it is judged as it is, and told so.
    """
    word = f"PRELIMINÄRT{NBSP}{year}"
    return Mark(
        word,
        f"{word}: ärendeåret är inte slut",
        f"Rapporten är gjord innan ärendeår {year} är slut. Talen, och bedömningen av målen, kan "
        "ändras när hela året är med.",
    )


def judged_when(year: int, settings: Settings, today: date) -> str:
    """The time at which the goals of an incomplete year are judged, to follow on "Målen"."""
    published = date(year + 1, settings.plan.evaluation.month, 1)
    # Long afterwards a month that has passed tells nothing.
    late = (today.year, today.month) > (published.year, published.month)
    return "bedöms när hela året är med" + ("" if late else f", {swedish.month(published)}")
