"""What small files of answers give, in full, held to an approved list.

`intake_files.txt` beside this file tells for every file what is refused and how it is mended, which
rows count, what is set aside and why, and the notes. After a change that is meant,
``python tests/unit/test_intake_files.py`` writes it anew: read the difference before it is kept.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from analysis.intake import look
from analysis.settings import load

SETTINGS = load(Path(__file__).resolve().parents[2] / "config")
APPROVED = Path(__file__).with_name("intake_files.txt")
ITEMS = SETTINGS.questionnaire.item_keys
NKI = SETTINGS.questionnaire.groups["nki"]
Row = Mapping[str, str]
Files = Mapping[str, Sequence[Row]]
PLAIN = {
    "svar_id": "R1",
    "arendear": "2024",
    "myndighetsomrade": "Bygglov",
    "kundgrupp": "Företag",
    **dict.fromkeys(ITEMS, "8"),
}


def row(number: int | None = None, **more: str) -> Row:
    """An answer; with a number its own, without one nothing tells it from the next."""
    return {**PLAIN, "svar_id": "" if number is None else f"R{number}", **more}


def without(*names: str, rows: int = 2, **more: str) -> list[Row]:
    return [
        {key: value for key, value in row(n, **more).items() if key not in names}
        for n in range(rows)
    ]


def column(name: str, *values: str, rows: int = 0) -> list[Row]:
    """Answers that differ in one column, and some that leave it empty."""
    return [row(n, **{name: value}) for n, value in enumerate((*values, *[""] * rows))]


EMPTY = dict.fromkeys(PLAIN, "")
SOMEBODY = dict.fromkeys(ITEMS, "9")
CASES: dict[str, Files] = {
    "duplicates and collisions": {
        "insikt_2024.csv": [
            row(1), row(1), row(2), row(2, **SOMEBODY), row(2), row(), row(), row(**SOMEBODY),
        ],
    },
    "rows without a number are told apart by what nobody maps": {
        "insikt_2024.csv": [
            row(Bilaga="a"), row(Bilaga="a"), row(Bilaga="b"), row(Bilaga=""), row(Bilaga=""),
        ],
    },
    "many rows that only what nobody maps tells apart": {
        "insikt_2024.csv": [row(Bilaga=str(n)) for n in range(40)],
    },
    "no year, and customers under a header nobody knows": {
        "insikt.csv": without("kundgrupp", "arendear", Svarande="Företag", rows=4),
    },
    "customers": {
        "insikt_2024.csv": column(
            "kundgrupp", "Företag", "Privatperson", "Förening", "Offentlig verksamhet", "Xyz", "",
        ),
    },
    "one answer": {"insikt_2024.csv": [row(1)]},
    "no customers": {"insikt_2024.csv": without("kundgrupp")},
    "customers under a header nobody knows": {
        "insikt_2024.csv": without("kundgrupp", Svarande="Företag", rows=4),
    },
    "areas": {
        "insikt_2024.csv": [
            *column("myndighetsomrade", "Bygglov", "Parkering", "", "Brandtillsyn"),
            row(9, myndighetsomrade="", **dict.fromkeys(ITEMS, "")),
        ],
    },
    "no area": {"insikt_2024.csv": without("myndighetsomrade")},
    "areas under a header nobody knows": {
        "insikt_2024.csv": without("myndighetsomrade", Enhet="Bygglov", rows=4),
    },
    "years": {
        "insikt.csv": [*column("arendear", "2024", "2024", "2023", "", "hej"),
                       *(row(n) for n in range(50, 60))],
    },
    "a stray year": {
        "insikt.csv": [*(row(n) for n in range(80)), row(99, arendear="2015")],
    },
    "a year beside the others' and one apart": {
        "insikt.csv": [
            *(row(n) for n in range(80)), row(98, arendear="2025"), row(99, arendear="2022"),
        ],
    },
    "a year before the others'": {
        "insikt.csv": [*(row(n) for n in range(80)), row(99, arendear="2023")],
    },
    "no year anywhere": {"insikt.csv": without("arendear")},
    "no year but a day of export": {"insikt 2025-01-31.csv": without("arendear")},
    "a year in the name": {"insikt_2024.csv": without("arendear")},
    "municipalities": {
        "insikt_2024.csv": column(
            "kommun", "Norrtälje", "0188", "188", "0188 Norrtälje", "Norrtälje (0188)",
            "Norrtälje kommun", "Täby", "Uppsala kommun", "Göteborgs stad", "Borås stad",
            "Nyköpings kommun", "Xköping", "",
        ),
    },
    "another municipality's": {
        "insikt_2024.csv": column(
            "kommun", "Täby", "Uppsala", "Vaxholm", "Nacka", "Solna", "Sigtuna", "Tyresö",
        ),
    },
    "two other municipalities'": {"insikt_2024.csv": column("kommun", "Täby", "Uppsala")},
    "sums": {
        "insikt_2024.csv": [
            *(row(n) for n in range(4)), {**EMPTY, "svar_id": "Medel", **SOMEBODY},
            {**EMPTY, "myndighetsomrade": "Totalt", **SOMEBODY},
            {**EMPTY, "arendear": "Summa", **SOMEBODY},
            {**EMPTY, **dict.fromkeys(ITEMS, "8,25")},
        ],
    },
    "more sums than answers": {
        "insikt_2024.csv": [row(1), *(row(n, myndighetsomrade="Samtliga") for n in (2, 3))],
    },
    "periods": {
        "insikt_2024.csv": column(
            "matperiod", "T1", "Tertial 2", "2024-03-01", "2024-12-31", "Helår", "helår 2024",
            "2024", "", "hösten",
        ),
    },
    "the year is told by the period": {
        "insikt.csv": [
            *({k: v for k, v in r.items() if k != "arendear"}
              for r in column("matperiod", "2024-03-01", "2024-05-31", "2024-11-02", "T1")),
        ],
    },
    "days and months the other way round": {
        "insikt.csv": [
            {k: v for k, v in r.items() if k != "arendear"}
            for r in column("matperiod", "03/25/2024", "04/13/2024", "11/02/2024", "12/31/2024")
        ],
    },
    "days and months both ways": {
        "insikt.csv": [
            {k: v for k, v in r.items() if k != "arendear"}
            for r in column("matperiod", "25/03/2024", "04/13/2024", "11/02/2024")
        ],
    },
    "days and months that a spreadsheet program has turned": {
        "insikt.csv": [
            {k: v for k, v in r.items() if k != "arendear"}
            for r in column(
                "matperiod", *(f"2024-{month:02}-{month + 1:02}" for month in range(1, 9)),
                "04/13/2024", "05/25/2024", "06/30/2024",
            )
        ],
    },
    "days and months that tell nothing": {
        "insikt.csv": [
            {k: v for k, v in r.items() if k != "arendear"}
            for r in column("matperiod", "05/03/2024", "04/11/2024")
        ],
    },
    "tertials that overlap": {
        "insikt_2024_T1.csv": [row(1), row(2), row(), row(**SOMEBODY)],
        "insikt_2024_T2.csv": [row(2), row(3), row()],
    },
    "a tertial in a name with hyphens": {"insikt-2024-t2.csv": without()},
    "two tertials in a name": {"insikt_2024_T1-T2.csv": without()},
    "a tertial's file beside the whole year's": {
        "insikt_2024 T3.csv": [row(1), row(2)],
        "insikt_2024.csv": column("matperiod", "T1", "T1", "T2", "T3"),
    },
    "every file numbers its answers": {
        f"insikt_2024_{name}.csv": [row(n, **dict.fromkeys(ITEMS, score)) for n in range(25)]
        for name, score in (("a", "7"), ("b", "8"))
    },
    "scores": {
        "insikt_2024.csv": [
            row(1, **{ITEMS[0]: "11", ITEMS[1]: "vet ej", ITEMS[2]: "", ITEMS[3]: "Anna Svensson"}),
            row(2, **dict.fromkeys(ITEMS, "")), row(3, **dict.fromkeys(ITEMS, "vet ej")),
        ],
    },
    "questions that are not there": {"insikt_2024.csv": without(ITEMS[4], ITEMS[7])},
    "one question of the NKI is not there": {"insikt_2024.csv": without(NKI[0])},
    "no question of the NKI": {"insikt_2024.csv": without(*NKI)},
    "background": {
        "insikt_2024.csv": [
            row(n, utfall=outcome, arendetyp=kind, foretagsstorlek=size, bransch=trade)
            for n, (outcome, kind, size, trade) in enumerate((
                ("Beviljat", "Nybyggnad", "1-9", "Bygg"), ("beviljat", "Nybyggnad", "1–9", "Bygg"),
                ("Avslag", "Ett eget ord", "Xyz", "vet ej"), ("Kanske", "", "Xyz", ""),
                ("Kanske", "Anna Svensson, 070-123 45 67", "", "Handel"),
            ))
        ],
    },
    "background that is free text": {
        "insikt_2024.csv": [row(n, arendetyp=f"ord {n // 2}") for n in range(140)],
    },
    "the headers again": {
        "insikt_2024.csv": [row(1), {key: key for key in PLAIN}, row(2), {k: k for k in PLAIN}],
    },
    "nothing but headers": {"insikt_2024.csv": [{}]},
}  # fmt: skip


def as_text(rows: Sequence[Row]) -> str:
    names = list(dict.fromkeys(name for one in (PLAIN, *rows) for name in one))
    names = [name for name in names if not rows or not rows[0] or any(name in r for r in rows)]
    lines = [";".join(row.get(name, "") for name in names) for row in rows if row]
    return "\n".join([";".join(names), *lines]) + "\n"


def cut(folder: Path) -> None:
    """Rows that end before the last question, go on beyond the last column, or are just wide."""
    lines = as_text([row(n) for n in range(4)]).splitlines()
    lines[2] = lines[2].rsplit(";", 3)[0]
    lines[3] += ";9"
    lines[4] += ";;"
    (folder / "insikt_2024.csv").write_text("\n".join(lines) + "\n", "utf-8")


def twice(folder: Path, *, second: str, scores: tuple[str, str], name: str) -> None:
    """A column that stands twice."""
    lines = [line.split(";") for line in as_text([row(1), row(2)]).splitlines()]
    for line, value in zip(lines, (second, *scores), strict=True):
        line.append(value)
    (folder / name).write_text("\n".join(map(";".join, lines)) + "\n", "utf-8")


def sheets(folder: Path, *tables: Sequence[Row]) -> None:
    with xlsxwriter.Workbook(folder / "insikt_2024.xlsx") as book:
        for number, rows in enumerate(tables, start=1):
            sheet = book.add_worksheet(f"Blad {number}")
            sheet.write_row(0, 0, list(PLAIN))
            for place, one in enumerate(rows, start=1):
                sheet.write_row(place, 0, [one.get(name, "") for name in PLAIN])


FEW, MORE = [row(n) for n in range(3)], [row(n) for n in range(5)]
OTHER = [row(n, **SOMEBODY) for n in range(10, 14)]
NAMELESS = [row(**{ITEMS[0]: str(n)}) for n in range(1, 6)]
MADE: dict[str, Callable[[Path], None]] = {
    "rows of another width": cut,
    "a question twice, alike": lambda folder: twice(
        folder, second=ITEMS[0], scores=("8", "8"), name="insikt_2024.csv"
    ),
    "a question twice, one of them empty": lambda folder: twice(
        folder, second=ITEMS[0], scores=("", ""), name="insikt_2024.csv"
    ),
    "a question twice, unlike": lambda folder: twice(
        folder, second=ITEMS[0], scores=("8", "3"), name="insikt_2024.csv"
    ),
    "two sheets of the same answers": lambda folder: sheets(folder, FEW, MORE),
    "two sheets of other answers": lambda folder: sheets(folder, MORE, OTHER),
    "two sheets of the same answers without numbers": lambda folder: sheets(
        folder, NAMELESS, [*NAMELESS[:4], row(**SOMEBODY)]
    ),
    "two sheets of the same answers, some changed": lambda folder: sheets(
        folder, MORE, [*MORE[:4], row(77)]
    ),
}


def lines_of(folder: Path) -> Iterator[str]:
    """Everything that the files of a folder give."""
    seen = look(sorted(folder.iterdir()), SETTINGS)
    yield from (f"balance: {line}" for line in seen.told_balance)
    for problem in seen.refused:
        yield f"refused: {problem.cause} | {problem.fix} | {problem.where}"
    for part in seen.parts:
        for field, values in part.unknown.items():
            yield f"unknown {field}: {dict(values)}"
        yield f"years: {part.years}"
    for year, clean in seen.years.items():
        doubles = int((clean.rows["aside"] == "dubblett").sum())
        yield f"{year}: {len(clean.rows)} read, {clean.counted} counted, {doubles} duplicates"
        for problem in clean.problems:
            yield f"  problem: {problem.cause} | {problem.fix} | {problem.where}"
        yield from (f"  note: {note}" for note in clean.notes)
        kinds = ["period", "area", "outcome", "case_type", "company_size", "industry"]
        answers = clean.answers[[*kinds, *ITEMS[:3]]].astype("object")
        answers = answers.where(answers.notna(), "–")
        yield from (f"  answer: {told(values)}" for values in shortly(answers.to_numpy().tolist()))
        yield from (f"  reject: {told(values)}" for values in clean.rejects.to_numpy().tolist())
        for (measure, group), rows in clean.quality.groupby(["measure", "group"], sort=False):
            if measure not in ITEMS[2:]:
                counts = zip(rows["reason"], rows["count"], strict=True)
                counted = ", ".join(f"{reason} {count}" for reason, count in counts)
                yield f"  ledger: {f'{measure} {group}'.strip()}: {counted}"


def told(values: Sequence[Any]) -> str:
    return " · ".join(str(value) for value in values)


def shortly(rows: list[list[Any]]) -> Iterator[list[Any]]:
    """Rows that stand several times after each other once, with how often."""
    for place, values in enumerate(rows):
        if place == 0 or values != rows[place - 1]:
            yield [*values, f"× {rows.count(values)}"]


def list_of(name: str, place: Path) -> str:
    """A file's part of the list."""
    place.mkdir()
    if name in MADE:
        MADE[name](place)
    else:
        for file, rows in CASES[name].items():
            (place / file).write_text(as_text(rows), "utf-8")
    return "\n".join([f"# {name}", *lines_of(place)])


@pytest.mark.parametrize("name", [*CASES, *MADE])
def test_a_file_gives_what_is_approved(name: str, tmp_path: Path) -> None:
    approved = APPROVED.read_text("utf-8").strip().split("\n\n")
    mine = next(part for part in approved if part.splitlines()[0] == f"# {name}")
    assert list_of(name, tmp_path / "raw") == mine


if __name__ == "__main__":
    folder = Path(tempfile.mkdtemp())
    parts = [list_of(name, folder / str(n)) for n, name in enumerate([*CASES, *MADE])]
    APPROVED.write_text("\n\n".join(parts) + "\n", "utf-8")
