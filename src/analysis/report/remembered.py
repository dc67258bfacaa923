"""The plan of the last run, remembered: what must be looked at when nothing changed.

Making the plan needs the settings, the raw files and the import statements of all code. Nothing of
that is loaded when every file the plan rests on has the same content; doit still looks at each job.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from analysis import store
from analysis.project import REQUIREMENTS, Project, Request
from analysis.report.code import SOURCE, python_version
from analysis.report.sources import raw_files
from analysis.run.runner import Job

FILE = "plan.json"


@dataclass(frozen=True)
class Plan:
    """The jobs of a run, and what the summary says about it.

    Parameters
    ----------
    jobs
        All of them.
    state
        Folder of doit's record of them.
    example
        Whether the answers are made up.
    balance
        What must be known first, and what became of the rows of every file.
    notes
        Swedish sentences for the coordinator.
    """

    jobs: tuple[Job, ...]
    state: Path
    example: bool
    balance: tuple[str, ...]
    notes: tuple[str, ...]


def fingerprint(project: Project, request: Request, folder: Path, site: Path) -> str:
    """Digest of everything that a plan rests on.

    Parameters
    ----------
    project, request
        The run.
    folder
        Its raw folder.
    site
        Where the site is put.
    """
    asked = (request.year, request.municipality, request.engine, request.example, request.today)
    digest = hashlib.sha256(repr((asked, folder, site, python_version(), _quarto())).encode())
    for path in _rests_on(project, folder):
        digest.update(os.fsencode(path) + b"\0" + path.read_bytes())
    return digest.hexdigest()


def recall(state: Path, digest: str) -> Plan | None:
    """The plan remembered in a workspace, when it rests on the same."""
    try:
        content = json.loads((state / FILE).read_text(encoding="utf-8"))
        if content["digest"] != digest:
            return None
        jobs = tuple(
            Job(
                **{
                    **job,
                    "inputs": tuple(map(Path, job["inputs"])),
                    "outputs": tuple(map(Path, job["outputs"])),
                }
            )
            for job in content["jobs"]
        )
        return Plan(
            jobs,
            Path(content["state"]),
            content["example"],
            tuple(content["balance"]),
            tuple(content["notes"]),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def remember(state: Path, digest: str, plan: Plan) -> None:
    """Keep a plan for the next run."""
    jobs = [
        {
            **asdict(job),
            "inputs": list(map(str, job.inputs)),
            "outputs": list(map(str, job.outputs)),
        }
        for job in plan.jobs
    ]
    content = {
        "digest": digest,
        "jobs": jobs,
        "state": str(plan.state),
        "example": plan.example,
        "balance": list(plan.balance),
        "notes": list(plan.notes),
    }
    store.write_json(state / FILE, content)


def _rests_on(project: Project, folder: Path) -> Iterator[Path]:
    yield from raw_files(folder)
    if folder != project.example:
        yield from raw_files(project.example)
    for part in (project.config, project.notebooks, project.reports, project.collection, SOURCE):
        yield from _files(part)
    yield from sorted(project.published.glob(f"*/{store.RECORD}"))
    yield from sorted(project.published.glob("*/data/*"))
    for name in ("_quarto.yml", "pyproject.toml", REQUIREMENTS):
        yield project.root / name


def _files(folder: Path) -> Iterator[Path]:
    for where, inner, names in os.walk(folder):
        inner[:] = sorted(name for name in inner if not name.startswith((".", "__pycache__")))
        for name in sorted(names):
            if not name.endswith((".pyc", ".unfinished")):
                yield Path(where, name)


def _quarto() -> str:
    """Which Quarto would be found: another one is another engine."""
    program = os.environ.get("QUARTO_PATH") or shutil.which("quarto") or ""
    changed = Path(program).stat().st_mtime_ns if program and Path(program).is_file() else 0
    return f"{program} {changed}"
