"""Word documents are sound OOXML, and laid out alike by both engines.

Word refuses to open what LibreOffice forgives: an element that stands twice where there may be one.
"""

from __future__ import annotations

import shutil
import zipfile
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from operator import itemgetter
from pathlib import Path
from textwrap import dedent

import pytest
from lxml import etree
from projects import matter_of

from analysis.errors import MachineError
from analysis.present.tables import Column, Table
from analysis.render import embedded, quarto

SAMPLE = Path(__file__).parent / "sample_project"
TIMESTAMP = datetime(2026, 5, 4, tzinfo=UTC)
NAMES = {"w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main"}
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"

LAGET = Table(
    "laget",
    "**Läget** 2025.",
    ["Mål 1"],
    (
        Column("goal", "Mål", str),
        Column("index", "NKI", lambda _: "73,8", "right", fill=lambda _: "#d9ead9"),
    ),
)
PAGE = """
---
title: Underlag
format: docx
---

Se @tbl-laget, @tbl-egen och @fig-trend.

LAGET

Text emellan.

::: {#tbl-egen}
| Område  | Svar |
|:--------|-----:|
| Bygglov |   41 |

Skriven i Markdown.
:::

Text emellan.

```{=html}
<table><tr><th style="text-align: left">Fråga</th></tr>
<tr><td style="text-align: left">Tid</td></tr></table>
```

Text emellan.

::: {#fig-trend}
![](figurer/trend.svg){fig-alt="NKI stiger"}

Åren.
:::

Text emellan.

![](figurer/trend.svg){fig-alt="Samma figur"}

::: {.callout-note title="Så läses talen"}
Skalan är 0–100.

- Högt är bra.
:::

Text emellan.

::: {.callout-tip}
Utan rubrik.
:::

:::: {.columns}
::: {.column width="50%"}
Vänster
:::
::: {.column width="50%"}
Höger
:::
::::

Slut[^1].

[^1]: Fotnot.
"""


def document(path: Path) -> etree._Element:
    with zipfile.ZipFile(path) as archive:
        return etree.fromstring(archive.read("word/document.xml"))


def faults(root: etree._Element) -> list[str]:
    """What Word does not take: doubled or late properties, a table in a table, an empty cell."""
    found = []
    for element in root.iter(etree.Element):
        inside = Counter(etree.QName(child).localname for child in element)
        name = etree.QName(element).localname
        found += [
            f"{count} {child} in {name}"
            for child, count in inside.items()
            if count > 1 and (child.endswith("Pr") or name.endswith("Pr"))
        ]
        if f"{name}Pr" in inside and etree.QName(element[0]).localname != f"{name}Pr":
            found.append(f"{name}Pr is not first in {name}")
        if name == "tc" and (not len(element) or etree.QName(element[-1]).localname != "p"):
            found.append("a cell does not end with a paragraph")
    if root.xpath("//w:tbl//w:tbl", namespaces=NAMES):
        found.append("a table in a table")
    return found


def paragraphs(root: etree._Element) -> list[tuple[str, str, str, bool]]:
    """Style, alignment, text, and whether it stands in a table."""

    def value(paragraph: etree._Element, name: str) -> str:
        return "".join(paragraph.xpath(f"w:pPr/w:{name}/@w:val", namespaces=NAMES))

    return [
        (
            value(paragraph, "pStyle"),
            value(paragraph, "jc"),
            " ".join("".join(paragraph.itertext()).split()),
            bool(paragraph.xpath("ancestor::w:tbl", namespaces=NAMES)),
        )
        for paragraph in root.iter(f"{{{NAMES['w']}}}p")
    ]


def alternatives(root: etree._Element) -> list[str]:
    return [picture.get("descr", "") for picture in root.iter(DRAWING)]


def _rendered(folder: Path, engine: str) -> etree._Element:
    found = _quarto() if engine == "quarto" else None
    project = folder / engine
    project.mkdir()
    shutil.copytree(SAMPLE / "figurer", project / "figurer")
    (project / "_quarto.yml").write_text(
        "project: {type: website}\nlang: sv\nwebsite: {title: Prov}\n", "utf-8"
    )
    (project / "index.qmd").write_text("---\ntitle: Översikt\n---\n\nText\n", "utf-8")
    text = dedent(PAGE).lstrip().replace("LAGET", LAGET._repr_markdown_())
    (project / "underlag.qmd").write_text(text, "utf-8")
    if found:
        quarto.render(project, found, timestamp=TIMESTAMP)
    else:
        embedded.render(project, timestamp=TIMESTAMP)
    return document(project / "_site" / "underlag.docx")


def _quarto() -> quarto.Quarto:
    try:
        return quarto.find()
    except MachineError as error:
        pytest.skip(error.problems[0].cause)


@pytest.fixture(scope="module")
def by(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], etree._Element]:
    """The page above as a Word document, made once by each engine."""
    folder = tmp_path_factory.mktemp("word")
    made: dict[str, etree._Element] = {}

    def render(engine: str) -> etree._Element:
        if engine not in made:
            made[engine] = _rendered(folder, engine)
        return made[engine]

    return render


