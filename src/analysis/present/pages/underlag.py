"""Text and tables to paste into the tjänsteutlåtande, under its own headings."""

from __future__ import annotations

from analysis import swedish
from analysis.measures.plan import Kind
from analysis.present import wording
from analysis.present.bundle import SILENCE, Text
from analysis.present.data import ReportData


def mark(data: ReportData) -> Text:
    """The report's marks, so that they follow the text into another document."""
    told = [f"**{found.word}.** {found.told}" for found in data.marks]
    if data.example:
        told.append("Texten får inte användas i ett ärende.")
    return wording.paragraphs(*told) if told else SILENCE


def decision(data: ReportData) -> Text:
    """The proposal for decision."""
    appendix = data.settings.report.appendix
    return wording.paragraphs(f"{appendix.addressee} föreslår:", appendix.decision)


def background(data: ReportData) -> Text:
    """The background of the matter."""
    document = data.settings.plan.document
    return wording.paragraphs(
        f"{swedish.capitalised(document.adopted_by)} antog {document.title} den "
        f"{swedish.long_date(document.adopted)} ({document.reference}). {document.responsible} "
        "ansvarar för uppföljningen genom årlig utvärdering av NKI-resultaten. Här följs planens "
        f"mål och aktiviteter upp för ärendeår {data.year}."
    )


def governing_documents(data: ReportData) -> Text:
    """The documents the plan rests on."""
    document = data.settings.plan.document
    return wording.paragraphs(f"{document.programme}. {document.budget_document}.")


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
            f"Budgeten för aktivitet {activity.number} är "
            f"{wording.kronor(activity.budget.amount)} år {activity.budget.year}. "
            + (
                "Inget är rapporterat förbrukat."
                if used is None
                else f"Hittills är {wording.kronor(used)} rapporterat förbrukade för aktiviteten."
            )
        )
    if spent:
        names = {0: data.settings.plan.evaluation.title.lower()}
        listed = [
            f"{names.get(n, f'aktivitet {n}')} {wording.kronor(spent[n])}" for n in sorted(spent)
        ]
        sentences.append(f"Rapporterat förbrukat utan egen budget: {swedish.listing(listed)}.")
    elif not sentences:
        sentences.append("Inget är rapporterat förbrukat.")
    return wording.paragraphs(" ".join(sentences))


def schedule(data: ReportData) -> Text:
    """The status of the plan's activities, in words."""
    rows = data.activities[data.activities["kind"] == Kind.ACTIVITY].sort_values("number")
    items = [
        f"**{row['number']}. {row['title']}** ({wording.period(row)}): {row['status']}."
        for _, row in rows.iterrows()
    ]
    return wording.bullets(items)


def enclosures(data: ReportData) -> Text:
    """The list of enclosures."""
    return wording.paragraphs(f"Bilaga 1. {data.settings.report.appendix.title}")


def sent_to(data: ReportData) -> Text:
    """Who gets the decision."""
    return wording.paragraphs(data.settings.report.appendix.sent_to)
