"""The table of indices: totals and their methods, official values, change, cases, columns."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis import measures, store
from analysis.measures import publish
from analysis.present.data import ReportData
from analysis.present.pages import metod, metod_underlag
from analysis.settings import Settings, load

SETTINGS = load(Path(__file__).resolve().parents[2] / "config")
ITEMS = list(SETTINGS.questionnaire.item_keys)
NO_CASES = pd.DataFrame({"year": [], "area": [], "closed": []})
NO_OFFICIAL = pd.DataFrame()


def answers(year: int, **areas: float | list[float]) -> pd.DataFrame:
    """Thirty respondents an area who answer one value to everything, or one list of values."""
    rows = [
        {"year": year, "period": None, "area": area, **dict.fromkeys(ITEMS, float(score))}
        for area, given in areas.items()
        for score in (given if isinstance(given, list) else [given] * 30)
    ]
    return pd.DataFrame(rows).astype({"period": "str"}).assign(joint=True)


def cases(year: int, **closed: int) -> pd.DataFrame:
    return pd.DataFrame(
        {"year": year, "area": list(closed), "closed": pd.array(list(closed.values()), "Int64")}
    )


def official(year: int, value: float, **more: object) -> pd.DataFrame:
    row = {"municipality_code": "0188", "year": year, "measure": "nki", "scope": "total",
           "definition": "total4", "value": value, "n": 100, "governs": True} | more  # fmt: skip
    return pd.DataFrame([row]).astype({"n": "Int64"})


def cell(table: pd.DataFrame, year: str, scope: str, measure: str = "nki", definition: str = ""):
    rows = table[
        (table["year"] == year)
        & (table["scope"] == scope)
        & (table["measure"] == measure)
        & (table["definition"] == definition)
    ]
    assert len(rows) == 1
    return rows.iloc[0]


def with_method(method: str) -> Settings:
    rules = SETTINGS.rules
    changed = rules.totals.model_copy(
        update={"method": rules.totals.method.model_copy(update={"value": method})}
    )
    return replace(SETTINGS, rules=rules.model_copy(update={"totals": changed}))


UNEQUAL = answers(2025, bygglov=[4.0] * 60, livsmedelskontroll=[9.0] * 20)
"""Indices 33.33 (60 answers) and 88.89 (20 answers)."""


def test_pooled_total_counts_every_answer_alike() -> None:
    table = measures.indices(UNEQUAL, NO_CASES, NO_OFFICIAL, SETTINGS)
    expected = (60 * 300 / 9 + 20 * 800 / 9) / 80
    assert cell(table, "2025", "total", definition="total4")["index"] == pytest.approx(expected)


def test_plain_mean_counts_every_area_alike() -> None:
    table = measures.indices(UNEQUAL, NO_CASES, NO_OFFICIAL, with_method("mean"))
    expected = (300 / 9 + 800 / 9) / 2
    assert cell(table, "2025", "total", definition="total4")["index"] == pytest.approx(expected)


def test_weights_by_cases_where_every_area_has_them() -> None:
    known = cases(2025, bygglov=100, livsmedelskontroll=300, miljo_halsoskydd=5,
                  serveringstillstand=5)  # fmt: skip
    table = measures.indices(UNEQUAL, known, NO_OFFICIAL, with_method("cases"))
    expected = 0.25 * 300 / 9 + 0.75 * 800 / 9
    assert cell(table, "2025", "total", definition="total4")["index"] == pytest.approx(expected)


def test_weights_by_cases_keep_every_area_of_both_totals() -> None:
    """Brandskydd's own number counts in the total of six, though it is not in the official one."""
    frame = pd.concat([UNEQUAL, answers(2025, brandskydd=[6.0] * 20)])
    known = cases(2025, bygglov=100, livsmedelskontroll=300, brandskydd=200)
    table = measures.indices(frame, known, NO_OFFICIAL, with_method("cases"))
    six = (100 * 300 / 9 + 300 * 800 / 9 + 200 * 500 / 9) / 600
    row = cell(table, "2025", "total", definition="total6")
    assert row["index"] == pytest.approx(six)
    assert row["total_method"] == "cases"


