"""A report with the municipality's own page, logotype, colours and Word template, as it is seen."""

from __future__ import annotations

import json
import re
import shutil
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pikepdf
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page
from projects import matter_of

from analysis.errors import MachineError
from analysis.project import Project
from analysis.render import quarto

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
MAIN, STRONG = "rgb(91, 42, 110)", "rgb(66, 31, 80)"
LOGOTYPE = "img.site-logotype, img.navbar-logo"


@pytest.fixture(params=["embedded", pytest.param("quarto", marks=pytest.mark.quarto)])
def site(request: pytest.FixtureRequest, finished_project: Callable[..., Project]) -> Path:
    """The site made by each engine, where there is a Quarto."""
    if request.param == "quarto":
        try:
            quarto.find()
        except MachineError as error:
            pytest.skip(error.problems[0].cause)
    return finished_project("own_look", request.param).site


@pytest.fixture(params=[1280, 390])
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    opened = browser.new_page(viewport={"width": request.param, "height": 900})
    yield opened
    opened.close()


@pytest.mark.browser
@pytest.mark.parametrize("name", ["index.html", "foretagslotsen.html", "omraden/bygglov.html"])
def test_the_look_is_seen_and_keeps_the_pages_accessible(site: Path, page: Page, name: str) -> None:
    page.goto((site / name).as_uri())
    picture = page.locator(LOGOTYPE).first
    box = picture.bounding_box()
    assert box is not None
    assert box["width"] > 40 and box["height"] > 15
    assert picture.get_attribute("alt") == "Exempelkommunen"
    assert picture.evaluate("image => image.complete && image.naturalWidth > 0")
    colour = "element => getComputedStyle(element).color"
    assert page.locator("main h1").evaluate(colour) == STRONG
    link = page.locator("main p a").first
    if link.count():
        assert link.evaluate(colour) == MAIN
    assert page.evaluate("document.documentElement.scrollWidth") == page.viewport_size["width"]
    found = Axe().run(page, options=RULES).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"][:120]) for one in found] == []


@pytest.mark.browser
def test_the_own_page_is_reached_by_the_menu(site: Path, page: Page) -> None:
    page.goto((site / "omraden" / "bygglov.html").as_uri())
    way = page.locator("header a[href='../foretagslotsen.html']")
    assert way.count() == 1
    page.goto((site / "foretagslotsen.html").as_uri())
    trail = page.locator(".breadcrumbs, .quarto-title-breadcrumbs")
    assert "Områden" in trail.first.inner_text()
    assert page.locator("main a[href$='nulage.html']").count() == 1


def test_the_own_page_is_searched_and_told_in_the_record(site: Path) -> None:
    index = next(site.rglob("search-index.js")).read_text("utf-8")
    assert "Så når du lotsen" in index
    record = json.loads((matter_of(site) / "korning.json").read_text("utf-8"))
    assert set(record["kommunens_filer"]) == {
        "egna-sidor/foretagslotsen.qmd", "profil/logotyp.svg", "profil/mall.docx",
        "profil/profil.yml",
    }  # fmt: skip
    assert "foretagslotsen.html" in record["filer"]


def test_every_page_links_to_the_appendix(site: Path) -> None:
    for path in site.rglob("*.html"):
        if path.name == "rapport.html":
            # Alone in a folder, it has nothing to link to.
            continue
        up = "../" * (len(path.relative_to(site).parts) - 1) or r"(?:\./)?"
        assert re.search(rf'href="{up}bilaga\.pdf"', path.read_text("utf-8")), path.name


@pytest.mark.browser
def test_the_own_page_and_look_are_in_the_report_in_one_file(
    site: Path, page: Page, tmp_path: Path
) -> None:
    """Opened alone in a folder, so that nothing beside it can help."""
    alone = Path(shutil.copy(site / "rapport.html", tmp_path))
    page.goto(alone.as_uri())
    picture = page.locator(LOGOTYPE).first
    assert picture.get_attribute("alt") == "Exempelkommunen"
    assert picture.evaluate("image => image.complete && image.naturalWidth > 0")
    page.goto(f"{alone.as_uri()}#foretagslotsen")
    title = page.locator("#foretagslotsen h1")
    assert title.is_visible()
    assert title.evaluate("element => getComputedStyle(element).color") == STRONG
    page.click("#foretagslotsen a[href='#nulage']")
    assert page.locator("#nulage h1").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == page.viewport_size["width"]


@pytest.mark.parametrize("name", ["bilaga.pdf", "rapport.pdf"])
def test_the_pdf_bears_logotype_and_colour(name: str, site: Path, example_site: Path) -> None:
    with pikepdf.open(site / name) as own, pikepdf.open(example_site / name) as plain:
        # The whole report has the municipality's page too.
        assert len(own.pages) == len(plain.pages) + (name == "rapport.pdf")
        # A heading's colour, and one that the logotype alone has.
        for colour in ((0x5B, 0x2A, 0x6E), (0xF2, 0xB6, 0x32)):
            shade = tuple(round(part / 255, 2) for part in colour)
            assert [shade in first_page_colours(one) for one in (own, plain)] == [True, False]


def first_page_colours(document: pikepdf.Pdf) -> set[tuple[float, ...]]:
    """Every colour that the first page fills with, in its pictures too."""
    page = document.pages[0]
    parts = [page, *page.Resources.get("/XObject", {}).values()]
    return {
        tuple(round(float(number), 2) for number in numbers)
        for part in parts
        for numbers, operator in pikepdf.parse_content_stream(part)
        if str(operator) in ("rg", "sc", "scn") and len(numbers) == 3
    }


def test_the_draft_has_the_styles_of_the_template(site: Path, example_site: Path) -> None:
    def styles(folder: Path) -> str:
        with zipfile.ZipFile(matter_of(folder) / "bilaga-underlag.docx") as draft:
            return draft.read("word/styles.xml").decode("utf-8")

    assert "5B2A6E" in styles(site) and "Georgia" in styles(site)
    assert "5B2A6E" not in styles(example_site)
    assert not list(site.rglob("*.docx"))
