"""Text and tables to paste into the tjänsteutlåtande, under its own headings."""

from __future__ import annotations

from analysis import swedish
from analysis.measures.plan import Kind
from analysis.present import wording
from analysis.present.bundle import SILENCE, Text
from analysis.present.data import ReportData
from analysis.present.texts import say


def mark(data: ReportData) -> Text:
    """The report's marks, so that they follow the text into another document."""
    told = [say("underlag.marke", ord=found.word, mening=found.told) for found in data.marks]
    if data.example:
        told.append(say("underlag.marke_exempel"))
    return wording.paragraphs(*told) if told else SILENCE


def decision(data: ReportData) -> Text:
    """The proposal for decision."""
    appendix = data.settings.report.appendix
    return wording.paragraphs(
        say("underlag.foreslar", instans=appendix.addressee), appendix.decision
    )


def background(data: ReportData) -> Text:
    """The background of the matter."""
    document = data.settings.plan.document
    return wording.paragraphs(
        say(
            "underlag.bakgrund",
            antagen_av=document.adopted_by,
            titel=document.title,
            datum=swedish.long_date(document.adopted),
            diarienummer=document.reference,
            ansvarig=document.responsible,
            ar=data.year,
        )
    )


def governing_documents(data: ReportData) -> Text:
    """The documents the plan rests on."""
    document = data.settings.plan.document
    return wording.paragraphs(
        say("underlag.styrdokument", program=document.programme, budget=document.budget_document)
    )


def economy(data: ReportData) -> Text:
    """Each activity's budget beside what that activity has cost, where it is reported."""
    sums = data.activities.groupby("number")["spent"].sum(min_count=1).dropna()
    spent = {int(str(number)): float(amount) for number, amount in sums.items()}
    sentences = []
    for activity in data.settings.plan.activities:
        if not activity.budget:
            continue
        used = spent.pop(activity.number, None)
        sentences.append(
            say(
                "underlag.budget",
                nummer=activity.number,
                belopp=wording.kronor(activity.budget.amount),
                ar=activity.budget.year,
                utfall="" if used is None else wording.kronor(used),
            )
        )
    if spent:
        names = {0: data.settings.plan.evaluation.title.lower()}
        listed = [
            f"{names.get(n) or say('underlag.aktivitet', nummer=n)} {wording.kronor(spent[n])}"
            for n in sorted(spent)
        ]
        sentences.append(say("underlag.utan_budget", utfall=swedish.listing(listed)))
    elif not sentences:
        sentences.append(say("underlag.inget_forbrukat"))
    return wording.paragraphs(" ".join(sentences))


def schedule(data: ReportData) -> Text:
    """The status of the plan's activities, in words."""
    rows = data.activities[data.activities["kind"] == Kind.ACTIVITY].sort_values("number")
    items = [
        say(
            "underlag.aktivitetens_lage",
            nummer=row["number"],
            titel=row["title"],
            nar=wording.period(row),
            lage=row["status"],
        )
        for _, row in rows.iterrows()
    ]
    return wording.bullets(items)


def enclosures(data: ReportData) -> Text:
    """The list of enclosures."""
    return wording.paragraphs(say("underlag.bilagor", titel=data.settings.report.appendix.title))


def sent_to(data: ReportData) -> Text:
    """Who gets the decision."""
    return wording.paragraphs(data.settings.report.appendix.sent_to)
