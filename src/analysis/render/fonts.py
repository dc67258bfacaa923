"""The report's own typeface, for PDFs and pictures."""

from __future__ import annotations

import shutil
from pathlib import Path

import font_source_sans_pro


def lay_out(folder: Path) -> None:
    """Copy the typeface into a new folder, in one format only.

    The package holds each font as TTF and as OTF; typst could take either on different machines.
    """
    folder.mkdir()
    for font in font_source_sans_pro.font_files_ttf.values():
        shutil.copyfile(font, folder / Path(font).name)
