"""Spread of answers, background groups, response rates, the plan's calendar, the audit's bounds."""

from __future__ import annotations

import importlib
import re
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linprog

from analysis import measures
from analysis.measures import publish
from analysis.measures.audit import System, banded_widths
from analysis.measures.complement import Question, protection_of
from analysis.settings import load

SETTINGS = load(Path(__file__).resolve().parents[2] / "config")
ITEMS = list(SETTINGS.questionnaire.item_keys)
NO_CASES = pd.DataFrame({"year": [], "area": [], "closed": []})
NO_PROGRESS = pd.DataFrame(
    columns=["step", "date", "status", "reached", "intended", "spent", "note"]
)


def answers(areas: dict[str, list[float]], **fields: list[str]) -> pd.DataFrame:
    rows = [
        {"year": 2025, "period": None, "area": area, **dict.fromkeys(ITEMS, score)}
        for area, scores in areas.items()
        for score in scores
    ]
    frame = pd.DataFrame(rows).astype({"period": "str"})
    for name in ("outcome", "case_type", "company_size", "industry"):
        frame[name] = pd.Series(fields.get(name), index=frame.index, dtype="str")
    return frame.assign(joint=True)


def spread_of(frame: pd.DataFrame) -> pd.DataFrame:
    indices = measures.indices(frame, NO_CASES, pd.DataFrame(), SETTINGS)
    return measures.distribution(frame, SETTINGS, indices)


def test_shares_of_low_middle_and_high() -> None:
    spread = spread_of(answers({"bygglov": [1.0, 3.0, 4.0, 7.0] + [8.0, 10.0] * 8}))
    row = spread[spread["measure"] == "nki_totalt"].iloc[0]
    assert (row["n"], row["low"], row["middle"], row["high"]) == (20, 0.1, 0.1, 0.8)
    assert set(spread["scope"]) == {"total"}


def test_no_spread_where_the_total_is_hidden() -> None:
    assert spread_of(answers({"bygglov": [7.0] * 19})).empty


def test_no_spread_that_narrows_a_hidden_area() -> None:
    """Only eights and nines: any hidden area's mean would lie between 8 and 9."""
    narrow = answers({"bygglov": [8.0, 9.0] * 20, "miljo_halsoskydd": [8.0] * 12,
                      "serveringstillstand": [9.0] * 6})  # fmt: skip
    assert spread_of(narrow).empty
    wide = answers({"bygglov": [2.0, 5.0, 9.0] * 20, "miljo_halsoskydd": [5.0] * 12,
                    "serveringstillstand": [5.0] * 6})  # fmt: skip
    assert len(spread_of(wide)) == len(ITEMS)


def test_no_spread_that_narrows_a_hidden_tertial() -> None:
    """The year is 8.3 and every answer 8 or more: T1 of two answers lies within 8–9."""
    frame = answers({"bygglov": [8.0, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 9, 9, 9, 10, 8, 8, 8, 8, 8]})
    frame["period"] = ["T1"] * 15 + ["T2"] * 5
    indices = measures.indices(frame, NO_CASES, pd.DataFrame(), SETTINGS)
    row = (indices["year"] == "2025") & (indices["scope"] == "bygglov") & indices["shown"]
    assert row.any()
    assert measures.distribution(frame, SETTINGS, indices).empty


def test_bands_bound_a_hidden_group() -> None:
    """Two groups of one answer, sum 10, one in 1–3 and one in 8–10: each is 1, 2, 8 or 9."""
    bands = [(1, 3), (4, 7), (8, 10)]
    widths = banded_widths([1, 1], [([0, 1], 10.0)], np.array([1.0, 0, 1]), bands, [[0], [1]])
    np.testing.assert_allclose(widths, [8.0, 8.0], atol=1e-6)
    same = banded_widths([1, 1], [([0, 1], 17.0)], np.array([0.0, 0, 2]), bands, [[0], [1]])
    np.testing.assert_allclose(same, [1.0, 1.0], atol=1e-6)


