"""The whole report as one HTML file that needs no other: style, scripts, fonts and pictures inside.

It must work where a page may fetch nothing and keep nothing (a frame with ``sandbox``), opened from
a disk, without scripts and on paper. Each page is a section, and its identifiers begin with the
page's own.
"""

from __future__ import annotations

import base64
import hashlib
import mimetypes
import re
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

from analysis.render import pictures
from analysis.render.html_pages import IN_CSS, is_local, read_page

from .convert import HERE, convert
from .search import search_index
from .site import around, as_list, frame, in_site, page_options, text
from .source import SourcePage
from .whole import FIGURES, Whole

POLICY = (
    "default-src 'none'; script-src '{digest}'; style-src 'unsafe-inline'; img-src data:; "
    "font-src data:; base-uri 'none'; form-action 'none'"
)
TEMPLATES = HERE / "templates"
TAG = re.compile(r"""<[a-zA-Z](?:[^>"']|"[^"]*"|'[^']*')*>""")
ATTRIBUTE = re.compile(
    r"\s(?P<name>id|for|headers|href|src|aria-(?:labelledby|describedby|controls|details|owns))"
    r'="(?P<value>[^"]*)"'
)
"""What names a place in a page or leads to one."""
ADDRESSES = ("href", "src")
FIGURE = re.compile(
    r'<p class="visually-hidden">(?P<alt>[^<]*)</p>\s*<div class="nki-plot" '
    r'data-picture="(?P<key>[^"]*)" data-title="(?P<title>[^"]*)"[^>]*></div>\s*'
    r'<script type="application/json">.*?</script>',
    re.DOTALL,
)
# Scripts of the site, and those of a municipality's own page, which the site does not run either.
SCRIPT = re.compile(r"<script\b.*?</script>\s*", re.DOTALL)
SVG_START = re.compile(r'<svg [^>]*?width="(?P<width>[\d.]+)" height="(?P<height>[\d.]+)"[^>]*>')
SVG_NAME = re.compile(r'(?P<start> id="|url\((?:&quot;)?#|xlink:href="#)')


def whole_html(whole: Whole) -> str:
    """The report as one file."""
    with ThreadPoolExecutor(4) as pool:
        made = pool.map(partial(_section, whole), whole.pages)
        sections = dict(zip(whole.names.values(), made, strict=True))
    project, first = whole.project, whole.pages[0]
    options = first.options("html", project.settings)
    sheets = [HERE / "assets" / name for name in ("embedded.css", "whole.css")]
    sheets[1:1] = [project.folder / str(sheet) for sheet in as_list(options.get("css"))]
    script = _script(sections)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    inside = {
        "policy": POLICY.format(digest=f"sha256-{digest}"),
        "styles": "\n".join(map(_style, sheets)),
        "sections": "\n".join(sections.values()),
        "script": script,
    }
    # Its text is the sections; the frame is the same as of every page. What is large or must stay
    # as it is to the byte is put in last.
    page = SourcePage(PurePosixPath("rapport.qmd"), {}, ())
    file = convert(
        project,
        page,
        "html5",
        template=TEMPLATES / "page.html",
        metadata={
            **frame(project, page),
            "window-title": project.title,
            "single": True,
            "files": whole.front["files"],
        },
        variables={**around(project, options), **{name: f"[[{name}]]" for name in inside}},
    )
    file = TAG.sub(partial(_rewritten, whole, page), file)
    return re.sub(rf"\[\[({'|'.join(inside)})\]\]", lambda found: inside[found[1]], file)


def _section(whole: Whole, page: SourcePage) -> str:
    """A page as a section: names of its own, links to sections, its figures as pictures."""
    project = whole.project
    made = convert(
        project,
        page,
        "html5",
        template=TEMPLATES / "section.html",
        metadata={**text(project, page), "page-id": whole.names[str(page.path)]},
        options=page_options(page.options("html", project.settings)),
    )
    made = TAG.sub(partial(_rewritten, whole, page), made)
    made = FIGURE.sub(partial(_figure, whole, page), made)
    return SCRIPT.sub("", made)


def _rewritten(whole: Whole, page: SourcePage, tag: re.Match[str]) -> str:
    """A tag with the page's name before its identifiers, and with addresses within the file."""
    own = whole.names.get(str(page.path), "")

    def named(identifier: str) -> str:
        return identifier if identifier == own or not own else f"{own}--{identifier}"

    def attribute(found: re.Match[str]) -> str:
        name, value = found["name"], found["value"]
        if name in ADDRESSES:
            value = _address(whole, page, value, named)
        else:
            value = " ".join(map(named, value.split()))
        return f' {name}="{value}"' if value else ""

    return ATTRIBUTE.sub(attribute, tag[0])


def _address(whole: Whole, page: SourcePage, address: str, named: Callable[[str], str]) -> str:
    """Where an address leads in the file; empty when it leads to a file that does not follow."""
    if not is_local(address):
        return address
    parts = urlsplit(address)
    if not parts.path:
        return f"#{named(parts.fragment)}" if parts.fragment else ""
    project = whole.project
    place = in_site(parts.path, page, {str(one.path): one for one in project.pages})
    linked = next((one for one in whole.pages if one.output("html").as_posix() == place), None)
    if linked:
        name = whole.names[str(linked.path)]
        return f"#{name}--{parts.fragment}" if parts.fragment else f"#{name}"
    file = project.folder / place
    kind = mimetypes.guess_type(file.name)[0] or ""
    return _data(file) if kind.startswith("image/") and file.is_file() else ""


def _figure(whole: Whole, page: SourcePage, found: re.Match[str]) -> str:
    """A figure's picture in its place, with its name and what it shows in words."""
    name = pictures.named(page.path.with_suffix("").as_posix(), found["key"])
    picture = (whole.project.folder / FIGURES / f"{name}.svg").read_text("utf-8")
    inside = SVG_NAME.sub(rf"\g<start>{name}-", picture)
    start = (
        r'<svg class="main-svg" xmlns="http://www.w3.org/2000/svg" role="img" '
        r'viewBox="0 0 \g<width> \g<height>" '
        rf'aria-labelledby="{name}-t {name}-d">'
    )
    told = f'<title id="{name}-t">{found["title"]}</title><desc id="{name}-d">{found["alt"]}</desc>'
    start_tag = SVG_START.match(inside)
    if start_tag is None:
        raise ValueError(f"{name}.svg has no size")
    drawing = start_tag.expand(start) + told + inside[start_tag.end() :]
    frame = f'<div class="nki-plot" role="group" tabindex="0" aria-label="{found["title"]}">'
    return f"{frame}{drawing}</div>"


def _script(sections: Mapping[str, str]) -> str:
    """What is searched, and the script of every page.

    Parameters
    ----------
    sections
        The pages' HTML by their identifier.
    """
    pages = {name: read_page(f"<main>{section}</main>") for name, section in sections.items()}
    index = search_index({f"#{name}": page for name, page in pages.items()})
    # Text of the report must neither close the script nor look like markup in it.
    index = index.replace("<", r"\u003c")
    return f"{index}{(HERE / 'assets' / 'embedded.js').read_text('utf-8')}"


def _style(sheet: Path) -> str:
    """A style sheet with its fonts and pictures inside."""

    def inlined(found: re.Match[str]) -> str:
        address = found[1]
        return (
            found[0].replace(address, _data(sheet.parent / address))
            if is_local(address)
            else found[0]
        )

    return IN_CSS.sub(inlined, sheet.read_text("utf-8"))


def _data(file: Path) -> str:
    kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    return f"data:{kind};base64,{base64.b64encode(file.read_bytes()).decode()}"
