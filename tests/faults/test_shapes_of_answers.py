"""The example's answers of 2025 as exports, spreadsheets and survey tools write them.

Each shape gives the right numbers (NKI 73,8 for four areas, bygglov 68,0, 264 answers), or stops
with its true reason. A report that is wrong without a word is worse than none.
"""

from __future__ import annotations

import csv
import io
import re
import shutil
import zipfile
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from analysis import intake
from analysis.intake.cells.words import cell_text
from analysis.settings import Settings, load

ROOT = Path(__file__).resolve().parents[2]
NKI, BYGGLOV, COUNTED = 73.8, 68.0, 264

Rows = list[list[str]]
Change = Callable[[Rows], Rows]
Writer = Callable[[Path], Path]


@cache
def _original() -> tuple[tuple[str, ...], ...]:
    book = CalamineWorkbook.from_path(ROOT / "data" / "example" / "insikt_2025.xlsx")
    rows = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    texts = [tuple(map(cell_text, row)) for row in rows]
    top = next(number for number, row in enumerate(texts) if "Myndighetsområde" in row)
    return tuple(row for row in texts[top:] if any(row))


def answers() -> Rows:
    """The header and every answer of the example, as texts."""
    return [list(row) for row in _original()]


SETTINGS = load(ROOT / "config")
HEADER = answers()[0]
AREA = HEADER.index("Myndighetsområde")
YEAR = HEADER.index("Ärendeår")
PERIOD = HEADER.index("Mätperiod")
CUSTOMER = HEADER.index("Vem representerar du?")
FIRST = CUSTOMER + 5
ITEMS = range(FIRST, FIRST + 26)
COMMENT = len(HEADER) - 1


def lines(rows: Rows, delimiter: str = ";") -> str:
    target = io.StringIO()
    csv.writer(target, delimiter=delimiter, lineterminator="\n").writerows(rows)
    return target.getvalue()


def file(content: str | bytes, name: str = "insikt_2025.csv") -> Writer:
    def write(folder: Path) -> Path:
        path = folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def table(change: Change, delimiter: str = ";", name: str = "insikt_2025.csv") -> Writer:
    """The answers, changed, as CSV."""

    def write(folder: Path) -> Path:
        return file(lines(change(answers()), delimiter), name)(folder)

    return write


def book(
    fill: Callable[[xlsxwriter.Workbook], None], change: Callable[[bytes], bytes] | None = None
):  # type: ignore[no-untyped-def]
    """A workbook; `change` is a hand on every sheet's part."""

    def write(folder: Path) -> Path:
        path = folder / "insikt_2025.xlsx"
        with xlsxwriter.Workbook(path) as workbook:
            fill(workbook)
        if change:
            with zipfile.ZipFile(path) as archive:
                parts = {name: archive.read(name) for name in archive.namelist()}
            with zipfile.ZipFile(path, "w") as archive:
                for name, part in parts.items():
                    changed = change(part) if "worksheets/" in name else part
                    archive.writestr(name, changed)
        return path

    return write


def sheet(
    workbook: xlsxwriter.Workbook, rows: Sequence[Sequence[str]], name: str = "Svar"
) -> xlsxwriter.worksheet.Worksheet:
    found = workbook.add_worksheet(name)
    for number, row in enumerate(rows):
        for place, text in enumerate(row):
            if text:
                found.write(number, place, int(text) if text.isdecimal() else text)
    return found


def every(places: Sequence[int] | range, rewrite: Callable[[str], str]) -> Change:
    """Rewrite some columns of every answer."""

    def change(rows: Rows) -> Rows:
        for row in rows[1:]:
            for place in places:
                row[place] = rewrite(row[place])
        return rows

    return change


def headed(rewrite: Callable[[int, str], str]) -> Change:
    """Rewrite every header."""

    def change(rows: Rows) -> Rows:
        return [[rewrite(place, text) for place, text in enumerate(rows[0])], *rows[1:]]

    return change


def dated(write: Callable[[date], str]) -> Change:
    """The period as a day of the tertial, written somehow."""

    def change(rows: Rows) -> Rows:
        rows[0][PERIOD] = "Datum för avslut"
        for number, row in enumerate(rows[1:]):
            month = 4 * (int(row[PERIOD][1]) - 1) + number % 4 + 1
            row[PERIOD] = write(date(2025, month, number % 28 + 1))
        return [[cell for place, cell in enumerate(row) if place != YEAR] for row in rows]

    return change


