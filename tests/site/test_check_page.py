"""The page of ``check --html`` in a browser: accessible, narrow, and deaf to what files say."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from analysis import intake
from analysis.settings import load

ROOT = Path(__file__).resolve().parents[2]
RULES = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}
SCRIPT = "<script>alert(1)</script>"
PICTURE = "<img src=x onerror=alert(2)>"


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A year and last year's, with a long name and hostile headers and values."""
    folder = tmp_path_factory.mktemp("granskning")
    for number in (2021, 2022):
        shutil.copy(ROOT / "data" / "example" / f"insikt_{number}.csv", folder)
    text = (folder / "insikt_2022.csv").read_text(encoding="utf-8-sig")
    lines = text.replace("Bygglov", PICTURE, 1).replace("Kommentar", f"{SCRIPT};Kommentar", 1)
    hostile = folder / f"insikt_2022_{'mycket_' * 10}långt_namn_{PICTURE}.csv"
    hostile.write_text(lines, encoding="utf-8")
    (folder / "insikt_2022.csv").unlink()
    found = intake.check([folder], load(ROOT / "config"))
    found.write_page(folder / "granskning.html")
    return folder / "granskning.html"


def test_what_files_say_is_shown_as_text(page: Path) -> None:
    written = page.read_text(encoding="utf-8")
    assert "&lt;script&gt;alert(1)" in written
    assert "&lt;img src=x" in written
    assert "<img" not in written
    assert "<script" not in written


@pytest.mark.parametrize("width", [1280, 320])
def test_it_is_accessible_and_does_not_scroll_sideways(browser, page: Path, width: int) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    opened = browser.new_page(viewport={"width": width, "height": 800})
    said: list[str] = []
    opened.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
    opened.goto(page.as_uri())
    found = axe.run(opened, options={"runOnly": RULES}).response["violations"]
    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []
    assert opened.evaluate("document.documentElement.scrollWidth") == width, "reflow"
    assert said == []
    opened.close()
