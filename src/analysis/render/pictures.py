"""Vector pictures of the figures in the PDFs, drawn by kaleido in a separate process.

One browser start serves all figures. Without a browser, the picture is a note that points to the
table, and the run goes on.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

TIME_LIMIT = 180
FIGURE = re.compile(
    r'<script type="application/json">(?P<plot>.*?)</script>.*'
    r"!\[\]\(figurer/(?P<name>[a-z0-9_-]+)\.svg\)",
    re.DOTALL,
)
"""A figure's data, and the name of its picture, in the Markdown of a notebook."""


def write(figures: Mapping[str, Any], folder: Path) -> list[str]:
    """Draw figures.

    Parameters
    ----------
    figures
        Plotly's data and layout by the name of the picture (`of_notebook`, `of_sheets`).
    folder
        Where ``<name>.svg`` is written.

    Returns
    -------
    list of str
        Swedish warnings, empty when all went well.
    """
    folder.mkdir(parents=True, exist_ok=True)
    return _draw(figures, folder)


def of_notebook(notebook: Path) -> dict[str, Any]:
    """The figures of an executed notebook, which carry Plotly JSON and name their picture."""
    found: dict[str, Any] = {}
    for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]:
        for output in cell.get("outputs", []):
            markdown = "".join(output.get("data", {}).get("text/markdown", ""))
            if match := FIGURE.search(markdown):
                plot = json.loads(match["plot"])
                found[match["name"]] = {"data": plot["data"], "layout": plot["layout"]}
    return found


def of_sheets(sheets: Path) -> dict[str, Any]:
    """The figures of the documents of one page (`analysis.present.sheet`)."""
    return {
        section["figure"]["name"]: section["figure"]["plot"]
        for sheet in json.loads(sheets.read_text(encoding="utf-8")).values()
        for row in sheet["rows"]
        for section in row
        if section["figure"]
    }


def _draw(figures: Mapping[str, Any], folder: Path) -> list[str]:
    # Aside, so that a drawing process that outlives a killed run overwrites nothing.
    with tempfile.TemporaryDirectory(dir=folder.parent) as aside:
        try:
            done = subprocess.run(
                [sys.executable, "-m", "analysis.render.draw", aside],
                input=json.dumps(figures),
                capture_output=True,
                text=True,
                encoding="utf-8",
                timeout=TIME_LIMIT,
                check=False,
            )
            failed = done.returncode != 0
        except subprocess.TimeoutExpired:
            failed = True
        if not failed:
            for name in figures:
                Path(aside, f"{name}.svg").replace(folder / f"{name}.svg")
            return []
    for name in figures:
        (folder / f"{name}.svg").write_text(PLACEHOLDER, encoding="utf-8")
    return [
        "Figurerna i bilagan kunde inte ritas på datorn. Bilagan hänvisar till "
        "tabellerna i stället."
    ]


def drawable() -> bool:
    """Whether figures can be drawn on this machine, tried with a small one."""
    figure = {"data": [], "layout": {"width": 100, "height": 100}}
    with tempfile.TemporaryDirectory() as folder:
        return not _draw({"prov": figure}, Path(folder))


PLACEHOLDER = """\
<svg xmlns="http://www.w3.org/2000/svg" width="700" height="60" viewBox="0 0 700 60">
<rect width="700" height="60" fill="#f4f7f9"/>
<text x="350" y="36" font-family="Source Sans Pro" font-size="16" text-anchor="middle">\
Figuren kunde inte ritas. Talen står i tabellerna.</text>
</svg>
"""
