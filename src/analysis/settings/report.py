"""``config/report.yml``: the municipality, and the title blocks of the documents."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated

from pydantic import Field

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


class Report(Model):
    """The whole of ``config/report.yml``."""

    municipality: Municipality
    comparison: ComparedWith
    site: Site
    appendix: Appendix
    accessibility: Accessibility
    owners: Mapping[AreaKey, Owner] = {}

    def without_plan(self) -> Report:
        """The same titles for a municipality that has no plan to follow up or decide on."""
        appendix = self.appendix.model_copy(update={"title": self.site.title, "decision": ""})
        site = self.site.model_copy(update={"subtitle": ""})
        return self.model_copy(update={"appendix": appendix, "site": site})
