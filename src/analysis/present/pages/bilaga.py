"""The PDF for the board: what is asked, the answer first, then the grounds."""

from __future__ import annotations

import pandas as pd

from analysis import swedish
from analysis.present import wording
from analysis.present.bundle import Figure, Text
from analysis.present.data import ReportData
from analysis.present.pages import framgang, maluppfyllelse, nulage, oversikt
from analysis.present.tables import Table


def summary(data: ReportData) -> Text:
    """The answer first: the goals, the level, what to do."""
    row = data.cell()
    level = ""
    if row is not None and wording.governing(row) is not None:
        sure = wording.margin(row)
        level = (
            f"NKI för ärendeår {data.year} är **{wording.index_with_grade(data, row)}**"
            f"{f', {sure}' if sure else ''}. "
            + " ".join(
                s
                for s in (
                    wording.change_sentence(data, row, "NKI"),
                    wording.country_sentence(data, row),
                )
                if s
            )
        )
    met = [
        goal
        for goal in data.settings.plan.goals
        if (found := oversikt.goal_row(data, goal)) is not None and found["status"] == "nått"
    ]
    verdict = (
        f"**{swedish.capitalised(_counted(len(met)))} av planens "
        f"{_counted(len(data.settings.plan.goals))} mål är "
        f"{'nått' if len(met) < 2 else 'nådda'}** för ärendeår {data.year}."
    )
    return wording.paragraphs(f"{verdict} {level}".strip())


def _counted(number: int) -> str:
    words = ("inget", "ett", "två", "tre", "fyra")
    return words[number] if number < len(words) else str(number)


def key_points(data: ReportData) -> Text:
    """The three sentences of the overview."""
    return oversikt.key_sentences(data)


def goals(data: ReportData) -> Table:
    """The goals' table."""
    return maluppfyllelse.goal_table(data)


def timeline(data: ReportData) -> Figure:
    """The timeline."""
    return maluppfyllelse.timeline_figure(data)


def areas(data: ReportData) -> Table:
    """The areas' table."""
    return nulage.area_table(data)


def factors(data: ReportData) -> Table | None:
    """Factors by areas."""
    return nulage.factor_table(data)


def matrix(data: ReportData) -> Figure | None:
    """The priority matrix."""
    return framgang.matrix_figure(data)


def reading_guide(data: ReportData) -> Text | None:
    """How to read the matrix."""
    return framgang.reading_guide(data)


def limits(data: ReportData) -> Text | None:
    """The limits of the method."""
    return framgang.limits(data)


def activities(data: ReportData) -> Table:
    """What the plan's activities have come to."""
    return maluppfyllelse.activity_table(data)


def plan_status(data: ReportData) -> Text:
    """What the plan's activities have come to, in words."""
    rows = data.activities[data.activities["kind"] == "aktivitet"].sort_values("number")
    items = [
        f"**{row['number']}. {row['title']}** "
        f"({pd.Timestamp(row['start']):%Y-%m-%d} – {pd.Timestamp(row['end']):%Y-%m-%d}): "
        f"{row['status']}."
        for _, row in rows.iterrows()
    ]
    return wording.bullets(items)


def method(data: ReportData) -> Text:
    """The method in short, and the source."""
    rules = data.settings.rules
    return wording.paragraphs(
        "Underlaget är SKR:s servicemätning Insikt, där företag som haft ett ärende hos kommunen "
        f"svarar på en skala {rules.index.lowest.value}–{rules.index.highest.value}. Svaren räknas "
        f"om till index 0–100. Osäkerheten anges som {data.confidence} intervall: vid få svar är "
        "den stor. "
        f"Tal med färre än {rules.disclosure.min_answers.value} svar visas inte. "
        "Till och med 2023 vägs sex områden samman, från 2024 fyra; därför är "
        "utgångsvärdet och målåret inte helt jämförbara.",
        f"Källa: {data.source}. Rapporten gjord {swedish.long_date(data.today)}. Alla tal, "
        "metoden i sin helhet och varje område för sig finns på rapportens webbplats.",
    )
