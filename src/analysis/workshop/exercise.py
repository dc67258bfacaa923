"""The sheet for the group exercise, as Markdown that becomes a Word document."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.present.data import ReportData
from analysis.present.markdown import literal
from analysis.present.texts import heading, say
from analysis.workshop.audience import Audience
from analysis.workshop.discussion import topics

PROPOSAL_COLUMNS = ("omrade", "faktor", "forslag", "vem", "nar")
"""The columns of a table of proposals, by the names of their headings."""
LINE = r"\_" * 72
ROWS, LINES = 6, 2
"""Rows for proposals, and lines under a question, on a sheet."""
LENGTHS = (10, 10, 23, 10, 6)
"""Of the lines to write on in the table, in characters."""


def title(data: ReportData) -> str:
    """The document's title."""
    return say("workshop.ovning_titel", ar=data.year)


def sheet(data: ReportData, audience: Audience) -> str:
    """The sheet for those a deck is for."""
    return "\n\n".join(_blocks(data, audience)) + "\n"


def _blocks(data: ReportData, audience: Audience) -> Iterator[str]:
    yield from _paragraphs(
        say(
            "workshop.ovning_inledning",
            marken=" ".join(f"{mark.word}. {mark.told}" for mark in data.marks),
            kommun=data.settings.report.municipality.organisation,
            forvaltning=audience.unit,
        )
    )
    yield _field(say("workshop.ovning_plats"))
    yield f"## {literal(say('workshop.ovning_fragor'))}"
    for number, topic in enumerate(topics(data, audience), start=1):
        yield f"**{number}. {literal(topic)}**"
        yield from [LINE] * LINES
    yield f"## {literal(say('workshop.ovning_forslag'))}"
    yield from _paragraphs(say("workshop.ovning_forslag_text"))
    yield _table()
    yield f"## {literal(say('workshop.ovning_mal'))}"
    for told in (say("workshop.ovning_mal_text"), say("workshop.ovning_mal_hur")):
        yield _field(told)
        yield LINE


def _paragraphs(text: str) -> Iterator[str]:
    yield from (literal(part) for part in text.split("\n\n") if part)


def _field(told: str) -> str:
    return f"**{literal(told)}** " + r"\_" * 30


def _table() -> str:
    """An empty table of proposals with a row of headings."""
    names = [literal(heading(name)) for name in PROPOSAL_COLUMNS]
    rules = ["-" * (length + 3) for length in LENGTHS]
    lines = [names, rules, *[[r"\_" * length for length in LENGTHS]] * ROWS]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
