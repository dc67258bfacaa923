"""The basis of a report: facts about the raw files, stored beside the tables made from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from analysis import store


@dataclass(frozen=True)
class Basis:
    """Facts about the raw files that the jobs and the run record need.

    Parameters
    ----------
    municipality
        Code of the municipality the report is about.
    years
        Case years with answers, oldest first.
    last_year
        The case year of the report; later years are left out.
    areas
        Keys of the areas with a page of their own: those with answers or an official value.
    files
        A row for each file read: ``fil, sha256, slag, år, lästa, räknade``.
    outputs
        Names of the files written when reading.
    balance
        A Swedish sentence for each file: its rows read, counted and set aside.
    first, public
        Warnings about the basis that come before everything else: for the coordinator, and
        without small numbers for every reader.
    notes
        Swedish sentences for the coordinator.
    """

    municipality: str = ""
    years: tuple[int, ...] = ()
    last_year: int | None = None
    areas: tuple[str, ...] = ()
    files: tuple[Mapping[str, Any], ...] = ()
    outputs: tuple[str, ...] = ()
    balance: tuple[str, ...] = ()
    first: tuple[str, ...] = ()
    public: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @classmethod
    def read(cls, folder: Path) -> Basis:
        """Read the basis from a folder of processed tables."""
        content: dict[str, Any] = store.read_json(folder / store.BASIS)
        lists = {key: tuple(kept) for key, kept in content.items() if isinstance(kept, list)}
        return cls(**{**content, **lists})

    def write(self, folder: Path) -> Path:
        """Store the basis in a folder of processed tables."""
        return store.write_json(folder / store.BASIS, asdict(self))
