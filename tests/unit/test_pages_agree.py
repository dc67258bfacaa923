"""What stands beside each other on a page agrees: differences, parts and wholes, names, limits."""

from __future__ import annotations

import csv
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
import yaml
from pages.made_up import changed, with_rules

from analysis import measures, store, swedish
from analysis.present import wording
from analysis.present.bundle import Figure, Text
from analysis.present.data import ReportData
from analysis.present.figures.matrix import RISE, effects_table, in_steps
from analysis.present.pages import (
    aktiviteter,
    andringar,
    bilaga,
    maluppfyllelse,
    metod,
    metod_underlag,
    nulage,
    omrade,
    oversikt,
)
from analysis.present.tables import Table
from analysis.present.texts import say
from analysis.settings import load

ROOT = Path(__file__).resolve().parents[2]
CONFIG = ROOT / "config"


@pytest.fixture
def example(example_project) -> ReportData:
    """The numbers of the example's run."""
    folder = example_project.processed / "example"
    return ReportData(folder, load(CONFIG), example=True, today=date(2026, 11, 23))


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


def number(text: str) -> float:
    return float(text.replace("±", "").replace("−", "-").replace("+", "").replace(",", "."))


def test_the_pace_stands_beside_the_numbers_it_is_counted_from(example: ReportData) -> None:
    """(73.8 − 69.1) / 2 = 2.35: the start is not the 71.0 of six areas."""
    told = plain(wording.bullets(oversikt.sentences(example)).markdown)
    assert {"2,4", "69,1", "73,8"} <= set(re.findall(r"\d+,\d", told))
    assert "71,0" not in told
    assert "från 69,1 (2023" in plain(maluppfyllelse.goal_table(example).note)


def test_the_start_of_the_pace_is_drawn_as_an_open_point_and_stands_in_the_table(
    example: ReportData,
) -> None:
    for figure in (oversikt.trend_figure(example), maluppfyllelse.timeline_figure(example)):
        assert figure is not None
        points = [t for t in figure.plot["data"] if t["name"] == "omräknat till fyra områden"]
        assert [(t["text"], t["mode"]) for t in points] == [(["69,1"], "markers+text")]
        assert points[0]["marker"]["color"] == "#ffffff"
        assert "Öppen punkt" in figure.caption
    figure = oversikt.trend_figure(example)
    assert figure is not None
    assert "2023: 69,1" in figure.alt
    rows = figure.table.rows
    again = rows[rows["definition"] == "fyra områden, omräknat"]
    assert list(again["year"] + " " + again["governing"]) == ["2023 69,1"]
    area = omrade.trend_figure(example, "bygglov")
    assert isinstance(area, Figure)
    assert "Öppen punkt" not in area.caption


def test_a_sentence_tells_the_difference_of_the_numbers_that_are_shown(
    example: ReportData,
) -> None:
    """72.0 → 73.8 is 1.8 to a reader, whatever the unrounded 1.9 is."""
    row = example.cell()
    before = example.cell(year=2024)
    assert row is not None
    assert before is not None
    shown = [swedish.number(value["governing"]) for value in (before, row)]
    assert shown == ["72,0", "73,8"]
    assert swedish.signed(row["change"]) == "+1,9"
    for part in (oversikt.front(example), bilaga.summary(example)):
        assert "1,8 enheter" in plain(part.markdown)
        assert "1,9" not in part.markdown


def test_in_every_area_the_sentence_agrees_with_the_two_years(example: ReportData) -> None:
    checked = 0
    for area in example.areas():
        now, before = example.cell(area), example.cell(area, year=2024)
        told = re.search(
            r"([\d,]+) enheter (?:högre|lägre)",
            plain(omrade.introduction(example, area).markdown),
        )
        if now is None or before is None or told is None:
            continue
        one, other = (swedish.rounded(float(row["governing"])) for row in (now, before))
        assert number(told[1]) == pytest.approx(abs(one - other))
        checked += 1
    assert checked > 4


def test_the_distance_to_a_goal_is_that_of_the_numbers_shown(example: ReportData) -> None:
    for goal, table in zip((2, 4), maluppfyllelse.area_goal_tables(example), strict=True):
        target = example.settings.plan.goal(goal).target
        for shown, left in table.rows[["index", "gap"]].to_numpy():
            units = abs(swedish.difference(number(shown), target))
            assert left.startswith(f"{swedish.number(units)} enheter")
            assert ("över" in left) == (number(shown) >= target)


