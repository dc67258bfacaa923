"""The whole report in one file, in a real browser: caged, from disk, without scripts, on paper."""

from __future__ import annotations

import html
import io
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Frame, Page, Route
from pypdf import PdfReader

WIDTHS = (1280, 390)
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
# The rules under which SharePoint shows an HTML file, as its makers tell them.
CAGE = (
    "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; "
    "img-src data: blob:; font-src data: blob:; connect-src 'none'"
)
VIEWER = "https://viewer.example/"
MOST_BYTES = 4_000_000


@pytest.fixture
def alone(site: Path, tmp_path: Path) -> Path:
    """The file by itself in an empty folder."""
    file = tmp_path / "rapport.html"
    file.write_bytes((site / "rapport.html").read_bytes())
    return file


@pytest.fixture
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    opened = browser.new_page(viewport={"width": request.param, "height": 900})
    yield opened
    opened.close()


@pytest.fixture
def complaints() -> list[str]:
    return []


@pytest.fixture
def open_caged(browser: Browser, complaints: list[str]) -> Iterator[Callable[[str, str], Frame]]:
    """Opens a file's text in a frame with SharePoint's rules; what is said is kept."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})

    def opened(text: str, how: str) -> Frame:
        inside = f'srcdoc="{html.escape(text)}"' if how == "srcdoc" else 'src="/frame"'
        outer = (
            f'<!DOCTYPE html><iframe sandbox="allow-scripts" width="1250" height="860" {inside}>'
        )

        def answer(route: Route) -> None:
            framed = route.request.url.endswith("/frame")
            # A frame's own text obeys the page around it.
            rules = {"Content-Security-Policy": CAGE} if framed or how == "srcdoc" else {}
            route.fulfill(
                body=text if framed else outer,
                headers={"Content-Type": "text/html; charset=utf-8", **rules},
            )

        def said(message: ConsoleMessage) -> None:
            complaints.append(message.text)

        context.route("**/*", answer)
        page = context.new_page()
        page.on("console", said)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(VIEWER)
        frame = page.frames[1]
        frame.wait_for_selector("h1")
        return frame

    yield opened
    context.close()


def shown(frame: Frame | Page) -> str:
    """The title of the page that is shown: only one is."""
    titles = [title.inner_text() for title in frame.locator("h1").all() if title.is_visible()]
    assert len(titles) == 1, titles
    return titles[0]


@pytest.mark.parametrize("how", ["address", "srcdoc"])
def test_every_page_is_reached_in_a_cage_without_a_complaint(
    alone: Path, open_caged: Callable[[str, str], Frame], complaints: list[str], how: str
) -> None:
    frame = open_caged(alone.read_text("utf-8"), how)
    links = frame.locator(".site-nav a")
    reached = []
    for number in range(links.count()):
        link = links.nth(number)
        toggle = link.locator("xpath=ancestor::li[contains(@class, 'has-menu')]/button")
        if toggle.count():
            toggle.click()
        name = link.inner_text()
        link.click()
        frame.wait_for_function(
            "name => [...document.querySelectorAll('.report-page:not([hidden]) h1')]"
            ".some(h => h.innerText === name)",
            arg=name,
        )
        reached.append(shown(frame))
        assert frame.locator(".site-nav [aria-current='page']").count() == 1
    assert len(reached) == frame.locator(".report-page").count()
    assert len(set(reached)) == len(reached)
    assert complaints == []


@pytest.mark.parametrize("how", ["address", "srcdoc"])
def test_search_and_links_between_pages_lead_to_the_place(
    alone: Path, open_caged: Callable[[str, str], Frame], complaints: list[str], how: str
) -> None:
    frame = open_caged(alone.read_text("utf-8"), how)
    frame.fill("#search-input", "svarsfrekvens")
    frame.press("#search-input", "Enter")
    frame.wait_for_function("!document.querySelector('#nulage').hidden")
    assert shown(frame) == "Nuläge"
    frame.click(".site-title")
    frame.wait_for_function("!document.querySelector('#index').hidden")
    frame.click("#index a[href='#maluppfyllelse']")
    frame.wait_for_function("!document.querySelector('#maluppfyllelse').hidden")
    assert shown(frame) == "Mål och tidplan"
    assert complaints == []


@pytest.mark.parametrize("page", WIDTHS, indirect=True)
def test_the_file_asks_for_nothing_and_fits_the_screen(
    alone: Path, page: Page, complaints: list[str]
) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(alone.as_uri())
    names = page.eval_on_selector_all(".report-page", "pages => pages.map(page => page.id)")
    for name in names:
        page.evaluate("name => { location.hash = name }", name)
        page.wait_for_function("name => !document.getElementById(name).hidden", arg=name)
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= page.viewport_size["width"], name
    assert [url for url in asked if not url.startswith("data:")] == [alone.as_uri()]
    assert complaints == []
    assert page.evaluate("document.fonts.check('16px \"Source Sans 3\"')")
    assert alone.stat().st_size < MOST_BYTES


@pytest.mark.parametrize("page", WIDTHS, indirect=True)
@pytest.mark.parametrize("name", ["index", "nulage", "data"])
def test_no_page_of_the_file_breaks_an_accessibility_rule(
    alone: Path, page: Page, name: str
) -> None:
    # The pages' own content is that of the site, whose every page is looked at.
    page.goto(f"{alone.as_uri()}#{name}")
    page.wait_for_function("name => !document.getElementById(name).hidden", arg=name)
    others = f".report-page:not(#{name})"
    page.eval_on_selector_all(others, "others => others.forEach(other => other.remove())")
    found = Axe().run(page, options=RULES).response["violations"]
    assert [(v["id"], v["nodes"][0]["html"][:160]) for v in found] == []


def test_without_scripts_every_page_is_read_in_a_row(alone: Path, browser: Browser) -> None:
    context = browser.new_context(
        java_script_enabled=False, reduced_motion="reduce", viewport={"width": 1280, "height": 900}
    )
    page = context.new_page()
    page.goto(alone.as_uri())
    titles = page.locator(".report-page h1")
    assert titles.count() == page.locator(".report-page").count()
    assert all(title.is_visible() for title in titles.all())
    assert page.locator(".nki-plot svg").first.is_visible()
    page.click(".site-nav >> text=Bygglov")
    box = page.locator("#omraden-bygglov").bounding_box()
    assert box is not None
    assert abs(box["y"]) < 200
    context.close()


@pytest.mark.parametrize("page", [1280], indirect=True)
def test_all_pages_in_a_row_break_no_accessibility_rule(alone: Path, page: Page) -> None:
    """As without scripts, which the rules' program needs itself."""
    page.goto(alone.as_uri())
    # What pages side by side can break is what stands around their texts: names of landmarks and
    # headings. The texts are looked at page by page, since all at once take minutes.
    page.eval_on_selector_all(
        ".report-page",
        """pages => pages.forEach(page => {
             page.removeAttribute("hidden");
             page.querySelector(".page-body").replaceChildren();
           })""",
    )
    found = Axe().run(page, options=RULES).response["violations"]
    assert [(v["id"], v["nodes"][0]["html"][:160]) for v in found] == []


@pytest.mark.parametrize("page", [1280], indirect=True)
def test_on_paper_every_page_is_printed(alone: Path, page: Page) -> None:
    page.goto(alone.as_uri())
    titles = page.eval_on_selector_all("h1", "titles => titles.map(title => title.textContent)")
    content = page.pdf(format="A4")
    text = " ".join(
        " ".join(sheet.extract_text().split()) for sheet in PdfReader(io.BytesIO(content)).pages
    )
    assert [title for title in titles if title not in text] == []
    assert "NKI över tid" in text


@pytest.mark.parametrize("page", [1280], indirect=True)
def test_the_browsers_own_search_turns_to_the_page(alone: Path, page: Page) -> None:
    page.goto(alone.as_uri())
    assert page.locator("#metod").get_attribute("hidden") == "until-found"
    page.evaluate("document.getElementById('metod').dispatchEvent(new Event('beforematch'))")
    assert shown(page) == "Metod"
