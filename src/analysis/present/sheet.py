"""A document of one page: its parts, as plain data for the typst template and as Markdown.

What stands on it is decided in `analysis.present.pages` (``blad_…``); how it looks, and how much of
a comment there is room for, in ``render/assets/typst-sheet.typ``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from analysis.present.bundle import FIGURE_FOLDER, Figure, Text
from analysis.present.markdown import marked, spans
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
                "path": f"/{FIGURE_FOLDER}/{self.figure.key}.svg",
                "alt": self.figure.alt,
                "caption": self.caption,
            },
        }


@dataclass(frozen=True)
class Comment:
    """The department's words, of which as many whole sentences are shown as there is room for.

    Parameters
    ----------
    heading
        The heading.
    blocks
        Paragraphs and list items as sentences.
    signed
        Who wrote it; always shown.
    """

    heading: str
    blocks: Sequence[Sequence[str]]
    signed: str


@dataclass(frozen=True)
class Sheet:
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
    more
        Where the rest of a comment that is cut stands.
    sources
        The source line.
    frame
        What the frame tells: ``municipality, reference, date, marks`` (word and sentences).
    """

    name: str
    title: str
    subtitle: str
    intro: Sequence[str]
    cards: Sequence[Card]
    rows: Sequence[Sequence[Section]]
    comment: Comment | None
    more: str
    sources: str
    frame: Mapping[str, Any]

    def to_data(self) -> dict[str, Any]:
        """The document as plain data."""
        return {
            "title": self.title,
            "subtitle": self.subtitle,
            "intro": [spans(sentence) for sentence in self.intro if sentence],
            "cards": [vars(card) for card in self.cards],
            "rows": [[section.to_data() for section in row] for row in self.rows if row],
            "comment": self.comment
            and {
                "heading": self.comment.heading,
                "blocks": [list(block) for block in self.comment.blocks],
                "signed": self.comment.signed,
                "more": self.more,
            },
            "sources": self.sources,
            **self.frame,
        }

    def parts(self) -> Iterator[Figure | Table | Text]:
        """The document for who opens its notebook, part by part."""
        told = [f"## {marked(self.title)}", marked(self.subtitle), *map(marked, self.intro)]
        told += [f"- {marked(f'{c.label}: {c.value} {c.note}')}" for c in self.cards]
        yield Text("\n\n".join(told) + "\n")
        for section in (section for row in self.rows for section in row):
            sentences = map(marked, section.sentences)
            yield Text("\n\n".join([f"### {marked(section.heading)}", *sentences]) + "\n")
            if section.table:
                yield replace(section.table, key=f"{self.name}-{section.table.key}")
            if section.figure:
                yield section.figure
        if self.comment:
            words = [marked(" ".join(block)) for block in self.comment.blocks]
            yield Text("\n\n".join([f"### {marked(self.comment.heading)}", *words]) + "\n")
