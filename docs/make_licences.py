"""Writes ``licences.md``: every pinned package of a run, its version and its licence.

``python docs/make_licences.py``, with the environment of ``run.py``. Read from what the packages
say about themselves; nothing is fetched. What only other systems need stands in `ELSEWHERE`, as its
own wheel says.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from importlib.metadata import PackageMetadata, PackageNotFoundError, metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "licences.md"
PINS = ROOT / "requirements.txt"
PIN = re.compile(r"^([a-z0-9._-]+)==(\S+)(?: ; (.+?))? \\$", re.MULTILINE | re.IGNORECASE)
HEAD = """# Licences

What a run uses, as pinned with hashes in `requirements.txt`, and the licence each package states.
Made by `python docs/make_licences.py`; a test keeps it current. Kept in the repository itself:
plotly.js (MIT) and the fonts Source Sans 3 (SIL OFL 1.1, their licence lies beside them). Three
packages carry a program that is run as it is: pypandoc_binary pandoc (GPL-2.0-or-later), typst
Typst (Apache-2.0), kaleido Chromium (BSD-3-Clause).

| package | version | licence |
|---|---|---|
"""
OTHER_SYSTEM = "(another system or Python)"
ELSEWHERE = {
    ("aiohappyeyeballs", "2.7.1"): "Python Software Foundation License",
    ("aiohttp", "3.14.5"): "Apache-2.0 AND MIT",
    ("aiosignal", "1.4.0"): "Apache Software License",
    ("appnope", "1.0.0"): "BSD-2-Clause",
    ("choreographer", "1.4.0"): "MIT",
    ("colorama", "0.4.6"): "BSD License",
    ("frozenlist", "1.8.0"): "Apache-2.0",
    ("kaleido", "1.5.0"): "The MIT License (MIT)",
    ("numpy", "2.5.5"): "BSD-3-Clause AND 0BSD AND MIT AND Zlib AND CC0-1.0",
    ("logistro", "2.0.1"): "MIT License",
    ("multidict", "7.2.1"): "Apache-2.0",
    ("propcache", "0.5.4"): "Apache-2.0",
    ("pywinpty", "3.1.2"): "MIT License",
    ("simplejson", "4.3.0"): "MIT OR AFL-2.1",
    ("yarl", "1.25.1"): "Apache-2.0",
    ("scipy", "1.18.1"): "BSD License",
}
"""Licences by package and version of what is not installed on Linux with the oldest Python."""


def main() -> int:
    """Write the page."""
    PAGE.write_text(page(), "utf-8", newline="\n")
    return 0


def page() -> str:
    """The page's whole text."""
    return HEAD + "".join(f"| {name} | {version} | {told} |\n" for name, version, told in rows())


def rows() -> Iterator[tuple[str, str, str]]:
    """Package, pinned version and licence of every pin."""
    for name, version, _ in PIN.findall(PINS.read_text("utf-8")):
        try:
            about = metadata(name)
        except PackageNotFoundError:
            about = None
        # Of two pins of one package, each for its systems, one is installed.
        known = about is not None and about["Version"] == version
        elsewhere = ELSEWHERE.get((name, version), OTHER_SYSTEM)
        yield name, version, licence(about) if about and known else elsewhere


def licence(of: PackageMetadata) -> str:
    """The licence a package states: as an expression, in its classifiers, or in words."""
    if of.get("License-Expression"):
        return str(of["License-Expression"])
    classifiers = [
        text.rpartition(" :: ")[2]
        for text in of.get_all("Classifier") or []
        if text.startswith("License :: ") and text != "License :: OSI Approved"
    ]
    if classifiers:
        return ", ".join(classifiers)
    words = str(of.get("License") or "").strip().splitlines()
    return words[0][:60] if words else "not stated"


if __name__ == "__main__":
    sys.exit(main())
