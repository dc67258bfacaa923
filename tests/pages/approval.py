"""Compares the text of pages with the text that was approved."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from difflib import unified_diff
from pathlib import Path

import pytest

APPROVED = Path(__file__).parent / "approved"
APPROVING = "NKI_APPROVE"
"""Set by `approve.py`: the text is stored instead of compared."""


def compare(case: str, pages: Mapping[str, str]) -> None:
    """Fail with the difference between the pages of a case and the approved ones."""
    folder = APPROVED / case
    if APPROVING in os.environ:
        shutil.rmtree(folder, ignore_errors=True)
        for page, text in pages.items():
            path = folder / f"{page}.md"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8", newline="\n")
        return
    approved = {
        path.relative_to(folder).with_suffix("").as_posix(): path.read_text("utf-8")
        for path in folder.rglob("*.md")
    }
    difference = [
        line
        for page in sorted(approved.keys() | pages.keys())
        for line in unified_diff(
            approved.get(page, "").splitlines(),
            pages.get(page, "").splitlines(),
            f"approved/{case}/{page}.md",
            "now",
            lineterm="",
            n=1,
        )
    ]
    if difference:
        hint = "As meant? Approve with: python tests/pages/approve.py"
        pytest.fail("\n".join([*difference, hint]), pytrace=False)
