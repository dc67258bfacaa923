"""The report on every supported Python found on this computer, with the pinned packages."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SUPPORTED = tuple((3, minor) for minor in range(11, 16))
pytestmark = pytest.mark.slow


def interpreter(version: tuple[int, int]) -> str:
    """An installed Python of a version, from the PATH or beside the one running."""
    name = "python{}.{}".format(*version)
    found = [Path(found)] if (found := shutil.which(name)) else []
    found += sorted(Path(sys.base_prefix).parent.glob("{}.{}.*/bin/python".format(*version)))
    for path in found:
        asked = [str(path), "-c", "import sys; print(sys.version_info[:2])"]
        told = subprocess.run(asked, capture_output=True, text=True, check=False)
        if told.stdout.strip() == str(version):
            return str(path)
    pytest.skip(f"no Python {version[0]}.{version[1]} on this computer")


@pytest.mark.parametrize("version", SUPPORTED, ids=lambda version: "{}.{}".format(*version))
def test_the_example_s_report_is_the_same(
    version: tuple[int, int], tmp_path: Path, example_site: Path
) -> None:
    """Same tables, PDF and pages but for the version itself, which stands in the record."""
    if version == sys.version_info[:2]:
        pytest.skip("every other test runs on this Python")
    uv = shutil.which("uv") or shutil.which("uv", path=str(Path(sys.executable).parent))
    if not uv:
        pytest.skip("no uv to make an environment with in short time")
    root = tmp_path / "projekt"
    for part in ("src", "config", "notebooks", "reports", "data/example", "data/official"):
        unwanted = shutil.ignore_patterns("__pycache__", "*.egg-info")
        shutil.copytree(ROOT / part, root / part, ignore=unwanted)
    for file in ("_quarto.yml", "pyproject.toml", "requirements.txt", "README.md"):
        shutil.copy(ROOT / file, root / file)
    for folder in ("data/raw", "published"):
        (root / folder).mkdir()
    venv = tmp_path / "venv"
    python = venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    install = [uv, "pip", "install", "-q", "--python", str(python)]
    pinned = ["--only-binary", ":all:", "--require-hashes", "-r", str(root / "requirements.txt")]
    project = ["--no-deps", "--no-build-isolation", "-e", str(root)]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    # As run.py does: a network that looks into its traffic has certificates of its own.
    environment.setdefault("UV_SYSTEM_CERTS", "1")
    report = ["-m", "analysis", "report", "--example", "--engine", "embedded"]
    for command in (
        [uv, "venv", "-q", "--python", interpreter(version), str(venv)],
        [*install, *pinned],
        [*install, *project],
        [str(python), *report, "--date", "2026-11-23"],
    ):
        done = subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    made = root / "_site"
    names = {path.relative_to(made) for path in made.rglob("*") if path.is_file()}
    first = {path.relative_to(example_site) for path in example_site.rglob("*") if path.is_file()}
    assert names == first
    changed = {
        name.as_posix()
        for name in names
        if (made / name).read_bytes() != (example_site / name).read_bytes()
    }
    # The method tells the version, and stands in the whole report too.
    assert changed <= {"metod.html", "assets/search-index.js", "rapport.html", "rapport.pdf"}
