"""Raw files to clean answers, closed cases, official values and progress; rejects with reasons.

The only floor that meets free text and identifying columns, and none of them leaves it.
"""

from analysis.intake.answers.clean import CleanYear
from analysis.intake.answers.frames import gather
from analysis.intake.check.report import CheckReport, check, page_place, write_mapping
from analysis.intake.free_texts import free_texts
from analysis.intake.published import kolada
from analysis.intake.raw_files import RawFiles, look
from analysis.intake.reading import Reading, SetAside, read

__all__ = [
    "CheckReport",
    "CleanYear",
    "RawFiles",
    "Reading",
    "SetAside",
    "check",
    "free_texts",
    "gather",
    "kolada",
    "look",
    "page_place",
    "read",
    "write_mapping",
]