def test_a_total_by_cases_says_where_a_number_is_missing() -> None:
    """Brandskydd has no number: the total of six takes equal weights and says so."""
    frame = pd.concat([UNEQUAL, answers(2025, brandskydd=[6.0] * 20)])
    known = cases(2025, bygglov=100, livsmedelskontroll=300)
    table = measures.indices(frame, known, NO_OFFICIAL, with_method("cases"))
    row = cell(table, "2025", "total", definition="total6")
    assert row["total_method"] == "mean"
    assert row["index"] == pytest.approx((300 + 800 + 500) / 27)
    assert cell(table, "2025", "total", definition="total4")["total_method"] == "cases"


@pytest.mark.parametrize("method", ["pooled", "cases", "mean"])
def test_the_nki_of_a_total_is_the_mean_of_its_questions(method: str) -> None:
    """Also where an area left one of the questions out altogether."""
    frame = pd.concat([UNEQUAL, answers(2025, miljo_halsoskydd=[2.0, 5.0, 9.0] * 4)])
    frame = frame.reset_index(drop=True)
    frame.loc[frame["area"] == "miljo_halsoskydd", "nki_ideal"] = np.nan
    known = cases(2025, bygglov=100, livsmedelskontroll=300, miljo_halsoskydd=90)
    table = measures.indices(frame, known, NO_OFFICIAL, with_method(method))
    total = table[(table["scope"] == "total") & (table["definition"] == "total4")]
    total = total.set_index("measure")["index"]
    questions = total[list(SETTINGS.questionnaire.groups["nki"])]
    assert questions.nunique() == 2
    assert total["nki"] == pytest.approx(questions.mean())


@pytest.mark.parametrize("method", ["cases", "mean"])
def test_a_total_that_is_not_pooled_has_an_interval(method: str) -> None:
    frame = answers(2025, bygglov=[3.0, 5.0, 8.0] * 20, livsmedelskontroll=[7.0, 9.0, 10.0] * 10)
    wide = measures.indices(frame, NO_CASES, NO_OFFICIAL, with_method("mean"))
    known = cases(2025, bygglov=80, livsmedelskontroll=40)
    narrow = measures.indices(frame, known, NO_OFFICIAL, with_method(method))
    rows = [cell(table, "2025", "total", definition="total4") for table in (wide, narrow)]
    assert all(row["lower"] < row["index"] < row["upper"] for row in rows)
    assert rows[1]["upper"] - rows[1]["lower"] < 0.7 * (rows[0]["upper"] - rows[0]["lower"])


def test_an_area_with_fewer_cases_than_answers_corrects_nothing() -> None:
    """Bygglov's number is wrong, so how many cases the total has is not known either."""
    frame = answers(2025, bygglov=[5.0, 7.0, 9.0] * 10, livsmedelskontroll=[6.0, 8.0, 10.0] * 10)
    wrong = cases(2025, bygglov=10, livsmedelskontroll=100)
    rows = [
        cell(
            measures.indices(frame, known, NO_OFFICIAL, SETTINGS), "2025", "total",
            definition="total4",
        )
        for known in (wrong, NO_CASES)
    ]  # fmt: skip
    assert rows[0]["upper"] - rows[0]["lower"] == rows[1]["upper"] - rows[1]["lower"]


def test_the_cases_of_an_area_without_answers_count_in_the_total() -> None:
    """Thirty answers of 40 cases, and 160 cases of an area where nobody answered: 30 of 200."""
    frame = answers(2025, bygglov=[5.0, 7.0, 9.0] * 10)
    known = cases(2025, bygglov=40, livsmedelskontroll=160)
    rows = [
        cell(
            measures.indices(frame, closed, NO_OFFICIAL, SETTINGS), "2025", "total",
            definition="total4",
        )
        for closed in (known, cases(2025, bygglov=200), cases(2025, bygglov=40))
    ]  # fmt: skip
    widths = [row["upper"] - row["lower"] for row in rows]
    assert widths[0] == pytest.approx(widths[1])
    assert widths[2] < 0.6 * widths[0]


