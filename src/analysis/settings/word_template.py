"""Checks of the Word template whose styles, headers and footers the draft takes."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

from analysis.errors import Problem

STYLES = "word/styles.xml"


def template_problems(path: Path) -> Iterator[Problem]:
    """What is wrong with a Word template.

    Parameters
    ----------
    path
        A DOCX file.
    """
    where = f"{path.parent.name}/{path.name}"
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            ElementTree.fromstring(archive.read(STYLES))
            parts = [archive.read(name) for name in names if name.endswith(".rels")]
            relations = [one for part in parts for one in ElementTree.fromstring(part)]
    except (zipfile.BadZipFile, KeyError, ElementTree.ParseError):
        fix = "Öppna mallen i Word och spara den som Word-dokument (.docx)."
        yield Problem("Filen är inget helt Word-dokument.", fix, where)
        return
    if any("vbaProject" in name for name in names):
        yield Problem("Mallen har makron.", "Spara den som Word-dokument (.docx).", where)
    if any(
        one.get("TargetMode") == "External" and not str(one.get("Type")).endswith("/hyperlink")
        for one in relations
    ):
        yield Problem(
            "Mallen hämtar något utifrån, till exempel en bild eller en annan mall.",
            "Lägg in bilden i dokumentet, och ta bort kopplingen till den andra mallen.",
            where,
        )
