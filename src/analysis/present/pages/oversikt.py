"""Översikt: the level, the goals, the plan today and the most important findings, on one screen."""

from __future__ import annotations

import pandas as pd

from analysis import swedish
from analysis.measures.advice import OVERALL
from analysis.measures.goals import JUDGED, Verdict
from analysis.measures.plan import Kind
from analysis.measures.progress import PlanStatus
from analysis.present import forecasts, goals, theme, wording
from analysis.present.bundle import Block, Figure, Text
from analysis.present.data import ReportData
from analysis.present.figures.trend import trend
from analysis.present.markdown import as_html
from analysis.present.pages import framgang, jamforelse
from analysis.present.pages.maluppfyllelse import no_plan
from analysis.present.texts import heading, say
from analysis.settings import Goal
from analysis.settings.questionnaire import NKI

SENTENCES = 3
CARDS = {
    Verdict.MET: ("met", "✓"),
    Verdict.MISSED: ("missed", "✗"),
    Verdict.NOT_JUDGED: ("open", swedish.DASH),
}
"""The look and the sign of a card, by its verdict."""


def front(data: ReportData) -> Block:
    """The level beside what matters: the first thing a reader sees."""
    items = "\n".join(f"<li>{as_html(sentence)}</li>" for sentence in sentences(data))
    return Block(
        f"""<div class="nki-front">
{_headline(data)}
<section class="nki-matters" aria-labelledby="det-viktigaste">
<h2 id="det-viktigaste">{say("oversikt.viktigast")}</h2>
<ul>
{items}
</ul>
</section>
</div>"""
    )


def _headline(data: ReportData) -> str:
    """The governing NKI with grade, interval, change and the country."""
    row = data.cell()
    about = {"kommun": data.settings.report.municipality.organisation, "ar": data.year}
    if row is None or wording.governing(row) is None:
        why = say("oversikt.inget_varde") if row is None else wording.hidden_because(data, row)
        told = say("oversikt.nki_visas_inte", **about, skal=why)
        return f'<div class="nki-headline"><p>{wording.escaped(told)}</p></div>'
    label = say("oversikt.rubrik", **about)
    facts = say("oversikt.fakta", **wording.how_sure(row), publicerat=pd.notna(row["official"]))
    told = wording.joined(
        wording.change_sentence(data, row, data.label(NKI)),
        jamforelse.standing(data),
        wording.part_of_year(data),
    )
    grade = wording.escaped(data.grade(row["grade"]))
    return f"""<div class="nki-headline">
<p class="nki-headline-label">{wording.escaped(label)}</p>
<p class="nki-headline-value">{swedish.number(row["governing"])}
<span class="nki-grade {theme.fill_class(theme.grade_fill(row["grade"]))}">{grade}</span></p>
<p class="nki-headline-facts">{wording.escaped(facts)}</p>
<p>{wording.escaped(told)}</p>
</div>"""


def goal_cards(data: ReportData) -> Block | Text:
    """The goals as cards: verdict, value, how sure, what is missing; or how to get a plan."""
    if not data.settings.plan.adopted:
        return no_plan(data)
    cards = "\n".join(_card(data, goal) for goal in data.settings.plan.goals)
    return Block(f'<div class="nki-cards-box"><ul class="nki-cards">\n{cards}\n</ul></div>')


def _card(data: ReportData, goal: Goal) -> str:
    row = goals.goal_row(data, goal)
    status = Verdict.MISSING if row is None else row["status"]
    words = say("gemensamt.mal_saknas", ar="") if row is None else goals.verdict(data, goal, row)
    css, symbol = CARDS.get(status, ("open", "?"))
    barely = row is not None and status in JUDGED and goals.closeness(data, goal, row)
    unsure = " nki-card-unsure" if barely or goals.partly(data, goal, row) else ""
    return f"""<li class="nki-card nki-card-{css}{unsure}">
<p class="nki-card-title">{heading("mal_nummer", nummer=goal.number)}</p>
<p class="nki-card-text">{wording.escaped(goal.short)}</p>
<p class="nki-card-verdict"><span aria-hidden="true">{symbol}</span> {wording.escaped(words)}</p>
<p class="nki-card-facts">{wording.escaped(_card_facts(data, goal, row))}</p>
</li>"""