MONTHS = (
    *("januari", "februari", "mars", "april", "maj", "juni"),
    *("juli", "augusti", "september", "oktober", "november", "december"),
)
ENGLISH = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def item(text: str) -> str:
    """A question as a survey tool has it in a grid: without what all of them begin with."""
    bare = re.sub(r"^F\d+\. ", "", text)
    bare = re.sub(r"^Hur nöjd är du (?:totalt sett )?med ", "", bare)
    return (bare[0].upper() + bare[1:]).rstrip("?") if bare != text else text


def as_item(place: int, text: str) -> str:
    return item(text) if place in ITEMS else text


def in_grid(place: int, text: str) -> str:
    return f"Hur nöjd är du med följande? [{item(text)}]" if place in ITEMS else text


def asked(text: str) -> str:
    """A question without its number."""
    return re.sub(r"^F\d+\. ", "", text)


def two_rows(rows: Rows) -> Rows:
    """A grid's heading above its first question, and the questions in a row of their own."""
    above, below = list(rows[0]), ["Response"] * len(HEADER)
    for place in ITEMS:
        above[place] = "Hur nöjd är du?" if (place - FIRST) % 7 == 0 else ""
        below[place] = item(rows[0][place])
    below[COMMENT] = "Open-Ended Response"
    return [above, below, *rows[1:]]


def long_form(rows: Rows, drop: int | None = None) -> Rows:
    background = [place for place in range(FIRST) if place != drop]
    turned = [[*(rows[0][place] for place in background), "Fråga", "Svar"]]
    for row in rows[1:]:
        turned += [
            [*(row[place] for place in background), asked(rows[0][place]), row[place]]
            for place in ITEMS
            if row[place]
        ]
    return turned


def in_one_cell(rows: Rows, quoted_header: bool, outer: str = ";", padding: int = 0) -> str:
    """Lines of a comma CSV, each in one cell of a CSV of another delimiter."""
    for row in rows[1:]:
        row[COMMENT] = "ja, tack; gärna"
    inner = lines(rows, ",").splitlines()
    cells = ['"' + line.replace('"', '""') + '"' for line in inner]
    if not quoted_header:
        cells[0] = inner[0]
    return "\n".join(cell + outer * padding for cell in cells) + "\n"


def divided_lines(rows: Rows) -> Rows:
    """A comma CSV as a Swedish Excel opens it: every line divided at the comments' semicolons."""
    for row in rows[1::2]:
        row[COMMENT] = "ja, ok; tack"
    return [line.split(";") for line in lines(rows, ",").splitlines()]


def merged(workbook: xlsxwriter.Workbook) -> None:
    rows = answers()
    ordered = sorted(rows[1:], key=lambda row: row[AREA])
    found = sheet(workbook, [rows[0], *([*row[:AREA], "", *row[AREA + 1 :]] for row in ordered)])
    start = 1
    for area, count in Counter(row[AREA] for row in ordered).items():
        if count > 1:
            found.merge_range(start, AREA, start + count - 1, AREA, area)
        start += count


def changed_scores(rows: Rows, step: int) -> Rows:
    """The same people, every so many of them with another score."""
    for row in rows[1::step]:
        row[FIRST] = "1" if row[FIRST] != "1" else "2"
    return rows


def without_numbers(rows: Rows) -> Rows:
    return [row[1:] for row in rows]


def hidden_sheet(workbook: xlsxwriter.Workbook) -> None:
    sheet(workbook, without_numbers(answers()))
    sheet(workbook, without_numbers(changed_scores(answers(), 7)), "Gammal").hide()


def very_hidden_sheet(workbook: xlsxwriter.Workbook) -> None:
    sheet(workbook, without_numbers(answers()))
    sheet(workbook, without_numbers(changed_scores(answers(), 7)), "Gammal").very_hidden()


def only_hidden(workbook: xlsxwriter.Workbook) -> None:
    workbook.add_worksheet("Läs mig").write(0, 0, "Svaren ligger i ett annat blad")
    sheet(workbook, answers()).hide()


def two_sheets(workbook: xlsxwriter.Workbook) -> None:
    sheet(workbook, without_numbers(answers()))
    sheet(workbook, without_numbers(changed_scores(answers(), 7)), "Rättad")


