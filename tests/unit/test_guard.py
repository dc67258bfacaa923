"""What the search for secrets finds in a site, and what an honest report may hold."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path, PurePath, PurePosixPath, PureWindowsPath

import pikepdf
import pytest
import typst
import xlsxwriter

from analysis.errors import Problem, RenderingError
from analysis.guard import search, texts
from analysis.guard.secrets import Secrets
from analysis.intake.reading import SetAside
from analysis.settings import Settings, load

ROOT = Path(__file__).resolve().parents[2]
Collect = Callable[..., Secrets]
Scan = Callable[..., str]


@pytest.fixture(scope="module")
def settings() -> Settings:
    return load(ROOT / "config")


@pytest.fixture
def collect(settings: Settings) -> Collect:
    """Fingerprints of comments, of what points out a company, and of numbers of answers."""

    def collected(
        comments: Sequence[str] = (), names: Sequence[str] = (), identifiers: Sequence[object] = ()
    ) -> Secrets:
        codes = frozenset(map(str, identifiers))
        return Secrets.of(SetAside(frozenset(comments), frozenset(names), codes), settings)

    return collected


@pytest.fixture
def scan(tmp_path: Path, settings: Settings) -> Scan:
    """What is told of a page with a text; nothing when it may be published."""

    def scanned(
        text: str,
        secrets: Secrets,
        told_by: Settings = settings,
        name: str = "index.html",
        root: PurePath = ROOT,
    ) -> str:
        site = tmp_path / "_site"
        site.mkdir(exist_ok=True)
        for old in site.iterdir():
            old.unlink()
        (site / name).write_text(text, "utf-8")
        try:
            search.Search(secrets, root, told_by).refuse(site, [])
        except RenderingError as error:
            return str(error)
        return ""

    return scanned


# --- identifiers ---


@pytest.mark.parametrize(
    ("identifier", "text", "found"),
    [
        (12, "120 svar, 12 svar", False),
        (2025, "2025, 20250 ärenden", False),
        (12345678, "svar 12345678", True),
        (12345678, "2025,12345678,8", True),
        (1234567, "andelen 0.1234567", False),
        (1234567, "svar 1234567", True),
        (123456, "svar 123456", False),
        ("A12", "A12", False),
        ("A123", "A123", True),
        ("12-34", "svar 12-34", False),
        ("12-345", "svar 12-345", True),
        ("R0077", "R0077", True),
        ("R-0077", "R-0077.html", True),
        ("2025-123", "svar 2025-123", True),
        ("R-0077", "index/R-0077.html", True),
        ("2025-123", "<td>2025</td><td>123</td>", False),
        ("2025-11", "2025-11-25", False),
        ("3f2504e0-4f89-11d3-9a0c", "svar 3F2504E0-4F89-11D3-9A0C", True),
        ("Svar 12", "Antal svar 12", False),
    ],
)
def test_an_identifier_is_told_from_an_ordinary_number(
    collect: Collect, scan: Scan, identifier: object, text: str, found: bool
) -> None:
    told = scan(text, collect(identifiers=[identifier]))
    assert ("ett enskilt svars nummer" in told) == found
    assert bool(told) == found


HONEST = (
    [f"k{number}" for number in range(1, 301)],
    [f"A{number}" for number in range(1, 301)],
    list(range(1, 301)),
    [f"O{number}" for number in range(6300, 6500)],
    [
        "rId1",
        "Sheet1",
        "sheet5",
        "accent1",
        "Heading1",
        "theme1",
        "total4",
        "2025-T1",
        "2025-01-01",
    ],
    [f"svar{number}" for number in range(1, 301)],
)
COMMON = (
    "Bra", "Nej", "December", "november", "properties", "Relationship", "Bygglov", "Totalt",
    "Antal svar", "Se ovan", "8 av 10", "Inga synpunkter", "Ingen skillnad", "Vet inte", "Allt bra",
    "Hur nöjd var du totalt sett med bemötandet?", "Kortare handläggningstid", "Det gick bra",
    "Snabb och bra service", "Bra bemötande och bra information", "Inget att anmärka",
    "Jag är mycket nöjd med allt", "Det tog för lång tid att få svar", "Svårt att komma fram",
    "Handläggaren var kunnig och trevlig", "Det var svårt att förstå vad som krävdes",
    "Reglerna är krångliga och det tog lång tid", "Informationen på webbplatsen är svår att hitta",
    "Tydligare information om vad som gäller", "Vi fick den hjälp vi behövde", "Ja", "2025", "10",
    "Kommunen borde bli bättre på att svara i tid", "Inte alls nöjd med handläggningstiden",
    "Det saknas information om avgifterna", "Bättre tillgänglighet på telefon", "Bygglov 2025",
    "Mycket nöjd med bemötandet", "Rättssäkerhet", "Effektivitet", "Kompetens och engagemang",
)  # fmt: skip
COMPANIES = ("Skärgårdskrogen AB", "Bygg & Betong i Norrtälje AB", "Norrtälje kommun", "Framtiden")


@pytest.mark.parametrize("identifiers", HONEST, ids=["k", "A", "numbers", "O", "parts", "svar"])
def test_an_honest_report_is_not_stopped_by_codes_that_stand_in_every_file(
    collect: Collect, example_site: Path, settings: Settings, identifiers: list[object]
) -> None:
    secrets = collect(COMMON, COMPANIES, identifiers)
    search.Search(secrets, ROOT, settings).refuse(example_site, [])


@pytest.mark.parametrize("identifier", ["k120", "A250", "svar17", "R0077"])
@pytest.mark.parametrize("ending", ["xlsx", "csv", "html"])
def test_such_a_code_is_still_found_where_it_is_written(
    collect: Collect, tmp_path: Path, settings: Settings, identifier: str, ending: str
) -> None:
    site = tmp_path / "_site"
    site.mkdir()
    if ending == "xlsx":
        with xlsxwriter.Workbook(site / "nki.xlsx") as book:
            book.add_worksheet().write(0, 0, f"Svar {identifier}")
    else:
        (site / f"sida.{ending}").write_text(f"{identifier},8", "utf-8")
    with pytest.raises(RenderingError, match="ett enskilt svars nummer"):
        search.Search(collect(identifiers=[identifier]), ROOT, settings).refuse(site, [])


# --- columns that are never kept ---


@pytest.mark.parametrize(
    ("cell", "text", "found"),
    [
        ("5566778899", "5566778899", True),
        ("556677-8899", "5566778899", True),
        ("701234567", "701234567", True),
        ("0176-710 00", "0176/710 00", True),
        ("5", "index 5,0 och 5.0", False),
        ("123456 7", "123456 7", False),
        ("–", "–", False),
        ("2024-239", "BN 2024-239", True),
        ("2024-239", "<td>2024</td><td>239</td>", False),
        ("BN 2024-239", "bn 2024-239", True),
        ("anna@krogen.example", "anna (krogen) example", True),
    ],
)
def test_a_number_of_a_company_is_told_from_an_ordinary_number(
    collect: Collect, scan: Scan, cell: str, text: str, found: bool
) -> None:
    told = scan(text, collect(names=[cell]))
    assert ("kolumn som aldrig" in told) == found
    assert bool(told) == found


@pytest.mark.parametrize(
    "comment", ["Kvalitet", "Förbättra", "Det går", "går inte", "Rådgivning", "Det går bra"]
)
def test_a_few_words_that_the_report_may_say_itself_are_no_leak(
    collect: Collect, scan: Scan, comment: str
) -> None:
    """They stand on a page for every municipality: any of these comments stopped its run."""
    assert not scan(f"<p>{comment}</p>", collect([comment]))


@pytest.mark.parametrize(
    "comment",
    [
        "Nöjd med bemötandet och information om mitt ärende",
        "Inte nöjd med handläggaren",
        "Kvalitet saknas helt och hållet",
    ],
)
def test_ordinary_words_in_an_order_of_their_own_are_a_leak(
    collect: Collect, scan: Scan, comment: str
) -> None:
    assert "kolumn som aldrig" in scan(f"<p>{comment}.</p>", collect([comment]))


LONG = (
    "Vi väntade i nio veckor på ett enkelt besked om vår skylt vid torget och fick aldrig svar, "
    "trots att vi ringde tre gånger, skickade två brev och till sist åkte in till stadshuset där "
    "ingen visste vem som hade hand om saken"
)


@pytest.mark.parametrize("start", range(len(LONG.split()) - 5))
def test_six_words_of_a_longer_text_are_found_wherever_they_begin(
    collect: Collect, scan: Scan, start: int
) -> None:
    part = " ".join(LONG.split()[start : start + 6])
    assert "kolumn som aldrig" in scan(f"<p>{part}</p>", collect([LONG]))


def test_the_last_words_of_a_longer_text_are_no_leak_of_it(collect: Collect, scan: Scan) -> None:
    """Ten words are looked for six at a time; four of them the report may have said itself."""
    comment = "Vi undrar över taxan och för oss gick det bra"
    assert not scan("<p>Sammanfattning: oss gick det bra</p>", collect([comment]))
    assert scan("<p>och för oss gick det bra</p>", collect([comment]))


def test_secrets_are_kept_as_fingerprints_only(collect: Collect, tmp_path: Path) -> None:
    secrets = collect([LONG], ["Skärgårdskrogen AB"], ["R0077"])
    kept = secrets.write(tmp_path)
    text = kept.read_text("utf-8").casefold()
    for word in (*LONG.casefold().split(), "skärgårdskrogen", "r0077"):
        assert len(word) < 4 or word not in text
    assert Secrets.read(tmp_path) == secrets


# --- what looks like a person or a company ---


def own(settings: Settings, contact: str) -> Settings:
    changed = settings.report.accessibility.model_copy(update={"contact": contact})
    return replace(settings, report=settings.report.model_copy(update={"accessibility": changed}))


@pytest.mark.parametrize(
    "text",
    [
        "naringsliv@norrtalje.se",
        "Naringsliv@Norrtalje.se.",
        '<a href="mailto:naringsliv@norrtalje.se">skriv</a>',
        r'<script type="application/json">["Skriv till\nnaringsliv@norrtalje.se"]</script>',
        r'["\u2022\u00a0naringsliv@norrtalje.se"]',
        "Norrtälje kommun, 212000-0217",
        "Telefon 0176-710 00, 070-123 45 67, +46 176 710 00",
        "KS 2023-1741, KS2023/1741, dnr 2023-001741",
        "Bankgiro 5567-8899, plusgiro 12 34 56-7",
        "SHA-256 209987651234",
        "andelen 0.197001011234",
    ],
)
def test_what_a_municipality_tells_of_itself_is_no_leak(
    collect: Collect, scan: Scan, settings: Settings, text: str
) -> None:
    told_by = own(settings, "naringsliv@norrtalje.se, organisationsnummer 212000-0217")
    assert not scan(text, collect(), told_by)


@pytest.mark.parametrize(
    "text",
    [
        "anna@krogen.example",
        r'["till\nanna@krogen.example"]',
        "212000-0218",
        "19700101-1234",
        "197001011234",
        "200012611234",
    ],
)
def test_what_is_not_the_municipality_s_own_is_a_leak(
    collect: Collect, scan: Scan, settings: Settings, text: str
) -> None:
    told_by = own(settings, "naringsliv@norrtalje.se, organisationsnummer 212000-0217")
    assert "e-postadress" in (told := scan(text, collect(), told_by)) or "nummer" in told


def test_an_address_of_the_plan_and_of_a_page_is_the_municipality_s_own(
    collect: Collect, scan: Scan, tmp_path: Path
) -> None:
    root = tmp_path / "projekt"
    (root / "reports").mkdir(parents=True)
    (root / "reports" / "kontakt.qmd").write_text("Skriv till lots@norrtalje.se.", "utf-8")
    assert not scan("lots@norrtalje.se", collect(), root=root)


@pytest.mark.parametrize("cell", ["lots@krogen.example", "BN 2024-5"])
def test_what_points_out_a_respondent_is_a_leak_on_a_page_of_the_municipality_too(
    collect: Collect, scan: Scan, tmp_path: Path, cell: str
) -> None:
    root = tmp_path / "projekt"
    (root / "reports").mkdir(parents=True)
    (root / "reports" / "kontakt.qmd").write_text(cell, "utf-8")
    assert "kolumn som aldrig" in scan(cell, collect(names=[cell]), root=root)


# --- folders ---


@pytest.mark.parametrize(
    ("root", "text", "found"),
    [
        (PurePosixPath("/data"), '<a href="../data/nki.xlsx">tabeller</a>', False),
        (PurePosixPath("/nki"), '<a href="data/nki.xlsx">tabeller</a>', False),
        (PurePosixPath("/"), '<a href="/">hem</a>', False),
        (PurePosixPath("/srv/nki"), "/srv/nkirapport", False),
        (PurePosixPath("/data"), "/data/raw/insikt_2025.xlsx", True),
        (PurePosixPath("/srv/nki"), "file:///srv/nki/_site", True),
        (PureWindowsPath("C:\\"), "Alternativ C:/D: välj", False),
        (PureWindowsPath("C:\\nki"), "C:\\nki\\_site", True),
        (PureWindowsPath("C:\\nki"), "c:/nki/_site", True),
        (PureWindowsPath("C:\\nki"), '["C:\\\\nki\\\\_site"]', True),
    ],
)
def test_a_folder_with_a_short_name_is_told_from_a_link(
    collect: Collect, scan: Scan, root: PurePath, text: str, found: bool
) -> None:
    told = scan(text, collect(), root=root)
    assert ("sökvägen till en mapp" in told) == found
    assert bool(told) == found


# --- what is told, and where ---


def problems(site: Path, secrets: Secrets, settings: Settings, *behind: Path) -> list[Problem]:
    """What is told of a site; nothing when it may be published."""
    try:
        search.Search(secrets, ROOT, settings).refuse(site, behind)
    except RenderingError as error:
        return list(error.problems)
    return []


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A site of one page, which may be published, with a folder for tables."""
    (tmp_path / "_site" / "data").mkdir(parents=True)
    (tmp_path / "_site" / "index.html").write_text("<p>NKI 72</p>", "utf-8")
    return tmp_path / "_site"