@pytest.mark.parametrize("method", ["cases", "mean"])
def test_an_area_where_nobody_answered_weighs_nothing(method: str) -> None:
    frame = answers(2025, bygglov=[4.0] * 60, livsmedelskontroll=[9.0] * 20)
    known = cases(2025, bygglov=100, livsmedelskontroll=100, miljo_halsoskydd=5000)
    table = measures.indices(frame, known, NO_OFFICIAL, with_method(method))
    row = cell(table, "2025", "total", definition="total4")
    assert row["index"] == pytest.approx((300 / 9 + 800 / 9) / 2)
    assert row["total_method"] == method


def test_both_definitions_every_year_and_the_official_one_marked() -> None:
    frame = pd.concat(
        [answers(2023, bygglov=7, brandskydd=9), answers(2024, bygglov=7, brandskydd=9)]
    )
    table = measures.indices(frame, NO_CASES, NO_OFFICIAL, SETTINGS)
    for year, standing in (("2023", "total6"), ("2024", "total4")):
        for definition in ("total6", "total4"):
            row = cell(table, year, "total", definition=definition)
            assert row["is_official_definition"] == (definition == standing)
    assert cell(table, "2023", "total", definition="total4")["n"] == 30
    assert cell(table, "2023", "total", definition="total6")["n"] == 60


def test_the_official_value_governs_and_a_difference_is_flagged() -> None:
    frame = answers(2025, bygglov=[8.0] * 15 + [7.0] * 15)
    index = 650 / 9
    near = measures.indices(frame, NO_CASES, official(2025, round(index, 1)), SETTINGS)
    far = measures.indices(frame, NO_CASES, official(2025, 60.0), SETTINGS)
    row = cell(near, "2025", "total", definition="total4")
    assert row["official_status"] == "agrees"
    row = cell(far, "2025", "total", definition="total4")
    assert row["official_status"] == "differs"
    assert row["official_difference"] == pytest.approx(index - 60.0)
    assert row["official_reason"] == "annat_antal_svar"
    assert row["governing"] == 60.0
    assert row["grade"] == "lagt"
    assert row["index"] == pytest.approx(index)


def test_a_difference_with_the_same_answers_comes_from_the_weights() -> None:
    frame = answers(2025, bygglov=[8.0] * 15 + [7.0] * 15)
    table = measures.indices(frame, NO_CASES, official(2025, 60.0, n=30), SETTINGS)
    row = cell(table, "2025", "total", definition="total4")
    assert row["official_reason"] == "annan_vagning"
    question = official(2025, 60.0, n=30, scope="bygglov", definition="", measure="nki_totalt")
    table = measures.indices(frame, NO_CASES, question, SETTINGS)
    assert cell(table, "2025", "bygglov", "nki_totalt")["official_reason"] == "oforklarad"


def test_no_weights_explain_an_area_s_value_outside_its_own_questions() -> None:
    frame = answers(2025, bygglov=[8.0] * 15 + [7.0] * 15)
    frame.loc[:, "nki_ideal"] = 5.0
    for value, reason in ((60.0, "annan_vagning"), (80.0, "oforklarad")):
        published = official(2025, value, n=30, scope="bygglov", definition="")
        table = measures.indices(frame, NO_CASES, published, SETTINGS)
        assert cell(table, "2025", "bygglov")["official_reason"] == reason


def test_a_difference_of_exactly_the_limit_agrees() -> None:
    """A mean of 7.75 is index 75; 75.5 and 74.5 are within half a unit."""
    frame = answers(2025, bygglov=[8.0] * 15 + [7.5] * 15)
    for value in (74.5, 75.5):
        table = measures.indices(frame, NO_CASES, official(2025, value), SETTINGS)
        row = cell(table, "2025", "total", definition="total4")
        assert row["official_status"] == "agrees"
        assert row["official_reason"] == ""


def test_others_official_values_and_references_do_not_govern() -> None:
    frame = answers(2025, bygglov=7)
    for rows in (
        official(2025, 60.0, municipality_code="0000"),
        official(2025, 60.0, governs=False),
    ):
        table = measures.indices(frame, NO_CASES, rows, SETTINGS)
        assert np.isnan(cell(table, "2025", "total", definition="total4")["official"])


