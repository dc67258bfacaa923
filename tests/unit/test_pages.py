"""What the pages say of given numbers, and what the figures draw, as data."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from analysis import measures, store
from analysis.intake import look
from analysis.present import wording
from analysis.present.bundle import Figure, Text
from analysis.present.data import ReportData
from analysis.present.figures.timeline import timeline
from analysis.present.figures.trend import trend
from analysis.present.goals import area_facts
from analysis.present.pages import (
    bilaga,
    framgang,
    maluppfyllelse,
    nulage,
    omrade,
    oversikt,
    underlag,
)
from analysis.present.tables import Table
from analysis.settings import load

CONFIG = Path(__file__).resolve().parents[2] / "config"
NAN = float("nan")


def swedish_text(text: object) -> str:
    """A text with ordinary spaces."""
    return str(text).replace("\N{NO-BREAK SPACE}", " ")


@pytest.fixture
def example(example_project) -> ReportData:
    """The numbers of the example's run."""
    folder = example_project.processed / "example"
    return ReportData(folder, load(CONFIG), example=True, today=date(2026, 11, 23))


def goal_table(*rows: dict[str, object]) -> pd.DataFrame:
    empty = {
        "year": 2025, "target_year": pd.NA, "gap": NAN, "upper": NAN, "probability": NAN,
        "certainty_words": "", "reason": "", "pace_needed": NAN, "pace_so_far": NAN,
        "pace_since": pd.NA, "pace_from": NAN, "definition": "", "index": NAN,
    }  # fmt: skip
    return pd.DataFrame([{**empty, **row} for row in rows])


def with_tables(tmp_path: Path, goals: pd.DataFrame, drivers: pd.DataFrame) -> ReportData:
    indices = pd.DataFrame({"year": ["2025"], "has_answers": [True], "scope": ["total"]})
    indices = indices.assign(definition="total4", measure="nki", kind="nki", governing=NAN)
    indices = indices.assign(part="", is_official_definition=True)
    for name, table in (
        (store.INDICES, indices.assign(change=NAN, reason="for_fa_svar")),
        (store.GOALS, goals),
        (store.DRIVERS, drivers),
        (store.OFFICIAL, look([], load(CONFIG)).official.values),
    ):
        store.write_table(table, tmp_path, name)
    return ReportData(tmp_path, load(CONFIG), example=False, today=date(2026, 5, 1))


def drivers(**quadrants: str) -> pd.DataFrame:
    rows = [
        {"scope": "total", "factor": factor, "quadrant": quadrant, "effect": 0.3}
        for factor, quadrant in quadrants.items()
    ]
    return pd.DataFrame(rows, columns=["scope", "factor", "quadrant", "effect"])


def area(scope: str, status: str, index: float, upper: float) -> dict[str, object]:
    return {
        "goal": 2, "scope": scope, "status": status, "target": 70.0, "index": index,
        "gap": index - 70, "upper": upper,
    }  # fmt: skip


TOTAL = {
    "goal": 1, "scope": "total", "status": "ej nått", "target": 77.0, "index": 73.8, "gap": -3.2,
    "target_year": 2026, "pace_needed": 3.2, "pace_so_far": 1.6, "pace_since": 2024,
    "pace_from": 72.2,
    "definition": "total4", "probability": 0.004, "certainty_words": "så gott som uteslutet",
}  # fmt: skip


def told(data: ReportData) -> list[str]:
    return [sentence.to_markdown().replace("\u00a0", " ") for sentence in oversikt.sentences(data)]


def test_a_goal_that_is_reached_exactly_is_reached(tmp_path: Path) -> None:
    """Nothing is missing, and nothing is said of what would be needed."""
    exactly = {**TOTAL, "status": "nått", "index": 77.0, "gap": 0.0, "probability": 0.5,
               "certainty_words": "ovisst"}  # fmt: skip
    data = with_tables(tmp_path, goal_table(exactly), drivers())
    assert told(data)[0] == (
        "**Mål 1 är nått:** 77,0 mot målet 77. Att det sanna värdet når dit är ovisst (50 %)."
    )
    card = swedish_text(oversikt.goal_cards(data).markdown)
    assert "Nu 77,0 (0,0 över). Att det sanna värdet når målet är ovisst (50 %)." in card


