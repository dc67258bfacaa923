"""What an answer of Kolada's says: official values of known series, for one version."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from analysis.errors import Problem
from analysis.intake.cells.dates import day
from analysis.intake.published.series import GROUP_CODE
from analysis.intake.cells.words import plain, shown_name
from analysis.settings import Settings
from analysis.settings.kolada import Kpi


@dataclass(frozen=True)
class Answer:
    """What an answer holds.

    Parameters
    ----------
    values
        Rows as `official.COLUMNS`, without ``governs``.
    problems
        Why the answer must be refused.
    notes
        Series that were left out, as Swedish sentences.
    """

    values: tuple[dict[str, object], ...]
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()


def is_entries(values: object) -> bool:
    """Whether something is a list of JSON objects."""
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
    entries = content.get("values") if isinstance(content, Mapping) else None
    if not isinstance(content, Mapping) or not is_entries(entries):
        return Answer((), (malformed(name),))
    known = {kpi.id: kpi for kpi in settings.kolada.kpis}
    renamed, notes = _renamed(content.get("kpis"), known, name)
    problems: list[Problem] = []
    version = version_of(content, name)
    cells: dict[tuple[str, int, str, str, str], dict[str, float]] = {}
    skipped: set[str] = set()
    for entry in entries or ():
        kpi = known.get(str(entry.get("kpi")))
        if kpi is None:
            skipped.add(shown_name(str(entry.get("kpi"))))
            continue
        if kpi.id in renamed:
            continue
        year, value = entry.get("period"), _value(entry.get("values"))
        code = str(entry.get("municipality"))
        if not _is_year(year) or not (re.fullmatch(r"\d{4}", code) or GROUP_CODE.fullmatch(code)):
            return Answer((), (malformed(name),))
        if value is None:
            continue
        if not 0 <= value <= (100 if kpi.quantity != "n" else 1e7):
            notes.append(f"{name}: {kpi.title} {year} har ett orimligt värde och används inte.")
            continue
        number = int(str(year))
        definition = kpi.definition
        if definition is None:
            definition = settings.rules.totals.official(number)
        cell = (code, number, kpi.measure, kpi.scope, definition)
        cells.setdefault(cell, {})[kpi.quantity] = value
    if skipped:
        notes.append(f"{name}: andra nyckeltal används inte ({', '.join(sorted(skipped)[:8])}).")
    values = tuple(_rows(cells, version, settings))
    if not values:
        problems.append(
            Problem(
                "Svaret innehåller inga värden ur Insikt.",
                "Välj nyckeltalen i config/kolada.yml.",
                name,
            )
        )
    return Answer(values, tuple(problems), tuple(notes))


def _rows(
    cells: Mapping[tuple[str, int, str, str, str], Mapping[str, float]],
    version: date | None,
    settings: Settings,
) -> Iterator[dict[str, object]]:
    country = settings.report.comparison.country
    names = {**settings.municipalities, country.code: country.name}
    for (code, year, measure, scope, definition), told in sorted(cells.items()):
        if "index" not in told:
            continue
        factor = measure in settings.questionnaire.factor_keys
        yield {
            "municipality": names.get(code)
            or (f"Kommungrupp {code}" if GROUP_CODE.fullmatch(code) else code),
            "municipality_code": code,
            "year": year,
            "measure": measure,
            "scope": scope,
            "definition": definition,
            "value": told["index"],
            "n": int(told["n"]) if "n" in told else None,
            "response_rate": told["response_rate"] / 100 if "response_rate" in told else None,
            "published": version,
            "source": settings.kolada.service.credit.removeprefix("Källa: "),
            "note": "Nyckeltalet gäller faktorn, inte frågan ”totalt sett”." if factor else "",
            "confidence": "hög",
        }


def _renamed(
    described: object, known: Mapping[str, Kpi], name: str
) -> tuple[frozenset[str], list[str]]:
    """Series whose title is another than ours, told of: Kolada gives old ids to new series."""
    if not is_entries(described) or not described:
        return frozenset(), [
            f"{name}: svaret saknar nyckeltalens titlar, så de kunde inte kontrolleras."
        ]
    entries: Iterable[Mapping[str, object]] = described  # type: ignore[assignment]
    titles = {
        key: str(entry.get("title"))
        for entry in entries
        if (key := str(entry.get("id"))) in known
        and plain(str(entry.get("title"))) != plain(known[key].title)
    }
    return frozenset(titles), [
        f"{name}: {key} heter nu ”{shown_name(title)}”, inte ”{known[key].title}”, och används "
        "inte. Kontrollera i Kolada vilket nyckeltal som gäller och rätta config/kolada.yml."
        for key, title in titles.items()
    ]


def _value(values: object) -> float | None:
    """The value of all, not of one gender; None where Kolada has none."""
    if not is_entries(values):
        return None
    entries: Iterable[Mapping[str, object]] = values  # type: ignore[assignment]
    for entry in entries:
        value = entry.get("value")
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if entry.get("gender", "T") in ("T", None, "") and is_number and value == value:
            return float(str(value))
    return None


def _is_year(year: object) -> bool:
    return isinstance(year, int | str) and bool(re.fullmatch(r"(?:19|20)\d\d", str(year)))


def version_of(content: Mapping[str, Any], name: str) -> date | None:
    """The date of a version: as saved, else as in the file's name."""
    told = day(str(content.get("fetched", "")))
    named = re.search(r"(?:19|20)\d\d-\d\d-\d\d", name)
    return told or (day(named.group()) if named else None)


def malformed(name: str) -> Problem:
    """The problem that a file is no answer of Kolada's."""
    return Problem(
        "Filen har inte formen av ett svar ur Kolada (version 3).",
        "Spara svaret från api.kolada.se/v3/data/kpi/… som det är.",
        name,
    )
