"""Whom a deck is for: everyone, or one förvaltning with the areas that it is responsible for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.settings import Settings
from analysis.settings.report import unit_key

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
    report = settings.report
    owned = [area for area in areas if area in report.owners]
    units = dict.fromkeys(unit_key(report.owners[area].unit) for area in owned)
    found = [
        Audience(EVERYONE, "", tuple(areas)),
        *(Audience(key, report.units[key], tuple(report.areas_of(key, areas))) for key in units),
    ]
    return found, tuple(area for area in areas if area not in owned)
