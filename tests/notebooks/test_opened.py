"""A page's notebook as a person meets it: opened, run from the top, read in Jupyter or as HTML."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import lxml.html
import nbformat
import pytest
from lxml.html import HtmlElement
from nbclient import NotebookClient
from nbconvert import HTMLExporter

from analysis.project import Project

PAGES = ("05_oversikt", "40_nulage", "50_maluppfyllelse")


@pytest.fixture(scope="module")
def opened(example_project: Project, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Pages' notebooks run with their own parameters, as nbconvert's HTML."""
    folder = tmp_path_factory.mktemp("opened")
    made = {}
    for name in PAGES:
        notebook = nbformat.read(example_project.root / "notebooks" / f"{name}.ipynb", 4)
        place = {"metadata": {"path": str(example_project.root / "notebooks")}}
        NotebookClient(notebook, kernel_name="python3", resources=place).execute()
        markup, _ = HTMLExporter().from_notebook_node(notebook)
        made[name] = folder / f"{name}.html"
        made[name].write_text(markup, "utf-8")
    return made


def outputs(path: Path) -> list[HtmlElement]:
    """What the cells show, without scripts and styles."""
    document = lxml.html.fromstring(path.read_text("utf-8"))
    for element in document.xpath("//script | //style"):
        element.drop_tree()
    return document.find_class("jp-OutputArea-output")


@pytest.mark.slow
@pytest.mark.parametrize("name", PAGES)
def test_a_notebook_shows_its_page_and_no_source(opened: dict[str, Path], name: str) -> None:
    shown = outputs(opened[name])
    assert len(shown) >= 4
    text = " ".join(output.text_content() for output in shown)
    for source in ("{=html}", ":::", "```", "<div", "content-visible", "Table("):
        assert source not in text


@pytest.mark.slow
def test_the_tables_are_those_of_the_page(
    opened: dict[str, Path], example_project: Project
) -> None:
    pages = {
        "40_nulage": "nulage",
        "50_maluppfyllelse": "maluppfyllelse",
        "05_oversikt": "index",
    }
    for name, page in pages.items():
        of_page = lxml.html.fromstring((example_project.site / f"{page}.html").read_text("utf-8"))
        wanted = [_cells(table) for table in of_page.xpath("//main//table[@class='gt_table']")]
        found = [_cells(t) for output in outputs(opened[name]) for t in output.iter("table")]
        assert found == wanted
        assert wanted


def _cells(table: HtmlElement) -> list[list[str]]:
    return [[" ".join(c.text_content().split()) for c in row] for row in table.iter("tr")]


@pytest.mark.slow
@pytest.mark.browser
def test_the_figures_are_drawn_and_nothing_is_fetched_for_them(
    opened: dict[str, Path], browser: Any
) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    asked: list[str] = []
    page.route("http*://**", lambda route: (asked.append(route.request.url), route.abort()))
    page.goto(opened["40_nulage"].as_uri())
    page.wait_for_selector(".nki-plot .main-svg")
    plots = page.locator(".nki-plot")
    assert plots.count() == page.locator(".nki-plot:has(.main-svg)").count() == 2
    assert page.evaluate("document.documentElement.scrollWidth") == 1280
    # nbconvert's own page asks for a library of formulas; the report's parts ask for nothing.
    assert not [address for address in asked if "plotly" in address or "nki" in address]
    page.close()


@pytest.mark.slow
def test_a_run_keeps_the_markdown_alone(example_project: Project) -> None:
    """The pages are made from it; with HTML and scripts a notebook is twenty times larger."""
    executed = list((example_project.processed / "example").rglob("*.ipynb"))
    assert len(executed) > 15
    for path in executed:
        cells = nbformat.read(path, 4).cells
        kinds = {k for c in cells for o in c.get("outputs", []) for k in o.get("data", {})}
        assert kinds <= {"text/markdown", "text/plain"}, path.name
