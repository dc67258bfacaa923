"""The figures' pictures: drawn all at once, whole and aside."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from analysis.present.bundle import Figure
from analysis.present.tables import Column, Table
from analysis.render import embedded, pictures


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """What each drawing process was asked for; it writes the figure's height as its picture."""
    asked: list[list[str]] = []

    class Done:
        returncode = 0

    def run(command: list[str], *, input: str, **_: Any) -> Done:
        figures = json.loads(input)
        asked.append(sorted(figures))
        for name, figure in figures.items():
            Path(command[-1], f"{name}.svg").write_text(str(figure["layout"]["height"]))
        return Done()

    monkeypatch.setattr(pictures.subprocess, "run", run)
    return asked


def notebook(folder: Path, **heights: int) -> Path:
    plots = {name: {"data": [], "layout": {"height": h}} for name, h in heights.items()}
    return executed(folder / "bilaga.ipynb", plots)


def executed(path: Path, plots: dict[str, Any]) -> Path:
    """A notebook as a run leaves it: each figure shown by its Markdown."""
    table = Table("x", "X", ["a"], (Column("a", "A", str), Column("b", "B", str)))
    figures = [Figure(name, plot, "Alt", "Text.", table) for name, plot in plots.items()]
    outputs = [{"data": {"text/markdown": figure._repr_markdown_()}} for figure in figures]
    path.write_text(json.dumps({"cells": [{"outputs": outputs}]}), "utf-8")
    return path


def plots(page: Path) -> dict[str, Any]:
    """The figures of a page by the name of their picture."""
    return {figure.name: figure.plot for figure in pictures.of_page(page, "bilaga")}


def test_all_figures_are_drawn_in_one_go(tmp_path: Path, drawn: list[list[str]]) -> None:
    folder = tmp_path / "figurer"
    assert pictures.write(plots(notebook(tmp_path, matris=1, tidplan=2)), folder) == []
    assert drawn == [["bilaga-matris", "bilaga-tidplan"]]
    assert (folder / "bilaga-tidplan.svg").read_text() == "2"


@pytest.mark.parametrize("left", ["another day's picture", None])
def test_a_picture_that_a_killed_run_left_behind_is_replaced(
    tmp_path: Path, drawn: list[list[str]], left: str | None
) -> None:
    folder = tmp_path / "figurer"
    if left:
        folder.mkdir()
        (folder / "bilaga-tidplan.svg").write_text(left)
    pictures.write(plots(notebook(tmp_path, tidplan=2)), folder)
    assert (folder / "bilaga-tidplan.svg").read_text() == "2"
    assert len(drawn) == 1


def test_what_could_not_be_drawn_is_tried_again_next_time(
    tmp_path: Path, drawn: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, page = tmp_path / "figurer", notebook(tmp_path, tidplan=2)
    with monkeypatch.context() as patch:
        patch.setattr(pictures.subprocess, "run", lambda *_, **__: type("", (), {"returncode": 1}))
        assert "kunde inte ritas" in pictures.write(plots(page), folder)[0]
    assert "kunde inte ritas" in (folder / "bilaga-tidplan.svg").read_text("utf-8")
    assert pictures.write(plots(page), folder) == []
    assert (folder / "bilaga-tidplan.svg").read_text() == "2"


def test_a_figure_of_two_pages_is_drawn_once(tmp_path: Path, drawn: list[list[str]]) -> None:
    page, folder = notebook(tmp_path, tidplan=2), tmp_path / "figurer"
    both = {
        figure.name: figure.plot
        for name in ("bilaga", "omraden/bygglov")
        for figure in pictures.of_page(page, name)
    }
    pictures.write(both, folder)
    assert drawn == [["bilaga-tidplan"]]
    assert (folder / "omraden-bygglov-tidplan.svg").read_text() == "2"


def test_a_bitmap_is_the_vector_picture_on_white_and_the_same_bytes_each_time(
    tmp_path: Path,
) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.svg").write_text(pictures.PLACEHOLDER, "utf-8")
    pictures.bitmaps(["a", "b"], tmp_path)
    first = (tmp_path / "a.png").read_bytes()
    # A picture of 700 × 60 pixels, at half as many again.
    assert [int.from_bytes(first[at : at + 4]) for at in (16, 20)] == [1050, 90]
    pictures.bitmaps(["a"], tmp_path)
    assert (tmp_path / "a.png").read_bytes() == first == (tmp_path / "b.png").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.png", "a.svg", "b.png", "b.svg"]


@pytest.mark.skipif(
    not version("kaleido").startswith("0."), reason="kaleido bär sin egen webbläsare bara på Linux"
)
def test_figures_are_drawn_by_what_lies_in_a_folder_with_a_space_and_swedish_letters(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The drawing program itself lies in the project's folder, in .venv."""
    folder = tmp_path / "Min mapp åäö"
    for name in ("kaleido", "plotly"):
        spec = importlib.util.find_spec(name)
        assert spec is not None
        assert spec.origin is not None
        shutil.copytree(Path(spec.origin).parent, folder / ".venv" / name, copy_function=_linked)
    monkeypatch.setenv(
        "PYTHONPATH", os.pathsep.join([str(folder / ".venv"), *filter(None, sys.path)])
    )
    line = {"type": "scatter", "x": [71.0, 73.8], "y": [1, 2], "mode": "lines"}
    data = [{"type": "bar", "x": [71.0, 73.8], "y": ["2024", "2025"]}, line]
    plot = {"data": data, "layout": {"title": {"text": "Lägst på åtta år"}, "height": 300}}
    page = executed(folder / "bilaga.ipynb", {"tidplan": plot})
    assert pictures.write(plots(page), folder / "figurer") == []
    drawn = (folder / "figurer" / "bilaga-tidplan.svg").read_text("utf-8")
    assert drawn.count('class="point"') == 2
    assert pictures.write(plots(page), folder / "figurer") == []
    assert (folder / "figurer" / "bilaga-tidplan.svg").read_text("utf-8") == drawn, (
        "another name each time"
    )
    assert "Lägst på åtta år" in _pdf_with_the_figure(folder)


def _pdf_with_the_figure(folder: Path) -> str:
    """The text of a PDF made in a folder: a figure's words are text there, a picture's are not."""
    (folder / "bilaga.ipynb").unlink()
    for partial in (Path(pictures.__file__).parent / "assets").glob("*.typ"):
        shutil.copy(partial, folder)
    (folder / "_quarto.yml").write_text(
        "project: {type: website}\nwebsite: {title: Prov}\nformat:\n  typst:\n    "
        "template-partials: [typst-template.typ, typst-show.typ]\n",
        "utf-8",
    )
    (folder / "bilaga.qmd").write_text(
        "---\ntitle: Bilaga\nformat: typst\n---\n\n::: {#fig-tidplan}\n"
        '![](figurer/bilaga-tidplan.svg){fig-alt="Två år"}\n\nÅren.\n:::\n',
        "utf-8",
    )
    embedded.render(folder, timestamp=datetime(2026, 5, 4, tzinfo=UTC))
    pages = PdfReader(folder / "_site" / "bilaga.pdf").pages
    return "".join(page.extract_text() for page in pages)


def _linked(source: str, target: str) -> None:
    """The same file under another name: the program is large."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
