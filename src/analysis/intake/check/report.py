"""Looking at raw files without running anything: what was recognised and what to mend.

Gives the exit code that a run with the same files would give.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from analysis import store, swedish
from analysis.errors import MachineError, Problem, UsageError
from analysis.intake.answers.clean import CleanYear
from analysis.intake.cells.words import shown_name
from analysis.intake.check.aside import mendable
from analysis.intake.check.blocks import WIDTH, Chapter, as_html, as_text
from analysis.intake.check.proposals import Unmapped, unmapped_columns, write_proposals
from analysis.intake.check.sections import (
    ASIDE,
    WARNINGS,
    balance_section,
    file_section,
    mend_section,
    official_section,
    question_section,
    warning_section,
    year_section,
)
from analysis.intake.check.warnings import warnings_of
from analysis.intake.raw_files import RawFiles, look
from analysis.intake.reading import NOTHING_USABLE
from analysis.intake.recognition.files import RawFile
from analysis.settings import Settings
from analysis.settings.local import AcceptedLoss

REFUSED = 10
EXAMPLE = "rapporten görs då av de påhittade svaren i data/example"


@dataclass(frozen=True)
class CheckReport:
    """What was found in some raw files.

    Parameters
    ----------
    files
        Every file as recognised.
    years
        Clean answers by case year, of the files that can be used.
    problems
        Why files must be refused.
    warnings
        What falls away or looks odd, with what to do about it; stops nothing.
    unmapped
        Columns nobody maps, with proposals.
    losses
        Losses that stop a run and that the coordinator may accept, unconfirmed.
    title, sections, verdict
        The report for the reader.
    """

    files: tuple[RawFile, ...]
    years: dict[int, CleanYear]
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]
    unmapped: tuple[Unmapped, ...]
    losses: tuple[AcceptedLoss, ...]
    title: str
    sections: tuple[Chapter, ...]
    verdict: str

    @property
    def exit_code(self) -> int:
        """0 when a run would go through, 10 when it would refuse a file."""
        return REFUSED if self.problems else 0

    def to_text(self, width: int = WIDTH) -> str:
        """The report for a terminal of some width (characters)."""
        return as_text(self.title, self.sections, self.verdict, width)

    def to_html(self) -> str:
        """The report as a page that needs no other file."""
        return as_html(self.title, self.sections, self.verdict)

    def write_page(self, path: Path) -> str:
        """Write the page whole.

        Returns
        -------
        str
            Where it lies, in Swedish.

        Raises
        ------
        MachineError
            When it cannot be written there.
        """
        try:
            store.write_text(path, self.to_html())
        except OSError as error:
            raise MachineError(
                "Sidan kunde inte skrivas",
                f"{path} går inte att skriva till.",
                "Välj ett annat filnamn efter --html.",
            ) from error
        return f"Granskningen finns även som en sida: {path.resolve()}"


def page_place(path: Path) -> Path:
    """Where the page may be written.

    Raises
    ------
    UsageError
        When the name is not a page's: a file of answers given straight after ``--html`` would be
        overwritten.
    """
    if path.suffix.casefold() in (".html", ".htm"):
        return path
    raise UsageError(
        "Sidan skrivs inte",
        f"{shown_name(str(path))} är inte namnet på en sida: det ska sluta på .html.",
        "Skriv filerna som ska granskas först, till exempel "
        "python run.py check insikt_2026.xlsx --html granskning.html.",
    )


def check(
    paths: Sequence[Path],
    settings: Settings,
    year: int | None = None,
    beside: Sequence[Path] = (),
    collection: Path | None = None,
    today: date | None = None,
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
    collection
        Folder of the project's collected official values.
    today
        A later case year is remarkable.
    """
    seen = look(paths, settings, collection)
    refused = [*seen.refused, *_useless(seen, paths), *_too_early(seen, year)]
    years = {y: c for y, c in seen.years.items() if year is None or y <= year}
    earlier = look(beside, settings).years if years and beside else {}
    known = {**earlier, **years}
    findings = seen.findings(earlier) if years else []
    problems = [*refused, *seen.stopping(findings), *_nothing(seen, refused, paths)]
    unmapped = tuple(one for part in seen.parts for one in unmapped_columns(part, settings))
    first = [
        *(Problem(note) for note in seen.reach(year)),
        *(
            Problem(f"Godtaget: {one.cause}", where=one.place)
            for one in findings
            if one.stops and seen.is_accepted(one)
        ),
        *(one.problem() for one in findings if not one.stops),
    ]
    others = warnings_of(seen, years, earlier, unmapped, settings, today or date.today())
    warnings = tuple(dict.fromkeys((*first, *others)))
    sections = [balance_section(seen.told_balance)] if seen.told_balance else []
    sections.append(file_section(seen))
    if official := official_section(seen):
        sections.append(official)
    sections += [
        year_section(clean, known.get(number - 1), seen, settings)
        for number, clean in years.items()
    ]
    if years:
        newest = max(years)
        sections.append(question_section(years[newest], known.get(newest - 1), settings))
    if warnings:
        sections.append(warning_section(warnings))
    if problems:
        sections.append(mend_section(problems))
    to_read = [ASIDE] if any(map(mendable, years.values())) else []
    to_read += [WARNINGS] if warnings else []
    count = len(seen.files)
    return CheckReport(
        files=seen.files,
        years=years,
        problems=tuple(problems),
        warnings=warnings,
        unmapped=unmapped,
        losses=tuple(
            AcceptedLoss(
                loss=one.kind,
                subject=one.subject,
                files=swedish.listing(one.files),
                sha256=seen.content_of(one.files),
                told=f"{one.place}: {one.cause}",
                confirmed=False,
            )
            for one in findings
            if one.stops
            and one.acceptable
            and not seen.is_accepted(one)
            # Its header is proposed instead.
            and one.subject not in {column.key for column in unmapped}
        ),
        title=f"Granskning av {count} {'fil' if count == 1 else 'filer'}",
        sections=tuple(sections),
        verdict=_verdict(seen, problems, to_read, _elsewhere(seen, beside)),
    )


