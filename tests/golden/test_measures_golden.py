"""Numbers worked out by hand or taken from a named independent source, with the formula beside.

Hand-made answers: three respondents of one area, the NKI questions only.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from analysis.measures.grades import grade
from analysis.measures.index import Measures, question_indices, summarise
from analysis.measures.totals import stratified
from analysis.measures.uncertainty import correction, difference, estimate
from analysis.settings import load

SETTINGS = load(Path(__file__).resolve().parents[2] / "config")
MEASURES = Measures.of(SETTINGS)
NKI = ("nki_totalt", "nki_forvantningar", "nki_ideal")


def scores(**columns: list[float]) -> np.ndarray:
    length = len(next(iter(columns.values())))
    frame = np.full((length, len(MEASURES.items)), np.nan)
    for item, values in columns.items():
        frame[:, MEASURES.items.index(item)] = values
    return frame


@pytest.mark.parametrize(
    ("mean", "index"), [(8.65, 85.0), (7.48, 72.0), (8.155, 79.5), (8.2, 80.0), (1, 0), (10, 100)]
)
def test_index_of_a_mean(mean: float, index: float) -> None:
    """(mean − 1) / 9 · 100. Source: SCB pairs 85 with 8.7 and 72 with 7.5 (rounded means);
    the plan's 79.5 is 8.155."""
    (found,) = question_indices(np.array([1]), np.array([mean]), MEASURES)
    assert found == pytest.approx(index, abs=1e-9)


def test_nki_by_hand() -> None:
    """Questions 8, 10, 6 → mean 8 → 77.78; 7, 9 → 8 → 77.78; 10, 4, 7 → 7 → 66.67.
    NKI = (77.78 + 77.78 + 66.67) / 3 = 74.07407…"""
    answers = scores(nki_totalt=[8, 10, 6], nki_forvantningar=[7, np.nan, 9], nki_ideal=[10, 4, 7])
    summary = summarise(answers, MEASURES)
    at = MEASURES.keys.index
    assert summary.index[at("nki_forvantningar")] == pytest.approx(700 / 9)
    assert summary.index[at("nki")] == pytest.approx((700 / 9 + 700 / 9 + 600 / 9) / 3)
    assert summary.n[at("nki")] == 3
    assert summary.n[at("nki_forvantningar")] == 2
    assert summary.fewest[at("nki")] == 2


def test_variance_of_a_question_by_hand() -> None:
    """Var(mean) = s² / n: answers 2, 4, 9 → s² = 13, n = 3; in index units (100/9)² · 13/3."""
    summary = summarise(scores(nki_totalt=[2, 4, 9]), MEASURES)
    expected = (100 / 9) ** 2 * 13 / 3
    assert summary.variance[MEASURES.keys.index("nki_totalt")] == pytest.approx(expected)


def test_nki_and_its_error_as_survey_has_them() -> None:
    """R 4.2.2, survey 4.1-1: linearised standard error of a mean of ratio means.

    Item non-response makes each question a ratio of sums::

        d <- data.frame(a = c(8, 10, 6, 3, 9, 10, 7),
                        b = c(7, NA, 9, 2, 10, 9, NA),
                        c = c(10, 4, 7, 1, NA, 10, 8))
        d <- transform(d,
            ra = as.numeric(!is.na(a)), rb = as.numeric(!is.na(b)), rc = as.numeric(!is.na(c)),
            a0 = ifelse(is.na(a), 0, a), b0 = ifelse(is.na(b), 0, b), c0 = ifelse(is.na(c), 0, c))
        s <- svydesign(ids = ~1, weights = ~1, data = d)
        t <- svytotal(~a0 + b0 + c0 + ra + rb + rc, s)
        r <- svycontrast(t, quote((a0/ra + b0/rb + c0/rc) / 3))
        cat((coef(r) - 1) / 9 * 100, SE(r) * 100 / 9)   # 69.029982363316 12.348426949854
    """
    answers = scores(
        nki_totalt=[8, 10, 6, 3, 9, 10, 7],
        nki_forvantningar=[7, np.nan, 9, 2, 10, 9, np.nan],
        nki_ideal=[10, 4, 7, 1, np.nan, 10, 8],
    )
    summary = summarise(answers, MEASURES)
    at = MEASURES.keys.index("nki")
    assert summary.index[at] == pytest.approx(69.029982363316, abs=1e-9)
    assert np.sqrt(summary.variance[at]) == pytest.approx(12.348426949854, abs=1e-9)


