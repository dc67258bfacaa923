"""Pictures of the figures: vector ones, drawn by kaleido in a separate process, and bitmaps.

One browser start serves all figures that have to be drawn. A figure is drawn once: a drawing is
kept under the digest of its data, for all places where the figure stands and for later runs.
Without a browser, the picture is a note that points to the table, and the run goes on.
"""

from __future__ import annotations

import html
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis import store
from analysis.render import typesetting
from analysis.render.draw import FONT

TIME_LIMIT = 180
FIGURE = re.compile(
    r'data-picture="(?P<key>[a-z0-9_-]+)" data-title="(?P<title>[^"]*)".*'
    r'<script type="application/json">(?P<plot>.*?)</script>',
    re.DOTALL,
)
"""A figure's key, name and data in the Markdown of a notebook."""
SIZE = re.compile(r'width="(\d+)" height="(\d+)"(?: style="[^"]*")? viewBox="0 0 \1 \2"')
MARK = 22
"""Pixels below a picture for the mark of the report."""
SHARPNESS = 144
"""Dots per inch of the bitmaps: a picture of 760 pixels gets 1,140, enough across a Word page."""


@dataclass(frozen=True)
class Shown:
    """A figure of a page.

    Parameters
    ----------
    name
        The name of its picture (`named`).
    key
        The end of its label ``fig-…``.
    title
        What it is called.
    plot
        Plotly's data and layout.
    """

    name: str
    key: str
    title: str
    plot: Mapping[str, Any]


def named(page: str, key: str) -> str:
    """The name of the picture of a page's figure: pages may have figures of the same key.

    >>> named("omraden/bygglov", "utveckling")
    'omraden-bygglov-utveckling'
    """
    return f"{page.replace('/', '-')}-{key}"


def write(
    figures: Mapping[str, Any], folder: Path, drawings: store.Kept, mark: str = ""
) -> list[str]:
    """Write the picture of each figure.

    Parameters
    ----------
    figures
        Plotly's data and layout by the name of the picture (`of_page`, `of_sheets`).
    folder
        Where ``<name>.svg`` is written.
    drawings
        The drawings of earlier runs, without marks.
    mark
        What every picture bears, since it may be taken from its page: of made-up answers, of a
        part of a year.

    Returns
    -------
    list of str
        Swedish warnings, empty when all went well.
    """
    folder.mkdir(parents=True, exist_ok=True)
    told = {name: json.dumps(figure, sort_keys=True) for name, figure in figures.items()}
    found = {one: drawings.get(one) for one in told.values()}
    drawings.forget_others()
    if missing := [one for one, drawing in found.items() if drawing is None]:
        for one, drawing in _draw(missing).items():
            drawings.keep(one, drawing)
            found[one] = drawing
    for name, one in told.items():
        shown = found[one]
        content = PLACEHOLDER if shown is None else _marked(shown, mark)
        (folder / f"{name}.svg").write_text(content, encoding="utf-8")
    return [NOT_DRAWN] if None in found.values() else []


def bitmaps(names: Collection[str], folder: Path) -> None:
    """Write ``<name>.png`` beside the vector picture of each name, on white.

    typst draws them, in our typeface: the same picture is the same bytes on every computer.
    """
    ordered = sorted(names)
    if not ordered:
        return
    pages = [f'#page(image("/{name}.svg"))' for name in ordered]
    frame = "#set page(width: auto, height: auto, margin: 0pt, fill: white)"
    with tempfile.TemporaryDirectory(dir=folder) as aside:
        markup = Path(aside, "bilder.typ")
        markup.write_text("\n".join([frame, *pages]), encoding="utf-8")
        with typesetting.compiler(markup, folder) as compiler:
            made = compiler.compile(format="png", ppi=SHARPNESS)
    # One page alone comes as it is, several as a list.
    contents = made if isinstance(made, list) else [made or b""]
    for name, content in zip(ordered, contents, strict=True):
        (folder / f"{name}.png").write_bytes(content)


def of_page(notebook: Path, page: str) -> list[Shown]:
    """The figures of an executed notebook, which carry Plotly JSON and their names.

    Parameters
    ----------
    notebook
        The executed notebook.
    page
        The page's path in the site without an ending.
    """
    return [
        Shown(
            named(page, match["key"]),
            match["key"],
            html.unescape(match["title"]),
            {key: json.loads(match["plot"])[key] for key in ("data", "layout")},
        )
        for markdown in _outputs(notebook)
        if (match := FIGURE.search(markdown))
    ]


def _outputs(notebook: Path) -> Iterator[str]:
    for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]:
        for output in cell.get("outputs", []):
            yield "".join(output.get("data", {}).get("text/markdown", ""))


def of_sheets(sheets: Path) -> dict[str, Any]:
    """The figures of the documents of one page (`analysis.present.sheet`)."""
    return {
        section["figure"]["name"]: section["figure"]["plot"]
        for sheet in json.loads(sheets.read_text(encoding="utf-8")).values()
        for row in sheet["rows"]
        for section in row
        if section["figure"]
    }


def _draw(figures: Sequence[str]) -> dict[str, str]:
    """The picture of each figure, given and found as JSON; of none when it cannot be done."""
    names = {f"figur-{number}": figure for number, figure in enumerate(figures)}
    given = ",".join(f"{json.dumps(name)}:{figure}" for name, figure in names.items())
    # Aside, so that a drawing process that outlives a killed run overwrites nothing.
    with tempfile.TemporaryDirectory() as aside:
        try:
            done = subprocess.run(
                [sys.executable, "-m", "analysis.render.draw", aside],
                input=f"{{{given}}}",
                capture_output=True,
                text=True,
                encoding="utf-8",
                timeout=TIME_LIMIT,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return {}
        if done.returncode:
            return {}
        return {
            figure: Path(aside, f"{name}.svg").read_text("utf-8") for name, figure in names.items()
        }


def _marked(svg: str, mark: str) -> str:
    """A picture with a line below it for the mark; as it is without one."""
    size = SIZE.search(svg)
    if not (mark and size):
        return svg
    width, height = (int(number) for number in size.groups())
    taller = f'width="{width}" height="{height + MARK}" viewBox="0 0 {width} {height + MARK}"'
    line = (
        f'<text x="{width - 8}" y="{height + 14}" text-anchor="end" font-size="13" '
        f'font-family="{FONT}">{html.escape(mark)}</text></svg>'
    )
    return f"{svg[: size.start()]}{taller}{svg[size.end() :]}".removesuffix("</svg>") + line


def is_drawn(picture: Path) -> bool:
    """Whether a vector picture shows its figure."""
    return picture.read_text("utf-8") != PLACEHOLDER


def drawable() -> bool:
    """Whether figures can be drawn on this machine, tried with a small one."""
    figure = {"data": [], "layout": {"width": 100, "height": 100}}
    return bool(_draw([json.dumps(figure)]))


NOT_DRAWN = (
    "Figurerna kunde inte ritas som bilder på datorn. PDF-filerna och rapport.html hänvisar "
    "till tabellerna i stället."
)
PLACEHOLDER = """\
<svg xmlns="http://www.w3.org/2000/svg" width="700" height="60" viewBox="0 0 700 60">
<rect width="700" height="60" fill="#f4f7f9"/>
<text x="350" y="36" font-family="Source Sans Pro" font-size="16" text-anchor="middle">\
Figuren kunde inte ritas. Talen står i tabellerna.</text>
</svg>
"""
