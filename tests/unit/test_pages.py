"""What the figures draw, as data, and which branch a page takes; the wording: tests/pages."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from pages.made_up import GOAL_1, NAN, area_goal, changed, small

from analysis import store, swedish
from analysis.present import wording
from analysis.present.bundle import Figure
from analysis.present.data import ReportData
from analysis.present.figures.timeline import timeline
from analysis.present.figures.trend import trend
from analysis.present.pages import (
    bilaga,
    framgang,
    maluppfyllelse,
    nulage,
    omrade,
    oversikt,
)
from analysis.present.tables import Table
from analysis.present.texts import say
from analysis.settings import load

CONFIG = Path(__file__).resolve().parents[2] / "config"


@pytest.fixture
def example(example_project) -> ReportData:
    """The numbers of the example's run."""
    folder = example_project.processed / "example"
    return ReportData(folder, load(CONFIG), example=True, today=date(2026, 11, 23))


def test_a_goal_that_is_reached_exactly_is_reached(tmp_path: Path) -> None:
    """Nothing is missing, and nothing is said of what would be needed."""
    exactly = {"status": "nått", "index": 77.0, "gap": 0.0, "lower": NAN, "upper": NAN}
    data = small(tmp_path, {**GOAL_1, **exactly})
    sentence = str(oversikt.sentences(data)[0])
    told = {"nummer": 1, "matt": "NKI", "varde": "77,0", "mal": "77"}
    assert sentence == say("oversikt.mal_natt", **told, inom=False)
    assert "0,0" in oversikt.goal_cards(data).markdown


def test_a_goal_for_every_area_is_not_reached_before_all_can_be_judged(tmp_path: Path) -> None:
    data = small(
        tmp_path,
        GOAL_1,
        area_goal("samtliga", "nått", 75.0, 80.0),
        area_goal("bygglov", "nått", 75.0, 80.0),
        area_goal("brandskydd", "saknas", NAN, NAN),
    )
    assert "nki-card-met nki-card-unsure" in oversikt.goal_cards(data).markdown
    assert "1 av 2" in maluppfyllelse.goal_table(data).rows["status"].iloc[1]
    assert "Inget av" in bilaga.summary(data).markdown


def test_the_areas_that_hold_a_missed_goal_for_the_total_back_are_named(
    example: ReportData,
) -> None:
    row = example.goals.query("goal == 1 and scope == 'total' and year == 2025").iloc[0]
    assert row["holding_back"] == "bygglov,miljo_halsoskydd"
    note = maluppfyllelse.goal_table(example).note
    areas = "bygglov och miljö- och hälsoskydd"
    told = {
        n: say("maluppfyllelse.dras_ned", nummer=n, omraden=areas, flera=True, ar="")
        for n in (1, 3)
    }
    assert told[1] in note
    # Goal 3 is met: nothing holds it back.
    assert told[3] not in note


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
        assert "Källa: " in figure.caption and re.search(r"20\d\d", figure.caption), name
        assert len(figure.table.rows) > 1, name


def test_a_factor_near_the_line_is_said_to_be(example: ReportData) -> None:
    rows = example.factors()
    middle = rows["effect"].mean()
    near = rows[(rows["effect_lower"] < middle) & (rows["effect_upper"] > middle)]
    guide = framgang.reading_guide(example)
    assert guide is not None
    assert guide.markdown.count("gränsfall") == len(near) > 0


def test_what_a_page_leaves_out_is_said_once(example: ReportData) -> None:
    area = "receptfria_lakemedel"
    parts = (omrade.trend_figure, omrade.factor_figure, omrade.question_table, omrade.first_step)
    assert [part(example, area) for part in parts] == [None] * len(parts)
    names = ("omrade.del_utveckling", "omrade.del_faktorer", "omrade.del_fragor")
    missing = swedish.listing([say(name) for name in names])
    told = say("omrade.utelamnat", delar=missing, svar_finns=True)
    assert omrade.introduction(example, area).markdown.count(told) == 1
    assert omrade.left_out(example, "bygglov") == nulage.left_out(example) == ""
    assert omrade.hidden(example, "bygglov") is None


def test_an_area_gets_one_piece_of_advice(example: ReportData) -> None:
    """The lowest question that can be acted on, though the strongest factor is another."""
    told = omrade.first_step(example, "miljo_halsoskydd")
    assert told is not None
    assert example.in_text("effektivitet_tid") in told.markdown
    assert example.in_text("bemotande") in told.markdown
    assert told.markdown.count("**") == 2
    assert omrade.first_step(example, "lantmateri") is None