def test_a_shown_area_of_its_own_bounds_a_hidden_group() -> None:
    """Sums 2 and 20 of two shown pairs say which bands they fill: the hidden pair has the rest."""
    bands = [(1, 3), (4, 7), (8, 10)]
    apart = [([0, 1, 2], 30.0), ([0], 2.0), ([1], 20.0)]
    counts = np.array([2.0, 2.0, 2.0])
    assert banded_widths([2, 2, 2], apart, counts, bands, [[2]]) == pytest.approx([0.0])
    together = [([0, 1, 2], 30.0), ([0, 1], 22.0)]
    assert banded_widths([2, 2, 2], together, counts, bands, [[2]]) == pytest.approx([0.0])
    assert banded_widths([2, 2, 2], apart[:1], counts, bands, [[2]])[0] > 5


def background(frame: pd.DataFrame) -> pd.DataFrame:
    indices = measures.indices(frame, NO_CASES, pd.DataFrame(), SETTINGS)
    return measures.background(frame, NO_CASES, indices, SETTINGS)


def test_a_lone_small_background_group_takes_another_with_it() -> None:
    kinds = ["Handel"] * 6 + ["Bygg"] * 10 + ["Jordbruk"] * 30
    scores = [2.0, 5.0, 9.0, 10.0, 7.0, 4.0] * 7 + [5.0, 6.0, 7.0, 8.0]
    table = background(answers({"bygglov": scores}, industry=kinds))
    shown = table.set_index("value")["shown"]
    assert shown.to_dict() == {"Bygg": False, "Handel": False, "Jordbruk": True}
    assert table.loc[~table["shown"], ["n", "index", "lower", "upper"]].isna().all().all()
    assert set(table["field"]) == {"industry"}


def test_background_groups_of_seven_are_shown() -> None:
    kinds = ["Handel"] * 7 + ["Bygg"] * 23
    table = background(answers({"bygglov": [7.0] * 30}, industry=kinds))
    assert table["shown"].all()
    assert table["n"].tolist() == [23, 7]


def test_a_background_group_that_is_a_hidden_area_is_hidden() -> None:
    """Miljö- och hälsoskydd is hidden to protect serveringstillstånd, and is all of Jordbruk."""
    areas = {"bygglov": 40, "miljo_halsoskydd": 12, "livsmedelskontroll": 50,
             "serveringstillstand": 6}  # fmt: skip
    kinds = np.repeat(["Bygg", "Jordbruk", "Handel", "Handel"], [*areas.values()])
    spread = [4.0, 6.0, 7.0, 9.0, 10.0]
    frame = answers(
        {area: [spread[i % 5] for i in range(n)] for area, n in areas.items()}, industry=[*kinds]
    )
    shown = background(frame).set_index("value")["shown"]
    assert shown.to_dict() == {"Bygg": True, "Handel": False, "Jordbruk": False}


