"""The page Jämförelse: what its figures draw, and that every place tells the same."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from pages import made_up
from pages.made_up import SETTINGS

from analysis import store, swedish
from analysis.measures.comparison import Relation
from analysis.present.data import ReportData
from analysis.present.pages import bilaga, jamforelse, oversikt


@pytest.fixture
def example(example_project) -> ReportData:
    """The numbers of the example's run."""
    folder = example_project.processed / "example"
    return ReportData(folder, SETTINGS, example=True, today=date(2026, 11, 23))


@pytest.fixture
def national(example: ReportData, tmp_path: Path) -> ReportData:
    """The example among 129 municipalities of its newest year."""
    return made_up.among_others(example, tmp_path, [2025], others=120)


def test_overview_appendix_and_page_say_the_same_of_where_we_stand(national: ReportData) -> None:
    told = jamforelse.standing(national)
    assert told.startswith("NKI 2025 (73,8) låg i nivå med riket (75)")
    for part in (
        oversikt.front(national), bilaga.summary(national), jamforelse.introduction(national)
    ):  # fmt: skip
        assert part.markdown.count(told) == 1


def test_the_strip_draws_the_numbers_of_its_table(national: ReportData) -> None:
    figure = jamforelse.strips_figure(national)
    assert figure is not None
    band, median, country, own = figure.plot["data"]
    rows = figure.table.rows
    assert own["text"] == [f"<b>{value}</b>" for value in rows["value"]]
    assert [swedish.published(value) for value in country["x"]] == list(rows["country"])
    told = [swedish.number(value) for value in median["x"]]
    assert told == list(rows["peers_median"])
    # One piece of the band for each row with enough peers.
    assert band["x"].count(None) == sum(value != swedish.MISSING for value in rows["band"])
    assert len(own["error_x"]["array"]) == len(rows)


def test_series_are_told_apart_without_colour(national: ReportData) -> None:
    for figure in (jamforelse.strips_figure(national), jamforelse.funnel_figure(national)):
        assert figure is not None
        marked = [trace for trace in figure.plot["data"] if "marker" in trace]
        assert len({trace["marker"]["symbol"] for trace in marked}) == len(marked) >= 3
        assert all(trace["name"] for trace in marked)


def test_the_funnel_draws_every_municipality_once_and_names_ours_and_the_peers(
    national: ReportData,
) -> None:
    figure = jamforelse.funnel_figure(national)
    assert figure is not None
    rows = national.table(store.MUNICIPALITIES)
    points = [trace for trace in figure.plot["data"] if "marker" in trace]
    assert sum(len(trace["x"]) for trace in points) == len(rows) == len(figure.table.rows)
    names = figure.plot["data"][-1]
    named = rows[rows["group"].isin([Relation.OWN, Relation.PEER])]
    assert [text.strip("\u00a0") for text in names["text"]] == list(named["municipality"])
    # The places of the names on a narrow screen belong to that trace.
    place = f"data.{len(figure.plot['data']) - 1}.textposition"
    assert figure.narrow is not None
    assert len(figure.narrow[place]) == len(named)


def test_a_rank_is_told_as_an_interval_and_only_in_a_note(national: ReportData) -> None:
    note = jamforelse.everyone(national)._repr_markdown_()
    row = national.table(store.COMPARISON).iloc[0]
    assert f"mellan {row['rank_lower']} och {row['rank_upper']} av 129" in note
    for part in (jamforelse.introduction(national), oversikt.front(national)):
        assert "lacering" not in part.markdown


def test_without_a_number_there_is_no_word(example: ReportData, tmp_path: Path) -> None:
    few = made_up.among_others(example, tmp_path, [2025], peers=4)
    table = jamforelse.standing_table(few)
    assert table is not None
    assert "peers_word" not in [column.key for column in table.columns]
    assert "bara 4 av 7" in jamforelse.introduction(few).markdown.replace("\u00a0", " ")
    none = made_up.among_others(example, tmp_path, [2009])
    assert jamforelse.strips_figure(none) is None
    assert jamforelse.standing_table(none) is None
    assert jamforelse.factor_table(none) is None


def test_the_largest_difference_of_the_factors_comes_first(national: ReportData) -> None:
    table = jamforelse.factor_table(national)
    assert table is not None
    apart = [abs(value) for value in table.records["country_difference"]]
    assert apart == sorted(apart, reverse=True)
    assert len(apart) == 6
