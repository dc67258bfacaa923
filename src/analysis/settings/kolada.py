"""``config/kolada.yml``: Kolada's address, the form of requests, and the series to fetch."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from analysis.settings.model import Model, Text, Year

Positive = Annotated[int, Field(ge=1)]


class Kpi(Model):
    """A series in Kolada and the cell it fills; `title` guards against a reused id."""

    id: Annotated[str, Field(pattern=r"^[UN]\d{5}$")]
    title: Text
    quantity: Literal["index", "n", "response_rate"] = "index"
    measure: Text
    scope: Text
    definition: str | None = None
    """A total's definition; empty for areas, ``None`` where it is the year's official one."""


class Service(Model):
    """Kolada's open API."""

    base_url: Annotated[str, Field(pattern=r"^https?://")]
    credit: Text
    source: Text
    first_year: Year
    ids_per_segment: Positive
    per_page: Positive
    requests_per_second: Positive
    attempts: Positive
    timeout_seconds: Positive
    megabytes_per_answer: Positive


class Kolada(Model):
    """The whole of ``config/kolada.yml``."""

    service: Service
    kpis: Annotated[tuple[Kpi, ...], Field(min_length=1)]
