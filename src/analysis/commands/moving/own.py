"""What is the municipality's own among a project's files, and where a moved file may lie."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

import yaml

from analysis import store
from analysis.errors import Problem
from analysis.project import Project, raw_files
from analysis.settings.loading import CONFIG_FILES

SHIPPED = Path(__file__).parent / "shipped.yml"
WHOLLY_OWN = frozenset(CONFIG_FILES[key] for key in ("plan", "report", "local"))
"""Settings that say whose the report is: never the program's, also where they are as shipped."""
# What Windows cannot store, and what it takes for a device: a file must lie on every computer.
IMPOSSIBLE = re.compile(
    r'[<>:"|?*\\\x00-\x1f]|[ .]$|^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)', re.IGNORECASE
)


@cache
def shipped() -> Mapping[str, str]:
    """Digests of the settings as this version of the program brings them, by file name."""
    digests: dict[str, str] = yaml.safe_load(SHIPPED.read_text("utf-8"))
    return digests


def text_digest(path: Path) -> str:
    """Digest of a text file's content, whichever line ends and byte order mark it has."""
    content = path.read_bytes().removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n")
    return hashlib.sha256(content).hexdigest()


def as_shipped(path: Path, config: Path) -> bool:
    """Whether a file lies in the folder `config` and is the program's own, untouched."""
    return path.parent == config and shipped().get(path.name) == text_digest(path)


def places(project: Project) -> dict[str, Path]:
    """The folders that hold the municipality's own, by their path in the project."""
    folders = (project.config, *project.municipal, project.published, project.raw)
    return {folder.relative_to(project.root).as_posix(): folder for folder in folders}


def files(project: Project, *, answers: bool) -> list[Path]:
    """The municipality's own files, in a fixed order.

    Parameters
    ----------
    project
        The project.
    answers
        Whether the raw files are among them.
    """
    found = []
    for folder in places(project).values():
        if folder == project.config:
            settings = (folder / name for name in CONFIG_FILES.values())
            found += [
                path
                for path in settings
                if path.is_file() and (path.name in WHOLLY_OWN or not as_shipped(path, folder))
            ]
        elif answers or folder != project.raw:
            found += raw_files(folder)
    return found


def misplaced(names: Iterable[str], allowed: Iterable[str]) -> list[Problem]:
    """Problems of names that must not be laid in a project.

    Parameters
    ----------
    names
        Paths of files relative to the project, as a package has them.
    allowed
        The folders of `places`.

    Examples
    --------
    >>> [problem.where for problem in misplaced(["profil/a.svg", "profil/../run.py"], ["profil"])]
    ['profil/../run.py']
    """
    beginnings = tuple(f"{folder}/" for folder in allowed)
    problems: list[Problem] = []
    seen: dict[str, str] = {}
    for name in names:
        parts = name.split("/")
        if not name.startswith(beginnings) or {"", ".", ".."} & {*parts}:
            cause = "Filen skulle hamna utanför kommunens mappar."
            problems.append(Problem(cause, "Packa om på den gamla datorn.", name))
        elif any(map(IMPOSSIBLE.search, parts)):
            cause = "Windows kan inte spara en fil med det namnet."
            problems.append(Problem(cause, "Döp om den på den gamla datorn och packa om.", name))
        elif (other := seen.setdefault(name.casefold(), name)) is not name:
            cause = f"Namnet skiljer sig bara i stora och små bokstäver från {other}."
            problems.append(Problem(cause, "Döp om en av dem och packa om.", name))
    return problems


def write_shipped(config: Path) -> None:
    """Note the settings' digests, when a new version of the program is made."""
    digests = {name: text_digest(config / name) for name in sorted(CONFIG_FILES.values())}
    head = "# Inställningarna som programmet levererar dem. Skrivs av docs/make_shipped.py.\n"
    store.write_text(SHIPPED, head + yaml.safe_dump(digests))