@pytest.mark.parametrize("seed", range(4))
def test_attack_on_background_groups(seed: int) -> None:
    """Every single answer is unknown; every shown index and group is known, and who is in it."""
    rng = np.random.default_rng(seed)
    areas = np.repeat(
        ["bygglov", "miljo_halsoskydd", "livsmedelskontroll", "serveringstillstand", "brandskydd"],
        [22, 9, 25, 5, 10],
    )
    n = len(areas)
    frame = pd.DataFrame(np.round(1 + 9 * rng.beta(2.5, 0.8, (n, len(ITEMS)))), columns=ITEMS).mask(
        rng.random((n, len(ITEMS))) < 0.1
    )
    frame.insert(0, "year", 2025)
    frame.insert(1, "period", pd.Series([None] * n, dtype="str"))
    frame.insert(2, "area", areas)
    frame.insert(3, "joint", True)
    for name, kinds in {"outcome": 3, "case_type": 4, "company_size": 4, "industry": 6}.items():
        own = rng.choice([f"{name} {k}" for k in range(kinds)], n)
        # Some fields go with the area, as they do.
        frame[name] = np.where(rng.random(n) < 0.5, [f"{name} {a[0]}" for a in areas], own)
    indices = measures.indices(frame, NO_CASES, pd.DataFrame(), SETTINGS)
    groups = measures.background(frame, NO_CASES, indices, SETTINGS)
    nki = list(SETTINGS.questionnaire.groups["nki"])
    valid = frame[nki].notna().to_numpy()
    official = frame["area"].isin(SETTINGS.rules.totals.definitions["total4"].areas).to_numpy()

    def mean(inside: np.ndarray, measure: str = "nki") -> np.ndarray:
        part = valid * inside[:, None]
        used = np.array([measure in ("nki", item) for item in nki])
        return (part / part.sum(axis=0) * used / used.sum()).ravel()

    told, asked = [], []
    for row in indices[indices["measure"].isin(["nki", *nki])].itertuples():
        members = SETTINGS.rules.totals.definitions
        its = members[row.definition].areas if row.scope == "total" else (row.scope,)
        function = mean(frame["area"].isin(its).to_numpy(), row.measure)
        if row.shown:
            told.append(function)
        elif row.scope != "total":
            asked.append(function)
    for row in groups.itertuples():
        function = mean((frame[row.field] == row.value).to_numpy() & official)
        (told if row.shown else asked).append(function)
    assert asked
    assert groups["shown"].any()
    truth = (frame[nki].fillna(1).to_numpy().ravel() - 1) / 9 * 100
    known = np.array(told)
    for function in asked:
        ends = [
            linprog(sign * function, A_eq=known, b_eq=known @ truth, bounds=(0, 100)).fun
            for sign in (1, -1)
        ]
        assert -ends[1] - ends[0] >= SETTINGS.rules.disclosure.protected_width.value - 1e-6


@pytest.mark.parametrize("invited", [None, 0, 9])
def test_a_rate_that_cannot_be_true_is_none(invited: int | None) -> None:
    frame = answers({"bygglov": [7.0] * 10})
    cases = pd.DataFrame(
        {"year": [2025], "area": ["bygglov"], "closed": pd.array([50], "Int64"),
         "invited": pd.array([invited], "Int64"), "answered": pd.array([None], "Int64")}
    )  # fmt: skip
    rates = measures.response_rates(cases, frame, SETTINGS).set_index("scope")
    assert rates.loc["bygglov", "shown"]
    assert rates["rate"].isna().all()
    assert rates["met"].isna().all()


def test_response_rates_per_area_and_their_mean() -> None:
    frame = answers(
        {"bygglov": [7.0] * 10, "livsmedelskontroll": [7.0] * 8, "upphandling": [7.0] * 5}
    )
    cases = pd.DataFrame(
        {"year": 2025, "area": ["bygglov", "livsmedelskontroll", "upphandling"],
         "closed": pd.array([50, 6, 20], "Int64"), "invited": pd.array([40, 40, 10], "Int64"),
         "answered": pd.array([10, None, 5], "Int64")}
    )  # fmt: skip
    rates = measures.response_rates(cases, frame, SETTINGS).set_index("scope")
    assert rates.loc["bygglov", "rate"] == 0.25
    assert not rates.loc["bygglov", "met"]
    assert rates.loc["livsmedelskontroll", "rate"] == 0.2
    assert not rates.loc["upphandling", "shown"]
    assert pd.isna(rates.loc["upphandling", "answered"])
    assert rates.loc["total", "rate"] == pytest.approx(0.225)


def plan(progress: pd.DataFrame = NO_PROGRESS, today: date = date(2026, 3, 1)) -> pd.DataFrame:
    return measures.activities(SETTINGS.plan, progress, today)


def test_follow_ups_come_back_by_rule() -> None:
    """Bilaga 1: uppföljande utbildning after one year, then every second year."""
    table = plan()
    training = table[table["step"] == "3.3"]
    assert [start.year for start in training["start"]] == [2026, 2028, 2030]
    assert training["from_rule"].all()
    course = table[table["step"] == "4.4"]
    assert [start.year for start in course["start"]] == [2025, 2026, 2027, 2028, 2029, 2030]


