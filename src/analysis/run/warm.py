"""A running kernel with the report's libraries imported, kept from notebook to notebook."""

from __future__ import annotations

import nbformat
from jupyter_client.client import KernelClient
from jupyter_client.manager import AsyncKernelManager, KernelManager
from nbclient.client import NotebookClient
from nbclient.exceptions import DeadKernelError

KERNEL = "python3"
START_TIMEOUT = 120
# Options of every kernel: quiet, with errors sent as data, and without a history of what it ran.
ARGUMENTS = [
    "--log-level=CRITICAL",
    "--ext=analysis.run.isolation",
    "--HistoryManager.enabled=False",
]

WARM_UP = "from analysis.run import isolation as _isolation; _isolation.warm_up()"
RESTORE = "from analysis.run import isolation as _isolation; _isolation.restore()"


class WarmKernel:
    """Starts a kernel and imports the report's libraries there; used by one thread only."""

    def __init__(self) -> None:
        self._client = NotebookClient(
            nbformat.v4.new_notebook(),
            km=AsyncKernelManager(kernel_name=KERNEL),
            extra_arguments=list(ARGUMENTS),
            startup_timeout=START_TIMEOUT,
            shutdown_kernel="immediate",
        )
        self._client.start_new_kernel()
        self._client.start_new_kernel_client()
        self._run(WARM_UP)

    @property
    def manager(self) -> KernelManager | None:
        """The kernel's manager, to be handed to a notebook client."""
        return self._client.km

    @property
    def client(self) -> KernelClient | None:
        """The connection to the kernel: one for its whole life, since clients share sockets."""
        return self._client.kc

    def restored(self) -> bool:
        """Put the kernel back to its state after start; false when it has died."""
        try:
            self._run(RESTORE)
        except DeadKernelError:
            return False
        return True

    def stop(self) -> None:
        """End the kernel's process."""
        self._client._cleanup_kernel()

    def kill(self) -> None:
        """End the kernel's process at once, from another thread, even while it runs code."""
        provisioner = self._client.km and self._client.km.provisioner
        process = getattr(provisioner, "process", None)
        if process:
            process.kill()

    def _run(self, code: str) -> None:
        cell = nbformat.v4.new_code_cell(code)
        self._client.nb.cells = [cell]
        self._client.execute_cell(cell, 0, store_history=False)
