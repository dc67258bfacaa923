"""Words, tables and bundles: chosen by rule, escaped, and never more certain than the numbers."""

from __future__ import annotations

import html
import json
import re
from datetime import date
from operator import itemgetter
from pathlib import Path

import lxml.html
import pandas as pd
import pytest

from analysis import present, store
from analysis.present import tables, theme, wording
from analysis.present.bundle import Block, Figure
from analysis.present.data import ReportData
from analysis.present.headings import HEADINGS
from analysis.present.markdown import marked
from analysis.present.tables import Column, Heading, Table
from analysis.present.texts import say
from analysis.settings import load

NAN = float("nan")
CONFIG = Path(__file__).resolve().parents[2] / "config"


@pytest.fixture
def data(tmp_path: Path) -> ReportData:
    """A run of one whole year: enough for what is worded from a single row."""
    indices = pd.DataFrame({"year": ["2025"], "part": "", "has_answers": True, "change": NAN})
    store.write_table(indices, tmp_path, store.INDICES)
    return ReportData(tmp_path, load(CONFIG), example=True, today=date(2026, 11, 23))


def cell(**more: object) -> pd.Series:
    values = {
        "year": "2025", "scope": "total", "measure": "nki", "governing": 73.8, "grade": "hogt",
        "governing_lower": 71.5, "governing_upper": 76.0, "change": 1.9,
        "change_significant": False, "change_mixed": False, "official": NAN, "index": 73.8,
        "change_from": 71.9,
        "official_reason": "",
    }  # fmt: skip
    return pd.Series({**values, **more})


def test_an_unsure_change_is_not_called_a_change(data: ReportData) -> None:
    told = wording.change_sentence(data, cell(), "NKI")
    assert "inte statistiskt säkerställd" in told
    assert "ökat" not in told


def test_no_change_is_told_where_there_is_none(data: ReportData) -> None:
    assert wording.change_sentence(data, cell(change=float("nan")), "NKI") == ""


def test_a_hidden_index_says_so_and_shows_nothing(data: ReportData) -> None:
    numbers = dict.fromkeys(("governing", "governing_lower", "governing_upper"), NAN)
    few = cell(reason="for_fa_svar", **numbers)
    assert wording.index_with_grade(data, few) == wording.index(few) == "för få svar"
    assert wording.interval(few) == ""
    protecting = cell(reason="skyddar_annat_varde", **numbers)
    assert wording.index(protecting) == say("ord.dolt")
    assert wording.hidden_because(data, protecting) == say("gemensamt.visas_inte_skyddat")
    assert "minst 20" in wording.hidden_because(data, few)


def table(fill: str = "", **more: object) -> Table:
    records = [
        {"name": "Bygg<b>lov", "value": "70,1", "note": "=cmd|'/c calc'!A1"},
        {"name": "Miljö", "value": "–", "note": "<script>alert(1)</script>"},
    ]
    columns = (
        Column("name", "Område", itemgetter("name")),
        Column("value", "NKI", itemgetter("value"), "right", fill=lambda _: fill),
        Column("note", "Not", itemgetter("note")),
    )
    return Table("prov", "**Rubrik.** Källa: prov.", records, columns, **more)


def test_a_table_has_header_cells_with_scope_and_no_style_sheet() -> None:
    markup = table(fill="#d9ead9").to_html()
    document = lxml.html.fromstring(markup)
    assert [th.get("scope") for th in document.findall(".//thead//th")] == ["col"] * 3
    assert [th.get("scope") for th in document.findall(".//tbody//th")] == ["row"] * 2
    assert "<style" not in markup
    cells = document.findall(".//tbody//td")
    assert {"nki-fill-d9ead9", "gt_right"} <= set(cells[0].get("class").split())
    assert "style=" not in markup


