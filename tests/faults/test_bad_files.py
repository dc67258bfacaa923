"""A corpus of files as no export should be, each with what it must give: a reading or a refusal.

Every file is made here and small. None may end in a traceback, and none may leave a value of a
free-text column, a company's name or its number behind.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import pytest
import xlsxwriter

from analysis import intake
from analysis.errors import InputDataError
from analysis.settings import Settings, load

CONFIG = Path(__file__).resolve().parents[2] / "config"
SETTINGS = load(CONFIG)
ITEMS = SETTINGS.questionnaire.item_keys
HEADERS = ("svar_id", "arendear", "period", "myndighetsomrade", "kundgrupp", *ITEMS, "kommentar")
SECRET = "Hemliga Bolaget AB 556036-0793"

Row = list[object]
Writer = Callable[[Path], Path]


def rows(count: int = 6, year: object = 2024) -> list[Row]:
    """Answers that can all be counted, every one with a comment nobody may keep."""
    areas = ("Bygglov", "Brandskydd", "Serveringstillstånd")
    return [
        [
            f"R{n}",
            year,
            f"T{n % 3 + 1}",
            areas[n % 3],
            "Företag",
            *((n + place * (1 + n // 30)) % 10 + 1 for place in range(len(ITEMS))),
            SECRET,
        ]
        for n in range(count)
    ]


def changed(number: int, header: str, value: object, **more: object) -> list[Row]:
    """The answers with one value changed."""
    answers = rows(**more)  # type: ignore[arg-type]
    answers[number][HEADERS.index(header)] = value
    return answers


def as_csv(answers: Sequence[Row], headers: Sequence[str] = HEADERS, delimiter: str = ";") -> str:
    target = io.StringIO()
    writer = csv.writer(target, delimiter=delimiter, lineterminator="\n")
    writer.writerow(headers)
    writer.writerows(answers)
    return target.getvalue()


def text(content: str, name: str = "insikt_2024.csv", encoding: str = "utf-8") -> Writer:
    return raw(content.encode(encoding), name)


def raw(content: bytes, name: str = "insikt_2024.csv") -> Writer:
    def write(folder: Path) -> Path:
        path = folder / name
        path.write_bytes(content)
        return path

    return write


def book(
    answers: Sequence[Row],
    name: str = "insikt_2024.xlsx",
    headers: Sequence[str] = HEADERS,
    above: Sequence[Row] = (),
    more: Callable[[xlsxwriter.Workbook], None] | None = None,
) -> Writer:
    def write(folder: Path) -> Path:
        path = folder / name
        with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd"}) as workbook:
            if more is not None:
                more(workbook)
            sheet = workbook.add_worksheet("Svar")
            for number, row in enumerate([*above, list(headers), *answers]):
                for column, value in enumerate(row):
                    if value is not None:
                        sheet.write(number, column, value)
        return path

    return write


def repacked(change: Callable[[dict[str, bytes]], None], source: Writer | None = None) -> Writer:
    """A workbook whose parts a hand has been at."""

    def write(folder: Path) -> Path:
        path = (source or book(rows()))(folder)
        with zipfile.ZipFile(path) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        change(parts)
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, part in parts.items():
                archive.writestr(name, part)
        return path

    return write


SHEET = "xl/worksheets/sheet1.xml"


def replaced(part: str, before: bytes, after: bytes) -> Callable[[dict[str, bytes]], None]:
    def change(parts: dict[str, bytes]) -> None:
        assert before in parts[part]
        parts[part] = parts[part].replace(before, after, 1)

    return change


def cell_at(reference: str) -> Writer:
    return repacked(
        replaced(
            SHEET,
            b"</row></sheetData>",
            f'<c r="{reference}"><v>1</v></c></row></sheetData>'.encode(),
        )
    )


def formatted_to(row: bytes) -> Writer:
    """A sheet whose last row has nothing but a format."""
    return repacked(replaced(SHEET, b"</sheetData>", row + b"</sheetData>"))


def cut(share: float, source: Writer) -> Writer:
    def write(folder: Path) -> Path:
        path = source(folder)
        content = path.read_bytes()
        path.write_bytes(content[: int(len(content) * share)])
        return path

    return write


def zip_of(name: str, content: bytes, into: str) -> Writer:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return raw(target.getvalue(), into)


def together(*writers: Writer) -> Writer:
    def write(folder: Path) -> Path:
        for writer in writers:
            writer(folder)
        return folder

    return write


def directory(folder: Path) -> Path:
    (folder / "insikt_2024.csv").mkdir()
    return folder


def pipe(folder: Path) -> Path:
    os.mkfifo(folder / "insikt_2024.csv")
    return folder / "insikt_2024.csv"


def loop(folder: Path) -> Path:
    (folder / "insikt_2024.csv").symlink_to("insikt_2024.csv")
    return folder / "insikt_2024.csv"


def unreadable_link(folder: Path) -> Path:
    (folder / "insikt_2024.csv").symlink_to("/dev/zero")
    return folder / "insikt_2024.csv"


def odd_name(folder: Path) -> Path:
    return text(as_csv(rows()), "insikt 2024 ..\n=cmd|' \u202efdp.csv")(folder)


def sheets(workbook: xlsxwriter.Workbook) -> None:
    notes = workbook.add_worksheet("Läs mig")
    notes.write(0, 0, "Exporterad ur portalen")
    workbook.add_worksheet("Tomt")


def means(workbook: xlsxwriter.Workbook) -> None:
    sheet = workbook.add_worksheet("Medel")
    sheet.write_row(0, 0, HEADERS[3:-1])
    sheet.write_row(1, 0, ["Bygglov", "Företag", *[7.25] * len(ITEMS)])


def formula(workbook: xlsxwriter.Workbook) -> None:
    sheet = workbook.add_worksheet("Kalkyl")
    sheet.write_formula(0, 0, "=1+1", None, 2)


@dataclass(frozen=True)
class Case:
    """A bad file, what is told, and how many answers count (None: the file is refused)."""

    name: str
    write: Writer
    counted: int | None
    told: str = ""


GOOD = as_csv(rows())
LINES = GOOD.split("\n")
NOT_SCORES = (
    "0",
    "11",
    "5,5",
    "-3",
    "1e1",
    "åtta",
    "8/10",
    "5-6",
    "2024-03-01",
    "=2+2",
    "<script>alert(1)</script>",
    "=cmd|' /C calc'!A0",
    "９９",
    "8 9",
    "8a",
    "5-",
    "8 av 10",
    "80 %",
)
KOLADA = {
    "values": [
        {
            "kpi": "U07447",
            "municipality": "0188",
            "period": 2024,
            "values": [{"gender": "T", "value": 71.2}],
        }
    ]
}

CASES = [
    # Nothing, or something else altogether
    Case("empty", raw(b""), None, "Filen är tom"),
    Case("only a byte order mark", raw(b"\xef\xbb\xbf"), None, "Filen är tom"),
    Case("only blanks", raw(b" \r\n\t\r\n"), None, "Filen är tom"),
    Case("only zeros", raw(bytes(500)), None, "Filen är tom"),
    Case("random bytes", raw(bytes(range(256)) * 8), None, "textfil"),
    Case("PDF", raw(b"%PDF-1.7 ..."), None, "PDF"),
    Case("picture", raw(b"\x89PNG\r\n\x1a\n...."), None, "bild"),
    Case("gzip", raw(gzip.compress(GOOD.encode())), None, "packad"),
    Case(
        "old Excel",
        raw(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "insikt_2024.xls"),
        None,
        ".xls",
    ),
    Case(
        "password",
        raw(
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "insikt_2024.xlsx",
        ),
        None,
        "lösenord",
    ),
    Case(
        "web page named csv",
        text("<!DOCTYPE html><html><body><table></table></body></html>"),
        None,
        "webbsida",
    ),
    Case(
        "web page named xlsx",
        text("<html><body>Logga in</body></html>", "insikt_2024.xlsx"),
        None,
        "webbsida",
    ),
    Case(
        "XML spreadsheet",
        text('<?xml version="1.0"?><Workbook/>', "insikt_2024.xls"),
        None,
        "webbsida eller XML",
    ),
    Case(
        "zip of a CSV",
        zip_of("insikt_2024.csv", GOOD.encode(), "insikt_2024.xlsx"),
        None,
        "ingen Excelfil",
    ),
    Case("zip of nothing", raw(b"PK\x05\x06" + bytes(18), "insikt_2024.xlsx"), None, "zip"),
    Case(
        "Word document",
        zip_of("word/document.xml", b"<w/>", "insikt_2024.docx"),
        None,
        "ingen Excelfil",
    ),
    Case("JSON that is no answer", text('{"a": 1}', "kolada_2024.json"), None, "inte ett svar"),
    Case(
        "broken JSON",
        text('{"values": [', "kolada.json"),
        None,
        "är inget svar ur Kolada",
    ),
    Case("endless JSON", raw(b"[" + b"0," * 11_000_000 + b"0]", "kolada.json"), None, "för stor"),
    Case("deep JSON", text("[" * 100_000, "kolada.json"), None, "inget svar ur Kolada"),
    Case(
        "Kolada with wrong types",
        text(
            '{"values": [{"kpi": "U07447", "municipality": [], "period": {}, "values": 7}]}',
            "kolada.json",
        ),
        None,
        "Kolada",
    ),
    Case(
        "Kolada of other series",
        text(json.dumps({"values": [{**KOLADA["values"][0], "kpi": "N00001"}]}), "kolada.json"),
        None,
        "inga värden ur Insikt",
    ),
    Case("a folder named as a file", directory, 0, "Inga filer hittades"),
    Case("only prose", text("Hej!\nHär kommer svaren.\n"), None, "Ingen rad känns igen"),
    Case("other table", text("artikel;antal\nskruv;5\n"), None, "Ingen rad känns igen"),
    # Broken text files
    Case(
        "cut in the middle of a row",
        text("\n".join(LINES[:4]) + "\n" + LINES[4][:20]),
        3,
        "fel antal kolumner",
    ),
    Case("UTF-16 cut in half a character", raw(GOOD.encode("utf-16")[:-1]), None, "avbruten"),
    Case("NUL among the text", text(GOOD.replace("R2", "R\x002")), None, "inte hör hemma"),
    Case("quotation mark never closed", text(GOOD.replace("R2;", '"R2;', 1)), 6),
    Case(
        "quotation mark swallows rows",
        text(GOOD.replace("R2;", '"R2;').replace("R4;", 'R4";')),
        None,
        "itattecken",
    ),
    Case(
        "comment breaks the row",
        text(GOOD.replace(SECRET, "Rad ett\nRad två", 1)),
        6,
        "fel antal kolumner",
    ),
    Case(
        "more values than headers",
        text(GOOD.replace(SECRET, f"{SECRET};och mer", 1)),
        5,
        "fel antal kolumner",
    ),
    Case("cell too long", text(GOOD.replace(SECRET, "x" * 40_000, 1)), None, "lång"),
    Case("cell of a megabyte", text(GOOD.replace(SECRET, "x" * 1_000_000, 1)), None, "lång"),
    Case(
        "ten thousand columns",
        text(";".join([*HEADERS, *map(str, range(10_000))]) + "\n" + "\n".join(LINES[1:])),
        None,
        "kolumner",
    ),
    Case("blank lines by the million", text(GOOD + "\n" * 2_000_000), None, "för många rader"),
    Case("a comment of many lines", text(GOOD.replace(SECRET, f'"{SECRET}\n\nslut"', 1)), 6),
    Case(
        "files laid end to end, each with its header",
        text(as_csv(rows(3)) + as_csv([[f"S{n}", *row[1:]] for n, row in enumerate(rows(3))])),
        6,
        "Rubrikraden står 1 gång till",
    ),
    Case(
        "texts of the questions under their codes",
        text(
            "\n".join(
                [
                    LINES[0],
                    ";".join(
                        [*HEADERS[:5], *(item.text for item in SETTINGS.questionnaire.items), "k"]
                    ),
                    *LINES[1:],
                ]
            )
        ),
        6,
        "Rubrikraden står 1 gång till",
    ),
    Case(
        "a line about the export below the answers",
        text(GOOD + "Antal svar;6\n"),
        6,
        "1 rad som summerar",
    ),
    Case("doubled line endings", text(GOOD.replace("\n", "\r\r\n")), 6),
    Case("blank rows", text("\n\n" + GOOD.replace("\n", "\n\n;;;\n")), 6),
    Case("end-of-file sign of DOS", text(GOOD + "\x1a"), 6),
    Case("encoded twice", text(GOOD.encode().decode("cp1252", "replace")), 6, "två gånger"),
    Case("UTF-16 without a mark", raw(GOOD.encode("utf-16-le")), 6),
    Case("UTF-16, big end first", raw(GOOD.encode("utf-16-be")), 6),
    Case("Windows-1252", text(GOOD, encoding="cp1252"), 6),
    Case("old Mac line endings", text(GOOD.replace("\n", "\r")), 6),
    Case("pipes", text(as_csv(rows(), delimiter="|")), 6),
    Case("separator declared", text("sep=;\n" + GOOD), 6),
    Case("CSV named xlsx", text(GOOD, "insikt_2024.xlsx"), 6),
    Case("upper-case ending", text(GOOD, "INSIKT_2024.CSV"), 6),
    Case("a single answer", text("\n".join(LINES[:2])), 1),
    Case("headers alone", text(LINES[0]), None, "inga svar"),
    # Broken and hostile workbooks
    Case("workbook cut short", cut(0.6, book(rows())), None, "skadad"),
    Case("only the zip's signature", raw(b"PK\x03\x04", "insikt_2024.xlsx"), None, "skadad"),
    Case("XML not closed", repacked(replaced(SHEET, b"</sheetData>", b"")), None, "skadad"),
    Case(
        "no sheets",
        repacked(lambda parts: parts.__setitem__("xl/workbook.xml", b"<workbook/>")),
        None,
        "Ingen rad känns igen",
    ),
    Case(
        "XML entities",
        repacked(replaced(SHEET, b"<worksheet", b'<!DOCTYPE a [<!ENTITY b "c">]><worksheet')),
        None,
        "inte sparad av Excel",
    ),
    Case(
        "zip bomb",
        repacked(lambda parts: parts.__setitem__("xl/sharedStrings.xml", b" " * 250_000_000)),
        None,
        "orimligt stor",
    ),
    Case("cell in the last row", cell_at("A1048576"), None, "rader"),
    Case("cell in the last column", cell_at("XFD2"), None, "kolumner"),
    Case("cell in the last corner", cell_at("XFD1048576"), None, "rader"),
    Case(
        "corner in single quotes",
        repacked(
            replaced(
                SHEET, b"</row></sheetData>", b"<c r = 'XFD1048576'><v>1</v></c></row></sheetData>"
            )
        ),
        None,
        "rader",
    ),
    Case(
        "columns formatted to the last corner",
        formatted_to(b'<row r="1048576" s="1"><c r="XFD1048576" s="1"/></row>'),
        6,
    ),
    Case("a formatted last row", formatted_to(b'<row r="1048576" s="1" customFormat="1"/>'), 6),
    Case(
        "a value hidden among formatted cells",
        formatted_to(b'<row r="1048576"><c a="/>" r="XFD1048576"><v>1</v></c></row>'),
        None,
        "rader",
    ),
    Case(
        "more texts than cells",
        repacked(
            lambda parts: parts.__setitem__(
                "xl/sharedStrings.xml", b"<sst>" + b"<si/>" * 8_000_001 + b"</sst>"
            )
        ),
        None,
        "för många texter",
    ),
    Case(
        "strings promised by the billion",
        repacked(
            lambda parts: parts.__setitem__(
                "xl/sharedStrings.xml",
                re.sub(rb'count="\d+"', b'count="4000000000"', parts["xl/sharedStrings.xml"]),
            )
        ),
        6,
    ),
    Case(
        "formulas never calculated",
        repacked(
            replaced(SHEET, b"</row></sheetData>", b'<c r="AZ7"><f>1+1</f></c></row></sheetData>')
        ),
        None,
        "inte är uträknade",
    ),
    Case("formulas calculated", book(rows(), more=formula), 6, "Bladet Kalkyl"),
    Case(
        "macro and link parts",
        repacked(
            lambda parts: parts.update(
                {
                    "xl/vbaProject.bin": b"MZ",
                    "xl/externalLinks/externalLink1.xml": b"<x/>",
                    "../../etc/passwd": b"root",
                }
            )
        ),
        6,
    ),
    Case(
        "title rows and an empty column",
        book(
            [[None, *row] for row in rows()],
            headers=("", *HEADERS),
            above=[["Insikt 2024"], [], ["Uttag", "2025-04-01"]],
        ),
        6,
    ),
    Case("other sheets first", book(rows(), more=sheets), 6, "Läs mig"),
    Case(
        "one sheet for each area",
        book(
            [row[:3] + row[4:] for row in rows()],
            headers=[h for h in HEADERS if h != "myndighetsomrade"],
        ),
        None,
        "lägg till en kolumn myndighetsområde",
    ),
    Case(
        "areas under a header nobody knows",
        book(rows(), headers=[h if h != "myndighetsomrade" else "enhet" for h in HEADERS]),
        None,
        "Är det kolumnen ”enhet”?",
    ),
    Case(
        "a sheet of means beside the answers",
        book(rows(), more=means),
        None,
        "Ta bort bladet",
    ),
    Case(
        "two sheets of different kinds",
        together(
            book(
                rows(),
                more=lambda workbook: workbook.add_worksheet("Ärenden").write_row(
                    0, 0, ["myndighetsomrade", "avslutade"]
                ),
            )
        ),
        None,
        "olika slags",
    ),
    Case("dates as scores", book(changed(0, ITEMS[0], date(2024, 3, 1))), 6, "2024-03-01"),
    Case("true as a score", book(changed(0, ITEMS[0], True)), 6, "sant"),
    Case("date in period", book(changed(0, "period", datetime(2024, 3, 1))), 6),
    Case("error value as a score", book(changed(0, ITEMS[0], "#REF!")), 6, "#REF!"),
    # Headers
    Case(
        "no area column",
        text(GOOD.replace("myndighetsomrade", "avd", 1)),
        None,
        "myndighetsområde saknas",
    ),
    Case("no NKI question", text(GOOD.replace(";nki_", ";x_")), None, "NKI-frågorna"),
    Case(
        "one question misspelled",
        text(GOOD.replace("bemotande_totalt", "bemotande_total")),
        6,
        "Frågan ”Hur nöjd var du totalt sett med bemötandet?” hittas inte",
    ),
    Case(
        "same question twice",
        text(as_csv([[*row, 3] for row in rows()], (*HEADERS, ITEMS[0]))),
        None,
        "samma uppgift",
    ),
    Case(
        "same question twice, once blank",
        text(as_csv([[*row, ""] for row in rows()], (*HEADERS, ITEMS[0]))),
        6,
    ),
    Case(
        "header of markup",
        text(as_csv([[*row, "x"] for row in rows()], (*HEADERS, "<script>alert(1)</script>"))),
        6,
        "känns inte igen",
    ),
    # Years and periods
    Case("no year anywhere", text(as_csv(rows(year="")), "insikt.csv"), None, "ärendeår"),
    Case(
        "two years in the name",
        text(as_csv(rows(year="")), "insikt_2023-2024.csv"),
        None,
        "ärendeår",
    ),
    Case(
        "one row without a year",
        text(as_csv(changed(0, "arendear", "okänt"))),
        5,
        "1 rad utan ärendeår",
    ),
    Case(
        "a year far away",
        text(as_csv(changed(0, "arendear", 2042, count=60))),
        59,
        "avvikande ärendeår",
    ),
    Case("a month as period", text(as_csv(changed(0, "period", "2024-05"))), 6),
    Case(
        "a year that has not begun",
        text(as_csv(rows(year=2096)), "insikt_2096.csv"),
        6,
        "har inte börjat",
    ),
    Case("a month in period", text(as_csv(changed(0, "period", "maj 2024"))), 6),
    Case("odd period", text(as_csv(changed(0, "period", "våren"))), 6, "okänd period"),
    # Areas and customers
    Case(
        "unknown area now and then",
        text(as_csv(changed(0, "myndighetsomrade", "Parkering"))),
        5,
        "1 svar från ett okänt myndighetsområde",
    ),
    Case(
        "areas of another survey",
        text(GOOD.replace("Bygglov", "Skola")),
        None,
        "från okända myndighetsområden (”Skola”",
    ),
    Case(
        "blank area",
        text(as_csv(changed(0, "myndighetsomrade", ""))),
        5,
        "1 svar utan myndighetsområde",
    ),
    Case(
        "unknown customer",
        text(as_csv(changed(0, "kundgrupp", "Rymdvarelse"))),
        5,
        "1 svar från en okänd kundgrupp",
    ),
    Case("blank customer", text(as_csv(changed(0, "kundgrupp", ""))), 5, "1 svar utan kundgrupp"),
    Case("all customers blank", text(GOOD.replace("Företag", "")), 6, "Kundgrupp saknas"),
    # Answers
    *(
        Case(f"score {value}", text(as_csv(changed(0, ITEMS[3], value))), 6, "inte ett helt tal")
        for value in NOT_SCORES
    ),
    Case(
        "scale to 100",
        text(
            as_csv([[*row[:5], *(10 * int(str(s)) + 5 for s in row[5:-1]), ""] for row in rows()])
        ),
        None,
        "inte hela tal",
    ),
    Case(
        "a code for don't know",
        text(as_csv([[*row[:8], *[99] * 4, *row[12:]] for row in rows(30)])),
        None,
        "kod för ”Vet ej”",
    ),
    Case(
        "columns shifted under the headers",
        text(as_csv([[*row[:-2], SECRET, ""] for row in rows(12)])),
        None,
        "förskjutna",
    ),
    Case(
        "a row without any answer",
        text(as_csv([*rows(), ["R9", 2024, "T1", "Bygglov", "Företag", *[""] * 27]])),
        6,
        "1 rad utan svar på någon fråga",
    ),
    Case("the same row twice", text(as_csv([*rows(), rows()[0]])), 6, "dubblett"),
    Case(
        "one number, two answers",
        text(as_csv([*rows(), ["R0", *rows()[1][1:]]])),
        5,
        "samma nummer",
    ),
    Case(
        "the same file twice",
        together(text(GOOD), text(GOOD, "insikt_2024 kopia.csv")),
        6,
        "dubblett",
    ),
    Case(
        "numbers begin again in every file",
        together(
            text(as_csv(rows(30))),
            text(
                as_csv([[f"R{n}", *row[1:]] for n, row in enumerate(rows(31)[1:])]),
                "insikt_2024_b.csv",
            ),
        ),
        None,
        "börjar numren om",
    ),
    # Other kinds
    Case(
        "cases that contradict each other",
        together(
            text(GOOD),
            text("myndighetsomrade;avslutade\nBygglov;20\nBygglov;30\n", "arenden_2024.csv"),
        ),
        None,
        "andra tal",
    ),
    Case(
        "cases without a number",
        together(text(GOOD), text("myndighetsomrade;avslutade\nBygglov;\n", "arenden_2024.csv")),
        6,
    ),
    Case(
        "cases of an unknown area",
        together(text(GOOD), text("myndighetsomrade;avslutade\nByglov;9\n", "arenden_2024.csv")),
        None,
        "menades Bygglov?",
    ),
    Case(
        "cases that are no numbers",
        together(
            text(GOOD), text("myndighetsomrade;avslutade\nBygglov;många\n", "arenden_2024.csv")
        ),
        None,
        "inte ett helt tal",
    ),
    Case(
        "fewer cases than answers",
        together(text(GOOD), text("myndighetsomrade;avslutade\nBygglov;1\n", "arenden_2024.csv")),
        6,
        "avslutade ärenden",
    ),
    Case(
        "progress without a date",
        together(text(GOOD), text("steg;datum;status\n3.2;i våras;klar\n", "aktiviteter.csv")),
        None,
        "Datumet",
    ),
    Case(
        "progress with an empty date",
        together(text(GOOD), text("steg;datum;status\n3.2;;klar\n", "aktiviteter.csv")),
        None,
        "Datumet saknas",
    ),
    Case(
        "progress of an unknown step",
        together(text(GOOD), text("steg;datum;status\n9.9;2025-01-01;klar\n", "aktiviteter.csv")),
        None,
        "finns inte i handlingsplanen",
    ),
    Case(
        "official values of a municipality nobody knows",
        together(
            text(GOOD),
            text(
                "kommun;kommunkod;arende_ar;matt;varde\nNorrtelje;;2023;total_nki;71\n",
                "officiella_varden.csv",
            ),
        ),
        None,
        "menas Norrtälje?",
    ),
    Case(
        "official values under another municipality's code",
        together(
            text(GOOD),
            text(
                "kommun;kommunkod;arende_ar;matt;varde\nNorrtälje;0480;2023;total_nki;71\n",
                "officiella_varden.csv",
            ),
        ),
        None,
        "går inte ihop",
    ),
    Case(
        "official value past 100",
        together(
            text(GOOD),
            text(
                "kommun;kommunkod;arende_ar;matt;varde\nNorrtälje;0188;2023;total_nki;171\n",
                "officiella_varden.csv",
            ),
        ),
        None,
        "mellan 0 och 100",
    ),
]
SPECIAL: list[Case] = []
if sys.platform != "win32":
    SPECIAL = [
        Case("a pipe", pipe, None, "en mapp eller en genväg"),
        Case("a link to itself", loop, None, "finns inte"),
        Case("a link to an endless device", unreadable_link, None, "en mapp eller en genväg"),
        Case("a name with tricks", odd_name, 6),
    ]
CASES += SPECIAL


@pytest.fixture(scope="module")
def settings() -> Settings:
    return SETTINGS


def test_the_corpus_is_large_enough() -> None:
    assert len({case.name for case in CASES}) == len(CASES) >= 60


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_bad_file(case: Case, tmp_path: Path, settings: Settings) -> None:
    found = intake.check([case.write(tmp_path)], settings)
    shown = re.sub(r"\s+", " ", found.to_text())
    assert case.told in shown
    if case.counted is None:
        assert found.exit_code == 10
        assert "Klart att köra" not in found.verdict
        assert all(problem.cause.endswith((".", "?")) for problem in found.problems)
    else:
        assert found.exit_code == 0, shown
        assert sum(clean.counted for clean in found.years.values()) == case.counted
    assert "<script>" not in found.to_html()
    kept = shown + "".join(
        clean.answers.to_csv() + clean.rejects.to_csv() + clean.quality.to_csv()
        for clean in found.years.values()
    )
    assert "Hemliga" not in kept
    assert "556036" not in kept
    assert not re.search(r"[\x00-\x09\x0b-\x1f\u202e]", found.to_text())


@pytest.mark.parametrize(
    "case", [case for case in CASES if case not in SPECIAL], ids=lambda case: case.name
)
def test_a_run_of_the_folder_is_refused_when_the_check_says_so(
    case: Case, tmp_path: Path, settings: Settings
) -> None:
    raw_folder = tmp_path / "raw"
    raw_folder.mkdir()
    case.write(raw_folder)
    found = intake.check([raw_folder], settings)
    checked = found.exit_code
    try:
        # Without a file in the folder a run takes the example's.
        intake.read([raw_folder if found.files else CONFIG.parent / "data" / "example"], settings)
        run = 0
    except InputDataError as error:
        run = error.exit_code
    assert run == checked


@pytest.mark.skipif(sys.platform == "win32", reason="the memory used is told by POSIX only")
@pytest.mark.parametrize("bomb", ["zip", "gigabyte cell", "shared strings", "blank lines", "JSON"])
def test_bombs_stay_within_memory(bomb: str, tmp_path: Path) -> None:
    """A process that reads a bomb never holds more than twice what may be unpacked."""
    target = tmp_path / "insikt_2024.xlsx"
    if bomb in ("zip", "gigabyte cell", "shared strings"):
        strings = {
            "zip": lambda file: [file.write(b" " * (1 << 24)) for _ in range(90)],
            "gigabyte cell": lambda file: [
                file.write(b"<sst><si><t>"),
                *(file.write(b"x" * (1 << 24)) for _ in range(64)),
                file.write(b"</t></si></sst>"),
            ],
            "shared strings": lambda file: [
                file.write(b"<si><t>x</t></si>" * (1 << 20)) for _ in range(12)
            ],
        }[bomb]
        book(rows())(tmp_path)
        with zipfile.ZipFile(target) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            for name, part in parts.items():
                if name != "xl/sharedStrings.xml":
                    archive.writestr(name, part)
            with archive.open("xl/sharedStrings.xml", "w") as file:
                strings(file)
    elif bomb == "blank lines":
        target = tmp_path / "insikt_2024.csv"
        target.write_bytes(b"\n" * 55_000_000 + b"x")
    else:
        target = tmp_path / "kolada.json"
        target.write_bytes(b'{"values": [' + b"{}," * 15_000_000 + b"{}]}")
    code = (
        "import resource, sys; from pathlib import Path; from analysis import intake; "
        "from analysis.settings import load; "
        "found = intake.check([Path(sys.argv[1])], load(Path(sys.argv[2]))); "
        "peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss; "
        "peak //= 1024 if sys.platform == 'darwin' else 1; "
        # Linux counts what the process that started this one held; this is its own alone.
        "own = Path('/proc/self/status'); "
        "lines = own.read_text().splitlines() if own.exists() else []; "
        "peak = next((int(line.split()[1]) for line in lines if line.startswith('VmHWM')), peak); "
        "print(found.exit_code, peak)"
    )
    told = subprocess.run(
        [sys.executable, "-c", code, str(target), str(CONFIG)],
        capture_output=True,
        text=True,
        check=True,
    )
    exit_code, kilobytes = map(int, told.stdout.split())
    assert exit_code == 10
    assert kilobytes < 2 * SETTINGS.guards.intake.limits.unpacked_megabytes * 1024


def test_all_problems_are_told_at_once(tmp_path: Path, settings: Settings) -> None:
    raw(b"", "insikt_2021.csv")(tmp_path)
    text(GOOD.replace("myndighetsomrade", "avd", 1), "insikt_2022.csv")(tmp_path)
    text("steg;datum;status\n3.2;i våras;klar\n", "aktiviteter.csv")(tmp_path)
    told = intake.check([tmp_path], settings).to_text()
    assert all(word in told for word in ("insikt_2021.csv", "insikt_2022.csv", "aktiviteter.csv"))


def test_formulas_among_the_rejects_do_not_run(tmp_path: Path, settings: Settings) -> None:
    path = text(as_csv(changed(0, "kundgrupp", "=cmd|' /C calc'!A0")))(tmp_path)
    clean = intake.look([path], settings).years[2024]
    written = clean.write_rejects(tmp_path / "rejects_2024.csv").read_text(encoding="utf-8")
    assert "'=cmd" in written
    assert ",=cmd" not in written
