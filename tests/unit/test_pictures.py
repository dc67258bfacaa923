"""The figures' pictures: drawn all at once, whole and aside, and only once."""

from __future__ import annotations

import json
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from analysis import store
from analysis.present.bundle import Figure
from analysis.present.tables import Column, Table
from analysis.render import pictures


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[list[int]]:
    """The heights of the figures each drawing process was asked for: it writes them as pictures."""
    asked: list[list[int]] = []

    class Done:
        returncode = 0

    def run(command: list[str], *, input: str, **_: Any) -> Done:
        figures = json.loads(input)
        asked.append(sorted(figure["layout"]["height"] for figure in figures.values()))
        for name, figure in figures.items():
            Path(command[-1], f"{name}.svg").write_text(str(figure["layout"]["height"]))
        return Done()

    monkeypatch.setattr(pictures.subprocess, "run", run)
    return asked


def kept(folder: Path, key: str = "") -> store.Kept:
    """The drawings of earlier runs."""
    return store.Kept(folder / "ritat", key)


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


def test_all_figures_are_drawn_in_one_go(tmp_path: Path, drawn: list[list[int]]) -> None:
    folder = tmp_path / "figurer"
    figures = plots(notebook(tmp_path, matris=1, tidplan=2))
    assert pictures.write(figures, folder, kept(tmp_path)) == []
    assert drawn == [[1, 2]]
    assert (folder / "bilaga-tidplan.svg").read_text() == "2"


@pytest.mark.parametrize("left", ["another day's picture", None])
def test_a_picture_that_a_killed_run_left_behind_is_replaced(
    tmp_path: Path, drawn: list[list[int]], left: str | None
) -> None:
    folder = tmp_path / "figurer"
    if left:
        folder.mkdir()
        (folder / "bilaga-tidplan.svg").write_text(left)
    pictures.write(plots(notebook(tmp_path, tidplan=2)), folder, kept(tmp_path))
    assert (folder / "bilaga-tidplan.svg").read_text() == "2"
    assert len(drawn) == 1


def test_what_could_not_be_drawn_is_tried_again_next_time(
    tmp_path: Path, drawn: list[list[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, page = tmp_path / "figurer", notebook(tmp_path, tidplan=2)
    with monkeypatch.context() as patch:
        patch.setattr(pictures.subprocess, "run", lambda *_, **__: type("", (), {"returncode": 1}))
        assert "kunde inte ritas" in pictures.write(plots(page), folder, kept(tmp_path))[0]
    assert "kunde inte ritas" in (folder / "bilaga-tidplan.svg").read_text("utf-8")
    assert pictures.write(plots(page), folder, kept(tmp_path)) == []
    assert (folder / "bilaga-tidplan.svg").read_text() == "2"


def test_a_figure_of_two_pages_is_drawn_once(tmp_path: Path, drawn: list[list[int]]) -> None:
    page, folder = notebook(tmp_path, tidplan=2), tmp_path / "figurer"
    both = {
        figure.name: figure.plot
        for name in ("bilaga", "omraden/bygglov")
        for figure in pictures.of_page(page, name)
    }
    pictures.write(both, folder, kept(tmp_path))
    assert drawn == [[2]]
    assert (folder / "omraden-bygglov-tidplan.svg").read_text() == "2"


def test_a_figure_is_drawn_anew_only_when_it_or_what_draws_it_has_changed(
    tmp_path: Path, drawn: list[list[int]]
) -> None:
    folder = tmp_path / "figurer"

    def write(key: str, **heights: int) -> str:
        figures = plots(notebook(tmp_path, **heights))
        assert pictures.write(figures, folder, kept(tmp_path, key)) == []
        return (folder / "bilaga-matris.svg").read_text()

    assert write("a", matris=1, tidplan=2) == "1"
    assert write("a", matris=3, tidplan=2) == "3"
    assert write("a", matris=2) == "2"
    assert drawn == [[1, 2], [3]]
    assert len(list((tmp_path / "ritat").iterdir())) == 1, "drawings of no figure are gone"
    write("b", matris=2)
    assert drawn == [[1, 2], [3], [2]]


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


def test_a_picture_bears_the_mark_of_its_report_below_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may be taken from its page and its caption."""
    svg = '<svg class="x" width="760" height="400" style="" viewBox="0 0 760 400"><g/></svg>'

    def run(command: list[str], *, input: str, **_: Any) -> Any:
        for name in json.loads(input):
            Path(command[-1], f"{name}.svg").write_text(svg)
        return type("", (), {"returncode": 0})

    monkeypatch.setattr(pictures.subprocess, "run", run)
    folder, figures = tmp_path / "figurer", {"bilaga-tidplan": {}}
    pictures.write(figures, folder, kept(tmp_path))
    assert (folder / "bilaga-tidplan.svg").read_text() == svg
    # The mark is no part of the drawing.
    pictures.write(figures, folder, kept(tmp_path), "EXEMPELDATA · <T1>")
    marked = (folder / "bilaga-tidplan.svg").read_text()
    assert 'width="760" height="422" viewBox="0 0 760 422"><g/><text ' in marked
    assert marked.endswith(">EXEMPELDATA · &lt;T1&gt;</text></svg>")


@pytest.mark.skipif(
    not version("kaleido").startswith("0."), reason="an installed browser has its own typefaces"
)
def test_a_picture_is_the_same_whatever_typefaces_the_machine_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A text of some width moves what stands beside it."""
    axis = {"automargin": True, "tickvals": [1], "ticktext": ["Rättssäkerhet, mätt i bredd"]}
    plot = {"data": [{"y": [1], "x": [1]}], "layout": {"height": 200, "yaxis": axis}}
    drawings = []
    for name, places in (("inga", ()), ("andra", ("/usr/share/fonts",))):
        typefaces = tmp_path / f"{name}.conf"
        listed = "".join(f"<dir>{place}</dir>" for place in places)
        typefaces.write_text(f"<fontconfig>{listed}</fontconfig>", "utf-8")
        monkeypatch.setenv("FONTCONFIG_FILE", str(typefaces))
        folder = tmp_path / name
        assert pictures.write({"f": plot}, folder, kept(folder)) == []
        drawings.append((folder / "f.svg").read_text("utf-8"))
    assert drawings[0] == drawings[1]
