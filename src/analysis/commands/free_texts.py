"""The command for reading the respondents' free texts: a local workbook, never published.

It is laid in ``data/raw`` by default, among the answers that it is taken from: git ignores the
folder, neither a site nor a publication takes anything from it, the hook and ``doctor`` watch it,
and the run that counts the themes reads it there. The texts then lie in one place, and are deleted
in one place.
"""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

import xlsxwriter

from analysis import disk, intake, swedish
from analysis.errors import InputDataError, MachineError, UsageError
from analysis.intake.free_texts import FreeText
from analysis.intake.reading import REFUSED
from analysis.intake.themes import MADE
from analysis.project import Project
from analysis.settings import Settings, load

HEADINGS = ("Ärendeår", "Område", "Betyg", "Text", "Tema", "Får citeras")
WIDTHS = (10, 24, 8, 90, 26, 12)
NOT_LAID = "Arbetsboken skrivs inte"


def lay(project: Project, year: int | None, target: Path | None, today: date) -> str:
    """Lay a workbook with a year's free texts, masked.

    Parameters
    ----------
    project
        The project; its answers are read from the raw folder.
    year
        The case year; the newest with answers where not given.
    target
        The workbook's path; ``fritext_<year>.xlsx`` in the raw folder where not given.
    today
        The day it is made, which stands in it.

    Returns
    -------
    str
        What was laid where, and what is to be done with it, in Swedish. Never a text.

    Raises
    ------
    InputDataError
        When a file must be refused, or there are no texts.
    UsageError
        When the year has no answers, or the place is taken, shared or published.
    MachineError
        When it cannot be written.
    """
    settings = load(project.config)
    raw = intake.look([project.raw], settings, project.collection)
    if raw.problems:
        raise InputDataError(REFUSED, problems=raw.problems)
    wanted = _year(sorted(raw.single_years), year)
    texts = intake.free_texts(raw, wanted)
    if not texts:
        columns = swedish.listing([f"”{one}”" for one in _columns(settings)], "eller")
        raise InputDataError(
            "Det finns inga fritexter att läsa",
            f"Inget av de svar för {wanted} som räknas har någon fritext.",
            "Ta med kolumnen med fritext i exporten. Den känns igen när rubriken slutar på "
            f"{columns}.",
        )
    path = (target or project.raw / f"fritext_{wanted}.xlsx").absolute()
    _may_lie(path, project)
    last = today + timedelta(days=settings.guards.free_texts.keep_days.value)
    _write(path, texts, wanted, settings, (today, last))
    least = swedish.number_word(settings.rules.themes.min_texts.value)
    many = swedish.count(len(texts), "svar med fritext", "svar med fritext")
    counted = (
        "Spara den där den ligger, så räknas temana i nästa rapport"
        if path.parent == project.raw
        else f"Ska temana räknas i rapporten läggs den i {project.raw}"
    )
    return (
        f"{swedish.capitalised(many)} för {wanted} ligger i {path}. Skriv ett tema på varje rad. "
        f"{counted}, de som minst {least} företag har skrivit om. Maskeringen är inte fullständig: "
        "namn på personer kan stå kvar, så filen får inte spridas. Radera den senast "
        f"{swedish.long_date(last)}."
    )


def _columns(settings: Settings) -> tuple[str, ...]:
    return settings.questionnaire.never_kept.free_text


def _year(years: list[int], wanted: int | None) -> int:
    """The case year to read; one that has no answers is refused."""
    if not years or (wanted and wanted not in years):
        there = swedish.listing([str(year) for year in years])
        # Without any answers nothing is wrong with the command.
        raise (UsageError if years else InputDataError)(
            "Det finns inga svar att läsa",
            f"Det finns inga svar för {wanted} i data/raw." if wanted else
            "Det finns inga svar ett och ett i data/raw. Fördelningar, index och de påhittade "
            "svaren har inga fritexter.",
            f"Välj ett år som har svar: {there}." if years else
            "Lägg filen med svar (insikt_<år>.xlsx eller .csv) i data/raw.",
        )  # fmt: skip
    return wanted or years[-1]