def tertials_on_sheets(workbook: xlsxwriter.Workbook) -> None:
    rows = answers()
    for period in ("T1", "T2", "T3"):
        sheet(workbook, [rows[0], *(row for row in rows[1:] if row[PERIOD] == period)], period)


def filtered(workbook: xlsxwriter.Workbook) -> None:
    rows = answers()
    found = sheet(workbook, rows)
    for number, row in enumerate(rows[1:], start=1):
        if row[CUSTOMER] != "Företag":
            found.set_row(number, None, None, {"hidden": True})


def empty_texts(workbook: xlsxwriter.Workbook) -> None:
    rows = answers()
    found = sheet(workbook, rows)
    for number in range(1, len(rows)):
        found.write_formula(number, len(HEADER), '=IF(D2="","kolla","")', None, "TOM")


def uncalculated_beside(workbook: xlsxwriter.Workbook) -> None:
    sheet(workbook, answers())
    workbook.add_worksheet("Kalkyl").write_formula(0, 0, "=1+1", None, "TOM")


def uncalculated(workbook: xlsxwriter.Workbook) -> None:
    sheet(workbook, answers()).write_formula(5, len(HEADER), "=1+1", None, "TOM")


def without_values(part: bytes) -> bytes:
    """Formulas as a program leaves them that does not calculate."""
    return re.sub(rb' t="str"(><f>[^<]*</f>)<v>TOM</v>', rb"\1<v></v>", part)


def with_empty_texts(part: bytes) -> bytes:
    """Formulas as Excel saves those whose result is an empty text."""
    return part.replace(b"<v>TOM</v>", b"<v></v>")


def one_cell_book(workbook: xlsxwriter.Workbook) -> None:
    found = workbook.add_worksheet("Svar")
    for number, line in enumerate(divided_lines(answers())):
        for place, cell in enumerate(line):
            found.write_string(number, place, cell)


def totals(*labels: str, place: int = 0) -> Change:
    def change(rows: Rows) -> Rows:
        for label in labels:
            row = [""] * len(HEADER)
            for column in ITEMS:
                row[column] = "7,76"
            row[place] = label or row[place]
            rows.append(row)
        return rows

    return change


def subtotals(rows: Rows) -> Rows:
    """As Excel's subtotals stand: below each area, and once for all."""
    areas = sorted({row[AREA] for row in rows[1:]})
    body: Rows = []
    for area in areas:
        row = [""] * len(HEADER)
        row[AREA], row[FIRST] = f"{area} Medelvärde", "7,5"
        body += [*(one for one in rows[1:] if one[AREA] == area), row]
    return [rows[0], *body]


def with_others(column: str, own: str, other: str) -> Change:
    """Every answer again under new numbers and with other scores, of another municipality."""

    def change(rows: Rows) -> Rows:
        mine = [[own, *row] for row in rows[1:]]
        theirs = [[other, *row] for row in rows[1:]]
        for row in theirs:
            row[1] = f"X{row[1]}"
            for place in ITEMS:
                row[place + 1] = "1" if row[place + 1] else ""
        return [[column, *rows[0]], *mine, *theirs]

    return change


def with_words(words: Callable[[str, str], str]) -> Change:
    ends = {"10": "Mycket nöjd", "1": "Inte alls nöjd"}
    return every(ITEMS, lambda text: words(ends[text], text) if text in ends else text)


def of_skr(text: str) -> str:
    return {
        "Lantmäteri": "Lantmäteriärenden",
        "Receptfria läkemedel": "Kontroll av försäljning av receptfria läkemedel",
        "Bygglov": "Bygglovsärenden",
        "Brandskydd": "Tillsyn av brandskydd",
        "Livsmedelskontroll": "Kontroll av livsmedel",
        "Miljö- och hälsoskydd": "Tillsyn av miljö- och hälsoskydd",
        "Serveringstillstånd": "Serveringstillståndsärende",
    }.get(text, text)


@dataclass(frozen=True)
class Shape:
    """A shape, what is told of it, and whether it is read."""

    name: str
    write: Writer
    read: bool
    told: str = ""


def mistaken(content: str, mistaken_as: str, actual: str = "utf-8") -> bytes:
    """A text that a program took for another encoding and saved as UTF-8."""
    return content.encode(actual).decode(mistaken_as).encode()


