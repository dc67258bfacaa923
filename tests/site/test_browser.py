"""The example's site in a real browser: accessibility, offline, drawing, narrow screens."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

WIDTHS = (1280, 390)
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.fixture
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    opened = browser.new_page(viewport={"width": request.param, "height": 900})
    yield opened
    opened.close()


def pages(site: Path) -> list[Path]:
    return sorted(site.rglob("*.html"))


@pytest.mark.parametrize("page", WIDTHS, indirect=True)
def test_no_page_breaks_an_accessibility_rule(site: Path, page: Page) -> None:
    broken = {}
    for path in pages(site):
        page.goto(path.as_uri())
        # The figures' tables and the menus are part of the page too.
        page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
        found = Axe().run(page, options=RULES).response["violations"]
        if found:
            broken[path.name] = [(v["id"], v["nodes"][0]["html"][:120]) for v in found]
    assert not broken


@pytest.mark.parametrize("page", WIDTHS, indirect=True)
def test_every_figure_is_drawn_and_nothing_is_asked_from_outside(site: Path, page: Page) -> None:
    asked: list[str] = []
    faults: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: faults.append(str(error)))
    for path in pages(site):
        page.goto(path.as_uri())
        figures = page.locator(".nki-plot").count()
        if figures:
            page.wait_for_function(
                "n => document.querySelectorAll('.nki-plot .main-svg').length >= n", arg=figures
            )
    root = site.resolve().as_uri()
    assert [url for url in asked if not url.startswith((root, "data:", "blob:"))] == []
    assert faults == []


@pytest.mark.parametrize("page", [390, 320], indirect=True)
def test_a_narrow_screen_needs_no_sideways_scrolling(site: Path, page: Page) -> None:
    wide = []
    for path in pages(site):
        page.goto(path.as_uri())
        page.wait_for_load_state("load")
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > page.viewport_size["width"]:
            wide.append((path.name, width))
    assert wide == []


@pytest.mark.parametrize("page", [1280, 1152, 1024], indirect=True)
def test_no_table_is_cut_on_an_ordinary_screen(site: Path, page: Page) -> None:
    cut = {}
    for path in pages(site):
        page.goto(path.as_uri())
        page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
        found = page.evaluate(
            """() => [...document.querySelectorAll('.nki-table, .table-responsive')]
              .filter(region => region.scrollWidth > region.clientWidth)
              .map(region => [region.innerText.slice(0, 40), region.scrollWidth,
                              region.clientWidth])"""
        )
        if found:
            cut[path.name] = found
    assert cut == {}


@pytest.mark.parametrize("page", [1280, 1024, 390], indirect=True)
def test_the_municipalitys_name_is_read_at_every_width(site: Path, page: Page) -> None:
    page.goto((site / "index.html").as_uri())
    title = page.locator(".navbar-title, .site-title").first
    assert title.inner_text().endswith("Norrtälje kommun")
    assert title.evaluate("t => t.scrollWidth <= t.clientWidth")
    box = title.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= page.viewport_size["width"]


@pytest.mark.parametrize("page", [1440, 1024, 390], indirect=True)
def test_a_page_has_one_list_of_its_contents_at_every_width(site: Path, page: Page) -> None:
    page.goto((site / "nulage.html").as_uri())
    shown = page.locator("nav:visible", has_text="På den här sidan")
    assert shown.count() == 1


@pytest.mark.parametrize("page", [1280], indirect=True)
def test_a_figures_table_opens_by_keyboard(site: Path, page: Page) -> None:
    page.goto((site / "index.html").as_uri())
    summary = page.locator(".nki-data > summary").first
    summary.focus()
    page.keyboard.press("Enter")
    assert page.locator(".nki-data table").first.is_visible()


@pytest.mark.parametrize("page", [1280], indirect=True)
def test_the_first_page_is_light(site: Path, page: Page) -> None:
    loaded: set[str] = set()
    page.on("request", lambda request: loaded.add(request.url.split("?")[0].split("#")[0]))
    page.goto((site / "index.html").as_uri())
    page.wait_for_function("document.querySelectorAll('.nki-plot .main-svg').length > 0")
    weight = sum(
        Path(url.removeprefix("file://")).stat().st_size
        for url in loaded
        if url.startswith("file://")
    )
    of_quarto = (site / "site_libs").is_dir()
    assert 100_000 < weight < (2_500_000 if of_quarto else 1_500_000)


@pytest.mark.parametrize("page", [1280], indirect=True)
def test_the_first_screen_tells_where_we_stand_the_goals_and_the_plan(
    site: Path, page: Page
) -> None:
    page.goto((site / "index.html").as_uri())
    for part in (".nki-headline", ".nki-matters", ".nki-cards", ".nki-steps"):
        box = page.locator(part).bounding_box()
        assert box is not None, part
        # The mark of made-up data takes a band that a real report does not have.
        mark = page.locator(".nki-mark").bounding_box()
        assert mark is not None
        assert box["y"] + box["height"] - mark["height"] <= 900, part


@pytest.mark.parametrize("page", [1280], indirect=True)
def test_on_paper_every_figure_is_drawn_within_the_page(site: Path, page: Page) -> None:
    page.goto((site / "maluppfyllelse.html").as_uri())
    page.wait_for_function("document.querySelectorAll('.nki-plot .main-svg').length > 0")
    page.emulate_media(media="print")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    widths = page.evaluate(
        "Array.from(document.querySelectorAll('.nki-plot .main-svg'), s => s.clientWidth)"
    )
    assert set(widths) == {640}
    assert not page.locator(".nki-data").first.is_visible()
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    page.emulate_media(media="screen")
    assert page.locator(".nki-plot .main-svg").first.evaluate("s => s.clientWidth") > 640


@pytest.mark.quarto
@pytest.mark.parametrize("page", [1280], indirect=True)
@pytest.mark.parametrize("name", ["index.html", "omraden/bygglov.html"])
def test_the_search_of_a_site_opened_from_disk_finds_at_once_and_says_nothing_else(
    quarto_site: Path, page: Page, name: str
) -> None:
    said: list[str] = []
    page.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto((quarto_site / name).as_uri())
    page.locator("#quarto-search button").first.click()
    # As pasted: the whole word with the first key.
    page.locator(".aa-Input").fill("handläggningstid")
    hits = page.locator(".aa-Panel .search-item, .aa-Panel .aa-Item")
    hits.first.wait_for(timeout=5000)
    assert hits.count() > 3
    with page.expect_navigation():
        hits.first.click()
    assert "handläggningstid" in page.locator("main").inner_text().lower()
    assert said == []
