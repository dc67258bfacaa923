"""The command that opens JupyterLab."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from analysis.commands import lab
from analysis.errors import UsageError
from analysis.project import Project


def test_without_tables_it_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"python run\.py"):
        lab.command(Project(tmp_path))


@pytest.mark.slow
def test_it_starts_at_the_analyst_s_notebooks(example_project: Project, tmp_path: Path) -> None:
    """A server that answers, and shows the folder of worked questions."""
    program = lab.command(example_project, browser=False)
    assert program[0] == sys.executable
    token = "provningsnyckel"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    more = (f"--IdentityProvider.token={token}", f"--ServerApp.port={port}", "--allow-root")
    running = subprocess.Popen(
        [*program, *more], stderr=subprocess.DEVNULL, env={**os.environ, "HOME": str(tmp_path)}
    )
    address = f"http://127.0.0.1:{port}/api/contents/utforska?token={token}"
    try:
        assert b"korstabell.ipynb" in answer(address)
    finally:
        running.send_signal(signal.SIGTERM)
        running.wait(20)


def answer(address: str) -> bytes:
    """The server's answer, once it is up."""
    end = time.monotonic() + 60
    while True:
        try:
            return bytes(urlopen(address, timeout=20).read())
        except URLError:
            assert time.monotonic() < end
            time.sleep(0.5)
