"""Reads one page, a `.qmd` file or an executed notebook, into Markdown for pandoc.

Front matter is split off, includes and variables are put in place, and settings and code outside
the subset are collected as problems.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

import yaml

from analysis.errors import Problem, RenderingError

from .subset import (
    Line,
    code_problems,
    diagram_problems,
    front_matter_problems,
    load_yaml,
    refuse,
)

NOTEBOOK = ".ipynb"
SUFFIXES = (".qmd", NOTEBOOK)
ENDINGS = {"html": ".html", "typst": ".pdf", "docx": ".docx"}

_SHORTCODE = re.compile(r"\{\{<\s*(?P<name>[\w-]+)\s*(?P<argument>.*?)\s*>\}\}")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_DEPTH = 8
"""Most levels of includes inside includes; deeper nesting means that a file includes itself."""


@dataclass(frozen=True)
class SourcePage:
    """A page in the form for pandoc.

    Parameters
    ----------
    path
        The source, relative to the project, with forward slashes.
    meta
        The front matter.
    lines
        The text after the front matter.
    """

    path: PurePosixPath
    meta: Mapping[str, Any]
    lines: Sequence[Line]

    @property
    def markdown(self) -> str:
        """The text as one string."""
        return "\n".join(line.text for line in self.lines) + "\n"

    @property
    def formats(self) -> tuple[str, ...]:
        """The formats in the page's front matter; HTML when it has none."""
        wanted = self.meta.get("format", "html")
        return tuple(wanted) if isinstance(wanted, Mapping) else (str(wanted),)

    @property
    def title(self) -> str:
        """The title as plain text, converted from Markdown; empty without a title."""
        return _ESCAPE.sub(r"\1", str(self.meta.get("title") or ""))

    def output(self, kind: str) -> PurePosixPath:
        """The file the page becomes in a format."""
        return self.path.with_suffix(ENDINGS[kind])

    def options(self, kind: str, settings: Mapping[str, Any]) -> dict[str, Any]:
        """Options of one format: the project's, then the page's own, then its format's."""
        of_page = self.meta.get("format")
        parts = (
            (settings.get("format") or {}).get(kind),
            {key: value for key, value in self.meta.items() if key != "format"},
            of_page.get(kind) if isinstance(of_page, Mapping) else None,
        )
        return {
            key: value for part in parts if isinstance(part, Mapping) for key, value in part.items()
        }


def read_page(project: Path, path: PurePosixPath, variables: Mapping[str, Any]) -> SourcePage:
    """Read a page of the project.

    Parameters
    ----------
    project
        The build folder.
    path
        The page, relative to it.
    variables
        Values for ``{{< var >}}`` (``_variables.yml``).

    Raises
    ------
    RenderingError
        The notebook failed, the front matter is no YAML, or something in the page is outside the
        subset. All problems of the page are told at once.
    """
    problems: list[Problem] = []
    lines = list(_expanded(project, project / path, variables, problems))
    front, body, first_line = _split_front_matter(lines)
    meta, node = load_yaml(front, str(path), first_line)
    problems += front_matter_problems(node, str(path), first_line)
    problems += code_problems(body)
    problems += diagram_problems(body)
    if problems:
        raise RenderingError(f"Sidan {path} kan inte göras", problems=problems)
    return SourcePage(path, meta, body)


def front_matter(file: Path, name: str) -> tuple[dict[str, Any], dict[str, int]]:
    """The front matter of a page of the project, and the line of each of its keys.

    Parameters
    ----------
    file
        The page.
    name
        Its name in messages.

    Raises
    ------
    RenderingError
        The page cannot be read, or its front matter is no YAML.
    """
    front, _, first_line = _split_front_matter(list(_source_lines(file, name)))
    values, node = load_yaml(front, name, first_line)
    keys = [key for key, _ in node.value] if isinstance(node, yaml.MappingNode) else []
    return values, {str(key.value): key.start_mark.line + first_line for key in keys}


def unrun_code(project: Path, path: PurePosixPath) -> list[Problem]:
    """Code to be run in a page and its includes; Quarto, too, is told to run no code.

    Raises
    ------
    RenderingError
        The page cannot be read, or is a notebook that failed or was not run.
    """
    return list(code_problems(list(_expanded(project, project / path, {}, []))))


