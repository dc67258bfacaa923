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
<h2 id="det-viktigaste">Det viktigaste</h2>
<ul>
{items}
</ul>
</section>
</div>"""
    )


def _headline(data: ReportData) -> str:
    """The governing NKI with grade, interval, change and the country."""
    row = data.cell()
    organisation = wording.escaped(data.settings.report.municipality.organisation)
    if row is None or wording.governing(row) is None:
        why = (
            "det finns varken svar eller ett publicerat värde."
            if row is None
            else wording.hidden_because(data, row)
        )
        return (
            f'<div class="nki-headline"><p>För {organisation} visas inget sammanvägt NKI för '
            f"ärendeår {data.year}: {wording.escaped(why)}</p></div>"
        )
    facts = [
        _between(data, row),
        f"{swedish.number(row['n'], 0)}{swedish.NBSP}svar" if pd.notna(row["n"]) else "",
        "officiellt värde" if pd.notna(row["official"]) else "egen beräkning",
    ]
    told = wording.joined(
        wording.change_sentence(data, row, "NKI"),
        wording.country_sentence(data, row),
        wording.part_of_year(data),
    )
    grade = wording.escaped(data.grade(row["grade"]))
    return f"""<div class="nki-headline">
<p class="nki-headline-label">Nöjd kund-index (NKI) för {organisation}, ärendeår {data.year}</p>
<p class="nki-headline-value">{swedish.number(row["governing"])}
<span class="nki-grade" style="background:{theme.grade_fill(row["grade"])}">{grade}</span></p>
<p class="nki-headline-facts">{" · ".join(filter(None, facts))}</p>
<p>{wording.escaped(told)}</p>
</div>"""


def _between(data: ReportData, row: pd.Series) -> str:
    if pd.isna(row["governing_lower"]):
        return ""
    interval = swedish.interval(row["governing_lower"], row["governing_upper"])
    return f"troligen {interval} ({data.interval_name})"


def goal_cards(data: ReportData) -> Block:
    """The goals as cards: verdict, value, how sure, what is missing."""
    cards = "\n".join(_card(data, goal) for goal in data.settings.plan.goals)
    return Block(f'<div class="nki-cards-box"><ul class="nki-cards">\n{cards}\n</ul></div>')


def _card(data: ReportData, goal: Goal) -> str:
    row = goal_row(data, goal)
    status = Verdict.MISSING if row is None else row["status"]
    words = "Värde saknas" if row is None else goal_verdict(data, goal, row)
    css = {Verdict.MET: "met", Verdict.MISSED: "missed"}.get(status, "open")
    unsure = " nki-card-unsure" if partly(data, goal, row) else ""
    if row is not None and css != "open" and wording.is_uncertain(row, data):
        words, unsure = f"{words}, men {row['certainty_words']}", " nki-card-unsure"
    symbol = {"met": "✓", "missed": "✗", "open": "?"}[css]
    if row is not None and row["status"] == Verdict.NOT_JUDGED:
        symbol = swedish.DASH
    return f"""<li class="nki-card nki-card-{css}{unsure}">
