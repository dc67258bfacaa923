"""Notebooks hold parameters, imports and calls; everything that thinks is in the package."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path
from typing import Any

import pytest

from analysis.report.templates import templates

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
THINKING = (
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.ClassDef,
    ast.Lambda,
    ast.BinOp,
    ast.AugAssign,
    ast.BoolOp,
    ast.Compare,
    ast.If,
    ast.IfExp,
    ast.For,
    ast.While,
    ast.Try,
    ast.With,
    ast.Delete,
)
LIBRARIES = {"pathlib", "analysis"}
LONGEST_CELL = 20


def cells(path: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(path.read_text("utf-8"))["cells"]
    return found


def code(path: Path) -> list[str]:
    return ["".join(cell["source"]) for cell in cells(path) if cell["cell_type"] == "code"]


def test_every_table_that_a_notebook_reads_is_written_by_another() -> None:
    found = templates(ROOT / "notebooks")
    assert len(found) >= 10
    written = {name for template in found for name in template.writes}
    given = {"raw", "collection", "config", "published", "comments", "texts"}
    given |= {path.name for path in (ROOT / "config").iterdir()}
    for template in found:
        assert set(template.reads) <= written | given, template.path.name


def test_every_page_of_the_menu_is_made() -> None:
    made = {f"{template.page}.ipynb" for template in templates(ROOT / "notebooks")}
    linked = set(re.findall(r"\b[\w/-]+\.ipynb", (ROOT / "_quarto.yml").read_text("utf-8")))
    areas = {name for name in linked if name.startswith("omraden/")}
    assert linked - areas <= made


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_only_imports_and_calls(path: Path) -> None:
    for text in code(path):
        assert len(text.splitlines()) <= LONGEST_CELL
        for node in ast.walk(ast.parse(text)):
            assert not isinstance(node, THINKING), ast.unparse(node)
            if isinstance(node, ast.Import | ast.ImportFrom):
                names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
                names += [a.name for a in node.names] if isinstance(node, ast.Import) else []
                assert {name.split(".")[0] for name in names} <= LIBRARIES


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_has_one_cell_of_annotated_parameters(path: Path) -> None:
    tagged = [cell for cell in cells(path) if "parameters" in cell["metadata"].get("tags", [])]
    assert len(tagged) == 1
    body = ast.parse("".join(tagged[0]["source"])).body
    assert body
    assert all(isinstance(statement, ast.AnnAssign) and statement.value for statement in body)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_template_stores_nothing_but_its_number_tables(path: Path) -> None:
    for cell in cells(path):
        if cell["cell_type"] == "code":
            checked = "NBVAL_CHECK_OUTPUT" in "".join(cell["source"])
            assert cell["execution_count"] == (1 if checked else None)
            assert bool(cell["outputs"]) == checked
            assert {output["output_type"] for output in cell["outputs"]} <= {"stream"}


def test_only_two_pages_of_numbers_are_made_from_answers() -> None:
    """No other opens a table of answers, and no other than the cleaning reads raw files."""
    texts = {path.stem: path.read_text("utf-8") for path in NOTEBOOKS}
    reading = {name for name, text in texts.items() if "store.answers(" in text}
    assert reading == {"20_index", "30_framgangsfaktorer"}
    assert {name for name, text in texts.items() if "intake.read(" in text} == {"10_rensa"}