def told(cause: str, where: str) -> Problem:
    return Problem(
        cause, "Lägg inte ut webbplatsen. Anmäl felet till den som förvaltar programmet.", where
    )


def test_every_leak_is_told_with_its_kind_and_its_file(
    collect: Collect, site: Path, settings: Settings, tmp_path: Path
) -> None:
    """A file that is the report's own for everyone, or a folder, does not end the search."""
    secrets = collect([LONG], [], ["R0077"])
    own = next((ROOT / "src/analysis/present/assets").glob("plotly*.js"))
    (site / "a.js").write_bytes(own.read_bytes())
    (site / "data" / "x.csv").write_text("R0077,8\n", "utf-8")
    (site / "R0077.txt").write_text("x", "utf-8")
    (site / "z.html").write_text(LONG, "utf-8")
    (tmp_path / "bilaga.ipynb").write_text(LONG, "utf-8")
    assert problems(site, secrets, settings, tmp_path / "bilaga.ipynb") == [
        told(search.TOLD["identifiers"], "ett filnamn"),
        told(search.TOLD["identifiers"], "data/x.csv"),
        told(search.TOLD["texts"], "z.html"),
        told(search.TOLD["texts"], "bilaga.ipynb"),
    ]


def test_what_an_own_page_says_is_mended_there_and_told_first(
    collect: Collect, settings: Settings, tmp_path: Path
) -> None:
    site, own = tmp_path / "_site", tmp_path / "egna-sidor" / "sparvar.qmd"
    site.mkdir()
    own.parent.mkdir()
    for path in (site / "sparvar.html", site / "sok.js", own):
        path.write_text(LONG, "utf-8")
    (site / "a.txt").write_text("R0077", "utf-8")
    secrets = collect([LONG], [], ["R0077"])
    with pytest.raises(RenderingError) as caught:
        search.Search(secrets, tmp_path, settings).refuse(site, [own])
    assert list(caught.value.problems) == [
        Problem(search.TOLD["texts"], search.FIX_OWN, "egna-sidor/sparvar.qmd"),
        told(search.TOLD["identifiers"], "a.txt"),
        Problem(search.TOLD["texts"], "", "sok.js"),
        Problem(search.TOLD["texts"], "", "sparvar.html"),
    ]