def test_the_overview_says_goal_areas_and_where_to_begin(tmp_path: Path) -> None:
    goals = goal_table(TOTAL, area("bygglov", "ej nått", 68.0, 72.0))
    data = with_tables(tmp_path, goals, drivers(effektivitet="prioritera", kompetens="bevara"))
    assert told(data) == [
        "**Mål 1 är inte nått ännu:** 73,8 mot målet 77, så 3,2 fattas. Att det redan är nått är "
        "så gott som uteslutet (under 1 %). Det kräver +3,2 till 2026; sedan 2024 är takten +1,6 "
        "per år, från 72,2 (2024) till 73,8.",
        "**Ett område ligger under 70:** bygglov 68,0. Avståndet kan bero på vilka som råkade "
        "svara.",
        "**Börja med effektivitet (handläggningstiden, rutinerna och hålla tidsramarna):** där "
        "är företagen mindre nöjda och sambandet med NKI starkt. Sambanden visar var det kan löna "
        "sig, inte att en åtgärd säkert hjälper.",
    ]


@pytest.mark.parametrize(
    ("uppers", "words"),
    [
        ((69.0, 69.5), "Avstånden är säkerställda."),
        ((69.0, 71.0), "Avståndet är säkerställt för 1 av dem."),
        ((72.0, 71.0), "Vart och ett av avstånden kan bero på vilka som råkade svara."),
        ((NAN, NAN), "går inte att räkna ut"),
    ],
)
def test_a_distance_that_chance_may_explain_is_said_to_be_unsure(
    tmp_path: Path, uppers: tuple[float, float], words: str
) -> None:
    goals = goal_table(
        TOTAL,
        area("bygglov", "ej nått", 68.0, uppers[0]),
        area("brandskydd", "ej nått", 66.0, uppers[1]),
    )
    sentence = told(with_tables(tmp_path, goals, drivers()))[1]
    assert sentence.startswith("**Två områden ligger under 70:** brandskydd 66,0 och bygglov 68,0.")
    assert words in sentence


def test_nothing_is_claimed_without_a_value(tmp_path: Path) -> None:
    missing = TOTAL | {"status": "saknas", "gap": NAN, "index": NAN}
    data = with_tables(tmp_path, goal_table(missing), drivers())
    assert told(data) == ["**Mål 1 kan inte bedömas.** Värdet för 2025 saknas."]


def test_every_area_reached_is_said_with_those_that_cannot_be_judged(tmp_path: Path) -> None:
    goals = goal_table(
        TOTAL,
        area("bygglov", "nått", 75.0, 80.0),
        area("brandskydd", "för få svar", NAN, NAN),
    )
    sentence = told(with_tables(tmp_path, goals, drivers()))[1]
    assert sentence == "**Ett av två områden når 70:** de andra kan inte bedömas."


def test_every_area_reached_is_said_with_the_lowest(tmp_path: Path) -> None:
    goals = goal_table(
        TOTAL, area("bygglov", "nått", 75.0, 80.0), area("brandskydd", "nått", 71.5, 80.0)
    )
    sentence = told(with_tables(tmp_path, goals, drivers()))[1]
    assert sentence == "**Alla områden når 70:** lägst är brandskydd 71,5."


def test_a_goal_for_every_area_is_not_reached_before_all_can_be_judged(tmp_path: Path) -> None:
    goals = goal_table(
        TOTAL,
        area("samtliga", "nått", 75.0, 80.0),
        area("bygglov", "nått", 75.0, 80.0),
        area("brandskydd", "saknas", NAN, NAN),
    )
    data = with_tables(tmp_path, goals, drivers())
    cards = oversikt.goal_cards(data).markdown
    assert "</span> Nått i 1 av 2 områden</p>" in cards
    assert "nki-card-met nki-card-unsure" in cards
    assert "Det enda bedömda området når målet. Kan inte bedömas: brandskydd." in cards
    assert maluppfyllelse.goal_table(data).rows["status"].iloc[1] == "Nått i 1 av 2 områden"
    assert "**Inget av planens fyra mål är nått**" in bilaga.summary(data).markdown


