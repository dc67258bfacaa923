"""Which raw files a run uses: the coordinator's own, or the example when there are none."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from analysis import store
from analysis.errors import InputDataError
from analysis.pipeline.code import module_digest
from analysis.pipeline.project import Project, Request, Workspace, existing_folder
from analysis.settings import CONFIG_FILES, Settings

IGNORED = {"README.md", ".gitkeep", ".gitignore", "Thumbs.db", "desktop.ini", ".DS_Store"}


@dataclass(frozen=True)
class Sources:
    """The files a run reads.

    Parameters
    ----------
    folder
        The raw folder.
    example
        Whether the answers are made up.
    by_year
        Answer files per case year, oldest year first.
    other
        Cases, official values and progress.
    areas
        Areas that get a page of their own: with answers or an official value.
    """

    folder: str
    example: bool
    by_year: Mapping[int, tuple[str, ...]]
    other: tuple[str, ...]
    areas: tuple[str, ...]
    notes: tuple[str, ...] = ()

    @property
    def years(self) -> tuple[int, ...]:
        """Case years with answers, oldest first."""
        return tuple(self.by_year)

    @property
    def other_files(self) -> tuple[Path, ...]:
        return tuple(Path(path) for path in self.other)

    def answer_files(self, year: int) -> tuple[Path, ...]:
        """Files that hold answers of a year."""
        return tuple(Path(path) for path in self.by_year[year])


def raw_folder(project: Project, request: Request) -> Path:
    """The folder a run reads its raw files from."""
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
    """Recognise the raw files, or take last time's answer when no file changed.

    Raises
    ------
    InputDataError
        When no file can be used.
    """
    files = raw_files(folder)
    digest = hashlib.sha256(module_digest("analysis.intake").encode())
    digest.update(repr((request.year, settings.report.municipality.code, str(folder))).encode())
    for path in (*files, *(project.config / name for name in CONFIG_FILES.values())):
        digest.update(str(path).encode() + hashlib.sha256(path.read_bytes()).digest())
    memory = workspace.state / "sources.json"
    if memory.is_file():
        remembered = json.loads(memory.read_text(encoding="utf-8"))
        if remembered["digest"] == digest.hexdigest():
            return _from_json(remembered["sources"])
    sources = _recognise(project, request, folder, files, settings)
    store.write_json(memory, {"digest": digest.hexdigest(), "sources": asdict(sources)})
    return sources


def _recognise(
    project: Project, request: Request, folder: Path, files: list[Path], settings: Settings
) -> Sources:
    from analysis import intake

    survey = intake.survey([folder], settings)
    by_year = {
        year: tuple(str(path) for path in paths)
        for year, paths in sorted(survey.answer_files().items())
        if request.year is None or year <= request.year
    }
    if not by_year and not survey.official_files():
        raise InputDataError(
            "Det finns inga svar att räkna på",
            "Ingen fil i mappen kunde kännas igen som svar eller officiella värden.",
            "Kör python run.py check för att se vad som hittades.",
            str(folder),
        )
    return Sources(
        folder=str(folder),
        example=folder == project.example,
        by_year=by_year,
        other=tuple(str(path) for path in survey.other_files()),
        areas=tuple(survey.areas()),
        notes=tuple(survey.notes),
    )


def _from_json(content: dict[str, object]) -> Sources:
    by_year = {int(year): tuple(paths) for year, paths in content["by_year"].items()}  # type: ignore[attr-defined]
    return Sources(
        folder=str(content["folder"]),
        example=bool(content["example"]),
        by_year=by_year,
        other=tuple(content["other"]),  # type: ignore[arg-type]
        areas=tuple(content["areas"]),  # type: ignore[arg-type]
        notes=tuple(content["notes"]),  # type: ignore[arg-type]
    )
