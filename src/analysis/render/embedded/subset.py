"""The subset of Quarto that the embedded engine renders: settings and text of pages.

Constructs that `subset.yml` does not list are refused by name and line, so that a page is never
half rendered. Classes, references and raw formats are checked where pandoc has read them
(`filters/structure.lua`). Code to be run is refused with Quarto too, since neither engine runs any.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from analysis.errors import Problem, RenderingError
from analysis.settings.reading import alias_problem

DIAGRAMS = ("mermaid", "dot")
"""Languages of diagrams: written like code to be run, but drawn by Quarto."""

_FENCE = re.compile(r"^(?: {0,3}|[ >]*)(?P<marks>`{3,}|~{3,})\s*(?P<info>.*)$")
_CODE_BLOCK = re.compile(r"\{\s*(?P<language>[A-Za-z]\w*)")
_CODE_SPAN = re.compile(r"(?<!`)`(?:\{[A-Za-z]\w*\}|r) [^`]+`(?!`)")


@dataclass(frozen=True)
class Line:
    """One line of page text, with its place for messages."""

    where: str
    text: str


def refuse(name: str, where: str) -> Problem:
    """The problem of a construct outside the subset."""
    return Problem(
        f"{name} stöds inte av den inbyggda motorn.",
        "Ta bort det, eller gör rapporten med Quarto. Vad som stöds står i docs/engines.md.",
        where,
    )


def load_yaml(text: str, file: str, first_line: int = 1) -> tuple[dict[str, Any], yaml.Node | None]:
    """Read a YAML mapping together with its node tree, which knows the line numbers.

    Raises
    ------
    RenderingError
        The text is no YAML, or no mapping, or uses an alias.
    """
    cause, row = "", 0
    try:
        problem = alias_problem(text, file, first_line)
        if problem is None:
            values = yaml.safe_load(text)
            if values is None or isinstance(values, dict):
                return values or {}, yaml.compose(text, Loader=yaml.SafeLoader)
            cause = "Överst ska det stå rader av formen namn: värde."
    except yaml.YAMLError as error:
        mark, reason = getattr(error, "problem_mark", None), getattr(error, "problem", None)
        cause, row = f"Raden är felskriven och kan inte läsas ({reason}).", mark.line if mark else 0
        problem = None
    fix = "Kontrollera indrag, kolon och citattecken på raden."
    problem = problem or Problem(cause, fix, f"{file}, rad {first_line + row}")
    raise RenderingError("Inställningarna kan inte läsas", problems=[problem])


@cache
def _subset() -> dict[str, Any]:
    subset: dict[str, Any] = yaml.safe_load(Path(__file__).with_suffix(".yml").read_text("utf-8"))
    return subset


def unknown_settings(node: yaml.Node | None, file: str) -> Iterator[Problem]:
    """Keys of ``_quarto.yml`` outside the subset."""
    yield from _unknown(node, _subset()["settings"], file)


def front_matter_problems(node: yaml.Node | None, file: str, first_line: int) -> Iterator[Problem]:
    """Keys and formats of a page's front matter that are outside the subset."""
    formats = _subset()["settings"]["format"]
    for key, value in node.value if isinstance(node, yaml.MappingNode) else ():
        where = f"{file}, rad {key.start_mark.line + first_line}"
        if key.value in _subset()["refused-in-pages"]:
            yield refuse(f"Nyckeln ”{key.value}”", where)
        elif key.value == "format" and isinstance(value, yaml.MappingNode):
            yield from _unknown(value, formats, file, "format.", first_line)
        elif key.value == "format" and value.value not in formats:
            yield refuse(f"Formatet ”{value.value}”", where)


def _unknown(
    node: yaml.Node | None,
    known: Mapping[str, Any],
    file: str,
    path: str = "",
    first_line: int = 1,
) -> Iterator[Problem]:
    """Keys that are not among the known ones; YAML counts lines from `first_line`."""
    for item in node.value if isinstance(node, yaml.SequenceNode) else ():
        yield from _unknown(item, known, file, path, first_line)
    for key, value in node.value if isinstance(node, yaml.MappingNode) else ():
        name = f"{path}{key.value}"
        if key.value not in known:
            yield refuse(f"Nyckeln ”{name}”", f"{file}, rad {key.start_mark.line + first_line}")
        elif known[key.value]:
            yield from _unknown(value, known[key.value], file, f"{name}.", first_line)


def code_problems(lines: Sequence[Line]) -> Iterator[Problem]:
    """Code to be run in a page's text, in blocks and in sentences.

    Parameters
    ----------
    lines
        The page's text. Code that is only shown, and raw blocks, are left alone.
    """
    for line, info in _outside_blocks(lines):
        block = _CODE_BLOCK.match(info)
        if block and (language := block["language"]) not in DIAGRAMS:
            yield Problem(
                f"Koden i {{{language}}} körs inte: rapporten kör ingen kod i sidor.",
                "Lägg in resultatet som text, tabell eller bild. Ska koden visas, skriv "
                f"```{language} utan klamrar.",
                line.where,
            )
        for code in () if info else _CODE_SPAN.finditer(line.text):
            yield Problem(
                f"Koden {code[0]} körs inte: rapporten kör ingen kod i sidor.",
                "Skriv in talet eller texten som koden skulle ge.",
                line.where,
            )


def diagram_problems(lines: Sequence[Line]) -> Iterator[Problem]:
    """Diagrams in a page's text, which only Quarto draws."""
    for line, info in _outside_blocks(lines):
        block = _CODE_BLOCK.match(info)
        if block and block["language"] in DIAGRAMS:
            yield refuse(f"Diagrammet ({{{block['language']}}})", line.where)


def _outside_blocks(lines: Sequence[Line]) -> Iterator[tuple[Line, str]]:
    """Every line outside code and raw blocks, and the info string of a line that opens a block."""
    closing = ""
    for line in lines:
        fence = _FENCE.match(line.text)
        if closing:
            if fence and not fence["info"] and fence["marks"].startswith(closing):
                closing = ""
        elif fence and "`" not in fence["info"]:
            closing = fence["marks"]
            yield line, fence["info"]
        else:
            yield line, ""
