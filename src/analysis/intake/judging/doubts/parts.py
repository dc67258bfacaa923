"""Parts of a year that cannot be right: an area, a tertial or a file by itself.

Files come from several hands: one with another scale leaves the year as a whole looking sound.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from analysis import store, swedish
from analysis.intake.answers.clean import CleanYear
from analysis.intake.judging.doubts.found import rank_sum_z
from analysis.intake.judging.doubts.gone import differ
from analysis.intake.judging.doubts.scales import level
from analysis.settings import Settings


@dataclass(frozen=True)
class DoubtfulPart:
    """Something that cannot be right in a part of a year.

    Parameters
    ----------
    kind
        Its name in ``questionnaire.local.yml``, Swedish.
    subject, where
        The part, by key and in words.
    cause
        As in `errors.Problem`.
    """

    kind: str
    subject: str
    where: str
    cause: str


def doubtful_parts(
    clean: CleanYear, before: CleanYear | None, settings: Settings
) -> Iterator[DoubtfulPart]:
    """Files, tertials and areas in which the scale is cut at its top, or turned.

    Parameters
    ----------
    clean
        The year.
    before
        The year before, where its answers are known.
    settings
        Configuration.
    """
    items = list(settings.questionnaire.item_keys)
    rows = clean.rows[clean.rows["aside"] == ""]
    labels = settings.questionnaire.labels
    names: Mapping[str, Mapping[str, str]] = {
        "file": {str(name): "" for name in sorted(rows["file"].unique())},
        "period": {period: f"tertial {period.removeprefix('T')}" for period in store.PERIODS},
        "area": {area: labels[area] for area in settings.questionnaire.area_keys},
    }
    told: set[int] = set()
    for column, parts in names.items():
        for part, where in parts.items():
            inside = rows[column] == part
            # A part that was told of already is doubted once.
            if inside.all() or not inside.any() or told.issuperset(rows.index[inside]):
                continue
            then = None
            if column == "area" and before is not None:
                then = before.answers.loc[before.answers["area"] == part, items]
            cause = _cut(rows.loc[inside, items], rows.loc[~inside, items], settings)
            turned = (
                ""
                if cause
                else _turned(
                    rows.loc[inside, items], rows.loc[~inside, items], then, column, settings
                )
            )
            if cause or turned:
                told |= set(rows.index[inside])
                kind = "annan skala i en del" if cause else "omvänd skala i en del"
                yield DoubtfulPart(kind, part, where or part, cause or turned)


def _cut(mine: pd.DataFrame, rest: pd.DataFrame, settings: Settings) -> str:
    """That hardly anybody has given the top score, though many of the others have."""
    rules, highest = settings.rules.doubt, settings.rules.index.highest.value
    given = int((mine == highest).any(axis=1).sum())
    share = float((rest == highest).any(axis=1).mean()) if len(rest) else 0.0
    expected = share * len(mine)
    if expected < rules.missing_score_expected.value or given > (
        rules.missing_score_left.value * expected
    ):
        return ""
    return (
        f"Betyget {highest} saknas nästan helt, fast {swedish.percent(share)} av de andra "
        f"svarande har gett det. Skalan ser ut att sluta på {int(mine.max().max())}."
        if given == 0
        else f"Betyget {highest} saknas nästan helt, fast {swedish.percent(share)} av de andra "
        "svarande har gett det."
    )


def _turned(
    mine: pd.DataFrame,
    rest: pd.DataFrame,
    then: pd.DataFrame | None,
    column: str,
    settings: Settings,
) -> str:
    """That a part's level is what turning the scale round would make of it.

    An area is held against itself a year before; without that, and for tertials and files, the
    rest of the year is what is known, and areas do differ.
    """
    rules, least = settings.rules.doubt, settings.rules.disclosure.min_answers_total.value
    own = then is not None and len(then) >= least
    other = then if own and then is not None else rest
    if min(len(mine), len(other)) < least:
        return ""
    now, usual = level(mine, settings), level(other, settings)
    z = rank_sum_z(mine.mean(axis=1).dropna(), other.mean(axis=1).dropna())
    mirrored = abs(now - (100 - usual)) < abs(now - usual)
    far = now < usual - rules.level_change.value and -z > rules.part_z.value
    possible = column == "area" and not own and now >= rules.level_lowest.value
    if not (mirrored and far) or possible:
        return ""
    compared = "året före" if own else "i resten av svaren"
    return (
        f"Frågornas index är i medeltal {swedish.number(now)}, mot {swedish.number(usual)} "
        f"{compared}. Skalan ser ut att vara omvänd."
    )


def fewer_in_areas(
    clean: CleanYear, before: CleanYear, settings: Settings
) -> Iterator[DoubtfulPart]:
    """Areas that have lost most of their answers while the others have kept theirs."""
    rules = settings.rules.doubt
    now = clean.answers["area"].value_counts()
    then = before.answers["area"].value_counts()
    for area in settings.questionnaire.area_keys:
        had, has = int(then.get(area, 0)), int(now.get(area, 0))
        if (
            had
            and has
            and had > has * rules.area_times.value
            and differ(has, had) > (rules.agreement_z.value)
        ):
            yield DoubtfulPart(
                "antalet svar i ett område",
                area,
                settings.questionnaire.labels[area],
                f"Området har {swedish.count(has, 'svar', 'svar')} {clean.year}, mot "
                f"{swedish.number(had, 0)} {before.year}.",
            )
