"""Doubts about answers that were read: other scales, revealing blanks, missing answers.

Such answers are readable and not set aside, so a report of them would be wrong without a warning.
"""

from __future__ import annotations

from collections.abc import Iterator

from analysis.intake.judging.doubts.blanks import became_scores, half_empty, who_left_out
from analysis.intake.judging.doubts.gone import (
    answers_of_last_year,
    areas_gone,
    customers_gone,
    fewer_in_areas,
    other_number,
    same_answers,
    unanswered,
)
from analysis.intake.judging.doubts.parts import doubtful_parts
from analysis.intake.judging.doubts.scales import (
    cut_scales,
    disagreeing,
    impossible_level,
    whole_scale,
)
from analysis.intake.judging.findings import Finding, JudgedYear


def doubts(year: JudgedYear) -> Iterator[Finding]:
    """All doubts about a case year's answers."""
    if year.clean.answers[year.items].isna().all(axis=None):
        return
    yield from same_answers(year)
    yield from unanswered(year)
    # With another scale, every part and question would be doubted again for the same reason.
    whole = list(whole_scale(year)) or list(impossible_level(year))
    yield from whole
    if not whole:
        parts = list(doubtful_parts(year))
        yield from parts
        if not parts:
            yield from cut_scales(year)
            yield from disagreeing(year)
        yield from half_empty(year)
        yield from who_left_out(year)
    if year.before is not None and not year.before.answers.empty:
        yield from answers_of_last_year(year, year.before)
        yield from areas_gone(year, year.before)
        yield from customers_gone(year, year.before)
        yield from became_scores(year, year.before)
    if before := year.comparable:
        number = list(other_number(year, before))
        yield from number or fewer_in_areas(year, before)