def test_each_kind_of_suspicion_is_told_in_its_words(
    collect: Collect, site: Path, settings: Settings
) -> None:
    (site / "a.txt").write_text("556677-8899", "utf-8")
    (site / "b.txt").write_text("anna@krogen.example", "utf-8")
    (site / "c.txt").write_text(f"{ROOT}/data", "utf-8")
    (site / "d.gif").write_bytes(b"GIF89a")
    with pytest.raises(RenderingError) as caught:
        search.Search(collect(), ROOT, settings).refuse(site, [])
    assert (
        caught.value.title == "Rapporten stoppades: den innehåller uppgifter som inte får spridas"
    )
    assert list(caught.value.problems) == [
        told(
            "Filen innehåller något som ser ut som ett organisations- eller personnummer och inte "
            "finns i config/.",
            "a.txt",
        ),
        told(
            "Filen innehåller en e-postadress som inte finns i config/ eller kommunens egna filer.",
            "b.txt",
        ),
        told("Filen innehåller sökvägen till en mapp på datorn.", "c.txt"),
        told("Filen är av ett slag som inte kan granskas.", "d.gif"),
    ]


def test_a_row_of_scores_is_found_from_either_end_and_only_when_they_differ(
    site: Path, settings: Settings
) -> None:
    given = (1, 9, 2, 8, 3, 7, 4, 6, 5, 10, 1, 2, 7, 3)
    aside = SetAside(scores=frozenset(map(bytes, (given, (8,) * 14, given[:11]))))
    secrets = Secrets.of(aside, settings)
    leak = [told(search.TOLD["rows"], "data/x.csv")]
    for row, expected in (
        (given[:12], leak),
        (given[-12:], leak),
        ((given[0], "nan", *given[1:12]), leak),
        (given[:11], []),
        ((8,) * 14, []),
        (given[::-1], []),
    ):
        (site / "data" / "x.csv").write_text(",".join(map(str, row)), "utf-8")
        assert problems(site, secrets, settings) == expected, row


