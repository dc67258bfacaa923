"""Brings official values from Kolada into the raw folder: fetched, or from a saved answer.

Every version is kept under its date, so that a later correction stands beside the earlier value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from itertools import chain, count
from pathlib import Path
from typing import Any

from analysis import store, swedish
from analysis.errors import InputDataError
from analysis.intake.published.kolada_answer import Answer, malformed, parse, version_of
from analysis.intake.published.kolada_client import fetch
from analysis.intake.formats.files import content_of, json_of
from analysis.intake.cells.words import shown_name
from analysis.intake.recognition.series import TOTAL, is_group
from analysis.settings import Settings

__all__ = ["Answer", "bring", "fetch", "parse"]

UNUSABLE = "Svaret ur Kolada kan inte användas"
FILE = "kolada_{day}.json"


def bring(
    settings: Settings,
    folder: Path,
    *,
    saved: Path | None = None,
    base_url: str | None = None,
    today: date | None = None,
    unfinished: Path | None = None,
    tell: Callable[[int, int], None] | None = None,
) -> str:
    """Fetch official values, or import a saved answer, into the raw folder.

    Parameters
    ----------
    settings
        Configuration; the country and all municipalities are asked for.
    folder
        The raw folder.
    saved
        A saved answer to import instead of fetching.
    base_url
        Another address of the service than the configured one.
    today
        Date of the version.
    unfinished, tell
        As for `fetch`.

    Returns
    -------
    str
        Swedish sentences on the values brought and the differences from the version before.

    Raises
    ------
    MachineError
        When Kolada cannot be reached; nothing is changed then.
    InputDataError
        When the answer cannot be used; nothing is changed then.
    """
    when = today or date.today()
    if saved is None:
        name = settings.kolada.service.credit
        content = fetch(
            settings, base_url=base_url, today=when, unfinished=unfinished, tell=tell
        )
    else:
        name = shown_name(saved.name)
        content = _saved(saved, settings, when)
    answer = parse(content, settings, name)
    if answer.told.problems:
        raise InputDataError(UNUSABLE, problems=answer.told.problems)
    before = _latest(folder, settings)
    if before is not None and answer.values == before[1].values:
        return f"Inget nytt sedan {before[0].name}. Filen är kvar som den är."
    path = _free_name(folder, when)
    store.write_json(path, content)
    return "\n".join(_told(answer, before, path, settings))


def _saved(path: Path, settings: Settings, when: date) -> dict[str, object]:
    """A saved answer, dated by its content, its name, or today."""
    content = _read(path, settings)
    if not isinstance(content, dict):
        raise InputDataError(UNUSABLE, problems=[malformed(shown_name(path.name))])
    return {**content, "fetched": str(version_of(content, path.stem) or when)}


def _told(
    answer: Answer, before: tuple[Path, Answer] | None, path: Path, settings: Settings
) -> Iterator[str]:
    own = settings.report.municipality
    mine = {
        _cell(value): value for value in answer.values if value["municipality_code"] == own.code
    }
    years = sorted({value["year"] for value in mine.values()})
    codes = {value["municipality_code"] for value in answer.values}
    country = settings.report.comparison.country.code in codes
    codes = {code for code in codes if not is_group(code)}
    codes.discard(settings.report.comparison.country.code)
    yield (
        f"{len(answer.values)} värden hämtades, varav {len(mine)} för {own.name}"
        f"{' (' + swedish.years(years) + ')' if years else ''}. "
        f"De gäller {swedish.count(len(codes), 'kommun', 'kommuner')}{' och riket' if country else ''}. "
        f"De ligger i {path.name}. {settings.kolada.service.credit}."
    )
    yield from answer.told.notes
    if before is None:
        return
    earlier = {_cell(value): value for value in before[1].values}
    labels = {**settings.questionnaire.labels, TOTAL: "totalt"}
    for cell, value in mine.items():
        old = earlier.get(cell)
        if old is not None and old["value"] != value["value"]:
            yield (
                f"Ändrat sedan {before[0].name}: {labels[value['measure']]}, "
                f"{labels[value['scope']].lower()} {value['year']}: "
                f"{swedish.number(old['value'])} är nu {swedish.number(value['value'])}."
            )


def _cell(value: Mapping[str, Any]) -> tuple[object, ...]:
    return tuple(
        value[key] for key in ("municipality_code", "year", "measure", "scope", "definition")
    )


def _latest(folder: Path, settings: Settings) -> tuple[Path, Answer] | None:
    """The newest version in a folder, and its content."""
    for path in sorted(folder.glob("kolada_*.json"), reverse=True):
        try:
            content = _read(path, settings)
        except InputDataError:
            continue
        return path, parse(content, settings, path.name)
    return None


def _read(path: Path, settings: Settings) -> object:
    limits = settings.guards.intake.limits
    return json_of(path, content_of(path, limits), limits)


def _free_name(folder: Path, when: date) -> Path:
    days = chain([f"{when}"], (f"{when}_{number}" for number in count(2)))
    paths = (folder / FILE.format(day=day) for day in days)
    return next(path for path in paths if not path.exists())