def test_nothing_is_called_done_without_a_report() -> None:
    assert set(plan()["status"]) <= {"kommande", "pågår", "tid passerad", "uppgift saknas"}


def test_a_report_gives_status_and_share_reached() -> None:
    progress = pd.DataFrame(
        {"step": ["1.2", "1.2"], "date": [date(2024, 3, 1), date(2024, 6, 10)],
         "status": ["pågår", "klar"], "reached": pd.array([2, 7], "Int64"),
         "intended": pd.array([9, 9], "Int64"), "spent": pd.array([None, None], "Int64"),
         "note": ["", ""]}
    )  # fmt: skip
    row = plan(progress).set_index("step").loc["1.2"]
    assert row["status"] == "klar"
    assert row["progress"] == pytest.approx(7 / 9)


def reports(*rows: tuple[str, date, str, int | None]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["step", "date", "status", "spent"])
    frame = frame.assign(reached=pd.NA, intended=pd.NA, note="", department="")
    return frame.astype(dict.fromkeys(("reached", "intended", "spent"), "Int64"))


def test_the_money_of_several_reports_adds_up_and_the_newest_status_stands() -> None:
    progress = reports(
        ("3.2", date(2025, 2, 1), "pågår", 100_000),
        ("3.2", date(2025, 5, 28), "klar", 60_000),
        ("3.2", date(2025, 6, 10), "", 53_000),
    )
    row = plan(progress).set_index("step").loc["3.2"]
    assert (row["spent"], row["status"]) == (213_000, "klar")
    assert row["reported"] == date(2025, 6, 10)


def test_money_of_a_follow_up_belongs_to_its_year() -> None:
    progress = reports(
        ("4.4", date(2025, 3, 1), "pågår", 5), ("4.4", date(2025, 12, 1), "klar", 7),
        ("4.4", date(2026, 2, 1), "pågår", 11),
    )  # fmt: skip
    course = plan(progress)
    course = course[course["step"] == "4.4"]
    assert course["spent"].tolist()[:2] == [12, 11]


@pytest.mark.parametrize(
    ("today", "status"),
    [(date(2026, 3, 31), "kommande"), (date(2026, 4, 30), "pågår"),
     (date(2026, 5, 1), "uppgift saknas")],
)  # fmt: skip
def test_an_evaluation_without_a_report_is_not_called_missed(today: date, status: str) -> None:
    table = plan(today=today)
    table = table[(table["kind"] == "utvardering")]
    assert table["status"].tolist()[2] == status
    reported = plan(reports(("U", date(2026, 4, 28), "klar", None)), today=today)
    assert reported[reported["kind"] == "utvardering"]["status"].tolist()[2] == "klar"


def test_a_step_reported_as_not_begun_waits_only_until_it_should_have_begun() -> None:
    progress = reports(("3.2", date(2024, 11, 1), "ej påbörjad", None))
    statuses = [
        plan(progress, today=today).set_index("step").loc["3.2", "status"]
        for today in (date(2024, 12, 1), date(2025, 2, 1))
    ]
    assert statuses == ["kommande", "ej påbörjad"]


def test_an_activity_is_begun_with_its_first_step_and_done_with_its_last() -> None:
    keys = [step.key for step in SETTINGS.plan.activities[0].steps]

    def status(reported: list[str]) -> str:
        progress = pd.DataFrame(
            {"step": reported, "date": date(2023, 12, 20), "status": "klar", "note": "",
             "reached": pd.NA, "intended": pd.NA, "spent": pd.NA}
        ).astype(dict.fromkeys(("reached", "intended", "spent"), "Int64"))  # fmt: skip
        table = plan(progress, today=date(2023, 12, 31))
        row = table[(table["kind"] == "aktivitet") & (table["number"] == 1)].iloc[0]
        return str(row["status"])

    assert [status(keys[:done]) for done in (0, 1, len(keys))] == ["kommande", "pågår", "klar"]


