"""Packs the municipality's own files into one zip file."""

from __future__ import annotations

import hashlib
import json
import unicodedata
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path

from analysis import swedish
from analysis.commands.moving import own
from analysis.disk import reason
from analysis.errors import MachineError, UsageError
from analysis.project import EXAMPLE, Project, raw_files

CONTENTS = "innehall.json"
"""The list of a package's files."""
DATE = (1980, 1, 1, 0, 0, 0)
"""The date of every file in a package: the same files give the same bytes."""


def pack(project: Project, today: date, *, answers: bool) -> str:
    """Write the municipality's own files to a zip file in the project's folder.

    Parameters
    ----------
    project
        The project.
    today
        The day in the package's name.
    answers
        Whether the raw files go along.

    Returns
    -------
    str
        Swedish sentences about the result, and about what did not go along.

    Raises
    ------
    UsageError
        When a file has a name that another computer cannot store.
    MachineError
        When a file cannot be read or the package cannot be written.
    """
    files = {_name(project, path): path for path in own.files(project, answers=answers)}
    if problems := own.misplaced(files, own.places(project)):
        raise UsageError("Filerna kan inte packas", problems=problems)
    target = _free(project.root, f"flytt-{'med-svar-' if answers else ''}{today}")
    unfinished = target.with_name(f"{target.name}.unfinished")
    try:
        digests = {}
        with zipfile.ZipFile(unfinished, "w") as archive:
            for name, path in files.items():
                content = path.read_bytes()
                digests[name] = hashlib.sha256(content).hexdigest()
                _add(archive, name, content)
            _add(archive, CONTENTS, _contents(project, digests))
        unfinished.replace(target)
    except OSError as error:
        with suppress(OSError):
            unfinished.unlink()
        raise MachineError(
            "Filerna kunde inte packas",
            f"Det gick inte att läsa eller skriva {Path(error.filename or target).name} "
            f"({reason(error)}).",
            "Stäng filer som är öppna i andra program, frigör diskutrymme och kör igen.",
        ) from error
    packed = f"{swedish.count(len(files), 'fil', 'filer')} packades i {target}."
    return "\n".join([packed, *_told(project, answers)])


def _name(project: Project, path: Path) -> str:
    # A Mac may store å as a and a ring; links between pages are written with the letter.
    return unicodedata.normalize("NFC", path.relative_to(project.root).as_posix())


def _contents(project: Project, digests: dict[str, str]) -> bytes:
    content = {
        "version": project.version,
        "filer": digests,
        # What the changed settings departed from: a new version may have changed them too.
        "utgick_från": dict(own.shipped()),
    }
    return json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True).encode()


def _add(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    info = zipfile.ZipInfo(name, DATE)
    info.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(info, content)


def _free(folder: Path, stem: str) -> Path:
    """A name that no earlier package has."""
    number = 1
    while (path := folder / f"{stem}{f'-{number}' if number > 1 else ''}.zip").exists():
        number += 1
    return path


def _told(project: Project, answers: bool) -> Iterator[str]:
    if answers:
        yield (
            "Den innehåller svar, lämnade i förtroende: flytta den på ett krypterat minne och "
            "radera den sedan."
        )
    elif raw_files(project.raw):
        yield "Svaren i data/raw följer inte med. Ska de det: python run.py flytta --med-svar"
    if any(matter.name != EXAMPLE for matter in project.matters.glob("*/")):
        yield "Mappen arende följer inte med: kopiera den, om ni har skrivit i något där."
    yield "Lägg filen i programmets mapp på den andra datorn och kör där: python run.py flytta FIL"
