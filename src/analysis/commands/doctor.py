"""``doctor``: programs on this machine, the engine to be used, and faults to mend, in Swedish."""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path, PurePath

from analysis import disk, swedish
from analysis.errors import AnalysisError
from analysis.project import REQUIREMENTS, Project, left_open, raw_files

LEAST_DISK = 500_000_000
OLDEST = (3, 11)
LONGEST_PATH = 120
TAKE_OUT = "git rm -r --cached --ignore-unmatch data/raw data/processed"
ANEW = "Ta bort mappen .venv och kör python run.py igen."
PACKAGES = {
    name: name for name in ("pandas", "plotly", "great_tables", "papermill", "typst", "kaleido")
} | {"pypandoc_binary": "pypandoc"}
"""Packages that the report requires, with the module to import."""


@dataclass(frozen=True)
class Examined:
    """The result of one examination."""

    good: bool
    name: str
    told: str
    fix: str = ""


def examine(project: Project, *, details: bool = False) -> int:
    """Examine the machine and print what is wrong, or that nothing is.

    Parameters
    ----------
    project
        The project.
    details
        Whether every examination is printed.

    Returns
    -------
    int
        0 when nothing is wrong, else 13.
    """
    findings = list(_findings(project))
    for finding in findings:
        if finding.good and not details:
            continue
        print(f"{'✓' if finding.good else '✗'} {finding.name}: {finding.told}")
        if finding.fix:
            print(f"    → {finding.fix}")
    good = all(finding.good for finding in findings)
    print("✓ Allt som behövs finns." if good else "\nRätta det som är märkt med ✗ och kör igen.")
    return 0 if good else 13


def _findings(project: Project) -> Iterator[Examined]:
    python = platform.python_version()
    yield Examined(
        sys.version_info[:2] >= OLDEST,
        "Python",
        f"{python} på {platform.platform()}",
        "" if sys.version_info[:2] >= OLDEST else "Installera Python 3.14.",
    )
    yield from _packages(project.root / REQUIREMENTS)
    yield _checked("Inställningar", lambda: _settings(project))
    yield _engine()
    yield _program("Pandoc", _pandoc)
    yield _program("Typst", _typst)
    yield _pictures()
    yield _fonts()
    yield from _folders(project)
    yield _tracked(project.root)
    yield from _left_open(project.raw)
    yield from _free_texts(project)
    yield from _elsewhere(project.root)
    yield _path(project.root)
    free = shutil.disk_usage(project.root).free
    yield Examined(
        free > LEAST_DISK,
        "Diskutrymme",
        f"{swedish.number(free / 1e9)} GB ledigt",
        "" if free > LEAST_DISK else "Frigör minst 0,5 GB.",
    )


def _packages(lock: Path) -> Iterator[Examined]:
    """Whether the required packages are installed in their pinned versions."""
    if not lock.is_file():
        yield Examined(False, lock.name, "saknas", "Hämta tillbaka den ur programmets original.")
        return
    pins = re.findall(r"^([\w.-]+)==(\S+)", lock.read_text("utf-8"), re.MULTILINE)
    for name, module in PACKAGES.items():
        pinned = {number for pin, number in pins if pin == name.replace("_", "-").lower()}
        try:
            found = version(name)
        except PackageNotFoundError:
            found = ""
        # After an interrupted removal, a package may have a version but no module.
        if not found or not find_spec(module):
            yield Examined(False, name, "saknas", ANEW)
            continue
        good = found in pinned
        told = found if good else f"{found}, men {' eller '.join(sorted(pinned))} ska användas"
        yield Examined(good, name, told, "" if good else ANEW)


def _program(name: str, start: Callable[[], str]) -> Examined:
    """Whether the computer lets a program inside a package start."""
    try:
        return Examined(True, name, start())
    except Exception as error:  # the exception depends on the obstacle
        return Examined(
            False,
            name,
            f"startar inte ({disk.reason(error) if isinstance(error, OSError) else 'fel'})",
            f"Be it-avdelningen tillåta programmet i mappen .venv. {ANEW}",
        )


def _pandoc() -> str:
    import pypandoc

    return f"{pypandoc.get_pandoc_version()} startar"


def _typst() -> str:
    import typst

    return f"gör PDF ({len(typst.compile(b'a')) // 1000} kB på prov)"


def _pictures() -> Examined:
    """Whether a figure can be drawn; otherwise the PDF refers to the tables."""
    from analysis.render.pictures import drawable

    if drawable():
        return Examined(True, "Figurer i bilagan", "kan ritas")
    fix = (
        f"Be it-avdelningen tillåta programmen i mappen .venv. {ANEW}"
        if sys.platform.startswith("linux")
        else "Installera Microsoft Edge eller Google Chrome."
    )
    told = "kan inte ritas på datorn; rapporten görs ändå och hänvisar till tabellerna"
    return Examined(False, "Figurer i bilagan", told, fix)


