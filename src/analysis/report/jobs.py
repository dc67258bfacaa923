"""Every job of a run as data: the notebooks, the pictures of the figures, the site.

What a job does is `workshop`'s matter; this module only says what it reads, makes and depends on.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from analysis import store
from analysis.guard import quality_page, sanity
from analysis.project import REQUIREMENTS
from analysis.report import code
from analysis.report.stages import APPENDIX, Planner, Stage
from analysis.run.runner import Job
from analysis.site.layout import rendered
from analysis.site.record import FILE, publications

PICTURES = "figurer"
SITE = "webbplats"
# Configuration that the checks read.
JUDGING = ("rules.yml", "questionnaire.yml")
SITE_SETTINGS = "_quarto.yml"
MANIFEST = "figurer.json"


def jobs(planner: Planner, site: Path) -> list[Job]:
    """All jobs of a run, the most urgent first among those that are ready together.

    Parameters
    ----------
    planner
        The run's stages and where everything lies.
    site
        Where the site is put.
    """
    stages = planner.stages()
    shared = {
        "lock": store.digest(planner.project.root / REQUIREMENTS),
        "python": code.python_version(),
    }
    pictures = _pictures(planner, stages, shared)
    checks = [_check(planner, stages, name, shared) for name in sanity.CHECKS]
    # What a stage makes is read only after it has been checked.
    after = {"numbers": checks[0].outputs, "pages": checks[1].outputs}
    notebooks = [_notebook(stage, after.get(stage.group, ()), shared) for stage in stages]
    site_job = _site(planner, stages, site, (*checks, pictures), shared)
    return [*notebooks, *checks, pictures, site_job]


def _check(planner: Planner, stages: Sequence[Stage], name: str, shared: dict[str, Any]) -> Job:
    """The checks after a stage: of the clean answers, or of the indices made of them."""
    workspace = planner.workspace
    made = [path for stage in stages if stage.group == "clean" for path in stage.outputs]
    if name == sanity.CHECK_OF_NUMBERS:
        made.append(store.table_path(workspace.processed, store.INDICES))
    return Job(
        name=name,
        label=sanity.CHECKS[name],
        group="clean" if name == sanity.CHECK_OF_ANSWERS else "numbers",
        inputs=(*made, *(planner.project.config / file for file in JUDGING)),
        outputs=(workspace.build / f"{name}.json",),
        version=_version(shared, code=code.module_digest("analysis.guard.sanity")),
    )


def _notebook(stage: Stage, after: Sequence[Path], shared: dict[str, Any]) -> Job:
    return Job(
        name=stage.name,
        label=stage.label,
        group=stage.group,
        # Not the template itself: its code is part of the version, and its stored outputs say
        # nothing about what it will give.
        inputs=(*stage.inputs, *after),
        outputs=(stage.executed, *stage.outputs),
        version=_version(
            shared,
            parameters=dict(stage.parameters),
            code=code.notebook_digest(stage.template),
        ),
    )


def _pictures(planner: Planner, stages: Sequence[Stage], shared: dict[str, Any]) -> Job:
    """Vector pictures of the appendix's figures, all in one go."""
    appendix = next(stage for stage in stages if stage.page == f"{APPENDIX}.ipynb")
    return Job(
        name=PICTURES,
        label="Ritar bilagans figurer",
        group="pictures",
        inputs=(appendix.executed,),
        outputs=(planner.workspace.build / PICTURES / MANIFEST,),
        version=_version(
            shared, code=code.module_digest("analysis.render.pictures", "analysis.render.draw")
        ),
    )


def _site(
    planner: Planner,
    stages: Sequence[Stage],
    site: Path,
    others: Sequence[Job],
    shared: dict[str, Any],
) -> Job:
    """Rendering, checking and putting the site in place."""
    project = planner.project
    reports = sorted(path for path in project.reports.rglob("*") if path.is_file())
    made = [Path(stage.page) for stage in stages if stage.page]
    made += [path.relative_to(project.reports) for path in reports if path.suffix == ".qmd"]
    return Job(
        name=SITE,
        label="Sätter samman webbplatsen och bilagan",
        group="site",
        inputs=(
            *(stage.executed for stage in stages if stage.page),
            *(path for stage in stages for path in stage.published),
            *(path for job in others for path in job.outputs),
            project.root / SITE_SETTINGS,
            *reports,
            project.config / "report.yml",
            *publications(project),
        ),
        outputs=(
            *(site / rendered(page) for page in made),
            *(site / "data" / path.name for stage in stages for path in stage.published),
            site / FILE,
            planner.workspace.processed / quality_page.FILE,
        ),
        version=_version(
            shared,
            code=code.module_digest("analysis.site.build"),
            engine=planner.request.engine,
            today=planner.request.today.isoformat(),
            raw=planner.sources.folder,
            site=str(site),
        ),
    )


def _version(shared: dict[str, Any], **more: Any) -> str:
    text = json.dumps({**shared, **more}, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()
