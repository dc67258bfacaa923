"""The basis of a report: what was read of the raw files, kept beside the tables made of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from analysis import store


@dataclass(frozen=True)
class Basis:
    """What planning a report and its run record need to know of the raw files.

    Parameters
    ----------
    municipality
        Code of the municipality the report is about.
    years
        Case years with answers, oldest first.
    last_year
        The case year that the report is about; nothing later is read.
    areas
        Keys of the areas with a page of their own: with answers or an official value.
    files
        A row per file read: ``fil, sha256, slag, år, lästa, räknade``.
    outputs
        The files written when reading, by their names in the folder.
    balance
        The balance of the rows of every file, a Swedish sentence each.
    first, public
        What must be known before all else of what the report rests on: for the coordinator, and
        without small numbers for everybody.
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
        """The basis in a folder of processed tables."""
        content: dict[str, Any] = store.read_json(folder / store.BASIS)
        lists = {key: tuple(kept) for key, kept in content.items() if isinstance(kept, list)}
        return cls(**{**content, **lists})

    def write(self, folder: Path) -> Path:
        """Keep the basis in a folder of processed tables."""
        return store.write_json(folder / store.BASIS, asdict(self))
