"""Where everything lies, and what a run was asked to do."""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from analysis.errors import UsageError

REQUIREMENTS = "requirements.txt"


@dataclass(frozen=True)
class Project:
    """The project folder; found from the installed package, never from the current folder."""

    root: Path

    @classmethod
    def here(cls) -> Project:
        """The project this package belongs to."""
        return cls(Path(__file__).resolve().parents[2])

    @property
    def config(self) -> Path:
        return self.root / "config"

    @property
    def raw(self) -> Path:
        return self.root / "data" / "raw"

    @property
    def example(self) -> Path:
        return self.root / "data" / "example"

    @property
    def collection(self) -> Path:
        """The project's own collected official values."""
        return self.root / "data" / "official"

    @property
    def processed(self) -> Path:
        return self.root / "data" / "processed"

    @property
    def notebooks(self) -> Path:
        return self.root / "notebooks"

    @property
    def reports(self) -> Path:
        return self.root / "reports"

    @property
    def published(self) -> Path:
        return self.root / "published"

    @property
    def site(self) -> Path:
        return self.root / "_site"

    @property
    def version(self) -> str:
        """Version of the project, from ``pyproject.toml``."""
        with (self.root / "pyproject.toml").open("rb") as file:
            return str(tomllib.load(file)["project"]["version"])


@dataclass(frozen=True)
class Request:
    """What ``report`` was asked to do."""

    raw: Path | None = None
    site: Path | None = None
    year: int | None = None
    municipality: str | None = None
    engine: str = "auto"
    example: bool = False
    fresh: bool = False
    isolated: bool = False
    jobs: int | None = None
    today: date = field(default_factory=date.today)


@dataclass(frozen=True)
class Workspace:
    """The folders of one run; runs with other raw folders get their own."""

    processed: Path
    build: Path
    state: Path

    @classmethod
    def of(cls, project: Project, raw: Path) -> Workspace:
        """Folders for a raw folder: the project's own raw folder has the plain ones."""
        if raw == project.raw:
            processed = project.processed
        elif raw == project.example:
            processed = project.processed / "example"
        else:
            name = hashlib.sha256(str(raw).encode()).hexdigest()[:12]
            processed = project.processed / "other" / name
        return cls(processed, processed / ".build", processed / ".state")


def existing_folder(path: Path) -> Path:
    """The absolute path of a folder that must exist.

    Raises
    ------
    UsageError
        When there is no such folder.
    """
    if not path.is_dir():
        raise UsageError(
            "Mappen finns inte",
            f"{path} är ingen mapp.",
            "Kontrollera sökvägen efter --raw.",
        )
    return path.resolve()
