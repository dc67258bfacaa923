"""What a finished site must be before it is put in place: whole, and without anything private."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from urllib.parse import quote

import pytest
import typst
import xlsxwriter

from analysis.errors import RenderingError
from analysis.guard import search, texts
from analysis.guard.secrets import Secrets
from analysis.intake.reading import SetAside
from analysis.present import headings
from analysis.settings import Settings, load
from analysis.site import checks

ROOT = Path(__file__).resolve().parents[2]
PAGE = '<!DOCTYPE html><html lang="sv"><title>x</title><body id="a">{}</body></html>'
GIVEN = (9, 8, 7, 10, 9, 8, 3, 9, 10, 8, 7, 9, 6, 8)
COMMENT = "Handläggaren var otrevlig och svarade aldrig på mejl om vår uteservering vid hamnen"


@cache
def pdf_of(text: str) -> bytes:
    return typst.compile(text.encode())


@pytest.fixture
def site(tmp_path: Path) -> Path:
    folder = tmp_path / "_site"
    (folder / "data").mkdir(parents=True)
    (folder / "index.html").write_text(PAGE.format('<a href="metod.html#a">m</a>'), "utf-8")
    (folder / "metod.html").write_text(PAGE.format('<a href="index.html">i</a>'), "utf-8")
    (folder / "data" / "index.csv").write_text("year,n,shown\n2025,20,true\n", "utf-8")
    (folder / "bilaga.pdf").write_bytes(pdf_of("Bilaga"))
    return folder


EXPECTED = [Path("index.html"), Path("metod.html"), Path("bilaga.pdf")]


def hidden_in_workbook(site: Path) -> None:
    with xlsxwriter.Workbook(site / "data" / "nki.xlsx") as book:
        sheet = book.add_worksheet("Index")
        sheet.write_row(2, 0, ["Ärendeår", "Antal svar", "Index", "Visas"])
        sheet.write_row(3, 0, ["2025", 20, 71.5, "ja"])
        sheet.write_row(4, 0, ["2025", "", 64.5, "nej"])


def test_a_whole_site_passes(site: Path) -> None:
    checks.site(site, site, expected=EXPECTED)


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda s: (s / "metod.html").unlink(), "metod.html"),
        (lambda s: (s / "index.html").write_text(PAGE.format('<a href="x.html">x</a>')), "x.html"),
        (lambda s: (s / "index.html").write_text(PAGE.format('<a href="#b">x</a>')), "#b"),
        (
            lambda s: (s / "index.html").write_text(
                PAGE.format('<script src="https://cdn.example/a.js"></script>')
            ),
            "cdn.example",
        ),
        (
            lambda s: (s / "index.html").write_text(
                PAGE.format('<img src="//bilder.example/a.png">')
            ),
            "bilder.example",
        ),
        (
            lambda s: (s / "a.css").write_text("@import url(http://fonts.example/x)"),
            "fonts.example",
        ),
        (lambda s: (s / "data/index.csv").write_text("a,b\n1\n"), "olika längd"),
        (lambda s: (s / "bilaga.pdf").write_bytes(b"%PDF-1.7 half"), "inte hel"),
        (lambda s: (s / "bilaga.pdf").write_bytes(b""), "inte hel"),
        (lambda s: (s / "bilaga.pdf").write_bytes(b"%PDF-1.7\n...\n%%EOF\n"), "inte hel"),
        (lambda s: (s / "bilaga.pdf").write_bytes(pdf_of("Bilaga")[:-400] + b"%%EOF"), "inte hel"),
        (lambda s: (s / "data/index.csv").write_bytes(b""), "Tabellen är tom"),
        (lambda s: (s / "data/index.csv").write_bytes(b"a,\xff\n"), "Tabellen är tom"),
        (
            lambda s: (s / "data/index.csv").write_text("n,shown\n5,false\n"),
            "En rad som ska vara skyddad",
        ),
        (hidden_in_workbook, "En rad som ska vara skyddad visar ett tal"),
        (lambda s: (s / "data/nki.xlsx").write_bytes(b"PK"), "Arbetsboken kan inte läsas"),
        (lambda s: (s / "bilaga-underlag.docx").write_bytes(b"PK"), "Dokumentet kan inte läsas"),
        (lambda s: (s / "data/x.json").write_text("{"), "uppgifter som inte går att läsa"),
        (
            lambda s: (s / "index.html").write_text(
                PAGE.format('<script type="application/json">{"data": [}</script>')
            ),
            "uppgifter som inte går att läsa",
        ),
        (lambda s: (s / "a.css").write_text("b{src:url(fonts/saknas.woff2)}"), "saknas.woff2"),
        (
            lambda s: (s / "index.html").write_text(PAGE.format('<img srcset="stor.png 2x">')),
            "stor.png",
        ),
        (
            lambda s: (
                (s.parent / "utanfor.html").write_text("x"),
                (s / "index.html").write_text(PAGE.format('<a href="../utanfor.html">x</a>')),
            ),
            "utanfor.html",
        ),
    ],
)
def test_a_site_that_is_not_whole_is_refused(
    site: Path, spoil: Callable[[Path], object], told: str
) -> None:
    spoil(site)
    with pytest.raises(RenderingError) as caught:
        checks.site(site, site, expected=EXPECTED)
    assert told in str(caught.value)


# --- hidden rows of the tables for reuse ---

COLUMNS = ("n", "index", "lower", "upper", "change", "official")


def hidden_numbers(site: Path) -> list[str]:
    """The files in which a hidden row has a number."""
    try:
        checks.site(site, site, expected=EXPECTED)
    except RenderingError as error:
        return [
            one.where
            for one in error.problems
            if one.cause == "En rad som ska vara skyddad visar ett tal."
        ]
    return []


@pytest.mark.parametrize("number", COLUMNS)
def test_a_number_in_a_hidden_row_of_the_csv_is_told(site: Path, number: str) -> None:
    table = site / "data" / "index.csv"
    table.write_text(f"year,shown,{number}\n2024,true,5\n2025,false,\n", "utf-8")
    assert hidden_numbers(site) == []
    table.write_text(f"year,shown,{number}\n2024,true,\n2025,false,5\n", "utf-8")
    assert hidden_numbers(site) == ["data/index.csv"]


@pytest.mark.parametrize("number", COLUMNS)
def test_a_number_in_a_hidden_row_of_the_workbook_is_told(site: Path, number: str) -> None:
    """Headings stand below a title, and not on every sheet."""
    for hidden, expected in (("", []), (5, ["data/nki.xlsx"])):
        with xlsxwriter.Workbook(site / "data" / "nki.xlsx") as book:
            book.add_worksheet("Översikt").write_row(0, 0, ["NKI", 72])
            sheet = book.add_worksheet("Index")
            sheet.write(0, 0, "Index")
            sheet.write_row(2, 0, [headings.told(name) for name in ("year", "shown", number)])
            sheet.write_row(3, 0, ["2025", "ja", 7])
            sheet.write_row(4, 0, ["2025", "nej", hidden])
        assert hidden_numbers(site) == expected


# --- leaks ---


@pytest.fixture(scope="module")
def settings() -> Settings:
    return load(ROOT / "config")


@pytest.fixture
def secrets(settings: Settings) -> Secrets:
    """Fingerprints of a comment, a company, the number of an answer, and a row of scores."""
    aside = SetAside(
        comments=frozenset((COMMENT, "Bra bemötande tack ska ni ha")),
        names=frozenset(("Skärgårdskrogen AB", "x")),
        identifiers=frozenset(("R0077",)),
        scores=frozenset((bytes(GIVEN),)),
    )
    return Secrets.of(aside, settings)


def html(text: str) -> Callable[[Path], object]:
    return lambda site: (site / "index.html").write_text(PAGE.format(text), "utf-8")


def xlsx(text: str, *, note: bool = False) -> Callable[[Path], object]:
    def write(site: Path) -> None:
        with xlsxwriter.Workbook(site / "data" / "nki.xlsx") as book:
            sheet = book.add_worksheet("Index")
            sheet.write(0, 0, "Index")
            (sheet.write_comment if note else sheet.write)(1, 0, text)

    return write


def packed(name: str, parts: dict[str, str | bytes]) -> Callable[[Path], object]:
    def write(site: Path) -> None:
        with zipfile.ZipFile(site / name, "w") as archive:
            for inner, content in parts.items():
                archive.writestr(inner, content)

    return write


scores = ",".join(map(str, GIVEN))
LEAKS = {
    "a comment in a page": html(f"<p>{COMMENT}</p>"),
    "half a comment": html(" ".join(COMMENT.split()[:9])),
    "a comment in other case": html(COMMENT.upper()),
    "a comment as JSON in a page": html(f'<script type="application/json">["{COMMENT}"]</script>'),
    "a comment with entities": html(COMMENT.replace("ä", "&auml;")),
    "a short comment": html("bra bemötande tack ska ni ha"),
    "a company's name": html("Skärgårdskrogen AB"),
    "a comment in the search index": lambda s: (
        (s / "assets").mkdir(),
        (s / "assets" / "search-index.js").write_text(f"x='{COMMENT}'", "utf-8"),
    ),
    "a comment in the workbook": xlsx(COMMENT),
    "a comment in a picture's description": lambda s: (s / "a.svg").write_text(
        f"<svg><desc>{COMMENT}</desc></svg>", "utf-8"
    ),
    "a comment in an HTML comment": html(f"<!-- {COMMENT} -->"),
    "a comment with marks inside words": html(COMMENT.replace("otrevlig", "o<b>trev</b>lig")),
    "a comment with soft hyphens": html(COMMENT.replace("otrevlig", "otrev\N{SOFT HYPHEN}lig")),
    "a comment with combining accents": html(COMMENT.replace("ä", "a\u0308")),
    "a comment as escaped JSON": html(
        f'<script type="application/json">{json.dumps([COMMENT])}</script>'
    ),
    "a comment in an address": html(f'<a href="mejl?{quote(COMMENT)}">x</a>'.replace("%20", "+")),
    "a comment in a style sheet": lambda s: (s / "a.css").write_text(f"/* {COMMENT} */", "utf-8"),
    "a comment in the PDF": lambda s: (s / "bilaga.pdf").write_bytes(pdf_of(COMMENT)),
    "a comment in the PDF's title": lambda s: (s / "bilaga.pdf").write_bytes(
        pdf_of(f'#set document(title: "{COMMENT}")\nBilaga')
    ),
    "a comment in the Word document, a word in two runs": packed(
        "underlag.docx",
        {
            "word/document.xml": "<w:p><w:r><w:t>"
            + COMMENT.replace("lig", "</w:t></w:r><w:r><w:t>lig")
        },
    ),
    "a comment in the Word document's properties": packed(
        "underlag.docx", {"docProps/core.xml": f"<dc:title>{COMMENT}</dc:title>"}
    ),
    "a comment in a workbook's note": xlsx(COMMENT, note=True),
    "an identifier in a file's name": lambda s: (s / "R0077.html").write_text("x"),
    "an identifier of an answer": html("svar R0077"),
    "a row of scores in a table": lambda s: (s / "data" / "x.csv").write_text(scores),
    "a row of scores in a figure": html(f'<script type="application/json">[{scores}]</script>'),
    "a row of scores in cells": html("".join(f"<td>{score}</td>" for score in GIVEN)),
    "an organisation number": html("556677-8899"),
    "a personal number": html("19700101-1234"),
    "a stranger's e-mail address": html("anna@krogen.example"),
    "an address of a folder": lambda s: (s / "data/x.json").write_text(str(Path.home()) + "/x"),
}


@pytest.mark.parametrize("name", LEAKS)
def test_a_leak_stops_the_publication_without_being_repeated(
    site: Path, secrets: Secrets, settings: Settings, name: str
) -> None:
    LEAKS[name](site)
    with pytest.raises(RenderingError, match="inte får spridas") as caught:
        search.Search(secrets, ROOT, settings).refuse(site, [])
    told = str(caught.value)
    assert ("kolumn som aldrig" in told) == ("comment" in name or "company" in name)
    for secret in ("otrevlig", "R0077", "556677", "anna@", scores, str(Path.home())):
        assert secret not in told


def test_a_leak_into_what_the_pdf_is_made_of_is_found(
    site: Path, secrets: Secrets, settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "bilaga.ipynb").write_text(COMMENT, "utf-8")
    with pytest.raises(RenderingError, match=r"bilaga\.ipynb"):
        search.Search(secrets, ROOT, settings).refuse(site, [tmp_path / "bilaga.ipynb"])


@pytest.mark.parametrize(
    "text",
    [
        "Handläggaren var trevlig.",
        "Bygglov",
        "KS 2023-1741, antagen 2023-12-04",
        "8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8",
        "1, 2, 3, 4, 5, 6, 7, 8, 9, 10",
        "<td>71,3</td><td>69,8</td><td>74,0</td><td>66,1</td><td>70,9</td><td>72,2</td>",
    ],
)
def test_what_may_be_published_passes(
    site: Path, secrets: Secrets, settings: Settings, text: str
) -> None:
    html(text)(site)
    search.Search(secrets, ROOT, settings).refuse(site, [])


def numbers_in_a_row(site: Path) -> None:
    with xlsxwriter.Workbook(site / "data" / "nki.xlsx") as book:
        book.add_worksheet("Index").write_row(0, 0, [2025, 33000123])


@pytest.mark.parametrize(
    "write",
    [
        numbers_in_a_row,
        html("<svg><text>2025</text><text>33000123</text></svg>"),
        html('<svg><path d="M71.202512345678 3"/></svg>'),
    ],
)
def test_numbers_side_by_side_are_no_identity_number(
    site: Path, secrets: Secrets, settings: Settings, write: Callable[[Path], object]
) -> None:
    write(site)
    search.Search(secrets, ROOT, settings).refuse(site, [])


@pytest.mark.parametrize("name", ["data/answers_2025.parquet", "a.zip", "a.gif", "utan-andelse"])
def test_a_kind_of_file_that_cannot_be_looked_through_is_refused(
    site: Path, secrets: Secrets, settings: Settings, name: str
) -> None:
    (site / name).write_bytes(b"GIF89a")
    with pytest.raises(RenderingError, match="inte får spridas") as caught:
        search.Search(secrets, ROOT, settings).refuse(site, [])
    assert name in str(caught.value)
    assert "som inte kan granskas" in str(caught.value)


def test_a_packed_file_that_grows_without_end_is_refused(
    site: Path, secrets: Secrets, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(texts, "MOST_UNPACKED", 1_000)
    packed("underlag.docx", {"word/document.xml": "x" * 2_000})(site)
    with pytest.raises(RenderingError, match=r"underlag\.docx"):
        search.Search(secrets, ROOT, settings).refuse(site, [])


def test_what_is_the_report_s_own_is_not_looked_through_anywhere_else(
    site: Path, settings: Settings
) -> None:
    """A name in the drawing library, which an answer's number happens to be, is no leak there."""
    own = next((ROOT / "src/analysis/present/assets").glob("plotly*.js"))
    script = own.read_text("utf-8")
    name = next(found[0] for found in re.finditer(r"\b[a-z]{3}\d{2}\b", script))
    secrets = Secrets.of(SetAside(identifiers=frozenset((name,))), settings)
    (site / "assets").mkdir()
    (site / "assets" / own.name).write_bytes(own.read_bytes())
    search.Search(secrets, ROOT, settings).refuse(site, [])
    (site / "assets" / own.name).write_text(f"{script} ", "utf-8")
    with pytest.raises(RenderingError, match="ett enskilt svars nummer"):
        search.Search(secrets, ROOT, settings).refuse(site, [])