def _may_lie(path: Path, project: Project) -> None:
    """Refuse a place that is taken, shared or published."""
    if path.suffix.casefold() != ".xlsx":
        raise UsageError(
            NOT_LAID,
            f"{path.name} är inte namnet på en arbetsbok: det ska sluta på .xlsx.",
            "Skriv till exempel --till granskning.xlsx.",
        )
    if not path.parent.is_dir():
        raise UsageError(NOT_LAID, f"{path.parent} är ingen mapp.", "Kontrollera sökvägen.")
    if path.exists():
        raise UsageError(
            NOT_LAID,
            f"{path.name} finns redan, och det ni har skrivit i den ska inte skrivas över.",
            "Ta bort eller flytta den, eller välj en annan plats med --till.",
        )
    place = path.resolve()
    root, raw = project.root.resolve(), project.raw.resolve()
    if place.is_relative_to(root) and not place.is_relative_to(raw):
        raise UsageError(
            NOT_LAID,
            "Mappen hör till det som publiceras, sparas eller delas i git.",
            "Lägg arbetsboken i data/raw, eller på en plats utanför programmets mapp dit bara de "
            "som granskar svaren når.",
        )
    if not place.is_relative_to(root) and _in_git(place):
        raise UsageError(
            NOT_LAID,
            "Mappen delas i git.",
            "Välj en mapp som inte följs av git, eller utelämna --till.",
        )


def _in_git(path: Path) -> bool:
    """Whether a file at a path would be followed by git."""

    def git(*arguments: str) -> int:
        command = ["git", "-C", str(path.parent), *arguments]
        return subprocess.run(command, capture_output=True, timeout=20, check=False).returncode

    try:
        return (
            git("rev-parse", "--is-inside-work-tree") == 0 and git("check-ignore", path.name) != 0
        )
    except (OSError, subprocess.SubprocessError):
        # Without git nothing is followed by it here.
        return False


def _write(
    path: Path, texts: Sequence[FreeText], year: int, settings: Settings, days: tuple[date, date]
) -> None:
    unfinished = path.with_name(f"{path.stem}.unfinished")
    made, last = (day.isoformat() for day in days)
    whose = settings.report.municipality.organisation
    above = (
        f"Fritexter ur Insikt {year}, {whose}. Får inte spridas.",
        f"{MADE} {made}. Radera senast {last}.",
        "Maskerat med [hakparentes]: nummer, telefon, e-post, adresser på webben och företagsnamn. "
        "Namn på personer kan stå kvar: läs med omdöme.",
        "Skriv ett tema på varje rad (samma ord för samma tema). Kolumnen Får citeras är er egen "
        "anteckning: rapporten visar aldrig någon text.",
    )
    try:
        with xlsxwriter.Workbook(unfinished, {"strings_to_formulas": False}) as book:
            book.set_properties({"created": datetime.combine(days[0], datetime.min.time())})
            bold = book.add_format({"bold": True, "bottom": 1})
            wrapped = book.add_format({"text_wrap": True, "valign": "top"})
            sheet = book.add_worksheet("Fritext")
            for row, line in enumerate(above):
                sheet.write_string(row, 0, line)
            head = len(above) + 1
            sheet.write_row(head, 0, HEADINGS, bold)
            for column, width in enumerate(WIDTHS):
                sheet.set_column(column, column, width, wrapped)
            names = settings.questionnaire.labels
            for row, one in enumerate(texts, start=head + 1):
                sheet.write_number(row, 0, year)
                sheet.write_string(row, 1, names[one.area])
                if one.score is not None:
                    sheet.write_number(row, 2, swedish.rounded(one.score))
                sheet.write_string(row, 3, one.text)
            sheet.freeze_panes(head + 1, 0)
            sheet.autofilter(head, 0, head + len(texts), len(HEADINGS) - 1)
            choice = {"validate": "list", "source": ["ja", "nej"]}
            sheet.data_validation(head + 1, 5, head + len(texts), 5, choice)
        unfinished.replace(path)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        raise MachineError(
            NOT_LAID,
            f"{path.name} kunde inte skrivas ({disk.reason(error)}).",
            "Kontrollera att mappen går att skriva i, och kör igen.",
        ) from error
