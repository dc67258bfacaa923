"""What every doubt about a year's answers is told with."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.intake.answers.clean import CleanYear
from analysis.intake.judging.losses import Finding
from analysis.intake.recognition.columns import not_asked
from analysis.settings import Settings

EXPORT = "Kontrollera exporten mot enkätverktyget."


def asked_in(clean: CleanYear, settings: Settings) -> list[str]:
    """Keys of the questions that the year's questionnaire asks."""
    absent = not_asked(settings.questionnaire, clean.year)
    return [key for key in settings.questionnaire.item_keys if key not in absent]


def question(key: str, settings: Settings) -> str:
    """A question in words."""
    return f"frågan ”{settings.questionnaire.labels[key]}”"


def found(
    clean: CleanYear,
    kind: str,
    cause: str,
    fix: str,
    *,
    subject: str = "",
    where: str = "",
    stops: bool = True,
) -> Finding:
    """A doubt about a year's files."""
    files = tuple(sorted(clean.rows["file"].unique()))
    return Finding(kind, subject, clean.year, files, cause, fix, stops, where=where)


def part_of_year(clean: CleanYear, settings: Settings) -> bool:
    """Whether the answers come from some of the year's tertials only."""
    return bool(settings.rules.intake.part_of_year(clean.answers["period"]))


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
