"""The run record: what went in, what made it, enough to make the same bytes again."""

from __future__ import annotations

import csv
import platform
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis import store
from analysis.pipeline.project import REQUIREMENTS
from analysis.pipeline.tasks import digest

if TYPE_CHECKING:
    from analysis.pipeline.stages import Planner
    from analysis.pipeline.tasks import Outcome
    from analysis.render.engine import Engine

FILE = "korning.json"
LIBRARIES = (
    "numpy",
    "pandas",
    "pyarrow",
    "scipy",
    "plotly",
    "great_tables",
    "papermill",
    "ipykernel",
    "typst",
    "pypandoc_binary",
    "kaleido",
)
VOLATILE = "tider"
"""The one part of the record that differs between two runs of the same things."""


def write(
    planner: Planner, engine: Engine, outcome: Outcome, warnings: Sequence[str], site: Path
) -> Path:
    """Write the record into a finished site.

    Returns
    -------
    Path
        ``korning.json``. Names of input files are told by their last part only: a path can name
        a person.
    """
    return store.write_json(site / FILE, content(planner, engine, outcome, warnings))


def content(
    planner: Planner, engine: Engine, outcome: Outcome, warnings: Sequence[str]
) -> dict[str, Any]:
    """The record as plain data."""
    project, sources, settings = planner.project, planner.sources, planner.settings
    told = [note for name in sorted(outcome.warnings) for note in outcome.warnings[name]]
    return {
        "rapport": settings.report.site.title,
        "kommun": settings.report.municipality.model_dump(),
        "exempeldata": sources.example,
        "rapportdatum": planner.request.today.isoformat(),
        "ärendeår": list(sources.years),
        "nyaste_år": newest(planner),
        "till_och_med_år": planner.request.year,
        "indata": inputs(planner),
        "inställningar": {
            path.name: digest(path) for path in sorted(project.config.iterdir()) if path.is_file()
        },
        "slumpfrö": settings.rules.uncertainty.seed.value,
        "motor": {
            "namn": engine.name,
            "version": engine.version,
            "skäl": engine.reason,
            "begärd": planner.request.engine,
        },
        "versioner": {
            "nki-rapport": project.version,
            "python": platform.python_version(),
            "system": f"{platform.system()} {platform.machine()}",
            "låsfil": digest(project.root / REQUIREMENTS),
            **{library: version(library) for library in LIBRARIES},
        },
        "varningar": list(dict.fromkeys((*sources.notes, *told, *warnings))),
        VOLATILE: {
            "sekunder": {
                name: round(seconds, 2)
                for name, seconds in sorted({**outcome.skipped, **outcome.done}.items())
            },
            "gjorda_nu": sorted(outcome.done),
        },
    }


def inputs(planner: Planner) -> list[dict[str, Any]]:
    """Every file read: name, SHA-256, and for answers how many rows were read and counted."""
    sources = planner.sources
    files = sorted(
        {path for year in sources.years for path in sources.answer_files(year)}
        | {*sources.other_files, *sources.progress_files}
        | set(planner.project.collection.glob("*.csv"))
    )
    rows = _rows(planner)
    return [{"fil": path.name, "sha256": digest(path), **rows.get(path.name, {})} for path in files]


def _rows(planner: Planner) -> dict[str, dict[str, int]]:
    """Rows read and counted by file, summed over the years a file has."""
    # pyarrow alone: loading pandas for a few counts would take longer than all the rest here.
    from pyarrow import parquet

    found: dict[str, dict[str, int]] = {}
    for year in planner.sources.years:
        path = store.table_path(planner.workspace.processed, store.quality(year))
        for row in parquet.read_table(path).to_pylist():
            if row["measure"] == "filer":
                counts = found.setdefault(row["group"], {})
                counts[row["reason"]] = counts.get(row["reason"], 0) + row["count"]
    return found


def newest(planner: Planner) -> int:
    """The newest case year of the report."""
    path = planner.workspace.build / "data" / "index.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return max(int(row["year"][:4]) for row in csv.DictReader(file))
