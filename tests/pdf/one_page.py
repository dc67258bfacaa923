"""Documents of one page compiled apart from a run, with a small picture in the place of figures."""

from __future__ import annotations

import io
import shutil
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pypdf

from analysis import render, store
from analysis.render import sheets

PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 480 260"></svg>'
WHEN = datetime(2026, 5, 4, 12, tzinfo=UTC)


def compiled(
    documents: Mapping[str, Any], folder: Path, *, logotype: str = "", **look: object
) -> dict[str, bytes]:
    """The PDFs of documents as plain data, with a look and an SVG as logotype."""
    shutil.copytree(Path(render.__file__).parent / "assets", folder / "assets")
    if logotype:
        store.write_text(folder / "assets" / "logotyp.svg", logotype)
    for path in figures(documents):
        store.write_text(folder / path.lstrip("/"), PICTURE)
    store.write_json(folder / sheets.DATA, {"look": look, "sheets": documents})
    return sheets.compile_all(folder, WHEN)


def figures(documents: Mapping[str, Any]) -> list[str]:
    """The paths of the pictures."""
    return [
        section["figure"]["path"]
        for document in documents.values()
        for row in document["rows"]
        for section in row
        if section["figure"]
    ]


def page_texts(content: bytes) -> list[str]:
    """The words of each page."""
    pages = pypdf.PdfReader(io.BytesIO(content)).pages
    return [" ".join(page.extract_text().split()) for page in pages]