def test_a_difference_in_a_table_is_that_of_the_numbers_shown(example: ReportData) -> None:
    effect = aktiviteter.effect(example)
    assert isinstance(effect, Table)
    for before, after, change in effect.rows[["before", "after", "difference"]].to_numpy():
        assert number(change) == pytest.approx(number(after) - number(before))
    changes = nulage.area_table(example).rows.set_index("scope")["change"]
    assert changes["Totalt"] == "+1,8"
    compared = 0
    for area in example.areas():
        now, before = example.cell(area), example.cell(area, year=2024)
        told = changes[example.area_label(area)]
        if now is None or before is None or told == swedish.MISSING:
            continue
        shown = (swedish.rounded(float(row["governing"])) for row in (now, before))
        now_shown, before_shown = shown
        assert number(told.rstrip("*")) == pytest.approx(now_shown - before_shown)
        compared += 1
    assert compared > 4


def test_a_change_in_the_tables_for_reuse_is_that_of_the_pages(example: ReportData) -> None:
    table = measures.publish.index_table(example.indices)
    told = example.indices[example.indices["change"].notna()]
    assert len(told) > 100
    for place, row in told.iterrows():
        assert table.loc[place, "change"] == wording.shown_change(row)
    row = table[(table["year"] == "2025") & (table["scope"] == "total")].query(
        "definition == 'total4' and measure == 'nki'"
    )
    assert list(row["change"]) == [1.8]


def test_an_area_with_few_answers_does_not_meet_what_a_ranking_asks_for(
    example: ReportData,
) -> None:
    table = nulage.response_table(example)
    assert table is not None
    reached = dict(zip(table.rows["scope"], table.rows["reached"], strict=True))
    answered = dict(zip(table.rows["scope"], table.rows["answered"], strict=True))
    assert answered["Markupplåtelse"] == "8"
    assert answered["Lantmäteri"] == "7"
    assert reached["Markupplåtelse"] == reached["Lantmäteri"] == "Nej"
    assert reached["Bygglov"] == reached["Folköl och tobak"] == "Ja"
    assert "minst 10 svar" in plain(table.note)


def test_a_rate_and_as_many_answers_as_a_ranking_asks_for() -> None:
    settings = load(CONFIG)
    cases = pd.DataFrame(
        {
            "year": 2025,
            "area": ["bygglov", "brandskydd", "upphandling"],
            "closed": pd.array([50, 50, 50], "Int64"),
            "invited": pd.array([20, 20, 60], "Int64"),
            "answered": pd.array([10, 9, 12], "Int64"),
        }
    )
    answers = pd.DataFrame({"year": [2025], "area": ["bygglov"]})
    rates = measures.response_rates(cases, answers, settings).set_index("scope")["met"]
    assert [bool(rates[area]) for area in cases["area"]] == [True, False, False]


def test_seven_answers_beside_a_limit_of_seven_are_explained(example: ReportData) -> None:
    told = omrade.introduction(example, "lantmateri").markdown
    required = wording.required_answers(example, "lantmateri")
    assert say("gemensamt.visas_inte_fraga", krav=required) in told
    assert say("gemensamt.visas_inte_for_fa", krav=required) not in told


def test_no_goal_is_told_for_a_year_before_the_plan(example: ReportData) -> None:
    table = omrade.goal_table(example, "bygglov")
    assert isinstance(table, Table)
    assert list(table.rows["year"]) == ["2023", "2024", "2025"]
    early = example.goals[example.goals["year"] < 2023]
    assert set(early["status"]) == {"inte bedömt"}


def test_the_areas_of_the_total_sum_to_it_and_the_others_stand_apart(example: ReportData) -> None:
    rows = nulage.area_table(example).rows
    names = list(rows["scope"])
    inside, outside = names.index(say("nulage.ingar")), names.index(say("nulage.ingar_inte"))
    assert names[0] == "Totalt"
    n = [int(text) if text.isdigit() else 0 for text in rows["n"]]
    assert sum(n[inside + 1 : outside]) == n[0] == 200
    assert sum(n[outside + 1 :]) == 53
    members = example.settings.rules.totals.definitions["total4"].areas
    assert {*names[inside + 1 : outside]} == {example.label(area) for area in members}


