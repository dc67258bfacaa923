"""The PDF for the board: what is asked, the answer first, then the grounds."""

from __future__ import annotations

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
                    wording.part_of_year(data),
                )
                if s
            )
        )
    return wording.paragraphs(
        maluppfyllelse.anothers_plan(data), f"{_verdict(data)} {level}".strip()
    )


def _verdict(data: ReportData) -> str:
    """How many goals are reached, how surely, and how many cannot be judged."""
    goals = data.settings.plan.goals
    if data.judged_when:
        return f"**Planens mål {data.judged_when}.**"
    judged = [
        row
        for goal in goals
        if (row := oversikt.goal_row(data, goal)) is not None
        and row["status"] in oversikt.JUDGED
        and not oversikt.partly(data, goal, row)
    ]
    met = [row for row in judged if row["status"] == "nått"]
    told = (
        f"**{swedish.capitalised(_none_or(len(met)))} av planens "
        f"{swedish.number_word(len(goals))} mål är {'nått' if len(met) < 2 else 'nådda'}** för "
        f"ärendeår {data.year}"
    )
    if unsure := [row for row in met if wording.is_uncertain(row, data)]:
        some = f"för {swedish.number_word(len(unsure))} av dem är det"
        told += f", men {'det är' if len(met) == 1 else some} {unsure[0]['certainty_words']}"
    if unknown := len(goals) - len(judged):
        told += f"; {swedish.number_word(unknown)} kan inte bedömas helt"
    return f"{told}."


def _none_or(number: int) -> str:
    return swedish.number_word(number) if number else "inget"


def key_points(data: ReportData) -> Text:
    """The three sentences of the overview."""
    return oversikt.key_sentences(data)


def goals(data: ReportData) -> Table:
    """The goals' table."""
    return maluppfyllelse.goal_table(data)


def area_goals(data: ReportData) -> Text:
    """The goals for the areas, in words."""
    return maluppfyllelse.area_goals(data)


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
    """What each of the plan's activities has come to, one row an activity."""
    return maluppfyllelse.activity_summary(data)


def plan_status(data: ReportData) -> Text:
    """What the plan's activities have come to, in words."""
    rows = data.activities[data.activities["kind"] == "aktivitet"].sort_values("number")
    items = [
        f"**{row['number']}. {row['title']}** ({wording.period(row)}): {row['status']}."
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
        f"Tal med färre än {rules.disclosure.min_answers.value} svar visas inte, och ibland döljs "
        f"ett tal till för att skydda ett annat.{_breaks(data)}",
        f"Källa: {data.source}. Rapporten gjord {swedish.long_date(data.today)}. Alla tal, "
        "metoden i sin helhet och varje område för sig finns på rapportens webbplats.",
    )


def _breaks(data: ReportData) -> str:
    told = [
        f"Till och med {last} vägs {before} samman, från {last + 1} {after}; tal från de båda "
        "tiderna är inte helt jämförbara."
        for last, before, after in data.breaks
    ]
    return "".join(f" {sentence}" for sentence in told)
