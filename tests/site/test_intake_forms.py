"""The same answers in three forms give the same report, and nothing identifying is left behind."""

from __future__ import annotations

import csv
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path

import pandas as pd
import pikepdf
import pyarrow.parquet
import pypdf
import pytest
import xlsxwriter

from analysis.example import simulate
from analysis.project import Project, Request, Workspace
from analysis.report.make import report
from analysis.run.runner import Progress
from analysis.settings import Settings, load

ROOT = Path(__file__).resolve().parents[2]
YEAR = 2025
FORMS = ("canonical", "office", "tertials")
# Planted where they must never be kept: a comment, a company's name and number, a contact.
COMMENT = "Handläggaren Kvastolina svarade snorkigt"
COMPANY = "Snickarglädje Zwxlund"
NUMBER = "556036-0793"
ADDRESS = "kvastolina@zwxlund.example"
SECRETS = ("kvastolina", "snorkigt", "snickarglädje", "zwxlund", "556036-0793", "5560360793")
FIELDS = ("outcome", "case_type", "company_size", "industry")
CANONICAL_FIELDS = ("utfall", "arendetyp", "foretagsstorlek", "bransch")

Rows = list[list[str]]


def canonical_answers(settings: Settings) -> tuple[list[str], Rows]:
    """A year of the example under the canonical keys; "vet ej" stands as such."""
    drawn = simulate(settings)
    drawn = drawn[drawn["year"] == YEAR]
    items = list(settings.questionnaire.item_keys)
    names = ["svar_id", "arendear", "period", "myndighetsomrade", "kundgrupp", *CANONICAL_FIELDS]
    rows = []
    for answer in drawn.to_dict("records"):
        head = [answer["svar_id"], str(YEAR), answer["period"], answer["area"], answer["customer"]]
        scores = [
            "Vet ej" if answer[item] == 0 else f"{answer[item]:.0f}".replace("nan", "")
            for item in items
        ]
        rows.append([*head, *(str(answer[field]) for field in FIELDS), *scores])
    return [*names, *items], rows


def write_csv(path: Path, header: Sequence[str], rows: Rows, delimiter: str, encoding: str) -> None:
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows([header, *rows])


def canonical(folder: Path, header: list[str], rows: Rows, settings: Settings) -> None:
    write_csv(folder / f"insikt_{YEAR}.csv", header, rows, ",", "utf-8")


def office(folder: Path, header: list[str], rows: Rows, settings: Settings) -> None:
    """Excel: title rows, an empty column, codes before the texts, numbers as text, secrets."""
    questionnaire = settings.questionnaire
    texts = {item.key: f"F{n}. {item.text}" for n, item in enumerate(questionnaire.items, start=1)}
    texts["myndighetsomrade"] = "Verksamhetsområde"
    names = questionnaire.labels
    place = header.index("myndighetsomrade")
    secrets = {
        "Företagsnamn": COMPANY,
        "Organisationsnummer": NUMBER,
        "E-post": ADDRESS,
        "Kommentar": COMMENT,
        "Övriga synpunkter": COMMENT,
    }
    with xlsxwriter.Workbook(folder / "Export ur portalen.xlsx") as book:
        book.add_worksheet("Läs mig").write(0, 0, "Sekretess")
        sheet = book.add_worksheet("Rådata")
        sheet.write(0, 0, "Insikt, uttag ur portalen")
        sheet.write_datetime(1, 0, date(2026, 4, 1), book.add_format({"num_format": "yyyy-mm-dd"}))
        sheet.write_row(4, 1, [*(texts.get(key, key) for key in header), *secrets])
        for number, row in enumerate(rows, start=5):
            cells = [*row]
            cells[place] = names[row[place]].upper()
            for column, cell in enumerate([*cells, *secrets.values()], start=1):
                sheet.write_string(number, column, cell)


def tertials(folder: Path, header: list[str], rows: Rows, settings: Settings) -> None:
    """Three files in Windows-1252 with decimals, their columns and rows the other way round."""
    period, area = header.index("period"), header.index("myndighetsomrade")
    for tertial in ("T1", "T2", "T3"):
        part = []
        for row in reversed([row for row in rows if row[period] == tertial]):
            cells = [f"{cell},0" if cell.isdecimal() and len(cell) < 3 else cell for cell in row]
            cells[area] = settings.questionnaire.labels[row[area]]
            cells = ["Ingen åsikt" if cell == "Vet ej" else cell for cell in cells]
            part.append([*cells[::-1], COMMENT])
        # The period under a name nobody maps: the files' names tell it.
        keys = ["omgång" if key == "period" else key for key in header[::-1]]
        path = folder / f"insikt_{YEAR}_{tertial}.csv"
        write_csv(path, [*keys, "Kommentar"], part, ";", "cp1252")


