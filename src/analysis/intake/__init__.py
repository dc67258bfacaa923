"""Raw files to clean answers, closed cases, official values and progress; rejects with reasons.

The only floor that meets free text and identifying columns, and none of them leaves it.
"""

from analysis.intake.answers.clean import CleanYear, clean_year, gather
from analysis.intake.cases import read_cases
from analysis.intake.check.report import CheckReport, check, page_place, write_mapping
from analysis.intake.progress import read_progress
from analysis.intake.published import kolada
from analysis.intake.published.official import read_corrections, read_official
from analysis.intake.reading import Survey, survey

__all__ = [
    "CheckReport",
    "CleanYear",
    "Survey",
    "check",
    "clean_year",
    "gather",
    "kolada",
    "page_place",
    "read_cases",
    "read_corrections",
    "read_official",
    "read_progress",
    "survey",
    "write_mapping",
]
