"""Every name that comes from a file or from the configuration is shown as it is written.

Each is marked with a number of its own, so that wherever the number stands, in whatever format, the
rest of the name can be looked for.
"""

from __future__ import annotations

import csv
import html
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

import lxml.html
import openpyxl
import pypdf
import pytest
import yaml
from projects import matter_of

from analysis.project import Project, Request
from analysis.report.make import report
from analysis.run.runner import Progress

TAIL = (
    "<b>fet</b> *kur* _und_ [x](http://x.se) `kod` {{< var kommun >}} #strong[t] $x^2$ @fig-a "
    "~a~ ^b^ \\ 'q' | ... -- &amp; {.c} :::"
)
SHORT = "<i>a</i> *b* {{< meta title >}}"
# Names that a page, a figure or a document shows; the rest are keys, sources and notes to oneself.
SHOWN = {
    "report.yml": {"name", "organisation", "title", "subtitle", "reference", "officer", "unit",
                   "addressee", "decision", "sent_to", "belongs_to", "contact"},
    "plan.yml": {"title", "reference", "programme", "budget_document", "responsible", "short",
                 "text", "reason", "aims_at_reason", "note"},
    "rules.yml": {"reason", "source", "words"},
    "questionnaire.yml": {"name", "short", "note"},
}  # fmt: skip
MARK = re.compile(r"N\d+N")


def named(value: Any, keys: set[str], numbers: Iterator[int], key: str = "") -> Any:
    """A configuration in which every shown name has a hostile end."""
    if isinstance(value, dict):
        return {name: named(inner, keys, numbers, name) for name, inner in value.items()}
    if isinstance(value, list):
        return [named(inner, keys, numbers, key) for inner in value]
    if key in keys and isinstance(value, str):
        tail = SHORT if key in ("short", "name") else TAIL
        return f"{value.strip()} N{next(numbers)}N{tail}"
    return value


