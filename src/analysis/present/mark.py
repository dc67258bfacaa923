"""The marks a whole report carries: made-up answers, a part of a year, a year that is not over.

One mechanism for every place they stand in: pages, captions, alt texts, the PDF, Word, workbook.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from analysis import swedish
from analysis.present.texts import say
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


def made_up() -> Mark:
    """The mark of a report on made-up answers."""
    word = say("marken.exempel")
    return Mark(word, say("marken.exempel_kort", ord=word), say("marken.exempel_mening"))


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
        *((made_up(),) if example else ()),
        *((preliminary(part.split(","), newest, settings, today),) if part else ()),
        *((unfinished(newest),) if not part and newest >= today.year else ()),
    )


def preliminary(part: Sequence[str], year: int, settings: Settings, today: date) -> Mark:
    """The mark of a report whose newest year is not all there."""
    when = f"{swedish.tertials(part)}{NBSP}{year}"
    return Mark(
        say("marken.del_av_aret", nar=when),
        say("marken.del_av_aret_kort", nar=when),
        say("marken.del_av_aret_mening", nar=when, bedoms=judged_when(year, settings, today)),
    )


def unfinished(year: int) -> Mark:
    """The mark of a report whose newest year is not over, where the answers tell no tertials.

    Nobody then knows which part of the year they cover: it is judged as it is, and told so.
    """
    return Mark(
        say("marken.oavslutat", ar=year),
        say("marken.oavslutat_kort", ar=year),
        say("marken.oavslutat_mening", ar=year),
    )


def judged_when(year: int, settings: Settings, today: date) -> str:
    """The time at which the goals of an incomplete year are judged, to follow on "Målen"."""
    published = date(year + 1, settings.plan.evaluation.month, 1)
    # Long afterwards a month that has passed tells nothing.
    late = (today.year, today.month) > (published.year, published.month)
    return say("gemensamt.bedoms_nar", manad="" if late else swedish.month(published))
