"""Puts a finished site in place whole and keeps simultaneous runs apart.

On Linux the exchange is one atomic step; elsewhere two renames, repaired at the next start.
"""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from analysis import store
from analysis.disk import reason
from analysis.errors import MachineError, UsageError

AT_FDCWD = -100
RENAME_EXCHANGE = 2


def building_folder(site: Path) -> Path:
    """The folder in which a site is built: beside its place, so that a rename puts it in place."""
    return site.with_name(site.name + ".under-arbete")


def previous_folder(site: Path) -> Path:
    """The folder of the former site between the two renames."""
    return site.with_name(site.name + ".forra")


def lock_folder(processed: Path, site: Path) -> Path:
    """The lock folder of a site's place, which runs with different raw folders may share."""
    return processed / ".locks" / store.text_digest(str(site))[:12]


def refuse_foreign(site: Path, record: Path) -> None:
    """Refuse a place that holds other files than a report, since the whole folder is replaced.

    Parameters
    ----------
    site
        The place.
    record
        The run record of a site that was put there before.

    Raises
    ------
    UsageError
        When the folder exists, is not empty and has no run record.
    """
    if not site.exists() or (site.is_dir() and record.is_file()):
        return
    if not site.is_dir() or any(site.iterdir()):
        raise UsageError(
            "Webbplatsen kan inte läggas där",
            f"{site} innehåller annat än en rapport, och det skulle gå förlorat.",
            "Välj en ny eller tom mapp med --site.",
        )


def repair(site: Path) -> None:
    """Finish or undo an interrupted swap, and remove the remains of a killed run."""
    previous = previous_folder(site)
    if previous.exists() and not site.exists():
        previous.rename(site)
    _discard(previous)
    _discard(building_folder(site))


def copy_beside(output: Path, site: Path) -> Path:
    """Copy a finished site to the disk of its place, so that a rename puts it in place.

    Returns
    -------
    Path
        The copy, to be handed to `swap_in`.

    Raises
    ------
    MachineError
        When there is no room or no permission; a partial copy is removed.
    """
    built = building_folder(site)
    try:
        _discard(built)
        site.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(output, built)
    except (OSError, shutil.Error) as error:
        _discard(built)
        raise MachineError(
            "Den nya webbplatsen kunde inte skrivas",
            f"Det gick inte att skriva i {site.parent} ({reason(error)}). Den förra webbplatsen "
            "ligger kvar orörd.",
            "Frigör diskutrymme eller välj en annan mapp med --site och kör igen.",
        ) from error
    return built


def swap_in(built: Mapping[Path, Path]) -> None:
    """Put finished folders in place of the old ones, all of them or none.

    Parameters
    ----------
    built
        Each place with the new folder, on the same disk; the whole folder is replaced.

    Raises
    ------
    MachineError
        When an old folder cannot be moved, for example because a file in it is open; those moved
        before it are put back.
    """
    formers: dict[Path, Path] = {}
    for place, new in built.items():
        try:
            formers[place] = _put(place, new)
        except OSError as error:
            for done, former in formers.items():
                with suppress(OSError):
                    _take_back(done, former)
            raise MachineError(
                "Den nya webbplatsen kunde inte läggas på plats",
                f"Mappen {place} kunde inte bytas ut ({reason(error)}). Den förra ligger kvar "
                "orörd.",
                "Stäng filer som är öppna därifrån, till exempel bilaga.pdf eller underlaget i "
                "Word, och kör igen.",
            ) from error
    for former in formers.values():
        _discard(former)


def replace(place: Path, built: Path) -> None:
    """Replace a folder by another.

    Raises
    ------
    OSError
        When the replacement fails; the former folder is then in its place.
    """
    _discard(_put(place, built))


def _put(place: Path, built: Path) -> Path:
    """Put a folder in its place; returns where the former one lies now, if there was one."""
    previous = previous_folder(place)
    if not place.exists():
        built.rename(place)
    elif _exchange(built, place):
        return built
    else:
        _discard(previous)
        place.rename(previous)
        try:
            built.rename(place)
        except OSError:
            previous.rename(place)
            raise
    return previous


def _take_back(place: Path, former: Path) -> None:
    """Undo `_put`: the former folder, if any, is in its place again."""
    if former.exists() and _exchange(former, place):
        return
    place.rename(building_folder(place))
    if former.exists():
        former.rename(place)


def _exchange(first: Path, second: Path) -> bool:
    """Swap two folders atomically; False on systems without such an operation."""
    if not sys.platform.startswith("linux"):
        return False
    try:
        rename = ctypes.CDLL(None, use_errno=True).renameat2
    except AttributeError:
        return False
    failed = rename(AT_FDCWD, os.fsencode(first), AT_FDCWD, os.fsencode(second), RENAME_EXCHANGE)
    if not failed:
        return True
    code = ctypes.get_errno()
    if code in (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP):
        return False
    raise OSError(code, os.strerror(code))


def _discard(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def only_one(*folders: Path) -> Iterator[None]:
    """Lock the folders for this run; the locks end with the process, even when it is killed.

    Raises
    ------
    MachineError
        When another run holds a lock, or a lock cannot be written.
    """
    with ExitStack() as held:
        for folder in folders:
            try:
                folder.mkdir(parents=True, exist_ok=True)
                held.enter_context(FileLock(folder / "lock", timeout=0))
            except Timeout as error:
                raise MachineError(
                    "En annan körning pågår",
                    "Rapporten görs redan i ett annat fönster.",
                    "Vänta tills den är klar och kör sedan igen.",
                ) from error
            except OSError as error:
                raise MachineError(
                    "Det går inte att skriva i programmets mapp",
                    f"{folder}: {reason(error)}.",
                    "Flytta programmet till en mapp där du får skriva, eller frigör diskutrymme.",
                ) from error
        yield
