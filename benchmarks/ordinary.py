"""The peer of ``benchmarks/run.py``: the same notebooks by Papermill as it comes, one by one.

A new kernel for each notebook, saved after every cell, nothing skipped; then the pictures and the
renderer. Prints the seconds it took.
"""

from __future__ import annotations

import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from analysis.run.runner import Job

START = time.perf_counter()


def main() -> None:
    """Do the whole job for the project given as the only argument."""
    import papermill

    from analysis.basis import Basis
    from analysis.project import Project, Request, Workspace
    from analysis.report.jobs import Jobs, NotebookRun
    from analysis.report.templates import templates
    from analysis.run.runner import Progress, Runner, in_order
    from analysis.settings import load
    from analysis.site.material import Material

    project = Project(Path(sys.argv[1]))
    request = Request(example=True, engine="embedded")
    workspace = Workspace(project.example, project.root / "ordinary", example=True)
    runner = Runner(workspace.state, kernels=1, warm=False, fresh=True, progress=Progress())

    def do(job: Job) -> None:
        if isinstance(job.act, NotebookRun):
            for path in (job.act.executed, *job.outputs):
                path.parent.mkdir(parents=True, exist_ok=True)
            papermill.execute_notebook(
                str(job.act.template),
                str(job.act.executed),
                parameters=dict(job.act.parameters),
                progress_bar=False,
            )
        else:
            job.act(None)

    material = Material(project, workspace, request, load(project.config))
    made_of = Jobs(material, templates(project.notebooks), "")
    do(made_of.reading())
    material = replace(material, basis=Basis.read(workspace.processed))
    jobs = replace(made_of, material=material).others(project.root / "ordinary-site", runner)
    for job in in_order(jobs):
        do(job)
    print(f"{time.perf_counter() - START:.2f}")


if __name__ == "__main__":
    main()
