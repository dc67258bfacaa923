"""``doctor``: what is on this machine, what will be used, and what to mend, in Swedish."""

from __future__ import annotations

import platform
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from analysis import swedish
from analysis.errors import AnalysisError
from analysis.pipeline.project import Project

LEAST_DISK = 500_000_000
PACKAGES = ("pandas", "plotly", "great_tables", "papermill", "typst", "pypandoc_binary", "kaleido")


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    good: bool
    name: str
    told: str
    fix: str = ""


def examine(project: Project) -> int:
    """Print what was found.

    Returns
    -------
    int
        0 when the report can be made, else 13.
    """
    findings = list(_findings(project))
    for finding in findings:
        print(f"{'✓' if finding.good else '✗'} {finding.name}: {finding.told}")
        if finding.fix:
            print(f"    → {finding.fix}")
    good = all(finding.good for finding in findings)
    print("\nAllt som behövs finns." if good else "\nRätta det som är märkt med ✗ och kör igen.")
    return 0 if good else 13


def _findings(project: Project) -> Iterator[Finding]:
    python = platform.python_version()
    yield Finding(
        (3, 11) <= sys.version_info[:2] < (3, 14), "Python", f"{python} på {platform.platform()}"
    )
    yield from (_package(name) for name in PACKAGES)
    yield _checked("Inställningar", lambda: _settings(project))
    yield _engine()
    yield _fonts()
    yield from _folders(project)
    free = shutil.disk_usage(project.root).free
    yield Finding(
        free > LEAST_DISK,
        "Diskutrymme",
        f"{swedish.number(free / 1e9)} GB ledigt",
        "" if free > LEAST_DISK else "Frigör minst 0,5 GB.",
    )


def _package(name: str) -> Finding:
    try:
        return Finding(True, name, version(name))
    except PackageNotFoundError:
        return Finding(False, name, "saknas", "Ta bort mappen .venv och kör python run.py igen.")


def _checked(name: str, look: Callable[[], str]) -> Finding:
    try:
        return Finding(True, name, look())
    except AnalysisError as error:
        return Finding(False, name, str(error))


def _settings(project: Project) -> str:
    from analysis.settings import load

    settings = load(project.config)
    return f"godkända, kommun {settings.report.municipality.name}"


def _engine() -> Finding:
    from analysis.render.engine import choose

    chosen = choose()
    name = "Quarto" if chosen.name == "quarto" else "den inbyggda"
    return Finding(True, "Renderingsmotor", f"{name}. {chosen.reason}")


def _fonts() -> Finding:
    import font_source_sans_pro

    folder = Path(font_source_sans_pro.__file__).parent / "files"
    count = len(list(folder.glob("*.ttf")))
    return Finding(count > 0, "Typsnitt", f"Source Sans Pro, {count} snitt")


def _folders(project: Project) -> Iterator[Finding]:
    for folder in (project.processed, project.site.parent):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder):
                pass
            yield Finding(True, "Skrivbar mapp", str(folder))
        except OSError as error:
            yield Finding(
                False,
                "Skrivbar mapp",
                f"{folder} ({error.strerror})",
                "Flytta projektet till en mapp där du får skriva.",
            )
