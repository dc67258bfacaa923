"""T1 and T2 of the goal's year: the whole report bears the mark and judges nothing."""

from __future__ import annotations

import csv
import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import lxml.etree
import lxml.html
import pandas as pd
import pypdf
import pytest
from projects import request

from analysis.commands import console
from analysis.present.texts import say
from analysis.project import Project
from analysis.report.make import Finished, report
from analysis.run.runner import Progress

MARK = "PRELIMINÄRT T1–T2 2026"
WHEN = say("gemensamt.bedoms_nar", manad="april 2027")
# What says how a goal went, or how likely it is to be reached.
VERDICT = re.compile(
    r"\bnått\b|\bnådd\b|\bnådda\b|når målet|[✓✗]|(?i:under målet)|över målet|missa|uteslutet|"
    r"[Ss]annolik|\bovisst\b|ligger under 70|når 70|Vad skulle krävas (?:för|i)"
)


@pytest.fixture(scope="module")
def finished(finished_project: Callable[[str], Project]) -> Finished:
    """The report of a part of a year; done again, nothing in it is new."""
    return report(finished_project("part_of_year"), request("part_of_year"), Progress())


def spoken(page: Path) -> str:
    """A page's text with what its figures tell, without navigation and scripts."""
    main = lxml.html.fromstring(page.read_text(encoding="utf-8")).find(".//main")
    for script in main.findall(".//script"):
        script.drop_tree()
    labels = [str(label) for label in main.xpath(".//@aria-label")]
    return plain(" ".join([main.text_content(), *labels]))


def plain(text: str) -> str:
    return " ".join(text.replace("\u00ad", "").split())


def of_zip(path: Path, part: str) -> str:
    with zipfile.ZipFile(path) as archive:
        tree = lxml.etree.fromstring(archive.read(part))
    return plain(" ".join(str(text) for text in tree.itertext()))


def test_every_page_bears_the_mark_and_none_a_verdict(finished: Finished) -> None:
    pages = sorted(finished.site.rglob("*.html"))
    assert len(pages) > 10
    for page in pages:
        whole = plain(lxml.html.fromstring(page.read_text("utf-8")).text_content())
        assert MARK in whole, page.name
        if page.name in ("metod.html", "rapport.html"):
            # They tell how forecasts and verdicts are made, and make none.
            continue
        found = [
            spoken(page)[max(0, m.start() - 60) : m.end() + 40]
            for m in VERDICT.finditer(spoken(page))
        ]
        assert found == [], page.name


def test_the_mark_stands_at_every_figure(finished: Finished) -> None:
    figures = 0
    for page in finished.site.rglob("*.html"):
        for figure in lxml.html.fromstring(page.read_text("utf-8")).xpath(
            "//*[@class='nki-figure']"
        ):
            assert MARK in plain(figure.get("aria-label")), page.name
            assert MARK in plain(figure.text_content()), page.name
            figures += 1
    assert figures > 5


def test_the_appendix_bears_the_mark_on_every_page_and_judges_nothing(finished: Finished) -> None:
    reader = pypdf.PdfReader(finished.site / "bilaga.pdf")
    for page in reader.pages:
        text = plain(page.extract_text())
        assert MARK in text
        assert [m[0] for m in VERDICT.finditer(text)] == []
    assert WHEN in plain(reader.pages[0].extract_text())


def test_the_document_for_those_who_train_bears_the_mark(finished: Finished) -> None:
    word = of_zip(finished.matter / "utbildningsunderlag.docx", "word/document.xml")
    pages = pypdf.PdfReader(finished.matter / "utbildningsunderlag.pdf").pages
    assert all(MARK in text for text in (word, *(plain(one.extract_text()) for one in pages)))


def test_the_word_document_bears_the_mark_and_judges_nothing(finished: Finished) -> None:
    text = of_zip(finished.matter / "bilaga-underlag.docx", "word/document.xml")
    assert MARK in text
    assert WHEN in text
    assert [m[0] for m in VERDICT.finditer(text)] == []


def test_the_tables_for_reuse_judge_nothing_of_the_year(finished: Finished) -> None:
    with (finished.site / "data" / "goals.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["year"] == "2026"]
    assert len(rows) > 10
    assert {row["status"] for row in rows} == {"inte bedömt"}
    assert {row[name] for row in rows for name in ("probability", "gap")} == {""}
    book = pd.ExcelFile(finished.site / "data" / "nki.xlsx")
    for sheet in book.sheet_names:
        head = book.parse(sheet, header=None, nrows=12).fillna("").astype("str").to_numpy().ravel()
        assert any(MARK.split()[0] in text and MARK[12:] in plain(text) for text in head), sheet
    goals = book.parse("Mål", header=None).astype("str")
    (head,) = goals.index[goals.eq("Ärendeår").any(axis=1)]
    year, status = (
        goals.columns[goals.loc[head].eq(name)][0] for name in ("Ärendeår", "Bedömning")
    )
    newest = goals[goals[year] == "2026"]
    assert list(newest[status]) == ["inte bedömt"] * len(rows)


def test_the_change_is_that_of_the_same_tertials(finished: Finished) -> None:
    """The year before's T1 and T2 put together by hand, from what is published of each."""
    table = pd.read_csv(finished.site / "data" / "index.csv", dtype={"year": "str"})
    total = table[(table["scope"] == "total") & (table["definition"] == "total4")]
    nki = total[total["measure"] == "nki"].set_index("year")
    parts = total[total["year"].isin(["2025-T1", "2025-T2"]) & (total["kind"] == "question")]
    parts = parts[parts["measure"].str.startswith("nki_")]
    weighted = (parts["index"] * parts["n"]).groupby(parts["measure"]).sum()
    before = float((weighted / parts.groupby("measure")["n"].sum()).mean())
    assert len(weighted) == 3
    assert nki["change"]["2026"] == pytest.approx(nki["index"]["2026"] - before, abs=0.11)
    told = spoken(finished.site / "index.html")
    assert f"T1–T2 2025 ({before:.1f}".replace(".", ",")[:-1] in told


def test_the_run_tells_it_too(finished: Finished, capsys: pytest.CaptureFixture[str]) -> None:
    console.summary(finished)
    told = plain(capsys.readouterr().out)
    assert "2026: svaren kommer bara från tertial 1 och 2." in told
    assert "målen bedöms först när hela året är med" in told
    record = json.loads((finished.matter / "korning.json").read_text("utf-8"))
    assert [plain(mark) for mark in record["märken"]] == [MARK]