def test_money_stands_beside_the_budget_of_its_own_activity(example: ReportData) -> None:
    # 3.1 and 3.2 have cost 18 500 and 213 000; the workshops of activity 2 have no budget.
    told = swedish_text(underlag.economy(example).markdown)
    assert "Budgeten för aktivitet 3 är 250 000 kr år 2025." in told
    assert "Hittills är 231 500 kr rapporterat förbrukade för aktiviteten." in told
    other = example.activities.copy()
    other.loc[other["step"] == "2.1", "spent"] = 40_000
    data = replace(example)
    data.__dict__["activities"] = other
    told = swedish_text(underlag.economy(data).markdown)
    assert "Hittills är 231 500 kr rapporterat" in told
    assert "Rapporterat förbrukat utan egen budget: aktivitet 2 40 000 kr." in told


def test_what_is_done_but_did_not_reach_all_says_so(example: ReportData) -> None:
    rows = maluppfyllelse.activity_table(example).rows.set_index("step")
    rows.index = [name.split(" ")[0] for name in rows.index]
    assert swedish_text(rows.loc["1.2", "status"]) == "Genomförd; 78 % av de avsedda"
    assert rows.loc["1.1", "status"] == "Klar"
    assert rows.loc["1.2", "note"] == "Möten med företagarföreningar"


def test_an_evaluation_nobody_has_reported_is_not_called_missed(example: ReportData) -> None:
    table = example.activities
    held = table[(table["kind"] == "utvardering") & (pd.to_datetime(table["end"]) < "2026-11-01")]
    assert set(held["status"]) == {"uppgift saknas"}


def test_a_line_is_broken_where_a_year_is_missing_and_where_the_definition_changes(
    example: ReportData,
) -> None:
    figure = trend(example, key="x")
    assert figure is not None
    lines = [t for t in figure.plot["data"] if t["name"] in ("sex områden", "fyra områden")]
    assert [line["x"][-1] for line in lines] == [2023, 2025]
    gap = example.indices[
        ~((example.indices["year"] == "2023") & (example.indices["scope"] == "bygglov"))
    ]
    broken = replace(example)
    broken.__dict__["indices"] = gap
    drawn = trend(broken, key="x", scope="bygglov")
    assert drawn is not None
    line = drawn.plot["data"][0]
    assert (line["x"][2], line["y"][2], line["text"][2]) == (2023, None, "")


def test_the_timeline_has_every_step_today_the_goal_and_the_break(example: ReportData) -> None:
    plan = example.settings.plan
    figure = timeline(example, plan.goals[0], key="tidplan")
    rows = figure.plot["layout"]["yaxis"]["ticktext"]
    steps = [step.key for activity in plan.activities for step in activity.steps]
    steps += [rule.key for activity in plan.activities for rule in activity.recurring]
    for key in steps:
        assert any(row.startswith(f"{key} ") for row in rows), key
    shapes = figure.plot["layout"]["shapes"]
    assert [s["y0"] for s in shapes if s.get("yref") == "y2" and s["y0"] == s["y1"]] == [77, 75]
    assert {"2026-11-23", "2024-01-01"} <= {str(shape["x0"]) for shape in shapes}
    bars = [trace for trace in figure.plot["data"] if trace["type"] == "bar"]
    assert {bar["name"] for bar in bars} == {"Klar", "Pågår", "Kommande", "Uppgift saknas"}
    # Filled, striped and hollow: no two looks differ by colour alone.
    looks = {bar["name"]: (bar["marker"]["color"] == "#ffffff", bar["marker"]["pattern"]["shape"])
             for bar in bars}  # fmt: skip
    assert looks["Klar"] == (False, "")
    assert looks["Pågår"] == (False, "/")
    assert looks["Kommande"] == (True, "")


def test_on_a_narrow_screen_the_steps_stand_over_their_bars(example: ReportData) -> None:
    figure = timeline(example, example.settings.plan.goals[0], key="tidplan")
    assert figure.narrow is not None
    notes = [note["text"] for note in figure.narrow["annotations"]]
    assert all(name in notes for name in figure.plot["layout"]["yaxis"]["ticktext"])


