"""Reads one page, a `.qmd` file or an executed notebook, into Markdown for pandoc.

Front matter is split off, includes and text shortcodes are put in place, and constructs outside
the subset are collected as problems. What the Markdown then becomes is not decided here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

from analysis.errors import Problem, RenderingError

from .subset import (
    Line,
    code_problems,
    front_matter_problems,
    load_yaml,
    page_problems,
    unknown_keys,
)

NOTEBOOK = ".ipynb"
SUFFIXES = (".qmd", NOTEBOOK)

_SHORTCODE = re.compile(r"\{\{<\s*(?P<name>[\w-]+)\s*(?P<argument>.*?)\s*>\}\}")
_FLOAT = re.compile(r"#(?P<label>(?:fig|tbl|sec)-[\w-]+)")
_REFERENCE = re.compile(r"(?<![\w@\\#/])-?@(?P<label>(?:fig|tbl|sec)-[\w-]*\w)", re.IGNORECASE)
_FENCE = re.compile(r"\s{0,3}(?P<fence>`{3,}|~{3,})")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_DEPTH = 8

# pandoc reads a raw block of any format; writers drop those of other formats.
PAGEBREAK = (
    '```{=html}\n<div class="pagebreak"></div>\n```\n\n'
    "```{=typst}\n#pagebreak(weak: true)\n```\n\n"
    '```{=openxml}\n<w:p><w:r><w:br w:type="page"/></w:r></w:p>\n```'
)


@dataclass(frozen=True)
class Page:
    """A page as it goes to pandoc.

    Parameters
    ----------
    path
        The source, relative to the project, with forward slashes.
    meta
        The front matter.
    markdown
        The text after the front matter.
    """

    path: PurePosixPath
    meta: Mapping[str, Any] = field(default_factory=dict)
    markdown: str = ""

    @property
    def formats(self) -> tuple[str, ...]:
        """The formats the page asks for; HTML when it asks for none."""
        wanted = self.meta.get("format", "html")
        return tuple(wanted) if isinstance(wanted, Mapping) else (str(wanted),)

    @property
    def title(self) -> str:
        """The title as text, for in the front matter it is Markdown; empty when there is none."""
        return _ESCAPE.sub(r"\1", str(self.meta.get("title") or ""))

    def output(self, kind: str) -> PurePosixPath:
        """The file the page becomes: ``html`` or ``typst`` (a PDF)."""
        return self.path.with_suffix({"typst": ".pdf"}.get(kind, f".{kind}"))

    def options(self, kind: str, project: Mapping[str, Any]) -> dict[str, Any]:
        """Options of one format: the project's, then the page's own, then its format's."""
        shared = {key: value for key, value in project.items() if key.startswith("toc")}
        of_project = (project.get("format") or {}).get(kind)
        own = {key: value for key, value in self.meta.items() if key != "format"}
        wanted = self.meta.get("format")
        of_page = wanted.get(kind) if isinstance(wanted, Mapping) else None
        merged: dict[str, Any] = {}
        for part in (shared, of_project, own, of_page):
            merged.update(part if isinstance(part, Mapping) else {})
        return merged


def read_page(
    project: Path,
    path: PurePosixPath,
    variables: Mapping[str, Any],
    settings: Mapping[str, Any],
) -> Page:
    """Read a page of the project.

    Parameters
    ----------
    project
        The build folder.
    path
        The page, relative to it.
    variables
        What ``{{< var >}}`` looks up (``_variables.yml``).
    settings
        The project's settings; together with the front matter what ``{{< meta >}}`` looks up.

    Raises
    ------
    RenderingError
        The notebook failed, the front matter is no YAML, or the text holds something outside the
        subset. All problems of the page are told at once.
    """
    lines = list(_source_lines(project / path, str(path)))
    front, body, first_line = _split_front_matter(lines)
    values, node = load_yaml(front, str(path), first_line)
    problems = list(front_matter_problems(node, str(path), first_line))
    expander = _Expander(project, variables, {**settings, **values})
    expanded = list(expander.expand(body, project / path, 0))
    problems += expander.problems
    problems += page_problems(expanded)
    problems += _dangling_references(expanded)
    if problems:
        raise RenderingError(f"Sidan {path} kan inte renderas", problems=problems)
    if "{{<" in front:
        where = f"{path}, rad {first_line}"
        resolved = expander.expand([Line(where, front)], project, 0)
        values, _ = load_yaml("\n".join(one.text for one in resolved), str(path), first_line)
    return Page(path, values, "\n".join(line.text for line in expanded) + "\n")


def unrun_code(project: Path, path: PurePosixPath) -> list[Problem]:
    """Code to be run in a page and in what it includes; Quarto, too, is told to run none.

    Raises
    ------
    RenderingError
        The page cannot be read, or is a notebook that failed or was not run.
    """
    lines = list(_source_lines(project / path, str(path)))
    return list(code_problems(list(_Expander(project, {}, {}).expand(lines, project / path, 0))))


