"""``lab``: opens JupyterLab among the notebooks, for an analyst's own questions."""

from __future__ import annotations

import subprocess
import sys

from analysis.errors import UsageError
from analysis.project import Project

START = "utforska"


def command(project: Project, *, browser: bool = True) -> list[str]:
    """The command that starts JupyterLab, for this computer only and with its usual token.

    Raises
    ------
    UsageError
        When no report has been made: the notebooks read its tables.
    """
    if not any(project.processed.rglob("indices.parquet")):
        raise UsageError(
            "Det finns inga tabeller att räkna på",
            "Anteckningsböckerna läser tabellerna som rapporten gör.",
            "Gör rapporten först: python run.py",
        )
    options = {
        "ServerApp.ip": "127.0.0.1",
        "ServerApp.root_dir": str(project.notebooks),
        "LabApp.default_url": f"/lab/tree/{START}",
        "ServerApp.open_browser": str(browser),
    }
    return [sys.executable, "-m", "jupyterlab", *(f"--{k}={v}" for k, v in options.items())]


def open_lab(project: Project, *, browser: bool = True) -> int:
    """Run JupyterLab until it is stopped.

    Returns
    -------
    int
        0 after a normal stop, else JupyterLab's own exit code.
    """
    print("JupyterLab öppnas i webbläsaren (avsluta med Ctrl+C).", flush=True)
    try:
        return subprocess.call(command(project, browser=browser))
    except KeyboardInterrupt:
        return 0
