"""What was read but cannot be right, each kind by a small change of a good year."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import ranksums

from analysis.intake import look
from analysis.intake.answers.clean import clean_tables
from analysis.intake.judging.doubts import doubts
from analysis.intake.judging.findings import Finding, JudgedYear, rank_sum_z
from analysis.settings import load

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = load(ROOT / "config")
EXAMPLE = ROOT / "data" / "example"
BEFORE = look([EXAMPLE / "insikt_2021.csv"], SETTINGS).years[2021]
GOOD = pd.read_csv(EXAMPLE / "insikt_2022.csv", sep=";", dtype=str, keep_default_na=False)
AREA, CUSTOMER, NUMBER = "Myndighetsområde", "Kundgrupp", "Löpnummer"
NKI = GOOD.columns[
    [str(name).startswith("Hur nöjd var du totalt sett med kommunens service") for name in GOOD]
][0]


def kinds(folder: Path, frame: pd.DataFrame, *, alone: bool = False) -> list[Finding]:
    """What is doubted in a frame as the answers of 2022."""
    path = folder / "insikt_2022.csv"
    frame.to_csv(path, sep=";", index=False)
    clean = clean_tables(look([path], SETTINGS).parts, 2022, SETTINGS)
    return list(doubts(JudgedYear(clean, None if alone else BEFORE, SETTINGS)))


def scored(frame: pd.DataFrame, header: str, new: Callable[[int], object]) -> pd.DataFrame:
    """Every score of a question changed."""
    return frame.assign(
        **{header: [str(new(int(text))) if text.isdecimal() else text for text in frame[header]]}
    )


def every(frame: pd.DataFrame, new: Callable[[int], object]) -> pd.DataFrame:
    """Every score of every question changed."""
    for header in frame.columns[frame.columns.str.startswith(("Hur ", "Föreställ"))]:
        frame = scored(frame, header, new)
    return frame


def test_a_good_year_is_not_doubted(tmp_path: Path) -> None:
    assert kinds(tmp_path, GOOD) == []
    assert kinds(tmp_path, GOOD, alone=True) == []


@pytest.mark.parametrize(
    ("new", "kind"),
    [
        (lambda n: 11 - n, "omvänd skala"),
        (lambda n: 8, "betyg som saknas"),
        (lambda n: min(n, 9), "betyg som saknas"),
        (lambda n: "" if n <= 4 else n, "betyg som saknas"),
        (lambda n: (n + 1) // 2, "betyg som saknas"),
    ],
)
def test_a_question_on_another_scale_is_doubted(
    new: Callable[[int], object], kind: str, tmp_path: Path
) -> None:
    for alone in (False, True):
        found = kinds(tmp_path, scored(GOOD, NKI, new), alone=alone)
        assert (kind, "nki_totalt") in {(one.kind, one.subject) for one in found}
        assert all(one.stops for one in found)


@pytest.mark.parametrize(
    ("new", "told"),
    [
        (lambda n: min(n, 9), "Betyget 10 finns inte bland"),
        (lambda n: (n + 1) // 2, "Skalan ser ut att vara 1–5; Insikts är 1–10."),
        (lambda n: "" if n <= 3 else n, "Betygen 1–3 finns inte bland"),
        (lambda n: "" if n == 7 else n, "Betyget 7 finns inte bland"),
    ],
)
def test_a_whole_file_on_another_scale_is_doubted_once(
    new: Callable[[int], object], told: str, tmp_path: Path
) -> None:
    for alone in (False, True):
        (one,) = kinds(tmp_path, every(GOOD, new), alone=alone)
        assert one.kind == "annan skala"
        assert told in one.cause


def test_a_whole_file_turned_round_is_an_impossible_level(tmp_path: Path) -> None:
    for alone in (False, True):
        found = kinds(tmp_path, every(GOOD, lambda n: 11 - n), alone=alone)
        assert "orimlig nivå" in {one.kind for one in found}


def test_a_column_sorted_by_itself_is_doubted(tmp_path: Path) -> None:
    order = sorted(GOOD[NKI], key=lambda text: int(text) if text.isdecimal() else 0)
    found = kinds(tmp_path, GOOD.assign(**{NKI: order}))
    assert [(one.kind, one.subject) for one in found if one.kind == "fråga utan samband"] == [
        ("fråga utan samband", "nki_totalt")
    ]


def test_blank_cells_of_the_displeased_only_are_doubted(tmp_path: Path) -> None:
    found = kinds(tmp_path, scored(GOOD, NKI, lambda n: "" if n in (2, 3, 5) else n))
    assert {one.kind for one in found} & {"ojämnt bortfall", "betyg som saknas"}


def test_half_a_column_is_doubted(tmp_path: Path) -> None:
    frame = GOOD.copy()
    frame.loc[frame.index[::3], NKI] = ""
    (one,) = kinds(tmp_path, frame)
    assert (one.kind, one.subject) == ("halvtom fråga", "nki_totalt")


def test_a_question_without_answers_in_all_or_in_an_area_is_doubted(tmp_path: Path) -> None:
    found = kinds(tmp_path, GOOD.drop(columns=NKI))
    assert [(one.kind, one.subject) for one in found] == [("fråga utan svar", "nki_totalt")]
    frame = GOOD.copy()
    frame.loc[frame[AREA] == "Bygglov", NKI] = ""
    found = kinds(tmp_path, frame)
    assert ("fråga utan svar i ett område", "nki_totalt, bygglov") in {
        (one.kind, one.subject) for one in found
    }


def test_an_area_that_is_gone_stops_only_where_it_could_be_shown(tmp_path: Path) -> None:
    found = kinds(tmp_path, GOOD[GOOD[AREA] != "Bygglov"])
    assert [(one.kind, one.stops) for one in found if one.subject == "bygglov"] == [
        ("område utan svar", True)
    ]
    few = BEFORE.answers["area"].value_counts()
    small = [area for area in few.index if few[area] < 7]
    for area in small:
        name = SETTINGS.questionnaire.labels[area]
        found = kinds(tmp_path, GOOD[~GOOD[AREA].str.startswith(name[:6])])
        assert all(not one.stops for one in found if one.subject == area)


def test_a_customer_group_or_its_column_that_is_gone_is_doubted(tmp_path: Path) -> None:
    found = kinds(tmp_path, GOOD.replace({CUSTOMER: {"Privatperson": "Företag"}}))
    assert [(one.kind, one.subject) for one in found] == [("kundgrupp utan svar", "privatperson")]
    found = kinds(tmp_path, GOOD.drop(columns=CUSTOMER))
    assert [one.kind for one in found] == ["kundgrupp saknas i filen"]


@pytest.mark.parametrize(("share", "doubted"), [(0.55, False), (0.4, True)])
def test_a_halved_number_of_answers_is_doubted(share: float, doubted: bool, tmp_path: Path) -> None:
    found = kinds(tmp_path, GOOD.sample(frac=share, random_state=1))
    assert ("antalet svar" in {one.kind for one in found}) == doubted


def test_the_same_answers_under_new_numbers_are_doubted(tmp_path: Path) -> None:
    more = GOOD.head(40).assign(**{NUMBER: [f"N{number}" for number in range(40)]})
    found = kinds(tmp_path, pd.concat([GOOD, more]))
    assert [one.kind for one in found] == ["samma svar igen"]


@pytest.mark.parametrize("numbered", [False, True])
def test_last_years_answers_under_this_year_are_doubted(numbered: bool, tmp_path: Path) -> None:
    again = pd.read_csv(EXAMPLE / "insikt_2021.csv", sep=";", dtype=str, keep_default_na=False)
    again = again.replace({"2021": "2022"})
    if numbered:
        again[NUMBER] = [f"N{number}" for number in range(len(again))]
    found = kinds(tmp_path, again)
    assert [one.kind for one in found] == ["samma svar som året före"]
    assert found[0].stops


def test_a_part_of_a_year_is_not_doubted_for_being_small(tmp_path: Path) -> None:
    frame = GOOD.sample(frac=0.3, random_state=1).assign(Mätperiod="T1")
    assert "antalet svar" not in {one.kind for one in kinds(tmp_path, frame)}


def test_few_answers_of_some_tertials_are_doubted_beside_the_same_tertials(tmp_path: Path) -> None:
    told = dict.fromkeys(range(len(GOOD)), "T1")
    then = pd.read_csv(EXAMPLE / "insikt_2021.csv", sep=";", dtype=str, keep_default_na=False)
    then.assign(Mätperiod=["T1", "T2"] * 125 + ["T3"]).to_csv(
        tmp_path / "insikt_2021.csv", sep=";", index=False
    )
    GOOD.iloc[20:24].assign(Mätperiod=list(told.values())[:4]).to_csv(
        tmp_path / "insikt_2022.csv", sep=";", index=False
    )
    found = {one.kind: one for one in look([tmp_path], SETTINGS).findings()}
    one = found["antalet svar"]
    assert one.stops and "T1 2021 hade" in one.cause


def test_the_rank_sum_is_that_of_scipy() -> None:
    draw = np.random.default_rng(5)
    for n, m in ((5, 200), (40, 41), (7, 9)):
        a, b = pd.Series(draw.integers(1, 11, n) * 1.0), pd.Series(draw.integers(1, 11, m) * 1.0)
        assert rank_sum_z(a, b) == pytest.approx(ranksums(a, b).statistic, abs=1e-12)
