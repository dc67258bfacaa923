"""What was read but cannot be right: other scales, blanks that tell, and what is gone.

Nothing here is unreadable, so nothing is set aside; a report of it would be wrong without a word.
"""

from __future__ import annotations

from collections.abc import Iterator

from analysis.intake.answers.clean import CleanYear
from analysis.intake.judging.doubts.blanks import became_scores, half_empty, who_left_out
from analysis.intake.judging.doubts.found import EXPORT, found, part_of_year
from analysis.intake.judging.doubts.gone import (
    areas_gone,
    customers_gone,
    other_number,
    same_answers,
    unanswered,
)
from analysis.intake.judging.doubts.parts import DoubtfulPart, doubtful_parts, fewer_in_areas
from analysis.intake.judging.doubts.scales import (
    cut_scales,
    disagreeing,
    impossible_level,
    whole_scale,
)
from analysis.intake.judging.losses import Finding
from analysis.settings import Settings


def doubts(clean: CleanYear, before: CleanYear | None, settings: Settings) -> Iterator[Finding]:
    """Everything in a case year's answers that cannot be right.

    Parameters
    ----------
    clean
        The year.
    before
        The year before, where its answers are known.
    settings
        Configuration; the limits are those of ``rules.yml`` under ``doubt``.
    """
    if clean.answers[list(settings.questionnaire.item_keys)].isna().all(axis=None):
        return
    yield from same_answers(clean, settings)
    yield from unanswered(clean, before, settings)
    # On another scale every part and question would be doubted once more for the same reason.
    whole = list(whole_scale(clean, before, settings))
    whole = whole or list(impossible_level(clean, before, settings))
    yield from whole
    if not whole:
        parts = [_part(clean, one) for one in doubtful_parts(clean, before, settings)]
        yield from parts
        if not parts:
            yield from cut_scales(clean, before, settings)
            yield from disagreeing(clean, settings)
        yield from half_empty(clean, before, settings)
        yield from who_left_out(clean, settings)
    if before is not None and not before.answers.empty:
        yield from areas_gone(clean, before, settings)
        yield from customers_gone(clean, before, settings)
        yield from became_scores(clean, before, settings)
        number = list(other_number(clean, before, settings))
        yield from number
        in_parts = part_of_year(clean, settings) or part_of_year(before, settings)
        if not (in_parts or number):
            yield from (_part(clean, one) for one in fewer_in_areas(clean, before, settings))


def _part(clean: CleanYear, one: DoubtfulPart) -> Finding:
    return found(clean, one.kind, one.cause, EXPORT, subject=one.subject, where=one.where)
