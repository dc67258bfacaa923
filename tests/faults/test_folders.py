"""Where a project, its raw files and its site may lie: names that trip up programs."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path, PurePath, PurePosixPath, PureWindowsPath
from types import SimpleNamespace

import pytest
from playwright.sync_api import Browser
from pypdf import PdfReader

from analysis import intake, store
from analysis.commands import doctor
from analysis.present.bundle import Figure
from analysis.present.tables import Column, Table
from analysis.render import embedded, pictures
from analysis.settings import load
from analysis.site import swap

ROOT = Path(__file__).resolve().parents[2]
CONFIGURED = load(ROOT / "config")
FOLDERS = {
    "a space and Swedish letters": "Min mapp åäö",
    "loose accents": "Min mapp a\u030aa\u0308o\u0308",
    "marks of addresses": "a & b #1 50% c=d;e,f+g@h!",
    "an escaped address": "a%20b%C3%A5",
    "brackets": "[ny] (1) {2}",
    "quotation marks": "Åsas 'egen' ”mapp”",
    "marks of a shell": "$HOME ~ `a`",
    "a dash first": "-mapp",
    "a dot first": ".mapp",
    "a long path": "/".join(["en mapp med ett ganska långt namn"] * 12),
    "a server": "//",
}
"""What is peculiar in a path, and the path below a temporary folder."""

names = pytest.mark.parametrize("name", FOLDERS.values(), ids=FOLDERS)
DATA = [
    {"type": "bar", "x": [71.0, 73.8], "y": ["2024", "2025"]},
    {"type": "scatter", "x": [71.0, 73.8], "y": [1, 2], "mode": "lines"},
]
PLOT = {"data": DATA, "layout": {"title": {"text": "Lägst på åtta år"}, "height": 300}}
SETTINGS = """\
project: {type: website}
website: {title: Prov}
format:
  typst:
    template-partials: [typst-template.typ, typst-show.typ]
"""
PAGE = """\
---
title: Bilaga
format: typst
---