PLAIN = lines(answers())
ASCII_DASHES = PLAIN.replace("–", "-")
SHAPES = [
    Shape("as it is", file(PLAIN), True),
    # Scores with words
    Shape("word, then score", table(with_words(lambda word, n: f"{word} {n}")), True),
    Shape("score in parentheses", table(with_words(lambda word, n: f"{word} ({n})")), True),
    Shape("score in brackets", table(with_words(lambda word, n: f"{word} [{n}]")), True),
    Shape("score on its own line", table(with_words(lambda word, n: f"{word}\n{n}")), True),
    Shape("word on its own line", table(with_words(lambda word, n: f"{n}\n{word}")), True),
    Shape("word, dash, score", table(with_words(lambda word, n: f"{word} – {n}")), True),
    Shape("word, colon, score", table(with_words(lambda word, n: f"{word}: {n}")), True),
    Shape("score in parentheses first", table(with_words(lambda word, n: f"({n}) {word}")), True),
    Shape(
        "don't know with a number",
        table(every(ITEMS, lambda t: "Vet ej (11)" if t == "Vet ej" else t)),
        True,
    ),
    # Areas
    Shape("SKR's names", table(every([AREA], of_skr)), True),
    # Workbooks
    Shape("formulas with empty text", book(empty_texts, with_empty_texts), True),
    Shape("uncalculated elsewhere", book(uncalculated_beside, without_values), True),
    Shape("uncalculated", book(uncalculated, without_values), False, "cell AK6"),
    Shape("hidden sheet", book(hidden_sheet), True, "Bladet Gammal är dolt"),
    Shape("very hidden sheet", book(very_hidden_sheet), True, "Bladet Gammal är dolt"),
    Shape("only a hidden sheet", book(only_hidden), False, "Dolda blad (”Svar”) läses inte"),
    Shape("two sheets of the same", book(two_sheets), False, "till största delen samma svar"),
    Shape("a sheet a tertial", book(tertials_on_sheets), True),
    Shape("filtered rows", book(filtered), True, "33 rader är dolda"),
    Shape("merged areas", book(merged), True, "Sammanfogade celler"),
    Shape("one cell a row in a workbook", book(one_cell_book), True, "i en enda cell"),
    Shape(
        "area on the first row of each group only",
        table(
            lambda rows: [
                rows[0],
                *(
                    [*row[:AREA], row[AREA] if number % 9 == 0 else "", *row[AREA + 1 :]]
                    for number, row in enumerate(rows[1:])
                ),
            ]
        ),
        False,
        "Skriv området på varje rad",
    ),
    # Sums under the answers
    Shape("sums at the number", table(totals("Totalt", "Antal")), True, "2 rader som summerar"),
    Shape("sums at the area", table(totals("Summa", place=AREA)), True, "1 rad som summerar"),
    Shape("a label of words", table(totals("Medelvärde alla:")), True, "1 rad som summerar"),
    Shape("sums without a label", table(totals("", "")), True, "2 rader som summerar"),
    Shape("subtotals", table(subtotals), True, "10 rader som summerar"),
    Shape(
        "a word for all in every area",
        table(every([AREA], lambda _: "Samtliga")),
        False,
        "297 svar från okända myndighetsområden",
    ),
    # CSV
    Shape("saved again", file(in_one_cell(answers(), False)), True, "298 rader stod i en enda"),
    Shape(
        "saved again, comments divided",
        file(lines(divided_lines(answers()))),
        False,
        "Citattecknen går inte ihop",
    ),
    Shape("all quoted", file(in_one_cell(answers(), True)), True, "298 rader stod i en enda"),
    Shape("padded", file(in_one_cell(answers(), False, padding=3)), True, "i en enda cell"),
    Shape(
        "one cell that is cut",
        file(in_one_cell(answers(), True).replace("E01045,2025,", '""E01045,2025,', 1)),
        False,
        "i en enda cell och går inte att dela upp",
    ),
    Shape("code page 850", file(ASCII_DASHES.encode("cp850")), True, "MS-DOS"),
    Shape("code page 437", file(ASCII_DASHES.encode("cp437")), True, "MS-DOS"),
    Shape("Mac", file(PLAIN.encode("mac_roman")), True, "Mac"),
    Shape("Windows", file(PLAIN.encode("cp1252")), True),
    Shape("UTF-8 taken for Mac", file(mistaken(PLAIN, "mac_roman")), True, "två gånger"),
    Shape("UTF-8 taken for DOS", file(mistaken(PLAIN, "cp437")), True, "två gånger"),
    Shape("DOS taken for Latin 1", file(mistaken(ASCII_DASHES, "latin-1", "cp850")), True),
    Shape(
        "letters lost", file(PLAIN.encode("ascii", "replace")), False, "Å, ä och ö är förvanskade"
    ),
    Shape(
        "letters replaced",
        file(re.sub("[åäöÅÄÖ]", "\ufffd", PLAIN)),
        False,
        "Å, ä och ö är förvanskade",
    ),
    Shape(
        "a quotation mark that swallows rows",
        file(PLAIN.replace("E01046;", '"E01046;', 1).replace("E01060;", 'E01060";', 1)),
        False,
        "citattecken som inte avslutas",
    ),
    # Headers
    Shape(
        "scale after the question",
        table(
            headed(lambda p, t: f"{t} (1 = Inte alls nöjd, 10 = Mycket nöjd)" if p in ITEMS else t)
        ),
        True,
    ),
    Shape("short scale", table(headed(lambda p, t: f"{t} 1–10" if p in ITEMS else t)), True),
    Shape("scale word", table(headed(lambda p, t: f"{t} Skala 1-10." if p in ITEMS else t)), True),
    Shape(
        "scale with don't know",
        table(headed(lambda p, t: f"{t} [1–10, 11 = vet ej]" if p in ITEMS else t)),
        True,
    ),
    Shape(
        "another scale",
        table(headed(lambda p, t: f"{t} (1 = Inte alls, 5 = Mycket)" if p in ITEMS else t)),
        False,
        "Rubriken säger att skalan är 1–5",
    ),
    Shape(
        "grid of whole questions",
        table(headed(lambda p, t: f"Vad tycker du? [{asked(t)}]" if p in ITEMS else t)),
        True,
    ),
    Shape(
        "grid in which heading and item make the question",
        table(
            headed(
                lambda p, t: (
                    re.sub(r"^F\d+\. (Hur nöjd är du) (.*)", r"\1 [\2]", t) if p in ITEMS else t
                )
            )
        ),
        True,
    ),
    Shape(
        "question after a dash",
        table(headed(lambda p, t: f"Service - {asked(t)}" if p in ITEMS else t)),
        True,
    ),
    Shape(
        "question after another's mark",
        table(headed(lambda p, t: f"Vad tycker du?.{asked(t)}" if p in ITEMS else t)),
        True,
    ),
    Shape(
        "a heading row above and questions below",
        table(
            lambda rows: [
                [*rows[0][:FIRST], "Nöjdhet", *[""] * (len(HEADER) - FIRST - 1)],
                [*[""] * FIRST, *map(asked, rows[0][FIRST:])],
                *rows[1:],
            ]
        ),
        True,
    ),
    # Dates
    Shape(
        "American",
        table(dated(lambda d: f"{d.month}/{d.day}/{d.year} 2:02:11 PM")),
        True,
        "månad/dag/år",
    ),
    Shape(
        "American, short year", table(dated(lambda d: f"{d.month}/{d.day}/25")), True, "månad/dag"
    ),
    Shape("Swedish numbers", table(dated(lambda d: f"{d.day}/{d.month} {d.year}")), True),
    Shape("Swedish words", table(dated(lambda d: f"{d.day} {MONTHS[d.month - 1]} {d.year}")), True),
    Shape(
        "short Swedish words",
        table(dated(lambda d: f"den {d.day} {MONTHS[d.month - 1][:3]}. {d.year} kl. 14.02")),
        True,
    ),
    Shape("months", table(dated(lambda d: f"{MONTHS[d.month - 1]} {d.year}")), True),
    Shape(
        "English words", table(dated(lambda d: f"{ENGLISH[d.month - 1]} {d.day}, {d.year}")), True
    ),
    Shape("ISO with a clock", table(dated(lambda d: f"{d.isoformat()}T14:02:11Z")), True),
    Shape(
        "two ways",
        table(
            dated(lambda d: f"{d.day}/{d.month}/2025" if d.day % 2 else f"{d.month}/{d.day}/2025")
        ),
        False,
        "Datumen är skrivna på två sätt",
    ),
    Shape(
        "American ones that a Swedish Excel has read",
        table(
            dated(
                lambda d: (
                    f"2025-{d.day:02}-{d.month:02}" if d.day <= 12 else f"{d.month}/{d.day}/2025"
                )
            )
        ),
        False,
        "Datumen är amerikanska",
    ),
    Shape(
        "only the day of the export in the name",
        table(
            lambda rows: [row[:YEAR] + row[YEAR + 1 :] for row in rows],
            name="insikt_2026-01-15.csv",
        ),
        False,
        "Datumet i filens namn läses som dagen då filen gjordes",
    ),
    Shape(
        "the year and the day of the export in the name",
        table(
            lambda rows: [row[:YEAR] + row[YEAR + 1 :] for row in rows],
            name="insikt_2025_export_15.1.2026.csv",
        ),
        True,
    ),
    # Long form
    Shape("a row for each question", table(long_form), True, "Filen har en rad per fråga"),
    Shape(
        "a row for each question, no number",
        table(lambda rows: long_form(rows, drop=0)),
        False,
        "ingen kolumn säger vilka rader som hör till samma svar",
    ),
    Shape(
        "a row for each question, two answers",
        table(lambda rows: [*long_form(rows), [*long_form(rows)[1][:-1], "2"]]),
        False,
        "olika värden på samma fråga",
    ),
    # Other municipalities
    Shape(
        "names", table(with_others("Kommun", "Norrtälje", "Vallentuna")), True, "297 svar om andra"
    ),
    Shape("codes", table(with_others("Kommunkod", "188", "115")), True, "297 svar om andra"),
    Shape(
        "names and words",
        table(with_others("Kommunnamn", "Norrtälje kommun", "Borås stad")),
        True,
        "297 svar om andra",
    ),
    Shape(
        "no row of one's own",
        table(with_others("Kommun", "Täby", "Vallentuna")),
        False,
        "Ingen rad gäller Norrtälje",
    ),
]


