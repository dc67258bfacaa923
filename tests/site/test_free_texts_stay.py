"""Nothing that respondents write, or that may not be quoted, leaves the raw folder."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from projects import TODAY, matter_of

from analysis import store
from analysis.commands import free_texts, workshop
from analysis.errors import RenderingError
from analysis.guard import texts
from analysis.project import Project, Request
from analysis.report.make import report
from analysis.run.runner import Progress
from analysis.settings import load
from analysis.site.publication import publish

pytestmark = pytest.mark.slow

PLANTED = "zorvak"
"""A part of every word that is planted: no fragment of a text can be without it."""


HIDDEN_THEME = "Sällsyntheter"


def comment(number: int) -> str:
    """A text of words that no report has, with a company and a number to mask in the middle."""
    words = [f"{PLANTED}{number}{letter}" for letter in "abcdefghijkl"]
    return " ".join([*words[:6], "Kvastens Snickeri AB", *words[6:], "070-123 45 67"])


@pytest.fixture(scope="module")
def finished(
    project_at: Callable[[Path], Project], tmp_path_factory: pytest.TempPathFactory
) -> Project:
    """A year of the example with free texts, read, themed, reported, published and discussed."""
    project = project_at(tmp_path_factory.mktemp("fritext") / "projekt")
    for name in ("insikt_2022.csv", "arenden_2022.csv"):
        shutil.copy(project.example / name, project.raw)
    path = project.raw / "insikt_2022.csv"
    rows = list(csv.reader(path.read_text("utf-8-sig").splitlines(), delimiter=";"))
    place = rows[0].index("Kommentar")
    for number, row in enumerate(rows[1:]):
        row[place] = comment(number) if number % 3 == 0 else ""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, delimiter=";").writerows(rows)
    (project.raw / "dialog.csv").write_text(
        "Förening;Datum;Område;Faktor;Sammanfattning;Får citeras\n"
        f"{PLANTED}föreningen;2022-05-20;;Effektivitet;{comment(9000)};nej\n"
        "Synliga föreningen;2022-05-21;;Effektivitet;Säg hur lång tid det tar;ja\n",
        encoding="utf-8",
    )
    free_texts.lay(project, None, None, date(2023, 5, 1))
    workbook = project.raw / "fritext_2022.xlsx"
    book = openpyxl.load_workbook(workbook)
    sheet = book.active
    for number, row in enumerate(sheet.iter_rows(min_row=7)):
        row[4].value = "Väntetid" if number < 12 else HIDDEN_THEME if number < 15 else None
    sheet["D7"] = f"{PLANTED}ändrad text som någon har kortat av för hand"
    book.save(workbook)
    report(project, Request(engine="embedded", today=TODAY, year=2022), Progress())
    settings = load(project.config)
    publish(project.site, matter_of(project.site), project.published, project.comments, settings)
    workshop.make(project)
    return project


def everything(*folders: Path) -> Iterator[tuple[Path, str]]:
    """Name and texts of every file below some folders, tables and packed files unpacked."""
    for path in (path for folder in folders for path in sorted(folder.rglob("*"))):
        if path.is_file():
            yield path, str(path)
            content = path.read_bytes()
            yield path, content.decode("utf-8", "replace")
            if path.suffix == ".parquet":
                yield path, pd.read_parquet(path).to_csv()
            elif path.suffix.lower() in {*texts.TEXTS, *texts.ARCHIVES, ".pdf"}:
                yield from ((path, text) for text in texts.texts(path, content))


def test_no_planted_text_is_anywhere_but_in_the_raw_folder(finished: Project) -> None:
    folders = (finished.site, finished.matters, finished.published, finished.processed)
    seen, found = set(), set()
    for path, text in everything(*folders):
        seen.add(path.suffix)
        if PLANTED in text.casefold() or "kvasten" in text.casefold():
            found.add(path.relative_to(finished.root).as_posix())
    assert found == set()
    assert {".html", ".pdf", ".xlsx", ".docx", ".pptx", ".json", ".csv", ".parquet"} <= seen


def test_the_search_for_it_sees_what_is_there(finished: Project) -> None:
    """The other test could not fail if nothing was planted, or nothing was read."""
    raw = [path.name for path, text in everything(finished.raw) if PLANTED in text]
    assert set(raw) == {"insikt_2022.csv", "fritext_2022.xlsx", "dialog.csv"}
    shown = [path for path, text in everything(finished.site) if "Synliga föreningen" in text]
    assert shown
    decks = [path for path, text in everything(finished.matters) if "Synliga föreningen" in text]
    assert {path.suffix for path in decks} == {".docx", ".pdf", ".pptx"}


def test_the_themes_are_counted_and_the_small_one_is_hidden(finished: Project) -> None:
    themes = store.read_table(finished.processed, store.THEMES)
    least = 7
    assert themes["theme"].tolist() == ["Väntetid", ""] and (themes["texts"] >= least).all()
    page = (finished.site / "framgangsfaktorer.html").read_text("utf-8")
    outside = (finished.site, finished.matters, finished.published)
    assert not [path for path, text in everything(*outside) if HIDDEN_THEME in text]
    assert "Väntetid" in page and "Övriga teman och svar utan tema" in page


def test_a_site_with_a_fragment_of_six_words_is_stopped(finished: Project) -> None:
    from analysis.guard import search
    from analysis.guard.secrets import Secrets

    secrets = Secrets.read(finished.processed)
    words = comment(3).split()
    for fragment in (words[:6], words[1:7], words[-7:-1]):
        assert "texts" in set(secrets.kinds_in(" ".join(fragment)))
    search.Search(secrets, finished.root, load(finished.config)).refuse(finished.site, ())


def test_a_page_searched_before_is_searched_for_what_is_secret_now(finished: Project) -> None:
    """Last here, since it changes the project: a respondent writes what stands on a page."""
    words = "gråsparvar kvittrar gärna högt bland syrener"
    finished.own_pages.mkdir()
    (finished.own_pages / "sparvar.qmd").write_text(f"---\ntitle: Sparvar\n---\n\n{words}\n")
    request = Request(engine="embedded", today=TODAY, year=2022)
    report(finished, request, Progress())
    path = finished.raw / "insikt_2022.csv"
    path.write_text(path.read_text("utf-8-sig").replace(comment(3), words), "utf-8-sig")
    with pytest.raises(RenderingError, match=r"sparvar\.html"):
        report(finished, request, Progress())
