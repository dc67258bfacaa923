"""What stands on a slide, told without a word of PowerPoint."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Layout(StrEnum):
    """The layouts of a template, by the name that they bear there."""

    TITLE = "Insikt titel"
    CHART = "Insikt diagram"
    TABLE = "Insikt tabell"
    TEXT = "Insikt text"
    WORK = "Insikt arbete"


class Place(StrEnum):
    """The parts of a slide, in the order they are read."""

    TITLE = "rubrik"
    CHART = "diagram"
    TABLE = "tabell"
    TEXT = "text"
    SOURCE = "kalla"
    MARK = "marke"
    NOTES = "anteckning"


class Form(StrEnum):
    """How a chart is drawn."""

    LINE = "linje"
    BARS = "staplar"
    POINTS = "punkter"


@dataclass(frozen=True)
class Paragraphs:
    """Running text.

    Parameters
    ----------
    told
        The paragraphs.
    numbered
        Whether they are a numbered list.
    """

    told: tuple[str, ...]
    numbered: bool = False


@dataclass(frozen=True)
class SlideTable:
    """A table.

    Parameters
    ----------
    headings
        Of the columns.
    rows
        The cells as words.
    widths
        Of the columns, in proportion to each other.
    alt
        The table in a sentence.
    size
        Of its type, in points.
    """

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...]
    alt: str
    size: int = 18


@dataclass(frozen=True)
class ChartSeries:
    """One series of a chart, rounded as it is published.

    Parameters
    ----------
    name
        As in the legend, or beside a point.
    values
        A value for each category; missing ones are ``None``. Of a chart of points: ``y``.
    lower, upper
        The bounds of the intervals; empty where the series has none.
    across
        Of a chart of points: ``x``.
    line
        Whether it is a line to compare with, drawn without points.
    below
        The places of values that are drawn in the second colour.
    names, sides
        Of a chart of points: each point's name, and on which side of it the name stands (``r`` or
        ``l``).
    """

    name: str
    values: tuple[float | None, ...]
    lower: tuple[float | None, ...] = ()
    upper: tuple[float | None, ...] = ()
    across: tuple[float, ...] = ()
    line: bool = False
    below: frozenset[int] = frozenset()
    names: tuple[str, ...] = ()
    sides: tuple[str, ...] = ()


@dataclass(frozen=True)
class Chart:
    """A chart with its data.

    Parameters
    ----------
    form
        How it is drawn.
    categories
        The names along its first axis; empty for a chart of points.
    series
        What is drawn.
    alt
        The chart in words, with its numbers.
    bounds
        The reach of the axis of values.
    titles
        Of the axes, first and second; empty for none.
    across
        The reach of the first axis of a chart of points.
    """

    form: Form
    categories: tuple[str, ...]
    series: tuple[ChartSeries, ...]
    alt: str
    bounds: tuple[float, float]
    titles: tuple[str, str] = ("", "")
    across: tuple[float, float] = (0, 100)


Part = Paragraphs | SlideTable | Chart


@dataclass(frozen=True)
class Slide:
    """A slide.

    Parameters
    ----------
    scope, key
        Whose and which it is: the names of its shapes begin with them.
    layout
        The layout it is made from.
    parts
        What stands in its places.
    open
        Whether its table is there to be written in; then it is never the program's again.
    """

    scope: str
    key: str
    layout: Layout
    parts: Mapping[Place, Part]
    open: bool = False

    def named(self) -> dict[str, Part]:
        """Its parts by the names of their shapes."""
        return {
            shape_name(self.scope, self.key, place): part
            for place, part in self.parts.items()
            if not (self.open and place == Place.TABLE)
        }


@dataclass(frozen=True)
class Deck:
    """A presentation.

    Parameters
    ----------
    name
        The file's, without an ending.
    title
        For the file's properties.
    slides
        In order.
    author
        Of the file's properties: the municipality.
    """

    name: str
    title: str
    slides: Sequence[Slide]
    author: str


PREFIX = "insikt:"
"""How the name of a shape begins whose content is the program's."""


def shape_name(*parts: str) -> str:
    """The name of a shape.

    >>> shape_name("bygglov", "nki")
    'insikt:bygglov:nki'
    """
    return PREFIX + ":".join(parts)