def results(path: Path, settings: Settings) -> tuple[int, float, float]:
    """How many answers count, the NKI of the four areas and of bygglov, by the plain formula."""
    found = intake.look([path], settings).years[2025].answers
    questions = list(settings.questionnaire.groups["nki"])
    four = settings.rules.totals.definitions["total4"].areas

    def nki(rows: object) -> float:
        return float(((rows[questions].mean() - 1) / 9 * 100).mean())  # type: ignore[index]

    return (
        len(found),
        nki(found[found["area"].isin(four)]),
        nki(found[found["area"] == "bygglov"]),
    )


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)
def test_the_shape_is_read_right_or_stopped_for_its_reason(shape: Shape, tmp_path: Path) -> None:
    path = shape.write(tmp_path)
    found = intake.check([path], SETTINGS)
    told = re.sub(r"\s+", " ", found.to_text())
    assert shape.told in told
    assert found.exit_code == (0 if shape.read else 10), told
    if shape.read:
        counted, nki, bygglov = results(path, SETTINGS)
        assert (counted, round(nki, 1), round(bygglov, 1)) == (COUNTED, NKI, BYGGLOV)


@pytest.mark.parametrize("first", [True, False])
def test_the_tertial_follows_the_columns_order(first: bool, tmp_path: Path) -> None:
    written = dated(
        lambda d: f"{d.month}/{d.day}/{d.year}" if first else f"{d.day}/{d.month}/{d.year}"
    )
    plain = intake.look([file(PLAIN)(tmp_path)], SETTINGS).years[2025].answers["period"]
    path = table(written, name="insikt_datum.csv")(tmp_path)
    found = intake.look([path], SETTINGS).years[2025].answers["period"]
    assert Counter(found) == Counter(plain)


