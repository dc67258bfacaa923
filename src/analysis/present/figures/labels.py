"""Places for the names of points, so that no name covers another, a bar or the edge."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

POSITIONS = ("top right", "top left", "bottom right", "bottom left")
"""Plotly's ``textposition``, the best liked first."""

CHARACTER = 0.55
"""Mean width of a character of the text font, as a share of its size."""
LINE = 1.25
"""Height of a line, as a share of the font size."""
OFFSET = 9
"""Pixels from a point's middle to its name."""
BAR = 7
"""Half the width in pixels that a bar with its end lines, and a point, takes."""
ROUNDS = 10


@dataclass(frozen=True)
class Box:
    """A rectangle in pixels; y grows upwards."""

    left: float
    bottom: float
    right: float
    top: float

    def shared(self, other: Box) -> float:
        """The area that two rectangles have in common."""
        width = min(self.right, other.right) - max(self.left, other.left)
        height = min(self.top, other.top) - max(self.bottom, other.bottom)
        return width * height if width > 0 and height > 0 else 0.0

    @property
    def area(self) -> float:
        return (self.right - self.left) * (self.top - self.bottom)


@dataclass(frozen=True)
class Frame:
    """The part of a figure that points are drawn in.

    Parameters
    ----------
    width, height
        In pixels.
    x, y
        The axes' ranges.
    size
        Font size of the names, in pixels.
    """

    width: float
    height: float
    x: tuple[float, float]
    y: tuple[float, float]
    size: float

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Pixels of a place given in the axes' units."""
        across, up = (x - self.x[0]) / (self.x[1] - self.x[0]), y - self.y[0]
        return across * self.width, up / (self.y[1] - self.y[0]) * self.height

    def text(self, words: str, x: float, y: float, position: str) -> Box:
        """The rectangle of a name beside the point at pixels `x`, `y`."""
        width, height = CHARACTER * self.size * len(words), LINE * self.size
        left = x + OFFSET if "right" in position else x - OFFSET - width
        level = y - height / 2
        above = {"top": y + OFFSET / 2, "bottom": y - OFFSET / 2 - height}
        bottom = above.get(position.split()[0], level)
        return Box(left, bottom, left + width, bottom + height)


def positions(
    points: Sequence[tuple[float, float]],
    bars: Sequence[tuple[float, float]],
    names: Sequence[str],
    frame: Frame,
    among: Sequence[str] = POSITIONS,
) -> list[str]:
    """The ``textposition`` of each name with the least covered.

    Parameters
    ----------
    points, bars
        Each point, and the lower and upper end of its upright bar, in the axes' units.
    names
        Of the points.
    frame
        The frame that they are drawn in.
    among
        The positions to choose among, the best liked first.
    """
    pixels = [frame.at(*point) for point in points]
    upright = [
        Box(x - BAR, frame.at(point[0], low)[1], x + BAR, frame.at(point[0], high)[1])
        for (x, _), point, (low, high) in zip(pixels, points, bars, strict=True)
    ]
    inside = Box(0, 0, frame.width, frame.height)
    chosen = [among[0]] * len(names)

    def box(number: int, position: str) -> Box:
        return frame.text(names[number], *pixels[number], position)

    def covered(number: int, position: str) -> float:
        own = box(number, position)
        others = [box(other, chosen[other]) for other in range(len(names)) if other != number]
        # The part of a name outside the frame cannot be read at all.
        cut = 4 * (own.area - own.shared(inside))
        return cut + sum(own.shared(other) for other in (*others, *upright))

    for _ in range(ROUNDS):
        before = list(chosen)
        for number in range(len(names)):
            chosen[number] = min(among, key=partial(covered, number))
        if chosen == before:
            break
    return chosen
