"""``config/plan.yml``: the adopted plan, its goals, activities and baselines, with sources."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator

from analysis.settings.model import AreaKey, FaultInside, Index, Model, Sourced, Text, Year

Month = Annotated[int, Field(ge=1, le=12)]


class Document(Model):
    """The plan as a decided document."""

    title: Text
    municipality: Annotated[str, Field(pattern=r"^\d{4}$")]
    reference: Text
    adopted: date
    adopted_by: Text
    programme: Text
    budget_document: Text
    period: Text
    responsible: Text
    source: Text


class PlanAreas(Model):
    """The areas named in the plan, and the areas judged for goals 2 and 4."""

    named: tuple[AreaKey, ...]
    judged: Annotated[tuple[AreaKey, ...], Field(min_length=1)]
    source: Text
    reason: Text


class GoalReference(Model):
    """Another wording of a goal, drawn beside the governing one."""

    target: Index
    text: Text
    source: Text
    note: Text


class Goal(Model):
    """One goal: a measure that must reach a target, in the total or in every area."""

    number: Annotated[int, Field(ge=1)]
    short: Text
    text: Text
    measure: Text
    scope: Literal["total", "areas"]
    target: Index
    target_year: Year | None = None
    source: Text
    reference: GoalReference | None = None

    def judged_by(self, year: int) -> int:
        """The year whose result judges the goal in a report of a year: its own once it is past."""
        return min(year, self.target_year or year)


class Baseline(Model):
    """A starting value stated in the plan."""

    measure: Text
    year: Year
    index: Index
    grade: Text
    source: Text
    note: str = ""


class Step(Model):
    """A step of an activity; a step without dates has the activity's dates.

    `short` is its name in figures.
    """

    key: Text
    short: Text
    title: Text
    start: date | None = None
    end: date | None = None


class Recurring(Model):
    """A recurring follow-up, counted from the activity's end.

    `reviews` tells that what the activity teaches is held against the year's results then.
    """

    key: Text
    short: Text
    title: Text
    first_after_years: Annotated[int, Field(ge=0)]
    every_years: Annotated[int, Field(ge=1)]
    window_months: tuple[Month, Month]
    source: Text
    reason: Text
    reviews: bool = False

    @model_validator(mode="after")
    def _window_ascends(self) -> Self:
        if self.window_months[0] > self.window_months[1]:
            raise ValueError("den första månaden kan inte komma efter den sista")
        return self


class Budget(Model):
    """Money set aside for an activity, in kronor."""

    amount: Annotated[int, Field(ge=0)]
    year: Year
    source: Text


class Activity(Model):
    """One of the plan's activities with its steps and follow-ups."""

    number: Annotated[int, Field(ge=1)]
    short: Text
    title: Text
    start: date
    end: date
    source: Text
    aims_at: tuple[Text, ...]
    aims_at_reason: Text
    budget: Budget | None = None
    measured_from: date | None = None
    steps: Annotated[tuple[Step, ...], Field(min_length=1)]
    recurring: tuple[Recurring, ...] = ()

    @model_validator(mode="after")
    def _dates_make_sense(self) -> Self:
        if self.end < self.start:
            raise ValueError(f"slutar ({self.end}) innan den börjar ({self.start})")
        for step in self.steps:
            start, end = step.start or self.start, step.end or self.end
            if end < start:
                raise ValueError(f"steg {step.key} slutar ({end}) innan det börjar ({start})")
            if start < self.start or end > self.end:
                raise ValueError(f"steg {step.key} ligger utanför aktivitetens tid")
        return self


class Evaluation(Model):
    """The yearly evaluation of the results."""

    key: Text
    short: Text
    title: Text
    month: Month
    first_year: Year
    source: Text


class Plan(Model):
    """The whole of ``config/plan.yml``."""

    document: Document
    areas: PlanAreas
    goals: Annotated[tuple[Goal, ...], Field(min_length=1)]
    baselines: tuple[Baseline, ...]
    activities: Annotated[tuple[Activity, ...], Field(min_length=1)]
    evaluation: Evaluation
    horizon: Sourced[Year]
    example: bool = False

    @field_validator("example")
    @classmethod
    def _is_filled_in(cls, example: bool) -> bool:
        if example:
            raise ValueError(
                "filen är mallen: målen, aktiviteterna och källorna i den är påhittade. Byt dem "
                "mot planens egna, och ta sedan bort raden example"
            )
        return example

    def of(self, municipality: str) -> Plan:
        """The plan of a municipality (its code): one without contents where this is another's."""
        if municipality == self.document.municipality:
            return self
        areas = self.areas.model_copy(update={"named": (), "judged": ()})
        none = dict.fromkeys(("goals", "baselines", "activities"), ())
        return self.model_copy(update={**none, "areas": areas})

    @property
    def adopted(self) -> bool:
        """Whether there is a plan: every plan in a file has goals."""
        return bool(self.goals)

    def goal(self, number: int) -> Goal:
        """The goal with a number."""
        return next(goal for goal in self.goals if goal.number == number)

    @property
    def total_goal(self) -> Goal | None:
        """The first goal for the total, which comes first in the report."""
        return next((goal for goal in self.goals if goal.scope == "total"), None)

    def area_goal(self, measure: str) -> Goal | None:
        """The goal that a measure has to reach in every area."""
        found = (g for g in self.goals if g.scope == "areas" and g.measure == measure)
        return next(found, None)

    @cached_property
    def short_names(self) -> dict[str, str]:
        """Short names of steps, follow-ups and the evaluation by key."""
        entries: list[Step | Recurring | Evaluation] = [
            *(step for activity in self.activities for step in activity.steps),
            *(rule for activity in self.activities for rule in activity.recurring),
            self.evaluation,
        ]
        return {entry.key: entry.short for entry in entries}

    def years_of(self, key: str) -> range | None:
        """The years of a recurring follow-up or of the evaluation; None for a step."""
        last = self.horizon.value + 1
        if key == self.evaluation.key:
            return range(self.evaluation.first_year, last)
        for activity in self.activities:
            for rule in activity.recurring:
                if rule.key == key:
                    first = activity.end.year + rule.first_after_years
                    return range(first, last, rule.every_years)
        return None

    @model_validator(mode="after")
    def _numbers_are_unique(self) -> Self:
        activities = [*enumerate(self.activities)]
        goals = [(str(goal.number), ("goals", at)) for at, goal in enumerate(self.goals)]
        numbers = [(str(one.number), ("activities", at)) for at, one in activities]
        keys = [
            (step.key, ("activities", at, name, place))
            for at, one in activities
            for name in ("steps", "recurring")
            for place, step in enumerate(getattr(one, name))
        ]
        for name, values in (
            ("målnummer", goals),
            ("aktivitetsnummer", numbers),
            ("stegnummer", keys),
        ):
            seen: set[str] = set()
            for value, place in values:
                if value in seen:
                    raise FaultInside(f"samma {name} står två gånger: {value}", place)
                seen.add(value)
        return self
