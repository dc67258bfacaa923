"""The commands for those who write: the values that texts may name, and empty comments."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

import nbformat

from analysis import store, swedish
from analysis.errors import UsageError
from analysis.present import comments, texts, values
from analysis.present.data import ReportData
from analysis.present.notebook import HANDED
from analysis.project import Project, Workspace
from analysis.review import Chapter, Grid, Review
from analysis.settings import load

LIST = "texter.html"
"""The list of values, among the processed files."""
OF_PAGE = ("nki", "svar", "felmarginal", "andring")


def write_list(project: Project) -> str:
    """Write every value that a text or a comment may name, with its figure in the latest report.

    Returns
    -------
    str
        A Swedish sentence about the result.

    Raises
    ------
    UsageError
        When no report has been made.
    ConfigurationError
        When a text cannot be read.
    """
    workspace, data = _latest(project)
    found = texts.of(project)
    if problems := found.problems():
        raise texts.refused(problems)
    handed = _handed(workspace)
    page = Review(
        f"Värden i texterna, ärendeår {data.year}",
        [_of_comments(data), *(_of_text(found, name, handed) for name in found.originals)],
        "Värdena kommer ur den senaste rapporten"
        + (", som är gjord av påhittade svar." if data.example else "."),
    )
    return f"Listan ligger i {store.write_text(workspace.processed / LIST, page.to_html())}."


def lay_comments(project: Project) -> str:
    """Lay an empty comment for each page of the newest case year; what is written stays.

    Returns
    -------
    str
        A Swedish sentence about the result.

    Raises
    ------
    UsageError
        When no report of the municipality's own answers has been made.
    """
    _, data = _latest(project)
    if data.example:
        raise UsageError(
            "Det finns inga egna tal att kommentera",
            "Den senaste rapporten är gjord av påhittade svar.",
            "Lägg kommunens filer i data/raw och kör python run.py.",
        )
    folder = project.comments / str(data.year)
    named = values.values(data, data.year, comments.names(data.settings))
    laid = [
        store.write_text(path, _empty(data, path.stem, named))
        for page in (*comments.pages(data.settings.plan.adopted), *data.areas())
        if not (path := folder / f"{page}.md").exists()
    ]
    if not laid:
        return f"Alla kommentarer för {data.year} finns redan i {folder}."
    return (
        f"{swedish.count(len(laid), 'tom kommentar', 'tomma kommentarer')} ligger i {folder}. "
        "Skriv i dem som rapporten ska ha med, och kör python run.py."
    )


def _latest(project: Project) -> tuple[Workspace, ReportData]:
    """The latest report of the municipality's own answers, or else of the made-up ones."""
    for raw in (project.raw, project.example):
        workspace = Workspace.of(project, raw)
        if store.table_path(workspace.processed, store.ACTIVITIES).is_file():
            settings = load(project.config)
            folder, example = workspace.processed, workspace.example
            return workspace, ReportData(folder, settings, example, date.today(), project)
    raise UsageError(
        "Det finns ingen rapport att ta tal ur", "Ingen rapport är gjord.", "Kör python run.py."
    )


def _of_comments(data: ReportData) -> Chapter:
    named = values.values(data, data.year, comments.names(data.settings))
    rows = [[f"{{{{ {name} }}}}", value] for name, value in named.items()]
    return Chapter("I avdelningens kommentarer", [Grid("", ["Skriv", "I år"], rows)])


def _of_text(found: texts.Texts, name: str, handed: Mapping[str, Mapping[str, str]]) -> Chapter:
    """A text as it stands, the municipality's own where there is one, and its values."""
    original = found.originals[name]
    source = found.replaced.get(name, original)
    told = handed.get(name)
    rows = [
        [value, "används inte i årets rapport" if told is None else told[value] or "tomt"]
        for value in original.values
    ]
    own = " (kommunens egen lydelse)" if name in found.replaced else ""
    lines = [line for line in source.text.splitlines() if line]
    return Chapter(f"{name}{own}", [*lines, *([Grid("", ["Värde", "I år"], rows)] if rows else [])])


def _handed(workspace: Workspace) -> dict[str, Mapping[str, str]]:
    """The values that the texts of the latest report were given, out of its executed notebooks."""
    found: dict[str, Mapping[str, str]] = {}
    for path in sorted((workspace.build / "notebooks").glob("*.ipynb")):
        for cell in nbformat.read(path, as_version=4).cells:
            for output in cell.get("outputs", []):
                found |= output.get("metadata", {}).get(HANDED, {})
    return found


def _empty(data: ReportData, page: str, named: Mapping[str, str]) -> str:
    """An empty comment: who and when, and the page's numbers in lines that are not shown."""
    scopes = [page] if page in data.areas() else ["total", *data.areas()]
    shown = "\n".join(_numbers(scopes, named))
    return (
        f"---\n{comments.WHO}: \n{comments.WHEN}: \n---\n"
        f"<!-- Tal att kommentera, ärendeår {data.year}. De här raderna visas inte i rapporten.\n"
        f"{shown}\n-->\n"
    )


def _numbers(scopes: Iterable[str], named: Mapping[str, str]) -> Iterator[str]:
    for scope in scopes:
        told = [f"{{{{ {kind}.{scope} }}}} = {named[f'{kind}.{scope}']}" for kind in OF_PAGE]
        yield ", ".join(told)
