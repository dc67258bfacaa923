"""The sentences of the report, which stand in text files and not in code.

A file ``<page>.md`` holds named texts: a line ``## name: value, value`` with the values that the
text may name, and under it the text, Markdown with Jinja's ``{{ value }}`` and ``{% if value %}``.
Code chooses a text and gives it values that are words already. A file of the same name in the
municipality's own folder may hold another wording of some of them.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from jinja2 import StrictUndefined, TemplateRuntimeError, TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from analysis import swedish
from analysis.errors import ConfigurationError, Problem
from analysis.project import Project

HEADING = re.compile(r"## (?P<name>[a-z0-9_]+)(?:: *(?P<values>[a-z0-9_, ]+))?\s*")
SPACES = re.compile(r"[ \t]*\n[ \t]*|[ \t]{2,}")
PARAGRAPHS = re.compile(r"\n\s*\n")
NAME = re.compile(r"[a-z0-9_]+")

SEE_LIST = "Allt som finns står i listan från python run.py texter."

Values = Mapping[str, Any]


@dataclass(frozen=True)
class Source:
    """A text as it stands in a file.

    Parameters
    ----------
    name
        ``page.name``.
    values
        The values that it may name.
    text
        The Markdown.
    where, line
        The file, and the line that `text` begins on.
    """

    name: str
    values: tuple[str, ...]
    text: str
    where: str
    line: int

    @property
    def place(self) -> str:
        """File and line of the heading, for a message."""
        return f"{self.where}, rad {self.line - 1}"


@dataclass(frozen=True)
class Texts:
    """The report's texts, with the municipality's own wordings in the place of ours.

    Parameters
    ----------
    folder
        The project's texts.
    own
        The municipality's own; need not exist.
    handed
        The latest values of each text that has been asked for.
    """

    folder: Path
    own: Path
    handed: dict[str, Values] = field(default_factory=dict, compare=False)

    @cached_property
    def originals(self) -> Mapping[str, Source]:
        """The project's texts by name."""
        return _sources(self.folder, "notebooks/texter")

    @cached_property
    def replaced(self) -> Mapping[str, Source]:
        """The municipality's own wordings by name."""
        return _sources(self.own, self.own.name)

    def render(self, name: str, values: Values) -> str:
        """A text with its values.

        Parameters
        ----------
        name
            ``page.name``.
        values
            Exactly the values that the text's heading lists.

        Raises
        ------
        ConfigurationError
            When the text cannot be read, or names a value that does not exist.
        """
        original = self.originals[name]
        if set(original.values) != values.keys():
            raise TypeError(f"{name} takes {original.values}, not {tuple(values)}")
        self.handed[name] = values
        source = self.replaced.get(name, original)
        if "{" not in source.text:
            # Half of the texts have nothing to fill in, and no need to be compiled.
            return _tidy(source.text)
        try:
            return _tidy(_template(source)[0].render(values))
        except TemplateRuntimeError as error:
            cause = f"Texten {source.name} använder ett värde som inte finns ({error})."
            fix = "Skriv ett av värdena i listan från python run.py texter."
            raise refused([Problem(cause, fix, source.place)]) from error

    def problems(self) -> list[Problem]:
        """Everything wrong with the texts: unknown names, unknown values, broken templates."""
        try:
            sources = (*self.originals.values(), *self.replaced.values())
        except ConfigurationError as error:
            return list(error.problems)
        return [problem for source in sources for problem in self._of(source)]

    def _of(self, source: Source) -> Iterator[Problem]:
        original = self.originals.get(source.name)
        if original is None:
            cause = f"Det finns ingen text som heter {source.name}."
            yield Problem(cause, nearest(source.name, self.originals), source.place)
            return
        try:
            unknown = _template(source)[1] - set(original.values)
        except ConfigurationError as error:
            yield from error.problems
            return
        for name in sorted(unknown):
            yield Problem(
                f"Texten {source.name} använder ett värde som inte finns: {name}.",
                nearest(name, original.values),
                f"{source.where}, rad {_line_of(source, name)}",
            )


