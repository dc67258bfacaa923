"""A comment of the municipality's own: what may stand in it, and what it becomes.

Markdown of a few kinds, with who wrote it and when in its front matter. Numbers may be written
``{{ nki.total }}`` (`names`) and then follow the data. Nothing here is worded by the program.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml
from jinja2 import TemplateSyntaxError, nodes
from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from analysis.errors import Problem
from analysis.intake.cells.dates import day
from analysis.present.markdown import literal
from analysis.present.texts import environment, nearest
from analysis.project import Project
from analysis.settings import Settings

PAGES = ("oversikt", "nulage", "framgangsfaktorer", "maluppfyllelse", "jamforelse", "bilaga")
"""The pages that may have a comment, besides the areas'."""
WHO, WHEN = "namn", "datum"
HIDDEN_LINES = re.compile(r"<!--.*?-->", re.DOTALL)
FRONT = re.compile(r"\A---\n(?P<front>.*?)\n---\n?", re.DOTALL)
SENTENCES = re.compile(r"[.!?:]\s|\n\s*\n|\n(?=[-*\d])")
WEB = re.compile(r"https?://\S+")
LETTER = r"[^\W\d_]"
SENTENCE_END = re.compile(rf"(?<!\b{LETTER}\.)(?<!\.{LETTER}{LETTER}\.)(?<=[.!?])\s+(?=[A-ZÅÄÖ])")
"""Between two sentences; an abbreviation such as "t.ex." ends none."""
BULLET = "•\u00a0"
TYPED = re.compile(r"(?<![\d,.])\d{1,3},\d(?![\d,])")
"""A number with one decimal, as indices are written."""
ALLOWED = {
    *("root", "paragraph", "inline", "text", "softbreak", "strong", "em", "heading", "link"),
    *("bullet_list", "ordered_list", "list_item"),
}
REFUSED = {
    "html_block": "HTML",
    "html_inline": "HTML",
    "image": "en bild",
    "table": "en tabell",
    "fence": "ett kodblock",
    "code_block": "ett indraget block (börja raden utan mellanslag)",
    "code_inline": "kod",
    "blockquote": "ett citatblock",
    "hr": "en linje",
    "hardbreak": "en radbrytning med mellanslag eller snedstreck",
}
ACCEPTED = (
    "En kommentar kan ha stycken, **fet** och *kursiv* stil, listor, länkar till https-adresser "
    "och rubriker."
)
OF_NKI = ("nki", "betyg", "svar", "felmarginal", "andring")
"""What may be named of an area's NKI, as it stands before the area's name."""


