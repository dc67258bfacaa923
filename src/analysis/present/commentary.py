"""The municipality's own words about the numbers: ``kommentarer/<case year>/<page>.md``.

A comment is Markdown of a few kinds, with who wrote it and when in its front matter. Numbers may
be written ``{{ nki.total }}`` (`analysis.present.values`) and then follow the data. Nothing here
is worded by the program, and nothing of it by the municipality is changed.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd
import yaml
from jinja2 import TemplateSyntaxError, nodes
from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from analysis import swedish
from analysis.errors import Problem
from analysis.measures.totals import TOTAL
from analysis.present.bundle import Text
from analysis.present.data import ReportData
from analysis.present.markdown import literal
from analysis.present.texts import environment, nearest, say
from analysis.present.values import names, nested, values
from analysis.project import Project
from analysis.settings import Settings
from analysis.settings.questionnaire import NKI

PAGES = ("oversikt", "nulage", "framgangsfaktorer", "maluppfyllelse", "jamforelse", "bilaga")
"""The pages that may have a comment, besides the areas'."""
WHO, WHEN = "namn", "datum"
HIDDEN_LINES = re.compile(r"<!--.*?-->", re.DOTALL)
FRONT = re.compile(r"\A---\n(?P<front>.*?)\n---\n?", re.DOTALL)
SENTENCES = re.compile(r"[.!?:]\s|\n\s*\n|\n(?=[-*\d])")
NEAR = 2.0
"""Index units within which a typed number is taken for a value of the report."""
NUMBERS = ("governing_lower", "governing_upper", "index", "change")
"""The columns of the newest year's indices whose numbers a comment may tell, besides the index."""
NAMED = {"nki": "nki", "factor": "faktor", "question": "fraga"}
"""How a value's name begins, by kind of index."""
WEB = re.compile(r"https?://\S+")
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

    @cached_property
    def body(self) -> str:
        """The Markdown, its lines where they are in the file; hidden lines are blank."""
        kept = FRONT.sub(lambda found: "\n" * found[0].count("\n"), self.text)
        return HIDDEN_LINES.sub(lambda found: "\n" * found[0].count("\n"), kept)

    @property
    def names(self) -> list[str]:
        """The values that it names."""
        return [name for name, _ in _named(environment().parse(self.body))]

    def markdown(self, named: Mapping[str, str]) -> str:
        """The comment with its numbers, as Markdown in which only the accepted kinds mean anything.

        Parameters
        ----------
        named
            The values by name (`analysis.present.values`).
        """
        filled = environment().from_string(self.body).render(nested(named))
        return _written(SyntaxTreeNode(_parser().parse(filled)))

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
        if not front.get(WHO) or not isinstance(front.get(WHEN), date):
            yield Problem(
                "Det står inte vem som har skrivit kommentaren, eller när.",
                f"Börja filen med raderna ---, {WHO}: Avdelningen, {WHEN}: 2027-04-24 och ---.",
                f"{self.where}, rad 1",
            )

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


def comment(data: ReportData, page: str, *, level: int = 2) -> Text | None:
    """The year's comment on a page, and last year's folded; None without any.

    Parameters
    ----------
    page
        One of `PAGES`, or an area.
    level
        The level of its heading.
    """
    this, last = (shown(data, page, year) for year in (data.year, data.year - 1))
    if not (this or last):
        return None
    heading = literal(say("gemensamt.kommentar_rubrik"))
    told = [f"{'#' * level} {heading}", "", "::: {.nki-comment}", this, ":::"]
    if last:
        title = literal(say("gemensamt.kommentar_forra_aret", ar=data.year - 1))
        told += [
            '::: {.content-visible when-format="html"}',
            f'::: {{.callout-note collapse="true" title="{title}"}}',
            *(last, ":::", ":::"),
        ]
    return Text("\n".join([*told, ""]))


def shown(data: ReportData, page: str, year: int) -> str:
    """A year's comment on a page with who wrote it, as Markdown; empty without one.

    The municipality's words are about its own numbers: a report of made-up answers, or of another
    municipality, has none.
    """
    if not data.own:
        return ""
    found = Comment.read(data.project.comments / str(year) / f"{page}.md")
    if found is None:
        return ""
    signed = say(
        "gemensamt.kommentar_av",
        namn=str(found.front[WHO]),
        datum=swedish.long_date(found.front[WHEN]),
    )
    return f"{found.markdown(values(data, year, found.names))}\n*{literal(signed)}*\n"


def differing(data: ReportData) -> list[str]:
    """Remarks on numbers typed by hand that the report does not have, beside the nearest it has."""
    if not data.own:
        return []
    told = []
    of_year = (path for path in data.project.comment_files if path.parent.name == str(data.year))
    for comment in filter(None, map(Comment.read, of_year)):
        for number, sentence in comment.typed():
            rows = _spoken_of(data, comment.path.stem, sentence)
            newest = rows[rows["year"] == str(data.year)]
            shown = pd.concat([rows["governing"], *(newest[name].abs() for name in NUMBERS)])
            if number in set(shown.map(swedish.number)):
                continue
            distance = (newest["governing"] - float(number.replace(",", "."))).abs()
            if len(newest) and distance.min() <= NEAR:
                row = newest.iloc[int(distance.argmin())]
                name = f"{NAMED[row['kind']]}.{row['scope']}"
                name += "" if row["kind"] == "nki" else f".{row['measure']}"
                told.append(
                    f"{comment.where}: kommentaren säger {number}, sidan "
                    f"{swedish.number(row['governing'])} ({data.label(row['scope']).lower()}). "
                    f"Skriv {{{{ {name} }}}}, så följer talet med."
                )
    return told


def _spoken_of(data: ReportData, page: str, sentence: str) -> pd.DataFrame:
    """The indices, of every year, that a sentence on a page speaks of.

    Of the areas that it names and of the page's own, or else the total; of the factors and
    questions that it names, or else NKI.
    """
    questions = data.settings.questionnaire

    def named(keys: Iterable[str]) -> list[str]:
        return [key for key in keys if data.label(key).casefold() in sentence]

    scopes = [*named(questions.area_keys), page if page in questions.area_keys else TOTAL]
    measures = named((*questions.factor_keys, *questions.item_keys)) or [NKI]
    measures += [NKI] if NKI in sentence else []
    rows = data.select(measure=measures)
    return rows[rows["scope"].isin(scopes) & rows["governing"].notna()]


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
    while not node.is_root and node.parent is not None:
        if node.map:
            return node.map[0] + 1
        node = node.parent
    return 1


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


def _item(item: SyntaxTreeNode, mark: str) -> str:
    inside = "\n".join(_written(child) for child in item.children).rstrip("\n")
    return f"{mark}{textwrap.indent(inside, ' ' * len(mark)).lstrip()}\n"
