"""The declared subset of Quarto that the embedded engine renders, and the refusal of the rest.

Configuration and front matter are checked key by key, page text construct by construct.
Whatever is not listed is refused by name and line: a page never comes out half rendered. Code that
should be run is refused with Quarto too, since neither engine runs any.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from analysis.errors import Problem, RenderingError
from analysis.settings.reading import alias_problem

DOCUMENT = "docs/engines.md"

ANY: Mapping[str, Any] = {}
"""Schema of a value that is not looked into."""

_FORMAT_HTML = dict.fromkeys(
    (
        "css",
        "include-in-header",
        "include-before-body",
        "include-after-body",
        "toc",
        "toc-depth",
        "toc-title",
        "html-math-method",
        "link-external-newwindow",
    ),
    ANY,
)
# Quarto's own page look. The embedded engine has one look, so these change nothing in it.
_FORMAT_HTML_IGNORED = (
    "theme",
    "anchor-sections",
    "smooth-scroll",
    "link-external-icon",
    "code-copy",
    "fig-responsive",
    "grid",
    "toc-location",
    "toc-expand",
    "page-layout",
    "minimal",
    "mainfont",
    "fontsize",
    "lightbox",
    "citations-hover",
    "footnotes-hover",
    "crossrefs-hover",
    "embed-resources",
    "notebook-links",
    "format-links",
    "back-to-top-navigation",
    "respect-user-color-scheme",
)
_FORMAT_TYPST = dict.fromkeys(
    (
        "template-partials",
        "papersize",
        "margin",
        "mainfont",
        "fontsize",
        "font-paths",
        "pdf-standard",
        "section-numbering",
        "number-sections",
        "keep-typ",
        "toc",
        "toc-depth",
        "toc-title",
        "toc-indent",
        "linkcolor",
        "columns",
        "keywords",
    ),
    ANY,
)
_FORMAT_TYPST_IGNORED = ("fig-format", "fig-width", "fig-height", "output-ext", "citeproc")
_FORMATS: Mapping[str, Any] = {
    "html": {**_FORMAT_HTML, **dict.fromkeys(_FORMAT_HTML_IGNORED, ANY)},
    "typst": {**_FORMAT_TYPST, **dict.fromkeys(_FORMAT_TYPST_IGNORED, ANY)},
    "docx": {"toc": ANY},
}

_ITEM: dict[str, Any] = {"text": ANY, "href": ANY, "file": ANY, "aria-label": ANY}
_MENU: dict[str, Any] = {**_ITEM, "menu": _ITEM}
_SECTION: dict[str, Any] = {**_ITEM, "section": ANY, "contents": _ITEM}

PROJECT_SCHEMA: Mapping[str, Any] = {
    "project": {"type": ANY, "output-dir": ANY, "render": ANY, "resources": ANY, "title": ANY},
    "lang": ANY,
    "execute": ANY,
    "language": ANY,
    "toc": ANY,
    "toc-depth": ANY,
    "toc-title": ANY,
    "date-format": ANY,
    "website": {
        "title": ANY,
        "description": ANY,
        "navbar": {
            "title": ANY,
            "left": _MENU,
            "right": _MENU,
            "search": ANY,
            "background": ANY,
            "foreground": ANY,
            "collapse-below": ANY,
            "pinned": ANY,
            "toggle-position": ANY,
        },
        "sidebar": {"contents": _SECTION, "style": ANY, "search": ANY, "title": ANY},
        "page-navigation": ANY,
        "bread-crumbs": ANY,
        "back-to-top-navigation": ANY,
        "search": ANY,
        "page-footer": {"left": _ITEM, "center": _ITEM, "right": _ITEM, "border": ANY},
    },
    "format": _FORMATS,
}

# Front matter may hold free keys (they reach the PDF template), so here the keys that Quarto
# acts upon, and this engine does not, are the ones listed.
_FRONT_MATTER_REFUSED = frozenset(
    {
        "about",
        "bibliography",
        "citation",
        "code-links",
        "csl",
        "draft",
        "engine",
        "extensions",
        "filters",
        "include-after-body",
        "include-before-body",
        "include-in-header",
        "knitr",
        "listing",
        "metadata-files",
        "params",
        "profile",
        "project",
        "server",
        "shortcodes",
        "template",
        "website",
    }
)

CALLOUTS = ("note", "tip", "warning", "important", "caution")
SHORTCODES = ("include", "var", "meta", "pagebreak")
_RAW_FORMATS = ("html", "typst", "openxml")
_DIAGRAMS = ("mermaid", "dot")
"""Written like code to be run; Quarto draws them."""
_REFUSED_CLASS = re.compile(
    r"(?:panel-(?!tabset$).+|column-(?:body|page|screen|margin).*|margin-caption|aside|grid"
    r"|g-col-.+|cell-output.*|callout(?!-(?:" + "|".join(CALLOUTS) + r")$).*"
    r"|proof|remark|solution|landscape|incremental|notes|quarto-.+|cell)$"
)
_REFUSED_ATTRIBUTE = re.compile(r"\b(layout|layout-n(?:col|row)|when-profile|when-meta)\s*=")
_REFUSED_REFERENCE = re.compile(
    r"(?:thm|lem|cor|prp|cnj|def|exm|exr|eq|lst|sol|rem|nte|wrn|cau|imp)-[\w-]+$"
)

_FENCE = re.compile(r"^(?: {0,3}|[ >]*)(?P<marks>`{3,}|~{3,})\s*(?P<info>.*)$")
_SHORTCODE = re.compile(r"\{\{<\s*(?P<name>[\w-]+)")
_ATTRIBUTES = re.compile(r"\{(?P<body>[^{}<>=\n][^{}\n]*)\}")
_DIV = re.compile(r"^\s*:{3,}\s*(?P<head>\{.*\}|\S+)\s*:*\s*$")
_CODE_SPAN = re.compile(r"(?<!`)`(?:\{[A-Za-z]\w*\}|r) [^`]+`(?!`)")
_CODE_BLOCK = re.compile(r"\{\s*(?P<language>[A-Za-z]\w*)")
_REFERENCE = re.compile(r"(?<![\w@\\])-?@(?P<label>[A-Za-z]+-[\w-]*\w)")


@dataclass(frozen=True)
class Line:
    """One line of page text with the place a reader finds it at."""

    where: str
    text: str


def refuse(name: str, where: str) -> Problem:
    """Name a construct outside the subset."""
    return Problem(
        f"{name} stöds inte av den inbyggda motorn.",
        f"Ta bort det eller rendera med Quarto; {DOCUMENT} räknar upp vad som stöds.",
        where,
    )


def load_yaml(text: str, file: str, first_line: int = 1) -> tuple[dict[str, Any], yaml.Node | None]:
    """Read a YAML mapping together with its node tree, which knows the line numbers.

    Raises
    ------
    RenderingError
        The text is no YAML, or no mapping, or uses an alias.
    """
    try:
        if problem := alias_problem(text, file, first_line):
            raise RenderingError("Inställningarna kan inte läsas", problems=[problem])
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        values = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = first_line + (mark.line if mark else 0)
        reason = getattr(error, "problem", None) or "okänt fel"
        raise RenderingError(
            "Inställningarna kan inte läsas",
            f"Texten är inte giltig YAML ({reason}).",
            "Kontrollera indrag, kolon och citattecken på raden.",
            f"{file}, rad {line}",
        ) from error
    if values is None:
        return {}, None
    if not isinstance(values, dict):
        raise RenderingError(
            "Inställningarna kan inte läsas",
            "Överst väntas rader av formen nyckel: värde.",
            "Jämför med exemplet i " + DOCUMENT + ".",
            f"{file}, rad {first_line}",
        )
    return values, node


def unknown_keys(
    node: yaml.Node | None,
    schema: Mapping[str, Any],
    file: str,
    prefix: str = "",
    first_line: int = 1,
) -> Iterator[Problem]:
    """Every key of a configuration that the subset does not know, with its line."""
    if isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from unknown_keys(item, schema, file, prefix, first_line)
    if not isinstance(node, yaml.MappingNode) or not schema:
        return
    for key, value in node.value:
        path = f"{prefix}{key.value}"
        if key.value not in schema:
            yield refuse(f"Nyckeln ”{path}”", f"{file}, rad {key.start_mark.line + first_line}")
        else:
            yield from unknown_keys(value, schema[key.value], file, f"{path}.", first_line)


def front_matter_problems(node: yaml.Node | None, file: str, first_line: int) -> Iterator[Problem]:
    """Keys of a page's front matter that would need a feature outside the subset."""
    if not isinstance(node, yaml.MappingNode):
        return
    for key, value in node.value:
        where = f"{file}, rad {key.start_mark.line + first_line}"
        if key.value in _FRONT_MATTER_REFUSED:
            yield refuse(f"Nyckeln ”{key.value}”", where)
        if key.value != "format":
            continue
        if isinstance(value, yaml.ScalarNode) and value.value not in _FORMATS:
            yield refuse(f"Formatet ”{value.value}”", where)
        if isinstance(value, yaml.MappingNode):
            yield from unknown_keys(value, _FORMATS, file, "format.", first_line)


