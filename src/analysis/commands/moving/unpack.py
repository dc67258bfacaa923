"""Unpacks the municipality's own files: checked first, then all of them laid, or none."""

from __future__ import annotations

import json
import re
import shutil
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from analysis import store, swedish
from analysis.commands.moving import own
from analysis.commands.moving.pack import CONTENTS
from analysis.disk import reason
from analysis.errors import ConfigurationError, MachineError, Problem, UsageError
from analysis.project import Project
from analysis.settings import load

REPLACED = "ersatt"
"""The folder of the files that a package replaced."""
ROOM = 100_000_000
"""Bytes that the disk must have left."""
LONGEST = 10_000_000
"""Bytes of a list of contents that is read."""
DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError)
"""What Python says about a zip file that is cut, altered, encrypted or packed in another way."""
DIGEST = re.compile(r"[0-9a-f]{64}")
NOTHING = "Inget har packats upp"
AGAIN = "python run.py flytta"


@dataclass(frozen=True)
class Contents:
    """A package's list of its files.

    Parameters
    ----------
    version
        The program that packed it.
    files
        Digests by path.
    departed
        Digests of that program's own settings by file name.
    """

    version: str
    files: Mapping[str, str]
    departed: Mapping[str, str]


def unpack(project: Project, package: Path, now: datetime, *, replace: bool) -> str:
    """Lay a package's files in the project.

    Files that are the same stay, and so do those that the package does not have. Every file that
    is replaced is kept in a folder of its own.

    Parameters
    ----------
    project
        The project.
    package
        A file from `pack`.
    now
        The time in the name of the folder of replaced files.
    replace
        Whether the municipality's own files may be replaced, and not only the program's.

    Returns
    -------
    str
        Swedish sentences about the result.

    Raises
    ------
    UsageError
        With every reason why the package cannot be laid; nothing has been changed.
    ConfigurationError
        When the files are laid and the settings need correcting for this version.
    MachineError
        When the files cannot be written; those laid have been taken back.
    """
    if not package.is_file():
        raise UsageError(NOTHING, "Filen finns inte.", "Kontrollera sökvägen.", str(package))
    kept = project.root / REPLACED / f"{now:%Y-%m-%d-%H%M%S}"
    try:
        with _aside(project.root) as folder:
            contents = _opened(project, package, folder)
            new = [name for name in contents.files if not _same(project.root / name, folder / name)]
            if problems := list(_in_the_way(project, new, replace)):
                raise UsageError(NOTHING, problems=problems)
            replaced = [name for name in new if (project.root / name).exists()]
            _lay(project.root, folder, new, kept)
    except OSError as error:
        raise MachineError(
            NOTHING,
            f"Det gick inte att läsa filen eller att skriva i programmets mapp ({reason(error)}).",
            "Stäng filer som är öppna därifrån, frigör diskutrymme och kör igen.",
        ) from error
    told = "\n".join(_told(contents, new, replaced, kept))
    try:
        load(project.config)
    except ConfigurationError as error:
        raise ConfigurationError(error.title, problems=error.problems, first=[told]) from error
    return f"{told}\nInställningarna går att läsa. Gör rapporten: python run.py"


@contextmanager
def _aside(root: Path) -> Iterator[Path]:
    """An empty folder on the project's disk, from which files are put in place by renaming."""
    # Always the same, so that what a killed run left is cleared: there may be answers in it.
    folder = root / ".flytt"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _opened(project: Project, package: Path, folder: Path) -> Contents:
    """The package's files laid in an empty folder, when all of them are as they were packed."""
    try:
        with zipfile.ZipFile(package) as archive:
            contents = _contents(archive)
            _refuse(project, archive, contents)
            for name in contents.files:
                place = folder / name
                place.parent.mkdir(parents=True, exist_ok=True)
                with archive.open(name) as packed, place.open("wb") as out:
                    shutil.copyfileobj(packed, out)
    except DAMAGED:
        raise UsageError(
            NOTHING,
            "Filen är skadad, eller är ingen fil från python run.py flytta.",
            f"Kopiera den hit igen, eller packa om på den gamla datorn: {AGAIN}",
            package.name,
        ) from None
    altered = [n for n, digest in contents.files.items() if store.digest(folder / n) != digest]
    if altered:
        cause, fix = "Filen är inte som den packades.", f"Packa om på den gamla datorn: {AGAIN}"
        raise UsageError(NOTHING, problems=[Problem(cause, fix, name) for name in altered])
    return contents


