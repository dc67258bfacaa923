"""The house rules that a program can check: style, types, floors, size of modules."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections import Counter
from graphlib import TopologicalSorter
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).resolve().parents[2]
LONGEST_MODULE = 450


def run(*command: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, *command], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize(
    "command",
    [
        ("-m", "ruff", "check", "."),
        ("-m", "ruff", "format", "--check", "."),
        ("-m", "mypy"),
        # Apart: there is another module called run.
        ("-m", "mypy", "benchmarks"),
        ("-c", "from importlinter.cli import lint_imports_command as c; c()"),
    ],
    ids=["ruff check", "ruff format", "mypy --strict", "benchmarks", "import contracts"],
)
def test_it_passes(command: tuple[str, ...]) -> None:
    code, told = run(*command)
    assert code == 0, told


def test_no_module_grows_too_long() -> None:
    lengths = {
        str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines())
        for path in (ROOT / "src").rglob("*.py")
    }
    assert lengths
    assert {path: n for path, n in lengths.items() if n > LONGEST_MODULE} == {}


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "src").rglob("*.py")
        if not path.read_text(encoding="utf-8").lstrip().startswith('"""')
    ]
    assert silent == []


def test_no_page_or_template_loads_anything_from_outside() -> None:
    loading = []
    for folder in ("src", "reports", "notebooks"):
        for path in (ROOT / folder).rglob("*"):
            if path.suffix in {".html", ".qmd", ".ipynb", ".css", ".js", ".lua", ".scss"}:
                if path.name.endswith(".min.js"):
                    continue
                text = path.read_text(encoding="utf-8")
                for start in ('src="http', "src='http", 'href="http', "@import", "url(http"):
                    if start in text:
                        loading.append((path.name, start))
    assert loading == []


def test_no_import_goes_round_in_a_circle() -> None:
    """Neither between modules, nor between the packages in a package."""
    graph = grimp.build_graph("analysis", exclude_type_checking_imports=True)
    modules = {name: graph.find_modules_directly_imported_by(name) for name in graph.modules}
    TopologicalSorter(modules).prepare()
    for depth in (2, 3, 4):
        rooms: dict[str, set[str]] = {}
        for name, imported in modules.items():
            own = room(name, depth)
            rooms.setdefault(own, set()).update(room(one, depth) for one in imported)
            rooms[own].discard(own)
        TopologicalSorter(rooms).prepare()


def room(module: str, depth: int) -> str:
    """The package that a module lies in, by its first names; the module itself if it is higher."""
    return ".".join(module.split(".")[:depth])


def test_no_two_classes_have_one_name() -> None:
    names = Counter(
        node.name
        for path in (ROOT / "src").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef)
    )
    assert [name for name, count in names.items() if count > 1] == []