def test_every_figure_says_its_numbers_in_words_and_in_a_table(example: ReportData) -> None:
    figures = {
        "trend": oversikt.trend_figure(example),
        "areas": nulage.area_figure(example),
        "spread": nulage.distribution_figure(example),
        "matrix": framgang.matrix_figure(example),
        "timeline": maluppfyllelse.timeline_figure(example),
        "area": omrade.trend_figure(example, "bygglov"),
        "factors": omrade.factor_figure(example, "bygglov"),
    }
    for name, figure in figures.items():
        assert isinstance(figure, Figure), name
        assert figure.alt.startswith("EXEMPELDATA. "), name
        assert any(letter.isdigit() for letter in figure.alt), name
        assert "Källa: " in figure.caption and "ärendeår" in figure.caption.lower(), name
        assert len(figure.table.rows) > 1, name


def test_a_factor_near_the_line_is_said_to_be(example: ReportData) -> None:
    rows = framgang.rows(example)
    middle = rows["effect"].mean()
    near = rows[(rows["effect_lower"] < middle) & (rows["effect_upper"] > middle)]
    guide = framgang.reading_guide(example)
    assert guide is not None
    assert guide.markdown.count("(nära gränsen)") == len(near) > 0


def test_what_an_area_hides_is_told_with_the_reason(example: ReportData) -> None:
    shown = omrade.hidden(example, "bygglov").markdown
    rows = example.select(year=example.year, scope="bygglov", definition="")
    assert rows["shown"].all() and shown == "Alla tal för ärendeår 2025 visas.\n"
    few = omrade.hidden(example, "receptfria_lakemedel").markdown
    assert few.startswith("- **För få svar:** NKI, alla servicefaktorer och alla frågor.")
    assert "minst 7 svar" in few


def test_an_area_without_numbers_says_of_each_part_what_is_missing(example: ReportData) -> None:
    parts = [
        part(example, "receptfria_lakemedel")
        for part in (
            omrade.trend_figure,
            omrade.factor_figure,
            omrade.goal_table,
            omrade.question_table,
        )
    ]
    texts = [part.markdown for part in parts if isinstance(part, Text)]
    assert len(set(texts)) == len(parts)
    assert all("<" not in text and len(text) < 120 for text in texts)


@pytest.mark.parametrize(
    ("statuses", "told"),
    [
        (("nått",), "Det enda bedömda området når målet."),
        (("ej nått",), "Det enda bedömda området når inte målet. Under målet: bygglov."),
        (("nått", "ej nått"), "1 av 2 bedömda områden når målet. Under målet: brandskydd."),
        (("för få svar",), "Inget område kan bedömas."),
    ],
)
def test_how_many_areas_reach_a_goal_is_said_in_words(
    tmp_path: Path, statuses: tuple[str, ...], told: str
) -> None:
    areas = zip(("bygglov", "brandskydd"), statuses, strict=False)
    goals = goal_table(*(area(key, status, 70.0, 72.0) for key, status in areas))
    data = with_tables(tmp_path, goals, drivers())
    goal = next(goal for goal in data.settings.plan.goals if goal.scope == "areas")
    assert area_facts(data, goal) == told


def test_the_rates_table_tells_how_the_total_is_counted(example: ReportData) -> None:
    table = nulage.response_table(example)
    assert table is not None
    assert table.note.replace("\u00a0", " ") == (
        "Totalens svarsfrekvens är medelvärdet av områdenas (fyra områden). "
        "Krav: 30 % och minst 10 svar i ett område, 40 % i medelvärdet."
    )


def test_a_missing_rate_is_told_and_neither_met_nor_unmet(tmp_path: Path) -> None:
    data = with_tables(tmp_path, goal_table(TOTAL), drivers())
    rates = pd.DataFrame(
        {"year": 2025, "scope": ["total", "bygglov"], "closed": pd.array([None, 40], "Int64"),
         "invited": pd.array([None, None], "Int64"), "answered": pd.array([None, 10], "Int64"),
         "rate": NAN, "met": pd.array([None, None], "boolean"), "shown": True}
    )  # fmt: skip
    store.write_table(rates, tmp_path, store.RATES)
    table = nulage.response_table(data)
    assert table is not None
    assert list(table.rows["rate"]) == list(table.rows["reached"]) == ["–", "–"]
    assert table.note.replace("\u00a0", " ") == (
        "Krav: 30 % och minst 10 svar i ett område. "
        "Utan antal utskick, eller med färre utskick än svar, kan den inte räknas."
    )


