"""From executed notebooks to a site in place: lay out, render, check, swap."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING

from analysis import disk, store
from analysis.errors import MachineError, RenderingError
from analysis.guard import search
from analysis.guard.secrets import Secrets
from analysis.quality import page as quality_page
from analysis.quality import sanity
from analysis.render import engine
from analysis.site import checks, layout, record, swap
from analysis.site.material import DATA, PICTURES

if TYPE_CHECKING:
    from analysis.run.runner import Outcome
    from analysis.site.material import Material


def build(material: Material, site: Path, outcome: Outcome) -> tuple[str, ...]:
    """Build the site aside, check it, and put it in its place whole.

    Parameters
    ----------
    material
        Executed pages and the other material of the site.
    site
        Where it is put.
    outcome
        The outcome of the earlier jobs, for the run record.

    Returns
    -------
    tuple of str
        Swedish warnings of the rendering.

    Raises
    ------
    RenderingError
        When a page cannot be rendered or the site fails a check; the old site stays.
    MachineError
        When the site cannot be written or put in place; the old site stays.
    """
    chosen = engine.choose(material.request.engine)
    project, workspace, settings = material.project, material.workspace, material.settings
    folder = workspace.build / "webbplats"
    output = folder / "_site"
    try:
        policy = layout.POLICY if chosen.name == "quarto" else ""
        layout.lay_out(folder, material, record.marks(material), policy=policy)
        # The page Metod shows the record and links to it, so the file must exist before rendering.
        told = record.content(material, chosen, outcome, ())
        store.write_text(folder / record.PAGE, record.page(told))
        store.write_text(folder / record.BASIS, record.basis(told))
        store.write_json(folder / record.FILE, {})
        noon = datetime.combine(material.request.today, time(12), tzinfo=UTC)
        try:
            told_by_engine = chosen.render(folder, timestamp=noon)
        except RenderingError as error:
            raise where_written(error, project.reports) from error
        warnings = (*_checked_numbers(material), *told_by_engine)
        record.write(material, chosen, outcome, warnings, output)
    except OSError as error:
        raise MachineError(
            "Webbplatsen kunde inte byggas",
            f"Det gick inte att skriva i {folder} ({disk.reason(error)}). Den förra webbplatsen "
            "ligger kvar orörd.",
            "Frigör diskutrymme och kör igen.",
        ) from error
    checks.site(output, expected=[Path(page.rendered) for page in material.pages])
    behind_the_pdf = (*folder.glob("*.ipynb"), *(folder / PICTURES).glob("*.svg"))
    secrets = Secrets.read(workspace.processed)
    search.refuse(output, behind_the_pdf, secrets, project.root, settings)
    swap.swap_in(swap.copy_beside(output, site), site)
    return warnings


def _checked_numbers(material: Material) -> tuple[str, ...]:
    """Warnings about already published numbers, the last check; writes the quality page."""
    workspace, settings, years = material.workspace, material.settings, material.basis.years
    moved = sanity.of_publication(workspace.build / DATA / store.CHANGES)
    found = [one for name in sanity.CHECKS for one in sanity.read(workspace.build / f"{name}.json")]
    quality_page.write(workspace.processed, years, [*found, *moved], settings)
    return (*sanity.judge(moved, settings, max(years, default=0)), *_typed_numbers(material))


def _typed_numbers(material: Material) -> list[str]:
    """Warnings about numbers typed by hand in a comment, which the report does not have."""
    if material.workspace.example or not material.project.comment_files:
        return []
    from analysis.present import commentary
    from analysis.present.data import ReportData

    folder, today = material.workspace.processed, material.request.today
    data = ReportData(folder, material.settings, False, today, material.project)
    return commentary.differing(data)


def where_written(error: RenderingError, reports: Path) -> RenderingError:
    """The error with each page of the reports folder named there, not in the build folder."""
    return RenderingError(
        error.title,
        problems=[
            replace(problem, where=f"{reports.name}/{problem.where}")
            if (reports / problem.where.split(",")[0]).is_file()
            else problem
            for problem in error.problems
        ],
    )
