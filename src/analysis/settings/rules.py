"""``config/rules.yml``: the rules behind the numbers, each with source and reason."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from analysis.settings.model import AreaKey, Count, Index, Model, Share, Sourced, Text, Year


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

    @property
    def scores(self) -> range:
        """Every answer on the scale, the lowest first."""
        return range(self.lowest.value, self.highest.value + 1)


class GradeBand(Model):
    """One grade, with its lowest index."""

    key: Text
    label: Text
    lower: Index = Field(alias="from")


class GradeRules(Model):
    """The grades, lowest first; a band reaches to the next band's lower bound."""

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
    """Fewest answers behind a published number, and the protected width of a hidden number."""

    min_answers: Sourced[Count]
    min_answers_total: Sourced[Count]
    min_answers_ranked: Sourced[Count]
    protected_width: Sourced[Annotated[float, Field(gt=0, le=100)]]

    @model_validator(mode="after")
    def _ranking_needs_more(self) -> Self:
        if self.min_answers_ranked.value < self.min_answers.value:
            raise ValueError("gränsen för att rankas kan inte vara lägre än gränsen för att visas")
        return self

    def needed(self, scope: str) -> int:
        """Fewest answers of an area, or of ``total``."""
        least = self.min_answers_total if scope == "total" else self.min_answers
        return least.value

    @property
    def least_width(self) -> float:
        """The width that a hidden index must keep, less what computers round differently.

        A range of exactly the protected width is wide enough on one computer as on another.
        """
        return self.protected_width.value - 1e-6


class ResponseRateRules(Model):
    """Response rates (shares) required for a ranking."""

    total: Sourced[Share]
    area: Sourced[Share]


class TotalDefinition(Model):
    """The areas of a total, and the years in which this definition is the official one."""

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
    """The method of combining areas into a total."""

    method: Sourced[Literal["pooled", "cases", "mean"]]
    definitions: Annotated[dict[str, TotalDefinition], Field(min_length=1)]

    def official(self, year: int) -> str:
        """The key of the definition that is official for a case year."""
        return next(key for key, total in self.definitions.items() if total.official_in(year))

    def members(self, definition: str) -> tuple[str, ...]:
        """The areas of a total, and the keys of totals whose answers are all in it.

        Answers known only to be in a total have its key in place of an area.
        """
        areas = self.definitions[definition].areas
        inside = (key for key, one in self.definitions.items() if {*one.areas} <= {*areas})
        return (*areas, *inside)

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
    """Confidence level, assumed spread where answers show none, and the seed of random draws."""

    confidence: Sourced[Annotated[float, Field(gt=0.5, lt=1)]]
    prior_dispersion: Sourced[Annotated[float, Field(gt=0, le=1)]]
    prior_weight: Sourced[Annotated[float, Field(gt=0)]]
    assumed_dispersion: Sourced[Annotated[float, Field(gt=0, le=1)]]
    seed: Sourced[Annotated[int, Field(ge=0)]]


class DriverRules(Model):
    """Requirements of a model of success factors."""

    pooled_years: Sourced[Count]
    replicates: Sourced[Annotated[int, Field(ge=100)]]
    answers_per_predictor: Sourced[Count]
    min_answers: Sourced[Count]
    min_answers_borrowed: Sourced[Count]
    min_answers_advice: Sourced[Count]
    strongest_nationally: Sourced[tuple[Text, ...]]
    """Keys of the factors that usually have the strongest association with the NKI."""
    least_spread: Sourced[Annotated[float, Field(gt=0)]]


class GoalRules(Model):
    """Rules for judging goals."""

    tolerance: Sourced[Annotated[float, Field(ge=0, lt=0.01)]]
    near: Sourced[Annotated[float, Field(gt=0, lt=100)]]
    """Index units between a value and its target that are called near."""


class ForecastRules(Model):
    """What a forecast requires and assumes."""

    confidence: Sourced[Annotated[float, Field(gt=0.5, lt=1)]]
    horizon: Sourced[Annotated[int, Field(ge=1, le=5)]]
    pairs: Sourced[Count]
    pairs_together: Sourced[Annotated[int, Field(ge=10)]]
    municipalities: Sourced[Count]
    damping: Sourced[Share]
    freedom: Sourced[Annotated[float, Field(gt=2)]]
    typical_answers: Sourced[Count]
    break_spread: Sourced[Annotated[float, Field(ge=0)]]
    break_years: Sourced[Annotated[int, Field(ge=2)]]
    tried: Sourced[Annotated[float, Field(gt=0)]]


class OfficialRules(Model):
    """Rules for comparing published values with ours."""

    explained_difference: Sourced[Annotated[float, Field(gt=0)]]


class ComparisonRules(Model):
    """Requirements of a comparison with other municipalities."""

    oldest: Sourced[Annotated[int, Field(ge=0)]]
    """Years between the report's year and the year compared, at most."""
    least_peers: Sourced[Annotated[int, Field(ge=2)]]
    least_municipalities: Sourced[Annotated[int, Field(ge=3)]]
    replicates: Sourced[Annotated[int, Field(ge=100)]]


Topic = Literal["lagst", "prioriterad", "andring", "mal", "skillnad", "fa_svar", "hogst"]
"""What a question to discuss at a workshop can be about."""


class WorkshopRules(Model):
    """What a workshop's slides hold, and which questions are discussed."""

    lowest_questions: Sourced[Count]
    agreed: Sourced[Count]
    """Proposals of earlier years on a slide, at most."""
    fewest_topics: Sourced[Annotated[int, Field(ge=1, le=3)]]
    """At most as many as there are questions that hold whatever the numbers are."""
    most_topics: Sourced[Annotated[int, Field(ge=3, le=7)]]
    topics: Sourced[tuple[Topic, ...]]
    """In the order in which they are chosen."""


class DialogueRules(Model):
    """Which dialogues with associations count, and when they may be compared with the survey."""

    years: Sourced[Count]
    """Case years, with the report's, whose dialogues are shown."""
    min_dialogues: Sourced[Count]
    lead: Sourced[Count]
    """Dialogues by which a subject must lead another to be raised more often."""
    quotes: Sourced[Count]
    """What may be quoted on a workshop's slide, at most."""


class ThemeRules(Model):
    """How many texts a theme needs to be counted in the report."""

    min_texts: Sourced[Count]


class TrainingRules(Model):
    """What the document for those who plan trainings holds."""

    lowest_questions: Sourced[Count]


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
    forecast: ForecastRules
    official: OfficialRules
    comparison: ComparisonRules
    workshop: WorkshopRules
    dialogue: DialogueRules
    themes: ThemeRules
    training: TrainingRules