def test_every_colour_of_a_grade_has_a_rule_in_the_style_sheet() -> None:
    sheet = (Path(present.__file__).parent / "assets" / "report.css").read_text("utf-8")
    for colour in theme.GRADE_FILL.values():
        rule = f".{theme.fill_class(colour)} {{\n  background-color: {colour};\n}}"
        assert rule in sheet
    assert all(f".{name} {{" in sheet for name in (tables.ROOM, tables.STRONG))


def test_a_table_on_paper_has_its_alignment_colours_and_bold_rows() -> None:
    made = table(fill="#d9ead9", strong=lambda row: row["name"] == "Miljö")
    assert made.to_pipes().splitlines() == [
        "| Område | NKI | Not |",
        "| :--- | ---: | :--- |",
        "| Bygg\\<b\\>lov | [70\\,1]{fill=\"#d9ead9\"} | \\=cmd\\|\\'\\/c calc\\'\\!A1 |",
        '| **Miljö** | [**–**]{fill="#d9ead9"} | **\\<script\\>alert\\(1\\)\\<\\/script\\>** |',
    ]


def test_a_heading_among_the_records_stands_alone_in_bold_and_without_colour() -> None:
    columns = (
        Column("name", "Område", str),
        Column("value", "NKI", str.upper, fill=lambda _: "#d9ead9"),
    )
    made = Table("x", "X", [Heading("Ingår"), "a"], columns)
    assert made.rows.to_dict("records") == [
        {"name": "Ingår", "value": ""},
        {"name": "a", "value": "A"},
    ]
    assert made.to_pipes().splitlines()[2:] == [
        "| **Ingår** |  |",
        '| a | [A]{fill="#d9ead9"} |',
    ]
    assert made.to_html().count('class="nki-strong ') == 2


def test_a_heading_of_two_lines_breaks_nowhere_else() -> None:
    made = Table(
        "x", "X", ["a"], (Column("a", "A", str), Column("b", "Ändring\nsedan {år} 1", str))
    )
    heading = made.to_html().split('scope="col"')[2]
    assert "Ändring<br>sedan\u00a0&#123;år}\u00a01</th>" in heading
    assert made.to_pipes().splitlines()[0] == "| A | Ändring<br>sedan\u00a0\\{år\\}\u00a01 |"


def test_what_comes_from_files_is_escaped_in_tables() -> None:
    document = lxml.html.fromstring(table().to_html())
    assert document.find(".//script") is None
    assert document.find(".//b") is None
    assert document.find(".//tbody//th").text_content() == "Bygg<b>lov"
    assert document.findall(".//tbody//td")[3].text_content() == "<script>alert(1)</script>"


def test_a_table_region_can_be_reached_and_has_a_name() -> None:
    region = lxml.html.fromstring(table(note="Not <i>").to_region() + "<p></p>")
    box = region.find_class("nki-table")[0]
    assert (box.get("role"), box.get("tabindex")) == ("region", "0")
    assert box.get("aria-label") == "Rubrik. Källa: prov."


def figure(text: str = "Bygglov") -> Figure:
    plot = {"data": [{"type": "bar", "x": [text]}], "layout": {"height": 300}}
    return Figure(
        "prov", plot, f'Säger "{text}"', f"**{text}.** Källa: x.", table(), {"height": 200}
    )


def test_a_figure_is_one_text_for_site_and_pdf() -> None:
    markdown = figure()._repr_markdown_()
    assert markdown.startswith("::: {#fig-prov}")
    assert 'unless-format="html"' in markdown
    assert '![](figurer/prov.svg){fig-alt="Säger \\"Bygglov\\""' in markdown


