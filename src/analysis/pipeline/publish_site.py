"""From executed notebooks to a site in place: lay out, render, check, swap."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from datetime import UTC, datetime, time
from pathlib import Path

from analysis.pipeline import checks, lay, place, record
from analysis.pipeline.stages import Planner, Stage
from analysis.render import engine

DATA = "data"
PICTURES = "figurer"


def build(planner: Planner, pages: Sequence[Stage], site: Path) -> None:
    """Build the site beside its place, check it, and put it there whole.

    Parameters
    ----------
    planner
        The run.
    pages
        Stages with a page, executed.
    site
        Where the site is put.

    Raises
    ------
    RenderingError
        When a page cannot be rendered or the finished site does not hold; the old one stays.
    """
    chosen = engine.choose(planner.request.engine)
    folder = planner.workspace.build / "webbplats"
    lay.lay_out(
        folder,
        pages,
        source=planner.project.root / lay.SETTINGS,
        reports=planner.project.reports,
        settings=planner.settings,
        example=planner.sources.example,
        today=planner.request.today.isoformat(),
    )
    shutil.copytree(planner.workspace.build / PICTURES, folder / PICTURES, dirs_exist_ok=True)
    shutil.copytree(planner.workspace.build / DATA, folder / DATA, dirs_exist_ok=True)
    record.write(planner, chosen, (), folder)
    rendered = chosen.render(
        folder, timestamp=datetime.combine(planner.request.today, time(12), tzinfo=UTC)
    )
    output = folder / "_site"
    record.write(planner, chosen, rendered.warnings, output)
    checks.site(output, expected=[Path(page.page) for page in pages])
    built = place.building_folder(site)
    if built.exists():
        shutil.rmtree(built)
    site.parent.mkdir(parents=True, exist_ok=True)
    shutil.copytree(output, built)
    place.swap_in(built, site)
