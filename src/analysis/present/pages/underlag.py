"""Text and tables to paste into the tjänsteutlåtande, under its own headings."""

from __future__ import annotations

from analysis import swedish
from analysis.measures.goals import Verdict
from analysis.measures.plan import Kind
from analysis.measures.progress import WHOLE
from analysis.present import commentary, wording
from analysis.present.bundle import SILENCE, Text
from analysis.present.data import ReportData
from analysis.present.goals import area_rows, decided_before, goal_row
from analysis.present.pages import framgang
from analysis.present.texts import say


def mark(data: ReportData) -> Text:
    """The report's marks, so that they follow the text into another document."""
    told = [say("underlag.marke", ord=found.word, mening=found.told) for found in data.marks]
    if data.example:
        told.append(say("underlag.marke_exempel"))
    return wording.paragraphs(*told) if told else SILENCE


def decision(data: ReportData) -> Text | None:
    """The proposal for decision, and another one where goals are missed; none without a plan."""
    appendix = data.settings.report.appendix
    if not appendix.decision:
        return None
    proposed = say("underlag.foreslar", instans=appendix.addressee)
    return wording.paragraphs(proposed, appendix.decision, *_alternative(data))


def _alternative(data: ReportData) -> list[str]:
    """A proposal to act, for the areas that miss a goal."""
    plan = data.settings.plan
    rows = [(goal, goal_row(data, goal)) for goal in plan.goals]
    missed = [goal for goal, row in rows if row is not None and row["status"] == Verdict.MISSED]
    if not missed:
        return []
    below = {
        scope
        for goal in missed
        if goal.scope == "areas"
        for scope in area_rows(data, goal).query("status == @Verdict.MISSED")["scope"]
    }
    areas = [area for area in data.settings.questionnaire.area_keys if area in below]
    return [
        say(
            "underlag.alternativ",
            antal=swedish.number_word(len(missed)),
            alla=swedish.number_word(len(plan.goals)),
            flera=len(missed) > 1,
            avgjorda=decided_before(data),
            ensamt=len(plan.goals) == 1,
        ),
        say("underlag.uppdrag", beslutande=plan.document.adopted_by, omraden=data.names(areas)),
    ]


def analysis_place(data: ReportData) -> Text:
    """The municipality's comment on the appendix, or a place to write one.

    Nothing there is worded by the program.
    """
    own = commentary.shown(data, "bilaga", data.year)
    return Text(own) if own else wording.text("underlag.skriv_analys")


def background(data: ReportData) -> Text | None:
    """The background of the matter; none without a plan."""
    if not data.settings.plan.adopted:
        return None
    document = data.settings.plan.document
    return wording.text(
        "underlag.bakgrund",
        antagen_av=document.adopted_by,
        titel=document.title,
        datum=swedish.long_date(document.adopted),
        diarienummer=document.reference,
        ansvarig=document.responsible,
        ar=data.year,
    )


def factors(data: ReportData) -> Text | None:
    """The fields of the matrix with their factors, where the matrix itself is not shown."""
    return framgang.reading_guide(data, say("underlag.sa_laggs_faktorerna"))


def governing_documents(data: ReportData) -> Text | None:
    """The documents the plan rests on; none without a plan."""
    if not data.settings.plan.adopted:
        return None
    document = data.settings.plan.document
    return wording.text(
        "underlag.styrdokument", program=document.programme, budget=document.budget_document
    )


def economy(data: ReportData) -> Text | None:
    """Each budget beside what its activity has cost that year, and all other costs by year."""
    if not data.settings.plan.adopted:
        return None
    rows = data.spending[(data.spending["department"] == WHOLE) & data.spending["spent"].notna()]
    spent = dict(rows.set_index(["number", "year"])["spent"].astype(float))
    sums = list(spent.values())
    sentences = []
    budgets = {one.number: one.budget for one in data.settings.plan.activities if one.budget}
    for number, budget in budgets.items():
        used = spent.pop((number, budget.year), None)
        sentences.append(
            say(
                "underlag.budget",
                nummer=number,
                belopp=wording.kronor(budget.amount),
                ar=budget.year,
                utfall="" if used is None else wording.kronor(used),
            )
        )
    if spent:
        evaluation = data.settings.plan.evaluation.title
        names = {0: evaluation[:1].lower() + evaluation[1:]}
        listed = [
            say(
                "underlag.utfall_for",
                utfall=wording.kronor(amount),
                nummer=number,
                titel=names.get(number, ""),
                ar=year,
            )
            for (number, year), amount in sorted(spent.items())
        ]
        sentences.append(say("underlag.utan_budget", utfall=swedish.listing(listed)))
    if len(sums) > 1:
        sentences.append(say("underlag.sammanlagt", utfall=wording.kronor(sum(sums))))
    elif not sentences:
        sentences.append(say("underlag.utfall_saknas"))
    return wording.paragraphs(" ".join(sentences))


def schedule(data: ReportData) -> Text | None:
    """The status of the plan's activities, in words; none without a plan."""
    if not data.settings.plan.adopted:
        return None
    rows = data.activities[data.activities["kind"] == Kind.ACTIVITY].sort_values("number")
    items = [
        say(
            "underlag.aktivitetens_lage",
            nummer=row["number"],
            titel=row["title"],
            nar=wording.period(row),
            lage=wording.status_name(row["status"]),
        )
        for _, row in rows.iterrows()
    ]
    return wording.bullets(items)


def enclosures(data: ReportData) -> Text:
    """The list of enclosures."""
    return wording.text("underlag.bilagor", titel=data.settings.report.appendix.title)


def sent_to(data: ReportData) -> Text:
    """Who gets the decision."""
    return wording.paragraphs(data.settings.report.appendix.sent_to)