def _card_facts(data: ReportData, goal: Goal, row: pd.Series | None) -> str:
    if row is None:
        return say("oversikt.inget_att_bedoma")
    year = wording.decided_in(row)
    if row["status"] == Verdict.NOT_JUDGED:
        if year:
            return ""
        told = swedish.number(row["index"])
        return say("oversikt.preliminart", varde=told) if pd.notna(row["index"]) else ""
    if goal.scope == "areas":
        return goals.area_facts(data, goal)
    if pd.isna(row["gap"]):
        few = row["status"] == Verdict.TOO_FEW
        return say("oversikt.for_fa" if few else "oversikt.inget_att_bedoma")
    told = say(
        "oversikt.kort_varde",
        ar=year or data.year,
        varde=swedish.number(row["index"]),
        natt=row["status"] == Verdict.MET,
        avgjort=bool(year),
        **goals.level_now(data, goal),
        avstand=swedish.number(goals.distance(row)),
    )
    return wording.joined(told, forecasts.card(data, goal))


def sentences(data: ReportData) -> list[str]:
    """The three things that matter most, in a fixed order of what they are about.

    First the goal for the total, then the areas below their goal, then where to begin. Where one
    has nothing to say the change since last year stands in.
    """
    found = (_goal_sentence, _areas_sentence, _factors_sentence, _change_sentence)
    return [told for tell in found if (told := tell(data))][:SENTENCES]


def _goal_sentence(data: ReportData) -> str:
    goal = data.settings.plan.total_goal
    if goal is None:
        return ""
    row = goals.goal_row(data, goal)
    if row is not None and (told_once := goals.decided(data, goal, row)):
        return told_once
    if row is not None and row["status"] == Verdict.NOT_JUDGED:
        return say("oversikt.malen_bedoms_inte", nar=data.judged_when)
    if row is None or pd.isna(row["gap"]):
        return say("oversikt.mal_kan_inte_bedomas", nummer=goal.number, ar=data.year)
    name = data.label(goal.measure)
    told = {
        "nummer": goal.number,
        "matt": name,
        "varde": swedish.number(row["index"]),
        "mal": swedish.number(goal.target, 0),
    }
    if row["status"] == Verdict.MET:
        return say("oversikt.mal_natt", **told, inom=bool(goals.closeness(data, goal, row)))
    ahead = wording.is_ahead(row)
    left = int(row["target_year"]) - int(row["year"]) if ahead else 0
    return wording.joined(
        say(
            "oversikt.mal_inte_natt",
            **told,
            inom=bool(goals.closeness(data, goal, row)),
            annu=ahead,
            senast=goal.target_year or "",
            fattas=swedish.number(goals.distance(row)),
            kvar_ar=left,
            per_ar=swedish.number(row["pace_needed"]) if left else "",
        ),
        _pace(data, row, name) if ahead else "",
        _decided(data, goal) if ahead else "",
    )


def _pace(data: ReportData, row: pd.Series, name: str) -> str:
    """How the index has moved so far, from a number that a reader finds in the figure."""
    if pd.isna(row["pace_so_far"]):
        return ""
    pace, start, now = goals.pace_so_far(row)
    return say(
        "oversikt.hittills",
        matt=name,
        sedan=int(row["pace_since"]),
        okat=pace > 0,
        minskat=pace < 0,
        per_ar=swedish.number(abs(pace)),
        fran=swedish.number(start),
        omraknat=goals.restated(data, row),
        till=swedish.number(now),
    )


def _decided(data: ReportData, goal: Goal) -> str:
    """When the goal is decided: the month in which the target year's results are followed up."""
    year = int(goal.target_year or data.year)
    return say("oversikt.avgors", **goals.decided_when(data, year))


