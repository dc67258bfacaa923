"""A fault of the program's own, described without its message.

The message of an exception may contain an answer; its type and its lines of code do not.
"""

from __future__ import annotations

import platform
import traceback

from analysis.disk import chain


class NotebookFault(Exception):
    """A notebook failed by a fault of the program's own, already described in the kernel.

    Parameters
    ----------
    notebook
        Name of the template.
    description
        The result of `described` in the kernel.
    """

    def __init__(self, notebook: str, description: str) -> None:
        super().__init__(f"{notebook}\n{description}")
        self.description = f"{notebook}:\n{description}"


def described(error: BaseException) -> str:
    """Types and lines of code of an exception and its causes, without their messages.

    Examples
    --------
    >>> try:
    ...     int("9, mycket missnöjd")
    ... except ValueError as error:
    ...     text = described(error)
    >>> "ValueError" in text, "missnöjd" in text.splitlines()[-1]
    (True, False)
    """
    lines = [f"Python {platform.python_version()}, {platform.platform()}"]
    for one in chain(error):
        lines += [line.rstrip() for line in traceback.format_tb(one.__traceback__)]
        lines.append(f"{type(one).__module__}.{type(one).__qualname__}{_harmless(one)}")
    return "\n".join(lines) + "\n"


def _harmless(error: BaseException) -> str:
    """The parts of an exception's content that are safe to show."""
    if isinstance(error, NotebookFault):
        return f"\n{error.description}"
    if isinstance(error, OSError) and error.strerror:
        return f": {error.strerror}"
    return ""
