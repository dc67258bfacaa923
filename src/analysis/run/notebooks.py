"""Runs one notebook through Papermill and raises a cell's error as the error it was."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import nbformat
import papermill
from papermill.exceptions import PapermillExecutionError

from analysis import errors, store
from analysis.faults import NotebookFault
from analysis.run.kernels import WARM
from analysis.run.parameters import checked
from analysis.run.warm import ARGUMENTS, KERNEL, WarmKernel

CELL_TIMEOUT = 1800
"""Seconds that a cell may take. Most take about one second; the limit stops a hanging cell."""

# Papermill logs paths and parameters of every run; the progress display replaces these messages.
logging.getLogger("papermill").setLevel(logging.ERROR)


def run_notebook(
    template: Path, parameters: Mapping[str, Any], output: Path, kernel: WarmKernel | None
) -> None:
    """Execute a template and save the executed notebook; the same run gives the same bytes.

    Parameters
    ----------
    template
        The notebook with its ``parameters`` cell.
    parameters
        Exactly the parameters it declares.
    output
        Where the executed notebook is written.
    kernel
        A warm kernel in its starting state; without it the notebook gets a kernel of its own.

    Raises
    ------
    AnalysisError
        The error that the notebook's code raised.
    NotebookFault
        Any other error in the notebook.
    """
    if kernel:
        engine: dict[str, Any] = {"engine_name": WARM, "kernel": kernel}
    else:
        engine = {"engine_name": None, "extra_arguments": list(ARGUMENTS)}
    try:
        executed = papermill.execute_notebook(
            str(template),
            None,
            parameters=checked(template, parameters),
            kernel_name=KERNEL,
            progress_bar=False,
            request_save_on_cell_execute=False,
            execution_timeout=CELL_TIMEOUT,
            **engine,
        )
    except PapermillExecutionError as failure:
        # Papermill's error quotes the cell's; `from None` keeps the quotation out of tracebacks.
        raise _relayed(template.name, failure) from None
    text = nbformat.writes(_plain(executed))
    store.write_text(output, f"{text}\n")


def _plain(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """The notebook without times, paths and execution counts, which differ between runs."""
    notebook.metadata.pop("papermill", None)
    notebook.metadata["language_info"] = {"name": "python"}
    for number, cell in enumerate(notebook.cells):
        cell.metadata.pop("papermill", None)
        cell.metadata.pop("execution", None)
        cell.id = f"cell-{number}"
        if cell.cell_type == "code":
            cell.execution_count = None
            cell.outputs = list(_whole(cell.outputs))
    return notebook


def _whole(outputs: list[nbformat.NotebookNode]) -> Iterator[nbformat.NotebookNode]:
    """Outputs with printed text joined, since the kernel splits it by timing."""
    before: nbformat.NotebookNode | None = None
    for output in outputs:
        if "execution_count" in output:
            output.execution_count = None
        same = before and before.output_type == output.output_type == "stream"
        if before and same and before.name == output.name:
            before.text += output.text
            continue
        if before:
            yield before
        before = output
    if before:
        yield before


def _relayed(name: str, failure: PapermillExecutionError) -> Exception:
    try:
        message = json.loads("".join(failure.traceback))
    except ValueError:
        return NotebookFault(name, failure.ename)
    if "kind" in message:
        return errors.rebuild(message)
    return NotebookFault(name, message["description"])
