"""Distributions of answers give what the answers themselves give, as far as they tell it."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import spread
from hypothesis import Phase, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from analysis import measures
from analysis.intake import gather, look
from analysis.measures import publish
from analysis.measures.index import Measures, paired, summarise
from analysis.measures.uncertainty import estimate
from analysis.settings import load

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = load(ROOT / "config")
MEASURES = Measures.of(SETTINGS)
ITEMS = list(SETTINGS.questionnaire.item_keys)
NKI = [ITEMS.index(item) for item in SETTINGS.questionnaire.groups["nki"]]
AREAS = ("bygglov", "miljo_halsoskydd", "livsmedelskontroll", "serveringstillstand", "brandskydd",
         "upphandling")  # fmt: skip
NO_CASES = pd.DataFrame({"year": [], "area": [], "closed": []})
KEYS = ["year", "scope", "definition", "measure"]
SAME = [*KEYS, "kind", "index", "grade", "shown", "reason"]
OF_QUESTIONS = [*KEYS, "n", "index", "lower", "upper", "change", "change_significant"]


# Whole municipalities: making them smaller would take minutes and tell nothing more.
few = hypothesis_settings(max_examples=8, deadline=None, phases=(Phase.explicit, Phase.generate))


def through_tables(answers: pd.DataFrame, form=spread.as_counts) -> tuple[pd.DataFrame, list[str]]:
    """The answers after having been written as distributions and read again, and the notes."""
    with tempfile.TemporaryDirectory() as folder:
        for year, part in answers.groupby("year"):
            table = spread.rows(part, SETTINGS, form)
            spread.write(Path(folder) / f"resultat_{year}.csv", table)
        raw = look([Path(folder)], SETTINGS)
        assert raw.problems == ()
        return gather([clean.answers for clean in raw.years.values()], SETTINGS), raw.notes


def compare(answers: pd.DataFrame, cases: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The indices of the answers and of their distributions; what must be equal is tried."""
    again, _ = through_tables(answers)
    tables = [measures.indices(one, cases, pd.DataFrame(), SETTINGS) for one in (answers, again)]
    published = [publish.index_table(table) for table in tables]
    pd.testing.assert_frame_equal(*(table[SAME] for table in published), rtol=1e-12)
    questions = [table[table["kind"] == "question"] for table in published]
    pd.testing.assert_frame_equal(*(table[OF_QUESTIONS] for table in questions), rtol=1e-9)
    return tables[0], tables[1]


def test_the_example_s_answers_as_distributions_give_the_same_table() -> None:
    raw = look([ROOT / "data" / "example"], SETTINGS)
    answers = gather([clean.answers for clean in raw.years.values()], SETTINGS)
    # A distribution of a year tells nothing of its tertials.
    answers["period"] = pd.Series(None, index=answers.index, dtype="str")
    of_answers, of_spread = compare(answers, raw.cases.values)
    groups = (of_answers["kind"] != "question") & of_answers["shown"]
    width = of_answers["upper"] - of_answers["lower"]
    wider = ((of_spread["upper"] - of_spread["lower"]) / width)[groups]
    assert len(wider) > 250 and wider.min() >= 1
    # What docs/method.md tells of the example.
    assert 1.10 < wider.mean() < 1.12 and 1.35 < wider.max() < 1.37
    assert (of_spread["n"] <= of_answers["n"])[groups].all()


def drawn(seed: int) -> pd.DataFrame:
    """Two years of a small municipality; a respondent's answers are more or less alike."""
    rng = np.random.default_rng(seed)
    sizes = rng.integers(3, 26, len(AREAS) * 2)
    area = np.repeat([*AREAS, *AREAS], sizes)
    year = np.repeat([2024, 2025], [sizes[: len(AREAS)].sum(), sizes[len(AREAS) :].sum()])
    alike, gone = rng.uniform(0, 1), rng.uniform(0, 0.3)
    level = rng.beta(2.5, 0.8, (len(area), 1))
    own = rng.beta(2.5, 0.8, (len(area), len(ITEMS)))
    scores = np.round(1 + 9 * (alike * level + (1 - alike) * own))
    scores[rng.random(scores.shape) < gone] = np.nan
    texts = {name: pd.Series(None, index=range(len(area)), dtype="str") for name in
             ("period", "outcome", "case_type", "company_size", "industry")}  # fmt: skip
    frame = pd.DataFrame({"year": year, "area": area, **texts, "joint": True})
    return pd.concat([frame, pd.DataFrame(scores, columns=ITEMS)], axis=1)


