"""The choice of the render engine, with its reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from analysis.errors import MachineError
from analysis.render import quarto, quarto_project
from analysis.store import Kept

Choice = Literal["auto", "quarto", "embedded"]


@dataclass(frozen=True)
class Engine:
    """The chosen engine.

    Parameters
    ----------
    name
        ``quarto`` or ``embedded``.
    version
        Quarto's version, or empty.
    reason
        The reason for the choice, as a Swedish sentence.
    """

    name: str
    version: str
    reason: str
    program: quarto.Quarto | None = None

    def render(
        self, folder: Path, *, timestamp: datetime, kept: Kept | None = None
    ) -> tuple[str, ...]:
        """Render a build folder to its output folder; returns Swedish warnings.

        Our own engine takes the conversions of earlier runs where they are kept.
        """
        if self.program:
            return quarto.render(folder, self.program, timestamp=timestamp)
        from analysis.render import embedded

        return embedded.render(folder, timestamp=timestamp, kept=kept)

    def leave(self, folder: Path) -> None:
        """Leave a build folder as a project that Quarto can show by itself, whoever made it."""
        # Without a Quarto here, what every usable one can do.
        quarto_project.fit(folder, self.program.pdf_standards if self.program else ("ua-1",))


def choose(wanted: str = "auto") -> Engine:
    """The engine to use.

    Parameters
    ----------
    wanted
        ``auto`` takes Quarto where a usable one is found; the others insist.

    Raises
    ------
    MachineError
        When Quarto is asked for and cannot be used.
    """
    if wanted == "embedded":
        return Engine("embedded", "", "Den inbyggda motorn valdes med --engine embedded.")
    try:
        found = quarto.find()
    except MachineError as error:
        if wanted == "quarto":
            raise
        why_not = error.problems[0].cause
        return Engine("embedded", "", f"{why_not} Rapporten görs med den inbyggda motorn.")
    version = found.version_text
    return Engine("quarto", version, f"Quarto {version} hittades på datorn.", found)
