"""How the same answers are written down changes nothing that intake gives."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import xlsxwriter
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from analysis import intake
from analysis.settings import load

SETTINGS = load(Path(__file__).resolve().parents[2] / "config")
QUESTIONS = SETTINGS.questionnaire
HEADERS = [
    "svar_id",
    "arendear",
    "period",
    "myndighetsomrade",
    "kundgrupp",
    "utfall",
    "bransch",
    *QUESTIONS.item_keys,
    "kommentar",
]
AREAS = ("Bygglov", "brandtillsyn", "SERVERINGSTILLSTÅND", "miljo_halsoskydd", "3. Livsmedel")
CUSTOMERS = ("Företag", "företagare", "Privatperson", "")
SCORES = (*map(str, range(1, 11)), "8,0", "10 - mycket nöjd", "Vet ej", "")
# Reproducible, and without shrinking: every attempt writes and reads several files.
BOUNDED = settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    phases=(Phase.explicit, Phase.generate),
)


@st.composite
def answers(draw: st.DrawFn) -> list[list[str]]:
    """Rows with duplicates, colliding numbers, private persons and a few unreadable scores."""
    kinds = draw(
        st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), min_size=2, max_size=14)
    )
    rows = []
    for number, seed in kinds:
        chance = random.Random(seed)
        scores = [chance.choice(SCORES) for _ in QUESTIONS.item_keys]
        scores[chance.randrange(len(scores))] = chance.choice(("11", "5,5", "7"))
        rows.append(
            [
                f"R{number}" if number else "",
                "2024",
                chance.choice(("T1", "Tertial 2", "2024-11-30")),
                chance.choice(AREAS),
                chance.choice(CUSTOMERS),
                chance.choice(("Beviljat", "Avslag", "")),
                chance.choice(("Handel", "Bygg", "")),
                *scores,
                "",
            ]
        )
    return rows


def written(
    folder: Path,
    name: str,
    headers: Sequence[str],
    rows: Sequence[Sequence[str]],
    delimiter: str = ";",
    encoding: str = "utf-8",
) -> Path:
    target = io.StringIO()
    csv.writer(target, delimiter=delimiter).writerows([headers, *rows])
    path = folder / name
    path.write_bytes(target.getvalue().encode(encoding))
    return path


def in_excel(folder: Path, headers: Sequence[str], rows: Sequence[Sequence[str]]) -> Path:
    path = folder / "insikt_2024.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Uttag")
        sheet.write(0, 0, "Insikt")
        for number, row in enumerate([headers, *rows], start=3):
            for column, value in enumerate(row):
                if value.isdecimal():
                    sheet.write_number(number, column, int(value))
                elif value:
                    sheet.write_string(number, column, value)
    return path


def outcome(files: Sequence[Path]) -> tuple[str, str, list[tuple[object, ...]]]:
    """Everything that must not change: clean answers, counts, and what was set aside why."""
    clean = intake.look(files, SETTINGS).years[2024]
    quality = clean.quality[clean.quality["measure"] != "filer"]
    rejects = clean.rejects[["svar_id", "column", "value", "reason"]]
    return (
        clean.answers.to_csv(),
        quality.to_csv(index=False),
        sorted(rejects.itertuples(index=False)),
    )


@BOUNDED
@given(rows=answers(), order=st.randoms(use_true_random=False))
def test_order_of_rows_and_columns_and_blank_lines(
    rows: list[list[str]], order: random.Random
) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        expected = outcome([written(folder, "insikt_2024.csv", HEADERS, rows)])
        shuffled = [row[:] for row in rows]
        order.shuffle(shuffled)
        places = list(range(len(HEADERS)))
        order.shuffle(places)
        with_blanks = [
            blank_or_row
            for row in shuffled
            for blank_or_row in ([row[place] for place in places], [""] * order.randrange(3))
        ]
        moved = written(folder, "insikt_2024.csv", [HEADERS[p] for p in places], with_blanks)
        assert outcome([moved]) == expected


@BOUNDED
@given(rows=answers(), cut=st.floats(0, 1), again=st.booleans())
def test_division_into_files(rows: list[list[str]], cut: float, again: bool) -> None:
    place = max(1, min(len(rows) - 1, int(cut * len(rows))))
    with TemporaryDirectory() as name:
        folder = Path(name)
        expected = outcome([written(folder, "insikt_2024.csv", HEADERS, rows)])
        parts = [
            written(folder, "insikt_2024_a.csv", HEADERS, rows[:place]),
            written(folder, "insikt_2024_b.csv", HEADERS, rows[place:]),
        ]
        assert outcome(parts) == expected
        assert outcome(parts[::-1]) == expected
        if again:
            copy = written(folder, "insikt_2024 kopia.csv", HEADERS, rows)
            twice = intake.look([*parts, copy], SETTINGS).years[2024]
            assert twice.answers.to_csv() == expected[0]


@BOUNDED
@given(
    rows=answers(),
    delimiter=st.sampled_from(";,\t|"),
    encoding=st.sampled_from(("utf-8-sig", "utf-16", "utf-16-le", "cp1252")),
)
def test_format(rows: list[list[str]], delimiter: str, encoding: str) -> None:
    texts = [*HEADERS[:7], *(item.text for item in QUESTIONS.items), "Kommentar"]
    coded = [
        *HEADERS[:7],
        *(f"F{n}. {item.text.upper()}" for n, item in enumerate(QUESTIONS.items)),
        "Kommentar",
    ]

    def nameless(result: tuple[str, str, list[tuple[object, ...]]]) -> object:
        # The column is told by the file's own header, which differs here.
        return result[0], result[1], sorted((i, v, r) for i, _, v, r in result[2])

    with TemporaryDirectory() as name:
        folder = Path(name)
        expected = nameless(outcome([written(folder, "insikt_2024.csv", HEADERS, rows)]))
        other = written(folder, "insikt_2024.csv", texts, rows, delimiter, encoding)
        assert nameless(outcome([other])) == expected
        assert nameless(outcome([in_excel(folder, coded, rows)])) == expected


@BOUNDED
@given(rows=answers())
def test_every_row_is_counted_or_set_aside(rows: list[list[str]]) -> None:
    with TemporaryDirectory() as name:
        path = written(Path(name), "insikt_2024.csv", HEADERS, rows)
        clean = intake.look([path], SETTINGS).years[2024]
    whole = clean.quality.query("measure == 'rader' and reason not in ('lästa', 'räknade')")
    assert clean.read == len(rows) == clean.counted + int(whole["count"].sum())
    assert clean.counted == len(clean.answers)
    scores = clean.answers[list(QUESTIONS.item_keys)].stack().dropna()
    assert scores.isin(range(1, 11)).all()