def _areas_sentence(data: ReportData) -> str:
    goal = next(iter(goals.for_areas(data)), None)
    if goal is None:
        return ""
    judged = goals.area_rows(data, goal)
    missed = judged[judged["status"] == Verdict.MISSED].sort_values("gap")
    aim = swedish.number(goal.target, 0)
    told = {
        "mal": aim,
        "matt": "" if goal.measure == NKI else data.in_text(goal.measure),
        "ar": wording.decided_in(judged.iloc[0]) if len(judged) else "",
    }
    if missed.empty:
        met = judged[judged["status"] == Verdict.MET].sort_values("gap")
        if met.empty:
            return ""
        if len(met) < len(judged):
            return say(
                "oversikt.omraden_nar_delvis",
                antal=swedish.number_word(len(met)),
                alla=swedish.number_word(len(judged)),
                **told,
            )
        return say(
            "oversikt.omraden_nar",
            **told,
            lagst=goals.with_values(data, met.assign(told=met["index"]).head(1)),
        )
    return wording.joined(
        say(
            "oversikt.omraden_under",
            ett=len(missed) == 1,
            antal=swedish.number_word(len(missed)),
            omraden=goals.with_values(data, missed.assign(told=missed["index"])),
            **told,
        ),
        _sure(data, missed, aim),
    )


def _sure(data: ReportData, missed: pd.DataFrame, aim: str) -> str:
    """A sentence on whether chance may explain the distances to the target."""
    if missed["upper"].isna().all():
        return say("oversikt.avstand_okand", ett=len(missed) == 1)
    sure = missed["upper"] < missed["target"]
    if sure.all():
        return say("oversikt.avstand_sakra", ett=len(missed) == 1)
    if sure.any():
        below, near = missed.loc[sure, "scope"], missed.loc[~sure, "scope"]
        return say("oversikt.avstand_delvis", sakra=data.names(below), ovriga=data.names(near))
    year = wording.decided_in(missed.iloc[0])
    return say("oversikt.avstand_osakra", antal=len(missed), mal=aim, ar=year)


def _factors_sentence(data: ReportData) -> str:
    factors = framgang.prioritised(data)
    if not factors:
        return ""
    groups = data.settings.questionnaire.groups
    # The question about a factor as a whole says nothing of what it is.
    asked = [key for factor in factors for key in groups[factor] if not key.endswith(OVERALL)]
    return say(
        "oversikt.borja_med",
        faktorer=data.names(factors),
        fragor=data.names(asked),
        tidigare=framgang.earlier_years(data),
    )


def _change_sentence(data: ReportData) -> str:
    row = data.cell()
    told = "" if row is None else wording.change_sentence(data, row, data.label(NKI))
    return say("oversikt.sedan_forra_aret", andring=told) if told else ""


def further(data: ReportData) -> Text:
    """Links to the pages that tell more."""
    return wording.text("oversikt.las_mer", plan=data.settings.plan.adopted)


def plan_progress(data: ReportData) -> Block | None:
    """The plan's activities with their status today, and what comes next; none without a plan."""
    rows = data.activities
    if rows.empty:
        return None
    items = []
    for _, row in rows[rows["kind"] == Kind.ACTIVITY].sort_values("number").iterrows():
        status = swedish.capitalised(str(row["status"]))
        items.append(
            f'<li><span class="nki-step-name">{row["number"]} '
            f"{wording.escaped(row['activity'])}</span>"
            f'<span class="nki-step-status">{wording.escaped(status)}</span>'
            f'<span class="nki-step-date">{wording.period(row)}</span></li>'
        )
    coming = rows[rows["status"] == PlanStatus.AHEAD].sort_values(["start", "step"])
    following = ""
    if len(coming):
        first = coming.iloc[0]
        told = say("oversikt.nasta", vad=first["title"], nar=wording.period(first))
        following = f'<p class="nki-note">{wording.escaped(told)}</p>'
    return Block('<ul class="nki-steps">\n' + "\n".join(items) + f"\n</ul>\n{following}")


def trend_figure(data: ReportData) -> Figure | None:
    """The NKI over the years against the goal for it."""
    goal = data.settings.plan.total_goal
    if goal is None or goal.measure != NKI:
        return trend(data, key="nki-over-tid")
    aim = swedish.number(goal.target, 0)
    targets = [(goal.target, say("figurer.mallinje_ar", niva=aim, ar=goal.target_year or ""))]
    if goal.reference:
        other = swedish.number(goal.reference.target, 0)
        targets.append((goal.reference.target, say("figurer.jamforelselinje", niva=other)))
    return trend(data, key="nki-over-tid", targets=targets, ahead=forecasts.path(data, goal))
