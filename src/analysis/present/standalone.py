"""A part of a page as HTML that needs no page around it: for notebooks that a person opens.

The report's style sheet and scripts go along. The pipeline's kernels make no such HTML, for the
pages have style sheet and scripts of their own.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

ASSETS = Path(__file__).parent / "assets"
OF_NOTEBOOKS = "figure { margin: 0 } tbody tr { background: none !important }"
"""Takes back what Jupyter gives every figure and table."""


def of(content: str, *, figure: bool = False) -> str:
    """HTML with the report's look.

    Parameters
    ----------
    content
        HTML as on the page.
    figure
        Whether the content is drawn by the report's scripts.
    """
    scripts = _scripts() if figure else ""
    return f'<div class="nki-notebook"><style>{_styles()}</style>{content}</div>{scripts}'


@cache
def _styles() -> str:
    """The style sheet of the pages, for what lies in the division only."""
    sheet = (ASSETS / "report.css").read_text("utf-8")
    sheet = re.sub(r"@font-face \{.*?\}|/\*.*?\*/", "", sheet, flags=re.DOTALL)
    inside = re.sub(r"^( *)(?::root|main\b|\.content\b)", r"\1&", sheet, flags=re.MULTILINE)
    return f".nki-notebook {{ {' '.join(inside.split())} {OF_NOTEBOOKS} }}"


@cache
def _scripts() -> str:
    library, drawing = (
        (ASSETS / name).read_text("utf-8") for name in ("plotly-basic.min.js", "report.js")
    )
    # The library would hand itself to a module loader, which a notebook's page may have.
    return f"<script>(function (module) {{{library}}})();</script><script>{drawing}</script>"