def _refuse(project: Project, archive: zipfile.ZipFile, contents: Contents) -> None:
    """Refuse a package that does not belong in this project, before anything of it is unpacked."""
    problems = [
        *_of_version(project, contents),
        *own.misplaced(contents.files, own.places(project)),
        *_of_list(archive, contents),
    ]
    if problems:
        raise UsageError(NOTHING, problems=problems)
    needed = sum(info.file_size for info in archive.infolist()) + ROOM
    if needed > shutil.disk_usage(project.root).free:
        raise MachineError(
            NOTHING,
            f"Filerna behöver {swedish.number(needed / 1e6, 0)} MB på disken.",
            "Frigör diskutrymme och kör igen.",
        )


def _contents(archive: zipfile.ZipFile) -> Contents:
    """The package's own list; `ValueError` when there is none, or it is no such list."""
    try:
        if archive.getinfo(CONTENTS).file_size > LONGEST:
            raise ValueError("too long a list")
        found = json.loads(archive.read(CONTENTS))
        files, departed = dict(found["filer"]), dict(found["utgick_från"])
        version = str(found["version"])
    except (KeyError, TypeError) as error:
        raise ValueError("no list of contents") from error
    if not all(isinstance(one, str) and DIGEST.fullmatch(one) for one in files.values()):
        raise ValueError("no digests")
    if not re.fullmatch(r"\d+(\.\d+)*", version):
        raise ValueError("no version")
    return Contents(version, files, departed)


def _of_version(project: Project, contents: Contents) -> Iterator[Problem]:
    if _number(contents.version) > _number(project.version):
        yield Problem(
            f"Filen packades av version {contents.version} av programmet, men det här är version "
            f"{project.version}.",
            "Hämta den nya versionen av programmet och packa upp filen i den.",
        )


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version))


def _of_list(archive: zipfile.ZipFile, contents: Contents) -> Iterator[Problem]:
    """Where the files in a package differ from its list of them."""
    fix = f"Packa om på den gamla datorn: {AGAIN}"
    packed = Counter(info.filename for info in archive.infolist())
    for name in sorted({*packed, *contents.files} - {CONTENTS}):
        if name not in contents.files:
            yield Problem("Filen står inte i paketets innehållsförteckning.", fix, name)
        elif packed[name] != 1:
            times = "finns två gånger" if packed[name] else "saknas"
            yield Problem(f"Filen {times} i paketet.", fix, name)


def _same(place: Path, new: Path) -> bool:
    return place.is_file() and store.digest(place) == store.digest(new)


def _in_the_way(project: Project, names: list[str], replace: bool) -> Iterator[Problem]:
    """What must not be replaced, or cannot be."""
    root = project.root.resolve()
    for name in names:
        place = project.root / name
        if not place.resolve().is_relative_to(root):
            cause = "Filen skulle hamna utanför programmets mapp: där ligger en länk."
            yield Problem(cause, "Byt länken mot en vanlig mapp och kör igen.", name)
        elif place.is_dir() or any(above.is_file() for above in place.parents):
            cause = "En mapp och en fil har samma namn."
            yield Problem(cause, "Flytta undan den som ligger där och kör igen.", name)
        elif place.exists() and not replace and not own.as_shipped(place, project.config):
            yield Problem(
                "Det finns redan en annan fil med det namnet.",
                "Ta bort eller flytta undan den, eller kör igen med --ersatt: då byts den ut och "
                f"den gamla sparas i mappen {REPLACED}.",
                name,
            )


def _changed_by_both(name: str, contents: Contents) -> bool:
    """Whether a setting that the municipality has changed is another in this version too."""
    folder, _, file = name.rpartition("/")
    if folder != "config" or file in own.WHOLLY_OWN:
        return False
    return own.shipped().get(file) != contents.departed.get(file)


def _lay(root: Path, folder: Path, names: list[str], kept: Path) -> None:
    """Move the files to their places, and those that lay there to `kept`; all of them or none."""
    moved: list[tuple[Path, Path]] = []
    try:
        for name in names:
            place = root / name
            if place.exists():
                _move(place, kept / name, moved)
            _move(folder / name, place, moved)
    except OSError:
        for source, target in reversed(moved):
            with suppress(OSError):
                target.replace(source)
        raise


def _move(source: Path, target: Path, moved: list[tuple[Path, Path]]) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    source.replace(target)
    moved.append((source, target))


def _told(contents: Contents, new: list[str], replaced: list[str], kept: Path) -> Iterator[str]:
    count, same = len(new), len(contents.files) - len(new)
    already = f"; {same} låg redan här" if same else ""
    yield f"{swedish.count(count, 'fil', 'filer')} ur version {contents.version} lades in{already}."
    if replaced:
        yield f"De ersatte {', '.join(replaced)}, som sparades i {kept}."
    for name in (name for name in replaced if _changed_by_both(name, contents)):
        yield (
            f"Programmets egen {name} har ändrats sedan version {contents.version}, men er version "
            f"gäller. Jämför den med {kept / name} och för över det som är nytt."
        )