def test_a_change_by_the_answers_beside_published_values_is_told(
    example: ReportData, tmp_path: Path
) -> None:
    assert "räknad på svaren" not in nulage.area_table(example).note
    shutil.copytree(example.folder, tmp_path, dirs_exist_ok=True)
    indices = example.indices.copy()
    indices.loc[indices["scope"].isin(["total", "bygglov"]), "change_mixed"] = True
    store.write_table(indices, tmp_path, store.INDICES)
    data = ReportData(tmp_path, load(CONFIG), example=True, today=date(2026, 5, 1))
    told = "Ändringen för totalen och bygglov är räknad på svaren här: bara det ena året har"
    assert told in nulage.area_table(data).note


def test_an_area_without_numbers_in_the_newest_year_says_so(tmp_path: Path) -> None:
    data = with_tables(tmp_path, goal_table(TOTAL), drivers())
    parts = [omrade.hidden(data, "bygglov"), omrade.question_table(data, "bygglov")]
    assert [part.markdown.strip().replace("\u00a0", " ") for part in parts] == [
        "Det finns inga tal för ärendeår 2025.",
        "Ingen fråga visas för ärendeår 2025: det finns inga enskilda svar.",
    ]


def test_an_areas_goals_begin_with_the_first_year_that_has_a_value(tmp_path: Path) -> None:
    missing = area("bygglov", "saknas", NAN, NAN)
    goals = goal_table(
        missing | {"year": 2023},
        area("bygglov", "nått", 71.0, NAN) | {"year": 2024},
        missing | {"year": 2025},
    )
    table = omrade.goal_table(with_tables(tmp_path, goals, drivers()), "bygglov")
    assert isinstance(table, Table)
    assert list(table.rows["year"]) == ["2024", "2025"]
    goals = goal_table(
        *(missing | {"year": year, "goal": goal} for year in (2023, 2025) for goal in (2, 4))
    )
    table = omrade.goal_table(with_tables(tmp_path / "alls", goals, drivers()), "bygglov")
    assert isinstance(table, Table)
    assert list(table.rows.iloc[0]) == ["2025", "–", "Värde saknas", "–", "Värde saknas"]
    assert len(table.rows) == 1


def test_areas_none_of_which_can_be_judged_are_not_counted(tmp_path: Path) -> None:
    goals = goal_table(
        TOTAL, area("samtliga", "saknas", NAN, NAN), area("bygglov", "saknas", NAN, NAN)
    )
    table = maluppfyllelse.goal_table(with_tables(tmp_path, goals, drivers()))
    assert list(table.rows.iloc[1])[1:3] == ["–", "–"]


def test_a_rate_that_is_not_known_is_not_told(example: ReportData, tmp_path: Path) -> None:
    assert omrade.response(example, "bygglov") is not None
    data = with_tables(tmp_path, goal_table(TOTAL), drivers())
    rates = example.table(store.RATES).assign(rate=NAN)
    store.write_table(rates, tmp_path, store.RATES)
    assert omrade.response(data, "bygglov") is None


