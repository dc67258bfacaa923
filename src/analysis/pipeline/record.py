"""The run record: what went in, what made it, enough to make the same bytes again."""

from __future__ import annotations

import csv
import hashlib
import platform
from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis import store
from analysis.pipeline.code import SOURCE
from analysis.pipeline.project import REQUIREMENTS
from analysis.present import mark
from analysis.present.markdown import literal

if TYPE_CHECKING:
    from analysis.pipeline.project import Project
    from analysis.pipeline.stages import Planner
    from analysis.pipeline.tasks import Outcome
    from analysis.present.mark import Mark
    from analysis.render.engine import Engine

FILE = store.RECORD
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
PAGE, BASIS = "_korning.md", "_underlag.md"
SHORT = 12
"""Characters of a digest that the page shows; the record has all."""
FILE_COLUMNS = {
    "fil": ("Fil", "---"),
    "slag": ("Slag", "---"),
    "år": ("Ärendeår", "---"),
    "lästa": ("Lästa rader", "---:"),
    "räknade": ("Räknade svar", "---:"),
    "sha256": ("SHA-256", "---"),
}
"""What the page tells of each file, with its heading; a column nothing stands in is left out."""
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
    made = content(planner, engine, outcome, warnings)
    return store.write_json(site / FILE, {**made, "filer": site_files(site)})


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
        "märken": [mark.word for mark in marks(planner)],
        "rapportdatum": planner.request.today.isoformat(),
        "ärendeår": list(sources.years),
        "nyaste_år": newest(planner),
        "till_och_med_år": planner.request.year,
        "indata": inputs(planner),
        "inställningar": settings_files(project),
        "regler": settings.rules.values(),
        "slumpfrö": settings.rules.uncertainty.seed.value,
        "kommando": _command(planner, engine),
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
            "låsfil": store.digest(project.root / REQUIREMENTS),
            "källkod": _source(project),
            **{library: version(library) for library in LIBRARIES},
        },
        "om_underlaget": list(sources.public),
        "varningar": list(dict.fromkeys((*sources.notes, *told, *warnings))),
        VOLATILE: {
            "sekunder": {
                name: round(seconds, 2)
                for name, seconds in sorted({**outcome.skipped, **outcome.done}.items())
            },
            "gjorda_nu": sorted(outcome.done),
        },
    }


def _cell(key: str, file: Mapping[str, Any]) -> str:
    text = str(file.get(key, ""))
    return text[:SHORT] if key == "sha256" else literal(text)


def page(content: Mapping[str, Any]) -> str:
    """The record as Markdown for the page Metod, without what is known only after rendering.

    Warnings and the command are the coordinator's: they stand in the record and on the terminal.
    """
    columns = {
        key: column
        for key, column in FILE_COLUMNS.items()
        if any(file.get(key, "") != "" for file in content["indata"])
    }
    files = [
        f"| {' | '.join(name for name, _ in columns.values())} |",
        f"|{'|'.join(line for _, line in columns.values())}|",
        *(f"| {' | '.join(_cell(key, file) for key in columns)} |" for file in content["indata"]),
    ]
    engine = "Quarto" if content["motor"]["namn"] == "quarto" else "den inbyggda motorn"
    facts = [
        f"Renderad med {' '.join([engine, content['motor']['version']]).strip()}. "
        f"{content['motor']['skäl']}",
        f"Slumpfrö: {content['slumpfrö']}.",
        "Versioner: "
        + ", ".join(f"{k} {v[:SHORT]}" for k, v in content["versioner"].items())
        + ".",
        "Inställningar (SHA-256): "
        + ", ".join(f"{k} {v[:SHORT]}" for k, v in content["inställningar"].items())
        + ".",
    ]
    return "\n".join([*files, "", *(f"- {literal(fact)}" for fact in facts)]) + "\n"


def basis(content: Mapping[str, Any]) -> str:
    """What must be known first of what the report rests on, as Markdown; empty when nothing is."""
    if not content["om_underlaget"]:
        return ""
    told = "\n".join(f"- {literal(sentence)}" for sentence in content["om_underlaget"])
    return f'::: {{.callout-important title="Om underlaget"}}\n{told}\n:::\n'