def test_dates_that_allow_both_orders_are_read_as_swedish_and_it_is_told(tmp_path: Path) -> None:
    path = table(dated(lambda d: f"{d.day % 12 + 1}/{d.month}/2025"))(tmp_path)
    found = intake.check([path], SETTINGS)
    assert "är lästa som dag/månad/år" in re.sub(r"\s+", " ", found.to_text())
    plain = intake.look([file(PLAIN)(tmp_path)], SETTINGS).years[2025].answers["period"]
    assert Counter(found.years[2025].answers["period"]) == Counter(plain)


@pytest.mark.parametrize(
    "change",
    [headed(as_item), headed(in_grid), two_rows],
    ids=["items alone", "question and item", "two header rows"],
)
def test_headers_of_survey_tools_are_proposed_one_to_one_and_right_once_confirmed(
    change: Change, tmp_path: Path
) -> None:
    config = tmp_path / "config"
    shutil.copytree(ROOT / "config", config)
    path = table(change)(tmp_path)
    found = intake.check([path], SETTINGS)
    proposed = {one.spelled: one.key for one in found.unmapped if one.key}
    assert len(set(proposed.values())) == len(proposed) >= 23
    known = {place: text for place, text in enumerate(HEADER) if place in ITEMS}
    right = {
        item(text): SETTINGS.questionnaire.item_keys[place - FIRST] for place, text in known.items()
    }
    for header, key in proposed.items():
        assert right[header.rpartition("[")[2].rstrip("]")] == key
    # Until then nothing is reckoned with a question less.
    assert found.exit_code == 10
    assert "NKI-frågan ”Nöjd totalt sett”" in re.sub(r"\s+", " ", found.to_text())

    intake.write_mapping(found, config)
    local = config / "questionnaire.local.yml"
    local.write_text(
        local.read_text(encoding="utf-8").replace("confirmed: false", "confirmed: true"),
        encoding="utf-8",
    )
    confirmed = load(config)
    assert intake.check([path], confirmed).exit_code == 0
    counted, nki, bygglov = results(path, confirmed)
    assert (counted, round(nki, 1), round(bygglov, 1)) == (COUNTED, NKI, BYGGLOV)


