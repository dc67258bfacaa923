"""The base of all configuration models: strict and immutable, with sourced values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field

T = TypeVar("T")

Text = Annotated[str, Field(min_length=1)]
Index = Annotated[float, Field(ge=0, le=100)]
"""An index, 0–100."""
Share = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=1)]
Year = Annotated[int, Field(ge=1990, le=2100)]
AreaKey = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]


class FaultInside(ValueError):
    """A fault that a check of a whole finds in one of its parts.

    Parameters
    ----------
    told
        The fault, in Swedish.
    place
        Keys and numbers that lead from the whole to the part.
    """

    def __init__(self, told: str, place: tuple[str | int, ...]) -> None:
        super().__init__(told)
        self.place = place


class Model(BaseModel):
    """A configuration model: unknown keys are errors, values never change after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Sourced(Model, Generic[T]):
    """A rule's value with its source and the reason for it, both shown on the method page."""

    value: T
    source: Text
    reason: Text


def rule_values(content: object, place: str = "") -> Iterator[tuple[str, str]]:
    """Every value of a dumped model with its place in the file, without sources and reasons."""
    if isinstance(content, Mapping):
        for key, inner in content.items():
            if key not in ("source", "reason"):
                # A sourced value stands at its own place.
                yield from rule_values(
                    inner, place if key == "value" else f"{place}.{key}".strip(".")
                )
    elif isinstance(content, list | tuple):
        for number, inner in enumerate(content):
            yield from rule_values(inner, f"{place}.{number}")
    else:
        yield place, "" if content is None else str(content)