# --- the texts of a file ---


def read(name: str, content: bytes) -> list[str]:
    return list(texts.texts(PurePath(name), content))


def test_a_page_is_read_as_it_stands_and_as_it_reads() -> None:
    assert read("a.HTML", b'<p title="x&amp;y">o<b>trev</b>lig</p><p>svar</p>') == [
        '<p title="x&y">o<b>trev</b>lig</p><p>svar</p>',
        " o trev lig  svar ",
        "otrevlig svar ",
    ]


def test_escapes_of_json_and_of_addresses_are_read() -> None:
    assert read("a.json", rb'["sm\u00e5\nord"]') == [r'["sm\u00e5\nord"]', '["små ord"]']
    assert read("a.csv", b"sm%C3%A5%20ord") == ["sm%C3%A5%20ord", "små ord"]
    assert read("a.txt", b"\xff") == ["\N{REPLACEMENT CHARACTER}"]
    assert read("a.png", b"<p>") == []


def test_an_office_file_is_read_by_its_values_and_not_by_its_names() -> None:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as archive:
        archive.writestr("xl/", "")
        archive.writestr("xl/sheet1.XML", '<c r="K120" t="s"><v>ett svar</v></c>')
        archive.writestr("_rels/.rels", '<Relationship Id="rId1" Target="x"/>')
        archive.writestr("xl/a.csv", "r,K120")
    assert read("a.xlsx", kept.getvalue()) == [
        "xl/",
        "xl/sheet1.XML",
        '<  ="s">< >ett svar< >< >',
        "  ett svar  ",
        "ett svar ",
        "_rels/.rels",
        '<  ="x"/>',
        " ",
        "",
        "xl/a.csv",
        "r,K120",
    ]