def test_how_the_numbers_of_answers_hang_together_is_told_in_one_place(
    example: ReportData,
) -> None:
    table = metod_underlag.quality_table(example, [2024, 2025])
    assert table is not None
    told = table.note[table.note.index("264") :]
    assert re.findall(r"\d+", told)[:5] == ["264", "2025", "200", "53", "11"]
    assert "Metod" in nulage.area_table(example).note


def test_sizes_stand_in_order_of_size(example: ReportData) -> None:
    table = nulage.background_table(example)
    assert table is not None
    sizes = table.rows[table.rows["field"] == "Företagets storlek"]["value"]
    assert list(sizes) == [
        "0 anställda",
        "1–9 anställda",
        "10–49 anställda",
        "50 eller fler anställda",
    ]


def test_sizes_stand_in_order_where_some_are_hidden(example: ReportData, tmp_path: Path) -> None:
    groups = example.table(store.BACKGROUND)
    kept = groups[(groups["field"] != "company_size") | groups["value"].isin(["s10_49", "s1_9"])]
    table = nulage.background_table(changed(example, tmp_path, background=kept))
    assert table is not None
    sizes = table.rows[table.rows["field"] == "Företagets storlek"]["value"]
    assert list(sizes) == ["1–9 anställda", "10–49 anställda"]


def test_the_notes_of_published_values_are_written_for_readers() -> None:
    with (ROOT / "data" / "official" / "published_values.csv").open(
        encoding="utf-8-sig", newline=""
    ) as file:
        notes = {row["anm"] for row in csv.DictReader(file) if row["anm"]}
    assert len(notes) > 20
    working = re.compile(r"fröet|\bN\d\b|härlett|=>|->|\bSBA\b|\bjfr\b|\bej\b|trolig |delår")
    assert [note for note in notes if working.search(note)] == []


def test_what_the_coordinator_is_to_do_is_on_no_page(example_site: Path) -> None:
    for page in example_site.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert "Kontrollera underlaget" not in text, page.name
        assert "run.py" not in text, page.name
    for example in (True, False):
        data = ReportData(Path(), load(CONFIG), example=example, today=date(2026, 11, 23))
        assert "run.py" not in andringar.introduction(data, None).markdown


def test_the_method_tells_the_weights_of_the_rule(example: ReportData) -> None:
    assert "lika vikter" in metod.index_rule(example).markdown
    rules = example.settings.rules
    weights = rules.index.nki_weights.model_copy(
        update={"value": {"nki_totalt": 2.0, "nki_forvantningar": 1.0, "nki_ideal": 1.0}}
    )
    other = with_rules(example, index=rules.index.model_copy(update={"nki_weights": weights}))
    told = metod.index_rule(other).markdown
    assert "lika vikter" not in told
    assert re.findall(r"\d,\d", told) == ["2,0", "1,0", "1,0"]


def test_the_method_tells_the_break_of_the_rule(example: ReportData) -> None:
    assert say("metod.brott", ar="2024") in metod.index_rule(example).markdown
    rules = example.settings.rules
    totals = rules.totals.definitions
    moved = {
        "total6": totals["total6"].model_copy(update={"official_to": 2022}),
        "total4": totals["total4"].model_copy(update={"official_from": 2023}),
    }
    other = with_rules(example, totals=rules.totals.model_copy(update={"definitions": moved}))
    assert say("metod.brott", ar="2023") in metod.index_rule(other).markdown
    one = {"total4": totals["total4"].model_copy(update={"official_from": None})}
    other = with_rules(example, totals=rules.totals.model_copy(update={"definitions": one}))
    assert "inom samma mått" not in metod.index_rule(other).markdown


