"""The analyst's notebooks and guide run on the example, and protect small numbers."""

from __future__ import annotations

import json
import re
from pathlib import Path

import lxml.html
import nbformat
import pytest
from nbclient import NotebookClient

from analysis.measures import crosstab
from analysis.present.data import ReportData
from analysis.project import Project
from analysis.settings import load

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks" / "utforska").glob("*.ipynb"))
GUIDE = ROOT / "docs" / "analytiker.md"


def run(path: Path, project: Project) -> nbformat.NotebookNode:
    notebook = nbformat.read(path, 4)
    folder = project.root / "notebooks" / "utforska"
    NotebookClient(
        notebook, kernel_name="python3", resources={"metadata": {"path": str(folder)}}
    ).execute()
    return notebook


def test_there_is_a_notebook_for_each_question_of_the_guide() -> None:
    named = re.findall(r"^\| `(\w+)\.ipynb`", GUIDE.read_text("utf-8"), re.MULTILINE)
    assert sorted(named) == [path.stem for path in NOTEBOOKS]
    assert len(named) >= 5


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_opens_with_its_question_and_stores_no_output(path: Path) -> None:
    cells = json.loads(path.read_text("utf-8"))["cells"]
    opening = "".join(cells[0]["source"])
    assert opening.startswith("# ")
    assert "**Frågan:**" in opening
    assert "**Så går det till:**" in opening
    assert not any(cell.get("outputs") for cell in cells)


@pytest.mark.slow
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_from_the_top_and_shows_something(
    path: Path, example_project: Project
) -> None:
    before = {p: p.stat().st_mtime_ns for p in example_project.processed.rglob("*.parquet")}
    shown = [output for cell in run(path, example_project).cells for output in _outputs(cell)]
    assert any("text/html" in output.get("data", {}) for output in shown)
    after = {p: p.stat().st_mtime_ns for p in example_project.processed.rglob("*.parquet")}
    assert after == before


def _outputs(cell: nbformat.NotebookNode) -> list[nbformat.NotebookNode]:
    return list(cell.get("outputs", []))


@pytest.mark.slow
def test_the_crosstab_shows_no_small_cell_and_none_that_can_be_worked_out(
    example_project: Project,
) -> None:
    """The counts beside the indices are held against the rule once more."""
    notebook = run(ROOT / "notebooks" / "utforska" / "korstabell.ipynb", example_project)
    tables = [
        lxml.html.fromstring(output["data"]["text/html"]).find(".//table")
        for cell in notebook.cells
        for output in _outputs(cell)
        if "text/html" in output.get("data", {})
    ]
    indices, counts = (
        [[td.text_content() for td in row.iter("td")] for row in table.find("tbody")]
        for table in tables[-2:]
    )
    assert [[cell == "dolt" for cell in row] for row in indices] == [
        [cell == "dolt" for cell in row] for row in counts
    ]
    least = load(ROOT / "config").rules.disclosure.min_answers.value
    assert all(
        cell == "dolt" or int(cell) == 0 or int(cell) >= least for row in counts for cell in row
    )
    for line in (*counts, *zip(*counts, strict=True)):
        assert list(line).count("dolt") != 1


@pytest.mark.slow
def test_the_code_of_the_guide_runs(
    example_project: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(example_project.root / "notebooks" / "utforska")
    blocks = re.findall(r"```python\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)
    assert len(blocks[0].strip().splitlines()) == 5
    names: dict[str, object] = {}
    for block in blocks:
        exec(compile(block, GUIDE.name, "exec"), names)
    assert isinstance(names["data"], ReportData)
    assert names["crosstab"] is crosstab
    assert "dolt" in capsys.readouterr().out


@pytest.mark.slow
def test_the_tables_and_columns_of_the_guide_are_there(example_project: Project) -> None:
    folder = example_project.processed / "example"
    data = ReportData.open(str(folder), str(example_project.config), "0188", True, "2026-11-23")
    text = GUIDE.read_text("utf-8").split("## Tabellerna")[1].split("## ")[0]
    rows = [line.strip("|").split("|") for line in text.splitlines() if line.startswith("| `")]
    assert len(rows) >= 8
    for names, _, columns in rows:
        for name in re.findall(r"`([^`]+)`", names):
            table = data.table(name.replace("<år>", str(data.year)))
            wanted = [c for c in re.findall(r"`([a-z_]+)`", columns)]
            assert set(wanted) <= set(table.columns), name