::: {#fig-tidplan}
![](figurer/bilaga-tidplan.svg){fig-alt="Två år"}

Åren.
:::
"""


def folder_of(tmp_path: Path, name: str) -> Path:
    """A new folder; one on a server has two slashes first, which Linux takes for one."""
    folder = Path(f"/{tmp_path}", "delad") if name == "//" else tmp_path / name
    folder.mkdir(parents=True)
    return folder


@pytest.fixture
def program_in(monkeypatch: pytest.MonkeyPatch) -> Iterator[object]:
    """Lets the drawing program lie in a folder: a project's lies in its .venv."""

    def lay(folder: Path) -> None:
        for name in ("kaleido", "plotly"):
            spec = importlib.util.find_spec(name)
            assert spec is not None and spec.origin is not None
            target = folder / ".venv" / name
            shutil.copytree(Path(spec.origin).parent, target, copy_function=_linked)
        path = [str(folder / ".venv"), *filter(None, sys.path)]
        monkeypatch.setenv("PYTHONPATH", os.pathsep.join(path))

    yield lay


def _linked(source: str, target: str) -> None:
    """The same file under another name: the program is large."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


@pytest.mark.skipif(
    not version("kaleido").startswith("0."), reason="kaleido has its own browser on Linux only"
)
@names
def test_a_project_draws_its_figures_and_makes_its_pdf(
    tmp_path: Path, name: str, program_in: object
) -> None:
    folder = folder_of(tmp_path, name)
    assert callable(program_in)
    program_in(folder)
    table = Table("x", "X", ["a"], (Column("a", "A", str), Column("b", "B", str)))
    figure = Figure("tidplan", PLOT, "Alt", "Text.", table)
    executed = folder / "korda" / "bilaga.ipynb"
    executed.parent.mkdir()
    executed.write_text(_notebook(figure), "utf-8")
    figures = {one.name: one.plot for one in pictures.of_page(executed, "bilaga")}
    assert pictures.write(figures, folder / "figurer", store.Kept(folder / "ritat", "")) == []
    drawn = (folder / "figurer" / "bilaga-tidplan.svg").read_text("utf-8")
    assert drawn.count('class="point"') == 2
    assert pictures.write(figures, folder / "figurer", store.Kept(folder / "igen", "")) == []
    again = (folder / "figurer" / "bilaga-tidplan.svg").read_text("utf-8")
    assert again == drawn, "another name each time"
    shutil.rmtree(executed.parent)
    shutil.rmtree(folder / ".venv")
    for partial in (Path(pictures.__file__).parent / "assets").glob("*.typ"):
        shutil.copy(partial, folder)
    (folder / "_quarto.yml").write_text(SETTINGS, "utf-8")
    (folder / "bilaga.qmd").write_text(PAGE, "utf-8")
    embedded.render(folder, timestamp=datetime(2026, 5, 4, tzinfo=UTC))
    pages = PdfReader(folder / "_site" / "bilaga.pdf").pages
    # A figure's words are text in a PDF; those of a picture in points would not be.
    assert "Lägst på åtta år" in "".join(page.extract_text() for page in pages)


def _notebook(figure: Figure) -> str:
    outputs = [{"data": {"text/markdown": figure._repr_markdown_()}}]
    return json.dumps({"cells": [{"outputs": outputs}]})


@names
def test_raw_files_are_read_from_there(tmp_path: Path, name: str) -> None:
    folder = folder_of(tmp_path, name)
    for file in ("insikt_2025.xlsx", "insikt_2023_T1.csv", "arenden_2025.csv"):
        shutil.copy(ROOT / "data" / "example" / file, folder)
    before = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
    raw = intake.look([folder], CONFIGURED)
    assert raw.problems == ()
    assert {file.kind for file in raw.files} == {"answers", "cases"}
    # Raw files may lie on a protected medium: nothing is written beside them.
    assert {path.name: path.stat().st_mtime_ns for path in folder.iterdir()} == before


@names
def test_a_site_there_opens_and_leads_on(
    tmp_path: Path, name: str, example_site: Path, browser: Browser
) -> None:
    place = folder_of(tmp_path, name) / "_site"
    swap.swap_in({place: swap.copy_beside(example_site, place)})
    page = browser.new_page()
    failed: list[str] = []
    page.on("requestfailed", lambda request: failed.append(request.url))
    page.goto(place.resolve().joinpath("index.html").as_uri())
    page.wait_for_selector(".nki-plot .main-svg")
    page.fill("#search-input", "bygglov")
    page.locator("[role=option]").first.click()
    page.wait_for_url("**/*.html*")
    assert page.locator("h1").count() == 1
    assert failed == []
    page.close()


# --- what other systems refuse ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("root", "windows", "good"),
    [
        ("C:\\nki", True, True),
        ("C:\\" + "a" * 117, True, True),
        ("C:\\" + "a" * 118, True, False),
        ("\\\\server\\delad\\" + "a" * 110, True, False),
        ("/srv/" + "a" * 300, False, True),
    ],
)
def test_doctor_tells_of_a_path_too_long_for_windows(
    monkeypatch: pytest.MonkeyPatch, root: str, windows: bool, good: bool
) -> None:
    path = (PureWindowsPath if windows else PurePosixPath)(root)
    monkeypatch.setattr(doctor, "os", SimpleNamespace(name="nt" if windows else "posix"))
    assert doctor._path(path).good is good


@pytest.mark.parametrize(
    ("root", "told"),
    [
        (PureWindowsPath("C:\\Users\\Åsa\\OneDrive - Norrtälje\\nki"), ["Molnmapp"]),
        (PureWindowsPath("\\\\server\\delad\\nki"), ["Server"]),
        (PurePosixPath("/Users/asa/Library/CloudStorage/OneDrive-Norrtalje/nki"), ["Molnmapp"]),
        (PureWindowsPath("C:\\nki"), []),
        (PurePosixPath("//server/nki"), []),
    ],
    ids=str,
)
def test_doctor_tells_of_a_folder_that_others_reach(root: PurePath, told: list[str]) -> None:
    found = list(doctor._elsewhere(root))
    assert [one.name for one in found] == told
    assert not any(one.good for one in found)
