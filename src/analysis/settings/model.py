"""What all configuration models share: strict, immutable, and values that carry their source."""

from __future__ import annotations

from typing import Annotated, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field

T = TypeVar("T")

Text = Annotated[str, Field(min_length=1)]
Index = Annotated[float, Field(ge=0, le=100)]
"""An index, 0–100."""
Share = Annotated[float, Field(ge=0, le=1)]
Year = Annotated[int, Field(ge=1990, le=2100)]
AreaKey = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]


class Model(BaseModel):
    """A configuration model: unknown keys are errors, values never change after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Sourced(Model, Generic[T]):
    """A rule's value with its source and the reason for it, both shown on the method page."""

    value: T
    source: Text
    reason: Text
