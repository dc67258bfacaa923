"""Översikt: where we stand, the four goals, the plan today, and what matters, on one screen."""

from __future__ import annotations

import pandas as pd

from analysis import swedish
from analysis.present import wording
from analysis.present.bundle import Figure, Text
from analysis.present.data import ReportData
from analysis.present.figures.trend import trend
from analysis.settings import Goal


def headline(data: ReportData) -> Text:
    """The governing NKI with grade, interval, change and the country."""
    row = data.cell()
    organisation = wording.escaped(data.settings.report.municipality.organisation)
    if row is None or wording.governing(row) is None:
        return wording.html_block(
            f'<div class="nki-headline"><p>För {organisation} finns inget sammanvägt NKI för '
            f"ärendeår {data.year}: svaren är för få.</p></div>"
        )
    facts = [
        fact
        for fact in (
            f"{data.confidence} {wording.margin(row)}" if wording.margin(row) else "",
            f"{swedish.number(row['n'], 0)} svar" if pd.notna(row["n"]) else "",
            "officiellt värde" if pd.notna(row["official"]) else "egen beräkning",
        )
        if fact
    ]
    sentences = [
        wording.change_sentence(data, row, "NKI"),
        wording.country_sentence(data, row),
    ]
    grade = wording.escaped(data.grade(row["grade"]))
    return wording.html_block(
        f"""<div class="nki-headline">
<p class="nki-headline-label">NKI för {organisation}, ärendeår {data.year}</p>
<p class="nki-headline-value">{swedish.number(row["governing"])}
<span class="nki-grade nki-grade-{wording.escaped(row["grade"])}">{grade}</span></p>
<p class="nki-headline-facts">{" · ".join(facts)}</p>
<p>{wording.escaped(" ".join(s for s in sentences if s))}</p>
</div>"""
    )


def goal_cards(data: ReportData) -> Text:
    """The four goals as cards: verdict, value, how sure, what is missing."""
    cards = "\n".join(_card(data, goal) for goal in data.settings.plan.goals)
    return wording.html_block(
        f'<div class="nki-cards-box"><ul class="nki-cards">\n{cards}\n</ul></div>'
    )


def _card(data: ReportData, goal: Goal) -> str:
    row = goal_row(data, goal)
    status = "saknas" if row is None else str(row["status"])
    verdict = "Värde saknas" if row is None else wording.goal_status(row)
    css = {"nått": "met", "ej nått": "missed"}.get(status, "open")
    symbol = {"met": "✓", "missed": "✗", "open": "?"}[css]
    return f"""<li class="nki-card nki-card-{css}">
<p class="nki-card-title">Mål {goal.number}</p>
<p class="nki-card-text">{wording.escaped(goal.short)}</p>
<p class="nki-card-verdict"><span aria-hidden="true">{symbol}</span> {verdict}</p>
<p class="nki-card-facts">{wording.escaped(_card_facts(data, goal, row))}</p>
</li>"""


def _card_facts(data: ReportData, goal: Goal, row: pd.Series | None) -> str:
    if row is None:
        return "Det finns inget värde att bedöma."
    if goal.scope == "areas":
        return area_facts(data, goal)
    if pd.isna(row["gap"]):
        few = str(row["status"]) == "för få svar"
        return "Svaren är för få." if few else "Det finns inget värde att bedöma."
    gap = float(row["gap"])
    value = goal.target + gap
    distance = (
        f"{swedish.number(abs(gap))} under målet" if gap < 0 else f"{swedish.number(gap)} över"
    )
    sure = wording.certainty(row)
    told = f" Att målet är nått är {sure}." if sure else ""
    return f"Nu {swedish.number(value)}, {distance}.{told}"


def area_facts(data: ReportData, goal: Goal) -> str:
    """How many areas reach a goal, and how many cannot be judged."""
    rows = area_rows(data, goal)
    met = rows[rows["status"] == "nått"]
    missed = rows[rows["status"] == "ej nått"]
    few = rows[rows["status"] == "för få svar"]
    judged = len(met) + len(missed)
    if not judged:
        return "Inget område kan bedömas."
    parts = [
        f"{len(met)} av {swedish.count(judged, 'bedömt område', 'bedömda områden')} når målet."
    ]
    if len(missed):
        names = [data.label(scope).lower() for scope in missed["scope"]]
        parts.append(f"Under målet: {swedish.listing(names)}.")
    if len(few):
        names = [data.label(scope).lower() for scope in few["scope"]]
        parts.append(f"För få svar: {swedish.listing(names)}.")
    return " ".join(parts)