def test_a_trend_tells_for_which_years_the_answers_are_counted(
    example: ReportData, tmp_path: Path
) -> None:
    shutil.copytree(example.folder, tmp_path, dirs_exist_ok=True)
    indices = example.indices.copy()
    indices.loc[indices["year"].isin(["2021", "2022"]), "n"] = pd.NA
    store.write_table(indices, tmp_path, store.INDICES)
    whole, partly = (
        trend(data, key="nki").caption.replace("\u00a0", " ")
        for data in (example, ReportData(tmp_path, load(CONFIG), example=True, today=example.today))
    )
    assert "Antalet svar är känt" not in whole
    assert "svar, ärendeår" in whole
    assert "Antalet svar är känt för 2023–2025: " in partly
    assert "svar, ärendeår" not in partly


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ({"scope": "bygglov"}, "2025: det finns varken svar eller ett publicerat värde."),
        ({"reason": "for_fa_svar"}, "2025: svaren är för få. Det krävs minst 20 svar"),
        ({"reason": "skyddar_annat_varde"}, "2025: svaren räcker, men talet skulle"),
    ],
)
def test_the_overview_tells_why_there_is_no_total(
    tmp_path: Path, row: dict[str, str], told: str
) -> None:
    data = with_tables(tmp_path, goal_table(TOTAL), drivers())
    store.write_table(data.indices.assign(**row), tmp_path, store.INDICES)
    data = ReportData(tmp_path, load(CONFIG), example=False, today=date(2026, 5, 1))
    assert told in oversikt.front(data).markdown.replace("\u00a0", " ")


def test_a_goal_that_cannot_be_judged_is_not_said_to_be_missed(tmp_path: Path) -> None:
    goals = goal_table(
        TOTAL, TOTAL | {"goal": 3, "status": "nått"}, area("bygglov", "saknas", 0, 0)
    )
    text = bilaga.summary(with_tables(tmp_path, goals, drivers())).markdown
    assert text.replace("\u00a0", " ").strip() == (
        "**Ett av planens fyra mål är nått** för ärendeår 2025; två kan inte bedömas helt."
    )


def test_money_that_nobody_has_reported_is_not_nought(example: ReportData, tmp_path: Path) -> None:
    shutil.copytree(example.folder, tmp_path, dirs_exist_ok=True)
    unreported = example.activities.assign(
        spent=pd.array([None] * len(example.activities), "Int64")
    )
    store.write_table(unreported, tmp_path, store.ACTIVITIES)
    data = ReportData(tmp_path, load(CONFIG), example=True, today=example.today)
    spent = list(maluppfyllelse.activity_summary(data).rows["spent"])
    assert [cell.replace("\u00a0", " ") for cell in spent] == [
        "–", "–", "ej redovisat av 250 000 kr", "–"
    ]  # fmt: skip


def of_two_tertials(example: ReportData, folder: Path) -> ReportData:
    """The example as if only T1 and T2 of its newest year had come."""
    shutil.copytree(example.folder, folder, dirs_exist_ok=True)
    newest = example.indices["year"] == "2025"
    indices = example.indices.assign(part=newest.map({True: "T1,T2", False: ""}))
    store.write_table(indices, folder, store.INDICES)
    settings = example.settings
    store.write_table(measures.goals(indices, settings.plan, settings.rules), folder, store.GOALS)
    return replace(example, folder=folder)


def test_a_year_of_which_only_some_tertials_have_come_is_said_to_be(
    example: ReportData, tmp_path: Path
) -> None:
    assert "bara från" not in oversikt.front(example).markdown
    data = of_two_tertials(example, tmp_path)
    parts = (
        oversikt.front(data),
        nulage.introduction(data),
        omrade.introduction(data, "bygglov"),
        bilaga.summary(data),
    )
    told = "Svaren för ärendeår 2025 kommer bara från T1–T2; det som är räknat på dem"
    assert all(told in part.markdown.replace("\u00a0", " ") for part in parts)


@pytest.mark.parametrize(
    ("sure", "told"),
    [
        (["ovisst"], "Ett av planens fyra mål är nått** för ärendeår 2025, men det är ovisst; "),
        (
            ["ovisst", "sannolikt"],
            "Två av planens fyra mål är nådda** för ärendeår 2025, men för ett av dem är det "
            "ovisst; ",
        ),
        (["sannolikt"], "Ett av planens fyra mål är nått** för ärendeår 2025; "),
    ],
)
def test_the_appendix_says_where_a_reached_goal_is_uncertain(
    tmp_path: Path, sure: list[str], told: str
) -> None:
    met = TOTAL | {"status": "nått", "probability": 0.58}
    rows = [
        met | {"goal": goal, "certainty_words": words}
        for goal, words in zip((1, 3), sure, strict=False)
    ]
    data = with_tables(tmp_path, goal_table(*rows), drivers())
    assert told in bilaga.summary(data).markdown.replace("\u00a0", " ")


