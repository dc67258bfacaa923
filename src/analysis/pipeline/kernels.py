"""The Papermill engine ``warm``, registered through Papermill's entry point.

It runs a notebook in a warm kernel that it is given, instead of starting one of its own.
"""

from __future__ import annotations

from typing import Any

from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import Engine, NotebookExecutionManager

from analysis.pipeline.warm import WarmKernel

WARM = "warm"


class WarmEngine(Engine):  # type: ignore[misc]
    """Runs a notebook in the kernel given as engine argument ``kernel``."""

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: NotebookExecutionManager,
        kernel_name: str,
        *,
        kernel: WarmKernel,
        execution_timeout: int,
        **_: Any,
    ) -> Any:
        """Papermill calls this; see `papermill.engines.Engine`."""
        client = PapermillNotebookClient(
            nb_man, km=kernel.manager, kernel_name=kernel_name, timeout=execution_timeout
        )
        client.kc = kernel.client
        return client.execute()
