"""Ask the registry whether every pin is ready-made for every Python and system, and note it.

Run with ``python docs/make_wheels.py`` after the pins have changed (it needs the network and takes
a minute). A test compares the note with the pins, so that none is changed without the question.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
NOTE = ROOT / "docs" / "wheels.txt"
PINS = ("requirements.txt", "requirements-dev.txt", "requirements-uv.txt")
PYTHONS = ("3.11", "3.12", "3.13", "3.14", "3.15")
SYSTEMS = (
    "windows",
    "aarch64-apple-darwin",
    "x86_64-unknown-linux-gnu",
    "aarch64-unknown-linux-gnu",
)
MACOS = "15.0"
"""The oldest macOS asked for."""


def note() -> str:
    """What the note says when every pin is there."""
    digests = [f"{name} {hashlib.sha256((ROOT / name).read_bytes()).hexdigest()}" for name in PINS]
    asked = [f"Python {python} {system}" for python in PYTHONS for system in SYSTEMS]
    lines = ["Every pin of these files has a ready-made package:", *digests, "for:", *asked]
    return "\n".join([*lines, ""])


def missing() -> Iterator[str]:
    """The pins without one, as the installer tells it."""
    uv = shutil.which("uv") or shutil.which("uv", path=str(Path(sys.executable).parent))
    if not uv:
        sys.exit("uv is needed, and is not on the PATH")
    command = [uv, "pip", "compile", "-q", "--no-deps", "--only-binary", ":all:"]
    for python in PYTHONS:
        for system in SYSTEMS:
            asked = [*command, "--python-version", python, "--python-platform", system, *PINS]
            answer = subprocess.run(
                asked,
                cwd=ROOT,
                env={**os.environ, "MACOSX_DEPLOYMENT_TARGET": MACOS},
                capture_output=True,
                text=True,
                check=False,
            )
            if answer.returncode:
                yield f"Python {python} {system}\n{answer.stderr}"


def main() -> None:
    found = list(missing())
    if found:
        sys.exit("\n".join(found))
    NOTE.write_text(note(), encoding="utf-8")


if __name__ == "__main__":
    main()
