"""Putting a site in place: whole or not at all, whatever happens in between."""

from __future__ import annotations

import errno
import json
import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from analysis.errors import MachineError, UsageError
from analysis.site import swap as place

FILES = 20
KILLS = 6
WRITER = """
import shutil, sys
from pathlib import Path
from analysis.site import swap as place
site, source, exchange = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
if exchange == "no":
    place._exchange = lambda first, second: False
number = int(sys.argv[4])
print("ready", flush=True)
while True:
    number += 1
    place.repair(site)
    for file in source.iterdir():
        file.write_text(f"{number:08}")
    place.swap_in({site: place.copy_beside(source, site)})
"""
STEPPER = """
import json, os, shutil, signal, sys
from pathlib import Path
from analysis.site import swap as place
site, source, exchange = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
if exchange == "no":
    place._exchange = lambda first, second: False
STEPS = {"open", "os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.scandir", "os.utime"}

def put_in_place(stop):
    steps = 0
    def hook(event, arguments):
        nonlocal steps
        if event in STEPS:
            steps += 1
            if steps == stop:
                os.kill(os.getpid(), signal.SIGKILL)
    sys.addaudithook(hook)
    place.swap_in({site: place.copy_beside(source, site)})
    os._exit(0)

found = []
for stop in range(1, 10_000):
    text = f"{stop:08}"
    for file in source.iterdir():
        file.write_text(text)
    child = os.fork()
    if not child:
        put_in_place(stop)
    killed = bool(os.waitpid(child, 0)[1])
    stands = sorted(file.read_text() for file in site.iterdir()) if site.exists() else None
    place.repair(site)
    repaired = sorted(file.read_text() for file in site.iterdir())
    found.append([stands, repaired, sorted(os.listdir(site.parent))])
    if not killed:
        break
print(json.dumps(found))
"""


def filled(folder: Path, text: str, files: int = 3) -> Path:
    folder.mkdir(parents=True)
    for number in range(files):
        (folder / f"{number}.html").write_text(text, "utf-8")
    return folder


def texts(folder: Path) -> list[str]:
    return [path.read_text("utf-8") for path in sorted(folder.iterdir())]


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return filled(tmp_path / "Plats å" / "_site", "gammal")


@pytest.fixture
def built(tmp_path: Path, site: Path) -> Path:
    return place.copy_beside(filled(tmp_path / "output", "ny"), site)


@pytest.mark.parametrize("exchange", ["yes", "no"])
def test_killed_at_any_moment_a_whole_site_stands_or_is_restored(
    tmp_path: Path, exchange: str, record_property: Callable[[str, object], None]
) -> None:
    """With the atomic step nothing needs restoring; with two renames `repair` does it."""
    site = filled(tmp_path / "_site", f"{0:08}", FILES)
    source = filled(tmp_path / "output", f"{0:08}", FILES)
    moments = random.Random(7)
    seen: set[str] = set()
    for kill in range(KILLS):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(site), str(source), exchange, str(kill * 10_000)],
            stdout=subprocess.PIPE,
        )
        assert writer.stdout and writer.stdout.readline()
        time.sleep(moments.uniform(0.02, 0.4))
        writer.kill()
        writer.wait()
        if exchange == "no" or not sys.platform.startswith("linux"):
            place.repair(site)
        found = texts(site)
        assert len(found) == FILES
        assert len(set(found)) == 1
        seen |= set(found)
        place.repair(site)
        assert sorted(path.name for path in tmp_path.iterdir()) == ["_site", "output"]
        assert texts(site) == found
    assert len(seen) > 2, "no swap was made between the kills"
    record_property("kills", KILLS)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system has no fork")
@pytest.mark.parametrize("exchange", ["yes", "no"])
def test_killed_before_each_step_of_the_swap_a_whole_site_stands_or_is_restored(
    tmp_path: Path, exchange: str, record_property: Callable[[str, object], None]
) -> None:
    """One kill before every file system call: no moment between two of them is left out."""
    site = filled(tmp_path / "_site", f"{0:08}")
    source = filled(tmp_path / "output", f"{0:08}")
    command = [sys.executable, "-c", STEPPER, str(site), str(source), exchange]
    told = subprocess.run(command, stdout=subprocess.PIPE, check=True, timeout=120).stdout
    found = json.loads(told)
    for stop, (stands, repaired, beside) in enumerate(found, start=1):
        assert beside == ["_site", "output"], stop
        assert len(repaired) == 3, stop
        assert len(set(repaired)) == 1, stop
        if exchange == "yes" and sys.platform.startswith("linux"):
            assert stands == repaired, stop
        else:
            assert stands in (None, repaired), stop
    assert {texts[0] for _, texts, _ in found} > {f"{0:08}", f"{len(found):08}"}
    assert len(found) >= 15
    record_property("kills", len(found) - 1)