@few
@given(st.integers(0, 10_000))
def test_any_answers_as_distributions_give_the_same_cells(seed: int) -> None:
    answers = drawn(seed)
    # As many respondents in the NKI and each factor as to its question with most answers, so that
    # the number is what the distributions can tell.
    for members in SETTINGS.questionnaire.groups.values():
        first = answers[members[0]]
        answers.loc[first.isna(), list(members)] = np.nan
    of_answers, of_spread = compare(answers, NO_CASES)
    shown = of_answers["shown"]
    assert of_answers.loc[shown, "n"].equals(of_spread.loc[shown, "n"])
    assert (of_spread["lower"] <= of_answers["lower"] + 1e-9)[shown].all()
    assert (of_spread["upper"] >= of_answers["upper"] - 1e-9)[shown].all()


answer = st.one_of(st.none(), st.integers(1, 10))
respondents = st.lists(st.tuples(*[answer] * len(NKI)), min_size=1, max_size=30)


def scores(given: list[tuple[int | None, ...]]) -> np.ndarray:
    frame = np.full((len(given), len(ITEMS)), np.nan)
    frame[:, NKI] = np.array(given, dtype=float)
    return frame


@hypothesis_settings(max_examples=400, deadline=None)
@given(respondents, st.booleans())
def test_no_pairing_of_the_answers_has_a_wider_interval(
    given: list[tuple[int | None, ...]], alike: bool
) -> None:
    """For any answers, also those that go together as closely as answers can."""
    answers = scores(given)
    if alike:
        # Each respondent's answers in the order of the first question, missing ones where they are.
        for place in NKI:
            there = ~np.isnan(answers[:, place])
            order = np.argsort(answers[there, NKI[0]], kind="stable")
            sorted_scores = np.sort(answers[there, place])
            column = np.empty(there.sum())
            column[order] = sorted_scores
            answers[there, place] = column
    at = MEASURES.keys.index("nki")
    found = []
    for rows in (answers, paired(answers, MEASURES)):
        summary = summarise(rows, MEASURES)
        known = estimate(summary.index, summary.variance, summary.n, SETTINGS.rules.uncertainty)
        lower, upper = known.interval(SETTINGS.rules.uncertainty.confidence.value)
        found.append((lower[at], upper[at], summary.n[at], summary.index[at]))
    own, widest = found
    if np.isnan(own[3]):
        return
    assert widest[3] == pytest.approx(own[3])
    assert widest[0] <= own[0] + 1e-9 and widest[1] >= own[1] - 1e-9
    assert widest[2] == int((~np.isnan(answers[:, NKI])).sum(axis=0).max())


@few
@given(st.integers(0, 10_000))
def test_whole_per_cent_and_a_number_are_within_what_rounding_can_do(seed: int) -> None:
    answers = drawn(seed)
    if seed % 2:
        # Several hundred respondents in an area: the counts cannot be told from the shares.
        answers = pd.concat([answers] * 12, ignore_index=True)
    again, notes = through_tables(answers, spread.as_whole_per_cent)
    limits = [
        float(found[1].replace(",", "."))
        for note in notes
        if (found := re.search(r"högst ([\d,]+)\s", note))
    ]
    assert len(limits) == (2 if seed % 2 else len(limits))
    most = max(limits, default=0.0)
    tables = []
    for frame in (answers, again):
        means = frame.groupby(["year", "area"])[ITEMS].mean()
        tables.append((means - 1) / 9 * 100)
    assert float((tables[0] - tables[1]).abs().max(axis=None)) <= most + 0.05