@dataclass(frozen=True)
class Comment:
    """A comment as it was written.

    Parameters
    ----------
    path
        The file.
    text
        Its content.
    """

    path: Path
    text: str

    @classmethod
    def read(cls, path: Path) -> Comment | None:
        """A file's comment; None where there is no file, or nobody has written in it yet."""
        if not path.is_file():
            return None
        comment = cls(path, path.read_text("utf-8-sig").replace("\r\n", "\n"))
        return comment if comment.body.strip() else None

    @property
    def where(self) -> str:
        """The file as the coordinator knows it."""
        return "/".join(self.path.parts[-3:])

    @property
    def front(self) -> dict[str, Any]:
        """The front matter: who wrote it, and when."""
        found = FRONT.match(self.text)
        content = yaml.safe_load(found["front"]) if found else None
        return content if isinstance(content, dict) else {}

    @property
    def when(self) -> date | None:
        """The day it was written, in any form in which a day may stand in the raw files."""
        told = self.front.get(WHEN)
        return told if isinstance(told, date) else day(str(told or ""))

    @cached_property
    def body(self) -> str:
        """The Markdown, its lines where they are in the file; hidden lines are blank."""
        kept = FRONT.sub(lambda found: "\n" * found[0].count("\n"), self.text)
        return HIDDEN_LINES.sub(lambda found: "\n" * found[0].count("\n"), kept)

    @property
    def names(self) -> list[str]:
        """The values that it names."""
        return [name for name, _ in self.places]

    @property
    def places(self) -> list[tuple[str, int]]:
        """The values that it names, each with the line where it stands."""
        return list(_named(environment().parse(self.body)))

    def markdown(self, named: Mapping[str, str]) -> str:
        """The comment with its numbers, as Markdown in which only the accepted kinds mean anything.

        Parameters
        ----------
        named
            The values by name (`analysis.present.values`).
        """
        return _written(self._tree(named))

    def sentences(self, named: Mapping[str, str]) -> list[list[str]]:
        """The comment's paragraphs, headings and list items as plain sentences.

        Parameters
        ----------
        named
            The values by name.
        """
        blocks = []
        for node in self._tree(named).walk():
            if node.type == "inline":
                mark = BULLET if any(one.type == "list_item" for one in _above(node)) else ""
                blocks.append(SENTENCE_END.split(mark + _words(node)))
        return blocks

    def _tree(self, named: Mapping[str, str]) -> SyntaxTreeNode:
        filled = environment().from_string(self.body).render(nested(named))
        return SyntaxTreeNode(_parser().parse(filled))

    def problems(self, known: Collection[str]) -> Iterator[Problem]:
        """Everything that keeps the comment from being shown."""
        yield from self._unsigned()
        yield from self._unknown(known)
        for node in SyntaxTreeNode(_parser().parse(self.body)).walk(include_self=False):
            place = f"{self.where}, rad {_line(node)}"
            if node.type not in ALLOWED:
                if node.parent and node.parent.type not in ALLOWED:
                    continue
                told = REFUSED.get(node.type, node.type)
                yield Problem(f"Kommentaren innehåller {told}.", ACCEPTED, place)
            elif node.type == "link" and not WEB.fullmatch(str(node.attrs["href"])):
                yield Problem("Länken går inte till en webbadress.", ACCEPTED, place)

    def _unsigned(self) -> Iterator[Problem]:
        try:
            front = self.front
        except yaml.YAMLError:
            front = {}
        place = f"{self.where}, rad 1"
        if not front.get(WHO) or not front.get(WHEN):
            yield Problem(
                "Det står inte vem som har skrivit kommentaren, eller när.",
                f"Börja filen med raderna ---, {WHO}: Avdelningen, {WHEN}: 2027-04-24 och ---.",
                place,
            )
        elif self.when is None:
            cause = f"Datumet ”{front[WHEN]}” går inte att läsa."
            yield Problem(cause, f"Skriv dagen som {WHEN}: 2027-04-24.", place)

    def _unknown(self, known: Collection[str]) -> Iterator[Problem]:
        try:
            parsed = environment().parse(self.body)
        except TemplateSyntaxError as error:
            yield Problem(
                "Klammerparenteserna går inte att tolka.",
                "Skriv ett värde som {{ nki.total }}.",
                f"{self.where}, rad {error.lineno}",
            )
            return
        for name, line in _named(parsed):
            if name not in known:
                place = f"{self.where}, rad {line}"
                yield Problem(f"Det finns inget värde {name}.", nearest(name, known), place)

    def typed(self) -> Iterator[tuple[str, str]]:
        """The numbers typed by hand, each with the sentence that it stands in."""
        for sentence in SENTENCES.split(re.sub(r"\{\{.*?\}\}", "", self.body)):
            for number in TYPED.findall(sentence):
                yield number, sentence.casefold()


def pages(plan: bool) -> tuple[str, ...]:
    """The pages that a report has; without a plan there is none of its goals."""
    return tuple(page for page in PAGES if plan or page != "maluppfyllelse")


def problems(project: Project, settings: Settings) -> list[Problem]:
    """Everything wrong with the comments of every year, and files that no page would show."""
    found: list[Problem] = []
    known = list(names(settings))
    pages = (*PAGES, *settings.questionnaire.area_keys)
    for path in project.comment_files:
        if path.stem not in pages:
            where = "/".join(path.parts[-3:])
            hint = nearest(path.stem, pages)
            found.append(Problem("Filen hör inte till någon sida.", hint, where))
        elif comment := Comment.read(path):
            found += comment.problems(known)
    return list(dict.fromkeys(found))


