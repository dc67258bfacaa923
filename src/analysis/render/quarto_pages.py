"""Corrections of Quarto's pages after rendering.

A way past the menu, names for the landmarks, tables that scroll separately, the right mark of
the current page, each id once, the policy before what it governs, and a search that works from a
folder on disk.
Each change of a page is an exact replacement; in a Quarto that no longer needs it, nothing is
changed.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

SKIP_LINK = (
    '<a class="visually-hidden-focusable" href="#quarto-document-content">Hoppa till innehållet</a>'
)

PIPE_TABLE = re.compile(r'<table class="caption-top table">.*?</table>', re.DOTALL)
"""A table written in Markdown; tables from notebooks already have scrolling regions."""

SECOND_CONTENTS = re.compile(r'(?<=<nav id="TOC-body").*?</nav>', re.DOTALL)
"""The list of contents above the text, which repeats the ids of the one beside it."""

POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>')

MENDS = (
    # Landmarks of one kind need names, and Swedish ones.
    (re.compile(r'<nav class="navbar '), '<nav aria-label="Huvudmeny" class="navbar '),
    (re.compile(r'(<nav class="quarto-page-[^>]*)"breadcrumb"'), r'\1"Länkstig"'),
    (
        re.compile(r'<nav class="page-navigation"'),
        '<nav aria-label="Föregående och nästa sida" class="page-navigation"',
    ),
    # Quarto marks the menu's first page as current on every page, since the side menu repeats it.
    (re.compile(r'(<a class="nav-link) active" (href="[^"]*") aria-current="page"'), r'\1" \2'),
    # A button that opens a list of links must not have the role of a menu.
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


def mend(site: Path) -> None:
    """Correct Quarto's pages in place.

    Parameters
    ----------
    site
        The output folder.
    """
    for page in site.rglob("*.html"):
        text = page.read_text("utf-8")
        for pattern, replacement in MENDS:
            text = pattern.sub(replacement, text)
        own = f'href="./{page.name}"'
        text = text.replace(
            f'class="nav-link" {own}', f'class="nav-link active" {own} aria-current="page"'
        )
        if policy := POLICY.search(text):
            # A policy governs only what comes after it.
            text = POLICY.sub("", text, count=1).replace("<head>", f"<head>\n{policy[0]}", 1)
        text = PIPE_TABLE.sub(_scrollable, text)
        text = SECOND_CONTENTS.sub(lambda found: re.sub(r' id="[^"]*"', "", found[0]), text)
        page.write_text(text, "utf-8", newline="\n")
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
