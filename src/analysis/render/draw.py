"""Draws figures as SVG, as a separate program so that a hanging browser can be ended.

Reads ``{name: figure}`` as JSON on standard input. kaleido 0.2.1 carries its own browser (Linux);
newer versions use an installed browser.
"""

from __future__ import annotations

import json
import os
import re
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from analysis.render import fonts

WIDTH = 760
FONT = "Source Sans Pro, 'Source Sans 3', 'Segoe UI', sans-serif"
"""The same typeface goes by two names: in the PDF and on the pages. Elsewhere, its likes."""


def main() -> None:
    """Draw every figure given into the folder named as the only argument."""
    folder = Path(sys.argv[1]).resolve()
    figures: dict[str, dict[str, Any]] = json.load(sys.stdin)
    own = version("kaleido").startswith("0.")
    with tempfile.TemporaryDirectory() as aside:
        draw = _with_own_browser(Path(aside)) if own else _with_installed_browser()
        for name, figure in figures.items():
            layout = {"width": WIDTH, **figure["layout"]}
            layout["font"] = {**layout.get("font", {}), "family": FONT}
            svg = draw({"data": figure["data"], "layout": layout})
            (folder / f"{name}.svg").write_text(_stable(svg), encoding="utf-8")


def _with_own_browser(aside: Path) -> Any:
    import kaleido
    import plotly
    from kaleido.scopes.plotly import PlotlyScope

    script = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
    home = Path(kaleido.__file__).parent / "executable"

    class Scope(PlotlyScope):  # type: ignore[misc]
        """Starts the browser itself: kaleido's start script fails in a folder with a space."""

        @classmethod
        def executable_path(cls) -> str:
            return str(home / "bin" / "kaleido")

    # The start script's variables, but for the typefaces: with those of the machine, texts would be
    # measured in one and shown in another. This process does nothing but draw.
    os.environ["LD_LIBRARY_PATH"] = f"{home / 'lib'}:{os.environ.get('LD_LIBRARY_PATH', '')}"
    fonts.lay_out(aside / "fonts")
    places = (aside / "fonts", home / "xdg" / "fonts" / "truetype" / "dejavu")
    listed = "".join(f"<dir>{escape(str(place))}</dir>" for place in places)
    typefaces = aside / "fonts.conf"
    typefaces.write_text(
        f"<fontconfig>{listed}<cachedir>{escape(str(aside))}</cachedir></fontconfig>", "utf-8"
    )
    os.environ["FONTCONFIG_FILE"] = str(typefaces)
    os.environ.pop("LD_PRELOAD", None)
    os.chdir(home)
    # As an address, since a path with Swedish letters is refused.
    scope = Scope(plotlyjs=script.as_uri(), mathjax=None)
    return lambda figure: scope.transform(figure, format="svg").decode("utf-8")


def _with_installed_browser() -> Any:
    import kaleido

    kaleido.start_sync_server(silence_warnings=True)
    return lambda figure: kaleido.calc_fig_sync(figure, opts={"format": "svg"}).decode("utf-8")


def _stable(svg: str) -> str:
    """The same figure as the same bytes: plotly names clip paths, traces and patterns at random."""
    names: dict[str, str] = {}

    def renamed(match: re.Match[str]) -> str:
        return names.setdefault(match[0], f"k{len(names)}")

    return re.sub(
        r"(?:clip|legend|topdefs-|defs-|trace|g|\bp(?=[0-9a-f]{6}-))[0-9a-f]{6}(?:[A-Za-z0-9_-]*)",
        renamed,
        svg,
    )


if __name__ == "__main__":
    main()
