"""The figures' pictures for readers to take: the files, and the list on the page of pictures."""

from __future__ import annotations

import html
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from analysis.present.markdown import literal
from analysis.present.texts import say
from analysis.render import pictures
from analysis.render.pictures import Shown
from analysis.site.material import DOWNLOADS, Page

KINDS = (("png", "PNG"), ("svg", "SVG"))


def lay_out(pages: Sequence[Page], drawn: Path, folder: Path) -> str:
    """Copy the pictures of the site's pages into a build folder.

    Parameters
    ----------
    pages
        The executed pages.
    drawn
        The folder of the pictures.
    folder
        The build folder.

    Returns
    -------
    str
        The list of them as Markdown: each picture with its name, its page and its files.
    """
    (folder / DOWNLOADS).mkdir()
    rows = []
    for page in pages:
        figures = pictures.of_page(page.executed, page.name) if page.web else []
        shown = [one for one in figures if pictures.is_drawn(drawn / f"{one.name}.svg")]
        for figure in shown:
            for kind, _ in KINDS:
                shutil.copy(drawn / f"{figure.name}.{kind}", folder / DOWNLOADS)
            rows.append(_row(figure, page))
    if not rows:
        return f"{literal(say('bilder.ingen_bild'))}\n"
    told = "\n".join(rows)
    return f'```{{=html}}\n<ul class="nki-pictures">\n{told}\n</ul>\n```\n'


def _row(figure: Shown, page: Page) -> str:
    title = html.escape(figure.title)
    links = " ".join(_links(figure))
    # The picture says nothing that its name and the page do not say: no text of its own.
    return (
        f'<li><img src="{DOWNLOADS}/{figure.name}.svg" alt="" loading="lazy">'
        f'<p><a href="{page.name}.html#fig-{figure.key}">{title}</a></p>'
        f"<p>{html.escape(page.front['title'])}</p><p>{links}</p></li>"
    )


def _links(figure: Shown) -> Iterator[str]:
    for ending, kind in KINDS:
        name = html.escape(say("bilder.hamta", titel=figure.title, slag=kind))
        place = f"{DOWNLOADS}/{figure.name}.{ending}"
        yield f'<a href="{place}" download aria-label="{name}">{kind}</a>'
