"""Reads an answer from Kolada as official values of the configured series."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeGuard

from analysis.errors import Problem
from analysis.intake.cells.dates import day
from analysis.intake.recognition.series import GROUP_CODE
from analysis.intake.cells.words import plain, shown_name
from analysis.intake.rows import Told
from analysis.settings import Settings
from analysis.settings.kolada import Kpi


@dataclass(frozen=True)
class Answer:
    """The content of an answer.

    Parameters
    ----------
    values
        Rows as `official.COLUMNS`, without ``governs``.
    told
        Reasons for refusing the answer, and series that were left out.
    """

    values: tuple[dict[str, Any], ...]
    told: Told


def is_entries(values: object) -> TypeGuard[list[dict[str, Any]]]:
    """Whether a value is a list of JSON objects."""
    return isinstance(values, list) and all(isinstance(entry, dict) for entry in values)


def parse(content: object, settings: Settings, name: str) -> Answer:
    """The official values of an answer.

    Parameters
    ----------
    content
        Kolada's JSON, as fetched or as saved from a browser.
    settings
        Configuration: which series fill which cells.
    name
        The file's name, for messages; a date in it dates the version where the content does not.
    """
    told = Told()
    entries = content.get("values") if isinstance(content, Mapping) else None
    if not isinstance(content, Mapping) or not is_entries(entries):
        return Answer((), Told([malformed(name)]))
    known = {kpi.id: kpi for kpi in settings.kolada.kpis}
    renamed = _renamed(content.get("kpis"), known, name, told)
    cells: dict[tuple[str, int, str, str, str], dict[str, float]] = {}
    skipped: set[str] = set()
    for entry in entries or ():
        kpi = known.get(str(entry.get("kpi")))
        if kpi is None:
            skipped.add(shown_name(str(entry.get("kpi"))))
            continue
        if kpi.id in renamed:
            continue
        year, value = entry.get("period"), value_of(entry.get("values"))
        code = str(entry.get("municipality"))
        if not _is_year(year) or not (re.fullmatch(r"\d{4}", code) or GROUP_CODE.fullmatch(code)):
            return Answer((), Told([malformed(name)]))
        if value is None:
            continue
        if not 0 <= value <= (100 if kpi.quantity != "n" else 1e7):
            told.notes.append(
                f"{name}: {kpi.title} {year} har ett orimligt värde och används inte."
            )
            continue
        number, definition = int(str(year)), kpi.definition
        if definition is None:
            definition = settings.rules.totals.official(number)
        cell = (code, number, kpi.measure, kpi.scope, definition)
        cells.setdefault(cell, {})[kpi.quantity] = value
    if skipped:
        listed = ", ".join(sorted(skipped)[:8])
        told.notes.append(f"{name}: andra nyckeltal används inte ({listed}).")
    values = tuple(_rows(cells, version_of(content, name), settings))
    if not values:
        told.problem(
            "Svaret innehåller inga värden ur Insikt.",
            "Välj nyckeltalen i config/kolada.yml.",
            name,
        )
    return Answer(values, told)


def _rows(
    cells: Mapping[tuple[str, int, str, str, str], Mapping[str, float]],
    version: date | None,
    settings: Settings,
) -> Iterator[dict[str, Any]]:
    country = settings.report.comparison.country
    names = {**settings.municipalities, country.code: country.name}
    for (code, year, measure, scope, definition), numbers in sorted(cells.items()):
        if "index" not in numbers:
            continue
        factor = measure in settings.questionnaire.factor_keys
        group = f"Kommungrupp {code}" if GROUP_CODE.fullmatch(code) else code
        yield {
            "municipality": names.get(code, group),
            "municipality_code": code,
            "year": year,
            "measure": measure,
            "scope": scope,
            "definition": definition,
            "value": numbers["index"],
            "n": int(numbers["n"]) if "n" in numbers else None,
            "response_rate": numbers["response_rate"] / 100 if "response_rate" in numbers else None,
            "published": version,
            "source": settings.kolada.service.credit.removeprefix("Källa: "),
            "note": "Nyckeltalet gäller faktorn, inte frågan ”totalt sett”." if factor else "",
            "confidence": "hög",
        }


def _renamed(described: object, known: Mapping[str, Kpi], name: str, told: Told) -> set[str]:
    """Messages about series whose title differs from ours, as Kolada reuses old ids."""
    renamed: set[str] = set()
    if not is_entries(described) or not described:
        told.notes.append(
            f"{name}: svaret saknar nyckeltalens titlar, så de kunde inte kontrolleras."
        )
        return renamed
    for entry in described:
        key, title = str(entry.get("id")), str(entry.get("title"))
        if key in known and key not in renamed and plain(title) != plain(known[key].title):
            renamed.add(key)
            told.notes.append(
                f"{name}: {key} heter nu ”{shown_name(title)}”, inte ”{known[key].title}”, och "
                "används inte. Kontrollera i Kolada vilket nyckeltal som gäller och rätta "
                "config/kolada.yml."
            )
    return renamed


def value_of(values: object) -> float | None:
    """The value of both genders together; None where Kolada has no value."""
    for entry in values if is_entries(values) else ():
        value: Any = entry.get("value")
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if entry.get("gender", "T") in ("T", None, "") and is_number and value == value:
            return float(value)
    return None


def _is_year(year: object) -> bool:
    return isinstance(year, int | str) and bool(re.fullmatch(r"(?:19|20)\d\d", str(year)))


def version_of(content: Mapping[str, Any], name: str) -> date | None:
    """The date of a version: as saved, else as in the file's name."""
    told = day(str(content.get("fetched", "")))
    named = re.search(r"(?:19|20)\d\d-\d\d-\d\d", name)
    return told or (day(named.group()) if named else None)


def malformed(name: str) -> Problem:
    """The problem of a file that is not an answer from Kolada."""
    return Problem(
        "Filen har inte formen av ett svar ur Kolada (version 3).",
        "Spara svaret från api.kolada.se/v3/data/kpi/… som det är.",
        name,
    )
