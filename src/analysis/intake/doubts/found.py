"""What every doubt about a year's answers is told with."""

from __future__ import annotations

from analysis.intake.clean import CleanYear
from analysis.intake.columns import not_asked
from analysis.intake.losses import Finding
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
