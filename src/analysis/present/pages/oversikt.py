"""Översikt: the level, the goals, the plan today and the most important findings, on one screen."""

from __future__ import annotations

import pandas as pd

from analysis import swedish
from analysis.measures.drivers import Quadrant
from analysis.measures.goals import JUDGED, Verdict
from analysis.measures.plan import Kind, PlanStatus
from analysis.present import theme, wording
from analysis.present.bundle import Block, Figure, Text
from analysis.present.data import ReportData
from analysis.present.figures.trend import trend
from analysis.present.goals import area_facts, area_rows, goal_row, pace_so_far, partly, restated
from analysis.present.goals import verdict as goal_verdict
from analysis.present.markdown import as_html
from analysis.present.texts import heading, say
from analysis.settings import Goal
from analysis.settings.questionnaire import NKI

SENTENCES = 3


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
    if row is None or wording.governing(row) is None:
        why = say("oversikt.inget_varde") if row is None else wording.hidden_because(data, row)
        told = say(
            "oversikt.nki_visas_inte",
            kommun=data.settings.report.municipality.organisation,
            ar=data.year,
            skal=why,
        )
        return f'<div class="nki-headline"><p>{wording.escaped(told)}</p></div>'
    organisation = data.settings.report.municipality.organisation
    label = say("oversikt.rubrik", kommun=organisation, ar=data.year)
    bounded = pd.notna(row["governing_lower"])
    bounds = swedish.interval(row["governing_lower"], row["governing_upper"]) if bounded else ""
    facts = say(
        "oversikt.fakta",
        intervall=bounds,
        intervallets_namn=data.interval_name,
        svar=swedish.number(row["n"], 0) if pd.notna(row["n"]) else "",
        publicerat=pd.notna(row["official"]),
    )
    told = wording.joined(
        wording.change_sentence(data, row, data.label(NKI)),
        wording.country_sentence(data, row),
        wording.part_of_year(data),
    )
    grade = wording.escaped(data.grade(row["grade"]))
    return f"""<div class="nki-headline">
<p class="nki-headline-label">{wording.escaped(label)}</p>
<p class="nki-headline-value">{swedish.number(row["governing"])}
<span class="nki-grade" style="background:{theme.grade_fill(row["grade"])}">{grade}</span></p>
<p class="nki-headline-facts">{wording.escaped(facts)}</p>
<p>{wording.escaped(told)}</p>
</div>"""


def goal_cards(data: ReportData) -> Block:
    """The goals as cards: verdict, value, how sure, what is missing."""
    cards = "\n".join(_card(data, goal) for goal in data.settings.plan.goals)
    return Block(f'<div class="nki-cards-box"><ul class="nki-cards">\n{cards}\n</ul></div>')


def _card(data: ReportData, goal: Goal) -> str:
    row = goal_row(data, goal)
    status = Verdict.MISSING if row is None else row["status"]
    words = say("gemensamt.mal_saknas") if row is None else goal_verdict(data, goal, row)
    css = {Verdict.MET: "met", Verdict.MISSED: "missed"}.get(status, "open")
    unsure = " nki-card-unsure" if partly(data, goal, row) else ""
    if row is not None and css != "open" and wording.is_uncertain(row, data):
        words = say("oversikt.ovisst", omdome=words, sakerhet=row["certainty_words"])
        unsure = " nki-card-unsure"
    symbol = {"met": "✓", "missed": "✗", "open": "?"}[css]
    if row is not None and row["status"] == Verdict.NOT_JUDGED:
        symbol = swedish.DASH
    return f"""<li class="nki-card nki-card-{css}{unsure}">
<p class="nki-card-title">{heading("mal_nummer", nummer=goal.number)}</p>
<p class="nki-card-text">{wording.escaped(goal.short)}</p>
<p class="nki-card-verdict"><span aria-hidden="true">{symbol}</span> {wording.escaped(words)}</p>
<p class="nki-card-facts">{wording.escaped(_card_facts(data, goal, row))}</p>
</li>"""


def _card_facts(data: ReportData, goal: Goal, row: pd.Series | None) -> str:
    if row is None:
        return say("oversikt.inget_att_bedoma")
    sure = wording.certainty(row)
    if row["status"] == Verdict.NOT_JUDGED:
        told = swedish.number(row["index"])
        return say("oversikt.preliminart", varde=told) if pd.notna(row["index"]) else ""
    if goal.scope == "areas":
        every = area_rows(data, goal)["status"].isin(JUDGED).all()
        return wording.joined(
            area_facts(data, goal),
            say("oversikt.kort_sakerhet_omraden", alla=every, sakerhet=sure) if sure else "",
        )
    if pd.isna(row["gap"]):
        few = row["status"] == Verdict.TOO_FEW
        return say("oversikt.for_fa" if few else "oversikt.inget_att_bedoma")
    value = goal.target + float(row["gap"])
    gap = swedish.difference(value, goal.target)
    return say(
        "oversikt.kort_varde",
        varde=swedish.number(value),
        under=swedish.number(abs(gap)) if gap < 0 else "",
        over=swedish.number(gap) if gap >= 0 else "",
        sakerhet=sure,
    )


