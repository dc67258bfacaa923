"""``config/guards.yml``: limits beyond which raw files, answers or numbers count as wrong."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import Field

from analysis.settings.model import Count, Index, Model, Share, Sourced, Text
from analysis.store import PERIODS


class IntakeLimits(Model):
    """Largest raw file; a larger file is refused unread."""

    source: Text
    reason: Text
    files: Count
    file_megabytes: Count
    json_megabytes: Count
    unpacked_megabytes: Count
    expansion: Count
    rows: Count
    columns: Count
    cells: Count
    cell_characters: Count
    header_rows: Count


class IntakeRules(Model):
    """Limits for refusing or flagging a raw file."""

    collision_share: Sourced[Share]
    collision_count: Sourced[Count]
    stray_year_share: Sourced[Share]
    tertials_told_share: Sourced[Share]
    doubled_share: Sourced[Share]
    category_values: Sourced[Count]
    free_text_words: Sourced[Count]
    free_text_wordings: Sourced[Share]
    days_before_plan: Sourced[Count]
    limits: IntakeLimits

    def tertials_told(self, periods: Iterable[object]) -> tuple[str, ...]:
        """The tertials of a year's answers; empty where too many answers lack a tertial.

        Parameters
        ----------
        periods
            ``T1``–``T3`` for each answer of the year; missing where the answer has no tertial.
        """
        every = list(periods)
        known = [period for period in every if period in PERIODS]
        if not known or len(known) < self.tertials_told_share.value * len(every):
            return ()
        return tuple(sorted({str(period) for period in known}))

    def part_of_year(self, periods: Iterable[object]) -> tuple[str, ...]:
        """The tertials of an incomplete year; empty for a whole year."""
        told = self.tertials_told(periods)
        return told if len(told) < len(PERIODS) else ()


class LossRules(Model):
    """Losses beyond which a run stops."""

    file_share: Sourced[Share]
    file_count: Sourced[Count]
    unknown_area_share: Sourced[Share]
    part_share: Sourced[Share]
    part_count: Sourced[Count]
    repeated_share: Sourced[Share]
    repeated_count: Sourced[Count]


class DoubtRules(Model):
    """Limits beyond which readable answers count as wrong."""

    missing_score_expected: Sourced[Annotated[float, Field(gt=0)]]
    missing_score_left: Sourced[Share]
    whole_scale_scores: Sourced[Count]
    agreement_answers: Sourced[Annotated[int, Field(ge=4)]]
    agreement_z: Sourced[Annotated[float, Field(gt=0)]]
    agreement_share: Sourced[Share]
    level_lowest: Sourced[Index]
    level_highest: Sourced[Index]
    level_change: Sourced[Annotated[float, Field(gt=0)]]
    part_z: Sourced[Annotated[float, Field(gt=0)]]
    became_score: Sourced[Share]
    blank_rise: Sourced[Share]
    left_out_answers: Sourced[Annotated[int, Field(ge=2)]]
    left_out_z: Sourced[Annotated[float, Field(gt=0)]]
    customers_gone: Sourced[Count]
    answers_times: Sourced[Annotated[float, Field(gt=1)]]
    area_times: Sourced[Annotated[float, Field(gt=1)]]
    area_fewer_z: Sourced[Annotated[float, Field(gt=0)]]
    same_answers_questions: Sourced[Count]
    same_answers_share: Sourced[Share]
    same_answers_count: Sourced[Count]

    def hardly_occurs(self, given: float, expected: float) -> bool:
        """Whether something that many should have given is given by hardly anybody."""
        few = given <= self.missing_score_left.value * expected
        return few and expected >= self.missing_score_expected.value


class Check(Sourced[Annotated[float, Field(ge=0)]]):
    """The limit of a check between stages, and the consequence of exceeding it."""

    action: Literal["stoppa", "varna"]


class CheckRules(Model):
    """Limits and consequences of the checks between the stages."""

    lost_rows: Check
    parts_and_whole: Check
    empty_questions: Check
    index_jump: Check
    published_changes: Check
    typed_number: Check


class ProfileLimits(Model):
    """How well a municipality's colours must be seen, and how large its logotype may be."""

    text_contrast: Sourced[Annotated[float, Field(ge=1, le=21)]]
    line_contrast: Sourced[Annotated[float, Field(ge=1, le=21)]]
    logotype_kilobytes: Sourced[Count]


class FreeTextLimits(Model):
    """How long a workbook of free texts should be kept."""

    keep_days: Sourced[Count]


class Guards(Model):
    """The whole of ``config/guards.yml``."""

    intake: IntakeRules
    loss: LossRules
    doubt: DoubtRules
    checks: CheckRules
    profile: ProfileLimits
    free_texts: FreeTextLimits
