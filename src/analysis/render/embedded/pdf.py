"""Turns a page's typst markup into a tagged, archivable PDF, the same bytes for the same input.

Only compiling and its errors: the look lies in the two template partials of the project.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from analysis.errors import RenderingError
from analysis.render import typesetting
from analysis.store import SITE_SETTINGS

from .convert import HERE, convert
from .project import SiteProject
from .site import as_list, swedish_date
from .source import SourcePage

PARTIALS = ("typst-template.typ", "typst-show.typ")


def render_pdf(project: SiteProject, page: SourcePage, timestamp: datetime) -> tuple[str, ...]:
    """Write the PDF of a page.

    Parameters
    ----------
    project, page
        The build folder and the page.
    timestamp
        The date in the PDF; has no other effect.

    Returns
    -------
    tuple of str
        typst's warnings as Swedish sentences.

    Raises
    ------
    RenderingError
        A partial is missing, or typst refuses the document, for example for a missing alt text.
    """
    content, remarks = document(project, page, timestamp)
    target = project.output / page.output("typst")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)
    return remarks


def document(
    project: SiteProject, page: SourcePage, timestamp: datetime
) -> tuple[bytes, tuple[str, ...]]:
    """The PDF of a page, and typst's warnings; as `render_pdf`, which writes it."""
    options = page.options("typst", project.settings)
    # The markup is written beside its page, so that typst finds the pictures; hidden, since the
    # folder may be copied meanwhile.
    markup = (project.folder / page.path).with_name(f".{page.path.stem}.typ")
    with tempfile.TemporaryDirectory() as scratch:
        template = _template(project, options, Path(scratch))
        try:
            markup.write_text(_markup(project, page, options, template), encoding="utf-8")
            with typesetting.compiler(markup, project.folder) as compiler:
                content, warnings = typesetting.pdf(
                    compiler,
                    timestamp,
                    str(page.path),
                    standards=as_list(options.get("pdf-standard")) or typesetting.STANDARDS,
                )
        except typesetting.Refused as error:
            title = f"PDF:en {page.output('typst')} kan inte göras"
            raise RenderingError(title, problems=[error.problem]) from error
        finally:
            markup.unlink(missing_ok=True)
    name = page.output("typst").name
    remarks = (f"PDF:en {name}: typst varnar ({one})." for one in warnings)
    return content, tuple(dict.fromkeys(remarks))


def _markup(
    project: SiteProject, page: SourcePage, options: Mapping[str, Any], template: Path
) -> str:
    metadata = {
        key: value
        for key, value in options.items()
        if key not in page.meta and key != "template-partials"
    }
    metadata["toc"] = bool(options.get("toc"))
    metadata["toc-depth"] = options.get("toc-depth", 3)
    metadata["toc-title"] = options.get("toc-title", project.labels["toc-title-document"])
    if page.meta.get("date"):
        metadata["date"] = swedish_date(page.meta["date"])
    # Pages that begin at ## are lifted one level, as Quarto does, so that the PDF begins at 1.
    begins_at_top = any(line.text.startswith("# ") for line in page.lines)
    return convert(
        project,
        page,
        "typst",
        template=template,
        metadata=metadata,
        options=() if begins_at_top else ("--shift-heading-level-by=-1",),
    )


def _template(project: SiteProject, options: Mapping[str, Any], scratch: Path) -> Path:
    """Put the frame and the project's partials into one folder, where pandoc looks for them."""
    listed = {Path(str(name)).name: str(name) for name in options.get("template-partials") or ()}
    for partial in PARTIALS:
        file = project.folder / listed.get(partial, partial)
        if not file.is_file():
            raise RenderingError(
                "PDF:en kan inte göras",
                f"Mallen {partial} saknas.",
                "Ange den under format.typst.template-partials.",
                SITE_SETTINGS,
            )
        shutil.copyfile(file, scratch / partial)
    return Path(shutil.copyfile(HERE / "templates" / "document.typ", scratch / "document.typ"))