@pytest.mark.parametrize("engine", ["embedded", pytest.param("quarto", marks=pytest.mark.quarto)])
def test_every_construct_gives_sound_elements(
    by: Callable[[str], etree._Element], engine: str
) -> None:
    root = by(engine)
    assert faults(root) == []
    assert alternatives(root) == ["NKI stiger", "Samma figur"]
    cells = [(align, said) for _, align, said, in_table in paragraphs(root) if in_table]
    assert cells == [
        ("left", "Mål"),
        ("right", "NKI"),
        ("left", "Mål 1"),
        ("right", "73,8"),
        ("left", "Område"),
        ("right", "Svar"),
        ("left", "Bygglov"),
        ("right", "41"),
        ("left", "Fråga"),
        ("left", "Tid"),
    ]
    captions = [(style, said) for style, _, said, _ in paragraphs(root) if "Caption" in style]
    assert captions == [
        ("TableCaption", "Tabell 1: Läget 2025."),
        ("TableCaption", "Tabell 2: Skriven i Markdown."),
        ("ImageCaption", "Figur 1: Åren."),
    ]


@pytest.mark.quarto
def test_both_engines_lay_every_construct_out_alike(by: Callable[[str], etree._Element]) -> None:
    assert paragraphs(by("quarto")) == paragraphs(by("embedded"))


DOCUMENTS = ("bilaga-underlag.docx", "utbildningsunderlag.docx")


def test_the_reports_own_documents_are_sound(site: Path) -> None:
    found = sorted(matter_of(site).glob("*.docx"))
    assert [path.name for path in found] == list(DOCUMENTS)
    for path in found:
        root = document(path)
        assert faults(root) == []
        # Beside a heading of the rows below it a row has empty cells.
        cells = [align for _, align, said, in_table in paragraphs(root) if in_table and said]
        assert set(cells) == {"left", "right"}
        # Not every program shows the vector pictures that the PDFs have.
        assert alternatives(root) == []


@pytest.mark.quarto
@pytest.mark.parametrize("name", DOCUMENTS)
def test_both_engines_lay_the_reports_documents_out_alike(
    example_site: Path, quarto_site: Path, name: str
) -> None:
    embedded_made, quarto_made = (
        paragraphs(document(matter_of(folder) / name)) for folder in (example_site, quarto_site)
    )
    assert quarto_made == embedded_made


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ("<w:p><w:pPr/><w:pPr/></w:p>", "2 pPr in p"),
        ('<w:p><w:pPr><w:jc w:val="left"/><w:jc w:val="center"/></w:pPr></w:p>', "2 jc in pPr"),
        ("<w:p><w:r/><w:pPr/></w:p>", "pPr is not first in p"),
        (
            "<w:tbl><w:tr><w:tc><w:tbl/><w:p/></w:tc></w:tr></w:tbl>",
            "a table in a table",
        ),
        ("<w:tbl><w:tr><w:tc><w:tcPr/></w:tc></w:tr></w:tbl>", "a cell does not end"),
    ],
)
def test_the_faults_that_are_looked_for_are_found(body: str, fault: str) -> None:
    root = etree.fromstring(f'<w:document xmlns:w="{NAMES["w"]}">{body}</w:document>')
    assert any(fault in found for found in faults(root))


HEADINGS = {
    "Mål": "Mål 2: Sammanvägt NKI minst 70",
    "Läge 2025": "4 av 6 områden",
    "Till målet": "lägst −2,0",
    "Bedömning": "Ej nått ännu",
    "Sannolikt att målet är nått": "mycket osannolikt (4 %)",
    "Takt per år\nbehövs / hittills": "+3,2 / +2,4",
}
NARROW = Table(
    "mal", "Målen.", [HEADINGS], [Column(name, name, itemgetter(name)) for name in HEADINGS]
)
CHARACTER, CELL_MARGINS = 6.2 * 20, 2 * 108
"""Twips: a character of text of 12 points, and what a cell leaves at its sides."""


def test_a_column_of_a_word_document_holds_its_longest_word(tmp_path: Path) -> None:
    (tmp_path / "_quarto.yml").write_text(
        "project: {type: website}\nlang: sv\nwebsite: {title: Prov}\n", "utf-8"
    )
    (tmp_path / "index.qmd").write_text("---\ntitle: Översikt\n---\n\nText\n", "utf-8")
    front = "---\ntitle: Underlag\nformat: docx\n---\n\n"
    (tmp_path / "underlag.qmd").write_text(front + NARROW._repr_markdown_(), "utf-8")
    embedded.render(tmp_path, timestamp=TIMESTAMP)
    root = document(tmp_path / "_site" / "underlag.docx")
    columns = root.xpath("//w:tblGrid/w:gridCol/@w:w", namespaces=NAMES)
    words = ["Sammanvägt", "områden", "målet", "Bedömning", "osannolikt", "hittills"]
    for width, word in zip(columns, words, strict=True):
        assert float(width) >= len(word) * CHARACTER + CELL_MARGINS, word


def test_the_drafts_are_on_a4(example_site: Path) -> None:
    drafts = [*matter_of(example_site).glob("*.docx")]
    assert len(drafts) == 2
    for path in drafts:
        with zipfile.ZipFile(path) as archive:
            body = etree.fromstring(archive.read("word/document.xml"))
        (size,) = body.iterfind(".//w:pgSz", NAMES)
        width, height = (size.get(f"{{{NAMES['w']}}}{side}") for side in ("w", "h"))
        assert (width, height) == ("11906", "16838"), path.name