def nearest(name: str, known: Collection[str]) -> str:
    """A hint at what may have been meant, or at everything that there is."""
    near = difflib.get_close_matches(name, known, n=1)
    if near:
        return f"Menades {near[0]}?"
    few = len(known) < 20
    return f"Det som finns: {swedish.listing(sorted(known))}." if few else SEE_LIST


def refused(problems: Sequence[Problem]) -> ConfigurationError:
    """The error for texts, or comments, that cannot be rendered."""
    return ConfigurationError("Texterna behöver rättas", problems=problems)


@lru_cache
def of(project: Project) -> Texts:
    """The texts of a project, read once."""
    return Texts(project.texts, project.own_texts)


_project = Project.here()


def use(project: Project) -> None:
    """Let `say` take the texts of a project, and forget what other pages have said."""
    global _project
    _project = project
    of(project).handed.clear()


def say(name: str, **values: object) -> str:
    """A text of the project's, or the municipality's own wording of it, with its values."""
    return of(_project).render(name, values)


def heading(name: str, **values: object) -> str:
    """The heading of a column, the same in every table; its paragraphs are its lines."""
    return say(f"kolumner.{name}", **values).replace("\n\n", "\n")


def taken() -> dict[str, dict[str, str]]:
    """The values of the texts asked for since the last time, by text; then forgotten."""
    handed = of(_project).handed
    told = {
        name: {key: str(value) for key, value in values.items()} for name, values in handed.items()
    }
    handed.clear()
    return told


def _sources(folder: Path, where: str) -> dict[str, Source]:
    """The named texts of a folder; a file's lines before its first heading are for its reader."""
    found: dict[str, Source] = {}
    problems = []
    for path in sorted(folder.glob("*.md")):
        file = f"{where}/{path.name}"
        lines = unicodedata.normalize("NFC", path.read_text("utf-8-sig")).splitlines()
        starts = [number for number, line in enumerate(lines) if line.startswith("## ")]
        for start, end in pairwise([*starts, len(lines)]):
            heading = HEADING.fullmatch(lines[start])
            name = f"{path.stem}.{heading['name']}" if heading else ""
            if heading is None or name in found:
                cause = "Texten finns redan." if heading else "Rubriken är inget namn på en text."
                fix = "Skriv ## och textens namn som i originalet, en gång."
                problems.append(Problem(cause, fix, f"{file}, rad {start + 1}"))
                continue
            values = tuple(NAME.findall(heading["values"] or ""))
            text = "\n".join(lines[start + 1 : end])
            found[name] = Source(name, values, text, file, start + 2)
    if problems:
        raise refused(problems)
    return found


def environment() -> ImmutableSandboxedEnvironment:
    """Jinja without anything that a text has no use for."""
    environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False)
    environment.globals.clear()
    environment.filters = {"stor": swedish.capitalised}
    return environment


@cache
def _template(source: Source) -> tuple[Any, frozenset[str]]:
    """The compiled text, and the names of the values that it uses."""
    jinja = environment()
    try:
        parsed = jinja.parse(source.text)
        used = frozenset(node.name for node in parsed.find_all(nodes.Name) if node.ctx == "load")
        made = {node.name for node in parsed.find_all(nodes.Name) if node.ctx == "store"}
        return jinja.from_string(source.text), used - made
    except TemplateSyntaxError as error:
        raise refused(
            [
                Problem(
                    f"Texten {source.name} går inte att tolka.",
                    "Kontrollera klammerparenteserna: {{ värde }}, {% if värde %} … {% endif %}.",
                    f"{source.where}, rad {source.line + error.lineno - 1}",
                )
            ]
        ) from error


def _line_of(source: Source, name: str) -> int:
    """The line of a text that names a value."""
    lines = source.text.splitlines()
    found = (n for n, line in enumerate(lines) if re.search(rf"\b{name}\b", line))
    return source.line + next(found, 0)


def _tidy(text: str) -> str:
    """The text in paragraphs of one line, as `analysis.present.wording` takes them."""
    paragraphs = (SPACES.sub(" ", part).strip() for part in PARAGRAPHS.split(text))
    return "\n\n".join(part for part in paragraphs if part)