def test_an_areas_goals_begin_with_the_first_year_that_has_a_value(tmp_path: Path) -> None:
    missing = area_goal("bygglov", "saknas", NAN, NAN)
    data = small(
        tmp_path,
        missing | {"year": 2023},
        area_goal("bygglov", "nått", 71.0, NAN) | {"year": 2024},
        missing | {"year": 2025},
    )
    table = omrade.goal_table(data, "bygglov")
    assert isinstance(table, Table)
    assert list(table.rows["year"]) == ["2024", "2025"]
    data = small(tmp_path, missing | {"year": 2023}, missing | {"year": 2025})
    table = omrade.goal_table(data, "bygglov")
    assert isinstance(table, Table)
    assert list(table.rows["year"]) == ["2025"]


def test_a_rate_that_is_not_known_is_not_told(example: ReportData, tmp_path: Path) -> None:
    assert omrade.response(example, "bygglov") is not None
    rates = example.table(store.RATES).assign(rate=NAN)
    data = changed(small(tmp_path, GOAL_1), tmp_path, response_rates=rates)
    assert omrade.response(data, "bygglov") is None


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
    data = small(tmp_path, GOAL_1)
    country = pd.DataFrame(
        {"municipality_code": ["0000"], "measure": ["nki"], "scope": ["total"], "year": [2024],
         "value": [75.4]}
    )  # fmt: skip
    official = data.table(store.OFFICIAL)
    other = changed(data, tmp_path, official=pd.concat([official, country]))
    row = pd.Series({"measure": "nki", "scope": "total", "year": "2025"})
    assert "75,4" in wording.country_sentence(other, row)


def test_the_timeline_tells_the_years_it_draws_and_their_answers(example: ReportData) -> None:
    figure = maluppfyllelse.timeline_figure(example)
    points = [trace["x"] for trace in figure.plot["data"] if trace["type"] == "scatter"]
    drawn = {day[:4] for days in points for day in days}
    told = set(re.findall(r"(20\d\d): \d\d,\d", figure.alt))
    assert told == drawn == {"2022", "2023", "2024", "2025"}
    # 223 + 201 + 186 + 200
    assert "810 svar" in figure.caption


def test_who_owns_an_area_is_told_where_it_is_known(example: ReportData) -> None:
    told = omrade.owner(example, "miljo_halsoskydd")
    assert told is not None
    assert "Ansvarig förvaltning: Samhällsbyggnadskontoret." in told.markdown
    assert omrade.owner(example, "upphandling") is None
    report = example.settings.report
    owner = report.owners["bygglov"].model_copy(update={"contact": "*{{< include x >}}*"})
    named = report.model_copy(update={"owners": {"bygglov": owner}})
    strange = replace(example, settings=replace(example.settings, report=named))
    told = omrade.owner(strange, "bygglov")
    assert told is not None
    assert "{{<" not in told.markdown


def test_on_a_narrow_screen_the_line_has_the_newest_value_and_the_levels_only(
    example: ReportData,
) -> None:
    figure = oversikt.trend_figure(example)
    assert figure is not None
    assert figure.narrow is not None
    labelled = [n for n, trace in enumerate(figure.plot["data"]) if "text" in trace["mode"]]
    texts = [text for n in labelled for text in figure.narrow[f"data.{n}.text"] if text]
    assert texts == ["73,8"]
    notes = [note["text"] for note in figure.narrow["annotations"]]
    assert "Riket" not in notes
    assert "Mål: minst 77 senast 2026" in notes
    assert "Prickad linje: riket." in figure.caption


def test_on_a_narrow_screen_only_some_of_many_years_are_named(
    example: ReportData, tmp_path: Path
) -> None:
    rows = example.indices
    oldest = rows[rows["year"] == "2021"]
    earlier = [oldest.assign(year=str(year)) for year in range(2009, 2021)]
    table = pd.concat([*earlier, rows], ignore_index=True)
    figure = oversikt.trend_figure(changed(example, tmp_path, **{store.INDICES: table}))
    assert figure is not None
    assert figure.narrow is not None
    named = figure.narrow["xaxis.tickvals"]
    assert named == [2011, 2014, 2017, 2020, 2023, 2026]
    assert figure.narrow["xaxis.ticktext"] == [str(year) for year in named]