@pytest.fixture(scope="module")
def reports(
    tmp_path_factory: pytest.TempPathFactory, project_at: Callable[[Path], Project]
) -> dict[str, Project]:
    """A finished report of each form, each in a project of its own."""
    settings = load(ROOT / "config")
    header, rows = canonical_answers(settings)
    writers = {"canonical": canonical, "office": office, "tertials": tertials}
    made = {}
    for form in FORMS:
        project = project_at(tmp_path_factory.mktemp(form) / "projekt")
        writers[form](project.raw, header, rows, settings)
        asked = Request(engine="embedded", today=date(2026, 11, 23))
        report(project, asked, Progress())
        made[form] = project
    return made


@pytest.mark.slow
@pytest.mark.parametrize("form", FORMS[1:])
@pytest.mark.parametrize("table", ["index.csv", "goals.csv", "drivers.csv"])
def test_the_published_tables_do_not_depend_on_the_form(
    table: str, form: str, reports: dict[str, Project]
) -> None:
    published = {name: (reports[name].site / "data" / table).read_bytes() for name in FORMS}
    assert published[form] == published["canonical"]
    assert published["canonical"].count(b"\n") > 10


def everything_written(project: Project) -> Iterator[tuple[str, str]]:
    """Name and content of every file of a run, as it lies and unpacked."""
    places = (project.processed, project.site, Workspace.of(project, project.raw).build)
    for path in sorted({path for place in places for path in place.rglob("*") if path.is_file()}):
        content = path.read_bytes()
        name = str(path.relative_to(project.root))
        for encoding in ("utf-8", "utf-16-le"):
            yield name, content.decode(encoding, "replace")
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                for part in archive.namelist():
                    yield f"{name}:{part}", archive.read(part).decode("utf-8", "replace")
        elif path.suffix == ".parquet":
            yield name, str(pyarrow.parquet.read_table(path).to_pydict())
        elif path.suffix == ".pdf":
            yield from ((name, text) for text in pdf_streams(path))
        elif content.startswith(b"\x1f\x8b"):
            yield name, zlib.decompress(content, 31).decode("utf-8", "replace")


def pdf_streams(path: Path) -> Iterator[str]:
    """Every object of a PDF, streams decompressed."""
    with pikepdf.open(path) as document:
        for item in document.objects:
            if isinstance(item, pikepdf.Stream) and item.get("/Subtype") != "/Image":
                yield item.read_bytes().decode("latin-1")
            yield str(item)


def pdf_text(path: Path) -> str:
    return " ".join(page.extract_text() for page in pypdf.PdfReader(path).pages)


@pytest.mark.slow
@pytest.mark.parametrize("form", FORMS[1:])
def test_nothing_identifying_is_left_anywhere(form: str, reports: dict[str, Project]) -> None:
    project = reports[form]
    searched = 0
    for name, text in everything_written(project):
        searched += 1
        folded = text.casefold()
        assert not [secret for secret in SECRETS if secret in folded], name
    assert searched > 100
    plain = re.sub(r"\s+", " ", pdf_text(project.site / "bilaga.pdf")).casefold()
    assert "norrtälje" in plain
    assert not [secret for secret in SECRETS if secret in plain]


def test_the_search_finds_what_it_looks_for(tmp_path: Path) -> None:
    """A secret in a compressed column, a workbook or a page is found."""
    project = Project(tmp_path)
    project.processed.mkdir(parents=True)
    (project.site / "data").mkdir(parents=True)
    pd.DataFrame({"a": ["x"] * 500 + [COMPANY]}).to_parquet(
        project.processed / "t.parquet", compression="zstd"
    )
    with xlsxwriter.Workbook(project.site / "data" / "nki.xlsx") as book:
        book.add_worksheet().write(0, 0, NUMBER)
    (project.site / "index.html").write_text(f"<p>{COMMENT}</p>", encoding="utf-8")
    found = {
        name.split(":")[0]
        for name, text in everything_written(project)
        if any(secret in text.casefold() for secret in SECRETS)
    }
    assert found == {"data/processed/t.parquet", "_site/data/nki.xlsx", "_site/index.html"}
