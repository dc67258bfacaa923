"""Reviews raw files without a run: the content recognised, and the faults to mend.

The exit code is that of a run with the same files.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import yaml

from analysis import store, swedish
from analysis.errors import MachineError, Problem, UsageError
from analysis.intake.answers.clean import CleanYear
from analysis.intake.cells.words import cell_text, identifies, shown_name, without_code
from analysis.intake.check.aside import mendable
from analysis.intake.check.proposals import Unmapped, unmapped_columns
from analysis.intake.check.sections import (
    ASIDE,
    WARNINGS,
    file_section,
    official_section,
    problem_points,
    question_section,
    year_sections,
)
from analysis.intake.check.warnings import warnings_of
from analysis.intake.judging.findings import Finding
from analysis.intake.raw_files import RawFiles, look
from analysis.intake.reading import NOTHING_USABLE, too_early
from analysis.intake.recognition.files import RawFile
from analysis.project import OPEN, left_open
from analysis.review import Chapter, Point, Review
from analysis.settings import CONFIG_FILES, Settings
from analysis.settings.local import AcceptedLoss, LocalColumn, LocalColumns

REFUSED = 10
HEADING = """\
# Det som är särskilt i kommunens egna filer. columns: rubriker som inte står i
# questionnaire_columns.csv. accepted: bortfall som är verkligt och inte går att rätta.
# ”python run.py check --write-mapping” skriver förslag hit. Ett förslag används först när
# du har kontrollerat det och ändrat confirmed till true.
"""
EXAMPLE = "rapporten görs då av de påhittade svaren i data/example"


@dataclass(frozen=True)
class CheckReport(Review):
    """The result of reviewing some raw files.

    Parameters
    ----------
    files
        The recognised files.
    years
        Clean answers by case year, of the files that can be used.
    problems
        Reasons for refusing files.
    warnings
        Losses and oddities that do not stop a run, with remedies.
    unmapped
        Unmapped columns, with proposals.
    losses
        Unconfirmed losses that stop a run and that the coordinator may accept.
    """

    files: tuple[RawFile, ...]
    years: dict[int, CleanYear]
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]
    unmapped: tuple[Unmapped, ...]
    losses: tuple[AcceptedLoss, ...]

    @property
    def exit_code(self) -> int:
        """0 when a run would succeed, 10 when it would refuse a file."""
        return REFUSED if self.problems else 0

    def write_page(self, path: Path) -> str:
        """Write the page whole.

        Returns
        -------
        str
            A Swedish sentence with its place.

        Raises
        ------
        MachineError
            When the page cannot be written.
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
    """The path of the page, checked.

    Raises
    ------
    UsageError
        When the name does not end like a page's, since a file of answers given right after
        ``--html`` would be overwritten.
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
    *,
    whole: bool = False,
) -> CheckReport:
    """Review raw files as a run would read them.

    Parameters
    ----------
    paths
        Files and folders.
    settings
        Configuration.
    year
        Later case years are left out.
    beside
        Files and folders with earlier years, for comparison only.
    collection
        Folder of the project's collected official values.
    today
        The present day; a case year after it leads to a warning, something done after it to a
        problem.
    whole
        Whether older case years are shown as fully as the newest.
    """
    today = today or date.today()
    seen = look(paths, settings, collection, today=today)
    refused = [*seen.refused, *_useless(seen, paths), *too_early(seen, year)]
    years = {y: c for y, c in seen.years.items() if year is None or y <= year}
    earlier = look(beside, settings).years if years and beside else {}
    known = {**earlier, **years}
    judged = [seen.judged(clean, known.get(y - 1)) for y, clean in years.items()]
    findings = seen.findings(earlier) if years else []
    problems = [*refused, *seen.stopping(findings)]
    # A folder must be enough for a report; a single file need not be.
    if any(path.is_dir() for path in paths) and seen.files and not (refused or seen.suffices):
        problems.append(NOTHING_USABLE)
    unmapped = tuple(one for part in seen.parts for one in unmapped_columns(part, settings))
    accepted = [one for one in findings if one.stops and seen.is_accepted(one)]
    warnings = dict.fromkeys(
        (
            *(Problem(f"{shown_name(name)} {OPEN[0]}", OPEN[1]) for name in left_open(paths)),
            *map(Problem, seen.reach(year)),
            *(Problem(f"Godtaget: {one.cause}", where=one.place) for one in accepted),
            *(one.problem() for one in findings if not one.stops),
            *warnings_of(seen, judged, unmapped, today),
        )
    )
    balance = [Point(sentence) for sentence in seen.told_balance]
    chapters = [
        *([Chapter("Lästa och räknade rader", [balance])] if balance else []),
        file_section(seen),
        *official_section(seen),
        *year_sections(judged, seen, whole=whole),
        *([question_section(judged[-1])] if judged else []),
        *([Chapter(WARNINGS, [problem_points([*warnings])])] if warnings else []),
        *([Chapter("Måste rättas", [problem_points(problems)])] if problems else []),
    ]
    to_read = [ASIDE] if any(map(mendable, years.values())) else []
    to_read += [WARNINGS] if warnings else []
    # A question with a proposed header is not a loss to accept.
    proposed = {column.key for column in unmapped}
    lost = [
        one
        for one in findings
        if one.stops and one.acceptable and one not in accepted and one.subject not in proposed
    ]
    count = len(seen.files)
    return CheckReport(
        files=seen.files,
        years=years,
        problems=tuple(problems),
        warnings=tuple(warnings),
        unmapped=unmapped,
        losses=tuple(_to_accept(one, seen) for one in lost),
        title=f"Granskning av {count} {'fil' if count == 1 else 'filer'}",
        chapters=chapters,
        verdict=_verdict(seen, problems, to_read, _elsewhere(seen, beside)),
    )


def _to_accept(finding: Finding, seen: RawFiles) -> AcceptedLoss:
    return AcceptedLoss(
        loss=finding.kind,
        subject=finding.subject,
        files=swedish.listing(finding.files),
        sha256=seen.content_of(finding.files),
        told=f"{finding.place}: {finding.cause}",
        confirmed=False,
    )


def write_mapping(found: CheckReport, config: Path) -> str:
    """Add proposed headers and losses to ``questionnaire.local.yml``, unconfirmed.

    Parameters
    ----------
    found
        Columns with a proposal, and losses that may be accepted.
    config
        The configuration folder.

    Returns
    -------
    str
        A Swedish sentence on the number of proposals and the next step.
    """
    path = config / CONFIG_FILES["local"]
    before = LocalColumns()
    if path.exists():
        content = yaml.safe_load(path.read_text(encoding="utf-8-sig")) or {}
        before = LocalColumns.model_validate(content)
    known = {column.header for column in before.columns}
    # Without the number before the text, which changes from year to year.
    proposed = ((without_code(one.spelled), one.key) for one in found.unmapped if one.key)
    columns = {
        header: LocalColumn(header=header, key=key, confirmed=False)
        for header, key in proposed
        if header not in known and not identifies(cell_text(header))
    }
    told = {(one.loss, one.subject, one.sha256) for one in before.accepted}
    lost = [one for one in found.losses if (one.loss, one.subject, one.sha256) not in told]
    place = f"config/{path.name}"
    if not (columns or lost):
        waiting = sum(not one.confirmed for one in before.columns)
        waiting += sum(not one.confirmed for one in before.accepted)
        many = swedish.count(waiting, "förslag", "förslag")
        wait = f" {many} där väntar på att du ändrar confirmed till true." if waiting else ""
        return f"Det finns inga nya förslag att skriva i {place}.{wait}"
    whole = LocalColumns(
        columns=(*before.columns, *columns.values()), accepted=(*before.accepted, *lost)
    )
    body = yaml.safe_dump(whole.model_dump(), allow_unicode=True, sort_keys=False, width=1000)
    store.write_text(path, HEADING + body)
    written = swedish.count(len(columns) + len(lost), "förslag", "förslag")
    return (
        f"{written} skrevs i {place}. Kontrollera varje rad, ändra confirmed till true på dem som "
        "stämmer och kör check igen."
    )


def _useless(seen: RawFiles, paths: Sequence[Path]) -> Iterator[Problem]:
    """Files named in the command that are not recognised."""
    fix = "Se i docs/nytt-ar.md vilka filer som kan läsas och hur de ska se ut."
    for file in seen.of_kind("unknown"):
        if not file.problems and file.path in paths:
            yield Problem("Filen känns inte igen.", fix, file.name)


def _elsewhere(seen: RawFiles, beside: Sequence[Path]) -> bool:
    """Whether the files lie outside the folders that a run reads."""
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
        # A year of several files is no place to mend anything in.
        where = f" i {shown_name(file)}" if Path(file).suffix else " ovan"
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