def test_official_values_alone_give_rows_with_grade_and_change() -> None:
    rows = pd.concat([official(2024, 72.0), official(2025, 74.5)])
    table = measures.indices(
        pd.DataFrame(columns=["year", "period", "area", *ITEMS]), NO_CASES, rows, SETTINGS
    )
    row = cell(table, "2025", "total", definition="total4")
    assert row["shown"]
    assert not row["has_answers"]
    assert np.isnan(row["index"])
    assert row["grade"] == "hogt"
    assert row["change"] == pytest.approx(2.5)
    # With their answers told it can be seen that chance explains it; without, nothing is said.
    assert not row["change_significant"]
    uncounted = measures.indices(pd.DataFrame(), NO_CASES, rows.assign(n=pd.NA), SETTINGS)
    assert pd.isna(cell(uncounted, "2025", "total", definition="total4")["change_significant"])
    assert row["official_status"] == "only_official"


def test_a_clear_change_is_significant_and_a_small_one_is_not() -> None:
    spread = [6.0, 7.0, 8.0, 9.0, 10.0] * 6
    before = answers(2024, bygglov=spread)
    clear = answers(2025, bygglov=[score - 3 for score in spread])
    small = answers(2025, bygglov=[*spread[:-1], 9.0])
    changed = measures.indices(pd.concat([before, clear]), NO_CASES, NO_OFFICIAL, SETTINGS)
    row = cell(changed, "2025", "bygglov")
    assert row["change"] == pytest.approx(-300 / 9)
    assert row["change_significant"]
    kept = measures.indices(pd.concat([before, small]), NO_CASES, NO_OFFICIAL, SETTINGS)
    assert not cell(kept, "2025", "bygglov")["change_significant"]
    assert pd.isna(cell(kept, "2024", "bygglov")["change"])


def both_years(*published: float) -> pd.Series:
    """Bygglov of 2025, from 66.7 to 77.8 in the answers, with published values of both years."""
    before = answers(2024, bygglov=[6.0, 7.0, 8.0] * 20)
    after = answers(2025, bygglov=[7.0, 8.0, 9.0] * 20)
    rows = [
        official(year, value, scope="bygglov", definition="", n=60)
        for year, value in zip((2024, 2025), published, strict=False)
    ]
    table = pd.concat(rows) if rows else NO_OFFICIAL
    return cell(
        measures.indices(pd.concat([before, after]), NO_CASES, table, SETTINGS), "2025", "bygglov"
    )


def test_the_change_between_two_published_years_is_that_of_the_published_values() -> None:
    """The answers rise by 11.1; the published values, which govern, by 2.5."""
    own, found = both_years(), both_years(68.0, 70.5)
    assert own["change"] == pytest.approx(100 / 9)
    assert found["change"] == pytest.approx(2.5)
    assert found["change_from"] == 68.0
    assert not found["change_mixed"]


def test_the_interval_of_a_change_lies_around_the_change_that_governs() -> None:
    """It has the width that the answers give, and decides whether the change is significant."""
    own, found = both_years(), both_years(68.0, 70.5)
    for end in ("change_lower", "change_upper"):
        assert found[end] - found["change"] == pytest.approx(own[end] - own["change"])
    assert own["change_significant"]
    assert found["change_lower"] < 0 < found["change_upper"]
    assert not found["change_significant"]


def test_a_change_from_an_unpublished_year_comes_from_the_answers_alone() -> None:
    own, found = both_years(), both_years(68.0)
    names = ["change", "change_from", "change_lower", "change_upper"]
    assert found[names].tolist() == own[names].tolist()
    assert found["change_mixed"] and not own["change_mixed"]


def test_no_change_across_definitions() -> None:
    """2024's official total is total4: its change is against total4 of 2023, not total6."""
    frame = pd.concat(
        [answers(2023, bygglov=7, brandskydd=9), answers(2024, bygglov=8, brandskydd=9)]
    )
    table = measures.indices(frame, NO_CASES, NO_OFFICIAL, SETTINGS)
    assert cell(table, "2024", "total", definition="total4")["change"] == pytest.approx(100 / 9)


def test_known_cases_narrow_the_interval() -> None:
    frame = answers(2025, bygglov=[5.0, 6.0, 7.0, 8.0, 9.0] * 6)
    widths = []
    for known in (NO_CASES, cases(2025, bygglov=40), cases(2025, bygglov=10)):
        row = cell(measures.indices(frame, known, NO_OFFICIAL, SETTINGS), "2025", "bygglov")
        widths.append(row["upper"] - row["lower"])
    assert widths[1] < 0.6 * widths[0]
    # Fewer cases than answers cannot be: no correction.
    assert widths[2] == widths[0]