def test_procurement_has_an_index_of_its_own_name_and_no_goal(example: ReportData) -> None:
    told = getattr(omrade.introduction(example, "upphandling"), "markdown", "")
    assert told.startswith("NUI")
    assert "**73,5 (högt)**" in told
    assert "NKI" not in told
    figure = omrade.trend_figure(example, "upphandling")
    assert isinstance(figure, Figure)
    assert figure.caption.startswith("**NUI inom")
    assert "Upphandling (NUI)" in list(nulage.area_table(example).rows["scope"])
    for area, drawn in (("upphandling", 0), ("folkol_tobak", 0), ("bygglov", 1)):
        figure = omrade.trend_figure(example, area)
        assert isinstance(figure, Figure)
        levels = [shape for shape in figure.plot["layout"]["shapes"] if shape["y0"] == shape["y1"]]
        assert len(levels) == drawn, area


def test_the_goals_line_spans_only_the_areas_it_is_judged_on(example: ReportData) -> None:
    figure = nulage.area_figure(example)
    assert figure is not None
    layout = figure.plot["layout"]
    names = dict(zip(layout["yaxis"]["tickvals"], layout["yaxis"]["ticktext"], strict=True))
    (line,) = layout["shapes"]
    outside = {name for place, name in names.items() if place < min(line["y0"], line["y1"])}
    assert outside == {"Folköl och tobak", "Upphandling (NUI)"}


def test_an_area_that_is_not_judged_is_not_drawn_as_missed(
    example: ReportData, tmp_path: Path
) -> None:
    low = (example.indices["scope"] == "upphandling") & (example.indices["measure"] == "nki")
    indices = example.indices.copy()
    indices.loc[low & (indices["year"] == "2025"), "governing"] = 41.0
    figure = nulage.area_figure(changed(example, tmp_path, indices=indices))
    assert figure is not None
    assert figure.plot["data"][0]["marker"]["symbol"][-1] == "circle"


def test_the_documents_title_keeps_its_capitals(example: ReportData) -> None:
    told = maluppfyllelse.introduction(example).markdown
    assert example.settings.plan.document.title in told
    plan = example.settings.plan
    document = plan.document.model_copy(update={"title": "NKI-lyftet i ABC-kommun"})
    settings = replace(example.settings, plan=plan.model_copy(update={"document": document}))
    told = maluppfyllelse.introduction(replace(example, settings=settings)).markdown
    assert "NKI-lyftet i ABC-kommun" in told


def test_no_advice_is_given_on_few_answers(example: ReportData) -> None:
    rules = example.settings.rules
    least = rules.drivers.min_answers_advice.value
    for area in example.areas():
        rows = example.select(year=2025, scope=area, kind="question", definition="")
        told = omrade.strengths(example, area)
        if not (rows["n"].dropna() >= least).any():
            assert told is None, area
    assert omrade.strengths(example, "lantmateri") is None
    assert isinstance(omrade.strengths(example, "bygglov"), Text)
    advice = rules.drivers.min_answers_advice.model_copy(update={"value": 7})
    other = with_rules(
        example, drivers=rules.drivers.model_copy(update={"min_answers_advice": advice})
    )
    assert omrade.strengths(other, "lantmateri") is not None


def test_the_shares_of_answers_are_whole_percents(example: ReportData) -> None:
    figure = nulage.distribution_figure(example)
    assert figure is not None
    shares = figure.table.rows.drop(columns="question")
    for _, row in shares.iterrows():
        told = [re.fullmatch(r"(\d+) %", plain(text)) for text in row]
        assert sum(int(found[1]) for found in told if found) == 100
    drawn = [trace["x"] for trace in figure.plot["data"]]
    assert {sum(bar) for bar in zip(*drawn, strict=True)} == {100}


def test_an_effect_of_five_agrees_with_the_effect_in_the_table_for_reuse(
    example: ReportData,
) -> None:
    rows = example.factors()
    table = effects_table(example, in_steps(rows), "x", "").rows
    reused = measures.publish.drivers_table(example.drivers).query("scope == 'total'")
    effects = reused.set_index("factor")["effect"]
    for factor, five in zip(rows["factor"], table["effect"], strict=True):
        assert number(five) == swedish.rounded(RISE * effects[factor])


def test_the_new_rules_have_reasons() -> None:
    for file, section, name in (
        ("rules.yml", "drivers", "min_answers_advice"),
        ("guards.yml", "intake", "tertials_told_share"),
    ):
        rule = yaml.safe_load((CONFIG / file).read_text("utf-8"))[section][name]
        assert rule["reason"]
        assert rule["source"]
