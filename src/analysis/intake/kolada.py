"""Official values from Kolada's open API (v3), or from an answer saved before."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.errors import Problem
from analysis.settings import Settings


@dataclass(frozen=True)
class Answer:
    """What a saved answer holds."""

    values: tuple[dict[str, object], ...]
    problems: tuple[Problem, ...]


def parse(content: object, settings: Settings, name: str) -> Answer:
    """The official values of a saved answer."""
    return Answer((), ())
