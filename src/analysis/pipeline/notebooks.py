"""Running one notebook through Papermill, and turning its failure into the error it was."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat
import papermill
from papermill.exceptions import PapermillExecutionError

from analysis import errors
from analysis.pipeline.isolation import ERROR_MIME
from analysis.pipeline.kernels import KERNEL, WARM, KernelPool
from analysis.pipeline.parameters import checked

CELL_TIMEOUT = 600

# Papermill logs paths and parameters of every run; our own progress display says what is needed.
logging.getLogger("papermill").setLevel(logging.ERROR)


def run_notebook(
    template: Path, parameters: Mapping[str, Any], output: Path, pool: KernelPool | None
) -> None:
    """Execute a template and save the executed notebook.

    Parameters
    ----------
    template
        The notebook with its ``parameters`` cell.
    parameters
        Exactly the parameters it declares.
    output
        Where the executed notebook is written.
    pool
        Warm kernels; without it the notebook gets a kernel of its own.

    Raises
    ------
    AnalysisError
        The error the notebook's code raised, as it was.
    """
    output.parent.mkdir(parents=True, exist_ok=True)
    engine = {"engine_name": WARM, "pool": pool} if pool else {"engine_name": None}
    try:
        papermill.execute_notebook(
            str(template),
            str(output),
            parameters=checked(template, parameters),
            kernel_name=KERNEL,
            progress_bar=False,
            request_save_on_cell_execute=False,
            execution_timeout=CELL_TIMEOUT,
            **engine,
        )
    except PapermillExecutionError as failure:
        raise _relayed(output, failure) from failure


def _relayed(output: Path, failure: PapermillExecutionError) -> Exception:
    kinds = {kind.__name__: kind for kind in errors.AnalysisError.__subclasses__()}
    if output.exists():
        for cell in nbformat.read(output, as_version=4).cells:
            for shown in cell.get("outputs", []):
                message = shown.get("data", {}).get(ERROR_MIME)
                if message:
                    return errors.rebuild(json.loads(message))
    if failure.ename in kinds:
        title, _, rest = failure.evalue.partition("\n")
        return kinds[failure.ename](title, rest.strip())
    return failure
