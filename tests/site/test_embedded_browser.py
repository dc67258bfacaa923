"""The embedded engine's pages in a browser: accessible, usable by keyboard, complete offline."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from analysis.render import embedded

pytestmark = pytest.mark.browser

SAMPLE = Path(__file__).parent / "sample_project"
PARTIALS = Path(embedded.__file__).parents[1] / "assets"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    project = Path(shutil.copytree(SAMPLE, tmp_path_factory.mktemp("site") / "bygg"))
    for partial in PARTIALS.glob("*.typ"):
        shutil.copy(partial, project)
    embedded.render(project, timestamp=datetime(2026, 5, 4, tzinfo=UTC))
    return project / "_site"


@pytest.fixture
def opened(browser, site):
    """A function that opens a page of the site as a file, at a width."""
    pages = []

    def open_page(name: str, width: int = 1280, **options):
        context = browser.new_context(viewport={"width": width, "height": 800}, **options)
        page = context.new_page()
        page.goto((site / name).as_uri())
        pages.append(context)
        return page

    yield open_page
    for context in pages:
        context.close()


@pytest.mark.parametrize("width", [1280, 390, 320])
@pytest.mark.parametrize(
    "name", ["index.html", "nulage.html", "metod.html", "omraden/bygglov.html"]
)
def test_no_accessibility_violations(opened, name: str, width: int) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page = opened(name, width)
    found = axe.run(page, options={"runOnly": RULES}).response["violations"]
    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") == width, "reflow"


@pytest.mark.parametrize("width", [1280, 390])
def test_open_menu_and_results_are_accessible(opened, width: int) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page = opened("nulage.html", width)
    if width < 900:
        page.click(".menu-button")
    page.click(".nav-toggle")
    page.fill("#search-input", "svar")
    page.keyboard.press("ArrowDown")
    assert axe.run(page, options={"runOnly": RULES}).response["violations"] == []


def test_nothing_is_asked_of_the_network(browser, site) -> None:
    page = browser.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto((site / "omraden" / "bygglov.html").as_uri())
    page.wait_for_load_state()
    page.close()
    assert any(address.endswith("search-index.js") for address in asked)
    assert [address for address in asked if not address.startswith(("file:", "data:"))] == []


def test_a_strict_content_policy_holds(browser, site) -> None:
    """Served with ``script-src 'self'``, every script still runs and none is blocked."""
    page = browser.new_page()
    blocked: list[str] = []
    page.on("console", lambda message: blocked.append(message.text))

    def serve(route) -> None:
        file = site / route.request.url.removeprefix("https://prov.invalid/")
        policy = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:"
        route.fulfill(path=file, headers={"Content-Security-Policy": policy})

    page.route("https://prov.invalid/**", serve)
    page.goto("https://prov.invalid/index.html")
    page.fill("#search-input", "bygglov")
    assert page.locator("[role=option]").count() > 0
    page.close()
    assert [text for text in blocked if "Content Security Policy" in text] == []


def test_search_by_keyboard_ignores_marks_on_letters(opened) -> None:
    page = opened("omraden/bygglov.html")
    page.fill("#search-input", "NULAGE omradena")
    page.wait_for_selector("[role=option]")
    assert page.locator(".result-title").first.inner_text() == "Nuläge › Områdena"
    assert page.locator(".search [role=status]").inner_text() == "2 träffar"
    page.keyboard.press("ArrowDown")
    chosen = page.locator("#search-input").get_attribute("aria-activedescendant")
    assert page.locator(f"#{chosen}").get_attribute("aria-selected") == "true"
    page.keyboard.press("Enter")
    page.wait_for_url("**/nulage.html#*")


def test_search_without_result_says_so(opened) -> None:
    page = opened("index.html")
    page.fill("#search-input", "xyzzy")
    assert page.locator(".search [role=status]").inner_text() == "Inga träffar"
    page.keyboard.press("Escape")
    assert page.locator("#search-results").is_hidden()


def test_menu_opens_and_closes_by_keyboard(opened) -> None:
    page = opened("index.html")
    toggle = page.locator(".nav-toggle")
    toggle.focus()
    page.keyboard.press("Enter")
    assert toggle.get_attribute("aria-expanded") == "true"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Bygglov"
    page.keyboard.press("Escape")
    assert page.locator(".nav-menu").is_hidden()
    assert page.evaluate("document.activeElement.className").startswith("nav-toggle")


def test_narrow_menu_and_contents_fold_without_moving_the_page(opened) -> None:
    page = opened("nulage.html", 390)
    assert page.locator(".site-nav").is_hidden()
    before = page.locator("h1").bounding_box()
    page.click(".menu-button")
    assert page.locator(".site-nav").is_visible()
    assert page.locator("h1").bounding_box() == before
    page.keyboard.press("Escape")
    assert page.locator(".site-nav").is_hidden()
    page.click(".toc-button")
    page.click("#TOC a >> nth=1")
    assert page.locator("#toc-list").is_hidden()
    assert page.url.endswith("omr%C3%A5dena")


def test_tabs_by_arrow_keys(opened) -> None:
    page = opened("index.html")
    page.locator("[role=tab]").first.focus()
    page.keyboard.press("ArrowRight")
    assert page.locator("[role=tab]").nth(1).get_attribute("aria-selected") == "true"
    assert page.get_by_text("Här är tabellen.").is_visible()
    assert page.get_by_text("Här är diagrammet.").is_hidden()


def test_contents_mark_where_the_reader_is(opened) -> None:
    page = opened("nulage.html")
    page.evaluate("document.getElementById('områdena').scrollIntoView()")
    page.wait_for_selector("#TOC a[aria-current]")
    assert page.locator("#TOC a[aria-current]").count() == 1


def test_without_scripts_everything_is_reachable(opened) -> None:
    for width in (1280, 390):
        page = opened("index.html", width, java_script_enabled=False)
        assert page.get_by_text("Här är tabellen.").is_visible()
        assert page.get_by_role("link", name="Livsmedelskontroll").is_visible()
        assert page.locator("#TOC a").first.is_visible()


def test_print_leaves_the_menu_out_and_opens_everything(opened) -> None:
    page = opened("index.html")
    page.emulate_media(media="print")
    assert page.locator(".site-header").is_hidden()
    assert page.get_by_text("Här är tabellen.").is_visible()
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert page.get_by_text("Ett värde över 80 är mycket högt.").is_visible()


def test_targets_are_large_enough(opened) -> None:
    page = opened("index.html", 390)
    page.click(".menu-button")
    small = page.evaluate(
        """[...document.querySelectorAll("button, summary, .site-menu a, .site-footer a")]
        .map((e) => [e.textContent.trim(), e.getBoundingClientRect()])
        .filter(([, box]) => box.width && (box.width < 24 || box.height < 24))
        .map(([name]) => name)"""
    )
    assert small == []
