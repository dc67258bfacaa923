"""The embedded engine's pages: each construct of the subset, and what a page must never hold."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from lxml import html

from analysis.render import embedded, links

SAMPLE = Path(__file__).parent / "sample_project"
PARTIALS = Path(embedded.__file__).parents[1] / "assets"


def copied_sample(folder: Path) -> Path:
    """The sample as a build folder of its own, with the PDF's template partials."""
    project = Path(shutil.copytree(SAMPLE, folder / "bygg mapp åäö"))
    for partial in PARTIALS.glob("*.typ"):
        shutil.copy(partial, project)
    return project


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    project = copied_sample(tmp_path_factory.mktemp("site"))
    assert embedded.render(project, timestamp=datetime(2026, 5, 4, tzinfo=UTC)) == ()
    return project / "_site"


def pages(site: Path) -> list[Path]:
    return sorted(site.rglob("*.html"))


def page(site: Path, name: str) -> html.HtmlElement:
    parser = html.HTMLParser(encoding="utf-8")
    return html.parse(str(site / name), parser=parser).getroot()


def text(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def one(root: html.HtmlElement, path: str) -> html.HtmlElement:
    (found,) = root.xpath(path)
    return found


def test_every_page_and_pdf_is_made_where_its_source_lay(site: Path) -> None:
    made = [path.relative_to(site).as_posix() for path in [*pages(site), *site.rglob("*.pdf")]]
    assert made == [
        "index.html",
        "metod.html",
        "nulage.html",
        "omraden/bygglov.html",
        "omraden/livsmedelskontroll.html",
        "bilaga.pdf",
    ]


def test_title_block(site: Path) -> None:
    root = page(site, "index.html")
    assert root.get("lang") == "sv"
    assert root.findtext(".//title") == "Översikt – Exempelkommunens företagsklimat"
    block = root.get_element_by_id("title-block-header")
    assert text(one(block, ".//h1")) == "Översikt"
    assert text(one(block, ".//*[@class='subtitle lead']")).endswith("service 2025")
    description = "Hur nöjda företagen är, vad som ändrats och vad som bör göras härnäst."
    assert text(one(block, ".//*[@class='description']")) == description
    assert one(root, "//meta[@name='description']").get("content") == description
    assert text(one(page(site, "metod.html"), "//*[@class='date']")) == "4 maj 2026"


def test_menu_marks_the_page_and_its_heading(site: Path) -> None:
    root = page(site, "omraden/bygglov.html")
    current = root.xpath("//nav[@aria-label='Huvudmeny']//a[@aria-current='page']")
    assert [(text(link), link.get("href")) for link in current] == [("Bygglov", "bygglov.html")]
    toggle = one(root, "//button[contains(@class, 'nav-toggle')]")
    assert "within" in toggle.get("class").split()
    assert toggle.get("aria-expanded") == "false"
    assert root.get_element_by_id(toggle.get("aria-controls")).tag == "ul"


def test_breadcrumbs_tell_the_menu_s_heading(site: Path) -> None:
    trail = one(page(site, "omraden/bygglov.html"), "//nav[@aria-label='Länkstig']")
    assert [text(item) for item in trail.iter("li")] == ["Myndighetsområden", "Bygglov"]
    assert not page(site, "nulage.html").xpath("//nav[@aria-label='Länkstig']")


def test_neighbours_follow_the_menu(site: Path) -> None:
    root = page(site, "omraden/bygglov.html")
    links = root.xpath("//nav[@aria-label='Föregående och nästa sida']/a")
    assert [(link.get("rel"), link.get("href")) for link in links] == [
        ("prev", "../nulage.html"),
        ("next", "livsmedelskontroll.html"),
    ]


def test_contents_list_the_headings(site: Path) -> None:
    toc = page(site, "nulage.html").get_element_by_id("TOC")
    assert [(link.get("href"), text(link)) for link in toc.iter("a")] == [
        ("#utvecklingen", "Utvecklingen"),
        ("#områdena", "Områdena"),
        ("#större-områden", "Större områden"),
        ("#mindre-områden", "Mindre områden"),
    ]
    assert text(one(toc, ".//p")) == "På den här sidan"


def test_callouts(site: Path) -> None:
    root = page(site, "index.html")
    callouts = root.xpath("//*[contains(@class, 'callout-titled')]")
    titles = [text(one(box, ".//*[@class='callout-title-container']")) for box in callouts]
    assert titles == [
        "Observera",
        "Viktigt Brott i serien 2024",
        "Tips Så läser du siffrorna",
        "Varning",
        "Försiktigt",
    ]
    assert [(box.tag, box.get("open")) for box in callouts] == [
        ("div", None),
        ("div", None),
        ("details", None),
        ("div", None),
        ("details", ""),
    ]
    assert one(callouts[1], ".//strong").text == "2024"
    assert [text(kind) for kind in root.xpath("//*[contains(@class, 'screen-reader-only')]")] == [
        "Viktigt",
        "Tips",
    ]


def test_tabset(site: Path) -> None:
    tabset = one(page(site, "index.html"), "//*[contains(@class, 'panel-tabset')]")
    tabs, panes = tabset.xpath(".//*[@role='tab']"), tabset.xpath(".//*[@role='tabpanel']")
    assert [text(tab) for tab in tabs] == ["Diagram", "Tabell"]
    assert [tab.get("aria-controls") for tab in tabs] == [pane.get("id") for pane in panes]
    assert [pane.get("aria-labelledby") for pane in panes] == [tab.get("id") for tab in tabs]
    assert ["hidden" in pane.attrib for pane in panes] == [False, True]


def test_columns_keep_their_widths(site: Path) -> None:
    columns = page(site, "index.html").xpath("//*[@class='columns']/*[@class='column']")
    assert [column.get("style") for column in columns] == ["width:60%;", "width:40%;"]


def test_floats_are_numbered_and_referred_to_in_swedish(site: Path) -> None:
    root = page(site, "nulage.html")
    captions = [text(caption) for caption in root.iter("figcaption")]
    assert captions[0].startswith("Figur 1: NKI totalt 2021–2025. n = 172")
    assert captions[1] == "Tabell 1: NKI per myndighetsområde 2025"
    references = root.xpath("//a[@class='quarto-xref']")
    assert [(text(link), link.get("href")) for link in references] == [
        ("Figur 1", "#fig-trend"),
        ("Tabell 1", "#tbl-omraden"),
    ]
    table = root.get_element_by_id("tbl-omraden")
    assert [child.tag for child in one(table, "./figure")] == ["figcaption", "div"]


def test_pipe_table_becomes_a_numbered_table(site: Path) -> None:
    root = page(site, "metod.html")
    table = root.get_element_by_id("tbl-rakna")
    assert text(one(table, ".//figcaption")) == "Tabell 1: Från medelvärde till index"
    assert not table.xpath(".//caption")
    references = [text(link) for link in root.xpath("//a[@class='quarto-xref']")]
    assert references == ["Tabell 1", "Avsnitt 1"]


def test_conditional_content(site: Path) -> None:
    words = text(page(site, "metod.html"))
    assert "Bara på webben." in words
    assert "Bara i PDF." not in words
    # The PDF's picture of a figure is not on the web page beside the page's own.
    assert len(page(site, "nulage.html").xpath("//main//img")) == 1


def test_a_footnote_has_a_way_back(site: Path) -> None:
    root = page(site, "metod.html")
    notes = root.get_element_by_id("footnotes")
    assert text(notes).startswith("Enligt SCB:s beskrivning.")
    assert root.get_element_by_id(one(notes, ".//a").get("href")[1:]).tag == "a"


def test_includes_and_variables(site: Path) -> None:
    words = text(page(site, "index.html"))
    assert "Svaren är påhittade av Exempelkommun för år 2025." in words
    assert "{{<" not in words


def test_definitions_spans_and_formulas(site: Path) -> None:
    root = page(site, "index.html")
    assert [text(term) for term in root.iter("dt")] == ["NKI", "Ärendeår"]
    assert text(one(root, "//span[@class='exempel']")) == "bättre"
    assert root.xpath("//*[local-name()='math']")


def test_figure_data_passes_untouched(site: Path) -> None:
    script = one(page(site, "nulage.html"), "//script[@type='application/json']")
    data = json.loads(script.text)
    assert data == {"data": [{"y": [67.0, 72.4]}], "note": '<a href="/x">'}


def test_raw_tables_pass_untouched(site: Path) -> None:
    table = one(page(site, "nulage.html"), "//table[@class='gt_table']")
    assert [cell.get("scope") for cell in table.iter("th")][:5] == ["col"] * 4 + ["row"]
    assert "background-color:#fbe3c0" in one(table, ".//td[text()='Godkänt']").get("style")


def test_image_alt_text_comes_from_fig_alt(site: Path) -> None:
    image = one(page(site, "metod.html"), "//main//img")
    assert image.get("alt") == "Linjen stiger från 68 till 72."
    assert "fig-alt" not in image.attrib


def test_code_and_printed_text_are_never_shown(site: Path) -> None:
    words = text(page(site, "nulage.html"))
    assert "year = 2025" not in words
    assert "utskrift som inte ska synas" not in words
    assert "object at 0x7f" not in words


def test_links_between_sources_lead_to_pages(site: Path) -> None:
    def targets(name: str) -> list[str]:
        return [link.get("href") for link in page(site, name).xpath("//main//section//a")]

    assert "omraden/bygglov.html#sec-resultat" in targets("nulage.html")
    assert targets("omraden/bygglov.html")[:2] == ["../nulage.html#områdena", "../index.html"]
    assert "bilaga.pdf" in [link.get("href") for link in page(site, "index.html").iter("a")]


def test_every_link_has_an_end_and_works_from_any_folder(site: Path) -> None:
    assert list(links.check(site)) == []
    for made in pages(site):
        targets = page(site, made.relative_to(site).as_posix()).xpath("//@href | //@src")
        assert not [target for target in targets if target.startswith("/")]


def test_nothing_inline_runs_and_nothing_is_fetched(site: Path) -> None:
    for made in pages(site):
        root = page(site, made.relative_to(site).as_posix())
        running = [one for one in root.iter("script") if one.get("type") != "application/json"]
        assert all(script.get("src") for script in running)
        assert not root.xpath("//@*[starts-with(name(), 'on')]")
        loaded = root.xpath("//script/@src | //link/@href | //img/@src")
        assert not [address for address in loaded if ":" in address]


def test_project_files_reach_every_depth(site: Path) -> None:
    root = page(site, "omraden/bygglov.html")
    assert "../assets/report.js" in root.xpath("//script/@src")
    assert root.xpath("//link[@rel='stylesheet']/@href") == [
        "../assets/embedded.css",
        "../assets/report.css",
    ]
    main = root.get_element_by_id("quarto-document-content")
    assert text(one(main, ".//*[@class='exempeldata-rad']")).startswith("EXEMPELDATA")
    assert (site / "figurer" / "trend.svg").is_file(), "used by pages, named nowhere"
    assert (site / "data" / "index.csv").is_file()


def test_search_index_holds_pages_and_sections(site: Path) -> None:
    script = (site / "assets" / "search-index.js").read_text(encoding="utf-8")
    entries = json.loads(script.removeprefix("window.siteSearchIndex = ").removesuffix(";\n"))
    by_address = {entry["u"]: entry for entry in entries}
    assert by_address["nulage.html"]["p"] == "Nuläge"
    section = by_address["nulage.html#områdena"]
    assert (section["p"], section["s"]) == ("Nuläge", "Områdena")
    assert "bygglov" in by_address["index.html"]["t"]
    assert not any("Hoppa till innehållet" in entry["t"] for entry in entries)


def test_an_earlier_site_leaves_nothing_behind(tmp_path: Path) -> None:
    project = copied_sample(tmp_path)
    stale = project / "_site" / "gammal.html"
    stale.parent.mkdir()
    stale.write_text("förra årets", encoding="utf-8")
    embedded.render(project, timestamp=datetime(2026, 5, 4, tzinfo=UTC))
    assert not stale.exists()


def test_pages_follow_the_patterns_and_search_can_be_left_out(tmp_path: Path) -> None:
    for name in ("b.qmd", "LAS.qmd", "egna/a.qmd", "egna/_del.qmd"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("---\ntitle: T\n---\n\nText.\n", encoding="utf-8")
    (tmp_path / "_quarto.yml").write_text(
        "project: {render: ['*.qmd', egna, '!LAS.qmd']}\nwebsite: {title: W, search: false}\n",
        encoding="utf-8",
    )
    embedded.render(tmp_path, timestamp=datetime(2026, 5, 4, tzinfo=UTC))
    site = tmp_path / "_site"
    assert [file.relative_to(site).as_posix() for file in pages(site)] == ["b.html", "egna/a.html"]
    assert not page(site, "b.html").xpath("//form")
    assert not (site / "assets" / "search-index.js").exists()
