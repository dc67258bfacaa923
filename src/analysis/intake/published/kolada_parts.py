"""The finished requests of a fetch that was broken off, so that the next try goes on from there."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from analysis import store

Entries = list[dict[str, Any]]


@dataclass(frozen=True)
class Parts:
    """Answers by request, in a folder of the day.

    Parameters
    ----------
    folder
        Where they are kept; None keeps nothing.
    day
        The day of the fetch: values of two days are never put together.
    """

    folder: Path | None
    day: date

    def get(self, request: str, ask: Callable[[], Iterable[dict[str, Any]]]) -> Entries:
        """The answer to a request: kept, or asked for and kept."""
        if self.folder is None:
            return list(ask())
        path = self.folder / self.day.isoformat() / f"{store.text_digest(request)[:16]}.json"
        if path.exists():
            kept: Entries = store.read_json(path)
            return kept
        entries = list(ask())
        store.write_json(path, entries)
        return entries

    def clear(self) -> None:
        """Remove what was kept, of every day."""
        if self.folder is not None:
            shutil.rmtree(self.folder, ignore_errors=True)