@pytest.fixture(scope="module")
def site(project_at: Callable[[Path], Project], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example under hostile names."""
    project = project_at(tmp_path_factory.mktemp("namn") / "projekt")
    numbers = count(100)
    for file, keys in SHOWN.items():
        path = project.config / file
        content = yaml.safe_load(path.read_text("utf-8"))
        if file == "questionnaire.yml":
            # The files' own names of the areas stay understood.
            for area in content["areas"]:
                area["aliases"].append(area["name"])
        content = named(content, keys, numbers)
        path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), "utf-8")
    departments: dict[str, str] = {"": ""}

    def renamed(department: str) -> str:
        if department not in departments:
            departments[department] = f"N{next(numbers)}N{SHORT}"
        return departments[department]

    progress = project.example / "aktiviteter.csv"
    lines = list(csv.reader(progress.read_text("utf-8-sig").splitlines(), delimiter=";"))
    with progress.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, delimiter=";")
        table.writerows(
            row if not n else [*row[:-2], f"N{next(numbers)}N{TAIL}", renamed(row[-1])]
            for n, row in enumerate(lines)
        )
    collected = next((project.root / "data" / "official").glob("*.csv"))
    with collected.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        row["kommun"] = row["kommun"] if row["kommunkod"] else f"N{next(numbers)}N{TAIL} medel"
        row["anm"] = f"N{next(numbers)}N{TAIL}"
    with collected.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    asked = Request(example=True, engine="embedded", today=date(2026, 11, 23))
    report(project, asked, Progress())
    return project.site


def broken(text: str, *, packed: bool = False) -> list[str]:
    """Names in a text that go on otherwise than they are written."""
    tails = [SHORT, TAIL]
    if packed:
        # A reader of PDF and Word cannot tell where a line was broken, and sees dots and dashes as
        # they are set.
        text = re.sub(r"(?<=\w)-\n|\s|\N{SOFT HYPHEN}", "", text)
        text = text.replace("\N{HORIZONTAL ELLIPSIS}", "...").replace("\N{EN DASH}", "--")
        tails = [re.sub(r"\s", "", tail) for tail in tails]
        # A line may also break at a hyphen of the name's own.
        tails += [re.sub(r"(?<=\w)-(?=\w)", "", tail) for tail in tails]
    else:
        text = " ".join(text.split())
    return [
        text[found.start() : found.end() + 90]
        for found in MARK.finditer(text)
        if not text[found.end() :].startswith(tuple(tails))
    ]


def test_names_are_text_on_every_page(site: Path) -> None:
    seen = 0
    for path in sorted(site.rglob("*.html")):
        page = lxml.html.fromstring(path.read_text("utf-8"))
        for element in page.iter():
            if not isinstance(element.tag, str):
                continue
            for name, value in element.attrib.items():
                if name not in ("id", "href", "data-anchor-id"):
                    assert broken(value) == [], (path.name, element.tag, name)
            if element.tag in ("b", "i", "em", "code", "sup", "sub"):
                assert element.text not in ("fet", "a", "kur", "kod", "b", "2"), path.name
        # A figure's lines follow each other without a space where a name is broken.
        for aside in page.xpath("//script | //style | //svg"):
            aside.drop_tree()
        text = page.text_content()
        seen += len(MARK.findall(text))
        assert broken(text) == [], path.name
    assert seen > 500


def strings(value: Any) -> Iterator[str]:
    """Every string in the data of a figure."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from strings(inner)


def test_names_are_text_in_the_figures_data(site: Path) -> None:
    """Plotly reads some tags in its labels: of a name's own, it is left bold and line breaks."""
    seen = 0
    for path in sorted(site.rglob("*.html")):
        page = lxml.html.fromstring(path.read_text("utf-8"))
        for data in page.xpath("//script[@type='application/json']"):
            for text in strings(json.loads(data.text)):
                seen += len(MARK.findall(text))
                assert set(re.findall("<(/?[a-z]+)", text)) <= {"b", "/b", "br", "extra", "/extra"}
                read = html.unescape(text.replace("<br>", " "))
                assert broken(read) == [], (path.name, text)
    assert seen > 20


def test_names_are_text_in_the_search(site: Path) -> None:
    """The page's script shows what it finds as text; the list of it is data and nothing else."""
    text = next(site.rglob("search-index.js")).read_text("utf-8")
    entries = json.loads(text.removeprefix("window.siteSearchIndex = ").strip().removesuffix(";"))
    told = [entry[key] for entry in entries for key in ("p", "s", "t")]
    assert sum(bool(MARK.search(part)) for part in told) > 20
    # A text is cut at the index's limit, in the middle of a name too.
    longest = max(map(len, told))
    assert [found for part in told if len(part) < longest for found in broken(part)] == []


def test_names_are_text_in_the_pdf(site: Path) -> None:
    text = "".join(page.extract_text() for page in pypdf.PdfReader(site / "bilaga.pdf").pages)
    assert len(MARK.findall(re.sub(r"\s", "", text))) > 10
    assert broken(text, packed=True) == []
    facts = pypdf.PdfReader(site / "bilaga.pdf").metadata
    assert facts is not None
    for fact in (facts.title, facts.author):
        assert MARK.search(fact or "")
        assert broken(fact or "", packed=True) == []


def test_names_are_text_on_the_sheets(site: Path) -> None:
    sheets = sorted((site / "omraden").glob("*.pdf"))
    assert len(sheets) == 10
    for path in sheets:
        (page,) = pypdf.PdfReader(path).pages
        text = page.extract_text()
        assert len(MARK.findall(re.sub(r"\s", "", text))) > 5, path.name
        assert broken(text, packed=True) == [], path.name


def test_names_are_text_in_word(site: Path) -> None:
    for path in matter_of(site).glob("*.docx"):
        with zipfile.ZipFile(path) as document:
            body = lxml.html.fromstring(document.read("word/document.xml"))
        text = body.text_content()
        assert len(MARK.findall(text)) > 5, path.name
        assert broken(text, packed=True) == [], path.name


def test_names_are_text_in_the_tables_for_reuse(site: Path) -> None:
    book = openpyxl.load_workbook(site / "data" / "nki.xlsx")
    cells = [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row]
    assert sum(bool(MARK.search(cell)) for cell in cells) > 100
    assert [found for cell in cells for found in broken(cell)] == []
    for path in (site / "data").glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            assert [f for row in csv.reader(file) for cell in row for f in broken(cell)] == []
