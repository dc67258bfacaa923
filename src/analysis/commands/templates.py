"""Ready templates for the files that a municipality may lay in its raw folder, and for its plan.

The lists in them are those of the configuration. Sheets that begin with a mark are never read, so a
template laid back as it is counts as empty.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from importlib import resources
from pathlib import Path

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from analysis import store, swedish
from analysis.intake.recognition.files import LEFT_OUT
from analysis.settings import Settings
from analysis.settings.profile import Profile

FOLDER = "mallar"
ROWS = 200
"""Rows to write in."""
WIDE, NARROW, COUNT = 34, 14, 8
PLAN, SLIDES = "plan.yml", "mall.pptx"
EVERY_AREA = "Totalt"
"""Where a proposal is for every area."""


def lay(settings: Settings, folder: Path) -> str:
    """Write every template that the folder lacks; a file that is there stays as it is.

    Returns
    -------
    str
        A Swedish sentence about the result.
    """
    folder.mkdir(parents=True, exist_ok=True)
    makers: dict[str, Callable[[Path, Settings], None]] = {
        "resultat.xlsx": _results,
        "arenden.xlsx": _cases,
        "aktiviteter.xlsx": _progress,
        "officiella_varden.xlsx": _official,
        "forslag.xlsx": proposals,
        "dialog.xlsx": _dialogues,
        SLIDES: _slides,
        PLAN: _plan,
    }
    laid = [name for name in makers if not (folder / name).exists()]
    for name in laid:
        makers[name](folder / name, settings)
    if not laid:
        return f"Alla mallar finns redan i {folder}. Ta bort dem som ska skrivas på nytt."
    return (
        f"{swedish.count(len(laid), 'mall', 'mallar')} ligger i {folder}: {', '.join(laid)}. "
        "Fyll i dem och lägg dem i data/raw, utom plan.yml som hör hemma i config och mall.pptx "
        "som hör hemma i profil."
    )


class _Book:
    """A workbook with locked headings and open cells to write in."""

    def __init__(self, path: Path) -> None:
        self.book = xlsxwriter.Workbook(path)
        # The same template is the same bytes.
        self.book.set_properties({"created": datetime(2000, 1, 1)})
        self.open: Format = self.book.add_format({"locked": False})
        self.head: Format = self.book.add_format({"bold": True, "bottom": 1, "text_wrap": True})

    def __enter__(self) -> _Book:
        return self

    def __exit__(self, *_: object) -> None:
        self.book.close()

    def sheet(self, name: str, headings: Sequence[str], row: int = 0) -> Worksheet:
        """A sheet to write in below its headings."""
        sheet = self.book.add_worksheet(name)
        sheet.set_column(0, 0, WIDE)
        sheet.set_column(1, max(len(headings) - 1, 1), NARROW)
        sheet.write_row(row, 0, headings, self.head)
        sheet.protect()
        return sheet

    def unlock(self, sheet: Worksheet, rows: range, columns: range) -> None:
        """Cells that may be written in."""
        for row in rows:
            for column in columns:
                sheet.write_blank(row, column, None, self.open)

    def aside(self, name: str, rows: Sequence[Sequence[object]]) -> None:
        """A sheet that is never read: an example, or a list."""
        sheet = self.book.add_worksheet(name)
        sheet.set_column(0, 0, WIDE)
        sheet.write_string(0, 0, LEFT_OUT)
        for number, row in enumerate(rows, start=1):
            sheet.write_row(number, 0, row)
        sheet.protect()


def _results(path: Path, settings: Settings) -> None:
    questionnaire = settings.questionnaire
    areas = [area.name for area in questionnaire.areas]
    factors = [factor.name for factor in questionnaire.factors]
    headings = ["Myndighetsområde", "Antal svar", "Svarsfrekvens", "NKI", *factors]
    asked = ["Fråga", "Totalt", *areas]
    with _Book(path) as book:
        table = book.sheet("Resultat", headings, row=2)
        _whose(book, table, settings)
        table.write_column(3, 0, ["Totalt", *areas])
        book.unlock(table, range(3, 4 + len(areas)), range(1, len(headings)))
        questions = book.sheet("Frågor", asked, row=2)
        _whose(book, questions, settings)
        texts = ["Antal svar", *(item.text for item in questionnaire.items)]
        questions.write_column(3, 0, texts)
        book.unlock(questions, range(3, 3 + len(texts)), range(1, len(asked)))
        index = settings.rules.index
        steps = [*range(index.lowest.value, index.highest.value + 1)]
        spread = ["Myndighetsområde", "Fråga", *map(str, steps), "Vet ej", "Antal svar"]
        distributions = book.sheet("Fördelning", spread, row=2)
        distributions.set_column(1, 1, WIDE)
        distributions.set_column(2, len(spread) - 1, COUNT)
        _whose(book, distributions, settings)
        asked_of = [(a, i.text) for a in ("Totalt", *areas) for i in questionnaire.items]
        for row, labels in enumerate(asked_of, start=3):
            distributions.write_row(row, 0, labels)
        book.unlock(distributions, range(3, 3 + len(asked_of)), range(2, len(spread)))
        example = [68.2, 66.2, 69.2, 73.2, 71.2, 68.2, 62.2]
        rows: list[list[object]] = [
            ["Så fylls bladet Resultat i:"],
            list(headings),
            ["Totalt", 171, "45 %", *(value + 7 for value in example)],
            [areas[1], 30, "46 %", *example],
            [areas[2], "-", "-", *["-"] * len(example)],
            [],
            ["Så fylls bladet Fördelning i, med antal svar på varje betyg:"],
            [*spread],
            [areas[1], questionnaire.items[0].text, *[1, 0, 1, 1, 2, 2, 5, 8, 6, 4], 1, 31],
        ]
        book.aside("Exempel", rows)
        measures = ["NKI", *factors, *(item.text for item in questionnaire.items)]
        book.aside(
            "Listor",
            [["Områden"], *([area] for area in areas), [], ["Mått"], *([one] for one in measures)],
        )


def _whose(book: _Book, sheet: Worksheet, settings: Settings) -> None:
    sheet.write_string(0, 0, settings.report.municipality.name)
    sheet.write_string(1, 0, "Skriv ärendeåret i cellen till höger")
    sheet.write_blank(1, 1, None, book.open)


def _long(
    path: Path,
    name: str,
    headings: Sequence[str],
    example: Sequence[object],
    lists: dict[int, Sequence[str]],
) -> None:
    """A workbook with a row for each value, and lists to choose from in some columns."""
    with _Book(path) as book:
        sheet = book.sheet(name, headings)
        book.unlock(sheet, range(1, ROWS + 1), range(len(headings)))
        rows = max(map(len, lists.values()), default=0)
        columns = [[headings[column], *values] for column, values in lists.items()]
        listed = [
            [column[row] if row < len(column) else "" for column in columns]
            for row in range(rows + 1)
        ]
        book.aside("Exempel", [list(headings), list(example)])
        book.aside("Listor", listed)
        for place, (column, values) in enumerate(lists.items()):
            letter = chr(ord("A") + place)
            source = f"=Listor!${letter}$3:${letter}${len(values) + 2}"
            choice = {"validate": "list", "source": source, "error_type": "warning"}
            sheet.data_validation(1, column, ROWS, column, choice)


def _cases(path: Path, settings: Settings) -> None:
    areas = [area.name for area in settings.questionnaire.areas]
    headings = ["Myndighetsområde", "Ärendeår", "Avslutade ärenden", "Utskick", "Svar"]
    _long(path, "Ärenden", headings, [areas[1], 2025, 120, 111, 66], {0: areas})


def _progress(path: Path, settings: Settings) -> None:
    steps = sorted(settings.plan.short_names) if settings.plan.activities else []
    headings = ["Steg", "Datum", "Status", "Nått", "Avsett", "Kronor", "Anteckning", "Förvaltning"]
    words, units = list(settings.questionnaire.step_status), list(settings.report.units.values())
    step, unit = steps[0] if steps else "1.1", units[0] if units else ""
    example = [step, "2026-03-15", words[0], 7, 9, 25000, "Två möten", unit]
    lists: dict[int, Sequence[str]] = {0: steps, 2: words, 7: units}
    _long(path, "Aktiviteter", headings, example, {at: one for at, one in lists.items() if one})


def proposals(path: Path, settings: Settings, year: int | None = None) -> None:
    """A workbook to collect a workshop's proposals in.

    Parameters
    ----------
    path, settings
        Where it is written, and the areas and factors to choose from.
    year
        The case year that was discussed, for its example.
    """
    questionnaire = settings.questionnaire
    areas = [EVERY_AREA, *(area.name for area in questionnaire.areas)]
    factors = [factor.name for factor in questionnaire.factors]
    headings = ["Ärendeår", "Område", "Faktor", "Förslag", "Vem", "När"]
    example = [
        year or 2025,
        areas[2],
        factors[-1],
        "Ring upp sökanden inom två dagar",
        "Enhetschefen",
        "september 2026",
    ]
    _long(path, "Förslag", headings, example, {1: areas, 2: factors})


def _dialogues(path: Path, settings: Settings) -> None:
    questionnaire = settings.questionnaire
    areas = [area.name for area in questionnaire.areas]
    factors = [factor.name for factor in questionnaire.factors]
    headings = ["Förening", "Datum", "Område", "Faktor", "Sammanfattning", "Får citeras"]
    example = [
        *("Företagarna", "2026-05-20", areas[1], factors[-1]),
        "Vi vill veta hur lång tid handläggningen tar.",
        "ja",
    ]
    _long(path, "Dialog", headings, example, {2: areas, 3: factors, 5: ["ja", "nej"]})


def _official(path: Path, settings: Settings) -> None:
    questionnaire = settings.questionnaire
    areas = ["Totalt", *(area.name for area in questionnaire.areas)]
    measures = [
        "NKI",
        *(factor.name for factor in questionnaire.factors),
        *(item.text for item in questionnaire.items),
    ]
    names = [settings.report.municipality.name, settings.report.comparison.country.name]
    headings = [
        *("Kommun", "Ärendeår", "Område", "Mått", "Värde", "Antal svar", "Svarsfrekvens"),
        *("Publicerad", "Källa", "Anmärkning"),
    ]
    example = [names[0], 2025, areas[0], measures[0], 74.5, 171, 45, "2026-04-22", "SKR", ""]
    _long(path, "Officiella värden", headings, example, {0: names, 2: areas, 3: measures})


def _slides(path: Path, _: Settings) -> None:
    """The workshop's own template, to put a form of one's own on."""
    # Imported here: nothing else here needs the library.
    from analysis.workshop.powerpoint import package, plain

    path.write_bytes(package.content(plain.template(Profile())))


def _plan(path: Path, settings: Settings) -> None:
    text = resources.files("analysis.commands").joinpath("plan_mall.yml").read_text("utf-8")
    own = settings.report.municipality
    areas = ", ".join(area.key for area in settings.questionnaire.areas)
    factors = ", ".join(factor.key for factor in settings.questionnaire.factors)
    for name, value in {"KOD": own.code, "OMRADEN": areas, "FAKTORER": factors}.items():
        text = text.replace(f"<{name}>", value)
    store.write_text(path, text)