def names(settings: Settings) -> Iterator[str]:
    """The name of every value, as it is written between the braces."""
    questions = settings.questionnaire
    scopes = ("total", *questions.area_keys)
    yield from ("ar", "kommun")
    yield from (f"{value}.{scope}" for value in OF_NKI for scope in scopes)
    yield from (f"faktor.{scope}.{key}" for scope in scopes for key in questions.factor_keys)
    yield from (f"fraga.{scope}.{key}" for scope in scopes for key in questions.item_keys)
    yield from (f"riket.{scope}" for scope in scopes)
    for goal in settings.plan.goals:
        yield from (f"mal.{goal.number}.{part}" for part in ("niva", "varde", "kvar", "lage"))


def nested(flat: Mapping[str, str]) -> dict[Any, Any]:
    """Values by dotted names as a template reads them.

    >>> nested({"ar": "2025", "nki.total": "73,8", "mal.1.niva": "77"})
    {'ar': '2025', 'nki': {'total': '73,8'}, 'mal': {1: {'niva': '77'}}}
    """
    found: dict[Any, Any] = {}
    for name, value in flat.items():
        *above, last = name.split(".")
        inner = found
        for part in above:
            # Jinja reads a number after a point as a number.
            inner = inner.setdefault(int(part) if part.isdecimal() else part, {})
        inner[last] = value
    return found


def _parser() -> MarkdownIt:
    """A parser of everything, so that what is not accepted can be named."""
    return MarkdownIt("commonmark").enable("table")


def _named(template: nodes.Template) -> Iterator[tuple[str, int]]:
    """The dotted names of the values that a template uses, with their lines."""
    kinds = (nodes.Name, nodes.Getattr, nodes.Getitem)
    found = list(template.find_all(kinds))
    inner = {id(node.node) for node in found if isinstance(node, nodes.Getattr | nodes.Getitem)}
    for node in found:
        if id(node) not in inner:
            yield _dotted(node), node.lineno


def _dotted(node: nodes.Node) -> str:
    match node:
        case nodes.Name(name=name):
            return str(name)
        case nodes.Getattr(node=above, attr=last):
            return f"{_dotted(above)}.{last}"
        case nodes.Getitem(node=above, arg=nodes.Const(value=last)):
            return f"{_dotted(above)}.{last}"
    return "?"


def _line(node: SyntaxTreeNode) -> int:
    """The line of a node, or of the block that it stands in."""
    known = (one.map for one in (node, *_above(node)) if not one.is_root and one.map)
    return next((lines[0] + 1 for lines in known), 1)


def _written(node: SyntaxTreeNode) -> str:
    """A tree as Markdown whose words mean nothing but the words."""
    inner = node.children or []
    match node.type:
        case "text":
            return literal(node.content)
        case "softbreak":
            return "\n"
        case "strong":
            return f"**{_all(inner)}**"
        case "em":
            return f"*{_all(inner)}*"
        case "link":
            return f"[{_all(inner)}](<{node.attrs['href']}>)"
        case "inline":
            return _all(inner)
        case "paragraph":
            return f"{_all(inner)}\n"
        case "heading":
            # Below the comment's own heading.
            level = min(6, int(node.tag[1]) + 2)
            return f"{'#' * level} {_all(inner)}\n"
        case "bullet_list" | "ordered_list":
            mark = "- " if node.type == "bullet_list" else "1. "
            return "".join(_item(item, mark) for item in inner)
    return "\n".join(_written(child) for child in inner)


def _all(inner: Sequence[SyntaxTreeNode]) -> str:
    return "".join(_written(child) for child in inner)


def _above(node: SyntaxTreeNode) -> Iterator[SyntaxTreeNode]:
    """What a node stands in, the nearest first."""
    while node.parent is not None:
        node = node.parent
        yield node


def _words(node: SyntaxTreeNode) -> str:
    """The words of a node without their markup."""
    if node.type == "text":
        return node.content
    return " " if node.type == "softbreak" else "".join(map(_words, node.children or ()))


def _item(item: SyntaxTreeNode, mark: str) -> str:
    inside = "\n".join(_written(child) for child in item.children).rstrip("\n")
    return f"{mark}{textwrap.indent(inside, ' ' * len(mark)).lstrip()}\n"
