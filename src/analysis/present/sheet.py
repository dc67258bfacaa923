"""A document of one page: its parts, as plain data for the typst template and as Markdown.

What stands on it is decided in `analysis.present.pages` (``blad_…``); how it looks, and how much of
a comment there is room for, in ``render/assets/typst-sheet.typ``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from analysis.present.bundle import FIGURE_FOLDER, Figure, Text, drawn
from analysis.present.markdown import literal, marked, spans
from analysis.present.tables import Table

FOLDER = "omraden"
"""Where the documents lie in a site."""


def of_unit(unit: str) -> str:
    """The name of a förvaltning's document.

    >>> of_unit("samhallsbyggnadskontoret")
    'forvaltning-samhallsbyggnadskontoret'
    """
    return f"forvaltning-{unit}"


def place(name: str) -> str:
    """A document's path in the site.

    >>> place("bygglov")
    'omraden/bygglov.pdf'
    """
    return f"{FOLDER}/{name}.pdf"


@dataclass(frozen=True)
class Card:
    """A number to see first.

    Parameters
    ----------
    label, value, note
        What it is, the number, and what to know about it.
    fill
        Background as ``#rrggbb``; empty for none.
    """

    label: str
    value: str
    note: str = ""
    fill: str = ""


@dataclass(frozen=True)
class Section:
    """A heading and what stands under it.

    Parameters
    ----------
    heading
        The heading.
    sentences
        Paragraphs, or list items where `listed`.
    listed
        Whether the sentences are a list.
    table, figure
        Shown after the sentences; the table's and the figure's own captions are not.
    caption
        What a reader must know of the figure.
    """

    heading: str
    sentences: Sequence[str] = ()
    listed: bool = False
    table: Table | None = None
    figure: Figure | None = None
    caption: str = ""

    def to_data(self) -> dict[str, Any]:
        """The section as plain data."""
        return {
            "heading": self.heading,
            "sentences": [spans(sentence) for sentence in self.sentences if sentence],
            "listed": self.listed,
            "table": self.table and self.table.to_data(),
            "figure": self.figure
            and {
                "name": self.figure.key,
                "path": f"/{FIGURE_FOLDER}/{self.figure.key}.svg",
                "alt": self.figure.alt,
                "caption": self.caption,
                "plot": drawn(self.figure.plot),
            },
        }


@dataclass(frozen=True)
class Excerpt:
    """A comment, of which as many whole sentences are shown as there is room for.

    Parameters
    ----------
    heading
        The heading.
    blocks
        Paragraphs and list items as sentences.
    signed
        Who wrote it; always shown.
    more
        Where the rest stands of one that is cut.
    """

    heading: str
    blocks: Sequence[Sequence[str]]
    signed: str
    more: str


@dataclass(frozen=True)
class PaperSheet:
    """A document of one page.

    Parameters
    ----------
    name
        Its file name without ending.
    title, subtitle, intro
        The heading, and what stands under it.
    cards
        The numbers to see first.
    rows
        Sections side by side, row by row.
    comment
        The department's comment.
    frame
        What the frame tells: ``sources, municipality, reference, date, marks`` (word and
        sentences).
    """

    name: str
    title: str
    subtitle: str
    intro: Sequence[str]
    cards: Sequence[Card]
    rows: Sequence[Sequence[Section]]
    comment: Excerpt | None
    frame: Mapping[str, Any]

    def to_data(self) -> dict[str, Any]:
        """The document as plain data."""
        return {
            "title": self.title,
            "subtitle": self.subtitle,
            "intro": [spans(sentence) for sentence in self.intro if sentence],
            "cards": [vars(card) for card in self.cards],
            "rows": [[section.to_data() for section in row] for row in self.rows if row],
            "comment": self.comment and vars(self.comment),
            **self.frame,
        }

    def told(self) -> Text:
        """The document for who opens its notebook; its figure in words."""
        lines = [f"## {marked(self.title)}", marked(self.subtitle), *map(marked, self.intro)]
        lines += [f"- {marked(f'{c.label}: {c.value} {c.note}')}" for c in self.cards]
        for section in (section for row in self.rows for section in row):
            lines += [f"### {marked(section.heading)}", *map(marked, section.sentences)]
            if section.figure:
                lines.append(marked(section.figure.alt))
            if section.table:
                lines += [_pipes(section.table), marked(section.table.note)]
        if self.comment:
            words = [marked(" ".join(block)) for block in self.comment.blocks]
            lines += [f"### {marked(self.comment.heading)}", *words, marked(self.comment.signed)]
        return Text("\n\n".join(line for line in lines if line) + "\n")


def _pipes(table: Table) -> str:
    """A table in Markdown, without colours."""
    data = table.to_data()
    head, *rows = [data["head"], *([cell["text"] for cell in row] for row in data["rows"])]
    lines = [map(literal, head), ["---"] * len(head), *(map(literal, row) for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
