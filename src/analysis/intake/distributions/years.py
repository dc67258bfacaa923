"""Clean answers of years of which only distributions are known, a row for each respondent.

A distribution does not tell who gave which answers. Each question's answers stand from the lowest
to the highest, and the frame says that its rows are nobody's (``joint``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis import store, swedish
from analysis.intake.answers.clean import (
    HELD_WORDS,
    REJECT_COLUMNS,
    CleanYear,
    ledger,
    ledger_frame,
    of_a_part,
)
from analysis.intake.answers.frames import check_answers
from analysis.intake.cells.keys import FIELDS
from analysis.intake.cells.values import BLANK, DONT_KNOW, VALID
from analysis.intake.cells.words import shown_name
from analysis.intake.distributions.counts import Distribution, distributions_of
from analysis.intake.recognition.columns import not_asked
from analysis.intake.recognition.files import RawTable
from analysis.intake.recognition.series import TOTAL
from analysis.intake.rows import Told
from analysis.settings import Settings

Row = dict[str, Any]
Counts = tuple[int, ...]
Spread = Mapping[str, tuple[Counts, int]]
"""Counts of each score, and answers without a score, by question."""
NOTHING: tuple[Counts, int] = ((), 0)
SHOWN = 5
"""Most questions named in a message."""


@dataclass(frozen=True)
class DistributionYears:
    """Case years of which only distributions are known.

    Parameters
    ----------
    years
        Their answers.
    files
        The files that they come from.
    totals
        The years whose tables have the whole municipality's distributions.
    told
        Messages about the files.
    """

    years: Mapping[int, CleanYear]
    files: Mapping[int, tuple[Path, ...]]
    totals: frozenset[int]
    told: Told

    def before_results(self, rows: Sequence[Row], settings: Settings, told: Told) -> list[Row]:
        """Published values where those of tables of results give way to the distributions.

        Parameters
        ----------
        rows
            Values as `official.rows_of` gives them.
        settings
            Configuration.
        told
            Receives a note on the values that give way.
        """
        own = settings.report.municipality.code
        known = {year: self._cells(year, settings) for year in self.years}
        kept: list[Row] = []
        given_way = Counter[int]()
        for row in rows:
            cell = row["scope"], row["definition"], row["measure"]
            mine = row["municipality_code"] == own and row.get("results", False)
            if mine and cell in known.get(row["year"], ()):
                given_way[row["year"]] += 1
                row = {**row, "governs": False}
            kept.append(row)
        for year, count in sorted(given_way.items()):
            values = swedish.count(count, "värde", "värden")
            told.notes.append(
                f"{values} i tabeller med index för {year} styr inte, eftersom fördelningen av "
                "svaren ger samma tal med felmarginal."
            )
        return kept

    def _cells(self, year: int, settings: Settings) -> set[tuple[str, str, str]]:
        """Scope, definition and measure of what a year's distributions give."""
        answers, questionnaire = self.years[year].answers, settings.questionnaire
        absent = not_asked(questionnaire, year)
        there = {*answers["area"]}
        places = {(area, ""): {area} for area in questionnaire.area_keys if area in there}
        totals = settings.rules.totals
        for key, total in totals.definitions.items():
            whole = key == totals.official(year) and year in self.totals
            if whole or {*total.areas} <= there:
                places[TOTAL, key] = {*totals.members(key)}
        found = set()
        for (scope, definition), members in places.items():
            given = answers.loc[answers["area"].isin(members), list(questionnaire.item_keys)]
            items = {str(item) for item in given.columns[given.notna().any()]}
            groups = {
                group
                for group, its in questionnaire.groups.items()
                if {*its} - absent and {*its} - absent <= items
            }
            found |= {(scope, definition, measure) for measure in items | groups}
        return found


def distribution_years(
    tables: Iterable[RawTable], answered: Collection[int], settings: Settings
) -> DistributionYears:
    """The case years of some tables of distributions.

    Parameters
    ----------
    tables
        Tables of distributions.
    answered
        Case years that have answers, whose distributions are not used.
    settings
        Configuration.
    """
    told = Told()
    found = distributions_of(tables, settings, told)
    for year in sorted({one.year for one in found} & {*answered}):
        files = swedish.listing(sorted({one.path.name for one in found if one.year == year}))
        told.notes.append(
            f"Fördelningen för {year} i {files} används inte, eftersom det finns svar för året."
        )
    years: dict[int, list[Distribution]] = {}
    for one in found:
        if one.year not in answered:
            years.setdefault(one.year, []).append(one)
    return DistributionYears(
        {year: _year(year, years[year], settings, told) for year in sorted(years)},
        {year: tuple(dict.fromkeys(one.path for one in ones)) for year, ones in years.items()},
        frozenset(year for year, ones in years.items() if any(o.scope == TOTAL for o in ones)),
        told,
    )


