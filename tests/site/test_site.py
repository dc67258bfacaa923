"""The example's finished site: pages, texts, marks, figures, tables, and that they agree."""

from __future__ import annotations

import csv
import json
import re
from datetime import datetime
from pathlib import Path

import lxml.html
import openpyxl
import pytest
from projects import matter_of

from analysis.settings import load

PAGES = (
    "index.html",
    "nulage.html",
    "framgangsfaktorer.html",
    "maluppfyllelse.html",
    "jamforelse.html",
    "andringar.html",
    "metod.html",
    "data.html",
    "tillganglighet.html",
    "omraden/bygglov.html",
    "omraden/livsmedelskontroll.html",
)


def read(site: Path, page: str) -> lxml.html.HtmlElement:
    return lxml.html.fromstring((site / page).read_text(encoding="utf-8"))


def text(element: lxml.html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def rows(site: Path, table: str) -> list[dict[str, str]]:
    with (site / "data" / table).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def index(site: Path, **wanted: str) -> dict[str, str]:
    found = [row for row in rows(site, "index.csv") if wanted.items() <= row.items()]
    assert len(found) == 1, (wanted, len(found))
    return found[0]


@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_swedish_has_one_title_and_bears_the_mark(example_site: Path, page: str) -> None:
    document = read(example_site, page)
    assert document.get("lang") == "sv"
    assert len(document.findall(".//h1")) == 1
    assert "Service till företag – Norrtälje kommun" in document.findtext(".//title")
    assert "EXEMPELDATA" in text(document.find(".//main"))


def test_every_area_with_answers_has_a_page(example_site: Path) -> None:
    areas = {row["scope"] for row in rows(example_site, "index.csv")} - {"total"}
    pages = {path.stem for path in (example_site / "omraden").glob("*.html")}
    assert pages == areas
    assert len(pages) == 10


@pytest.mark.parametrize(
    ("wanted", "value"),
    [
        ({"year": "2022", "definition": "total6", "measure": "bemotande_totalt"}, "79.5"),
        ({"year": "2022", "definition": "total6", "measure": "bemotande_attityd"}, "81.8"),
        ({"year": "2023", "definition": "total6", "measure": "nki"}, "71.0"),
    ],
)
def test_the_plans_baselines_are_reproduced(
    example_site: Path, wanted: dict[str, str], value: str
) -> None:
    """The values the plan states (KS 2023-1741, bilaga 1, Bakgrund)."""
    assert index(example_site, scope="total", **wanted)["index"] == value


def test_the_headline_is_the_number_in_the_table_for_reuse(example_site: Path) -> None:
    document = read(example_site, "index.html")
    shown = text(document.find_class("nki-headline-value")[0])
    row = index(example_site, year="2025", scope="total", definition="total4", measure="nki")
    assert shown.split()[0] == row["index"].replace(".", ",")


def test_areas_have_the_same_numbers_on_the_page_and_in_the_tables(example_site: Path) -> None:
    table = read(example_site, "nulage.html").get_element_by_id("tbl-omraden")
    shown = {
        text(row.find("th")): [text(cell) for cell in row.findall("td")]
        for row in table.iterfind(".//tbody/tr")
    }
    published = {
        row["scope"]: row
        for row in rows(example_site, "index.csv")
        if row["year"] == "2025" and row["measure"] == "nki" and row["definition"] == ""
    }
    names = {"Bygglov": "bygglov", "Brandskydd": "brandskydd", "Lantmäteri": "lantmateri"}
    for name, key in names.items():
        row = published[key]
        expected = row["index"].replace(".", ",") if row["shown"] == "true" else "för få svar"
        assert shown[name][0] == expected


def test_the_workbook_has_the_numbers_of_the_csv_files(example_site: Path) -> None:
    book = openpyxl.load_workbook(example_site / "data" / "nki.xlsx")
    sheet = book["Index"]
    assert "EXEMPELDATA" in str(sheet["A2"].value)
    headings = [cell.value for cell in sheet[4]]
    place = headings.index("Index")
    written = [row[place] for row in sheet.iter_rows(min_row=5, values_only=True)]
    published = [float(r["index"]) if r["index"] else None for r in rows(example_site, "index.csv")]
    assert written == published
    assert len(written) > 500


def test_the_workbook_begins_with_an_overview_whose_numbers_are_those_of_the_page(
    example_site: Path,
) -> None:
    book = openpyxl.load_workbook(example_site / "data" / "nki.xlsx")
    sheet = book.worksheets[0]
    assert sheet.title == "Översikt"
    assert "EXEMPELDATA" in str(sheet["A2"].value)
    years = [cell.value for cell in sheet[4]]
    assert years[1:] == [2021, 2022, 2023, 2024, 2025]
    found = {row[0]: row[5] for row in sheet.iter_rows(min_row=5, values_only=True)}
    page = read(example_site, "nulage.html").get_element_by_id("tbl-omraden")
    for row in page.iterfind(".//tbody/tr"):
        cells = row.findall("td")
        if not cells or not text(cells[0]):
            continue  # A heading of its own: which areas are part of the total.
        shown = text(cells[0])
        expected = float(shown.replace(",", ".")) if shown[0].isdigit() else "visas inte"
        name = text(row.find("th"))
        assert found[name] == expected, name
    assert found["I totalen ingår"] == "fyra områden"
    links = {cell.hyperlink.location for cell in sheet["A"] if cell.hyperlink}
    assert links == {f"'{name}'!A1" for name in book.sheetnames[1:]}


def test_numbers_years_and_days_of_the_workbook_are_such(example_site: Path) -> None:
    book = openpyxl.load_workbook(example_site / "data" / "nki.xlsx")
    for name, heading, kind in (
        ("Index", "Ärendeår", int), ("Index", "Antal svar", int), ("Mål", "Målår", int),
        ("Mål", "Ärendeår", int), ("Plan", "Börjar", datetime), ("Plan", "Slutar", datetime),
    ):  # fmt: skip
        sheet = book[name]
        place = [cell.value for cell in sheet[4]].index(heading)
        values = [row[place] for row in sheet.iter_rows(min_row=5, values_only=True)]
        # A tertial is no number.
        values = [value for value in values if value is not None and "T" not in str(value)[4:]]
        assert {type(value) for value in values} == {kind}, heading


def test_hidden_rows_have_no_numbers_at_all(example_site: Path) -> None:
    hidden = [row for row in rows(example_site, "index.csv") if row["shown"] == "false"]
    assert hidden
    for row in hidden:
        numbers = ("n", "index", "lower", "upper", "grade", "change", "change_significant")
        assert row["reason"]
        assert not any(row[name] for name in numbers), row


def test_small_areas_are_hidden_and_goal_is_not_judged(example_site: Path) -> None:
    row = index(example_site, year="2024", scope="receptfria_lakemedel", measure="nki")
    assert row["shown"] == "false"
    page = text(read(example_site, "omraden/receptfria_lakemedel.html").find(".//main"))
    assert "svaren är för få" in page


@pytest.mark.parametrize("page", PAGES)
def test_a_figure_has_a_label_a_description_its_data_and_its_facts(
    example_site: Path, page: str
) -> None:
    for figure in read(example_site, page).find_class("nki-figure"):
        assert figure.get("role") == "group"
        assert figure.get("aria-label", "").startswith("Diagram: ")
        description = text(figure.find_class("visually-hidden")[0])
        assert description.startswith("EXEMPELDATA. ")
        assert len(description) > 60
        assert figure.find(".//details//table//th[@scope='row']") is not None
        plot = json.loads(figure.find(".//script[@type='application/json']").text)
        assert plot["data"]
        caption = text(figure.iterancestors("figure").__next__().find(".//figcaption"))
        assert "Källa: " in caption
        assert re.search(r"\b20\d\d\b", caption)


def test_there_are_figures_to_test(example_site: Path) -> None:
    counts = [len(read(example_site, page).find_class("nki-plot")) for page in PAGES]
    assert sum(counts) >= 7


def test_no_line_is_drawn_unbroken_over_the_change_of_definition(example_site: Path) -> None:
    figure = read(example_site, "index.html").find_class("nki-figure")[0]
    plot = json.loads(figure.find(".//script[@type='application/json']").text)
    # The forecast begins in the newest year and has nothing before it.
    lines = [
        t
        for t in plot["data"]
        if "lines" in t["mode"] and t["name"] != "Riket" and max(t["x"]) <= 2025
    ]
    assert len(lines) == 2
    for trace in lines:
        assert max(trace["x"]) <= 2023 or min(trace["x"]) >= 2024


def test_swedish_typography(example_site: Path) -> None:
    for page in PAGES:
        shown = read(example_site, page).find(".//main").text_content()
        assert not re.search(r"\d+ %", shown), page
        assert not re.search(r"(?<![\w-])-\d+,\d", shown), page
        assert not re.search(r"\d\.\d+ (?:%|enheter)", shown), page


def test_both_documents_wording_of_goal_1_is_told(example_site: Path) -> None:
    shown = text(read(example_site, "maluppfyllelse.html").find(".//main"))
    goal = load(Path(__file__).resolve().parents[2] / "config").plan.total_goal
    assert goal and goal.reference
    assert goal.reference.note in shown


def test_the_run_record_tells_what_made_the_report(example_site: Path) -> None:
    record = json.loads((matter_of(example_site) / "korning.json").read_text(encoding="utf-8"))
    assert record["exempeldata"] is True
    assert record["kommun"]["code"] == "0188"
    names = {source["fil"] for source in record["indata"]}
    assert {"insikt_2021.csv", "insikt_2024.xlsx", "published_values.csv"} <= names
    assert record["motor"]["skäl"]