def _tracked(root: Path) -> Examined:
    """Whether git tracks answers, added by force or under an older ignore file."""
    name = "Svaren och git"
    fix = f"Kör: {TAKE_OUT}. Det som redan är sparat i git ligger kvar i historiken: dela den inte."
    command = ["git", "ls-files", "data/raw", "data/processed"]
    try:
        done = subprocess.run(
            command, cwd=root, capture_output=True, text=True, timeout=20, check=False
        )
        files = done.stdout.splitlines() if not done.returncode else []
    except (OSError, subprocess.SubprocessError):
        files = []
    kept = [file for file in files if Path(file).name not in ("README.md", ".gitkeep")]
    if kept:
        return Examined(False, name, f"filer med svar ligger i git: {len(kept)}", fix)
    return Examined(True, name, "inga svar ligger i git")


def _left_open(raw: Path) -> Iterator[Examined]:
    """Whether Excel has workbooks open, whose last changes may not be saved."""
    for name in left_open([raw]):
        yield Examined(
            False,
            "Öppen fil",
            f"{name} är öppen i Excel",
            "Spara och stäng den innan du kör.",
        )


def _free_texts(project: Project) -> Iterator[Examined]:
    """Whether a workbook of free texts has been kept longer than it should."""
    from analysis.intake.recognition.files import recognise
    from analysis.intake.themes import outlived
    from analysis.settings import load

    paths = [path for path in raw_files(project.raw) if path.suffix.casefold() == ".xlsx"]
    if not paths:
        return
    try:
        settings = load(project.config)
    except AnalysisError:
        # Told by itself, above.
        return
    files = [recognise(path, settings) for path in paths]
    for problem in outlived(files, settings, date.today()):
        yield Examined(False, "Fritexter", f"{problem.where}: {problem.cause}", problem.fix)


def _elsewhere(root: PurePath) -> Iterator[Examined]:
    """Whether the project lies in OneDrive, as Documents often does, or on a server."""
    if any(part.startswith("OneDrive") for part in root.parts):
        yield Examined(
            False,
            "Molnmapp",
            "programmet ligger i OneDrive, så svaren kopieras dit och filer kan låsas",
            "Flytta mappen till datorns egen disk, till exempel C:\\nki.",
        )
    if root.drive.startswith("\\\\"):
        yield Examined(
            False,
            "Server",
            f"programmet ligger på {root.drive}, så andra kan nå svaren och allt går långsamt",
            "Flytta mappen till datorns egen disk, till exempel C:\\nki.",
        )


def _path(root: PurePath) -> Examined:
    """Whether the folder's path is too long: Windows allows 260 characters in a whole path."""
    length = len(str(root))
    if os.name == "nt" and length > LONGEST_PATH:
        fix = "Flytta mappen till en kort sökväg, till exempel C:\\nki."
        return Examined(False, "Sökväg", f"{length} tecken lång", fix)
    return Examined(True, "Sökväg", f"{length} tecken lång")


def _checked(name: str, look: Callable[[], str]) -> Examined:
    try:
        return Examined(True, name, look())
    except AnalysisError as error:
        return Examined(False, name, str(error), "Rätta filen och kör doctor igen.")


def _settings(project: Project) -> str:
    from analysis.settings import load

    settings = load(project.config)
    return f"godkända, kommun {settings.report.municipality.name}"


def _engine() -> Examined:
    from analysis.render.engine import choose

    chosen = choose()
    name = "Quarto" if chosen.name == "quarto" else "den inbyggda"
    return Examined(True, "Renderingsmotor", f"{name}. {chosen.reason}")


def _fonts() -> Examined:
    try:
        import font_source_sans_pro

        folder = Path(font_source_sans_pro.__file__).parent / "files"
        count = len(list(folder.glob("*.ttf")))
    except ImportError:
        count = 0
    if not count:
        return Examined(False, "Typsnitt", "Source Sans Pro saknas", ANEW)
    return Examined(True, "Typsnitt", f"Source Sans Pro, {count} snitt")


def _folders(project: Project) -> Iterator[Examined]:
    for folder in (project.processed, project.site.parent, project.published):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder):
                pass
            yield Examined(True, "Skrivbar mapp", str(folder))
        except OSError as error:
            yield Examined(
                False,
                "Skrivbar mapp",
                f"{folder} ({disk.reason(error)})",
                "Flytta programmet till en mapp där du får skriva, eller frigör diskutrymme.",
            )
