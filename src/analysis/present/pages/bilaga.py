"""The PDF for the board: what is asked, the answer first, then the grounds."""

from __future__ import annotations

from analysis import swedish
from analysis.measures.goals import JUDGED, Verdict
from analysis.present import wording
from analysis.present.bundle import Text
from analysis.present.data import ReportData
from analysis.present.goals import goal_row, partly
from analysis.present.pages.maluppfyllelse import anothers_plan


def summary(data: ReportData) -> Text:
    """The answer first: the goals, the level, what to do."""
    row = data.cell()
    level = ""
    if row is not None and wording.governing(row) is not None:
        sure = wording.margin(row)
        level = wording.joined(
            f"NKI för ärendeår {data.year} är **{wording.index_with_grade(data, row)}**"
            f"{f', {sure}' if sure else ''}.",
            wording.change_sentence(data, row, "NKI"),
            wording.country_sentence(data, row),
            wording.part_of_year(data),
        )
    return wording.paragraphs(anothers_plan(data), f"{_verdict(data)} {level}".strip())


def _verdict(data: ReportData) -> str:
    """The number of goals reached, the certainty, and the number that cannot be judged."""
    goals = data.settings.plan.goals
    if data.judged_when:
        return f"**Planens mål {data.judged_when}.**"
    judged = [
        row
        for goal in goals
        if (row := goal_row(data, goal)) is not None
        and row["status"] in JUDGED
        and not partly(data, goal, row)
    ]
    met = [row for row in judged if row["status"] == Verdict.MET]
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
