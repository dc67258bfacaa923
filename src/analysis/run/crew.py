"""The threads that run notebooks, each with a warm kernel of its own, the most urgent first.

Starting a kernel and importing the report's libraries takes seconds; it is done once per thread and
may begin before the first notebook is known. What is put back in between is `isolation`'s matter.
"""

from __future__ import annotations

import itertools
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from types import TracebackType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from analysis.run.warm import WarmKernel

Work = Callable[["WarmKernel | None"], Any]
LEAST_URGENT = 1_000_000


@dataclass(order=True)
class _Order:
    """Something to do in a kernel; none means that the thread may go."""

    urgency: int
    number: int
    work: Work | None = field(compare=False)
    result: Future[Any] = field(compare=False, default_factory=Future)


class Crew(AbstractContextManager["Crew"]):
    """Runs notebooks in a fixed number of threads.

    Parameters
    ----------
    size
        How many notebooks run at the same time.
    warm
        Whether each thread keeps a kernel; else every notebook is given none and starts its own.
    """

    def __init__(self, size: int, *, warm: bool) -> None:
        self._size = size
        self._warm = warm
        self._orders: queue.PriorityQueue[_Order] = queue.PriorityQueue()
        self._numbers = itertools.count()
        self._threads: list[threading.Thread] = []
        self._kernels: list[WarmKernel] = []
        self._lock = threading.Lock()

    def start(self) -> None:
        """Start the threads and their kernels, unless they are started."""
        with self._lock:
            if not self._threads:
                self._threads = [
                    threading.Thread(target=self._serve, name=f"crew-{number}", daemon=True)
                    for number in range(self._size)
                ]
                for thread in self._threads:
                    thread.start()

    def run(self, work: Work, urgency: int) -> Any:
        """Let a thread do some work, and wait for what it gives.

        Parameters
        ----------
        work
            Called with the thread's kernel, which is in its starting state.
        urgency
            Lower goes first among those that wait.
        """
        self.start()
        order = _Order(urgency, next(self._numbers), work)
        self._orders.put(order)
        return order.result.result()

    def dismiss(self) -> None:
        """Let the threads go when nothing more waits; do not wait for them."""
        for _ in self._threads:
            self._orders.put(_Order(LEAST_URGENT, next(self._numbers), None))

    def _serve(self) -> None:
        kernel: WarmKernel | None = None
        while True:
            fault: BaseException | None = None
            try:
                # Made ready before there is work: what takes time is done while nobody waits.
                kernel = self._ready(kernel)
            except BaseException as error:  # raised where the result is asked for
                fault = error
            order = self._orders.get()
            if order.work is None:
                break
            try:
                if fault:
                    raise fault
                order.result.set_result(order.work(kernel))
            except BaseException as error:  # raised where the result is asked for
                order.result.set_exception(error)
        if kernel:
            kernel.stop()

    def _ready(self, kernel: WarmKernel | None) -> WarmKernel | None:
        """A kernel in its starting state: the one there is, or a new one."""
        if not self._warm:
            return None
        if kernel is None:
            return self._new_kernel()
        if kernel.restored():
            return kernel
        kernel.stop()
        return self._new_kernel()

    def _new_kernel(self) -> WarmKernel:
        from analysis.run.warm import WarmKernel

        kernel = WarmKernel()
        with self._lock:
            self._kernels.append(kernel)
        return kernel

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if error is None:
            self.dismiss()
            for thread in self._threads:
                thread.join()
        else:
            # What still runs is of no use; the threads are daemons and end with the program.
            for kernel in self._kernels:
                kernel.kill()
