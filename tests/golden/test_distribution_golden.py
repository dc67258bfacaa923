"""A small table of distributions, all the way to its indices, worked out by hand.

Ten respondents in an area of no total: the first NKI question has five ones and five tens, the
second five sixes and five sevens, the third ten tens; and totals with more answers than the area.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
import spread

from analysis import measures
from analysis.intake import look
from analysis.settings import load

SETTINGS = load(Path(__file__).resolve().parents[2] / "config")
NKI = SETTINGS.questionnaire.groups["nki"]
TEXTS = {item.key: item.text for item in SETTINGS.questionnaire.items}
NO_CASES = pd.DataFrame({"year": [], "area": [], "closed": []})
HEAD: list[object] = ["Område", "Fråga", *range(1, 11)]
GIVEN = {
    NKI[0]: {1: 5, 10: 5},
    NKI[1]: {6: 5, 7: 5},
    NKI[2]: {10: 10},
}


def row(area: str, item: str, given: dict[int, int]) -> list[object]:
    return [area, TEXTS[item], *(given.get(step, 0) for step in range(1, 11))]


def indices(folder: Path, year: int, *rows: list[object]) -> pd.DataFrame:
    spread.write(folder / f"resultat_{year}.csv", [HEAD, *rows])
    raw = look([folder], SETTINGS)
    assert raw.problems == ()
    return measures.indices(raw.years[year].answers, NO_CASES, pd.DataFrame(), SETTINGS)


@pytest.mark.parametrize(
    ("measure", "index", "lower", "upper"),
    [
        # Mean 5.5. Every answer is 4.5 from it, 4.5 / 10 · 100 / 9 = 5 index units of the mean:
        # Σ z² = 10 · 25, Var = 10 / 9 · 250 = 277.8.
        (NKI[0], 50.0, 20.199559, 79.800441),
        # Mean 6.5, half a step: Σ z² = 10 · (5 / 9)², Var = 3.4294.
        (NKI[1], 61.111111, 55.246307, 66.671012),
        (NKI[2], 100.0, None, 100.0),
        # (50 + 61.1 + 100) / 3. The five low answers of the first question stand with the five low
        # ones of the second, so every respondent is (5 + 5 / 9) / 3 from the mean:
        # Σ z² = 10 · 1.85185², Var = 38.104. Against each other they would give 24.4.
        ("nki", 70.370370, 54.908809, 82.244600),
    ],
)
def test_indices_and_intervals(
    measure: str, index: float, lower: float | None, upper: float, tmp_path: Path
) -> None:
    """Wilson's interval by the formula of docs/method.md, with t₉ = 2.262157, w = 0.10, φ₀ = 0.30:

    φ = (n (n − 1) Var / 10⁴ + w φ₀) / ((n − 1) p (1 − p) + w); for the NKI 0.188681, c = φ / 10.
    """
    table = indices(
        tmp_path, 2025, *(row("Upphandling", item, given) for item, given in GIVEN.items())
    )
    cell = table[(table["scope"] == "upphandling") & (table["measure"] == measure)].iloc[0]
    assert cell["n"] == 10 and cell["shown"] and cell["has_answers"] and not cell["joint"]
    assert cell["index"] == pytest.approx(index, abs=1e-6)
    assert cell["upper"] == pytest.approx(upper, abs=1e-6)
    assert lower is None or cell["lower"] == pytest.approx(lower, abs=1e-6)


def of_question(table: pd.DataFrame) -> pd.DataFrame:
    """The cells of the first question, by scope and definition."""
    return table[table["measure"] == NKI[0]].set_index(["scope", "definition"])


def test_a_total_counts_what_it_has_besides_its_areas(tmp_path: Path) -> None:
    """30 tens in the area and 10 ones in no known area: (30 · 10 + 10 · 1) / 40 = 7.75 → 75."""
    cells = of_question(indices(tmp_path, 2025, row("Bygglov", NKI[0], {10: 30}),
                                row("Totalt", NKI[0], {1: 10, 10: 30})))  # fmt: skip
    assert cells["index"].to_dict() == {
        ("bygglov", ""): 100.0,
        ("total", "total4"): 75.0,
        ("total", "total6"): 75.0,
    }
    assert cells["n"].to_dict() == {
        ("bygglov", ""): 30, ("total", "total4"): 40, ("total", "total6"): 40}  # fmt: skip


def test_the_few_answers_in_no_known_area_cannot_be_worked_out(tmp_path: Path) -> None:
    """38 − 33 = 5 answers, whose index would follow from the area's and the total's."""
    cells = of_question(indices(tmp_path, 2025, row("Bygglov", NKI[0], {10: 33}),
                                row("Totalt", NKI[0], {1: 5, 10: 33})))  # fmt: skip
    shown = cells["shown"]
    assert not (shown["bygglov", ""] and (shown["total", "total4"] or shown["total", "total6"]))
    assert set(cells.loc[~shown, "reason"]) == {"skyddar_annat_varde"}


def test_answers_that_may_be_in_a_narrower_total_or_not_give_it_no_value(tmp_path: Path) -> None:
    """In 2023 the total is of six areas; which of its answers are in the four is not known."""
    cells = of_question(indices(tmp_path, 2023, row("Bygglov", NKI[0], {10: 30}),
                                row("Totalt", NKI[0], {1: 10, 10: 30})))  # fmt: skip
    assert set(cells.index) == {("bygglov", ""), ("total", "total6")}


def test_a_total_alone_has_its_interval(tmp_path: Path) -> None:
    """Twice the first question's answers: p = 0.5, Var = 20 / 19 · 20 · 2.5² = 131.58,
    φ = (20 · 19 · 0.013158 + 0.03) / (19 · 0.25 + 0.1) = 1.037113, t₁₉ = 2.093024."""
    cells = of_question(indices(tmp_path, 2025, row("Totalt", NKI[0], {1: 10, 10: 10})))
    cell = cells.loc["total", "total4"]
    spread_ = 2.093024**2 * 1.037113 / 20
    reach = 50 * (spread_ / (1 + spread_)) ** 0.5
    assert cell["shown"] and cell["n"] == 20
    assert (cell["lower"], cell["upper"]) == pytest.approx((50 - reach, 50 + reach), abs=1e-4)
