"""The run record: what went in, what made it, enough to make the same bytes again."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from analysis import store
from analysis.pipeline.project import REQUIREMENTS
from analysis.pipeline.stages import Planner
from analysis.render.engine import Engine
from analysis.settings import CONFIG_FILES

FILE = "korning.json"
LIBRARIES = ("numpy", "pandas", "plotly", "great_tables", "papermill", "typst", "pypandoc_binary")


def write(planner: Planner, engine: Engine, warnings: Sequence[str], site: Path) -> Path:
    """Write the record into a finished site.

    Returns
    -------
    Path
        ``korning.json``. Names of input files are told by their last part only: a path can name
        a person.
    """
    return store.write_json(site / FILE, content(planner, engine, warnings))


def content(planner: Planner, engine: Engine, warnings: Sequence[str]) -> dict[str, Any]:
    """The record as plain data."""
    project, sources = planner.project, planner.sources
    inputs = sorted(
        {path for year in sources.years for path in sources.answer_files(year)}
        | set(sources.other_files)
        | set(project.collection.glob("*.csv"))
    )
    return {
        "rapport": planner.settings.report.site.title,
        "kommun": planner.settings.report.municipality.model_dump(),
        "exempeldata": sources.example,
        "rapportdatum": planner.request.today.isoformat(),
        "ärendeår": list(sources.years),
        "nyaste_år": newest(planner),
        "indata": [{"fil": path.name, "sha256": digest(path)} for path in inputs],
        "inställningar": {
            name: digest(project.config / name) for name in sorted(CONFIG_FILES.values())
        },
        "slumpfrö": planner.settings.rules.uncertainty.seed.value,
        "motor": {"namn": engine.name, "version": engine.version, "skäl": engine.reason},
        "versioner": {
            "nki-rapport": project.version,
            "python": platform.python_version(),
            "låsfil": digest(project.root / REQUIREMENTS),
            **{library: version(library) for library in LIBRARIES},
        },
        "varningar": list(warnings),
    }


def digest(path: Path) -> str:
    """SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def newest(planner: Planner) -> int:
    """The newest case year of the report."""
    indices = store.read_table(planner.workspace.processed, store.INDICES)
    return max(int(year) for year in indices["year"] if "-" not in year)
