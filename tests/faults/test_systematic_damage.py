"""One column, one word or one scale of a good file damaged throughout, as an export or a
spreadsheet does it: no report may come out of it whose NKI is off by more than half a unit.

The year before lies beside it, as it does in every folder but the very first. The oracle is the
plain formula over the four areas, (mean − 1) / 9 · 100, averaged over the three NKI questions.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pytest

from analysis.intake import look
from analysis.intake.recognition.files import recognise
from analysis.settings import load

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = load(ROOT / "config")
EXAMPLE = ROOT / "data" / "example"
NKI = list(SETTINGS.questionnaire.groups["nki"])
OFF = 0.5

Damage = Callable[[pd.DataFrame], pd.DataFrame]


def _good() -> tuple[pd.DataFrame, dict[str, str]]:
    """The newest example year as cells under their headers, and the header of each key."""
    table = recognise(EXAMPLE / "insikt_2025.xlsx", SETTINGS).tables[0]
    headers = [str(header) for header in table.headers]
    rows = [["" if cell is None else str(cell) for cell in row] for _, row in table.data()]
    names = {key: headers[place] for key, place in table.header.columns.items()}
    return pd.DataFrame(rows, columns=headers), names


GOOD, HEADER = _good()
AREA, CUSTOMER, NUMBER = HEADER["myndighetsomrade"], HEADER["kundgrupp"], HEADER["svar_id"]


def nki(answers: pd.DataFrame) -> float:
    """The NKI of the four areas, by the formula."""
    areas = SETTINGS.rules.totals.definitions["total4"].areas
    mine = answers[answers["area"].isin(areas)]
    return float(((mine[NKI].mean() - 1) / 9 * 100).mean())


BEFORE = look([EXAMPLE / "insikt_2024.xlsx"], SETTINGS).years


def outcome(folder: Path, frame: pd.DataFrame) -> tuple[bool, float | None]:
    """Whether a run would stop, and else the NKI it would report."""
    path = folder / "insikt_2025.csv"
    frame.to_csv(path, sep=";", index=False)
    seen = look([path], SETTINGS)
    if seen.refused or seen.stopping(seen.findings(BEFORE)):
        return True, None
    return False, nki(seen.years[2025].answers)


def score(text: str) -> int | None:
    """The score in a cell, or None."""
    return int(float(text)) if text.replace(".", "").isdecimal() else None


def change(keys: list[str], new: Callable[[int], object]) -> Damage:
    """Every score of some questions changed."""

    def damage(frame: pd.DataFrame) -> pd.DataFrame:
        out = frame.copy()
        for header in (HEADER[key] for key in keys):
            out[header] = [
                text if (n := score(text)) is None else str(new(n)) for text in out[header]
            ]
        return out

    return damage


SCALES: dict[str, Callable[[int], object]] = {
    "turned": lambda n: 11 - n,
    "starts at 0": lambda n: n - 1,
    "ends at 5": lambda n: (n + 1) // 2,
    "ends at 7": lambda n: round(1 + (n - 1) * 6 / 9),
    "ends at 9": lambda n: min(n, 9),
    "to 100": lambda n: n * 10,
    "index 0–100": lambda n: round((n - 1) / 9 * 100),
    "one more": lambda n: n + 1,
    "decimals": lambda n: f"{n},5",
    "low ones blank": lambda n: "" if n <= 3 else n,
    "lower half blank": lambda n: "" if n <= 5 else n,
    "high ones blank": lambda n: "" if n >= 9 else n,
    "tens blank": lambda n: "" if n == 10 else n,
    "tens marked": lambda n: "10 ☺" if n == 10 else n,
    "all the same": lambda n: 8,
}


def _emptied(key: str, start: float, end: float) -> Damage:
    """A part of a column emptied, in a file sorted by area."""

    def damage(frame: pd.DataFrame) -> pd.DataFrame:
        out = frame.sort_values(AREA, kind="stable").reset_index(drop=True)
        out.loc[int(start * len(out)) : int(end * len(out)), HEADER[key]] = ""
        return out

    return damage


def _replaced(header: str, old: str, new: str) -> Damage:
    return lambda frame: frame.replace({header: {old: new}})


def _without(area: str) -> Damage:
    return lambda frame: frame[frame[AREA] != area]


def _renamed(key: str) -> Damage:
    return lambda frame: frame.rename(columns={HEADER[key]: "Kolumn 7"})


def _sorted_by_itself(key: str) -> Damage:
    def damage(frame: pd.DataFrame) -> pd.DataFrame:
        out = frame.copy()
        out[HEADER[key]] = sorted(out[HEADER[key]], key=lambda text: (score(text) or 0, text))
        return out

    return damage


def _again(frame: pd.DataFrame) -> pd.DataFrame:
    more = frame.head(len(frame) // 4)
    return pd.concat([frame, more.assign(**{NUMBER: [f"N{i}" for i in range(len(more))]})])


def _of_value(value: int) -> dict[str, Callable[[int], object]]:
    """What an export may do to one of the scores."""
    return {
        "marked": lambda n: f"{n}*" if n == value else n,
        "blank": lambda n: "" if n == value else n,
        "as 0": lambda n: 0 if n == value else n,
        "as 1": lambda n: 1 if n == value else n,
    }


def damages() -> Iterator[tuple[str, Damage]]:
    """Every kind of damage, each thing by itself."""
    for key in [*NKI, "bemotande_totalt"]:
        for name, new in SCALES.items():
            yield f"{key} {name}", change([key], new)
        for value in range(1, 11) if key == NKI[0] else (3, 10):
            for name, new in _of_value(value).items():
                yield f"{key} {value} {name}", change([key], new)
        for start, end in ((0, 0.5), (0, 0.33), (0, 0.17), (0.83, 1)):
            yield f"{key} emptied {start}–{end}", _emptied(key, start, end)
        yield f"{key} emptied", _emptied(key, 0, 1)
        yield f"{key} sorted by itself", _sorted_by_itself(key)
        yield f"{key} renamed", _renamed(key)
    for name, new in SCALES.items():
        yield f"all questions {name}", change(list(SETTINGS.questionnaire.item_keys), new)
    for area in sorted(set(GOOD[AREA])):
        yield f"{area} unknown", _replaced(AREA, area, "Enhet 7")
        yield f"{area} blank", _replaced(AREA, area, "")
        yield f"{area} as Bygglov", _replaced(AREA, area, "Bygglov")
        yield f"{area} gone", _without(area)
    for group in sorted(set(GOOD[CUSTOMER])):
        yield f"{group} unknown", _replaced(CUSTOMER, group, "Grupp 7")
        yield f"{group} blank", _replaced(CUSTOMER, group, "")
        yield f"{group} as companies", _replaced(CUSTOMER, group, "Företag")
        yield f"{group} as private", _replaced(CUSTOMER, group, "Privatperson")
    yield "customer column renamed", _renamed("kundgrupp")
    yield "a quarter again under new numbers", _again
    yield "half of the rows", lambda frame: frame.head(len(frame) * 45 // 100)


def test_the_good_file_passes(tmp_path: Path) -> None:
    stopped, value = outcome(tmp_path, GOOD)
    assert not stopped
    assert value == pytest.approx(73.845, abs=0.001)


def test_no_damage_gives_a_wrong_report_without_a_stop(tmp_path: Path) -> None:
    _, right = outcome(tmp_path, GOOD)
    assert right is not None
    slipped, stops = [], 0
    for name, damage in damages():
        stopped, value = outcome(tmp_path, damage(GOOD))
        stops += stopped
        if value is not None and not abs(value - right) <= OFF:
            slipped.append(f"{name}: {value:.1f}")
    assert not slipped
    # A check that stops everything would pass as well: rare scores change next to nothing.
    assert 0.5 < stops / len(list(damages())) < 0.95


@pytest.mark.parametrize("year", [2022, 2023, 2024, 2025])
def test_no_good_year_is_doubted(year: int, tmp_path: Path) -> None:
    for path in EXAMPLE.glob("insikt_*"):
        if str(year) in path.name or str(year - 1) in path.name:
            shutil.copy(path, tmp_path)
    seen = look([tmp_path], SETTINGS)
    assert seen.problems == ()
    assert not any(one.stops for one in seen.findings())
