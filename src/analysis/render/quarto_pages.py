"""What Quarto's own pages lack, put right after rendering.

A way past the menu, names for the landmarks, and a search that works from a folder on disk.
Each change is an exact replacement; in a Quarto that no longer needs it, nothing is changed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path

SKIP_LINK = (
    '<a class="visually-hidden-focusable" href="#quarto-document-content">Hoppa till innehållet</a>'
)

MENDS = (
    # Two landmarks of one kind, the menu and the list of contents, need names.
    (re.compile(r'<nav class="navbar '), '<nav aria-label="Huvudmeny" class="navbar '),
    # A button that opens a list of links is no menu.
    (re.compile(r'(<button class="navbar-toggler"[^>]*?) role="menu"'), r"\1"),
    (re.compile(r"(<body\b[^>]*>)(?!\s*<a [^>]*#quarto-document-content)"), rf"\1\n{SKIP_LINK}"),
    (
        re.compile(r'(<script src="([^"]*)quarto-search\.js"></script>)'),
        r'<script src="\2search-on-disk.js"></script>\n\1',
    ),
)

SEARCH_FOLDER = Path("site_libs", "quarto-search")

# A browser lets a page opened from disk load scripts, but not fetch the JSON that holds the index.
SEARCH_ON_DISK = """\
if (location.protocol === "file:") {
  const own = document.currentScript.src;
  const fetched = window.fetch;
  window.fetch = (address, ...rest) =>
    /search\\.json$/.test(address)
      ? new Promise((resolve, reject) => {
          const script = document.createElement("script");
          script.src = new URL("search-index.js", own).href;
          script.onload = () => resolve(new Response(JSON.stringify(window.searchIndex)));
          script.onerror = reject;
          document.head.append(script);
        })
      : fetched(address, ...rest);
}
"""


def mend(site: Path, pages: Iterable[Path]) -> None:
    """Put Quarto's pages right, in place.

    Parameters
    ----------
    site
        The output folder.
    pages
        The HTML pages in it.
    """
    for page in pages:
        text = page.read_text("utf-8")
        for pattern, replacement in MENDS:
            text = pattern.sub(replacement, text, count=1)
        page.write_text(text, "utf-8", newline="\n")
    index = site / "search.json"
    if index.is_file():
        folder = site / SEARCH_FOLDER
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "search-on-disk.js").write_text(SEARCH_ON_DISK, "utf-8")
        entries = json.loads(index.read_text("utf-8"))
        script = f"window.searchIndex = {json.dumps(entries, ensure_ascii=False)};\n"
        (folder / "search-index.js").write_text(script, "utf-8")