def test_areas_known_and_every_question_unknown_gives_proposals(tmp_path: Path) -> None:
    path = table(headed(lambda p, t: f"{item(t)} hos oss" if p in ITEMS else t))(tmp_path)
    found = intake.check([path], SETTINGS)
    assert found.exit_code == 10
    assert "Ingen rad känns igen som rubriker" not in found.to_text()
    assert sum(bool(one.key) for one in found.unmapped) >= 20


def test_a_table_of_an_index_for_each_area_is_no_survey(tmp_path: Path) -> None:
    rows = [
        ["Myndighetsområde", "Vet", "Kan", "Vill"],
        *([area.name, "7", "8", "9"] for area in SETTINGS.questionnaire.areas),
    ]
    found = intake.check([file(lines(rows))(tmp_path)], SETTINGS)
    assert found.exit_code == 10
    assert found.files[0].kind == "unknown"


def test_a_line_about_the_export_above_the_header_is_no_part_of_it(tmp_path: Path) -> None:
    path = file("Exporterad;2026-01-15\n" + PLAIN)(tmp_path)
    found = intake.check([path], SETTINGS)
    assert found.exit_code == 0
    assert list(found.files[0].tables[0].headers) == HEADER


@pytest.mark.parametrize(
    "text",
    ["3 mars", "08-mar", "maj 5", "8 av 10", "8 9", "Mycket nöjd 11", "Vi fick ringa 10 gånger"],
)
def test_a_number_that_is_no_score_beside_its_word_is_set_aside(text: str, tmp_path: Path) -> None:
    rows = answers()
    rows[1][FIRST + 5] = text
    clean = intake.look([file(lines(rows))(tmp_path)], SETTINGS).years[2025]
    assert clean.rejects["reason"].str.contains("inte ett helt tal").sum() == 1


def test_an_answer_that_lacks_everything_but_scores_is_no_sum(tmp_path: Path) -> None:
    rows = answers()
    rows[5] = [*[""] * FIRST, "7,5", *rows[5][FIRST + 1 :]]
    clean = intake.look([file(lines(rows))(tmp_path)], SETTINGS).years[2025]
    assert "område saknas" in set(clean.rejects["reason"])


def test_an_unknown_municipality_is_told_by_its_name(tmp_path: Path) -> None:
    path = table(with_others("Kommun", "Norrtälje", "Nortälje"))(tmp_path)
    found = intake.check([path], SETTINGS)
    assert "297 svar utan känd kommun" in re.sub(r"\s+", " ", found.to_text())
    assert found.years[2025].counted == COUNTED


def test_a_number_that_begins_as_a_sum_is_an_answers_number(tmp_path: Path) -> None:
    for prefix in ("N", "Total-", "Summa "):
        rows = answers()
        number = HEADER.index("Respondent-ID")
        for place, row in enumerate(rows[1:]):
            row[number] = f"{prefix}{place}"
        clean = intake.look([file(lines(rows))(tmp_path)], SETTINGS).years[2025]
        assert len(clean.answers) == 264
