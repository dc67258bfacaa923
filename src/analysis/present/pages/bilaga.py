"""The PDF for the board: what is asked, the answer first, then the grounds."""

from __future__ import annotations

from analysis import swedish
from analysis.measures.goals import JUDGED, Verdict
from analysis.present import wording
from analysis.present.bundle import Text
from analysis.present.data import ReportData
from analysis.present.goals import goal_row, partly
from analysis.present.pages.maluppfyllelse import anothers_plan
from analysis.present.texts import say


def summary(data: ReportData) -> Text:
    """The answer first: the goals, the level, what to do."""
    row = data.cell()
    level = ""
    if row is not None and wording.governing(row) is not None:
        level = wording.joined(
            say(
                "bilaga.nki",
                ar=data.year,
                varde=wording.index_with_grade(data, row),
                felmarginal=wording.margin(row),
            ),
            wording.change_sentence(data, row, "NKI"),
            wording.country_sentence(data, row),
            wording.part_of_year(data),
        )
    return wording.paragraphs(anothers_plan(data), wording.joined(_verdict(data), level))


def _verdict(data: ReportData) -> str:
    """The number of goals reached, the certainty, and the number that cannot be judged."""
    goals = data.settings.plan.goals
    if data.judged_when:
        return say("bilaga.malen_bedoms", nar=data.judged_when)
    judged = [
        row
        for goal in goals
        if (row := goal_row(data, goal)) is not None
        and row["status"] in JUDGED
        and not partly(data, goal, row)
    ]
    met = [row for row in judged if row["status"] == Verdict.MET]
    unsure = [row for row in met if wording.is_uncertain(row, data)]
    unknown = len(goals) - len(judged)
    return say(
        "bilaga.malen_natt",
        antal=swedish.number_word(len(met)) if met else say("bilaga.inget"),
        alla=swedish.number_word(len(goals)),
        flera=len(met) > 1,
        ar=data.year,
        osakra=swedish.number_word(len(unsure)) if unsure else "",
        osakerhet=unsure[0]["certainty_words"] if unsure else "",
        obedomda=swedish.number_word(unknown) if unknown else "",
    )


def method(data: ReportData) -> Text:
    """The method in short, and the source."""
    rules = data.settings.rules
    told = say(
        "bilaga.metod",
        lagst=rules.index.lowest.value,
        hogst=rules.index.highest.value,
        konfidens=data.confidence,
        antal=rules.disclosure.min_answers.value,
    )
    breaks = (
        say("bilaga.brott", sista=last, fore=before, forsta=last + 1, nu=after)
        for last, before, after in data.breaks
    )
    return wording.paragraphs(
        wording.joined(told, *breaks),
        say("bilaga.kalla", kalla=data.source, datum=swedish.long_date(data.today)),
    )
