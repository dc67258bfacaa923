"""Both engines tell the same: texts, numbers, figures, links and downloads of every page.

And show it alike: at every width of a screen the same words are seen, and the same columns.
"""

from __future__ import annotations

import json
import posixpath
import re
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import lxml.html
import pikepdf
import pytest
from lxml.html import HtmlElement
from playwright.sync_api import Browser
from projects import matter_of
from pypdf import PdfReader

pytestmark = pytest.mark.quarto

# What an engine puts around the page's own content.
AROUND = ".//nav | .//*[@id='TOC'] | .//*[contains(@class, 'quarto-title-breadcrumbs')] | .//style"
# The one thing that should differ: which engine it was, and why.
OF_THE_RUN = re.compile(r"Renderad med .*?(?=Slumpfrö)|--engine \w+")


def content(page: Path) -> HtmlElement:
    """A page's own content."""
    main: HtmlElement = lxml.html.fromstring(page.read_text("utf-8")).xpath("//main")[0]
    for element in main.xpath(AROUND):
        element.drop_tree()
    return main


def text(main: HtmlElement) -> str:
    """As read, a space between all elements."""
    parts = main.xpath(".//text()[not(ancestor::script)]")
    return OF_THE_RUN.sub("", " ".join(" ".join(parts).split()))


def headings(main: HtmlElement) -> list[tuple[str, str]]:
    return [(h.tag, text(h)) for h in main.iter("h1", "h2", "h3", "h4")]


def figures(main: HtmlElement) -> list[Any]:
    """The data that the figures are drawn from."""
    return [json.loads(s.text) for s in main.xpath(".//script[@type='application/json']")]


def tables(main: HtmlElement) -> list[list[list[str]]]:
    return [
        [[text(cell) for cell in row.iter("th", "td")] for row in table.iter("tr")]
        for table in main.iter("table")
    ]


def names(main: HtmlElement) -> list[str]:
    """What is said instead of seen."""
    return [str(name) for name in main.xpath(".//@aria-label | .//@alt")]


def links(main: HtmlElement) -> list[str]:
    return [posixpath.normpath(href) for href in main.xpath(".//a/@href")]


@pytest.mark.parametrize("read", [text, headings, figures, tables, names, links])
def test_every_page_tells_the_same(
    example_site: Path, quarto_site: Path, read: Callable[[HtmlElement], Any]
) -> None:
    pages = sorted(path.relative_to(example_site) for path in example_site.rglob("*.html"))
    assert pages == sorted(path.relative_to(quarto_site) for path in quarto_site.rglob("*.html"))
    found = {page: read(content(example_site / page)) for page in pages}
    assert any(found.values())
    assert {page: read(content(quarto_site / page)) for page in pages} == found


WIDTHS = (1600, 1280, 1024, 768, 390)
ORDINARY = 1024
"""From this width on no table is cut."""
SEEN = """() => {
  document.querySelectorAll("details").forEach(one => { one.open = true });
  const main = document.querySelector("main");
  const around = "script, style, nav, #TOC, .quarto-title-breadcrumbs, .nki-plot";
  const shown = one => one.getClientRects().length > 0;
  const all = (selector, read) => [...main.querySelectorAll(selector)].filter(shown).map(read);
  const words = [];
  const texts = document.createTreeWalker(main, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const parent = texts.currentNode.parentElement;
    if (!parent.closest(around) && shown(parent)) words.push(texts.currentNode.data);
  }
  const ids = [...document.querySelectorAll("[id]")].map(one => one.id);
  return {
    text: words.join(" ").replace(/\\s+/g, " ").trim(),
    alignments: all("table", table => [...table.rows].map(row =>
      [...row.cells].map(cell => getComputedStyle(cell).textAlign.replace("start", "left")))),
    sizes: all("table", table => getComputedStyle(table).fontSize),
    cut: all(".nki-table, .table-responsive", one => one.scrollWidth > one.clientWidth),
    tables: all("table", table => table.getBoundingClientRect().width),
    figures: all(".nki-plot", plot => plot.getBoundingClientRect().width),
    doubled: ids.filter((id, place) => ids.indexOf(id) !== place),
    width: document.documentElement.scrollWidth,
  };
}"""
ALIKE = ("text", "alignments", "sizes", "cut")
"""What is the same to the letter; widths may differ by the room that the frame leaves."""


@pytest.mark.parametrize("width", WIDTHS)
def test_every_page_is_seen_alike(
    example_site: Path, quarto_site: Path, browser: Browser, width: int
) -> None:
    opened = browser.new_page(viewport={"width": width, "height": 900})
    for page in sorted(path.relative_to(example_site) for path in example_site.rglob("*.html")):
        ours, quartos = (
            (opened.goto((site / page).as_uri()), opened.evaluate(SEEN))[1]
            for site in (example_site, quarto_site)
        )
        assert len(ours["text"]) > 300, page
        for what in ALIKE:
            assert quartos[what] == ours[what], (page, what)
        for what in ("tables", "figures"):
            assert quartos[what] == pytest.approx(ours[what], rel=0.1), (page, what)
        for seen in (ours, quartos):
            assert seen["doubled"] == [], page
            assert seen["width"] <= width, page
            assert width < ORDINARY or not any(seen["cut"]), page
    opened.close()


