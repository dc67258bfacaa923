"""Which raw files a run uses: the coordinator's own, or the example when there are none."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis import store
from analysis.pipeline.code import module_digest
from analysis.pipeline.project import Project, Request, Workspace, existing_folder

if TYPE_CHECKING:
    from analysis.settings import Settings

IGNORED = {"README.md", ".gitkeep", ".gitignore", "Thumbs.db", "desktop.ini", ".DS_Store"}
# The configuration that decides how a raw file is understood.
UNDERSTANDING = (
    "plan.yml",
    "questionnaire.yml",
    "questionnaire.local.yml",
    "questionnaire_columns.csv",
    "rules.yml",
    "report.yml",
    "kolada.yml",
    "municipalities.csv",
)


@dataclass(frozen=True)
class Sources:
    """The files a run reads.

    Parameters
    ----------
    folder
        The raw folder.
    example
        Whether the answers are made up.
    municipality
        Code of the municipality the report is about.
    by_year
        Answer files per case year, oldest year first.
    other, progress
        Files with cases and official values, and files with the plan's progress.
    areas
        Areas that get a page of their own: with answers or an official value.
    last_year
        The case year that the report is about; nothing later is read.
    notes
        Swedish sentences for the coordinator.
    balance
        What became of the rows of every file of answers, a sentence each.
    first, public
        What must be known before all else of what the report rests on: for the coordinator, and
        without small numbers for everybody.
    rows
        Rows of each of the other and the progress files.
    """

    folder: str
    example: bool
    municipality: str
    by_year: Mapping[int, tuple[str, ...]]
    other: tuple[str, ...]
    progress: tuple[str, ...]
    areas: tuple[str, ...]
    last_year: int | None = None
    notes: tuple[str, ...] = ()
    balance: tuple[str, ...] = ()
    first: tuple[str, ...] = ()
    public: tuple[str, ...] = ()
    rows: Mapping[str, int] = field(default_factory=dict)

    @property
    def years(self) -> tuple[int, ...]:
        """Case years with answers, oldest first."""
        return tuple(self.by_year)

    @property
    def other_files(self) -> tuple[Path, ...]:
        """Files with cases and official values."""
        return tuple(Path(path) for path in self.other)

    @property
    def progress_files(self) -> tuple[Path, ...]:
        """Files with the plan's progress."""
        return tuple(Path(path) for path in self.progress)

    def answer_files(self, year: int) -> tuple[Path, ...]:
        """Files that hold answers of a year."""
        return tuple(Path(path) for path in self.by_year[year])


def raw_folder(project: Project, request: Request) -> Path:
    """The folder a run reads its raw files from, as far as can be told without reading them."""
    if request.example:
        return project.example
    folder = existing_folder(request.raw) if request.raw else project.raw
    return folder if raw_files(folder) else project.example


def raw_files(folder: Path) -> list[Path]:
    """Every file a coordinator may have put in a raw folder, in a fixed order."""
    if not folder.is_dir():
        return []
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file() and path.name not in IGNORED and not path.name.startswith(("~$", "."))
    )


def find(
    project: Project, request: Request, workspace: Workspace, folder: Path, settings: Settings
) -> Sources:
    """Recognise the raw files, or take last time's answer when nothing it rests on changed.

    Raises
    ------
    InputDataError
        With every problem of every file that must be refused, or when no file can be reported.
    """
    files = raw_files(folder)
    digest = hashlib.sha256(module_digest("analysis.intake").encode())
    asked = (request.year, request.municipality, str(folder))
    digest.update(repr(asked).encode())
    rules = [project.config / name for name in UNDERSTANDING]
    collected = sorted(project.collection.glob("*.csv"))
    for path in (*files, *(path for path in rules if path.is_file()), *collected):
        digest.update(str(path).encode() + b"\0" + path.read_bytes())
    memory = workspace.state / "sources.json"
    remembered = _remembered(memory)
    if remembered.get("digest") == digest.hexdigest():
        return _from_json(remembered["sources"])
    sources = _recognise(project, request, folder, settings)
    store.write_json(memory, {"digest": digest.hexdigest(), "sources": asdict(sources)})
    return sources


def _recognise(project: Project, request: Request, folder: Path, settings: Settings) -> Sources:
    from analysis import intake

    read = intake.read(
        [folder],
        settings,
        project.collection,
        municipality=request.municipality or "",
        last_year=request.year or 0,
        example=folder == project.example,
    )
    basis, raw = read.basis, read.raw
    return Sources(
        folder=str(folder),
        example=folder == project.example,
        municipality=basis.municipality,
        by_year={year: tuple(map(str, raw.answer_files()[year])) for year in basis.years},
        other=tuple(str(file.path) for file in raw.of_kind("cases", "official", "kolada")),
        progress=tuple(str(file.path) for file in raw.of_kind("progress")),
        areas=basis.areas,
        last_year=basis.last_year,
        notes=basis.notes,
        balance=basis.balance,
        first=basis.first,
        public=basis.public,
        rows={str(file.path): file.rows for file in raw.files if file.kind != "answers"},
    )


def _remembered(memory: Path) -> dict[str, Any]:
    try:
        content: dict[str, Any] = json.loads(memory.read_text(encoding="utf-8"))
        return content
    except (OSError, ValueError):
        return {}


def _from_json(content: Mapping[str, Any]) -> Sources:
    return Sources(
        folder=content["folder"],
        example=content["example"],
        municipality=content["municipality"],
        by_year={int(year): tuple(paths) for year, paths in content["by_year"].items()},
        other=tuple(content["other"]),
        progress=tuple(content["progress"]),
        areas=tuple(content["areas"]),
        last_year=content["last_year"],
        notes=tuple(content["notes"]),
        balance=tuple(content["balance"]),
        first=tuple(content["first"]),
        public=tuple(content["public"]),
        rows=content["rows"],
    )
