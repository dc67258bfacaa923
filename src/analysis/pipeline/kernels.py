"""A Papermill engine that keeps kernels warm: imports are done once, state is reset in between.

Each worker thread has a kernel of its own. With plain Papermill (``--isolated``) every notebook
gets a new kernel; the executed notebooks are the same.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import nbformat
from jupyter_client.asynchronous import AsyncKernelClient
from jupyter_client.manager import AsyncKernelManager
from nbclient.client import NotebookClient
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import Engine, NotebookExecutionManager, papermill_engines

WARM = "warm"
KERNEL = "python3"
START_TIMEOUT = 120

QUIET = ["--InteractiveShell.xmode=Minimal", "--log-level=ERROR"]

WARM_UP = "from analysis.pipeline import isolation as _isolation; _isolation.warm_up()"
RESTORE = "from analysis.pipeline import isolation as _isolation; _isolation.restore()"


class WarmKernel:
    """A running kernel with the report's libraries imported."""

    def __init__(self) -> None:
        self._client = NotebookClient(
            nbformat.v4.new_notebook(),
            km=AsyncKernelManager(kernel_name=KERNEL),
            extra_arguments=QUIET,
            startup_timeout=START_TIMEOUT,
        )
        self._client.start_new_kernel()
        self._client.start_new_kernel_client()
        self._run(WARM_UP)

    @property
    def manager(self) -> AsyncKernelManager:
        """The kernel's manager, to be handed to a notebook client."""
        return self._client.km

    @property
    def client(self) -> AsyncKernelClient:
        """The connection to the kernel."""
        return self._client.kc

    def restore(self) -> None:
        """Put the kernel back to its state after start."""
        self._run(RESTORE)

    def stop(self) -> None:
        """End the kernel's process."""
        self._client._cleanup_kernel()

    def _run(self, code: str) -> None:
        cell = nbformat.v4.new_code_cell(code)
        self._client.nb.cells = [cell]
        self._client.execute_cell(cell, 0, store_history=False)


class KernelPool:
    """One warm kernel per thread that asks for one, all stopped together."""

    def __init__(self) -> None:
        self._local = threading.local()
        self._started: list[WarmKernel] = []
        self._lock = threading.Lock()

    def kernel(self) -> WarmKernel:
        """This thread's kernel, started at first use and in its starting state."""
        kernel: WarmKernel | None = getattr(self._local, "kernel", None)
        if kernel is None:
            kernel = WarmKernel()
            self._local.kernel = kernel
            with self._lock:
                self._started.append(kernel)
        else:
            kernel.restore()
        return kernel

    def stop(self) -> None:
        """Stop every kernel."""
        for kernel in self._started:
            kernel.stop()
        self._started.clear()


@contextmanager
def warm_kernels() -> Iterator[KernelPool]:
    """A pool to hand to the notebooks run inside this block."""
    papermill_engines.register(WARM, WarmEngine)
    pool = KernelPool()
    try:
        yield pool
    finally:
        pool.stop()


class WarmEngine(Engine):  # type: ignore[misc]
    """Runs a notebook in this thread's kernel of the pool given as engine argument ``pool``."""

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: NotebookExecutionManager,
        kernel_name: str,
        *,
        pool: KernelPool,
        execution_timeout: int,
        **_: Any,
    ) -> Any:
        kernel = pool.kernel()
        client = PapermillNotebookClient(
            nb_man, km=kernel.manager, kernel_name=kernel_name, timeout=execution_timeout
        )
        # One client per kernel for its whole life: a second one's end would close shared sockets.
        client.kc = kernel.client
        return client.execute()
