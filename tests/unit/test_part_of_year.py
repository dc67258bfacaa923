"""A part of a year: no verdicts, changes against the same tertials, and a mark on what is shown."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pages.made_up import ITEMS, PART, SETTINGS, WHOLE, answers, counted, indices

from analysis import intake, measures
from analysis.present import mark
from analysis.present.data import ReportData
from analysis.present.pages import bilaga, framgang, maluppfyllelse, nulage, omrade, oversikt
from analysis.present.tables import Table
from analysis.present.texts import heading, say

TODAY = date(2026, 10, 1)


def total(table: pd.DataFrame, year: str, measure: str = "nki") -> pd.Series:
    rows = table[(table["year"] == year) & (table["scope"] == "total")]
    rows = rows[rows["is_official_definition"] & (rows["measure"] == measure)]
    assert len(rows) == 1
    return rows.iloc[0]


@pytest.mark.parametrize(
    ("periods", "told"),
    [
        (["T1"] * 9, ("T1",)),
        (["T2", "T1"] * 9, ("T1", "T2")),
        (["T1", "T2", "T3"], ()),
        ([None] * 5, ()),
        # One answer without a tertial does not make two tertials a year.
        ([*["T1", "T2"] * 10, None], ("T1", "T2")),
        # A third of the answers could be the tertial that is not told.
        ([*["T1", "T2"] * 10, *[None] * 10], ()),
    ],
)
def test_some_tertials_are_a_part_of_a_year(
    periods: list[str | None], told: tuple[str, ...]
) -> None:
    assert SETTINGS.guards.intake.part_of_year(pd.Series(periods, dtype="str")) == told


def test_a_part_of_a_year_is_compared_with_the_same_tertials() -> None:
    """T1 and T2: means 6.5 in 2025 and 7.5 in 2026, 100/9 units; the whole of 2025 is 7.5."""
    table = indices(WHOLE, PART)
    newest = total(table, "2026")
    assert newest["part"] == "T1,T2"
    assert newest["change"] == pytest.approx(100 / 9)
    assert newest["change_from"] == pytest.approx(5.5 / 9 * 100)
    assert bool(newest["change_significant"])
    assert total(table, "2025")["part"] == ""
    # The same answers the year before as in the newest: no change.
    same = answers(2025, T1=[6.0, 8.0] * 10, T2=[7.0, 9.0] * 10, T3=[1.0] * 20)
    assert total(indices(same, PART), "2026")["change"] == pytest.approx(0)


def test_without_tertials_the_year_before_there_is_no_change() -> None:
    untold = answers(2025, none=[5.0, 7.0] * 20)
    for before in (untold, answers(2025, T1=[5.0, 7.0] * 20)):
        table = indices(before, PART)
        newest = table[table["year"] == "2026"]
        assert newest["change"].isna().all()
        assert newest["change_significant"].isna().all()


def test_a_whole_year_is_not_compared_with_a_part_of_the_one_before() -> None:
    table = indices(answers(2024, T1=[5.0, 7.0] * 20), WHOLE)
    assert table.loc[table["year"] == "2025", "change"].isna().all()


def test_a_change_that_would_give_a_hidden_tertial_away_is_not_told() -> None:
    """Three answers of bygglov in T1 2025: hidden, and T1 with T2 is not told by a change."""
    few = WHOLE[~((WHOLE["area"] == "bygglov") & (WHOLE["period"] == "T1"))]
    kept = WHOLE[(WHOLE["area"] == "bygglov") & (WHOLE["period"] == "T1")].head(3)
    table = indices(few, kept, PART)
    bygglov = table[(table["scope"] == "bygglov") & (table["measure"] == "nki")]
    hidden = bygglov[bygglov["year"].isin(["2025-T1", "2025-T2"])]
    assert not hidden["shown"].all()
    assert bygglov.loc[bygglov["year"] == "2026", "change"].isna().all()
    other = table[(table["scope"] == "livsmedelskontroll") & (table["measure"] == "nki")]
    assert other.loc[other["year"] == "2026", "change"].notna().all()


def test_no_goal_is_judged_on_a_part_of_a_year() -> None:
    goals = measures.goals(indices(WHOLE, PART), SETTINGS.plan, SETTINGS.rules)
    newest, before = goals[goals["year"] == 2026], goals[goals["year"] == 2025]
    assert set(newest["status"]) == {"inte bedömt"}
    assert newest[["probability", "gap", "pace_needed", "pace_so_far"]].isna().all(axis=None)
    assert set(newest["holding_back"]) == {""}
    assert newest.loc[newest["scope"] == "total", "index"].notna().all()
    assert set(before["status"]) <= {"nått", "ej nått"}


def test_years_before_the_plan_was_adopted_get_no_verdict() -> None:
    """Adopted on 4 December 2023: 2023 is the first year that is judged."""
    frames = [answers(year, none=[9.0, 10.0] * 20) for year in (2021, 2022, 2023, 2024)]
    goals = measures.goals(indices(*frames), SETTINGS.plan, SETTINGS.rules)
    early = goals[goals["year"] < 2023]
    assert set(early["status"]) == {"inte bedömt"}
    assert early["probability"].isna().all()
    assert "nått" in set(goals.loc[goals["year"] == 2023, "status"])


def test_a_pace_neither_begins_nor_ends_with_a_part_of_a_year() -> None:
    early = answers(2023, T1=[1.0, 2.0] * 20)
    frames = [answers(year, none=[score, score + 1] * 20) for year, score in ((2024, 6), (2025, 7))]
    goals = measures.goals(indices(early, *frames), SETTINGS.plan, SETTINGS.rules)
    row = goals[(goals["year"] == 2025) & (goals["goal"] == 1)].iloc[0]
    assert row["pace_since"] == 2024
    assert row["pace_from"] == pytest.approx(5.5 / 9 * 100)


def test_a_part_of_a_year_is_no_after_and_nothing_is_required_of_it() -> None:
    table = indices(answers(2024, none=[6.0, 7.0] * 20), WHOLE, PART)
    effect = measures.training_effect(table, pd.DataFrame(), SETTINGS)
    assert set(effect["after_year"].dropna()) == {2025}
    few = measures.drivers(PART[:0], SETTINGS, table)
    assert measures.required_rise(table, few, SETTINGS).empty
    whole = table[~table["year"].str.startswith("2026")]
    assert not measures.required_rise(whole, few, SETTINGS).empty


@pytest.fixture
def data(tmp_path: Path) -> ReportData:
    """A report of 2026 with two tertials."""
    return counted(tmp_path, answers(2024, none=[6.0, 7.0] * 20), WHOLE, PART, today=TODAY)


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


WHEN = say("gemensamt.bedoms_nar", manad="april 2027")


def test_the_pages_say_when_the_goals_are_judged_and_nothing_of_how_it_goes(
    data: ReportData,
) -> None:
    parts = [
        oversikt.front(data).markdown,
        oversikt.goal_cards(data).markdown,
        bilaga.summary(data).markdown,
        maluppfyllelse.area_goals(data).markdown,
        " ".join(maluppfyllelse.goal_table(data).rows.to_numpy().ravel()),
        getattr(omrade.goal_table(data, "bygglov"), "markdown", ""),
        getattr(framgang.required_table(data), "markdown", ""),
    ]
    for part in map(plain, parts):
        assert WHEN in part.replace("Bedöms", "bedöms"), part
        for verdict in (
            "nått",
            "nådda",
            "✗",
            "✓",
            "målet:",
            "under målet",
            "uteslutet",
            "sannolik",
        ):
            assert verdict not in part, part
    assert "certainty" not in [column.key for column in maluppfyllelse.goal_table(data).columns]


def test_a_change_says_which_tertials_it_is_counted_from(data: ReportData) -> None:
    told = plain(oversikt.front(data).markdown)
    assert "11,1 enheter högre än T1–T2 2025 (61,1)" in told
    table = nulage.area_table(data)
    labels = [plain(column.heading) for column in table.columns]
    assert heading("andring", sedan="T1–T2 2025") in labels


def test_that_there_is_nothing_to_compare_with_is_said(tmp_path: Path) -> None:
    data = counted(tmp_path, answers(2025, none=[5.0, 7.0] * 20), PART, today=TODAY)
    told = say("gemensamt.ingen_jamforelse", fore=2025, tertial="T1–T2", for_fa="")
    shown = nulage.area_table(data)
    assert isinstance(shown, Table)
    assert "change" not in [column.key for column in shown.columns]
    assert told in shown.note
    assert told in omrade.introduction(data, "bygglov").markdown


def test_every_figure_and_caption_bears_the_mark(data: ReportData) -> None:
    figures = [
        oversikt.trend_figure(data),
        nulage.area_figure(data),
        omrade.trend_figure(data, "bygglov"),
        omrade.factor_figure(data, "bygglov"),
    ]
    for figure in figures:
        assert plain(figure.alt).startswith("PRELIMINÄRT T1–T2 2026. ")
        assert "PRELIMINÄRT T1–T2 2026." in plain(figure.caption)
    assert "PRELIMINÄRT" in nulage.area_table(data).caption
    # No colour says what is below a goal, and no line joins a part of a year with a whole one.
    areas = nulage.area_figure(data).plot["data"][0]["marker"]
    assert len(set(areas["color"])) == len(set(areas["symbol"])) == 1
    lines = [t for t in oversikt.trend_figure(data).plot["data"] if t["mode"].startswith("lines")]
    assert all(2026 not in line["x"] for line in lines)


def test_a_year_that_is_not_all_there_long_afterwards_names_no_month_that_has_passed() -> None:
    late = mark.preliminary(("T1",), 2024, SETTINGS, date(2026, 10, 1))
    assert "2025" not in late.told
    both = mark.of([("2026", "T2,T3"), ("2025", "")], SETTINGS, TODAY, example=True)
    assert [plain(found.word) for found in both] == ["EXEMPELDATA", "PRELIMINÄRT T2–T3 2026"]
    after = date(2027, 1, 1)
    assert mark.of([("2026", ""), ("2025", "T1")], SETTINGS, after, example=False) == ()


def test_a_year_that_is_not_over_is_preliminary_though_its_answers_tell_no_tertials(
    tmp_path: Path,
) -> None:
    last = date(2026, 12, 31)
    (found,) = mark.of([("2026", ""), ("2025", "")], SETTINGS, last, example=False)
    assert plain(found.word) == "PRELIMINÄRT 2026"
    data = counted(tmp_path, answers(2026, none=[5.0, 7.0] * 20), today=last)
    shown = nulage.area_table(data)
    assert isinstance(shown, Table)
    assert "PRELIMINÄRT 2026" in plain(shown.caption)


def test_check_tells_of_a_year_that_is_not_over(tmp_path: Path) -> None:
    names = {item.key: item.text for item in SETTINGS.questionnaire.items}
    areas = {area.key: area.name for area in SETTINGS.questionnaire.areas}
    scores = [5.0, 7.0, 9.0] * 8
    told = answers(2026, none=scores).drop(columns=["outcome", "period"])
    told = told.assign(area=told["area"].map(areas)).astype(dict.fromkeys(ITEMS, int))
    told = told.rename(columns={**names, "area": "Myndighetsområde", "year": "Ärendeår"})
    told["Svarsnummer"] = [f"n{number}" for number in range(len(told))]
    told.to_csv(tmp_path / "insikt_2026.csv", sep=";", index=False, encoding="utf-8-sig")

    def checked(today: date) -> str:
        return plain(" ".join(intake.check([tmp_path], SETTINGS, today=today).to_text().split()))

    assert "Ärendeåret är inte slut: talen, och bedömningen" in checked(date(2026, 10, 1))
    assert "Ärendeåret är inte slut" not in checked(date(2027, 1, 2))


def test_the_tables_for_reuse_have_no_verdict_on_a_part_of_a_year() -> None:
    goals = measures.goals(indices(WHOLE, PART), SETTINGS.plan, SETTINGS.rules)
    table = measures.publish.goals_table(goals)
    newest = table[table["year"] == 2026]
    assert set(newest["status"]) == {"inte bedömt"}
    assert np.isnan(newest[["gap", "probability"]].to_numpy(dtype=float)).all()


def test_check_tells_of_a_part_of_a_year_and_compares_it_with_the_same_tertials(
    tmp_path: Path,
) -> None:
    names = {item.key: item.text for item in SETTINGS.questionnaire.items}
    areas = {area.key: area.name for area in SETTINGS.questionnaire.areas}
    for year, scores in (
        (2025, {"T1": (5, 7), "T2": (6, 8), "T3": (9, 10)}),
        (2026, {"T1": (5, 7), "T2": (6, 8)}),
    ):
        told = answers(year, **{period: list(given) * 12 for period, given in scores.items()})
        told = told.assign(area=told["area"].map(areas)).drop(columns="outcome")
        told[ITEMS] = told[ITEMS].astype(int)
        told = told.rename(columns={**names, "area": "Myndighetsområde", "period": "Tertial"})
        told = told.rename(columns={"year": "Ärendeår"})
        told["Svarsnummer"] = [f"{year}-{number}" for number in range(len(told))]
        told.to_csv(tmp_path / f"insikt_{year}.csv", sep=";", index=False, encoding="utf-8-sig")
    found = intake.check([tmp_path], SETTINGS, today=TODAY)
    text = plain(" ".join(found.to_text().split()))
    assert "Svaren kommer bara från tertial 1 och 2. Talen för året är preliminära" in text
    assert "NKI mot T1–T2 2025" in text
    assert "Bygglov 48 61,1 48 ±0,0" in text