def page_problems(lines: list[Line]) -> Iterator[Problem]:
    """Every construct in a page's text that the subset does not know.

    Parameters
    ----------
    lines
        The page's text after its front matter. Code and raw blocks are recognised and their
        content is left alone.
    """
    for line, opening in _outside_blocks(lines):
        if opening is None:
            yield from _line_problems(line)
        else:
            yield from _fence_problems(opening, line.where)


def code_problems(lines: list[Line]) -> Iterator[Problem]:
    """Code to be run in a page's text, in blocks and in sentences.

    Parameters
    ----------
    lines
        The page's text. Code that is only shown is left alone.
    """
    for line, opening in _outside_blocks(lines):
        if opening is None:
            yield from _code_in_line(line)
        else:
            yield from _code_in_fence(opening, line.where)


def _outside_blocks(lines: list[Line]) -> Iterator[tuple[Line, str | None]]:
    """Every line outside code and raw blocks; one that opens a block, with what it says."""
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
            yield line, None


def _fence_problems(info: str, where: str) -> Iterator[Problem]:
    raw = re.match(r"\{=\s*([\w-]+)\s*\}", info)
    if raw and raw[1] not in _RAW_FORMATS:
        yield refuse(f"Råformatet ”{raw[1]}”", where)
    code = _CODE_BLOCK.match(info)
    if code and code["language"] in _DIAGRAMS:
        yield refuse(f"Diagrammet ({{{code['language']}}})", where)
    yield from _code_in_fence(info, where)


