"""Files with random damage: always a reading or a refusal in Swedish, never a traceback."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from analysis import intake
from analysis.settings import load

SETTINGS = load(Path(__file__).resolve().parents[2] / "config")
ITEMS = SETTINGS.questionnaire.item_keys
HEADERS = ("svar_id", "arendear", "myndighetsomrade", "kundgrupp", *ITEMS, "kommentar")
ROWS = [[f"R{n}", "2024", "Bygglov", "Företag", *["8"] * len(ITEMS), "Tack!"] for n in range(5)]
CSV = "\n".join(";".join(row) for row in (HEADERS, *ROWS)).encode()
# Reproducible: a run either always or never meets a given damage. Without shrinking, which would
# read files for minutes.
BOUNDED = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
damage = st.lists(
    st.tuples(st.floats(0, 1), st.sampled_from(("put", "cut", "repeat")), st.binary(max_size=12)),
    min_size=1,
    max_size=6,
)


def workbook() -> bytes:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Svar")
        for number, row in enumerate((HEADERS, *ROWS)):
            sheet.write_row(number, 0, row)
    return target.getvalue()


XLSX = workbook()


def damaged(content: bytes, wounds: list[tuple[float, str, bytes]]) -> bytes:
    for share, kind, piece in wounds:
        place = int(share * len(content))
        if kind == "put":
            content = content[:place] + piece + content[place + len(piece) :]
        elif kind == "cut":
            content = content[:place] + content[place + 40 :]
        else:
            content = content[:place] + content[max(0, place - 60) :]
    return content


def looked_at(folder: Path, name: str, content: bytes) -> None:
    path = folder / name
    path.write_bytes(content)
    found = intake.check([path], SETTINGS)
    assert found.exit_code in (0, 10)
    assert bool(found.problems) == (found.exit_code == 10)
    assert found.to_html().startswith("<!DOCTYPE html>")


@BOUNDED
@given(wounds=damage)
def test_damaged_csv(wounds: list[tuple[float, str, bytes]], tmp_path: Path) -> None:
    looked_at(tmp_path, "insikt_2024.csv", damaged(CSV, wounds))


@BOUNDED
@given(wounds=damage)
def test_damaged_workbook(wounds: list[tuple[float, str, bytes]], tmp_path: Path) -> None:
    looked_at(tmp_path, "insikt_2024.xlsx", damaged(XLSX, wounds))


@BOUNDED
@given(content=st.binary(max_size=400))
@pytest.mark.parametrize("name", ["insikt_2024.csv", "insikt_2024.xlsx", "kolada.json"])
def test_random_bytes(name: str, content: bytes, tmp_path: Path) -> None:
    looked_at(tmp_path, name, content)


@BOUNDED
@given(
    header=st.sampled_from(HEADERS),
    value=st.text(
        st.characters(exclude_categories=("Cs",), exclude_characters=';"\n\r'), max_size=60
    ),
)
def test_any_text_in_any_column(header: str, value: str, tmp_path: Path) -> None:
    rows = [list(row) for row in ROWS]
    rows[0][HEADERS.index(header)] = value
    content = "\n".join(";".join(row) for row in (HEADERS, *rows)).encode()
    looked_at(tmp_path, "insikt_2024.csv", content)
