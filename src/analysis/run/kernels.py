"""The Papermill engine ``warm``, registered through Papermill's entry point.

It runs a notebook in a given warm kernel instead of starting a kernel. Papermill loads this module
while Papermill itself is only half loaded, so it must not be imported at the top of the module.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nbformat import NotebookNode
    from papermill.engines import NotebookExecutionManager

    from analysis.run.warm import WarmKernel

WARM = "warm"


class WarmEngine:
    """The methods that Papermill calls; see `papermill.engines.Engine`."""

    @classmethod
    def execute_notebook(cls, nb: NotebookNode, kernel_name: str, **options: Any) -> Any:
        """Run a notebook in the kernel given as engine argument ``kernel``."""
        return _engine().execute_notebook(nb, kernel_name, **options)

    @staticmethod
    def nb_kernel_name(nb: NotebookNode, name: str | None = None) -> str:
        """Name of the kernel that a notebook asks for."""
        return str(_engine().nb_kernel_name(nb, name))

    @staticmethod
    def nb_language(nb: NotebookNode, language: str | None = None) -> str:
        """Language that a notebook is written in."""
        return str(_engine().nb_language(nb, language))


@cache
def _engine() -> Any:
    from papermill.clientwrap import PapermillNotebookClient
    from papermill.engines import Engine

    class Managed(Engine):  # type: ignore[misc]
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
            client = PapermillNotebookClient(
                nb_man, km=kernel.manager, kernel_name=kernel_name, timeout=execution_timeout
            )
            client.kc = kernel.client
            return client.execute()

    return Managed