def test_a_workbook_s_own_codes_are_no_secrets(
    collect: Collect, site: Path, settings: Settings
) -> None:
    with xlsxwriter.Workbook(site / "data" / "nki.xlsx") as book:
        sheet = book.add_worksheet("Index")
        for row in range(300):
            sheet.write_row(row, 0, ["Bygglov", 71.5, "nej"])
    for identifiers in HONEST:
        assert problems(site, collect(COMMON, COMPANIES, identifiers), settings) == []


def test_a_pdf_is_read_with_its_divided_words_its_properties_and_its_attachments() -> None:
    kept = io.BytesIO()
    source = typst.compile(
        b'#set document(title: "En titel", author: "Anna")\nHandl\xc3\xa4ggar-\\\nna var sena'
    )
    with pikepdf.open(io.BytesIO(source)) as pdf:
        pdf.attachments["svar.csv"] = b"8,9"
        pdf.attachments["fler.csv"] = b"8,9"
        pdf.save(kept)
    whole, divided, properties, *about, attachments = read("a.pdf", kept.getvalue())
    # A word divided between lines is one word; or the hyphen is its own.
    assert whole == "Handläggarna var sena"
    assert divided.splitlines() == ["Handläggar-", "na var sena"]
    assert {"En titel", "Anna"} <= set(properties.splitlines())
    assert "En titel" in about[0] and "rdf:Description" not in about[0]
    assert attachments.splitlines() == ["fler.csv", "svar.csv"]