def _code_in_fence(info: str, where: str) -> Iterator[Problem]:
    code = _CODE_BLOCK.match(info)
    if code and (language := code["language"]) not in _DIAGRAMS:
        yield Problem(
            f"Koden i {{{language}}} körs inte: rapporten kör ingen kod i sidor.",
            "Lägg in resultatet som text, tabell eller bild. Ska koden visas, skriv "
            f"```{language} utan klamrar.",
            where,
        )


def _code_in_line(line: Line) -> Iterator[Problem]:
    for code in _CODE_SPAN.finditer(line.text):
        yield Problem(
            f"Koden {code[0]} körs inte: rapporten kör ingen kod i sidor.",
            "Skriv in talet eller texten som koden skulle ge.",
            line.where,
        )


def _line_problems(line: Line) -> Iterator[Problem]:
    for shortcode in _SHORTCODE.finditer(line.text):
        if shortcode["name"] not in SHORTCODES:
            yield refuse(f"Kortkoden ”{shortcode['name']}”", line.where)
    yield from _code_in_line(line)
    visible = re.sub(r"`[^`]*`", "", line.text)
    div = _DIV.match(visible)
    if div and not div["head"].startswith("{"):
        yield from _class_problems([div["head"]], line.where)
    for attributes in _ATTRIBUTES.finditer(visible):
        body = re.sub(r'"[^"]*"', '""', attributes["body"])
        yield from _class_problems(re.findall(r"(?<!\S)\.([\w-]+)", body), line.where)
        for name in _REFUSED_ATTRIBUTE.findall(body):
            yield refuse(f"Attributet ”{name}”", line.where)
        for identifier in re.findall(r"(?<!\S)#([\w-]+)", body):
            if _REFUSED_REFERENCE.match(identifier):
                yield refuse(f"Korsreferensen ”#{identifier}”", line.where)
    for reference in _REFERENCE.finditer(visible):
        if _REFUSED_REFERENCE.match(reference["label"]):
            yield refuse(f"Korsreferensen ”@{reference['label']}”", line.where)


def _class_problems(classes: list[str], where: str) -> Iterator[Problem]:
    for name in classes:
        if _REFUSED_CLASS.match(name):
            yield refuse(f"Blocket ”.{name}”", where)
