"""The processes of a run, as Linux tells of them: their memory and their processor time."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

MILLION = 1_000_000


def peak_memory(command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> float:
    """Megabytes that a command and all it starts have at most; zero on another system."""
    if not Path("/proc/self/status").exists():
        return 0.0
    running = subprocess.Popen(
        command,
        cwd=folder,
        env=dict(environment),
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    most = 0.0
    while running.poll() is None:
        most = max(most, sum(map(resident, descendants(running.pid))))
        time.sleep(0.1)
    return most


def descendants(process: int) -> list[int]:
    """A process and everything it has started."""
    parents: dict[int, list[int]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents.setdefault(int(fields[1]), []).append(int(path.parent.name))
    found, waiting = [], [process]
    while waiting:
        one = waiting.pop()
        found.append(one)
        waiting += parents.get(one, [])
    return found


def resident(process: int) -> float:
    """Megabytes of memory that a process has for itself, shared parts divided by their users."""
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    sizes = [int(line.split()[1]) for line in lines if line.startswith("Pss:")]
    return sum(sizes) * 1024 / MILLION


def processor_time(process: int) -> float:
    """Seconds of processor time of one process so far; zero when it has ended."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def started_as(process: int) -> str:
    """The command line of a process; empty when it has ended."""
    try:
        return Path(f"/proc/{process}/cmdline").read_text().replace("\0", " ").strip()
    except OSError:
        return ""
