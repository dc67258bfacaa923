"""A myndighetsområde on one page, for the förvaltning that is responsible for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pandas as pd

from analysis import swedish
from analysis.present import agreed, columns, commentary, wording
from analysis.present.bundle import Figure
from analysis.present.data import ReportData
from analysis.present.pages import blad_delar, forvaltningar, omrade
from analysis.present.pages.maluppfyllelse import level
from analysis.present.sheet import Card, PaperSheet, Section
from analysis.present.tables import Column
from analysis.present.texts import heading, say
from analysis.settings import Goal
from analysis.settings.report import unit_key

WIDTH, HEIGHT, TYPE = 480, 260, 14
"""A figure that has half a page's width, and the size of its type, in pixels."""
PROPOSALS = 4
"""Most proposals on a sheet."""


def area_sheet(data: ReportData, area: str) -> PaperSheet:
    """The document of an area."""
    owner = data.settings.report.owners.get(area)
    figure, factors = list(_figure(data, area)), list(_factors(data, area))
    advice = [*_kept(data, area), *_first(data, area)]
    parts = {"omrade.del_utveckling": figure, "omrade.del_faktorer": factors}
    missing = [name for name, part in parts.items() if not part]
    row = data.cell(area)
    return PaperSheet(
        name=area,
        title=data.label(area),
        subtitle=blad_delar.subtitle(data),
        intro=[
            say("omrade.ansvarig", forvaltning=owner.unit, kontakt=owner.contact) if owner else "",
            omrade.not_shown(data, area),
            *_remarks(data, row),
            # Where the area has no result at all, nothing is left out.
            omrade.untold(data, area, missing) if row is not None else "",
            say("blad.inga_rad") if factors and data.has_answers and not advice else "",
        ],
        cards=list(cards(data, area)),
        rows=[
            [*figure, *factors],
            advice,
            [*_goals(data, area)],
            [*_proposals(data, area)],
            [*forvaltningar.agreed(data, unit_key(owner.unit) if owner else "")],
        ],
        comment=commentary.excerpt(data, area),
        frame=blad_delar.frame(data),
    )


def _remarks(data: ReportData, row: pd.Series | None) -> Iterator[str]:
    """What a reader must know of the numbers in the cards."""
    if row is None or wording.governing(row) is None:
        return
    yield wording.official_sentence(row)
    yield wording.uncompared(data)
    yield wording.unranked(data, row)


def cards(data: ReportData, area: str) -> Iterator[Card]:
    """The area's index, how sure it is, how it has changed, and the country's."""
    row = data.cell(area)
    if row is None or (value := wording.governing(row)) is None:
        return
    named = say("blad.index_ar", index=data.index_name(area), ar=wording.named(data, data.year))
    grade = columns.grade_fill(row)
    yield Card(named, swedish.number(value), data.grade(row["grade"]), grade)
    answers = wording.answers(row)
    if bounds := wording.interval(row):
        note = say("blad.svar", antal=answers) if answers else ""
        yield Card(data.interval_name.replace("\n", " "), bounds, note)
    elif answers:
        yield Card(heading("antal_svar"), answers)
    if pd.notna(row["change"]):
        since = say("blad.andring", sedan=wording.compared_with(data, data.year))
        change = swedish.signed(wording.shown_change(row))
        tested = pd.notna(row["change_significant"])
        sure = "blad.sakerstalld" if wording.surely_changed(row) else "blad.inte_sakerstalld"
        yield Card(since, change, say(sure) if tested else "")
    country = data.country(measure=str(row["measure"]), scope=area)
    country = country[country["year"] <= data.year]
    if len(country):
        newest = country.iloc[-1]
        label = say("blad.index_ar", index=heading("riket"), ar=newest["year"])
        yield Card(label, swedish.published(float(newest["value"])))


def _figure(data: ReportData, area: str) -> Iterator[Section]:
    found = omrade.trend_figure(data, area)
    if found is None:
        return
    rows = data.select(scope=area, kind="nki", definition="")
    strokes = data.strokes(rows["governing_lower"])
    yield Section(say("blad.utveckling"), figure=half(found, f"blad-{area}"), caption=strokes)


def half(figure: Figure, key: str) -> Figure:
    """A figure for half the width of a page."""
    layout = figure.plot["layout"]
    # The names of levels stand to the right, where no year's interval crosses them.
    moved = {"x": 1, "xanchor": "right"}
    smaller = {
        "width": WIDTH,
        "height": HEIGHT,
        "font": {**layout["font"], "size": TYPE},
        "annotations": [
            {**note, **(moved if note.get("xref") == "paper" else {})}
            for note in layout["annotations"]
        ],
        "yaxis": {name: value for name, value in layout["yaxis"].items() if name != "title"},
    }
    return replace(figure, key=key, plot={**figure.plot, "layout": {**layout, **smaller}})


def _factors(data: ReportData, area: str) -> Iterator[Section]:
    rows = omrade.factors(data, area)
    if rows.empty:
        return
    yield blad_delar.tabled(
        say("blad.faktorer"),
        rows,
        [
            columns.name(data, heading("servicefaktor"), "measure"),
            Column("index", heading("index"), wording.index, "right", columns.grade_fill),
            columns.change(data),
        ],
    )


def _kept(data: ReportData, area: str) -> Iterator[Section]:
    _, high = omrade.extremes(data, area)
    if len(high):
        told = [blad_delar.question(data, row) for _, row in high.iterrows()]
        yield Section(say("blad.behall"), told, listed=True)


def _first(data: ReportData, area: str) -> Iterator[Section]:
    told = omrade.first_step_sentence(data, area)
    if told:
        yield Section(say("blad.forbattra"), [told])


def _goals(data: ReportData, area: str) -> Iterator[Section]:
    if not data.settings.plan.adopted:
        return
    if why := omrade.unjudged(data, area):
        yield Section(say("blad.mal"), why)
        return
    rows = data.goals[(data.goals["scope"] == area) & (data.goals["year"] == data.year)]
    if rows.empty:
        return

    def goal(row: pd.Series) -> Goal:
        return data.settings.plan.goal(int(row["goal"]))

    yield blad_delar.tabled(
        say("blad.mal"),
        rows,
        [
            Column("goal", heading("mal"), lambda row: f"{row['goal']}. {goal(row).short}"),
            Column("index", level(data), wording.goal_value, "right"),
            Column("status", heading("bedomning"), lambda row: wording.goal_status(data, row)),
        ],
    )


def _proposals(data: ReportData, area: str) -> Iterator[Section]:
    """What the newest workshop agreed on; the rest of a long list is on the area's page."""
    rows = agreed.agreed(data, [area])
    rows = rows[rows["year"] == rows["year"].max()]
    if rows.empty:
        return
    shown = rows.head(PROPOSALS)
    yield blad_delar.tabled(
        say("blad.pa_workshopen"),
        shown,
        [
            columns.told(heading("forslag"), "proposal"),
            columns.told(heading("vem"), "who", optional=True),
            columns.told(heading("nar"), "when", optional=True),
        ],
        note=say("blad.fler_forslag", antal=len(rows) - len(shown)),
    )