def test_a_place_with_other_things_is_refused(tmp_path: Path, site: Path) -> None:
    record = tmp_path / "korning.json"
    (tmp_path / "Dokument").mkdir()
    place.refuse_foreign(tmp_path / "Dokument", record)
    place.refuse_foreign(tmp_path / "ny", record)
    (tmp_path / "Dokument" / "viktigt.docx").write_text("x", "utf-8")
    for taken in (tmp_path / "Dokument", tmp_path / "Dokument" / "viktigt.docx"):
        with pytest.raises(UsageError, match="kan inte läggas där"):
            place.refuse_foreign(taken, record)
    record.write_text("{}", "utf-8")
    place.refuse_foreign(site, record)


def test_a_first_site_is_put_in_place(tmp_path: Path) -> None:
    site = tmp_path / "new" / "_site"
    place.swap_in({site: place.copy_beside(filled(tmp_path / "output", "ny"), site)})
    assert texts(site) == ["ny"] * 3


@pytest.mark.parametrize("atomic", [True, False])
def test_a_site_is_replaced_whole(
    site: Path, built: Path, atomic: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    (site / "old-page.html").write_text("gammal", "utf-8")
    if not atomic:
        monkeypatch.setattr(place, "_exchange", lambda first, second: False)
    place.swap_in({site: built})
    assert texts(site) == ["ny"] * 3
    assert [path.name for path in site.parent.iterdir()] == ["_site"]


def test_a_file_that_is_open_on_windows_stops_the_swap(
    site: Path, built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rename = Path.rename

    def refused(path: Path, target: Path) -> Path:
        if path == site:
            raise PermissionError(errno.EACCES, "Åtkomst nekad")
        return rename(path, target)

    monkeypatch.setattr(place, "_exchange", lambda first, second: False)
    monkeypatch.setattr(Path, "rename", refused)
    with pytest.raises(MachineError) as caught:
        place.swap_in({site: built})
    assert texts(site) == ["gammal"] * 3
    assert "bilaga.pdf" in str(caught.value)
    monkeypatch.setattr(Path, "rename", rename)
    place.repair(site)
    assert texts(site) == ["gammal"] * 3
    assert [path.name for path in site.parent.iterdir()] == ["_site"]


def test_a_second_rename_that_fails_is_taken_back(
    site: Path, built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rename = Path.rename

    def refused(path: Path, target: Path) -> Path:
        if path == built:
            raise PermissionError(errno.EACCES, "Åtkomst nekad")
        return rename(path, target)

    monkeypatch.setattr(place, "_exchange", lambda first, second: False)
    monkeypatch.setattr(Path, "rename", refused)
    with pytest.raises(MachineError):
        place.swap_in({site: built})
    assert texts(site) == ["gammal"] * 3


@pytest.mark.parametrize("atomic", [True, False])
@pytest.mark.parametrize("before", [True, False], ids=["replaced", "new"])
def test_two_folders_are_put_in_place_together_or_not_at_all(
    tmp_path: Path,
    site: Path,
    built: Path,
    atomic: bool,
    before: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What is open in the second place, here the site, also leaves the first as it was."""
    matter = tmp_path / "arende" / "2026"
    if before:
        filled(matter, "gammal")
    draft = place.copy_beside(filled(tmp_path / "drafts", "ny"), matter)
    exchange, rename = place._exchange, Path.rename

    def refused(first: Path, second: Path) -> bool:
        if second == site:
            raise PermissionError(errno.EACCES, "Åtkomst nekad")
        return exchange(first, second) if atomic else False

    def refused_too(path: Path, target: Path) -> Path:
        if path == site:
            raise PermissionError(errno.EACCES, "Åtkomst nekad")
        return rename(path, target)

    monkeypatch.setattr(place, "_exchange", refused)
    monkeypatch.setattr(Path, "rename", refused_too)
    with pytest.raises(MachineError, match="_site kunde inte bytas ut"):
        place.swap_in({matter: draft, site: built})
    assert texts(site) == ["gammal"] * 3
    assert texts(matter) == ["gammal"] * 3 if before else not matter.exists()
    monkeypatch.undo()
    place.swap_in({matter: draft, site: built})
    assert texts(site) == texts(matter) == ["ny"] * 3
    assert [path.name for path in site.parent.iterdir()] == ["_site"]
    assert [path.name for path in matter.parent.iterdir()] == ["2026"]


def test_a_program_that_ended_between_the_renames_is_repaired(site: Path, built: Path) -> None:
    site.rename(place.previous_folder(site))
    place.repair(site)
    assert texts(site) == ["gammal"] * 3
    assert [path.name for path in site.parent.iterdir()] == ["_site"]


def test_a_program_that_ended_after_the_renames_is_cleared_up(site: Path, built: Path) -> None:
    site.rename(place.previous_folder(site))
    built.rename(site)
    place.repair(site)
    assert texts(site) == ["ny"] * 3
    assert [path.name for path in site.parent.iterdir()] == ["_site"]


@pytest.mark.parametrize(
    ("code", "word"),
    [(errno.ENOSPC, "disken är full"), (errno.EROFS, "skrivskyddad"), (errno.EACCES, "skydd")],
)
def test_a_copy_that_fails_leaves_nothing_behind(
    tmp_path: Path, site: Path, code: int, word: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    copies = iter(range(100))
    copy = shutil.copy2

    def failing(source: str, target: str, **options: bool) -> object:
        if next(copies) == 2:
            raise OSError(code, os.strerror(code))
        return copy(source, target, **options)

    source = filled(tmp_path / "output", "ny")
    monkeypatch.setattr(shutil.copytree, "__defaults__", (False, None, failing, False, False))
    with pytest.raises(MachineError, match="kunde inte skrivas") as caught:
        place.copy_beside(source, site)
    assert word in str(caught.value)
    assert caught.value.exit_code == 13
    assert texts(site) == ["gammal"] * 3
    assert [path.name for path in site.parent.iterdir()] == ["_site"]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 64 kB, where the system lets us have one."""
    disk = tmp_path / "disk"
    disk.mkdir()
    made = sys.platform.startswith("linux") and shutil.which("mount")
    command = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(disk)]
    if not made or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("a small disk needs the right to mount one")
    yield disk
    subprocess.run(["umount", str(disk)], check=False)


def test_a_full_disk_leaves_the_old_site(small_disk: Path, tmp_path: Path) -> None:
    site = filled(small_disk / "_site", "gammal")
    large = filled(tmp_path / "output", "x" * 40_000, 4)
    with pytest.raises(MachineError, match="kunde inte skrivas") as caught:
        place.copy_beside(large, site)
    assert "disken är full" in str(caught.value)
    assert texts(site) == ["gammal"] * 3
    assert [path.name for path in small_disk.iterdir()] == ["_site"]


def test_a_disk_that_may_only_be_read_is_told(small_disk: Path, tmp_path: Path) -> None:
    site = filled(small_disk / "_site", "gammal")
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    with pytest.raises(MachineError, match="kunde inte skrivas") as caught:
        place.copy_beside(filled(tmp_path / "output", "ny"), site)
    assert "skrivskyddad" in str(caught.value)
    with (
        pytest.raises(MachineError, match="Det går inte att skriva"),
        place.only_one(small_disk / "state"),
    ):
        pass
    assert texts(site) == ["gammal"] * 3


def test_a_second_run_is_turned_away_and_the_lock_ends_with_the_process(tmp_path: Path) -> None:
    code = """
import sys, time
from pathlib import Path
from analysis.site import swap as place
with place.only_one(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""
    holder = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path / "state")], stdout=subprocess.PIPE
    )
    assert holder.stdout and holder.stdout.readline()
    with (
        pytest.raises(MachineError, match="En annan körning pågår"),
        place.only_one(tmp_path / "other", tmp_path / "state"),
    ):
        pass
    holder.kill()
    holder.wait()
    with place.only_one(tmp_path / "other", tmp_path / "state"):
        pass
