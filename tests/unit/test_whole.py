"""The whole report in one file: names, links, figures and what is left out, on a small report."""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import lxml.html
import pytest
from pypdf import PdfReader

from analysis import present, render
from analysis.present.bundle import Figure
from analysis.present.tables import Column, Table
from analysis.render import whole

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
SETTINGS = """\
project: {type: website, render: ["*.qmd", "omraden/*.qmd"]}
lang: sv
website:
  title: Service – Prov
  navbar:
    left:
      - {text: Start, href: index.qmd}
      - text: Områden
        menu: [{text: Bygglov, href: omraden/bygglov.qmd}]
      - {text: Bilder, href: bilder.qmd}
format:
  html: {css: assets/report.css, include-in-header: [{text: "<meta name=x>"}]}
  typst:
    template-partials: [assets/typst-template.typ, assets/typst-show.typ]
"""
START = """\
---
title: Start
---

{{< include _hela.md >}}

## Läget

Se [bygglov](omraden/bygglov.qmd#laget), [sidan](#läget), [talen](data/nki.xlsx) och
[SKR](https://skr.se).[^1]

```{=html}
<details class="nki-folded"><summary>Mer om <b>läget</b></summary>
```

Inuti.

```{=html}
</details>
<script>alert(1)</script>
<ul><li><span>Ett</span><span>Två</span></li></ul>
```

![](bild.svg){fig-alt="En bild"}

[^1]: En not.
"""
AREA = """\
---
title: Bygglov
---

## Läget {#laget}

FIGURE

Se @fig-utveckling och [start](../index.qmd).[^1]

[^1]: En annan not.
"""
PICTURE = (
    '<svg class="main-svg" xmlns="http://www.w3.org/2000/svg" width="760" height="300" '
    'viewBox="0 0 760 300"><defs><clipPath id="k1"><rect width="5" height="5"/></clipPath></defs>'
    '<g clip-path="url(#k1)"><text x="9" y="20">71,5</text></g></svg>'
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for package in (present, render):
        assets = Path(package.__path__[0]) / "assets"
        shutil.copytree(assets, tmp_path / "assets", dirs_exist_ok=True)
    table = Table("x", "X", ["a"], (Column("a", "År", str), Column("b", "Index", str)))
    plot = {"data": [], "layout": {"height": 300}}
    figure = Figure("utveckling", plot, "Stiger till 71,5.", "**NKI <år> för år.** n = 9.", table)
    drawn = figure._repr_markdown_().replace("(figurer/", "(../figurer/omraden-bygglov-")
    (tmp_path / "omraden").mkdir()
    (tmp_path / "figurer").mkdir()
    files = {
        "_quarto.yml": SETTINGS,
        "_rapport.json": json.dumps(
            {"title": "Service", "files": "Filer & annat följer inte med.", "contents": "Innehåll"}
        ),
        "index.qmd": START,
        whole.LIST: "- Hela rapporten som en fil.\n",
        "omraden/bygglov.qmd": AREA.replace("FIGURE", drawn),
        "bilder.qmd": "---\ntitle: Bilder\nin-one-file: false\n---\n\nAlla bilder.\n",
        "bild.svg": PICTURE,
        "figurer/omraden-bygglov-utveckling.svg": PICTURE,
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


@pytest.fixture
def made(folder: Path) -> whole.Made:
    made = whole.make(folder, NOON)
    assert made.refused == {}
    return made


@pytest.fixture
def text(made: whole.Made) -> str:
    return made.files[whole.HTML].decode()


def test_no_name_is_given_twice_and_every_link_leads_to_one(text: str) -> None:
    page = lxml.html.fromstring(text)
    names = Counter(page.xpath("//@id"))
    assert [name for name, times in names.items() if times > 1] == []
    hrefs = [str(href) for href in page.xpath("//a/@href")]
    assert {href[1:] for href in hrefs if href.startswith("#")} <= set(names)
    assert [href for href in hrefs if not href.startswith("#")] == ["https://skr.se"]
    assert "#omraden-bygglov--laget" in hrefs
    for name in ("aria-labelledby", "aria-controls", "for"):
        for value in page.xpath(f"//@{name}"):
            assert set(value.split()) <= set(names), value
    assert set(re.findall(r"url\(#([^)]+)\)", text)) <= set(names)


def test_a_file_that_does_not_follow_is_named_but_not_linked_to(text: str) -> None:
    page = lxml.html.fromstring(text)
    (files,) = (link for link in page.iter("a") if link.text == "talen")
    assert files.get("href") is None
    assert "Filer &amp; annat följer inte med." in text


def test_everything_a_browser_needs_lies_in_the_file(text: str) -> None:
    page = lxml.html.fromstring(text)
    assert page.xpath("//link | //script[@src] | //iframe") == []
    assert all(source.startswith("data:image/svg+xml;base64,") for source in page.xpath("//@src"))
    assert page.xpath("//@src")
    addresses = re.findall(r"url\([\"']?([^)\"'#][^)\"']*)", text)
    assert all(address.startswith("data:") for address in addresses)
    assert len(page.xpath("//script")) == 1
    assert "alert(1)" not in text


def test_a_figure_has_a_name_its_words_and_its_table(text: str) -> None:
    page = lxml.html.fromstring(text)
    (picture,) = page.xpath("//*[@role='img']")
    name, told = picture.get("aria-labelledby").split()
    assert page.get_element_by_id(name).text == "NKI <år> för år"
    assert page.get_element_by_id(told).text == "Stiger till 71,5."
    assert page.xpath("//*[@id='omraden-bygglov']//details//table")
    assert "application/json" not in text


def test_a_page_that_is_about_files_is_left_out(text: str, made: whole.Made) -> None:
    assert "Alla bilder" not in text
    assert "Bilder</a>" not in text
    assert "Start</a>" in text


def test_the_list_of_its_files_is_not_in_them(text: str, made: whole.Made, tmp_path: Path) -> None:
    assert "som en fil" not in text
    (tmp_path / "rapport.pdf").write_bytes(made.files[whole.PDF])
    reader = PdfReader(tmp_path / "rapport.pdf")
    assert not any("som en fil" in page.extract_text() for page in reader.pages)


def test_the_same_report_is_the_same_bytes(folder: Path, made: whole.Made) -> None:
    assert whole.make(folder, NOON).files == made.files


def test_the_pdf_has_every_page_with_its_links_and_pictures(
    made: whole.Made, tmp_path: Path
) -> None:
    file = tmp_path / "rapport.pdf"
    file.write_bytes(made.files[whole.PDF])
    reader = PdfReader(file)
    read = " ".join(" ".join(page.extract_text() for page in reader.pages).split())
    for told in ("Innehåll", "Start", "Bygglov", "Mer om läget", "Inuti.", "Ett · Två", "71,5"):
        assert told in read
    assert "En not." in read
    assert "En annan not." in read
    assert "Figur 1: NKI" in read
    assert reader.root_object["/MarkInfo"]["/Marked"]
    titles = [one["/Title"] for one in reader.outline if not isinstance(one, list)]
    assert titles == ["Start", "Bygglov"]


def test_what_the_pdf_refuses_costs_neither_the_file_nor_the_reason(folder: Path) -> None:
    page = folder / "omraden" / "bygglov.qmd"
    page.write_text(page.read_text("utf-8") + "\n#### För djupt\n\nText.\n", "utf-8")
    made = whole.make(folder, NOON)
    assert set(made.files) == {whole.HTML}
    (problem,) = made.refused[whole.PDF].problems
    assert problem.where == "omraden/bygglov.qmd"
    assert problem.fix


def test_what_only_quarto_renders_costs_the_files_and_tells_why(folder: Path) -> None:
    page = folder / "index.qmd"
    page.write_text(page.read_text("utf-8") + "\n::: {.column-margin}\nI kanten.\n:::\n", "utf-8")
    made = whole.make(folder, NOON)
    assert made.files == {}
    assert set(made.refused) == {whole.HTML, whole.PDF}
    assert "column-margin" in str(made.refused[whole.HTML].problems[0])