def test_how_likely_a_goal_for_every_area_is_concerns_those_that_are_judged(
    tmp_path: Path,
) -> None:
    sure = {"probability": 0.9, "certainty_words": "sannolikt"}
    rows = [area("samtliga", "nått", 75.0, 80.0) | sure, area("bygglov", "nått", 75.0, 80.0)]
    for more, who in (([], "alla"), ([area("brandskydd", "saknas", NAN, NAN)], "alla bedömda")):
        data = with_tables(tmp_path / who, goal_table(TOTAL, *rows, *more), drivers())
        assert f"Att {who} når det är sannolikt" in oversikt.goal_cards(data).markdown


def test_the_evaluations_key_is_not_shown(example: ReportData) -> None:
    first = set(maluppfyllelse.activity_table(example).rows["step"])
    assert "Årlig utvärdering av NKI-resultat" in first
    assert "1.1 Granskning av NKI-undersökningar" in first


def test_published_values_are_shown_as_their_source_gives_them(example: ReportData) -> None:
    figure = oversikt.trend_figure(example)
    assert figure is not None
    country = example.country()
    expected = [f"{v:.1f}".replace(".0", "").replace(".", ",") for v in country["value"]]
    trace = next(trace for trace in figure.plot["data"] if trace["name"] == "Riket")
    assert trace["text"] == expected[-len(trace["text"]) :]
    assert "Riket 2021: 74, 2022: 75" in figure.alt
    assert figure.table is not None
    assert {"74", "75"} <= set(figure.table.rows["country"]) <= {"74", "75", "–"}


def test_the_countrys_newest_value_is_not_rounded(tmp_path: Path) -> None:
    data = with_tables(tmp_path, goal_table(TOTAL), drivers())
    country = pd.DataFrame(
        {"municipality_code": ["0000"], "measure": ["nki"], "scope": ["total"], "year": [2024],
         "value": [75.4]}
    )  # fmt: skip
    official = data.table(store.OFFICIAL)
    store.write_table(pd.concat([official, country]), tmp_path, store.OFFICIAL)
    fresh = replace(data)
    row = pd.Series({"measure": "nki", "scope": "total", "year": "2025"})
    said = swedish_text(wording.country_sentence(fresh, row))
    assert said.endswith("2024 hade riket 75,4.")


def test_the_timeline_tells_the_years_it_draws_and_their_answers(example: ReportData) -> None:
    figure = maluppfyllelse.timeline_figure(example)
    points = [trace["x"] for trace in figure.plot["data"] if trace["type"] == "scatter"]
    drawn = {day[:4] for days in points for day in days}
    told = set(re.findall(r"(20\d\d): \d\d,\d", figure.alt))
    assert told == drawn == {"2022", "2023", "2024", "2025"}
    # 223 + 201 + 186 + 200
    assert "810 svar, ärendeår 2022–2025." in swedish_text(figure.caption)


def test_a_figure_of_areas_or_factors_tells_how_many_answers_it_rests_on(
    example: ReportData,
) -> None:
    figure = nulage.area_figure(example)
    assert figure is not None
    assert " 8–80 svar per område. " in swedish_text(figure.caption)


def test_missing_invitations_are_told_as_the_reason_for_no_response_rate(
    tmp_path: Path,
) -> None:
    data = with_tables(tmp_path, goal_table(TOTAL), drivers())
    rates = pd.DataFrame({"year": pd.Series(dtype="int64"), "scope": pd.Series(dtype="str")})
    rates = rates.assign(rate=pd.Series(dtype="float64"), shown=pd.Series(dtype="bool"))
    store.write_table(rates, tmp_path, store.RATES)
    said = nulage.response(data)
    assert isinstance(said, Text)
    assert "uppgifter om antal utskick saknas" in said.markdown


def test_one_area_below_its_goal_has_one_distance(tmp_path: Path) -> None:
    goals = goal_table(TOTAL, area("bygglov", "ej nått", 68.0, NAN))
    data = with_tables(tmp_path, goals, drivers())
    assert any("Hur säkert avståndet är går inte" in sentence for sentence in told(data))
