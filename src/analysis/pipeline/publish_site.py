"""From executed notebooks to a site in place: lay out, render, check, swap."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING

from analysis import store
from analysis.errors import MachineError, RenderingError
from analysis.pipeline import (
    checks,
    confidential,
    disk,
    lay,
    leaks,
    place,
    quality_page,
    record,
    sanity,
)
from analysis.render import engine

if TYPE_CHECKING:
    from analysis.pipeline.stages import Planner, Stage
    from analysis.pipeline.tasks import Outcome

PICTURES = "figurer"
DATA = "data"


def build(
    planner: Planner, stages: Sequence[Stage], site: Path, outcome: Outcome
) -> tuple[str, ...]:
    """Build the site aside, check it, and put it in its place whole.

    Parameters
    ----------
    planner
        The run.
    stages
        Its stages, executed.
    site
        Where the site is put.
    outcome
        What happened to the jobs before; told in the run record.

    Returns
    -------
    tuple of str
        Swedish warnings of the rendering.

    Raises
    ------
    RenderingError
        When a page cannot be rendered or the finished site does not hold; the old one stays.
    MachineError
        When it cannot be written or put in place; the old one stays.
    """
    chosen = engine.choose(planner.request.engine)
    workspace, settings = planner.workspace, planner.settings
    folder = workspace.build / "webbplats"
    pages = [stage for stage in stages if stage.page]
    try:
        lay.lay_out(
            folder,
            pages,
            source=planner.project.root / lay.SETTINGS,
            reports=planner.project.reports,
            settings=settings,
            marks=record.marks(planner),
            today=planner.request.today.isoformat(),
            policy=lay.POLICY if chosen.name == "quarto" else "",
        )
        for name in (PICTURES, DATA):
            shutil.copytree(workspace.build / name, folder / name, dirs_exist_ok=True)
        # A page shows the record and links to it: it must be there before the page is rendered.
        told = record.content(planner, chosen, outcome, ())
        store.write_text(folder / record.PAGE, record.page(told))
        store.write_text(folder / record.BASIS, record.basis(told))
        store.write_json(folder / record.FILE, {})
        noon = datetime.combine(planner.request.today, time(12), tzinfo=UTC)
        try:
            told_by_engine = chosen.render(folder, timestamp=noon)
        except RenderingError as error:
            raise where_written(error, planner.project.reports) from error
        output = folder / "_site"
        moved = sanity.of_publication(workspace.build / DATA / store.CHANGES)
        years = planner.sources.years
        found = [
            one for name in sanity.CHECKS for one in sanity.read(workspace.build / f"{name}.json")
        ]
        quality_page.write(workspace.processed, years, [*found, *moved], settings)
        warnings = (*sanity.judge(moved, settings, max(years, default=0)), *told_by_engine)
        record.write(planner, chosen, outcome, warnings, output)
    except OSError as error:
        raise MachineError(
            "Webbplatsen kunde inte byggas",
            f"Det gick inte att skriva i {folder} ({disk.reason(error)}). Den förra webbplatsen "
            "ligger kvar orörd.",
            "Frigör diskutrymme och kör igen.",
        ) from error
    checks.site(output, expected=[lay.rendered(Path(page.page)) for page in pages])
    secrets = confidential.collect(
        planner.sources, workspace.processed, planner.project.root, settings
    )
    behind_the_pdf = (*folder.glob("*.ipynb"), *(folder / PICTURES).glob("*.svg"))
    leaks.refuse(output, behind_the_pdf, secrets, settings)
    place.swap_in(place.copy_beside(output, site), site)
    return warnings


def where_written(error: RenderingError, reports: Path) -> RenderingError:
    """The error with each page named where the reader has it, not as the build folder has it."""
    return RenderingError(
        error.title,
        problems=[
            replace(problem, where=f"{reports.name}/{problem.where}")
            if (reports / problem.where.split(",")[0]).is_file()
            else problem
            for problem in error.problems
        ],
    )
