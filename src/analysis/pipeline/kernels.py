"""Warm kernels, and the Papermill engine that runs a notebook in one.

A warm kernel has the report's libraries imported and is put back to that state between notebooks.
With plain Papermill (``--isolated``) every notebook gets a new kernel; the results are the same.
"""

from __future__ import annotations

from typing import Any

# Papermill loads this module through its entry point: it must be there whole before we go on.
import papermill.engines  # isort: skip
import nbformat
from jupyter_client.asynchronous import AsyncKernelClient
from jupyter_client.manager import AsyncKernelManager
from nbclient.client import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError
from papermill.clientwrap import PapermillNotebookClient
