"""A case year beside the year before it, and the findings about its answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import pandas as pd

from analysis import swedish
from analysis.errors import Problem
from analysis.intake.answers.clean import CleanYear
from analysis.intake.recognition.columns import not_asked
from analysis.settings import Settings

ACCEPT = "Är det ändå rätt: godta det med python run.py check --write-mapping."
EXPORT = "Kontrollera exporten mot enkätverktyget."


@dataclass(frozen=True)
class Finding:
    """A loss or a doubt in a case year's answers.

    Parameters
    ----------
    kind
        Its Swedish name in ``questionnaire.local.yml``.
    subject
        Key of its area or question; empty for a whole file or year.
    year
        The case year.
    files
        Names of its files.
    cause, fix
        As in `errors.Problem`.
    where
        The question or area in words, for the message.
    stops
        Whether the run must stop until the finding is mended or accepted.
    acceptable
        Whether the coordinator can accept the finding.
    """

    kind: str
    subject: str
    year: int
    files: tuple[str, ...]
    cause: str
    fix: str
    where: str = ""
    stops: bool = True
    acceptable: bool = True

    @property
    def place(self) -> str:
        """The file, or the year of several files, with the question or area."""
        place = self.files[0] if len(self.files) == 1 else f"Ärendeår {self.year}"
        return f"{place}, {self.where}" if self.where else place

    @property
    def public(self) -> str:
        """The finding without numbers of a single area or question, which may be small."""
        return f"{self.place}: {self.kind if self.subject else self.cause.rstrip('.')}."

    def problem(self) -> Problem:
        """The finding as a message."""
        asked = [self.fix, ACCEPT] if self.stops and self.acceptable else [self.fix]
        return Problem(self.cause, " ".join(filter(None, asked)), self.place)


@dataclass(frozen=True)
class JudgedYear:
    """A case year, the year before it where its answers are known, and the limits.

    Parameters
    ----------
    clean, before
        The year, and the year before.
    settings
        Configuration; the limits are those of ``guards.yml`` under ``loss`` and ``doubt``.
    answered
        Number of answers by area as the year's files of closed cases have it.
    case_files
        Names of those files.
    """

    clean: CleanYear
    before: CleanYear | None
    settings: Settings
    answered: Mapping[str, int] = field(default_factory=dict)
    case_files: tuple[str, ...] = ()

    @classmethod
    def of(
        cls,
        clean: CleanYear,
        before: CleanYear | None,
        settings: Settings,
        cases: pd.DataFrame,
        case_files: Mapping[str, int | None],
    ) -> JudgedYear:
        """A year beside the closed cases of all years, and the year in the name of each file."""
        told = cases[cases["year"] == clean.year].dropna(subset="answered")
        answered = {
            str(area): int(n) for area, n in zip(told["area"], told["answered"], strict=True)
        }
        files = (name for name, year in case_files.items() if year in (clean.year, None))
        return cls(clean, before, settings, answered, tuple(files))

    @property
    def scale(self) -> range:
        """The scores of the questionnaire's scale."""
        return self.settings.rules.index.scores

    @cached_property
    def items(self) -> list[str]:
        """Keys of all questions."""
        return list(self.settings.questionnaire.item_keys)

    @cached_property
    def asked(self) -> list[str]:
        """Keys of the questions that the year's questionnaire asks."""
        absent = not_asked(self.settings.questionnaire, self.clean.year)
        return [key for key in self.items if key not in absent]

    @cached_property
    def counted(self) -> pd.DataFrame:
        """The counted rows with the fields of rows only: file, number, customer."""
        return self.clean.rows[self.clean.rows["aside"] == ""]

    @cached_property
    def files(self) -> tuple[str, ...]:
        """Names of the year's files."""
        return tuple(sorted(self.clean.rows["file"].unique()))

    def is_part(self, clean: CleanYear) -> bool:
        """Whether a year's answers come from some of its tertials only."""
        return bool(self.settings.guards.intake.part_of_year(clean.answers["period"]))

    @property
    def comparable(self) -> CleanYear | None:
        """The same part of the year before: the same tertials, or the whole year."""
        if self.before is None:
            return None
        rules, before = self.settings.guards.intake, self.before
        told = rules.part_of_year(self.clean.answers["period"])
        if not told:
            return None if self.is_part(before) else before
        if not set(told) <= set(rules.tertials_told(before.answers["period"])):
            return None
        same = before.answers["period"].isin(told)
        return replace(before, answers=before.answers[same])

    @property
    def earlier(self) -> str:
        """The comparable part of the year before in words."""
        told = self.settings.guards.intake.part_of_year(self.clean.answers["period"])
        return f"{swedish.tertials(told) or 'år'} {self.clean.year - 1}"

    def level(self, scores: pd.DataFrame) -> float:
        """The mean index of all questions together."""
        low, high = self.scale[0], self.scale[-1]
        return float((np.nanmean(scores.to_numpy(dtype=float)) - low) / (high - low) * 100)

    def finding(
        self,
        kind: str,
        cause: str,
        fix: str = EXPORT,
        *,
        files: Sequence[str] = (),
        subject: str = "",
        where: str = "",
        stops: bool = True,
        acceptable: bool = True,
    ) -> Finding:
        """A finding in some of the year's files, or in all of them."""
        told = tuple(files) or self.files
        return Finding(kind, subject, self.clean.year, told, cause, fix, where, stops, acceptable)

    def of_question(
        self, kind: str, key: str, cause: str, fix: str = EXPORT, *, stops: bool = True
    ) -> Finding:
        """A finding about a question."""
        return self.finding(kind, cause, fix, subject=key, where=self.question(key), stops=stops)

    def of_area(
        self, kind: str, area: str, cause: str, fix: str = EXPORT, *, stops: bool = True
    ) -> Finding:
        """A finding about an area."""
        where = self.settings.questionnaire.labels[area]
        return self.finding(kind, cause, fix, subject=area, where=where, stops=stops)

    def question(self, key: str) -> str:
        """A question in words."""
        return f"frågan ”{self.settings.questionnaire.labels[key]}”"


def rank_sum_z(a: pd.Series, b: pd.Series) -> float:
    """Wilcoxon's rank sum of two groups as a normal deviate; negative where the first is lower.

    The same as ``scipy.stats.ranksums``, which takes half a second to load in every process.

    >>> round(rank_sum_z(pd.Series([1.0, 2, 3]), pd.Series([4.0, 5, 6])), 4)
    -1.964
    """
    n, m = len(a), len(b)
    ranks = pd.concat([a, b], ignore_index=True).rank()
    middle = n * (n + m + 1) / 2
    return float((ranks[:n].sum() - middle) / np.sqrt(n * m * (n + m + 1) / 12))


def differ(a: float, b: float) -> float:
    """Difference between two numbers of answers, in standard deviations.

    Numbers of answers vary as Poisson's, whose square root has the standard deviation one half.
    """
    return float(abs(np.sqrt(a) - np.sqrt(b)) * np.sqrt(2))