def test_an_address_and_a_code_are_told_where_a_line_of_the_pdf_ends_in_them(
    collect: Collect, site: Path, settings: Settings
) -> None:
    """The report's own address is no leak; a company's number is one."""
    own = settings.report.accessibility.contact
    name, _, host = own.partition("@")
    (site / "bilaga.pdf").write_bytes(typst.compile(f"{name[:3]}-\\\n{name[3:]}\\@{host}".encode()))
    assert problems(site, collect([], [], []), settings) == []
    (site / "bilaga.pdf").write_bytes(typst.compile(b"556677-\\\n8899"))
    assert len(problems(site, collect([], ["556677-8899"], []), settings)) == 2


def test_each_page_of_a_pdf_is_a_text_of_its_own() -> None:
    source = typst.compile(b"Ett\n#pagebreak()\nTv\xc3\xa5")
    assert texts.pdf_pages(source) == ("Ett", "Två")
    assert read("a.pdf", source)[0] == "Ett\nTvå"


def test_a_pdf_that_is_cut_short_or_is_none_is_told() -> None:
    source = typst.compile(b"Ett")
    for broken in (b"", b"%PDF-1.7", source[: len(source) // 3], b"inte en PDF"):
        with pytest.raises(ValueError, match="broken"):
            texts.pdf_pages(broken)
