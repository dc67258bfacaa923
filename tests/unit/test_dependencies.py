"""Dependencies: pinned with hashes, each of them used, each import declared, licences listed."""

from __future__ import annotations

import ast
import importlib.util
import re
import sys
import tomllib
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCKS = sorted(ROOT.glob("requirements*.txt"))
# Packages whose module has another name.
MODULES = {
    "pyyaml": "yaml",
    "python-pptx": "pptx",
    "markdown-it-py": "markdown_it",
    "pypandoc_binary": "pypandoc",
    "ipython": "IPython",
}
# Needed without being imported: notebooks run in the one, and the client asked for the other.
UNIMPORTED = {"ipykernel", "jupyter"}
FORBIDDEN = re.compile(r"\b(AGPL|GPL|SSPL|BUSL|proprietary)", re.IGNORECASE)


def script(name: str) -> ModuleType:
    """A script of the documents as a module."""
    spec = importlib.util.spec_from_file_location(name, ROOT / "docs" / f"{name}.py")
    assert spec and spec.loader
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


def declared() -> set[str]:
    with (ROOT / "pyproject.toml").open("rb") as file:
        lines = tomllib.load(file)["project"]["dependencies"]
    names = {re.split(r"[^\w.-]", line)[0].lower() for line in lines}
    return {MODULES.get(name, name.replace("-", "_")) for name in names}


def imported() -> set[str]:
    found: set[str] = set()
    for path in (ROOT / "src").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.add(node.module.split(".")[0])
    return found - sys.stdlib_module_names - {"analysis"}


def test_every_dependency_is_used() -> None:
    assert declared() - imported() - UNIMPORTED == set()


def test_everything_imported_is_declared() -> None:
    assert imported() - declared() == set()


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_every_pin_has_an_exact_version_and_hashes(lock: Path) -> None:
    text = re.sub(r"^\s*#.*\n", "", lock.read_text("utf-8"), flags=re.MULTILINE)
    entries = [entry for entry in re.split(r"\n(?=\S)", text.strip()) if entry]
    assert entries
    for entry in entries:
        assert re.match(r"[\w.-]+==[\w.]+( ; [^\\]+)? \\\n", entry), entry.splitlines()[0]
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", entry), entry.splitlines()[0]


def test_every_pin_is_ready_made_for_every_python_and_system() -> None:
    """The registry was asked about these very pins, by ``python docs/make_wheels.py``."""
    make, run = script("make_wheels"), ROOT / "run.py"
    assert make.NOTE.read_text("utf-8") == make.note(), "run python docs/make_wheels.py"
    oldest, newest = re.findall(r"\(3, (\d+)\)", run.read_text("utf-8"))[:2]
    assert tuple(f"3.{minor}" for minor in range(int(oldest), int(newest) + 1)) == make.PYTHONS
    assert {system.split("-")[-1] for system in make.SYSTEMS} == {"windows", "darwin", "gnu"}


def test_the_licences_are_listed_and_let_a_municipality_use_them() -> None:
    """Where a package is installed here its licence is the one listed; every pin has a line."""
    make = script("make_licences")
    listed = {
        (cells[1].strip(), cells[2].strip()): cells[3].strip()
        for line in make.PAGE.read_text("utf-8").splitlines()
        if len(cells := line.split("|")) == 5 and "==" not in line
    }
    rows = list(make.rows())
    assert len(rows) > 100
    assert listed.keys() == {(n, v) for n, v, _ in rows} | {("package", "version"), ("---", "---")}
    for name, version, told in rows:
        # On another system some of these are not installed; the list has them all the same.
        if told != make.OTHER_SYSTEM:
            assert listed[name, version] == told
    assert make.OTHER_SYSTEM not in listed.values()
    assert not [name for name, told in listed.items() if FORBIDDEN.search(told)]
    assert "not stated" not in listed.values()
