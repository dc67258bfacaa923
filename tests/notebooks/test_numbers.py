"""The number tables stored in the templates are what the example gives today (nbval)."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from analysis.project import Project

ROOT = Path(__file__).resolve().parents[2]
CHECKED = [
    path
    for path in sorted((ROOT / "notebooks").glob("*.ipynb"))
    if "NBVAL_CHECK_OUTPUT" in path.read_text("utf-8")
]


def test_there_are_number_tables_to_check() -> None:
    assert [path.stem[:2] for path in CHECKED] == ["10", "20", "30", "50"]


@pytest.mark.slow
def test_the_stored_number_tables_still_hold(example_project: Project, tmp_path: Path) -> None:
    """On a difference: ``python tests/notebooks/refresh_outputs.py``, and read what changed."""
    root = tmp_path / "project"
    for part in ("config", "data"):
        shutil.copytree(example_project.root / part, root / part)
    shutil.copytree(example_project.texts, root / "notebooks" / "texter")
    for path in CHECKED:
        shutil.copy(path, root / "notebooks")
    command = [sys.executable, "-m", "pytest", "--nbval-lax", "--nbval-current-env", "-q"]
    done = subprocess.run(
        [*command, "-p", "no:cacheprovider", str(root / "notebooks")],
        cwd=root,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:]


def test_a_stored_table_says_what_the_plan_says() -> None:
    """The example is made so that 2023 gives the plan's baseline (NKI 71, six areas)."""
    cells = json.loads((ROOT / "notebooks" / "20_index.ipynb").read_text("utf-8"))["cells"]
    stored = "".join(
        line for cell in cells for output in cell.get("outputs", []) for line in output["text"]
    )
    row = next(line for line in stored.splitlines() if line.split()[:2] == ["2023", "total6"])
    assert "71.0" in row.split()
