"""What Quarto's own pages lack, put right after rendering.

A way past the menu, names for the landmarks, tables that scroll by themselves, the way to a page
and on from it, the policy before what it governs, a search that works from a folder on disk, and
style sheets of what is used.
Each change of a page is an exact replacement; in a Quarto that no longer needs it, nothing is
changed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from pathlib import Path

from analysis.render.quarto_navigation import with_ways
from analysis.render.stylesheets import Names, drop_unused

SKIP_LINK = (
    '<a class="visually-hidden-focusable" href="#quarto-document-content">Hoppa till innehållet</a>'
)

PIPE_TABLE = re.compile(r'<table class="caption-top table">.*?</table>', re.DOTALL)
"""A table written in Markdown; those of the notebooks lie in regions of their own already."""

POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>')

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

LIBRARIES = "site_libs"
SEARCH_FOLDER = Path(LIBRARIES, "quarto-search")

# A browser lets a page opened from disk load scripts, but not fetch the JSON that holds the index.
SEARCH_ON_DISK = """\
if (location.protocol === "file:") {
  const own = document.currentScript.src;
  const fetched = window.fetch;
  // Its word for having told that it cannot work so: else it tells, and searches nothing.
  document.addEventListener("DOMContentLoaded", () => {
    window.shownWarning = true;
  });
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


def mend(site: Path, pages: Collection[Path]) -> None:
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
        if policy := POLICY.search(text):
            # A policy governs only what comes after it.
            text = POLICY.sub("", text, count=1).replace("<head>", f"<head>\n{policy[0]}", 1)
        text = PIPE_TABLE.sub(_scrollable, text)
        text = with_ways(text, page.relative_to(site).as_posix())
        page.write_text(text, "utf-8", newline="\n")
    names = Names.of(pages, site.rglob("*.js"))
    for sheet in (site / LIBRARIES).rglob("*.css"):
        sheet.write_text(drop_unused(sheet.read_text("utf-8"), names), "utf-8", newline="\n")
    index = site / "search.json"
    if index.is_file():
        folder = site / SEARCH_FOLDER
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "search-on-disk.js").write_text(SEARCH_ON_DISK, "utf-8")
        entries = json.loads(index.read_text("utf-8"))
        script = f"window.searchIndex = {json.dumps(entries, ensure_ascii=False)};\n"
        (folder / "search-index.js").write_text(script, "utf-8")


def _scrollable(table: re.Match[str]) -> str:
    """A table that scrolls by itself on a narrow screen, as in the embedded engine."""
    name = re.search(r"<caption>(.*?)</caption>", table[0], re.DOTALL)
    label = re.sub(r"<[^>]*>", "", name[1]).strip() if name else "Tabell"
    return (
        f'<div class="table-responsive" role="group" tabindex="0" aria-label="{label}">'
        f"{table[0]}</div>"
    )
