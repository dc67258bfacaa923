"""The embedded render engine: pandoc and typst in Quarto's place, for a declared subset.

Takes the same build folder as ``quarto render`` and writes the same pages. ``docs/engines.md``
describes the subset and the differences.
"""

from __future__ import annotations

import posixpath
import shutil
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from analysis.errors import Problem, RenderingError
from analysis.render.html_pages import is_local, read_page
from analysis.store import SITE_SETTINGS, Kept

from .convert import HERE, convert
from .pdf import render_pdf
from .project import SiteProject, read_project
from .search import search_index
from .site import render_html
from .source import SourcePage

_WORKERS = 4
_ASSETS = ("embedded.css", "embedded.js")


def render(folder: Path, *, timestamp: datetime, kept: Kept | None = None) -> tuple[str, ...]:
    """Render a build folder to its output folder.

    Parameters
    ----------
    folder
        The build folder, with ``_quarto.yml``, pages, and the files they use.
    timestamp
        The date that the PDFs carry.
    kept
        The conversions of earlier runs, where there are any.

    Returns
    -------
    tuple of str
        typst's warnings as Swedish sentences.

    Raises
    ------
    RenderingError
        When a construct is outside the subset, a page cannot be converted, or the PDF's standards
        are not met. All pages are tried, and all their problems are reported at once.
    """
    project = read_project(folder, kept)
    _empty(project)
    warnings: list[str] = []
    problems: list[Problem] = []
    with ThreadPoolExecutor(_WORKERS) as pool:
        jobs = [
            *(pool.submit(render_html, project, page) for page in project.of_kind("html")),
            *(
                pool.submit(render_pdf, project, page, timestamp)
                for page in project.of_kind("typst")
            ),
            *(
                pool.submit(_render_word, project, page, timestamp)
                for page in project.of_kind("docx")
            ),
        ]
        for job in jobs:
            try:
                warnings += job.result()
            except RenderingError as error:
                problems += error.problems
    if problems:
        raise RenderingError("Webbplatsen kan inte göras", problems=list(dict.fromkeys(problems)))
    outputs = [page.output("html") for page in project.of_kind("html")]
    pages = {path: read_page((project.output / path).read_text("utf-8")) for path in outputs}
    used = {
        _place(path, address)
        for path, page in pages.items()
        for address in filter(is_local, page.addresses)
    }
    assets = project.output / "assets"
    assets.mkdir(exist_ok=True)
    for name in _ASSETS:
        shutil.copyfile(HERE / "assets" / name, assets / name)
    if project.section("website").get("search", True):
        (assets / "search-index.js").write_text(
            search_index({path.as_posix(): page for path, page in pages.items()}), encoding="utf-8"
        )
    _copy_files(project, used)
    return tuple(warnings)


def _render_word(project: SiteProject, page: SourcePage, timestamp: datetime) -> tuple[str, ...]:
    """A Word document of a page, made with the PDF's filters."""
    target = project.output / page.output("docx")
    target.parent.mkdir(parents=True, exist_ok=True)
    template = page.options("docx", project.settings).get("reference-doc")
    options = (f"--reference-doc={template}",) if template else ()
    convert(project, page, "docx", options=options, out=target, timestamp=timestamp)
    return ()


def _empty(project: SiteProject) -> None:
    """Start from an empty output folder, so that no file of an earlier run remains."""
    if project.folder.resolve() not in project.output.resolve().parents:
        raise RenderingError(
            "Webbplatsen kan inte göras",
            "Målmappen ligger utanför byggmappen.",
            "Rätta project.output-dir.",
            SITE_SETTINGS,
        )
    shutil.rmtree(project.output, ignore_errors=True)
    project.output.mkdir(parents=True)


def _place(page: PurePosixPath, address: str) -> PurePosixPath:
    """The file of the site that an address on a page leads to."""
    return PurePosixPath(posixpath.normpath(page.parent / unquote(urlsplit(address).path)))


def _copy_files(project: SiteProject, used: Iterable[PurePosixPath]) -> None:
    """Copy the files in ``project.resources`` and, like Quarto, the files that pages use."""
    wanted = set(used)
    for pattern in project.section("project").get("resources") or ():
        for match in project.folder.glob(str(pattern).strip("/")):
            inner = match.rglob("*") if match.is_dir() else [match]
            wanted |= {PurePosixPath(file.relative_to(project.folder).as_posix()) for file in inner}
    for path in wanted:
        source, target = project.folder / path, project.output / path
        if ".." in path.parts or not source.is_file() or target.exists():
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
