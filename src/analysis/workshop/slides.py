"""The slides of a deck: which there are, and what stands on each. A slide has one message.

A slide that has nothing to say is left out; what may not be shown is told as hidden.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from analysis import swedish
from analysis.present.data import ReportData
from analysis.present.texts import heading, say
from analysis.workshop import dialogue, factors, results
from analysis.workshop.audience import EVERYONE, Audience
from analysis.workshop.content import Deck, Layout, Paragraphs, Slide, SlideTable
from analysis.workshop.discussion import topics
from analysis.workshop.exercise import PROPOSAL_COLUMNS
from analysis.workshop.slide import slide

ROWS_TO_WRITE = 5


def decks(
    data: ReportData, found: Sequence[Audience], without_owner: Sequence[str]
) -> Iterator[Deck]:
    """The decks of all audiences.

    Parameters
    ----------
    found
        For whom.
    without_owner
        Areas that no förvaltning is told for; they stand in the deck for everyone.
    """
    level, questions, matrix = results.level(data), factors.questions(data), factors.matrix(data)
    for one in found:
        made = [
            _title(data, one),
            level,
            results.goals(data) if one.everyone else None,
            results.agreed_upon(data, one),
            results.areas(data, one, without_owner if one.everyone else ()),
            *([] if one.everyone else [results.area(data, area) for area in one.areas]),
            questions,
            matrix,
            dialogue.beside(data, one),
            _discussion(data, one),
            _proposals(data),
            _aim(data),
            _method(data),
        ]
        yield Deck(
            f"workshop-{one.key}",
            say("workshop.dokument", ar=data.year, forvaltning=one.unit),
            tuple(filter(None, made)),
            data.settings.report.municipality.organisation,
        )


def _title(data: ReportData, audience: Audience) -> Slide:
    return slide(
        data,
        audience.key,
        "titel",
        say("workshop.titel", ar=data.year),
        say(
            "workshop.titel_anteckning",
            ar=data.year,
            dag=swedish.long_date(data.today),
            marken=" ".join(mark.told for mark in data.marks),
        ),
        text=say(
            "workshop.titel_text",
            kommun=data.settings.report.municipality.organisation,
            for_alla=audience.everyone,
            forvaltning=audience.unit,
            omraden=data.names(audience.areas),
        ),
        layout=Layout.TITLE,
    )


def _discussion(data: ReportData, audience: Audience) -> Slide:
    """The questions to discuss."""
    return slide(
        data,
        audience.key,
        "diskussion",
        say("workshop.diskussion"),
        say("workshop.diskussion_anteckning"),
        text=Paragraphs(topics(data, audience), numbered=True),
    )


def _proposals(data: ReportData) -> Slide:
    """A table to write proposals in, with the columns of the sheet that collects them."""
    columns = tuple(heading(name) for name in PROPOSAL_COLUMNS)
    empty = ("",) * len(columns)
    grid = SlideTable(
        columns, (empty,) * ROWS_TO_WRITE, (3, 3, 7, 3, 2), data.marked(say("workshop.forslag_alt"))
    )
    return slide(
        data,
        EVERYONE,
        "forslag",
        say("workshop.forslag"),
        say("workshop.forslag_anteckning"),
        open_table=True,
        table=grid,
        text=say("workshop.forslag_text"),
    )


def _aim(data: ReportData) -> Slide:
    """A slide to write goals on."""
    return slide(
        data,
        EVERYONE,
        "malformulering",
        say("workshop.malformulering"),
        say("workshop.malformulering_anteckning"),
        text=say("workshop.malformulering_text"),
        layout=Layout.WORK,
    )


def _method(data: ReportData) -> Slide:
    """The method in two sentences."""
    rules = data.settings.rules
    text = say(
        "workshop.metod_text",
        lagst=rules.index.lowest.value,
        hogst=rules.index.highest.value,
        andel=data.confidence,
        antal=rules.disclosure.min_answers.value,
    )
    return slide(
        data,
        EVERYONE,
        "metod",
        say("workshop.metod"),
        say("workshop.metod_anteckning"),
        text=text,
    )
