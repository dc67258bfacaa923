"""The files to double-click: the files are checked, then the report is made and opened."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
WINDOWS, MACOS = ROOT / "Gör rapporten.cmd", ROOT / "Gör rapporten.command"
STAND_IN = """#!/bin/bash
echo "$(basename "$0") $*" >>"$LOG"
[ "$*" != "run.py $FAILS" ]
"""


@pytest.mark.skipif(os.name == "nt", reason="a POSIX script")
@pytest.mark.parametrize(
    ("fails", "called"),
    [
        ("", ["python3 run.py check", "python3 run.py report", "open _site/index.html"]),
        ("check", ["python3 run.py check"]),
        ("report", ["python3 run.py check", "python3 run.py report"]),
    ],
)
def test_the_report_is_made_of_files_that_can_be_used_only(
    fails: str, called: list[str], tmp_path: Path
) -> None:
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("python3", "open"):
        (programs / name).write_text(STAND_IN, encoding="utf-8")
        (programs / name).chmod(0o755)
    here = tmp_path / "Åsas mapp (ny)"
    here.mkdir()
    shutil.copy(MACOS, here)
    log = tmp_path / "log"
    env = {**os.environ, "PATH": f"{programs}:{os.environ['PATH']}", "LOG": str(log)}
    done = subprocess.run(
        [str(here / MACOS.name)],
        env={**env, "FAILS": fails},
        input="\n",
        capture_output=True,
        text=True,
        check=False,
    )
    assert log.read_text("utf-8").splitlines() == called, done.stderr


def test_windows_does_the_same_and_leaves_its_window_open() -> None:
    content = WINDOWS.read_bytes()
    assert content.count(b"\n") == content.count(b"\r\n"), "cmd.exe misreads other line ends"
    lines = content.decode("utf-8").splitlines()
    order = ["chcp 65001", 'pushd "%~dp0"', "run.py check", "goto slut", "run.py report"]
    places = [next(n for n, line in enumerate(lines) if part in line) for part in order[:3]]
    assert places == sorted(places)
    check, report = (lines.index(f"%PYTHON% run.py {name}") for name in ("check", "report"))
    assert lines[check + 1] == "if errorlevel 1 goto slut"
    assert lines[report + 1] == 'if not errorlevel 1 start "" "_site\\index.html"'
    assert lines[-1] == "pause"
