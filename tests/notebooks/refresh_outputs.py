"""Store the number tables that the notebook tests compare with.

Run it after a change that is meant to change a number, and read the difference before committing:
``python tests/notebooks/refresh_outputs.py``. Only cells marked ``NBVAL_CHECK_OUTPUT`` get outputs.
"""

from __future__ import annotations

import ast
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

import nbformat

ROOT = Path(__file__).resolve().parents[2]
MARK = "NBVAL_CHECK_OUTPUT"
NOTEBOOKS = ("10_rensa", "20_index", "30_framgangsfaktorer", "50_maluppfyllelse")
"""Those with a number table, in the order they feed each other."""


def defaults(template: Path) -> dict[str, Any]:
    """The values that a template's parameters cell states."""
    cells = nbformat.read(template, 4).cells
    cell = next(cell for cell in cells if "parameters" in cell.metadata.get("tags", []))
    return {
        statement.target.id: ast.literal_eval(statement.value)
        for statement in ast.parse(cell.source).body
        if isinstance(statement, ast.AnnAssign)
        and isinstance(statement.target, ast.Name)
        and statement.value
    }


def store_outputs(executed: Path, template: Path) -> bool:
    """Put the check cells' outputs into a template.

    Returns
    -------
    bool
        Whether anything changed.
    """
    before = template.read_text("utf-8")
    notebook = nbformat.reads(before, 4)
    made = [cell for cell in nbformat.read(executed, 4).cells if MARK in cell.source]
    marked = [cell for cell in notebook.cells if cell.cell_type == "code" and MARK in cell.source]
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = []
            cell.execution_count = None
    for cell, done in zip(marked, made, strict=True):
        cell.outputs = done.outputs
        # nbval takes a cell without a number for one that was never run.
        cell.execution_count = 1
    text = nbformat.writes(notebook) + "\n"
    template.write_text(text, "utf-8", newline="\n")
    return text != before


def main() -> None:
    """Run the example and store every number table."""
    from analysis.project import Project, Request
    from analysis.report.make import report
    from analysis.run.notebooks import run_notebook
    from analysis.run.runner import Progress

    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch) / "project"
        for part in ("config", "notebooks", "reports", "data/example", "data/official"):
            shutil.copytree(ROOT / part, root / part)
        for file in ("_quarto.yml", "pyproject.toml", "requirements.txt"):
            shutil.copy(ROOT / file, root / file)
        (root / "published").mkdir()
        report(Project(root), Request(example=True, engine="embedded"), Progress())
        # The default parameters are relative to the notebooks' folder.
        os.chdir(root / "notebooks")
        for name in NOTEBOOKS:
            executed = Path(scratch) / f"{name}.ipynb"
            template = ROOT / "notebooks" / f"{name}.ipynb"
            run_notebook(template, defaults(template), executed, None)
            changed = store_outputs(executed, template)
            print(f"{template.name}: {'changed' if changed else 'unchanged'}")
        os.chdir(ROOT)


if __name__ == "__main__":
    main()
