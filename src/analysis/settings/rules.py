"""``config/rules.yml``: the rules the numbers rest on, each with source and reason."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from analysis.settings.model import AreaKey, Index, Model, Share, Sourced, Text, Year
from analysis.store import PERIODS

Count = Annotated[int, Field(ge=1)]


class IndexRules(Model):
    """The answer scale and the weights of the index."""

    lowest: Sourced[int]
    highest: Sourced[int]
    nki_weights: Sourced[dict[str, Annotated[float, Field(gt=0)]]]
    factor_weights: Sourced[Literal["lika"]]

    @model_validator(mode="after")
    def _scale_ascends(self) -> Self:
        if self.lowest.value >= self.highest.value:
            raise ValueError("skalans lägsta värde måste vara lägre än det högsta")
        return self


class GradeBand(Model):
    """One grade and the lowest index that bears it."""

    key: Text
    label: Text
    lower: Index = Field(alias="from")


class GradeRules(Model):
    """The grades, lowest first; a band reaches to the next one's lower bound."""

    source: Text
    reason: Text
    bands: Annotated[tuple[GradeBand, ...], Field(min_length=2)]
    tolerance: Sourced[Annotated[float, Field(ge=0, lt=0.01)]]

    @model_validator(mode="after")
    def _bands_ascend_from_zero(self) -> Self:
        if self.bands[0].lower != 0:
            raise ValueError("det lägsta betyget måste börja vid 0")
        if any(low.lower >= high.lower for low, high in pairwise(self.bands)):
            raise ValueError("betygens gränser måste stå i stigande ordning")
        return self


class DisclosureRules(Model):
    """How many answers a published number needs, and how well a hidden one is protected."""

    min_answers: Sourced[Count]
    min_answers_total: Sourced[Count]
    min_answers_ranked: Sourced[Count]
    protected_width: Sourced[Annotated[float, Field(gt=0, le=100)]]

    @model_validator(mode="after")
    def _ranking_needs_more(self) -> Self:
        if self.min_answers_ranked.value < self.min_answers.value:
            raise ValueError("gränsen för att rankas kan inte vara lägre än gränsen för att visas")
        return self


class ResponseRateRules(Model):
    """Response rates (shares) that a ranking needs."""

    total: Sourced[Share]
    area: Sourced[Share]


class TotalDefinition(Model):
    """Which areas make up a total, and in which years it is the official one."""

    label: Text
    short: Text
    areas: Annotated[tuple[AreaKey, ...], Field(min_length=2)]
    official_from: Year | None = None
    official_to: Year | None = None
    source: Text

    def official_in(self, year: int) -> bool:
        """Whether this definition is the official one for a case year."""
        return (self.official_from or year) <= year <= (self.official_to or year)


class TotalRules(Model):
    """How areas are put together to a total."""

    method: Sourced[Literal["pooled", "cases", "mean"]]
    definitions: Annotated[dict[str, TotalDefinition], Field(min_length=1)]

    def official(self, year: int) -> str:
        """The key of the definition that is official for a case year."""
        return next(key for key, total in self.definitions.items() if total.official_in(year))

    @model_validator(mode="after")
    def _one_official_definition_a_year(self) -> Self:
        for year in range(2000, 2101):
            official = [key for key, total in self.definitions.items() if total.official_in(year)]
            if len(official) != 1:
                found = " och ".join(official) or "ingen"
                raise ValueError(
                    f"precis en definition ska vara officiell varje år, men {year} är det {found}"
                )
        return self


class UncertaintyRules(Model):
    """Confidence level, the assumed spread where answers show none, and the seed of draws."""

    confidence: Sourced[Annotated[float, Field(gt=0.5, lt=1)]]
    prior_dispersion: Sourced[Annotated[float, Field(gt=0, le=1)]]
    prior_weight: Sourced[Annotated[float, Field(gt=0)]]
    seed: Sourced[Annotated[int, Field(ge=0)]]


class DriverRules(Model):
    """What a model of success factors needs."""

    pooled_years: Sourced[Count]
    replicates: Sourced[Annotated[int, Field(ge=100)]]
    answers_per_predictor: Sourced[Count]
    min_answers: Sourced[Count]
    min_answers_borrowed: Sourced[Count]
    min_answers_advice: Sourced[Count]
    least_spread: Sourced[Annotated[float, Field(gt=0)]]


