"""A fault of the program's own, told without anything that it carries.

The message of an exception may hold an answer; its type and the lines of code it passed do not.
"""

from __future__ import annotations

import platform
import traceback

from analysis.disk import chain


class NotebookFault(Exception):
    """A notebook failed by a fault of ours; the kernel has described it already.

    Parameters
    ----------
    notebook
        Name of the template.
    description
        What `described` made of it in the kernel.
    """

    def __init__(self, notebook: str, description: str) -> None:
        super().__init__(f"{notebook}\n{description}")
        self.description = f"{notebook}:\n{description}"


def described(error: BaseException) -> str:
    """Types and lines of code of an exception and those behind it, without their messages.

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
    """What may be told of an exception's content."""
    if isinstance(error, NotebookFault):
        return f"\n{error.description}"
    if isinstance(error, OSError) and error.strerror:
        return f": {error.strerror}"
    return ""
