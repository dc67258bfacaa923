"""Inside a kernel: the state that every notebook starts from, restored after each notebook.

A notebook must give the same result in any kernel, whatever notebooks ran there before. `%reset`
leaves the state of modules as it is; here the state kept by the report's libraries is restored.
"""

from __future__ import annotations

import decimal
import gc
import json
import locale
import os
import random
import sys
import warnings
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, cast

from analysis import disk
from analysis.errors import AnalysisError
from analysis.faults import described

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

PLOTLY = ("plotly", "_plotly_utils")

_start: dict[str, Any] = {}


def load_ipython_extension(shell: InteractiveShell) -> None:
    """Prepare a kernel, warm or not: errors are sent as data, and `random` is seeded."""
    shell.set_custom_exc((Exception,), _send)  # type: ignore[no-untyped-call]
    shell.events.register("pre_run_cell", _seed)
    # Pages are made from the Markdown of displayed parts; their HTML is for notebooks in Jupyter.
    if shell.display_formatter:
        shell.display_formatter.formatters["text/html"].enabled = False


def warm_up() -> None:
    """Import the notebooks' libraries and record the resulting state. Called once a kernel."""
    # Imported modules live as long as the kernel: garbage collections skip them, now and later.
    gc.disable()
    import numpy as np
    import pandas as pd

    import analysis.present.notebook  # noqa: F401  (what every notebook imports)

    _start.update(
        folder=Path.cwd(),
        environment=dict(os.environ),
        path=list(sys.path),
        locale=locale.setlocale(locale.LC_ALL),
        decimal=decimal.getcontext().copy(),
        pandas={name: pd.get_option(name) for name in _pandas_options()},
        numpy=np.get_printoptions(),
        errors=np.geterr(),
        filters=list(warnings.filters),
    )
    _start.pop("seeded", None)
    gc.freeze()
    gc.enable()


def restore() -> None:
    """Restore the state after `warm_up`: no names of a notebook, library options as they were."""
    import numpy as np
    import pandas as pd
    from IPython.core.getipython import get_ipython

    shell = get_ipython()
    assert shell is not None
    shell.run_line_magic("reset", "-f -s")
    # Resetting has collected the garbage: what is left are modules that the notebook imported.
    gc.freeze()
    os.chdir(_start["folder"])
    os.environ.clear()
    os.environ.update(_start["environment"])
    sys.path[:] = _start["path"]
    locale.setlocale(locale.LC_ALL, _start["locale"])
    decimal.setcontext(_start["decimal"].copy())
    for name, value in _start["pandas"].items():
        if pd.get_option(name) != value:
            pd.set_option(name, value)
    # No page needs Plotly's Python part, a third of a kernel's start; one that imported it leaves
    # its templates and renderers behind, so it is imported anew.
    for name in [name for name in sys.modules if name.partition(".")[0] in PLOTLY]:
        del sys.modules[name]
    np.set_printoptions(**_start["numpy"])
    np.seterr(**_start["errors"])
    np.random.seed(0)
    warnings.resetwarnings()
    cast(list[Any], warnings.filters).extend(_start["filters"])
    _start.pop("seeded", None)


def _seed(_: object) -> None:
    """Seed `random` before the first cell: the kernel consumes random numbers itself."""
    if not _start.get("seeded"):
        _start["seeded"] = True
        random.seed(0)


def _send(
    shell: InteractiveShell,
    kind: type[BaseException],
    error: BaseException,
    traceback: TracebackType,
    tb_offset: int | None = None,
) -> list[str]:
    """Send an error as data instead of a traceback, whose message may contain an answer."""
    told = error if isinstance(error, AnalysisError) else disk.refused(error)
    if told:
        message = {"kind": type(told).__name__, **told.as_dict()}
    else:
        message = {"description": described(error)}
    text = [json.dumps(message)]
    shell._showtraceback(kind, kind.__name__, text)
    return text


def _pandas_options() -> list[str]:
    from pandas._config import config

    return sorted(vars(config)["_registered_options"])
