"""Putting a finished site in place whole, and keeping two runs apart.

On Linux the exchange is one atomic step; elsewhere two renames, repaired at the next start.
"""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from analysis.errors import MachineError

AT_FDCWD = -100
RENAME_EXCHANGE = 2


def building_folder(site: Path) -> Path:
    """Where a site is built: beside its place, so that putting it there is a rename."""
    return site.with_name(site.name + ".under-arbete")


def previous_folder(site: Path) -> Path:
    """Where the former site lies between the two renames."""
    return site.with_name(site.name + ".forra")


def repair(site: Path) -> None:
    """Finish or take back a swap that was interrupted."""
    previous = previous_folder(site)
    if previous.exists() and not site.exists():
        previous.rename(site)
    _discard(previous)


def swap_in(built: Path, site: Path) -> None:
    """Put a finished site in place of the old one.

    Parameters
    ----------
    built
        The new site, on the same disk.
    site
        Its place; what lies there is replaced whole.

    Raises
    ------
    MachineError
        When the old site cannot be moved, for example because a file in it is open.
    """
    try:
        if not site.exists():
            built.rename(site)
        elif _exchange(built, site):
            _discard(built)
        else:
            previous = previous_folder(site)
            _discard(previous)
            site.rename(previous)
            try:
                built.rename(site)
            except OSError:
                previous.rename(site)
                raise
            _discard(previous)
    except OSError as error:
        raise MachineError(
            "Den nya webbplatsen kunde inte läggas på plats",
            f"Mappen {site} kunde inte bytas ut ({error.strerror}). Den förra ligger kvar orörd.",
            "Stäng filer som är öppna därifrån, till exempel bilaga.pdf, och kör igen.",
        ) from error


def _exchange(first: Path, second: Path) -> bool:
    """Swap two folders atomically; false where the system cannot."""
    if not sys.platform.startswith("linux"):
        return False
    try:
        rename = ctypes.CDLL(None, use_errno=True).renameat2
    except AttributeError:
        return False
    failed = rename(
        AT_FDCWD, os.fsencode(first), AT_FDCWD, os.fsencode(second), RENAME_EXCHANGE
    )
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
def only_one(state: Path) -> Iterator[None]:
    """Hold the workspace for this run; the lock ends with the process, however it ends.

    Raises
    ------
    MachineError
        When another run holds it.
    """
    state.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(state / "lock", timeout=0):
            yield
    except Timeout as error:
        raise MachineError(
            "En annan körning pågår",
            "Rapporten görs redan i ett annat fönster.",
            "Vänta tills den är klar och kör sedan igen.",
        ) from error
