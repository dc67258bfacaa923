"""The embedded render engine: pandoc and typst in Quarto's place, for a declared subset.

Takes the same build folder as ``quarto render`` and writes the same pages. What it supports, and
how it differs, stands in ``docs/engines.md``.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path, PurePosixPath

from analysis.errors import Problem, RenderingError
from analysis.render.result import Rendered

from .convert import HERE, Conversion, convert
from .pages import ReadPage, broken_links, local_files, read_html, search_index
from .pdf import render_pdf
from .project import Project, read_project
from .site import html_conversion, named_footnotes, relative_links
from .source import Page

__all__ = ["Rendered", "render"]

_WORKERS = 4
_ASSETS = ("embedded.css", "embedded.js")


def render(
    project: Path, *, timestamp: datetime, progress: Callable[[str], None] | None = None
) -> Rendered:
    """Render a build folder to its output folder.

    Parameters
    ----------
    project
        The build folder, with ``_quarto.yml``, pages, and what they use.
    timestamp
        The date that the PDFs carry.
    progress
        Told the name of each finished page.

    Returns
    -------
    Rendered
        The files made, sorted; typst's remarks and links without an end as warnings.

    Raises
    ------
    RenderingError
        Something lies outside the subset, a page cannot be converted, or the PDF's standards are
        not met. All pages are tried; all their problems are told at once.
    """
    site = read_project(project)
    _empty(site)
    tell = progress or (lambda _: None)
    with ThreadPoolExecutor(_WORKERS) as pool:
        jobs = [
            *(pool.submit(_html_page, site, page) for page in site.of_kind("html")),
            *(pool.submit(render_pdf, site, page, timestamp) for page in site.of_kind("typst")),
            *(pool.submit(_word_page, site, page, timestamp) for page in site.of_kind("docx")),
        ]
        problems: list[Problem] = []
        warnings: list[str] = []
        for job in jobs:
            try:
                file, remarks = job.result()
            except RenderingError as error:
                problems += error.problems
            else:
                warnings += remarks
                tell(file.name)
    if problems:
        raise RenderingError("Webbplatsen kan inte renderas", problems=problems)
    pages = {
        path: read_html(path, (site.output / path).read_text(encoding="utf-8"))
        for path in (PurePosixPath(page.output("html")) for page in site.of_kind("html"))
    }
    _write_assets(site, pages.values())
    _copy_resources(site, pages.values())
    files = {
        PurePosixPath(file.relative_to(site.output).as_posix())
        for file in site.output.rglob("*")
        if file.is_file()
    }
    return Rendered(
        pages=tuple(sorted(site.output / path for path in pages)),
        pdfs=tuple(sorted(site.output / page.output("typst") for page in site.of_kind("typst"))),
        warnings=(*warnings, *broken_links(pages, files)),
    )


def _word_page(site: Project, page: Page, timestamp: datetime) -> tuple[Path, tuple[str, ...]]:
    """A Word document of a page, made with the PDF's filters."""
    target = site.output / page.output("docx")
    target.parent.mkdir(parents=True, exist_ok=True)
    conversion = Conversion(
        to="docx", metadata={"lang": site.language}, labels=site.labels, timestamp=timestamp
    )
    convert(page, conversion, (site.folder / page.path).parent, target.resolve())
    return target, ()


def _html_page(site: Project, page: Page) -> tuple[Path, tuple[str, ...]]:
    html = convert(page, html_conversion(site, page), (site.folder / page.path).parent)
    html = relative_links(html, page, {str(one.path): one for one in site.pages})
    html = named_footnotes(html, site.labels)
    target = site.output / page.output("html")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(html, encoding="utf-8", newline="\n")
    return target, ()


def _empty(site: Project) -> None:
    """Start from an empty output folder, so that nothing of an earlier run lingers."""
    if site.folder.resolve() not in site.output.resolve().parents:
        raise RenderingError(
            "Webbplatsen kan inte renderas",
            "Målmappen ligger utanför byggmappen.",
            "Rätta project.output-dir.",
            "_quarto.yml",
        )
    shutil.rmtree(site.output, ignore_errors=True)
    site.output.mkdir(parents=True)


def _write_assets(site: Project, pages: Iterable[ReadPage]) -> None:
    folder = site.output / "assets"
    folder.mkdir(exist_ok=True)
    for name in _ASSETS:
        shutil.copyfile(HERE / "assets" / name, folder / name)
    if site.section("website").get("search", True):
        (folder / "search-index.js").write_text(search_index(pages), encoding="utf-8")


def _copy_resources(site: Project, pages: Iterable[ReadPage]) -> None:
    """Copy what ``project.resources`` names and, as Quarto does, what the pages use."""
    wanted = {PurePosixPath(path) for page in pages for path in local_files(page)}
    for pattern in site.section("project").get("resources") or ():
        for match in site.folder.glob(str(pattern).strip("/")):
            inner = match.rglob("*") if match.is_dir() else [match]
            wanted |= {PurePosixPath(file.relative_to(site.folder).as_posix()) for file in inner}
    for path in sorted(wanted):
        source, target = site.folder / path, site.output / path
        if ".." in path.parts or not source.is_file() or target.exists():
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
