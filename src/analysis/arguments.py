"""argparse in Swedish: its complaints about wrong options, and the words of its help."""

from __future__ import annotations

import argparse
import re
import sys
from typing import Any, NoReturn

EXIT_USAGE = 2

# argparse's sentence → our sentence; the first match counts. Versions differ in quotation marks.
SENTENCES = tuple(
    (re.compile(pattern), sentence)
    for pattern, sentence in (
        (r"unrecognized arguments: (.+)", "{0} känns inte igen."),
        (r"the following arguments are required: (.+)", "{0} saknas."),
        (r"argument (\S+).*: expected one argument", "{0} behöver ett värde."),
        (r"argument (\S+).*: invalid int value: '(.*)'", "{0} ska vara ett heltal, inte {1}."),
        (
            r"argument (\S+).*: invalid choice: '?(.*?)'? \(choose from (.+)\)",
            "{0} kan inte vara {1}. Välj mellan {2}.",
        ),
        (r"argument (\S+).*: ignored explicit argument '(.*)'", "{0} tar inget värde ({1})."),
        (r"ambiguous option: (\S+) could match (.+)", "{0} kan betyda flera val: {1}."),
        (r"argument (\S+): (.+)", "{0}: {1}"),
    )
)


class Parser(argparse.ArgumentParser):
    """A parser with help and complaints in Swedish; its subparsers are of the same class."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"formatter_class": _Help, "add_help": False, **options})
        self._positionals.title, self._optionals.title = "Argument", "Alternativ"
        self.add_argument("-h", "--help", action="help", help="visa den här hjälpen")

    def error(self, message: str) -> NoReturn:
        """Print the fault and the way to the help, and exit."""
        print(f"{said(message)}\nHjälp: python {self.prog} --help", file=sys.stderr)
        raise SystemExit(EXIT_USAGE)


def said(message: str) -> str:
    """A complaint of argparse in Swedish.

    Examples
    --------
    >>> said("argument --engine: invalid choice: 'x' (choose from 'auto', 'quarto')")
    '--engine kan inte vara x. Välj mellan auto, quarto.'
    >>> said("unrecognized arguments: --frsh")
    '--frsh känns inte igen.'
    """
    for pattern, sentence in SENTENCES:
        if match := pattern.fullmatch(message):
            return sentence.format(*(part.replace("'", "") for part in match.groups()))
    return message


class _Help(argparse.HelpFormatter):
    def add_usage(self, usage: Any, actions: Any, groups: Any, prefix: str | None = None) -> None:
        super().add_usage(usage, actions, groups, "Användning: " if prefix is None else prefix)
