"""Names of published series: SKR's, Kolada's, the questionnaire's, or keys.

A name is known when it equals a configured one, or when each of its parts does ("Bygglov –
Bemötande", "NKI Bygglov"); likeness is never enough.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

from analysis import swedish
from analysis.intake.cells.values import Reader
from analysis.intake.cells.words import plain
from analysis.settings import Settings
from analysis.settings.questionnaire import NKI

TOTAL = "total"
GROUP_CODE = re.compile(r"G\d{4,6}", re.IGNORECASE)
"""Kolada's id of a group of municipalities."""
GROUP_NAME = re.compile(r"kommuner|\bmedel\b|medelvärde|\blän\b", re.IGNORECASE)
"""Names of several municipalities together."""
PARTS = re.compile(r"\s+[-–—]\s*|\s*[-–—]\s+|\s*[:,;|/]\s*")
# Words for the kind of a measure, which do not tell measures apart.
KIND = r"(?:nki|nui|index|(?:del)?frågan?|fraga|faktorn?)"
KIND_BEFORE = re.compile(rf"^{KIND}(?:[\s_]+|$)", re.IGNORECASE)
KIND_AFTER = re.compile(r"[\s_]+(?:nki|nui|index)$", re.IGNORECASE)
COLLECTION = re.compile(r"(?:foretagsklimat(?:enligt|enl)?)?(?:oppnajamforelser|oj)?(?:insikt)?")


def is_group(code: str) -> bool:
    """Whether a code stands for a group of municipalities, or for none.

    >>> is_group("G37481"), is_group(""), is_group("0188")
    (True, True, False)
    """
    return not code or GROUP_CODE.fullmatch(code) is not None


@dataclass(frozen=True)
class PublishedSeries:
    """A published series and the cell it fills.

    Parameters
    ----------
    measure, scope
        As in `official.COLUMNS`.
    definition
        A total's definition; ``None`` where it is the year's official one.
    quantity
        The kind of its values.
    """

    measure: str
    scope: str
    definition: str | None = None
    quantity: Literal["index", "n", "response_rate"] = "index"


@dataclass(frozen=True)
class Names:
    """The names of series under one configuration."""

    settings: Settings

    def of(self, area: str, measure: str) -> PublishedSeries | None:
        """The series of a measure whose area stands apart from it, or None.

        Parameters
        ----------
        area
            Name of an area or of the whole municipality; empty where the measure says it all.
        measure
            Name of a measure; empty for the NKI.
        """
        series = self.series(measure) if measure else PublishedSeries(NKI, TOTAL)
        if not area or series is None:
            return series if area or measure else None
        scope = TOTAL if self.names_total(area) else self._reader.area(area)
        if scope is None or (scope != series.scope != TOTAL):
            return None
        return replace(series, scope=scope)

    def names_total(self, text: str) -> bool:
        """Whether a text names the whole municipality, not merely the index."""
        named = self._known.get(plain(KIND_AFTER.sub("", KIND_BEFORE.sub("", text.strip()))))
        return named == PublishedSeries(NKI, TOTAL)

    def is_whole(self, text: str) -> bool:
        """Whether a text names a series of Kolada's, whose definition it carries."""
        return plain(text) in self._whole

    @cached_property
    def _whole(self) -> frozenset[str]:
        return frozenset(
            plain(name) for kpi in self.settings.kolada.kpis for name in (kpi.id, kpi.title)
        )

    def series(self, text: str) -> PublishedSeries | None:
        """The series that a text names, or None."""
        if found := self._known.get(plain(text)):
            return found
        named = [one for part in PARTS.split(text) if (one := self._part(part)) is not None]
        if "" in named or not named:
            return None
        areas = {key for key in named if key in self.settings.questionnaire.area_keys}
        measures = set(named) - areas - {TOTAL}
        if len(areas) > 1 or len(measures) > 1 or (TOTAL in named and areas):
            return None
        return PublishedSeries(measures.pop() if measures else NKI, areas.pop() if areas else TOTAL)

    def _part(self, text: str) -> str | None:
        """The key that a part stands for; empty where unknown, None for a word like "NKI"."""
        bare = KIND_AFTER.sub("", KIND_BEFORE.sub("", text.strip()))
        if not bare or COLLECTION.fullmatch(plain(text)):
            return None
        for name in (text, bare):
            if found := self._known.get(plain(name)):
                whole = found.scope == TOTAL and found.measure == NKI
                return TOTAL if whole else found.measure if found.scope == TOTAL else found.scope
            if area := self._reader.area(name):
                return area
        return ""

    @cached_property
    def _reader(self) -> Reader:
        return Reader(self.settings)

    @cached_property
    def _known(self) -> dict[str, PublishedSeries]:
        known: dict[str, PublishedSeries] = {}
        for name, series in self._names():
            known.setdefault(plain(name), series)
        return known

    def _names(self) -> Iterator[tuple[str, PublishedSeries]]:
        questionnaire = self.settings.questionnaire
        for kpi in self.settings.kolada.kpis:
            series = PublishedSeries(kpi.measure, kpi.scope, kpi.definition, kpi.quantity)
            yield kpi.id, series
            yield kpi.title, series
        for key, names in questionnaire.official_measures.items():
            for name in (key, *names):
                yield name, PublishedSeries(key, TOTAL)
        for area in questionnaire.areas:
            for name in area.names:
                yield name, PublishedSeries(NKI, area.key)
        for factor in questionnaire.factors:
            for name in (factor.key, factor.name):
                yield name, PublishedSeries(factor.key, TOTAL)
        for item in questionnaire.items:
            versions = questionnaire.columns.get(item.key, {}).values()
            asked = (name for names in versions for name in names or ())
            for name in (item.key, item.short, item.text, *asked):
                yield name, PublishedSeries(item.key, TOTAL)

    @property
    def accepted(self) -> str:
        """The accepted names of measures, in Swedish."""
        questionnaire = self.settings.questionnaire
        areas = swedish.listing(questionnaire.area_names, "eller")
        factors = swedish.listing(questionnaire.factor_names, "eller")
        return (
            "Som mått (kolumnen matt) går det att skriva NKI eller Totalt för hela kommunen; ett "
            f"område: {areas}; en servicefaktor: {factors}; ett område och en faktor: Bygglov – "
            "Bemötande; en frågas hela text; eller Koladas nyckeltal, med id eller titel (U07453)."
        )