class CertaintyStep(Model):
    """Words for a probability from a lower bound upwards."""

    lower: Share = Field(alias="from")
    words: Text


class CertaintyWords(Model):
    """Words for probabilities, highest first."""

    source: Text
    reason: Text
    steps: Annotated[tuple[CertaintyStep, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _steps_descend_to_zero(self) -> Self:
        if any(high.lower <= low.lower for high, low in pairwise(self.steps)):
            raise ValueError("stegen måste stå i fallande ordning")
        if self.steps[-1].lower != 0:
            raise ValueError("det sista steget måste börja vid 0")
        return self


class GoalRules(Model):
    """How a goal's attainment is judged and worded."""

    tolerance: Sourced[Annotated[float, Field(ge=0, lt=0.01)]]
    certainty_words: CertaintyWords


class OfficialRules(Model):
    """How published values are compared with ours."""

    explained_difference: Sourced[Annotated[float, Field(gt=0)]]


class IntakeLimits(Model):
    """How large a raw file may be; beyond it the file is refused unread."""

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
    """When a raw file is refused or flagged."""

    jump_flagged: Sourced[Annotated[float, Field(gt=0)]]
    collision_share: Sourced[Share]
    collision_count: Sourced[Count]
    stray_year_share: Sourced[Share]
    tertials_told_share: Sourced[Share]
    doubled_share: Sourced[Share]
    category_values: Sourced[Count]
    limits: IntakeLimits

    def tertials_told(self, periods: Iterable[object]) -> tuple[str, ...]:
        """The tertials that a year's answers tell; none where too many answers tell none.

        Parameters
        ----------
        periods
            ``T1``–``T3`` for each answer of the year, missing where it tells none.
        """
        every = list(periods)
        known = [period for period in every if period in PERIODS]
        if not known or len(known) < self.tertials_told_share.value * len(every):
            return ()
        return tuple(sorted({str(period) for period in known}))

    def part_of_year(self, periods: Iterable[object]) -> tuple[str, ...]:
        """The tertials told where they are some of the year's only; none for a whole year."""
        told = self.tertials_told(periods)
        return told if len(told) < len(PERIODS) else ()


class LossRules(Model):
    """How much may be set aside before a run stops."""

    file_share: Sourced[Share]
    file_count: Sourced[Count]
    unknown_area_share: Sourced[Share]
    part_share: Sourced[Share]
    part_count: Sourced[Count]
    repeated_share: Sourced[Share]
    repeated_count: Sourced[Count]


class DoubtRules(Model):
    """When answers that can be read are taken to be wrong."""

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
    same_answers_questions: Sourced[Count]
    same_answers_share: Sourced[Share]
    same_answers_count: Sourced[Count]


class Check(Sourced[Annotated[float, Field(ge=0)]]):
    """The limit of a check between stages, and what happens when it is passed."""

    action: Literal["stoppa", "varna"]


class CheckRules(Model):
    """When the checks between the stages stop a run, or warn."""

    lost_rows: Check
    parts_and_whole: Check
    empty_questions: Check
    index_jump: Check
    published_changes: Check


class Rules(Model):
    """The whole of ``config/rules.yml``."""

    index: IndexRules
    grades: GradeRules
    disclosure: DisclosureRules
    response_rate: ResponseRateRules
    totals: TotalRules
    uncertainty: UncertaintyRules
    drivers: DriverRules
    goals: GoalRules
    official: OfficialRules
    intake: IntakeRules
    loss: LossRules
    doubt: DoubtRules
    checks: CheckRules

    def values(self) -> dict[str, str]:
        """Every value by its place in the file, without sources and reasons.

        What a run record keeps: two runs by the same rules have the same values.
        """
        return dict(_values("", self.model_dump(by_alias=True)))


def _values(place: str, content: object) -> Iterator[tuple[str, str]]:
    if isinstance(content, Mapping):
        for key, inner in content.items():
            if key not in ("source", "reason"):
                # A sourced value stands at its own place.
                yield from _values(place if key == "value" else f"{place}.{key}".strip("."), inner)
    elif isinstance(content, list | tuple):
        for number, inner in enumerate(content):
            yield from _values(f"{place}.{number}", inner)
    else:
        yield place, "" if content is None else str(content)
