"""What the documents say can be done, and leads somewhere."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from analysis.cli import parser

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    *sorted((ROOT / "docs").glob("*.md")),
    *ROOT.glob("data/*/*.md"),
]
COMMAND = re.compile(r"python run\.py[^`\n|]*")
LINK = re.compile(r"\]\((?!https?://|#)([^)#\s]+)")


def commands() -> list[tuple[str, str]]:
    return [
        (path.name, found.strip())
        for path in DOCUMENTS
        for found in COMMAND.findall(path.read_text(encoding="utf-8"))
    ]


@pytest.mark.parametrize(("document", "command"), sorted(set(commands())))
def test_a_command_in_a_document_is_understood(document: str, command: str) -> None:
    words = shlex.split(command.replace("[FILE…]", "").replace("[FIL…]", "").rstrip(".,"))[2:]
    if words[:1] == ["test"]:
        return
    if not words or words[0].startswith("-"):
        words = ["report", *words]
    parser().parse_args(words)


def test_there_are_commands_to_test() -> None:
    assert {"README.md", "handbok.md"} <= {name for name, _ in commands()}


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_to_files(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    missing = [link for link in LINK.findall(text) if not (path.parent / link).exists()]
    assert missing == []


def test_the_readmes_options_are_the_programs() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    told = set(re.findall(r"--[a-z]+", text.split("`report` (the default) takes")[1][:400]))
    report = parser().parse_args(["report"])
    assert {option[2:] for option in told} <= set(vars(report))
    assert len(told) >= 8