def _year(
    year: int, distributions: Sequence[Distribution], settings: Settings, told: Told
) -> CleanYear:
    items = settings.questionnaire.item_keys
    frames, unscored = [], dict.fromkeys(items, 0)
    for period in sorted({one.period for one in distributions}):
        inside = [one for one in distributions if one.period == period]
        for place, spread in _places(inside, year, settings, told).items():
            frame = pd.DataFrame(_rows(spread, settings), columns=list(items))
            frames.append(frame.assign(period=period or None, area=place))
            for item, (_, dont_know) in spread.items():
                unscored[item] += dont_know
    rows = pd.concat(frames, ignore_index=True)
    empty = pd.Series(None, index=rows.index, dtype="str")
    answers = pd.DataFrame(
        {
            "year": year,
            "period": rows["period"].astype("str"),
            "area": rows["area"].astype("str"),
            **dict.fromkeys(FIELDS, empty),
            "joint": False,
            **{item: rows[item] for item in items},
        }
    )
    answers = check_answers(answers.sort_values([*answers.columns], ignore_index=True), settings)
    files = swedish.listing(sorted({shown_name(one.path.name) for one in distributions}))
    rows = answers.assign(file=files, aside="")
    return CleanYear(
        year=year,
        answers=answers,
        rejects=pd.DataFrame(columns=list(REJECT_COLUMNS)),
        quality=_quality(rows, unscored, settings),
        problems=(),
        notes=(
            f"{year}: svaren är kända som fördelningar, inte ett och ett. Framgångsfaktorer och "
            "grupper av företag kan då inte beräknas för året.",
            *of_a_part(answers, year, settings),
        ),
        rows=rows,
        flaws=pd.DataFrame(),
    )


def _places(
    distributions: Sequence[Distribution], year: int, settings: Settings, told: Told
) -> dict[str, Spread]:
    """The questions of each area; under the total's key what it has besides its areas."""
    by_scope: dict[str, dict[str, tuple[Counts, int]]] = {}
    for one in distributions:
        by_scope.setdefault(one.scope, {})[one.item] = one.told
    total = by_scope.pop(TOTAL, {})
    rest = _rest(total, by_scope, distributions, settings, told) if total else {}
    others = {settings.rules.totals.official(year): rest} if rest else {}
    return {**by_scope, **others}


def _rest(
    total: Spread,
    areas: Mapping[str, Spread],
    distributions: Sequence[Distribution],
    settings: Settings,
    told: Told,
) -> Spread:
    """What a total has besides its areas: those that the table leaves out, together."""
    rules = settings.rules.totals
    members = rules.definitions[rules.official(distributions[0].year)].areas
    if all(_minus(total, areas, item, areas) == NOTHING for item in total):
        # The total of every area in the table is not the total of the report.
        return {}
    rest, wrong = {}, []
    for item in total:
        left = _minus(total, areas, item, members)
        if left is None:
            wrong.append(settings.questionnaire.labels[item].lower())
        elif sum(left[0]) or left[1]:
            rest[item] = left
    if wrong:
        where = next(one.where for one in distributions if one.scope == TOTAL)
        more = f" och {len(wrong) - SHOWN} till" if len(wrong) > SHOWN else ""
        told.problem(
            "Totalt har färre svar med något betyg än områdena tillsammans: "
            f"{swedish.listing(wrong[:SHOWN])}{more}.",
            "Kontrollera talen, eller ta bort raderna för Totalt: totalen räknas av områdena.",
            where,
        )
        return {}
    return rest


def _minus(
    total: Spread, areas: Mapping[str, Spread], item: str, members: Iterable[str]
) -> tuple[Counts, int] | None:
    """A total's answers to a question without those of some areas; None where they are more."""
    counts = np.array(total[item][0])
    dont_know = total[item][1]
    for area in members:
        if item in areas.get(area, {}):
            counts = counts - np.array(areas[area][item][0])
            dont_know -= areas[area][item][1]
    if (counts < 0).any():
        return None
    return (tuple(map(int, counts)), max(dont_know, 0)) if counts.any() else NOTHING


def _rows(spread: Spread, settings: Settings) -> npt.NDArray[np.float64]:
    """Rows of scores that have the given distributions, respondents × questions."""
    items = list(settings.questionnaire.item_keys)
    scores = list(settings.rules.index.scores)
    asked = max(sum(counts) + dont_know for counts, dont_know in spread.values())
    rows = np.full((asked, len(items)), np.nan)
    for item, (counts, _) in spread.items():
        rows[: sum(counts), items.index(item)] = np.repeat(scores, counts)
    return rows


def _quality(rows: pd.DataFrame, unscored: Mapping[str, int], settings: Settings) -> pd.DataFrame:
    """The ledger of a year whose answers are all counted, as `CleanYear.quality`."""
    found = ledger(store.ROWS, "", rows["aside"])
    for measure, column in ((store.BY_FILE, "file"), (store.BY_AREA, "area")):
        for name, part in rows.groupby(column, sort=False):
            found += ledger(measure, str(name), part["aside"])
    for item in settings.questionnaire.item_keys:
        valid = int(rows[item].notna().sum())
        counts = dict.fromkeys(HELD_WORDS, 0) | {VALID: valid, DONT_KNOW: unscored[item]}
        counts[BLANK] = len(rows) - valid - unscored[item]
        found += [(item, "", HELD_WORDS[held], count) for held, count in counts.items()]
    return ledger_frame(found)
