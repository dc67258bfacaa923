"""Looking for what must never leave the machine."""

from __future__ import annotations


def refuse(*_: object) -> None:
    """Placeholder."""
