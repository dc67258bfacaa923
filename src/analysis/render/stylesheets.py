"""Style sheets without the rules that nothing in a site can use.

Quarto brings the whole of Bootstrap, most of it for parts that the pages do not have.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tinycss2

NAME = re.compile(r"[A-Za-z_][\w-]*")
NESTING = ("layer", "media", "supports")
"""At-rules that hold rules of their own."""


@dataclass(frozen=True)
class Names:
    """The words of a site: every class and identifier in use is among them.

    Parameters
    ----------
    words
        All that look like names, in pages and scripts.
    beginnings
        What scripts put together names from, for example ``bs-tooltip-``.
    """

    words: frozenset[str]
    beginnings: tuple[str, ...]

    @classmethod
    def of(cls, pages: Iterable[Path], scripts: Iterable[Path]) -> Names:
        """The words of files."""
        in_pages = {name for page in pages for name in NAME.findall(page.read_text("utf-8"))}
        in_scripts = {name for path in scripts for name in NAME.findall(path.read_text("utf-8"))}
        beginnings = sorted(name for name in in_scripts if len(name) > 2 and name.endswith("-"))
        return cls(frozenset(in_pages | in_scripts), tuple(beginnings))

    def hold(self, name: str) -> bool:
        """Whether a class or identifier may be in use."""
        whole = NAME.fullmatch(name)
        return not whole or name in self.words or name.startswith(self.beginnings)


def drop_unused(sheet: str, names: Names) -> str:
    """A style sheet without the rules for classes and identifiers that a site does not have.

    Parameters
    ----------
    sheet
        CSS.
    names
        The site's.

    Returns
    -------
    str
        CSS that gives every element the same look.
    """
    rules = tinycss2.parse_stylesheet(sheet, skip_comments=True, skip_whitespace=True)
    return "".join(_kept(rules, names))


def _kept(rules: Iterable[Any], names: Names) -> Iterator[str]:
    for rule in rules:
        if rule.type == "qualified-rule":
            if selectors := [one for one in _selectors(rule.prelude) if _may_match(one, names)]:
                listed = ",".join(tinycss2.serialize(one) for one in selectors)
                yield f"{listed}{{{tinycss2.serialize(rule.content)}}}"
        elif rule.type == "at-rule" and rule.content and rule.lower_at_keyword in NESTING:
            inside = tinycss2.parse_rule_list(
                rule.content, skip_comments=True, skip_whitespace=True
            )
            if text := "".join(_kept(inside, names)):
                yield f"@{rule.at_keyword}{tinycss2.serialize(rule.prelude)}{{{text}}}"
        else:
            yield rule.serialize()


def _selectors(prelude: Sequence[Any]) -> list[list[Any]]:
    """The selectors of a list, as tokens."""
    found: list[list[Any]] = [[]]
    for token in prelude:
        if token.type == "literal" and token.value == ",":
            found.append([])
        else:
            found[-1].append(token)
    return found


def _may_match(selector: Sequence[Any], names: Names) -> bool:
    """Whether every class and identifier that a selector asks for may be in use.

    What stands in the parentheses of ``:not()`` and its like is not asked for.
    """
    before = ""
    for token in selector:
        asked = token.type == "hash" or (token.type == "ident" and before == ".")
        if asked and not names.hold(token.value):
            return False
        before = token.value if token.type == "literal" else ""
    return True