def test_a_figures_data_cannot_close_its_script_element() -> None:
    markdown = figure("</script><script>alert(1)</script>")._repr_markdown_()
    data = re.search(r'<script type="application/json">(.*?)</script>', markdown)
    assert data is not None
    # Plotly reads some tags in a label; what is none of ours is shown as it stands.
    told = json.loads(data[1])["data"][0]["x"][0]
    assert html.unescape(told) == "</script><script>alert(1)</script>"
    assert "<" not in told


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("**NKI, Miljö- och hälsoskydd.** 12 svar.", "**NKI, Miljö- och hälsoskydd.** 12 svar."),
        ("Se [Nuläge](../nulage.ipynb).", "Se [Nuläge](../nulage.ipynb)."),
        ("[x](http://x.se) <b>", "\\[x\\](http://x.se) \\<b\\>"),
        ("*a* {{< var kommun >}}", "\\*a\\* \\{\\{\\< var kommun \\>\\}\\}"),
        ("2025. Ett år", "2025\\. Ett år"),
        ("- nej\n\n# rubrik", "\\- nej \\# rubrik"),
        ("10 -- 20 ...", "10 \\-\\- 20 \\.\\.\\."),
    ],
)
def test_a_sentence_holds_no_other_markup_than_ours(text: str, expected: str) -> None:
    assert marked(text) == expected


def test_a_blank_line_never_ends_a_raw_block() -> None:
    markdown = figure()._repr_markdown_()
    raw = re.search(r"```\{=html\}\n(.*?)\n```", markdown, re.DOTALL)
    assert raw is not None
    assert "\n\n" not in raw[1]


@pytest.mark.parametrize("part", [figure(), table(note="Not"), Block("<p>Kort</p>")])
def test_a_part_shows_itself_whole_in_a_notebook(part: Figure | Table | Block) -> None:
    """Look, words, data and scripts stand in it; nothing is fetched, nothing is Markdown."""
    markup = part._repr_html_()
    document = lxml.html.fromstring(f"<body>{markup}</body>")
    assert document.find_class("nki-notebook")
    assert "```" not in markup
    assert ":::" not in re.sub(r"<(script|style)>.*?</\1>", "", markup, flags=re.DOTALL)
    assert [e for e in document.iter() if e.get("src") or e.tag == "link"] == []
    if not isinstance(part, Block):
        assert document.find(".//figcaption").text_content().endswith("Källa: prov.") or (
            isinstance(part, Figure)
        )
        assert document.find(".//table") is not None
    assert ("Plotly" in markup) == isinstance(part, Figure)
    assert (">Not</p>" in markup) == isinstance(part, Table)


def test_the_style_of_a_notebooks_parts_reaches_nothing_else() -> None:
    """Every rule of the report's style sheet is nested in the division of the part."""
    style = table()._repr_html_().split("<style>")[1].split("</style>")[0]
    assert style.startswith(".nki-notebook { & {")
    assert style.count("{") == style.count("}")
    assert not re.search(r"(?<![\w.-])(?:main|body|html|:root)\b|@font-face", style)


def test_a_column_in_which_nothing_stands_is_left_out_only_when_it_may_be() -> None:
    columns = (
        Column("a", "A", itemgetter(0)),
        Column("b", "B", itemgetter(1), optional=True),
        Column("c", "C", itemgetter(2)),
    )
    made = Table("x", "X", [("1", "–", "–"), ("2", "", "–")], columns)
    assert [column.key for column in made.columns] == ["a", "c"]
    document = lxml.html.fromstring(made.to_html())
    assert [th.text_content() for th in document.findall(".//thead//th")] == ["A", "C"]
    assert made.to_pipes().splitlines()[0] == "| A | C |"


def test_the_page_of_the_data_explains_the_columns_that_there_are() -> None:
    """Its list is prose; the columns are declared in `store.PUBLISHED`."""
    text = (CONFIG.parent / "reports" / "data.qmd").read_text("utf-8")
    explained = re.findall(r"^(`.*`)\n:", text, re.MULTILINE)
    names = [name for line in explained for name in re.findall(r"`(\w+)`", line)]
    assert tuple(names) == store.PUBLISHED["index"]
    assert all(f"{table}.csv" in text for table in store.PUBLISHED)


def test_every_column_of_the_tables_for_reuse_has_a_heading() -> None:
    assert {name for columns in store.PUBLISHED.values() for name in columns} == {
        name for name in HEADINGS if "." not in name
    }
