"""The project's folders, and the options of a run."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from analysis import store
from analysis.errors import UsageError

REQUIREMENTS = "requirements.txt"
COMMENTS = "kommentarer"
LOCK = "~$"
"""How the name begins of the file that Office lays beside one it has open."""
OPEN = (
    "är öppen i Excel, så det som sparades senast används.",
    "Spara och stäng filen, och kör igen.",
)
"""What is told of an open file after its name, and how it is mended."""
IGNORED = {"thumbs.db", "desktop.ini"}
"""Files in a raw folder that are not raw files."""
MATTERS, EXAMPLE = "arende", "exempel"
"""The folder of the matters, and the matter of the made-up answers."""


@dataclass(frozen=True)
class Project:
    """The project folder; found from the installed package, never from the current folder."""

    root: Path

    @classmethod
    def here(cls) -> Project:
        """The project this package belongs to."""
        return cls(Path(__file__).resolve().parents[2])

    @property
    def source(self) -> Path:
        """The package itself."""
        return Path(__file__).resolve().parent

    @property
    def made_with(self) -> tuple[Path, ...]:
        """Code, pages and templates of a report, without the configuration and the libraries."""
        templates = sorted(self.notebooks.glob("*.ipynb"))
        settings = self.root / store.SITE_SETTINGS
        return (self.source, self.reports, self.texts, *templates, settings)

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
    def texts(self) -> Path:
        """The sentences of the report."""
        return self.notebooks / "texter"

    @property
    def own_texts(self) -> Path:
        """The municipality's own wordings of them; need not exist."""
        return self.root / "texter"

    @property
    def comments(self) -> Path:
        """The municipality's comments, in a folder for each case year."""
        return self.root / COMMENTS

    @property
    def comment_files(self) -> tuple[Path, ...]:
        return tuple(sorted(self.comments.glob("[0-9][0-9][0-9][0-9]/*.md")))

    @property
    def text_files(self) -> tuple[Path, ...]:
        """The files of both."""
        found = (folder.glob("*.md") for folder in (self.texts, self.own_texts))
        return tuple(path for files in found for path in sorted(files))

    @property
    def reports(self) -> Path:
        return self.root / "reports"

    @property
    def own_pages(self) -> Path:
        """Pages that the municipality writes itself."""
        return self.root / "egna-sidor"

    @property
    def profile(self) -> Path:
        """The municipality's look: colours, logotype, Word template."""
        return self.root / "profil"

    @property
    def municipal(self) -> tuple[Path, ...]:
        """Folders of the municipality's own beside the configuration; none need exist."""
        return (self.own_pages, self.own_texts, self.comments, self.profile)

    @property
    def published(self) -> Path:
        return self.root / "published"

    @property
    def site(self) -> Path:
        return self.root / "_site"

    @property
    def matters(self) -> Path:
        """Drafts, run records and quality pages, a folder for each year."""
        return self.root / MATTERS

    @property
    def version(self) -> str:
        """Version of the project, from ``pyproject.toml``."""
        with (self.root / "pyproject.toml").open("rb") as file:
            return str(tomllib.load(file)["project"]["version"])


@dataclass(frozen=True)
class Request:
    """The options of ``report``."""

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

    raw: Path
    processed: Path
    example: bool
    """Whether the raw files are made up."""

    @classmethod
    def of(cls, project: Project, raw: Path) -> Workspace:
        """Folders for a raw folder: the project's own raw folder has the plain ones."""
        processed = project.processed
        if raw == project.example:
            processed /= "example"
        elif raw != project.raw:
            processed = processed / "other" / store.text_digest(str(raw))[:12]
        return cls(raw, processed, example=raw == project.example)

    def matter(self, project: Project, site: Path, year: int | None) -> Path:
        """The folder of what a run makes beside its site and never publishes.

        Parameters
        ----------
        project
            The project.
        site
            Where the site is put. One outside the project's place has its matter beside it.
        year
            The case year that the report is about.
        """
        if site != project.site.resolve():
            return matter_beside(site)
        return project.matters / (EXAMPLE if self.example else str(year))

    @property
    def build(self) -> Path:
        """Executed notebooks, tables for reuse, pictures, and the site while it is built."""
        return self.processed / ".build"

    @property
    def state(self) -> Path:
        """The record of what is up to date."""
        return self.processed / ".state"


def matter_beside(site: Path) -> Path:
    """The matter's folder of a site that lies elsewhere than in its project."""
    return site.with_name(f"{site.name}.{MATTERS}")


def raw_files(folder: Path) -> list[Path]:
    """All files that a coordinator may have put in a raw folder, in a fixed order."""
    inside = (Path(where) / name for where, _, names in os.walk(folder) for name in names)
    return sorted(path for path in inside if not _ignored(path.relative_to(folder)))


def left_open(paths: Iterable[Path]) -> list[str]:
    """Names of the files that Excel has open, so that their last changes may not be saved.

    Parameters
    ----------
    paths
        Files, and folders with all that is in them.
    """
    locks = (
        path.rglob(f"{LOCK}*") if path.is_dir() else [path.with_name(f"{LOCK}{path.name}")]
        for path in paths
    )
    return sorted(
        lock.name.removeprefix(LOCK) for found in locks for lock in found if lock.exists()
    )


def _ignored(path: Path) -> bool:
    """Whether a path in a raw folder belongs to a program or describes the folder."""
    return (
        any(part.startswith((LOCK, ".")) for part in path.parts)
        or path.name.casefold() in IGNORED
        or path.stem.casefold() == "readme"
    )


def raw_folder(project: Project, request: Request) -> Path:
    """The folder of a run's raw files: the example's when there are no raw files.

    The made-up answers are nobody's: who names a municipality gets what is published about it.
    """
    if request.example:
        return project.example
    folder = existing_folder(request.raw) if request.raw else project.raw
    return folder if raw_files(folder) or request.municipality else project.example


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
