"""The peer of ``benchmarks/run.py``: the same notebooks by Papermill as it comes, one by one.

A new kernel for each notebook, saved after every cell, nothing skipped; then the pictures and the
renderer. Prints the seconds it took.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

START = time.perf_counter()


def main() -> None:
    """Do the whole job for the project given as the only argument."""
    import papermill

    from analysis.guard import sanity
    from analysis.project import Project, Request, Workspace
    from analysis.render import pictures
    from analysis.report import sources
    from analysis.report.stages import Planner
    from analysis.run.runner import Outcome
    from analysis.settings import load
    from analysis.site import build as publish_site

    project = Project(Path(sys.argv[1]))
    request = Request(example=True, engine="embedded")
    processed = project.root / "ordinary"
    workspace = Workspace(processed, processed / ".build", processed / ".state")
    settings = load(project.config)
    found = sources.find(project, request, workspace, project.example, settings)
    if found is None:
        raise SystemExit("no example")
    planner = Planner(project, workspace, request, settings, found)
    stages = planner.stages()
    for stage in stages:
        for path in (stage.executed, *stage.outputs):
            path.parent.mkdir(parents=True, exist_ok=True)
        papermill.execute_notebook(
            str(stage.template),
            str(stage.executed),
            parameters=dict(stage.parameters),
            progress_bar=False,
        )
    appendix = next(stage for stage in stages if stage.page == "bilaga.ipynb")
    pictures.write(appendix.executed, workspace.build / "figurer")
    for name, look in (
        (sanity.CHECK_OF_ANSWERS, sanity.of_answers),
        (sanity.CHECK_OF_NUMBERS, sanity.of_numbers),
    ):
        sanity.write(look(processed, found.years, settings), workspace.build / f"{name}.json")
    publish_site.build(planner, stages, project.root / "ordinary-site", Outcome())
    print(f"{time.perf_counter() - START:.2f}")


if __name__ == "__main__":
    main()