<p class="nki-card-title">Mål {goal.number}</p>
<p class="nki-card-text">{wording.escaped(goal.short)}</p>
<p class="nki-card-verdict"><span aria-hidden="true">{symbol}</span> {wording.escaped(words)}</p>
<p class="nki-card-facts">{wording.escaped(_card_facts(data, goal, row))}</p>
</li>"""


def _card_facts(data: ReportData, goal: Goal, row: pd.Series | None) -> str:
    if row is None:
        return "Det finns inget värde att bedöma."
    sure = wording.certainty(row)
    if row["status"] == Verdict.NOT_JUDGED:
        known = pd.notna(row["index"])
        return f"Preliminärt värde: {swedish.number(row['index'])}." if known else ""
    if goal.scope == "areas":
        who = "alla" if area_rows(data, goal)["status"].isin(JUDGED).all() else "alla bedömda"
        return area_facts(data, goal) + (f" Att {who} når det är {sure}." if sure else "")
    if pd.isna(row["gap"]):
        few = row["status"] == Verdict.TOO_FEW
        return "Svaren är för få." if few else "Det finns inget värde att bedöma."
    value = goal.target + float(row["gap"])
    gap = swedish.difference(value, goal.target)
    distance = (
        f"{swedish.number(abs(gap))} under målet" if gap < 0 else f"{swedish.number(gap)} över"
    )
    reached = "målet redan är nått" if gap < 0 else "det sanna värdet når målet"
    told = f" Att {reached} är {sure}." if sure else ""
    return f"Nu {swedish.number(value)} ({distance}).{told}"


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
    name = f"Mål {goal.number}"
    if row is not None and row["status"] == Verdict.NOT_JUDGED:
        return f"**Målen bedöms inte i den här rapporten:** de {data.judged_when}."
    if row is None or pd.isna(row["gap"]):
        return f"**{name} kan inte bedömas.** Värdet för {data.year} saknas."
    value = swedish.number(row["index"])
    gap = swedish.difference(float(row["index"]), goal.target)
    aim = swedish.number(goal.target, 0)
    if float(row["gap"]) >= 0:
        sure = wording.certainty(row)
        told = f" Att det sanna värdet når dit är {sure}." if sure else ""
        return f"**{name} är nått:** {value} mot målet {aim}.{told}"
    missing = f"{value} mot målet {aim}, så {swedish.number(-gap)} fattas."
    if sure := wording.certainty(row):
        missing += f" Att det redan är nått är {sure}."
    verdict = wording.goal_status(data, row).lower().replace("ej", "inte")
    return f"**{name} är {verdict}:** {missing}{_pace(data, row)}"


def _pace(data: ReportData, row: pd.Series) -> str:
    if pd.isna(row["pace_needed"]):
        return ""
    left = int(row["target_year"]) - int(row["year"])
    needed = swedish.signed(row["pace_needed"])
    text = (
        f" Det kräver {needed} till {int(row['target_year'])}"
        if left == 1
        else f" Det kräver {needed} per år till {int(row['target_year'])}"
    )
    if pd.notna(row["pace_so_far"]):
        since, (pace, start, now) = int(row["pace_since"]), pace_so_far(row)
        return (
            f"{text}; sedan {since} är takten {swedish.signed(pace)} per år, från "
            f"{swedish.number(start)} ({since}{restated(data, row)}) till {swedish.number(now)}."
        )
    return f"{text}."


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
            counted = f"{_counted(len(met))} av {swedish.number_word(len(judged))} områden"
            return f"**{counted} når {aim}:** de andra kan inte bedömas."
        lowest = (
            f"{data.label(met['scope'].iloc[0]).lower()} {swedish.number(met['index'].iloc[0])}"
        )
        return f"**Alla områden når {aim}:** lägst är {lowest}."
    told = [
        f"{data.label(row['scope']).lower()} {swedish.number(row['index'])}"
        for _, row in missed.iterrows()
    ]
    counted = "Ett område" if len(missed) == 1 else f"{_counted(len(missed))} områden"
    return f"**{counted} ligger under {aim}:** {swedish.listing(told)}. {_sure(missed)}"


def _sure(missed: pd.DataFrame) -> str:
    """A sentence on whether chance may explain the distances to the target."""
    if missed["upper"].isna().all():
        distances = "säkert avståndet" if len(missed) == 1 else "säkra avstånden"
        return f"Hur {distances} är går inte att räkna ut ur de publicerade värdena."
    sure = missed["upper"] < missed["target"]
    if sure.all():
        return "Avståndet är säkerställt." if len(missed) == 1 else "Avstånden är säkerställda."
    if sure.any():
        return f"Avståndet är säkerställt för {int(sure.sum())} av dem."
    each = "Avståndet kan" if len(missed) == 1 else "Vart och ett av avstånden kan"
    return f"{each} bero på vilka som råkade svara."


def _factors_sentence(data: ReportData) -> str:
    rows = data.drivers
    rows = rows[(rows["scope"] == "total") & (rows["quadrant"] == Quadrant.PRIORITISE)]
    if rows.empty:
        return ""
    names = [_explained(data, f) for f in rows.sort_values("effect", ascending=False)["factor"]]
    return (
        f"**Börja med {swedish.listing(names)}:** där är företagen mindre nöjda och sambandet med "
        "NKI starkt. Sambanden visar var det kan löna sig, inte att en åtgärd säkert hjälper."
    )


def _explained(data: ReportData, factor: str) -> str:
    """A factor and what is asked about it, apart from the question about it as a whole."""
    asked = data.settings.questionnaire.groups[factor]
    parts = [data.label(key).lower() for key in asked if not key.endswith("_totalt")]
    return f"{data.label(factor).lower()} ({swedish.listing(parts)})"


def _change_sentence(data: ReportData) -> str:
    row = data.cell()
    told = "" if row is None else wording.change_sentence(data, row, "NKI")
    return f"**Sedan förra året:** {told}" if told else ""


def _counted(number: int) -> str:
    return swedish.capitalised(swedish.number_word(number))


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
        following = (
            f'<p class="nki-note">Härnäst: {wording.escaped(first["title"])}, '
            f"{wording.period(first)}.</p>"
        )
    return Block('<ul class="nki-steps">\n' + "\n".join(items) + f"\n</ul>\n{following}")


def trend_figure(data: ReportData) -> Figure | None:
    """The NKI over the years against the goal for it."""
    goal = data.settings.plan.total_goal
    if goal is None or goal.measure != NKI:
        return trend(data, key="nki-over-tid")
    label = f"Mål {swedish.number(goal.target, 0)}"
    if goal.target_year:
        label += f" år {goal.target_year}"
    targets = [(goal.target, label)]
    if goal.reference:
        targets.append(
            (goal.reference.target, f"{swedish.number(goal.reference.target, 0)} (jämförelse)")
        )
    return trend(data, key="nki-over-tid", targets=targets)
