"""``config/report.yml``: the municipality, and the title blocks of the documents."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Annotated

from pydantic import Field, ValidationInfo, field_validator

from analysis.settings.model import AreaKey, Model, Text

MunicipalityCode = Annotated[str, Field(pattern=r"^\d{4}$")]


class Municipality(Model):
    """The municipality the report is about."""

    name: Text
    code: MunicipalityCode
    organisation: Text


class Country(Model):
    """The national comparison."""

    name: Text
    code: MunicipalityCode


class Peers(Model):
    """Municipalities to compare with."""

    source: Text
    codes: tuple[MunicipalityCode, ...]


class ComparedWith(Model):
    """The municipality's comparisons."""

    country: Country
    peers: Peers


class Site(Model):
    """Title of the site."""

    title: Text
    subtitle: Text


class Appendix(Model):
    """Title block of the PDF for the board."""

    title: Text
    reference: Text
    date: date | None
    officer: Text
    unit: Text
    addressee: Text
    decision: Text
    sent_to: Text
    belongs_to: Text


class Accessibility(Model):
    """Facts of the accessibility statement."""

    contact: Text
    assessed: date


class Owner(Model):
    """Who is responsible for an area: the förvaltning, and a function to turn to, never a person.

    Parameters
    ----------
    unit, contact
        As shown on the area's page.
    source
        Where it is known from.
    """

    unit: Text
    contact: Text
    source: Text


def unit_key(name: str) -> str:
    """A förvaltning's name as a file name; names with the same one are the same förvaltning's.

    Examples
    --------
    >>> unit_key("Samhällsbyggnadskontoret"), unit_key(" Miljö- och  byggkontoret ")
    ('samhallsbyggnadskontoret', 'miljoochbyggkontoret')
    """
    return re.sub("[^a-z0-9]", "", unicodedata.normalize("NFKD", name.casefold()))


class Report(Model):
    """The whole of ``config/report.yml``."""

    municipality: Municipality
    written_for: MunicipalityCode | None = None
    """The municipality that all else is written for; not said in older files."""
    comparison: ComparedWith
    site: Site
    appendix: Appendix
    accessibility: Accessibility
    owners: Mapping[AreaKey, Owner] = {}

    @field_validator("written_for")
    @classmethod
    def _is_the_municipality(cls, code: str | None, known: ValidationInfo) -> str | None:
        """Refuse another municipality's reference, officer, peers and owners under this name."""
        own = known.data.get("municipality")
        if own and code and code != own.code:
            raise ValueError(
                f"kommunen är {own.name} ({own.code}), men resten av filen är skriven för {code}. "
                "Gå igenom comparison, site, appendix, accessibility och owners, och skriv sedan "
                f"{own.code} här. En annan kommun kan också visas utan att filen ändras: "
                f"python run.py report --municipality {own.name}"
            )
        return code

    @property
    def units(self) -> dict[str, str]:
        """The förvaltningar by `unit_key`, each as it is written first."""
        names: dict[str, str] = {}
        for owner in self.owners.values():
            names.setdefault(unit_key(owner.unit), owner.unit)
        return names

    def areas_of(self, unit: str, areas: Iterable[str]) -> list[str]:
        """Those of some areas that a förvaltning (its key) is responsible for."""
        return [
            area
            for area in areas
            if area in self.owners and unit_key(self.owners[area].unit) == unit
        ]

    def several(self, areas: Iterable[str]) -> dict[str, list[str]]:
        """The förvaltningar (their keys) that are responsible for more than one of some areas."""
        given = list(areas)
        found = {unit: self.areas_of(unit, given) for unit in self.units}
        return {unit: own for unit, own in found.items() if len(own) > 1}

    def without_plan(self) -> Report:
        """The same titles for a municipality that has no plan to follow up or decide on."""
        appendix = self.appendix.model_copy(update={"title": self.site.title, "decision": ""})
        site = self.site.model_copy(update={"subtitle": ""})
        return self.model_copy(update={"appendix": appendix, "site": site})