def area_rows(data: ReportData, goal: Goal, year: int | None = None) -> pd.DataFrame:
    """A goal's rows for single areas in a year."""
    rows = data.goals
    return rows[
        (rows["goal"] == goal.number)
        & (rows["year"].astype(str) == str(year or data.year))
        & (~rows["scope"].isin(["total", "samtliga"]))
    ]


def goal_row(data: ReportData, goal: Goal, year: int | None = None) -> pd.Series | None:
    """A goal's row for the whole municipality in a year."""
    scope = "total" if goal.scope == "total" else "samtliga"
    rows = data.goals
    rows = rows[
        (rows["goal"] == goal.number)
        & (rows["year"].astype(str) == str(year or data.year))
        & (rows["scope"] == scope)
    ]
    return None if rows.empty else rows.iloc[0]


def key_sentences(data: ReportData) -> Text:
    """Three sentences that say what matters, by rule."""
    items = [_sentence_goal(data), _sentence_areas(data), _sentence_factors(data)]
    return wording.bullets([item for item in items if item])


def _sentence_goal(data: ReportData) -> str:
    goal = data.settings.plan.goals[0]
    row = goal_row(data, goal)
    if row is None or pd.isna(row["gap"]):
        return f"**Målet {goal.short.lower()}** kan inte bedömas: värdet saknas."
    gap = float(row["gap"])
    left = (goal.target_year or data.year) - data.year
    if gap >= 0:
        return f"**Mål 1 är nått** {data.year}: NKI ligger {swedish.number(gap)} över målet."
    pace = row.get("pace_needed")
    if left > 0 and pd.notna(pace):
        per_year = f" Det kräver {swedish.signed(float(pace))} per år till {goal.target_year}."
    else:
        per_year = ""
    return (
        f"**Mål 1 är inte nått** {data.year}: det fattas {swedish.number(-gap)} till "
        f"{swedish.number(goal.target, 0)}.{per_year}"
    )


def _sentence_areas(data: ReportData) -> str:
    goal = next((g for g in data.settings.plan.goals if g.scope == "areas"), None)
    if goal is None:
        return ""
    missed = area_rows(data, goal)
    missed = missed[missed["status"] == "ej nått"].sort_values("gap")
    if missed.empty:
        return ""
    worst = missed.iloc[0]
    return (
        f"**{data.label(worst['scope'])} ligger längst under** målet "
        f"{swedish.number(goal.target, 0)} i alla områden: "
        f"{swedish.number(goal.target + float(worst['gap']))}."
    )


def _sentence_factors(data: ReportData) -> str:
    rows = data.drivers
    rows = rows[(rows["scope"] == "total") & (rows["quadrant"] == "prioritera")]
    if rows.empty:
        return ""
    ordered = rows.sort_values("effect", ascending=False)
    names = [data.label(factor).lower() for factor in ordered["factor"]]
    return (
        f"**Börja med {swedish.listing(names)}:** där är företagen mindre nöjda och sambandet "
        "med NKI starkt. Sambanden visar var det kan löna sig, inte att en åtgärd säkert hjälper."
    )


def plan_progress(data: ReportData) -> Text:
    """The plan's activities with their status today."""
    rows = data.activities
    rows = rows[rows["kind"] == "aktivitet"].sort_values("number")
    items = []
    for _, row in rows.iterrows():
        span = f"{pd.Timestamp(row['start']):%Y-%m-%d} – {pd.Timestamp(row['end']):%Y-%m-%d}"
        items.append(
            f'<li><span class="nki-step-name">{row["number"]}. '
            f"{wording.escaped(row['title'])}</span>"
            f'<span class="nki-step-date">{span}</span>'
            f'<span class="nki-step-status">{swedish.capitalised(str(row["status"]))}</span></li>'
        )
    return wording.html_block('<ul class="nki-steps">\n' + "\n".join(items) + "\n</ul>")


def trend_figure(data: ReportData) -> Figure | None:
    """The NKI over the years against goal 1."""
    goal = data.settings.plan.goals[0]
    label = f"Mål {swedish.number(goal.target, 0)}"
    if goal.target_year:
        label += f" år {goal.target_year}"
    targets = [(goal.target, label)]
    if goal.reference:
        targets.append(
            (goal.reference.target, f"{swedish.number(goal.reference.target, 0)} (jämförelse)")
        )
    return trend(data, key="nki-over-tid", targets=targets)