def write_mapping(found: CheckReport, config: Path) -> str:
    """Write proposed headers and losses to ``questionnaire.local.yml`` for the coordinator.

    Returns
    -------
    str
        What was written and what to do with it, in Swedish.
    """
    return write_proposals(found.unmapped, found.losses, config)


def _useless(seen: RawFiles, paths: Sequence[Path]) -> list[Problem]:
    """Files that were asked for by name and that nobody recognises."""
    return [
        Problem(
            "Filen känns inte igen.",
            "Se i docs/nytt-ar.md vilka filer som kan läsas och hur de ska se ut.",
            file.name,
        )
        for file in seen.files
        if file.kind == "unknown" and not file.problems and file.path in paths
    ]


def _too_early(seen: RawFiles, year: int | None) -> list[Problem]:
    first = seen.first_year()
    if year is None or first is None or year >= first:
        return []
    return [
        Problem(
            f"Det finns varken svar eller officiella värden till och med ärendeår {year}.",
            f"Välj {first} eller ett senare år efter --year.",
        )
    ]


def _nothing(seen: RawFiles, refused: Sequence[Problem], paths: Sequence[Path]) -> list[Problem]:
    """That a folder's files, taken together, give no report."""
    whole = any(path.is_dir() for path in paths)
    if not whole or refused or not seen.files or seen.suffices:
        return []
    return [NOTHING_USABLE]


def _elsewhere(seen: RawFiles, beside: Sequence[Path]) -> bool:
    """Whether the files lie somewhere a run does not look."""
    folders = [folder.resolve() for folder in beside]
    return bool(folders) and not all(
        any(file.path.resolve().is_relative_to(folder) for folder in folders) for file in seen.files
    )


def _verdict(
    seen: RawFiles,
    problems: Sequence[Problem],
    to_read: Sequence[str],
    elsewhere: bool,
) -> str:
    if problems:
        if len(problems) > 1:
            return f"Rätta de {len(problems)} felen ovan först och kör sedan check igen."
        file = problems[0].where.split(",")[0]
        where = f" i {shown_name(file)}" if file else ""
        return f"Rätta felet{where} först och kör sedan check igen."
    if not seen.files:
        return f"Inga filer hittades: {EXAMPLE}."
    ready = "Klart att köra: python run.py"
    if elsewhere:
        ready = f"Klart: lägg {'filerna' if len(seen.files) > 1 else 'filen'} i data/raw och kör "
        ready += "python run.py"
    if not seen.suffices:
        ready = "Filerna går att använda tillsammans med en fil med svar"
    named = swedish.listing([f"”{title}”" for title in to_read])
    return f"{ready} – men läs {named} först." if to_read else f"{ready}."