def _expanded(
    project: Path,
    file: Path,
    variables: Mapping[str, Any],
    problems: list[Problem],
    name: str = "",
    depth: int = 0,
) -> Iterator[Line]:
    """The lines of a file with includes and variables in place; adds to `problems`."""

    def variable(where: str, shortcode: re.Match[str]) -> str:
        if shortcode["name"] != "var":
            problems.append(refuse(f"Kortkoden ”{shortcode['name']}”", where))
            return ""
        value: Any = variables
        for key in shortcode["argument"].split("."):
            value = value.get(key) if isinstance(value, Mapping) else None
        if value is None:
            cause = f"Värdet ”{shortcode['argument']}” finns inte i _variables.yml."
            problems.append(Problem(cause, "Lägg till det eller rätta namnet.", where))
        return str(value)

    for line in _source_lines(file, name or file.relative_to(project).as_posix()):
        shortcode = _SHORTCODE.search(line.text)
        if shortcode is None:
            yield line
        elif shortcode["name"] != "include":
            yield Line(line.where, _SHORTCODE.sub(partial(variable, line.where), line.text))
        else:
            included = shortcode["argument"].strip("\"'")
            top = project if included.startswith("/") else file.parent
            included = included.lstrip("/")
            if depth < _DEPTH and (top / included).is_file():
                yield from _expanded(
                    project, top / included, variables, problems, included, depth + 1
                )
            else:
                fault = "infogar sig själv" if depth == _DEPTH else "som ska infogas finns inte"
                cause = f"Filen ”{included}” {fault}."
                problems.append(Problem(cause, "Rätta raden med include.", line.where))


def _source_lines(file: Path, name: str) -> Iterator[Line]:
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise RenderingError(
            "En sida kan inte läsas",
            "Filen saknas, eller är sparad med en annan teckenkodning än UTF-8.",
            "Kontrollera att filen finns. Spara den i Anteckningar med kodningen UTF-8.",
            name,
        ) from error
    if file.suffix == NOTEBOOK:
        yield from _notebook_lines(text, name)
    else:
        for number, line in enumerate(text.splitlines(), start=1):
            yield Line(f"{name}, rad {number}", line)


def _notebook_lines(text: str, name: str) -> Iterator[Line]:
    try:
        cells = json.loads(text)["cells"]
    except (ValueError, KeyError, TypeError) as error:
        raise RenderingError(
            "En anteckningsbok kan inte läsas",
            "Filen är ingen Jupyter-anteckningsbok.",
            "Kör rapporten på nytt så att den görs om.",
            name,
        ) from error
    for number, cell in enumerate(cells, start=1):
        where = f"{name}, cell {number}"
        is_code = cell["cell_type"] == "code"
        for shown in _shown_outputs(cell, where) if is_code else ["".join(cell["source"])]:
            for row, line in enumerate(shown.splitlines(), start=1):
                yield Line(f"{where}, rad {row}", line)
            yield Line(where, "")


def _shown_outputs(cell: Mapping[str, Any], where: str) -> Iterator[str]:
    """The Markdown that a code cell displayed, without its source, printed text and other forms."""
    was_run = cell.get("execution_count") or cell.get("outputs")
    if "".join(cell["source"]).strip() and not was_run:
        raise RenderingError(
            "En anteckningsbok är inte körd",
            "Cellens kod har inte körts, och rapporten kör ingen kod i sidor.",
            "Öppna anteckningsboken, kör alla celler och spara den. Eller ta bort cellen.",
            where,
        )
    for output in cell.get("outputs", ()):
        if output["output_type"] == "error":
            raise RenderingError(
                "En anteckningsbok slutade med ett fel",
                f"{output.get('ename', 'Fel')}: {output.get('evalue', '')}".rstrip(": "),
                "Kör rapporten på nytt; kvarstår felet är det ett fel i programmet.",
                where,
            )
        if markdown := output.get("data", {}).get("text/markdown"):
            yield "".join(markdown)


def _split_front_matter(lines: Sequence[Line]) -> tuple[str, Sequence[Line], int]:
    """Front matter, text, and the line that the front matter's YAML begins at."""
    start = next((i for i, line in enumerate(lines) if line.text.strip()), None)
    if start is None or lines[start].text.rstrip() != "---":
        return "", lines, 1
    for end in range(start + 1, len(lines)):
        if lines[end].text.rstrip() in ("---", "..."):
            front = "\n".join(line.text for line in lines[start + 1 : end])
            return front, lines[end + 1 :], start + 2
    raise RenderingError(
        "Sidans inledning är inte avslutad",
        "Inledningen börjar med --- men slutar inte med ---.",
        "Lägg till en rad med --- efter inledningens sista rad.",
        lines[start].where,
    )
