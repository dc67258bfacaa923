"""The hooks that look before git stores anything agree with the rest of the project."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
HOOKS = {
    hook["id"]: hook
    for repository in yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text("utf-8"))["repos"]
    for hook in repository["hooks"]
}


def test_style_is_checked_by_the_pinned_version() -> None:
    pinned = re.search(r"^ruff==\S+", (ROOT / "requirements-dev.txt").read_text("utf-8"), re.M)
    assert pinned is not None
    for name in ("ruff-check", "ruff-format"):
        assert HOOKS[name]["additional_dependencies"] == [pinned[0]]


@pytest.mark.parametrize(
    ("path", "refused"),
    [
        ("data/raw/insikt_2026.xlsx", True),
        ("data/processed/answers_2026.parquet", True),
        ("_site/index.html", True),
        ("data/raw/README.md", False),
        ("data/example/insikt_2025.xlsx", False),
    ],
)
def test_answers_are_refused(path: str, refused: bool) -> None:
    assert bool(re.search(HOOKS["no-data"]["files"], path)) is refused


def test_the_checked_number_tables_are_kept_when_outputs_are_stripped() -> None:
    for path in (ROOT / "notebooks").glob("*.ipynb"):
        for cell in nbformat.read(path, 4).cells:
            kept = "keep_output" in cell.metadata.get("tags", [])
            assert kept == ("NBVAL_CHECK_OUTPUT" in cell.source), (path.name, cell.id)
