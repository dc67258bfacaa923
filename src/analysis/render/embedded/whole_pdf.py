"""The whole report as one tagged PDF: every page of the site as a chapter."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import PurePosixPath

from analysis.errors import Problem, RenderingError

from .convert import HERE, convert
from .pdf import document
from .source import SourcePage
from .subset import Line
from .whole import PDF, Whole

WORDS = ("files", "contents")
"""Words of the front matter that are not the title block's."""
FILTER = HERE / "filters" / "whole.lua"
FENCE = "`" * 12
"""Around typst markup, in which no row has as many."""


def whole_pdf(whole: Whole, timestamp: datetime) -> tuple[bytes, tuple[str, ...]]:
    """The report as a PDF, and typst's warnings as Swedish sentences."""
    with ThreadPoolExecutor(4) as pool:
        chapters = list(pool.map(partial(_chapter, whole), whole.pages))
    try:
        return _document(whole, chapters, timestamp)
    except RenderingError as error:
        raise RenderingError(
            error.title, problems=list(_located(whole, chapters, timestamp)) or error.problems
        ) from error


def _document(
    whole: Whole, chapters: Sequence[str], timestamp: datetime
) -> tuple[bytes, tuple[str, ...]]:
    contents = {"toc": True, "toc-depth": 1, "toc-title": whole.front["contents"]}
    front = {key: value for key, value in whole.front.items() if key not in WORDS}
    page = SourcePage(
        PurePosixPath(PDF).with_suffix(".qmd"),
        {**front, "format": "typst", **contents},
        _lines(chapters),
    )
    return document(whole.project, page, timestamp)


def _located(whole: Whole, chapters: Sequence[str], timestamp: datetime) -> Iterator[Problem]:
    """The problems of each page alone: typst does not know which page its markup comes from."""
    for page, chapter in zip(whole.pages, chapters, strict=True):
        try:
            _document(whole, [chapter], timestamp)
        except RenderingError as error:
            yield from (replace(problem, where=str(page.path)) for problem in error.problems)


def _chapter(whole: Whole, page: SourcePage) -> str:
    return convert(
        whole.project,
        page,
        "typst",
        filters=(FILTER,),
        fragment=True,
        metadata={
            "embedded-page": whole.names[str(page.path)],
            "embedded-folder": "" if page.path.parent == PurePosixPath() else str(page.path.parent),
            "embedded-names": dict(whole.names),
        },
    )


def _lines(chapters: Sequence[str]) -> list[Line]:
    text = "\n#pagebreak(weak: true)\n".join(chapters)
    return [Line(PDF, line) for line in (f"{FENCE}{{=typst}}", *text.splitlines(), FENCE)]