def test_finite_population_correction_as_survey_has_it() -> None:
    """R 4.2.2, survey 4.1-1, seven answers of twenty cases::

    f <- svydesign(ids = ~1, fpc = rep(20, 7), data = data.frame(a = c(8, 10, 6, 3, 9, 10, 7)))
    m <- svymean(~a, f)
    cat((coef(m) - 1) / 9 * 100, SE(m) * 100 / 9)   # 73.015873015873 8.488725052140
    """
    summary = summarise(scores(nki_totalt=[8, 10, 6, 3, 9, 10, 7]), MEASURES)
    at = MEASURES.keys.index("nki_totalt")
    corrected = summary.variance[at] * correction([7], [20])[0]
    assert summary.index[at] == pytest.approx(73.015873015873, abs=1e-9)
    assert np.sqrt(corrected) == pytest.approx(8.488725052140, abs=1e-9)


def test_a_stratified_total_as_survey_has_it() -> None:
    """R 4.2.2, survey 4.1-1, two areas with 100 and 300 cases::

    h <- data.frame(y = c(1, 10, 4, 7, 10, 8, 7, 6),
                    g = rep(c("A", "B"), each = 4), N = rep(c(100, 300), each = 4))
    q <- svymean(~y, svydesign(ids = ~1, strata = ~g, fpc = ~N, data = h))
    cat((coef(q) - 1) / 9 * 100, SE(q) * 100 / 9)   # 68.750000000000 8.816983471169
    """
    parts = [scores(nki_totalt=values) for values in ([1, 10, 4, 7], [10, 8, 7, 6])]
    known = np.array([100.0, 300.0])
    total = stratified(parts, known, known, MEASURES)
    at = MEASURES.keys.index("nki_totalt")
    assert total.index[at] == pytest.approx(68.75, abs=1e-9)
    assert np.sqrt(total.variance[at]) == pytest.approx(8.816983471169, abs=1e-9)


def test_the_interval_is_wilsons_for_ends_of_the_scale() -> None:
    """With answers 1 and 10 only, the index is a proportion and the interval is Wilson's.

    7 tens among 20: p = 0.35. Wilson with t(19) = 2.093024 and variance s²/n = p(1−p)/19:
    t²/19 = 0.230566; centre (0.35 + 0.115283) / 1.230566 = 0.378105;
    reach √(0.230566 · 0.2275 + 0.115283²) / 1.230566 = 0.208496.
    The dispersion 20/19 is smoothed by (19 · 0.2275 · 20/19 + 0.03) / (19 · 0.2275 + 0.1) to
    1.0359, which moves the bounds by 0.2 index units at most.
    """
    summary = summarise(scores(nki_totalt=[10] * 7 + [1] * 13), MEASURES)
    at = MEASURES.keys.index("nki_totalt")
    known = estimate(summary.index, summary.variance, summary.n, SETTINGS.rules.uncertainty)
    lower, upper = known.interval(0.95)
    assert summary.index[at] == pytest.approx(35)
    assert lower[at] == pytest.approx(100 * (0.378105 - 0.208496), abs=0.2)
    assert upper[at] == pytest.approx(100 * (0.378105 + 0.208496), abs=0.2)


def test_newcombes_difference() -> None:
    """Newcombe (1998), table II, method 10, case (a): 56/70 − 48/80 = 0.20, 0.0524 to 0.3339.

    Its parts are Wilson intervals 0.6911–0.8767 and 0.4905–0.7004 (z = 1.959964).
    """
    lower, upper = difference(
        np.array([80.0]),
        (np.array([69.1119]), np.array([87.7146])),
        np.array([60.0]),
        (np.array([49.0453]), np.array([70.0404])),
    )
    assert lower[0] == pytest.approx(5.24, abs=0.3)
    assert upper[0] == pytest.approx(33.39, abs=0.3)


@pytest.mark.parametrize(
    ("index", "key"),
    [(0, "mycket_lagt"), (49.99, "mycket_lagt"), (50, "lagt"), (61.9, "lagt"), (62, "godkant"),
     (69.99, "godkant"), (70, "hogt"), (79.5, "hogt"), (79.999, "hogt"), (80, "mycket_hogt"),
     (80 - 1e-12, "mycket_hogt"), (100, "mycket_hogt")],
)  # fmt: skip
def test_grades_at_the_borders(index: float, key: str) -> None:
    assert grade(index, SETTINGS.rules.grades) == key
