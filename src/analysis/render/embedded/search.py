"""The search index of the embedded engine's site."""

from __future__ import annotations

import json
from collections.abc import Mapping

from analysis.render.html_pages import HtmlPage

SECTION_LIMIT = 1200
"""Characters of a section that are searched; longer ones are tables of figures."""


def search_index(pages: Mapping[str, HtmlPage]) -> str:
    """The search index as a script, since a page opened as a file may load scripts but not JSON.

    Parameters
    ----------
    pages
        Finished pages by their place in the site, or in one file by ``#`` and their identifier.

    Returns
    -------
    str
        JavaScript. Each entry holds the address, the page's title, the section's heading and text.
    """
    entries = []
    for path, page in pages.items():
        title = page.sections[0].heading if page.sections else path
        entries += [
            {
                "u": _address(path, section.anchor),
                "p": title,
                "s": "" if section.heading == title else section.heading,
                "t": section.text[:SECTION_LIMIT],
            }
            for section in page.sections
        ]
    text = json.dumps(entries, ensure_ascii=False, separators=(",", ":"))
    return f"window.siteSearchIndex = {text};\n"


def _address(path: str, anchor: str) -> str:
    # In one file, the name of a heading begins with its page's and stands alone.
    return f"{'' if path.startswith('#') else path}#{anchor}" if anchor else path