LABEL = re.compile(r"(?:fig|tbl|sec)-(?!.*caption-)[\w-]+")


def test_every_page_has_the_same_parts_once(example_site: Path, quarto_site: Path) -> None:
    """One heading of the page, one of each landmark, and each numbered figure and table once."""

    def parts(page: Path) -> tuple[Counter[str], Counter[str]]:
        root = lxml.html.fromstring(page.read_text("utf-8"))
        names = [element.tag for element in root.iter("title", "main", "h1", "footer", "header")]
        # Quarto gives a caption an id of its own beside its table's.
        labels = [i for i in map(str, root.xpath("//@id")) if LABEL.fullmatch(i)]
        own = content(page)
        inside = own.iter("figure", "table", "thead", "tbody", "caption", "figcaption", "details")
        return Counter(labels), Counter(names) + Counter(element.tag for element in inside)

    for page in sorted(example_site.rglob("*.html")):
        if page.name == "rapport.html":
            continue  # all pages in one, and made by our own engine for both sites
        labels, ours = parts(page)
        found, quartos = parts(quarto_site / page.relative_to(example_site))
        assert (ours["h1"], ours["main"], quartos["h1"], quartos["main"]) == (1, 1, 1, 1), page
        assert quartos == ours, page
        assert found == labels, page


def test_the_appendix_is_built_alike(example_site: Path, quarto_site: Path) -> None:
    """Headings, tables, cells and figures of the tagged PDF, as a reader's aid meets them."""
    ours, quartos = (_tags(site / "bilaga.pdf") for site in (example_site, quarto_site))
    assert ours["Table"] >= 3
    assert ours["Figure"] >= 2
    assert quartos == ours


BUILT_OF = ("H1", "H2", "H3", "Table", "TR", "TH", "TD", "Figure")


def _tags(path: Path) -> Counter[str]:
    with pikepdf.open(path) as pdf:
        kinds = (item.get("/S") for item in pdf.objects if isinstance(item, pikepdf.Dictionary))
        found = Counter(str(kind).lstrip("/") for kind in kinds if kind is not None)
    return Counter(
        {kind: found[kind] for kind in ("H1", "H2", "H3", "Table", "TR", "TH", "TD", "Figure")}
    )


def test_the_ways_between_pages_are_the_same(example_site: Path, quarto_site: Path) -> None:
    """The heading that a page lies under, and the pages before and after it."""

    def ways(site: Path, trail: str) -> dict[str, tuple[list[str], list[Path]]]:
        found = {}
        for page in site.rglob("*.html"):
            root = lxml.html.fromstring(page.read_text("utf-8"))
            found[page.relative_to(site).as_posix()] = (
                [text(item) for nav in root.find_class(trail) for item in nav.iter("li")],
                [
                    (page.parent / link).resolve().relative_to(site)
                    for nav in root.find_class("page-navigation")
                    for link in links(nav)
                ],
            )
        return found

    found = ways(example_site, "breadcrumbs")
    assert found["omraden/bygglov.html"][0] == ["Områden", "Bygglov"]
    assert all(neighbours for _, neighbours in found.values())
    assert ways(quarto_site, "quarto-title-breadcrumbs") == found


def test_the_downloads_are_the_same_bytes(example_site: Path, quarto_site: Path) -> None:
    """Tables, pictures and sheets: none of them is made by the engine."""
    made = [path for folder in ("data", "bilder") for path in (example_site / folder).iterdir()]
    made += (example_site / "omraden").glob("*.pdf")
    assert len(made) > 50
    for path in made:
        other = quarto_site / path.relative_to(example_site)
        assert other.read_bytes() == path.read_bytes(), path.name


def test_the_appendix_says_the_same(example_site: Path, quarto_site: Path) -> None:
    """Page by page; where lines end, and words are divided, is typst's affair."""
    said, also = (_pdf(site / "bilaga.pdf") for site in (example_site, quarto_site))
    assert len(said) >= 4
    assert also == said


def _pdf(path: Path) -> list[str]:
    return [re.sub(r"[^\w+−,.%]", "", page.extract_text()) for page in PdfReader(path).pages]


@pytest.mark.parametrize("name", ["bilaga-underlag.docx", "utbildningsunderlag.docx"])
def test_the_word_document_says_the_same(example_site: Path, quarto_site: Path, name: str) -> None:
    said, also = (_word(matter_of(site) / name) for site in (example_site, quarto_site))
    assert len(said) > 3000
    assert also == said


def _word(path: Path) -> str:
    with zipfile.ZipFile(path) as archive:
        xml = archive.read("word/document.xml").decode()
    return " ".join(re.sub(r"<[^>]+>", " ", xml).split())
