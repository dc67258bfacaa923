"""What a run rests on, as the cleaning stores it for the planning and the run record."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from analysis import store


@dataclass(frozen=True)
class Basis:
    """The raw files in short: what was read, and what the report can be about.

    Parameters
    ----------
    municipality
        Code of the municipality that the report is about.
    years
        Case years with answers, oldest first.
    areas
        Keys of the areas with a page of their own: with answers or an official value.
    last_year
        The case year that the report is about; nothing later is read.
    notes
        Swedish sentences for the coordinator.
    balance
        What became of the rows of every file, a sentence each.
    first, public
        What must be known before all else of what the report rests on: for the coordinator, and
        without small numbers for everybody.
    files
        Every file read: ``fil, sha256, slag, år`` (case years of an answer file), ``lästa`` and,
        of answers, ``räknade`` and the rows set aside by reason.
    outputs
        The files that the cleaning wrote, relative to the processed folder.
    """

    municipality: str
    years: tuple[int, ...]
    areas: tuple[str, ...]
    last_year: int | None
    notes: tuple[str, ...]
    balance: tuple[str, ...]
    first: tuple[str, ...]
    public: tuple[str, ...]
    files: tuple[Mapping[str, Any], ...]
    outputs: tuple[str, ...]

    @classmethod
    def read(cls, path: Path) -> Basis:
        """The basis that `write` stored."""
        content: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in json.loads(path.read_text(encoding="utf-8")).items()
        }
        return cls(**content)

    def write(self, path: Path) -> Path:
        """Store the basis as JSON."""
        return store.write_json(path, asdict(self))