def read_settings(
    file: Path, schema: Mapping[str, Any] | None = None
) -> tuple[dict[str, Any], list[Problem]]:
    """Read ``_quarto.yml`` or ``_variables.yml`` and list the keys the schema does not know."""
    values, node = load_yaml(file.read_text(encoding="utf-8"), file.name)
    return values, list(unknown_keys(node, schema or {}, file.name))


def _source_lines(file: Path, name: str) -> Iterator[Line]:
    if file.suffix == NOTEBOOK:
        yield from _notebook_lines(file, name)
        return
    for number, text in enumerate(_read(file, name).splitlines(), start=1):
        yield Line(f"{name}, rad {number}", text)


def _read(file: Path, name: str) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise RenderingError(
            "En sida kan inte läsas",
            "Filen saknas eller är inte UTF-8.",
            "Kontrollera att filen finns och spara den som UTF-8.",
            name,
        ) from error


def _notebook_lines(file: Path, name: str) -> Iterator[Line]:
    try:
        cells = json.loads(_read(file, name))["cells"]
    except (ValueError, KeyError, TypeError) as error:
        raise RenderingError(
            "En anteckningsbok kan inte läsas",
            "Filen är ingen Jupyter-anteckningsbok.",
            "Kör rapporten på nytt så att den görs om.",
            name,
        ) from error
    for number, cell in enumerate(cells, start=1):
        where = f"{name}, cell {number}"
        if cell["cell_type"] == "code":
            texts = list(_shown_outputs(cell, where))
        else:
            texts = [_joined(cell["source"])]
        for text in texts:
            for line, content in enumerate(text.splitlines(), start=1):
                yield Line(f"{where}, rad {line}", content)
            yield Line(where, "")


def _shown_outputs(cell: Mapping[str, Any], where: str) -> Iterator[str]:
    """The Markdown a code cell displayed. Its source, prints and other forms are never shown."""
    if _joined(cell["source"]).strip() and not (cell.get("execution_count") or cell.get("outputs")):
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
        markdown = output.get("data", {}).get("text/markdown")
        if markdown is not None:
            yield _joined(markdown)


def _joined(source: str | list[str]) -> str:
    return source if isinstance(source, str) else "".join(source)


def _split_front_matter(lines: list[Line]) -> tuple[str, list[Line], int]:
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


class _Expander:
    """Puts includes and the values of text shortcodes in place, and remembers what failed."""

    def __init__(
        self, project: Path, variables: Mapping[str, Any], metadata: Mapping[str, Any]
    ) -> None:
        self.project = project
        self.values = {"var": variables, "meta": metadata}
        self.problems: list[Problem] = []

    def expand(self, lines: list[Line], file: Path, depth: int) -> Iterator[Line]:
        for line in lines:
            found = _SHORTCODE.search(line.text) if "{{<" in line.text else None
            if found and found["name"] == "include":
                yield from self._include(found["argument"], file, line.where, depth)
            elif found:
                text = _SHORTCODE.sub(partial(self._value, line.where), line.text)
                yield from (Line(line.where, part) for part in text.split("\n"))
            else:
                yield line

    def _include(self, argument: str, file: Path, where: str, depth: int) -> Iterator[Line]:
        name = argument.strip("\"'")
        target = self.project / name[1:] if name.startswith("/") else file.parent / name
        if depth >= _DEPTH or not target.is_file():
            cause = f"Filen ”{name}” som ska infogas finns inte."
            if depth >= _DEPTH:
                cause = f"Filen ”{name}” infogar sig själv."
            self.problems.append(Problem(cause, "Rätta raden med include.", where))
            return
        included = list(_source_lines(target, name.lstrip("/")))
        yield from self.expand(included, target, depth + 1)

    def _value(self, where: str, match: re.Match[str]) -> str:
        name, argument = match["name"], match["argument"]
        if name == "pagebreak":
            return PAGEBREAK
        if name not in self.values:
            return match[0]
        value: Any = self.values[name]
        for key in argument.split("."):
            value = value.get(key) if isinstance(value, Mapping) else None
        if value is None:
            place = "_variables.yml" if name == "var" else "sidans inledning"
            cause = f"Värdet ”{argument}” finns inte i {place}."
            self.problems.append(Problem(cause, "Lägg till det eller rätta namnet.", where))
            return ""
        return str(value).lower() if isinstance(value, bool) else str(value)


def _dangling_references(lines: list[Line]) -> Iterator[Problem]:
    """References to figures, tables and sections that the page does not hold."""
    labels = {label["label"] for line in lines for label in _FLOAT.finditer(line.text)}
    fence = ""
    for line in lines:
        # What stands in a code or raw block is no Markdown: a table's text may hold anything.
        mark = _FENCE.match(line.text)
        if mark and (not fence or mark["fence"].startswith(fence)):
            fence = "" if fence else mark["fence"]
        if fence:
            continue
        for reference in _REFERENCE.finditer(re.sub(r"`[^`]*`", "", line.text)):
            label = reference["label"][0].lower() + reference["label"][1:]
            if label not in labels:
                yield Problem(
                    f"Hänvisningen @{label} pekar på något som inte finns på sidan.",
                    "Rätta namnet eller ta bort hänvisningen.",
                    line.where,
                )
