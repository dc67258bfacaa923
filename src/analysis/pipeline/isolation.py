"""Inside a warm kernel: the state every notebook starts from, and putting it back afterwards.

A notebook must give the same result whichever kernel it got and whatever ran there before.
`%reset` alone leaves the state of modules; here that which the report's libraries keep is restored.
"""

from __future__ import annotations

import copy
import json
import os
import random
import warnings
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from analysis.errors import AnalysisError

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

ERROR_MIME = "application/vnd.nki.error+json"
"""An error the user can mend, on its way from a notebook to the program that runs it."""

_start: dict[str, Any] = {}


def warm_up() -> None:
    """Import what notebooks use and remember the state that follows. Called once per kernel."""
    import numpy as np
    import pandas as pd
    import plotly.io as pio
    from IPython.core.getipython import get_ipython

    import analysis.present.notebook  # noqa: F401  (what every notebook imports)

    shell = get_ipython()
    assert shell is not None
    relay_errors(shell)
    _start.update(
        folder=Path.cwd(),
        environment=dict(os.environ),
        pandas={name: pd.get_option(name) for name in _pandas_options()},
        template=pio.templates.default,
        templates=copy.deepcopy({name: pio.templates[name] for name in ("plotly", "none")}),
        numpy=np.get_printoptions(),
        errors=np.geterr(),
        filters=list(warnings.filters),
        names=set(shell.user_ns),
    )


def restore() -> None:
    """Put the kernel back to the state after `warm_up`: an empty namespace, options as they were."""
    import numpy as np
    import pandas as pd
    import plotly.io as pio
    from IPython.core.getipython import get_ipython

    shell = get_ipython()
    assert shell is not None
    shell.run_line_magic("reset", "-f -s")
    shell.execution_count = 1
    os.chdir(_start["folder"])
    os.environ.clear()
    os.environ.update(_start["environment"])
    for name, value in _start["pandas"].items():
        if pd.get_option(name) != value:
            pd.set_option(name, value)
    pio.templates.default = _start["template"]
    for name, template in _start["templates"].items():
        pio.templates[name] = copy.deepcopy(template)
    np.set_printoptions(**_start["numpy"])
    np.seterr(**_start["errors"])
    np.random.seed(0)
    random.seed(0)
    warnings.filters[:] = _start["filters"]


def relay_errors(shell: InteractiveShell) -> None:
    """Send an `AnalysisError` as data, without a traceback: it may hold no answer, only the message."""

    def send(
        shell: InteractiveShell,
        kind: type[BaseException],
        error: BaseException,
        traceback: TracebackType,
        tb_offset: int | None = None,
    ) -> list[str]:
        assert isinstance(error, AnalysisError)
        message = {"kind": kind.__name__, **error.as_dict()}
        shell.display_pub.publish({ERROR_MIME: json.dumps(message)})
        text = [str(error)]
        shell._showtraceback(kind, error, text)
        return text

    shell.set_custom_exc((AnalysisError,), send)


def _pandas_options() -> list[str]:
    from pandas._config import config

    return sorted(config._registered_options)
