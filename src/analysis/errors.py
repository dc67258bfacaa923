"""Errors with a Swedish message for the coordinator, and their exit codes.

An `AnalysisError` is a fault that the user can mend: it is shown without a traceback.
Any other exception is a fault of the program's own and ends with exit code 1.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, ClassVar


@dataclass(frozen=True)
class Problem:
    """One fault, its place, and the way to mend it (all in Swedish).

    Parameters
    ----------
    cause
        The fault, as one sentence.
    fix
        The reader's remedy, as one sentence. May be empty.
    where
        File, sheet, row, column or key, most general first, for example
        ``"insikt_2024.xlsx, blad Svar, rad 12, kolumn Område"``. May be empty.
    """

    cause: str
    fix: str = ""
    where: str = ""

    def __str__(self) -> str:
        text = f"{self.where}: {self.cause}" if self.where else self.cause
        return f"{text} {self.fix}" if self.fix else text


class AnalysisError(Exception):
    """A fault the user can mend.

    Parameters
    ----------
    title
        A short heading, for example ``"Filen kan inte läsas"``.
    cause, fix, where
        As in `Problem`; shorthand for an error with a single problem.
    problems
        All problems, told at once. Given instead of `cause`.
    first
        Sentences that stand before the heading: what was read, when it was too little.

    Examples
    --------
    >>> print(AnalysisError("Filen kan inte läsas", "Filen är tom.", "Exportera den.", "a.csv"))
    Filen kan inte läsas
      • a.csv: Filen är tom.
        → Exportera den.
    """

    exit_code: ClassVar[int] = 1

    def __init__(
        self,
        title: str,
        cause: str = "",
        fix: str = "",
        where: str = "",
        *,
        problems: Iterable[Problem] = (),
        first: Iterable[str] = (),
    ) -> None:
        self.title = title
        self.first = tuple(first)
        self.problems = tuple(problems) or (Problem(cause, fix, where),)
        super().__init__(title)

    def __str__(self) -> str:
        lines = [*self.first, self.title]
        for problem in self.problems:
            where = f"{problem.where}: " if problem.where else ""
            lines.append(f"  • {where}{problem.cause}")
            if problem.fix:
                lines.append(f"    → {problem.fix}")
        return "\n".join(lines)

    def as_dict(self) -> dict[str, object]:
        """The message as plain data; `rebuild` makes the error again."""
        return {"title": self.title, "problems": [asdict(problem) for problem in self.problems]}

    def __reduce__(self) -> tuple[object, ...]:
        # Errors cross process borders, and pickle cannot rebuild keyword-only arguments by itself.
        return _rebuild, (type(self), self.title, self.problems, self.first)


def _rebuild(
    kind: type[AnalysisError], title: str, problems: tuple[Problem, ...], first: tuple[str, ...]
) -> AnalysisError:
    return kind(title, problems=problems, first=first)


class UsageError(AnalysisError):
    """A command cannot be carried out as it was given."""

    exit_code = 2


class InputDataError(AnalysisError):
    """A raw file cannot be used."""

    exit_code = 10


class ConfigurationError(AnalysisError):
    """A file in ``config/`` is wrong."""

    exit_code = 11


class RenderingError(AnalysisError):
    """The site or the PDF could not be made."""

    exit_code = 12


class MachineError(AnalysisError):
    """The machine lacks something: disk space, permission, a program."""

    exit_code = 13


def rebuild(message: Mapping[str, Any]) -> AnalysisError:
    """The error rebuilt from data sent by a kernel.

    Examples
    --------
    >>> error = InputDataError("Filen kan inte läsas", "Filen är tom.")
    >>> rebuild({"kind": "InputDataError", **error.as_dict()}).exit_code
    10
    """
    kinds: dict[str, type[AnalysisError]] = {
        kind.__name__: kind for kind in AnalysisError.__subclasses__()
    }
    problems = [Problem(**problem) for problem in message["problems"]]
    return kinds[message["kind"]](message["title"], problems=problems)
