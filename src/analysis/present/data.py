"""The numbers of a run as the pages ask for them. Reads processed tables; computes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from analysis import store, swedish
from analysis.present import mark, texts
from analysis.present.texts import heading, say
from analysis.project import Project
from analysis.settings import Settings, load
from analysis.settings.questionnaire import NKI


def _processed(name: str) -> cached_property[pd.DataFrame]:
    """A processed table, read when a page first asks for it."""
    return cached_property(lambda data: data.table(name))


@dataclass(frozen=True)
class ReportData:
    """Everything a page may show, after disclosure control.

    Parameters
    ----------
    folder
        Where the processed tables lie.
    settings
        The configuration.
    example
        Whether the answers are made up; then every caption says so.
    today
        The day the report is made.
    project
        Where the municipality's own words lie.
    """

    folder: Path
    settings: Settings
    example: bool
    today: date
    project: Project = field(default_factory=Project.here)

    @classmethod
    def open(
        cls, folder: str, config: str, municipality: str, example: bool, today: str
    ) -> ReportData:
        """The data of a run, from the parameters of a notebook."""
        project = Project(Path(config).resolve().parent)
        texts.use(project)
        settings = load(Path(config)).for_municipality(municipality)
        return cls(Path(folder), settings, example, date.fromisoformat(today), project)

    @property
    def own(self) -> bool:
        """Whether the municipality's own words are about these numbers.

        They are not about made-up answers, nor about another municipality.
        """
        return not self.example and self.settings.configured

    indices = _processed(store.INDICES)
    """Indices of every period, scope, definition and measure; hidden cells have no numbers."""
    goals = _processed(store.GOALS)
    """Goal attainment by goal, year and scope."""
    forecast = _processed(store.FORECAST)
    """Where goals of a year to come lead."""
    drivers = _processed(store.DRIVERS)
    """Success factors by scope."""
    activities = _processed(store.ACTIVITIES)
    """The plan's activities, steps and follow-ups."""
    departments = _processed(store.DEPARTMENTS)
    """The entries of the plan that a förvaltning has reported on by itself."""
    spending = _processed(store.SPENDING)
    """Budget and money spent of each activity, by year; of a förvaltning, money spent."""

    @cached_property
    def official(self) -> pd.DataFrame:
        """Published values of the municipality and those it is compared with, that may be shown."""
        return self._published(store.OFFICIAL)

    @cached_property
    def corrections(self) -> pd.DataFrame:
        """Published values that another one replaced, that may be shown."""
        return self._published(store.CORRECTIONS)

    def _published(self, name: str) -> pd.DataFrame:
        # Imported here: a warm kernel begins without the measures.
        from analysis.measures import aggregated

        return aggregated.published(self.table(name), self.indices, self.settings)

    def published_rates(self) -> dict[str, tuple[float, int | None]]:
        """Response rate (0–1) and answers by scope, as SKR has published them for the year."""
        rows = self.official
        rows = rows[
            (rows["municipality_code"] == self.settings.report.municipality.code)
            & (rows["year"] == self.year)
            & (rows["measure"] == NKI)
            & rows["definition"].isin(["", self.definition()])
            & rows["response_rate"].notna()
        ]
        return {
            str(row["scope"]): (
                float(row["response_rate"]),
                None if pd.isna(row["n"]) else int(row["n"]),
            )
            for row in rows.to_dict("records")
        }

    def table(self, name: str) -> pd.DataFrame:
        """Another processed table."""
        return store.read_table(self.folder, name)

    @cached_property
    def _yearly(self) -> pd.Series:
        """Whether each row of `indices` is about a whole year."""
        return ~self.indices["year"].str.contains("-")

    def _years_with(self, kept: pd.Series) -> list[int]:
        """Case years of some rows of `indices`, oldest first."""
        return sorted(int(year) for year in self.indices.loc[kept, "year"].unique())

    @cached_property
    def years(self) -> list[int]:
        """Case years with a number of our own or a governing official one, oldest first."""
        return self._years_with(self._yearly)

    @cached_property
    def answer_years(self) -> list[int]:
        """Case years with answers."""
        return self._years_with(self._yearly & self.indices["has_answers"])

    @cached_property
    def joint_years(self) -> list[int]:
        """Case years whose answers are known one by one."""
        return self._years_with(self._yearly & self.indices["joint"])

    @property
    def distribution_years(self) -> list[int]:
        """Case years of which only the distributions of the answers are known."""
        return [year for year in self.answer_years if year not in self.joint_years]

    @property
    def year(self) -> int:
        """The newest case year."""
        return self.years[-1]

    def part(self, year: int | None = None) -> str:
        """The tertials of a year that is not all there, as ``T1–T2``; empty for a whole one."""
        told = str(self.select(year=year or self.year)["part"].max())
        return swedish.tertials(told.split(",")) if told else ""

    @cached_property
    def marks(self) -> tuple[mark.Mark, ...]:
        """The marks of the whole report."""
        whole = self.indices.loc[self._yearly, ["year", "part"]].drop_duplicates()
        rows = zip(whole["year"], whole["part"], strict=True)
        return mark.of(rows, self.settings, self.today, example=self.example)

    @property
    def judged_when(self) -> str:
        """The time at which goals are judged, to follow on "Målen"; empty where they are."""
        if not self.settings.plan.adopted:
            return ""
        first = self.settings.plan.document.adopted.year
        if self.year < first:
            return say("gemensamt.bedoms_fran", ar=first)
        return mark.judged_when(self.year, self.settings, self.today) if self.part() else ""

    def restated(self, measure: str) -> pd.DataFrame:
        """A total's numbers in the newest definition for years before it became the official one.

        From the plan's starting year on: what the pace so far is counted from.
        """
        plan = self.settings.plan
        first = next((b.year for b in plan.baselines if b.measure == measure), self.year)
        rows = self.select(scope="total", measure=measure, definition=self.definition())
        years = rows["year"].astype(int)
        kept = (years >= first) & ~rows["is_official_definition"] & rows["governing"].notna()
        return rows[kept].sort_values("year")

    @property
    def has_answers(self) -> bool:
        """Whether there are answers, not only official values."""
        return bool(self.answer_years)

    def definition(self, year: int | None = None) -> str:
        """The total's official definition in a year."""
        return self.settings.rules.totals.official(year or self.year)

    def label(self, key: str) -> str:
        """Swedish name of an area, factor or question; the total's is the municipality's."""
        if key == "total":
            return say("ord.totalt")
        return self.settings.questionnaire.labels.get(key, key)

    def in_text(self, key: str) -> str:
        """The name of an area, factor or question inside a sentence."""
        if key == "total":
            return say("ord.totalen")
        return self.settings.questionnaire.in_text.get(key, key)

    def names(self, keys: Iterable[str], conjunction: str = "och") -> str:
        """The names of areas, factors or questions as a list inside a sentence."""
        return swedish.listing([self.in_text(key) for key in keys], conjunction)

    def index_name(self, scope: str, measure: str = NKI) -> str:
        """The name of an index in a scope: procurement's own is no NKI."""
        if measure != NKI:
            return self.label(measure)
        areas = self.settings.questionnaire.areas
        return next((area.index_name for area in areas if area.key == scope), self.label(NKI))

    def area_label(self, scope: str) -> str:
        """An area among others by its NKI, with the name of its index where it is another."""
        areas = self.settings.questionnaire.areas
        named = (area.name_with_index for area in areas if area.key == scope)
        return next(named, self.label(scope))

    def grade(self, key: object) -> str:
        """The word for a grade."""
        bands = {band.key: band.label for band in self.settings.rules.grades.bands}
        return bands.get(str(key), swedish.MISSING)

    def select(
        self,
        *,
        year: int | str | None = None,
        scope: str | None = None,
        measure: str | Sequence[str] | None = None,
        definition: str | None = None,
        kind: str | None = None,
    ) -> pd.DataFrame:
        """Rows of `indices`, narrowed; without `year` every whole year."""
        rows = self.indices
        kept = rows["year"] == str(year) if year else self._yearly
        given = {"scope": scope, "definition": definition, "kind": kind}
        for column, value in given.items():
            if value is not None:
                kept = kept & (rows[column] == value)
        if measure is not None:
            kept = kept & rows["measure"].isin([measure] if isinstance(measure, str) else measure)
        return rows[kept]

    def cell(
        self, scope: str = "total", measure: str = NKI, year: int | None = None
    ) -> pd.Series | None:
        """One index; the total in its official definition. ``None`` where there is no row."""
        year = year or self.year
        place = self._places.get((str(year), scope, self._definition_of(scope, year), measure))
        return None if place is None else self.indices.iloc[place]

    def counted_otherwise(self, scope: str, answered: Any) -> int | None:
        """The year's counted answers of an area where another number is told elsewhere."""
        cell = self.cell(scope)
        counted = None if cell is None or not cell["has_answers"] else cell["n"]
        if pd.isna(answered) or pd.isna(counted) or counted == answered:
            return None
        return int(counted)

    def of_kind(self, kind: str, scope: str = "total") -> pd.DataFrame:
        """The year's indices of a kind in a scope; the total's in its official definition."""
        definition = self._definition_of(scope, self.year)
        return self.select(year=self.year, scope=scope, kind=kind, definition=definition)

    def _definition_of(self, scope: str, year: int) -> str:
        return self.definition(year) if scope == "total" else ""

    def factors(self, scope: str = "total") -> pd.DataFrame:
        """The success factors of a scope, the strongest association first."""
        found = self.drivers[self.drivers["scope"] == scope]
        return found.sort_values("effect", ascending=False).reset_index(drop=True)

    @cached_property
    def _places(self) -> dict[tuple[str, str, str, str], int]:
        """The row of each cell, since pages ask for hundreds of cells one by one."""
        # As objects, since pandas takes ten times as long to hand out its texts one by one.
        names = ("year", "scope", "definition", "measure")
        keys = (self.indices[name].to_numpy(object) for name in names)
        return {key: place for place, key in enumerate(zip(*keys, strict=True))}

    def official_series(self, measure: str) -> list[tuple[str, pd.DataFrame]]:
        """A total's numbers by definition, in the years it is official and has a value.

        Never put together to one series: the definitions are not comparable.
        """
        series = []
        for key, total in self.settings.rules.totals.definitions.items():
            rows = self.select(scope="total", measure=measure, definition=key)
            rows = rows[rows["is_official_definition"] & rows["governing"].notna()]
            series.append((total.short, rows.sort_values("year")))
        return series

    @property
    def breaks(self) -> list[tuple[int, str, str]]:
        """The changes of the total's definition: last year, old and new definition."""
        rules = self.settings.rules.totals
        lasts = sorted(t.official_to for t in rules.definitions.values() if t.official_to)
        return [
            (
                last,
                rules.definitions[rules.official(last)].short,
                rules.definitions[rules.official(last + 1)].short,
            )
            for last in lasts
        ]

    def areas(self, year: int | None = None) -> list[str]:
        """Areas with a row in a year, in the questionnaire's order."""
        present = set(self.select(year=year or self.year)["scope"])
        return [key for key in self.settings.questionnaire.area_keys if key in present]

    def published(self, municipality: str, measure: str, scope: str) -> pd.DataFrame:
        """Published values of a municipality or the country (its code) by year."""
        rows = self.official
        return rows[
            (rows["municipality_code"] == municipality)
            & (rows["measure"] == measure)
            & (rows["scope"] == scope)
        ].sort_values("year")

    def country(self, measure: str = NKI, scope: str = "total") -> pd.DataFrame:
        """The country's published values by year."""
        return self.published(self.settings.report.comparison.country.code, measure, scope)

    @property
    def confidence(self) -> str:
        """The confidence of every interval, for example ``95 %``."""
        return swedish.percent(self.settings.rules.uncertainty.confidence.value)

    @property
    def interval_name(self) -> str:
        """The name of an interval."""
        return heading("osakerhet", andel=self.confidence, ungefarligt=self.approximate)

    @cached_property
    def approximate(self) -> bool:
        """Whether the year's margins are those of published values without answers."""
        return bool(self.select(year=self.year)["approximate"].any())

    def strokes(self, bounds: pd.Series) -> str:
        """What a figure's strokes show; empty where it has none."""
        if not bounds.notna().any():
            return ""
        return say("figurer.strecken", andel=self.confidence, ungefarliga=self.approximate)

    @property
    def source(self) -> str:
        """Source line of a figure or table of our own numbers."""
        if self.example:
            return say("gemensamt.kalla_exempel", marke=mark.made_up().word)
        return say("gemensamt.kalla" if self.has_answers else "gemensamt.kalla_publicerat")

    def marked(self, text: str) -> str:
        """A text that stands alone, such as an alt text, with the report's marks."""
        return " ".join([*(f"{found.word}." for found in self.marks), text])

    def caption(
        self, text: str, *, n: int | None = None, years: Sequence[int] = (), source: str = ""
    ) -> str:
        """A caption: what is shown, how many answers, which years, the marks and the source."""
        # Made-up answers are told by the source.
        marks = [] if source else [found for found in self.marks if found != mark.made_up()]
        return say(
            "figurer.bildtext",
            text=text,
            svar="" if n is None else swedish.number(n, 0),
            ar=swedish.years(list(years)) if years else "",
            marken=" ".join(f"{found.word}." for found in marks),
            kalla=source or self.source,
        )
