"""Whom a deck is for: everyone, or one förvaltning with the areas that it is responsible for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.intake.cells.words import plain
from analysis.settings import Settings

EVERYONE = "alla"


@dataclass(frozen=True)
class Audience:
    """Those a deck is shown for.

    Parameters
    ----------
    key
        In the names of files and shapes.
    unit
        The förvaltning; empty for everyone.
    areas
        Keys of its areas, in the questionnaire's order.
    """

    key: str
    unit: str
    areas: tuple[str, ...]

    @property
    def everyone(self) -> bool:
        """Whether it is all förvaltningar together."""
        return self.key == EVERYONE


def audiences(settings: Settings, areas: Sequence[str]) -> tuple[list[Audience], tuple[str, ...]]:
    """Everyone, then each förvaltning; and the areas that no förvaltning is told for.

    Parameters
    ----------
    settings
        Who is responsible for an area (``owners`` in ``config/report.yml``).
    areas
        Keys of the areas with numbers.
    """
    owners = settings.report.owners
    units: dict[str, str] = {}
    for area in areas:
        if area in owners:
            units.setdefault(plain(owners[area].unit), owners[area].unit)
    found = [Audience(EVERYONE, "", tuple(areas))]
    for key, unit in units.items():
        own = (area for area in areas if area in owners and plain(owners[area].unit) == key)
        found.append(Audience(key, unit, tuple(own)))
    return found, tuple(area for area in areas if area not in owners)
