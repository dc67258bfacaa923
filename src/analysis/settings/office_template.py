"""Checks of the municipality's templates: of Word for the draft, of PowerPoint for workshops."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

from analysis.errors import Problem

MAIN = {
    ".docx": ("word/styles.xml", "Word", "inget helt", "Word-dokument"),
    ".pptx": ("ppt/presentation.xml", "PowerPoint", "ingen hel", "PowerPoint-presentation"),
}
"""A part that every file of a kind has, its program, and what the file is called."""


def template_problems(path: Path) -> Iterator[Problem]:
    """What is wrong with a template as a file, whatever is in it.

    Parameters
    ----------
    path
        A DOCX or PPTX file.
    """
    main, program, no_whole, name = MAIN[path.suffix]
    where = f"{path.parent.name}/{path.name}"
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            ElementTree.fromstring(archive.read(main))
            parts = [archive.read(name) for name in names if name.endswith(".rels")]
            relations = [one for part in parts for one in ElementTree.fromstring(part)]
    except (zipfile.BadZipFile, KeyError, ElementTree.ParseError):
        fix = f"Öppna mallen i {program} och spara den som {name} ({path.suffix})."
        yield Problem(f"Filen är {no_whole} {name}.", fix, where)
        return
    if any("vbaProject" in name for name in names):
        yield Problem("Mallen har makron.", f"Spara den som {name} ({path.suffix}).", where)
    if any(
        one.get("TargetMode") == "External" and not str(one.get("Type")).endswith("/hyperlink")
        for one in relations
    ):
        yield Problem(
            "Mallen hämtar något utifrån, till exempel en bild eller en annan mall.",
            "Lägg in bilden i dokumentet, och ta bort kopplingen till den andra mallen.",
            where,
        )