@pytest.mark.parametrize(
    ("today", "status"),
    [(date(2024, 12, 31), "kommande"), (date(2025, 1, 1), "pågår"), (date(2025, 5, 31), "pågår"),
     (date(2025, 6, 1), "tid passerad")],
)  # fmt: skip
def test_the_calendar_at_the_borders(today: date, status: str) -> None:
    table = plan(today=today)
    assert table.set_index("step").loc["3.2", "status"] == status


def test_activities_csv_has_the_agreed_columns() -> None:
    published = publish.activities_table(plan())
    assert list(published.columns) == [
        "activity", "step", "start", "end", "kind", "status", "progress", "responsible",
    ]  # fmt: skip
    assert published.loc[0, "start"] == "2024-01-01"


@pytest.mark.parametrize("seed", range(8))
def test_the_audit_never_promises_more_than_linear_programming_finds(seed: int) -> None:
    rng = np.random.default_rng(seed)
    functions = rng.random((9, 6)) * (rng.random((9, 6)) < 0.6)
    functions = functions[functions.sum(axis=1) > 0]
    functions /= functions.sum(axis=1, keepdims=True)
    truth = rng.uniform(0, 100, 6)
    system = System(functions, truth)
    published = np.zeros(len(functions), dtype=bool)
    published[:3] = True
    for cell in range(3, len(functions)):
        ends = [
            linprog(sign * functions[cell], A_eq=functions[:3], b_eq=functions[:3] @ truth,
                    bounds=(0, 100))
            for sign in (1, -1)
        ]  # fmt: skip
        exact = -ends[1].fun - ends[0].fun
        assert system.width(published, cell) <= exact + 1e-6
        assert system.width(published, cell) >= 0.5 * exact


def test_a_cell_that_follows_from_published_ones_has_no_width() -> None:
    system = System(np.array([[1.0, 0.0], [0.5, 0.5], [0.0, 1.0]]), np.array([40.0, 60.0]))
    assert system.width(np.array([True, True, False]), 2) == pytest.approx(0)
    assert system.width(np.array([False, True, False]), 2) == pytest.approx(100)


def test_every_number_is_traced_to_a_function_and_a_test_that_exist() -> None:
    """The table of docs/method.md: functions by module, tests and benchmarks by file."""
    root = Path(__file__).resolve().parents[2]
    text = (root / "docs" / "method.md").read_text("utf-8")
    table = text.split("## From a number on a page to its formula")[1].split("\n## ")[0]
    rows = [
        [part.strip() for part in line.strip("|").split("|")]
        for line in table.splitlines()
        if line.startswith("|") and "`" in line
    ]
    assert len(rows) > 15
    modules = {path.stem for path in (root / "src" / "analysis" / "measures").glob("*.py")}
    for _, functions, _, tests in rows:
        for name in re.findall(r"`([^`]+)`", functions):
            module, *rest = name.split(".")
            if module not in modules:
                module, rest = "uncertainty", [module, *rest]
            found: object = importlib.import_module(f"analysis.measures.{module}")
            for part in rest:
                found = getattr(found, part)
        for name in re.findall(r"`([^`]+)`", tests):
            folder = root if name.startswith("benchmarks/") else root / "tests"
            assert (folder / name).is_file(), name


def test_a_range_of_exactly_the_protected_width_is_wide_enough_on_every_computer() -> None:
    """Two unknowns of sum ten, published: each lies between 0 and 10, but for how it is rounded."""
    width = SETTINGS.rules.disclosure.protected_width.value
    places = (("total", "total4", ""), ("bygglov", "", ""))
    nothing, sizes = np.zeros(2, dtype=bool), np.array([60, 30])
    for short, safe in ((1e-12, True), (1e-3, False)):
        system = System(np.array([[0.5, 0.5], [1.0, 0.0]]), np.array([3.0, width - 3.0 - short]))
        cells = Question(places, system, nothing, sizes, protection_of(2025, SETTINGS))
        assert cells.is_safe(1, np.array([False, True])) == safe
