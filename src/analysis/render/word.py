"""The Word document that the made ones take their form from: the municipality's, or a plain one."""

from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
from pathlib import Path

import pypandoc

A4 = (
    '<w:pgSz w:w="11906" w:h="16838" /><w:pgMar w:top="1417" w:right="1417" w:bottom="1417" '
    'w:left="1417" w:header="708" w:footer="708" w:gutter="0" />'
)
"""Pandoc's own template has no size of the page, and Word then takes US Letter."""
CHANGED = {
    "word/document.xml": {"</w:sectPr>": f"{A4}</w:sectPr>"},
    # Running text of 10.5 points with 6 after it, as close as in the PDF.
    "word/styles.xml": {
        '<w:sz w:val="24" />': '<w:sz w:val="21" />',
        '<w:szCs w:val="24" />': '<w:szCs w:val="21" />',
        '<w:spacing w:after="200" />': '<w:spacing w:after="120" />',
    },
}
"""What is written otherwise in which part of pandoc's own template."""


def lay_template(own: Path | None, target: Path) -> None:
    """Lay the municipality's template in a build folder, or pandoc's own on A4 in smaller type.

    Parameters
    ----------
    own
        The municipality's template.
    target
        Where it is laid.
    """
    if own:
        shutil.copyfile(own, target)
        return
    asked = [pypandoc.get_pandoc_path(), "--print-default-data-file", "reference.docx"]
    plain = subprocess.run(asked, capture_output=True, check=True).stdout
    with (
        zipfile.ZipFile(io.BytesIO(plain)) as parts,
        zipfile.ZipFile(target, "w") as made,
    ):
        for name in parts.namelist():
            content = parts.read(name).decode("utf-8")
            for before, after in CHANGED.get(name, {}).items():
                content = content.replace(before, after, 1)
            # Pandoc dates its parts now, and the documents take the dates over: same input, same
            # bytes.
            made.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