def inputs(planner: Planner) -> list[dict[str, Any]]:
    """Every file read: `input_files` with rows read and, of answers, counted; publications."""
    rows = {Path(path).name: {"lästa": count} for path, count in planner.sources.rows.items()}
    for path in planner.project.collection.glob("*.csv"):
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows[path.name] = {"lästa": sum(map(any, csv.reader(file))) - 1}
    rows |= _rows(planner)
    files = [{**file, **rows.get(file["fil"], {})} for file in input_files(planner)]
    return [*files, *_publications(planner)]


def input_files(planner: Planner) -> list[dict[str, str]]:
    """Every file read: ``fil, sha256, slag`` and ``år``, the case years that an answer file has."""
    sources = planner.sources
    years: dict[Path, list[str]] = {}
    for year in sources.years:
        for path in sources.answer_files(year):
            years.setdefault(path, []).append(str(year))
    kinds = {
        **dict.fromkeys(sorted(years), store.ANSWER_FILES),
        **dict.fromkeys(sources.other_files, store.OTHER_FILES),
        **dict.fromkeys(sources.progress_files, "uppföljning"),
        **dict.fromkeys(sorted(planner.project.collection.glob("*.csv")), "insamling"),
    }
    return [
        {
            "fil": path.name,
            "sha256": store.digest(path),
            "slag": kind,
            "år": " ".join(years.get(path, ())),
        }
        for path, kind in kinds.items()
    ]


def _publications(planner: Planner) -> Iterator[dict[str, str]]:
    """The records of what the page Ändringar may compare with; each tells all of its own files."""
    if planner.sources.example:
        return
    for path in publications(planner.project):
        name = path.relative_to(planner.project.root).as_posix()
        yield {"fil": name, "sha256": store.digest(path), "slag": "publicering", "år": ""}


def publications(project: Project) -> list[Path]:
    """The run record of every publication."""
    return sorted(project.published.glob(f"*/{FILE}"))


def settings_files(project: Project) -> dict[str, str]:
    """SHA-256 of every configuration file by name."""
    return {
        path.name: store.digest(path) for path in sorted(project.config.iterdir()) if path.is_file()
    }


def site_files(site: Path) -> dict[str, str]:
    """SHA-256 of every file of a site but the record itself, by its path in the site."""
    return {
        path.relative_to(site).as_posix(): store.digest(path)
        for path in sorted(site.rglob("*"))
        if path.is_file() and path != site / FILE
    }


def _source(project: Project) -> str:
    """One SHA-256 of all that a report is made with, apart from the configuration."""
    total = hashlib.sha256()
    paths = [*SOURCE.rglob("*"), *project.reports.rglob("*"), *project.notebooks.glob("*.ipynb")]
    for path in sorted([*paths, project.root / "_quarto.yml"]):
        if path.is_file() and path.suffix != ".pyc":
            total.update(path.name.encode() + b"\0" + store.digest(path).encode())
    return total.hexdigest()


def _command(planner: Planner, engine: Engine) -> str:
    """What makes the same report again, given the same files and versions."""
    request, sources = planner.request, planner.sources
    words = ["python run.py report", f"--date {request.today.isoformat()}"]
    words += [f"--year {request.year}"] if request.year else []
    words += [f"--municipality {sources.municipality}", f"--engine {engine.name}"]
    return " ".join([*words, "--example"] if sources.example else words)


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


def marks(planner: Planner) -> tuple[Mark, ...]:
    """What the report is marked with: made-up answers, a part of a year."""
    # pyarrow alone, as in `_rows`.
    from pyarrow import parquet

    path = store.table_path(planner.workspace.processed, store.INDICES)
    rows = parquet.read_table(path, columns=["year", "part"]).to_pylist()
    return mark.of(
        ((row["year"], row["part"]) for row in rows),
        planner.settings,
        planner.request.today,
        example=planner.sources.example,
    )


def newest(planner: Planner) -> int:
    """The newest case year of the report."""
    path = planner.workspace.build / "data" / "index.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return max(int(row["year"][:4]) for row in csv.DictReader(file))