def test_a_question_nobody_was_asked_leaves_its_factor_to_the_others() -> None:
    frame = answers(2025, bygglov=7)
    frame["effektivitet_tid"] = np.nan
    frame["effektivitet_rutiner"] = 10.0
    table = measures.indices(frame, NO_CASES, NO_OFFICIAL, SETTINGS)
    others = [600 / 9, 600 / 9, 100.0]
    assert cell(table, "2025", "bygglov", "effektivitet")["index"] == pytest.approx(np.mean(others))
    assert "effektivitet_tid" not in set(table["measure"])


def test_index_csv_has_the_agreed_columns_and_spelling() -> None:
    frame = pd.concat(
        [answers(2025, bygglov=[7.0, 8.0] * 15), answers(2025, upphandling=[7.0] * 3)]
    )
    published = publish.index_table(measures.indices(frame, NO_CASES, NO_OFFICIAL, SETTINGS))
    assert list(published.columns) == [
        "year", "scope", "definition", "kind", "measure", "n", "index", "lower", "upper", "grade",
        "change", "change_significant", "official", "shown", "reason",
    ]  # fmt: skip
    text = published.to_csv(index=False)
    assert "2025,total,total4,nki,nki,30,72.2," in text
    hidden = next(
        line for line in text.splitlines() if line.startswith("2025,upphandling,,nki,nki")
    )
    assert hidden == "2025,upphandling,,nki,nki,,,,,,,,,false,for_fa_svar"


def test_other_weights_of_the_nki_questions() -> None:
    weights = SETTINGS.rules.index.nki_weights.model_copy(
        update={"value": {"nki_totalt": 2, "nki_forvantningar": 1, "nki_ideal": 1}}
    )
    rules = SETTINGS.rules.model_copy(
        update={"index": SETTINGS.rules.index.model_copy(update={"nki_weights": weights})}
    )
    frame = answers(2025, bygglov=7)
    frame["nki_totalt"] = 10.0
    table = measures.indices(frame, NO_CASES, NO_OFFICIAL, replace(SETTINGS, rules=rules))
    expected = (2 * 100 + 2 * 600 / 9) / 4
    assert cell(table, "2025", "bygglov")["index"] == pytest.approx(expected)


def test_nothing_at_all_gives_an_empty_table() -> None:
    empty = pd.DataFrame(columns=["year", "period", "area", *ITEMS])
    table = measures.indices(empty, NO_CASES, NO_OFFICIAL, SETTINGS)
    assert table.empty
    assert "governing" in table.columns


def page_data(folder: Path, table: pd.DataFrame, settings: Settings) -> ReportData:
    store.write_table(table, folder, store.INDICES)
    return ReportData(folder, settings, example=False, today=date(2026, 11, 23))


def test_metod_tells_where_we_differ_from_the_official_value(tmp_path: Path) -> None:
    frame = answers(2025, bygglov=[8.0] * 15 + [7.0] * 15)
    table = measures.indices(frame, NO_CASES, official(2025, 60.0), SETTINGS)
    shown = metod_underlag.difference_table(page_data(tmp_path, table, SETTINGS))
    assert shown is not None
    row = " ".join(str(value) for value in shown.rows.iloc[0])
    assert "72,2" in row
    assert "+12,2" in row
    assert "annat antal svar" in row
    agreed = measures.indices(frame, NO_CASES, official(2025, 72.2), SETTINGS)
    assert metod_underlag.difference_table(page_data(tmp_path, agreed, SETTINGS)) is None


def test_metod_names_the_years_without_the_number_of_cases(tmp_path: Path) -> None:
    frame = pd.concat([UNEQUAL, answers(2024, bygglov=7, livsmedelskontroll=8)])
    settings = with_method("cases")
    known = cases(2025, bygglov=100, livsmedelskontroll=300)
    told = metod.index_rule(
        page_data(tmp_path, measures.indices(frame, known, NO_OFFICIAL, settings), settings)
    )
    assert re.findall(r"område (.*);", told.markdown) == ["2024"]
