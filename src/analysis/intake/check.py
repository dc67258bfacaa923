"""Looking at raw files without running anything: what was recognised and what to mend.

Gives the exit code that a run with the same files would give.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from analysis.errors import Problem
from analysis.intake.blocks import Section, as_html, as_text
from analysis.intake.check_sections import (
    file_section,
    mend_section,
    question_section,
    warning_section,
    year_section,
)
from analysis.intake.check_warnings import warnings_of
from analysis.intake.clean import CleanYear
from analysis.intake.files import RawFile
from analysis.intake.mapping import Unmapped, unmapped_columns, write_proposals
from analysis.intake.survey import Survey, look
from analysis.intake.words import shown_name
from analysis.settings import Settings

REFUSED = 10
NOTHING = Problem(
    "Inga svar och inga officiella värden hittades.",
    "Lägg filen med svar (insikt_<år>.xlsx eller .csv) i mappen.",
)


@dataclass(frozen=True)
class CheckReport:
    """What was found in some raw files.

    Parameters
    ----------
    files
        Every file as recognised.
    years
        Clean answers by case year; empty when a file of answers must be refused.
    problems
        Why files must be refused.
    warnings
        What falls away or looks odd, with what to do about it; stops nothing.
    unmapped
        Columns nobody maps, with proposals.
    title, sections, verdict
        The report for the reader.
    """

    files: tuple[RawFile, ...]
    years: dict[int, CleanYear]
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]
    unmapped: tuple[Unmapped, ...]
    title: str
    sections: tuple[Section, ...]
    verdict: str

    @property
    def exit_code(self) -> int:
        """0 when a run would go through, 10 when it would refuse a file."""
        return REFUSED if self.problems else 0

    def to_text(self) -> str:
        """The report for a terminal."""
        return as_text(self.title, self.sections, self.verdict)

    def to_html(self) -> str:
        """The report as a page that needs no other file."""
        return as_html(self.title, self.sections, self.verdict)


def check(
    paths: Sequence[Path],
    settings: Settings,
    year: int | None = None,
    beside: Sequence[Path] = (),
) -> CheckReport:
    """Look at raw files and say what a run would make of them.

    Parameters
    ----------
    paths
        Files and folders.
    settings
        Configuration.
    year
        Later case years are left out.
    beside
        Files and folders with earlier years, only to compare with.
    """
    seen = look(paths, settings)
    problems = [*seen.problems, *_useless(seen, paths, year)]
    years = {} if problems else {y: c for y, c in seen.years.items() if year is None or y <= year}
    earlier = _earlier(beside, settings) if years else {}
    unmapped = tuple(one for part in seen.parts for one in unmapped_columns(part, settings))
    warnings = tuple(warnings_of(seen, years, earlier, unmapped, settings))
    sections = [file_section(seen)]
    sections += [
        year_section(clean, ({**earlier, **years}).get(number - 1), settings)
        for number, clean in years.items()
    ]
    if years:
        sections.append(question_section(list(years.values()), settings))
    if warnings:
        sections.append(warning_section(warnings))
    if problems:
        sections.append(mend_section(problems))
    count = len(seen.files)
    return CheckReport(
        files=seen.files,
        years=years,
        problems=tuple(problems),
        warnings=warnings,
        unmapped=unmapped,
        title=f"Granskning av {count} {'fil' if count == 1 else 'filer'}",
        sections=tuple(sections),
        verdict=_verdict(seen, years, problems, warnings),
    )


def write_mapping(found: CheckReport, config: Path) -> str:
    """Write the proposed headers to ``questionnaire.local.yml`` for the coordinator to confirm.

    Returns
    -------
    str
        What was written and what to do with it, in Swedish.
    """
    return write_proposals(found.unmapped, config)


def _useless(seen: Survey, paths: Sequence[Path], year: int | None) -> list[Problem]:
    """What lets a run stop although every file can be read."""
    found = [
        Problem(
            "Filen känns inte igen.",
            "Se i docs/nytt-ar.md vilka filer som kan läsas och hur de ska se ut.",
            file.name,
        )
        for file in seen.files
        if file.kind == "unknown" and not file.problems and file.path in paths
    ]
    if found or seen.problems or not seen.files:
        return found
    answers = [y for y in seen.answer_files() if year is None or y <= year]
    whole_folder = any(path.is_dir() for path in paths)
    if answers or seen.official_files() or not (whole_folder or seen.answer_files()):
        return found
    return [NOTHING]


def _earlier(beside: Sequence[Path], settings: Settings) -> dict[int, CleanYear]:
    """Years beside those looked at, for comparison; files that cannot be used do not count."""
    if not beside:
        return {}
    others = look(beside, settings)
    return {} if others.problems else others.years


def _verdict(
    seen: Survey,
    years: dict[int, CleanYear],
    problems: Sequence[Problem],
    warnings: Sequence[Problem],
) -> str:
    if problems:
        if len(problems) > 1:
            return f"Rätta de {len(problems)} felen ovan först och kör sedan check igen."
        where = f" i {shown_name(problems[0].where)}" if problems[0].where else ""
        return f"Rätta felet{where} först och kör sedan check igen."
    if not seen.files:
        return "Inga filer hittades: rapporten görs då av de påhittade svaren i data/example."
    ready = "Klart att köra: python run.py"
    if not years and not seen.official_files():
        ready = "Filerna går att använda tillsammans med en fil med svar"
    return f"{ready} – men läs varningarna först." if warnings else f"{ready}."