def key_sentences(data: ReportData) -> Text:
    """The most important findings, for a document."""
    return wording.bullets(sentences(data))


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
    row = goal_row(data, goal)
    if row is not None and row["status"] == Verdict.NOT_JUDGED:
        return say("oversikt.malen_bedoms_inte", nar=data.judged_when)
    if row is None or pd.isna(row["gap"]):
        return say("oversikt.mal_kan_inte_bedomas", nummer=goal.number, ar=data.year)
    told = {
        "nummer": goal.number,
        "varde": swedish.number(row["index"]),
        "mal": swedish.number(goal.target, 0),
        "sakerhet": wording.certainty(row),
    }
    if float(row["gap"]) >= 0:
        return say("oversikt.mal_natt", **told)
    gap = swedish.difference(float(row["index"]), goal.target)
    return wording.joined(
        say(
            "oversikt.mal_inte_natt",
            **told,
            annu=wording.is_ahead(row),
            fattas=swedish.number(-gap),
        ),
        _pace(data, row),
    )


def _pace(data: ReportData, row: pd.Series) -> str:
    if pd.isna(row["pace_needed"]):
        return ""
    told = dict.fromkeys(("takt", "sedan", "omraknat", "fran", "till"), "")
    if pd.notna(row["pace_so_far"]):
        pace, start, now = pace_so_far(row)
        told = {
            "takt": swedish.signed(pace),
            "sedan": str(int(row["pace_since"])),
            "omraknat": restated(data, row),
            "fran": swedish.number(start),
            "till": swedish.number(now),
        }
    return say(
        "oversikt.takt",
        kravs=swedish.signed(row["pace_needed"]),
        per_ar=int(row["target_year"]) - int(row["year"]) > 1,
        malar=int(row["target_year"]),
        **told,
    )


def _areas_sentence(data: ReportData) -> str:
    goal = next((g for g in data.settings.plan.goals if g.scope == "areas"), None)
    if goal is None:
        return ""
    judged = area_rows(data, goal)
    missed = judged[judged["status"] == Verdict.MISSED].sort_values("gap")
    aim = swedish.number(goal.target, 0)
    if missed.empty:
        met = judged[judged["status"] == Verdict.MET].sort_values("gap")
        if met.empty:
            return ""
        if len(met) < len(judged):
            return say(
                "oversikt.omraden_nar_delvis",
                antal=swedish.number_word(len(met)),
                alla=swedish.number_word(len(judged)),
                mal=aim,
            )
        return say("oversikt.omraden_nar", mal=aim, lagst=_with_values(data, met.head(1)))
    return wording.joined(
        say(
            "oversikt.omraden_under",
            ett=len(missed) == 1,
            antal=swedish.number_word(len(missed)),
            mal=aim,
            omraden=_with_values(data, missed),
        ),
        _sure(missed),
    )


def _with_values(data: ReportData, rows: pd.DataFrame) -> str:
    """Areas with their indices."""
    return swedish.listing(
        [
            say(
                "oversikt.omrade_varde",
                omrade=data.label(row["scope"]).lower(),
                varde=swedish.number(row["index"]),
            )
            for _, row in rows.iterrows()
        ]
    )


def _sure(missed: pd.DataFrame) -> str:
    """A sentence on whether chance may explain the distances to the target."""
    one = len(missed) == 1
    if missed["upper"].isna().all():
        return say("oversikt.avstand_okand", ett=one)
    sure = missed["upper"] < missed["target"]
    if sure.all():
        return say("oversikt.avstand_sakra", ett=one)
    if sure.any():
        return say("oversikt.avstand_delvis", antal=int(sure.sum()))
    return say("oversikt.avstand_osakra", ett=one)


def _factors_sentence(data: ReportData) -> str:
    rows = data.drivers
    rows = rows[(rows["scope"] == "total") & (rows["quadrant"] == Quadrant.PRIORITISE)]
    if rows.empty:
        return ""
    names = [_explained(data, f) for f in rows.sort_values("effect", ascending=False)["factor"]]
    return say("oversikt.borja_med", faktorer=swedish.listing(names))


def _explained(data: ReportData, factor: str) -> str:
    """A factor and what is asked about it, apart from the question about it as a whole."""
    asked = data.settings.questionnaire.groups[factor]
    parts = [data.label(key).lower() for key in asked if not key.endswith("_totalt")]
    return say(
        "oversikt.faktor_fragor", faktor=data.label(factor).lower(), fragor=swedish.listing(parts)
    )


def _change_sentence(data: ReportData) -> str:
    row = data.cell()
    told = "" if row is None else wording.change_sentence(data, row, data.label(NKI))
    return say("oversikt.sedan_forra_aret", andring=told) if told else ""


def plan_progress(data: ReportData) -> Block:
    """The plan's activities with their status today, and what comes next."""
    rows = data.activities
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
    return trend(data, key="nki-over-tid", targets=targets)
