"""Turns a page's typst markup into a tagged, archivable PDF, the same bytes for the same input.

Only compiling and its errors: the look lies in the two template partials of the project.
"""

from __future__ import annotations

import importlib.resources
import shutil
import tempfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import typst

from analysis.errors import Problem, RenderingError

from .convert import HERE, Conversion, convert
from .project import Project
from .site import swedish_date
from .source import Page

STANDARDS = ("a-2a", "ua-1")
PARTIALS = ("typst-template.typ", "typst-show.typ")
_FONT_PACKAGE = "font_source_sans_pro"
_FONT_FACES = ("Regular", "It", "Semibold", "SemiboldIt", "Bold", "BoldIt")

# What typst says, and what it means to the one who reads it.
_EXPLANATIONS = {
    "missing alt text": (
        "En bild saknar alternativtext.",
        "Ange fig-alt på bilden; en tillgänglig PDF kräver det.",
    ),
    "missing document title": ("Dokumentet saknar titel.", "Ange title i sidans inledning."),
    "the first heading": (
        "Den första rubriken har fel nivå.",
        "Börja med den högsta rubriknivån på sidan.",
    ),
    "heading": ("Rubriknivåerna hoppar.", "Låt varje rubrik ligga högst ett steg under den förra."),
    "label": ("En hänvisning pekar på något som inte finns i PDF:en.", "Rätta hänvisningen."),
    "file not found": ("En fil som PDF:en behöver saknas.", "Kör rapporten på nytt."),
    "unknown font": ("Ett typsnitt saknas.", "Installera paketen på nytt med python run.py."),
}


def render_pdf(project: Project, page: Page, timestamp: datetime) -> tuple[Path, tuple[str, ...]]:
    """Make the PDF of a page.

    Parameters
    ----------
    project, page
        The build folder and the page.
    timestamp
        Stands as the PDF's date; decides nothing else.

    Returns
    -------
    tuple
        The PDF inside the output folder, and typst's warnings as Swedish sentences.

    Raises
    ------
    RenderingError
        A partial is missing, or typst refuses the document, for example for a missing alt text.
    """
    options = page.options("typst", project.settings)
    source = project.folder / page.path
    markup_file = source.with_suffix(".typ")
    with tempfile.TemporaryDirectory() as scratch:
        template = _template(project, options, Path(scratch))
        markup = convert(page, _conversion(project, page, options, template), source.parent)
        target = project.output / page.output("typst")
        target.parent.mkdir(parents=True, exist_ok=True)
        # The markup lies beside its page, where its images are found.
        markup_file.write_text(markup, encoding="utf-8")
        try:
            content, warnings = typst.compile_with_warnings(
                str(markup_file),
                root=str(project.folder),
                font_paths=[str(path) for path in _fonts(project, options, Path(scratch))],
                ignore_system_fonts=True,
                pdf_standards=_as_list(options.get("pdf-standard")) or list(STANDARDS),
                timestamp=timestamp,
            )
        except typst.TypstError as error:
            raise _explained(error, page) from error
        finally:
            if not options.get("keep-typ"):
                markup_file.unlink()
    target.write_bytes(content)
    remarks = (f"PDF:en {target.name}: typst varnar ({one.message})." for one in warnings)
    return target, tuple(dict.fromkeys(remarks))


def _conversion(
    project: Project, page: Page, options: Mapping[str, Any], template: Path
) -> Conversion:
    numbering = options.get("section-numbering")
    if options.get("number-sections") and not numbering:
        numbering = "1.1.a"
    metadata = {
        key: value
        for key, value in options.items()
        if key not in page.meta and key not in ("template-partials", "font-paths", "toc")
    }
    metadata["lang"] = page.meta.get("lang") or project.language
    if numbering:
        metadata["section-numbering"] = numbering
    if page.meta.get("date"):
        metadata["date"] = swedish_date(page.meta["date"])
    metadata["toc"] = bool(options.get("toc"))
    metadata["toc-depth"] = options.get("toc-depth", 3)
    metadata.setdefault("toc-title", project.labels["toc-title-document"])
    return Conversion(
        to="typst",
        template=template,
        metadata=metadata,
        options=() if _has_top_heading(page.markdown) else ("--shift-heading-level-by=-1",),
        labels=project.labels,
        numbered_sections=bool(numbering),
    )


def _has_top_heading(markdown: str) -> bool:
    """Pages that begin at ## are lifted one level, as Quarto does, so that the PDF begins at 1."""
    return any(line.startswith("# ") for line in markdown.splitlines())


def _template(project: Project, options: Mapping[str, Any], scratch: Path) -> Path:
    """Lay the frame and the project's partials side by side, where pandoc looks for them."""
    listed = {Path(str(name)).name: str(name) for name in options.get("template-partials") or ()}
    for partial in PARTIALS:
        file = project.folder / listed.get(partial, partial)
        if not file.is_file():
            raise RenderingError(
                "PDF:en kan inte göras",
                f"Mallen {partial} saknas.",
                "Ange den under format.typst.template-partials.",
                "_quarto.yml",
            )
        shutil.copyfile(file, scratch / partial)
    return Path(shutil.copyfile(HERE / "templates" / "document.typ", scratch / "document.typ"))


def _fonts(project: Project, options: Mapping[str, Any], scratch: Path) -> list[Path]:
    """The report's own typeface, in one format only so that every machine picks the same file."""
    folder = scratch / "fonts"
    folder.mkdir()
    files = importlib.resources.files(_FONT_PACKAGE) / "files"
    for face in _FONT_FACES:
        name = f"SourceSansPro-{face}.ttf"
        (folder / name).write_bytes((files / name).read_bytes())
    return [folder, *(project.folder / path for path in _as_list(options.get("font-paths")))]


def _as_list(value: Any) -> list[Any]:
    return [] if value is None else value if isinstance(value, list) else [value]


def _explained(error: typst.TypstError, page: Page) -> RenderingError:
    message = " ".join([error.message, *error.hints])
    cause, fix = next(
        (words for sign, words in _EXPLANATIONS.items() if sign in message.lower()),
        ("Typst kunde inte göra en PDF av sidan.", "Rätta sidans innehåll."),
    )
    problem = Problem(f"{cause} (typst: {message})", fix, str(page.path))
    return RenderingError(f"PDF:en {page.output('typst')} kan inte göras", problems=[problem])
