"""The Quarto engine: finding a usable Quarto and letting it render a build folder.

Quarto only renders; nothing is computed here. The build folder itself is never changed:
Quarto works in a copy whose settings are fitted to its version, and the site is moved back whole.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import sysconfig
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath

from analysis import swedish
from analysis.errors import MachineError, Problem, RenderingError
from analysis.render.embedded.source import unrun_code
from analysis.render.quarto_pages import mend
from analysis.render.quarto_project import fit, output_folder, sources, working_copy

OLDEST = (1, 9, 0)
"""The first version whose typst output is tagged and can be PDF/UA."""

BOTH_STANDARDS = (1, 10, 0)
"""The first version whose typst takes PDF/A-2a and PDF/UA-1 together."""

TIME_LIMIT = 15 * 60.0
"""Seconds for a whole site; an ordinary one takes half a minute."""

PATH_VARIABLE = "QUARTO_PATH"

# Settings of the user's own that would steer Quarto or typst past the project's.
FOREIGN = frozenset(
    (
        "QUARTO_LOG",
        "QUARTO_LOG_FORMAT",
        "QUARTO_LOG_LEVEL",
        "QUARTO_PDF_STANDARD",
        "QUARTO_PROFILE",
        "QUARTO_PROJECT_DIR",
        "TYPST_FONT_PATHS",
        "TYPST_ROOT",
    )
)

OWN_FILES = ("LOCALAPPDATA", "XDG_CACHE_HOME", "XDG_DATA_HOME")
"""Folders for Quarto's own files."""

COLOUR = re.compile(r"\x1b\[[0-9;]*m")
PROGRESS = re.compile(r"\[\s*\d+/\d+\]\s+.+")
FAULT = re.compile(r"ERROR\b|\(E\)")
WARNING = re.compile(r"WARN(?:ING)?\b(?: \([^)]*\))?:?\s*(.+)")
# Steps of a stack trace; a PDF checker that is not needed.
NOISE = re.compile(r"^\s+(?:at |\d+: )|^Stack (?:back)?trace|verapdf|^Standards requested")


@dataclass(frozen=True)
class Quarto:
    """A Quarto that can be used.

    Parameters
    ----------
    path
        The program.
    version
        Major, minor and patch number.
    """

    path: Path
    version: tuple[int, int, int]

    @property
    def version_text(self) -> str:
        """The version as Quarto writes it.

        >>> Quarto(Path("quarto"), (1, 10, 18)).version_text
        '1.10.18'
        """
        return ".".join(map(str, self.version))

    @property
    def pdf_standards(self) -> tuple[str, ...]:
        """The PDF standards this version can meet together.

        >>> Quarto(Path("quarto"), (1, 9, 38)).pdf_standards
        ('ua-1',)
        """
        return ("a-2a", "ua-1") if self.version >= BOTH_STANDARDS else ("ua-1",)


def find(environment: Mapping[str, str] = os.environ) -> Quarto:
    """The Quarto to use: from ``QUARTO_PATH``, else from the environment, else from the PATH.

    An unusable Quarto in ``QUARTO_PATH`` is an error, never silently replaced by another.

    Parameters
    ----------
    environment
        Where ``QUARTO_PATH`` and ``PATH`` are read.

    Raises
    ------
    MachineError
        With the reason why no Quarto can be used.
    """
    if pointed_out := environment.get(PATH_VARIABLE, "").strip():
        if program := shutil.which(pointed_out):
            return _examine(Path(program))
        raise _unusable(f"{PATH_VARIABLE} pekar på {pointed_out}, som inte går att starta.")
    for folders in (sysconfig.get_path("scripts"), environment.get("PATH", os.defpath)):
        if program := shutil.which("quarto", path=folders):
            return _examine(Path(program))
    raise _unusable("Quarto är inte installerat på datorn.")


def _unusable(reason: str) -> MachineError:
    return MachineError(
        "Quarto kan inte användas",
        reason,
        "Kör utan --engine quarto, så används den inbyggda motorn.",
    )


def _examine(program: Path) -> Quarto:
    try:
        answer = subprocess.run(
            [program, "--version"],
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            stdin=subprocess.DEVNULL,
            timeout=60,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        raise _unusable(f"Quarto i {program} går inte att starta.") from None
    match = re.search(r"^(\d+)\.(\d+)\.(\d+)", answer.stdout, re.MULTILINE)
    if answer.returncode or match is None:
        raise _unusable(f"Quarto i {program} svarar inte med sin version.")
    quarto = Quarto(program, (int(match[1]), int(match[2]), int(match[3])))
    if quarto.version < OLDEST:
        raise _unusable(
            f"Quarto {quarto.version_text} är för gammalt; "
            f"version {OLDEST[0]}.{OLDEST[1]} eller senare behövs."
        )
    return quarto


def render(
    project: Path, quarto: Quarto, *, timestamp: datetime, time_limit: float = TIME_LIMIT
) -> tuple[str, ...]:
    """Render a build folder into its output folder, as the embedded engine does.

    Parameters
    ----------
    project
        Build folder with ``_quarto.yml``, pages and executed notebooks. Pages whose front
        matter says ``format: typst`` become PDFs, all others HTML.
    quarto
        The program, from `find`.
    timestamp
        Date of the PDF; aware. The same time and input give the same bytes.
    time_limit
        Seconds after which Quarto is stopped.

    Returns
    -------
    tuple of str
        Quarto's warnings.

    Raises
    ------
    RenderingError
        When a page holds code to be run, or Quarto fails or takes too long.
    """
    project = project.resolve()
    _refuse_code(project)
    output = output_folder(project)
    target = project / output
    with working_copy(project) as copy:
        fit(copy, quarto.pdf_standards)
        log = _run(copy, quarto, timestamp, time_limit)
        site = copy / output
        if not any(path.suffix in (".html", ".pdf") for path in site.rglob("*")):
            raise _failure(quarto, "Quarto gav varken webbsidor eller PDF.", log)
        mend(site)
        shutil.rmtree(target, ignore_errors=True)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(site, target)
    told = (WARNING.match(line) for line in log if not NOISE.search(line))
    return tuple(dict.fromkeys(f"Quarto varnar: {match[1]}" for match in told if match))


def _refuse_code(project: Path) -> None:
    """Refuse code in pages: Quarto would publish it unrun without a warning."""
    problems: list[Problem] = []
    for page in sources(project):
        try:
            problems += unrun_code(project, PurePosixPath(page))
        except RenderingError as error:
            problems += error.problems
    if problems:
        raise RenderingError("Webbplatsen kan inte göras", problems=problems)


def _run(copy: Path, quarto: Quarto, timestamp: datetime, time_limit: float) -> list[str]:
    """Run ``quarto render`` in the copy; return what it wrote, line by line."""
    log: list[str] = []
    late = threading.Event()
    try:
        process = subprocess.Popen(
            [quarto.path, "render"],
            cwd=copy,
            env=_environment(copy, timestamp),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,
        )
    except OSError as error:
        raise _failure(quarto, f"Quarto gick inte att starta ({error.strerror}).", log) from error

    def stop() -> None:
        late.set()
        _stop(process)

    timer = threading.Timer(time_limit, stop)
    timer.start()
    try:
        for raw in process.stdout or ():
            line = COLOUR.sub("", raw).rstrip().replace(f"{copy}{os.sep}", "")
            if line and not PROGRESS.match(line):
                log.append(line)
        code = process.wait()
    finally:
        timer.cancel()
        if process.poll() is None:
            _stop(process)
    if late.is_set():
        minutes = swedish.number(time_limit / 60, 0)
        raise _failure(quarto, f"Quarto blev inte klart på {minutes} minuter.", log)
    if code:
        raise _failure(quarto, f"Quarto {quarto.version_text} slutade med felkod {code}.", log)
    # Quarto only prints some faults inside a page; the page then lacks a part.
    if any(FAULT.match(line) and not NOISE.search(line) for line in log):
        raise _failure(quarto, f"Quarto {quarto.version_text} rapporterade fel.", log)
    return log


def _environment(copy: Path, timestamp: datetime) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in FOREIGN}
    return {
        **kept,
        "DENO_NO_UPDATE_CHECK": "1",
        "NO_COLOR": "1",
        "QUARTO_PYTHON": sys.executable,
        "QUARTO_RUN_NO_NETWORK": "true",
        "SOURCE_DATE_EPOCH": str(int(timestamp.timestamp())),
        "TYPST_IGNORE_SYSTEM_FONTS": "true",
        # Quarto fails where it cannot write to its usual folders; kept, since it reuses its styles.
        **dict.fromkeys(OWN_FILES, str(copy.with_name(".quarto"))),
    }


def _stop(process: subprocess.Popen[str]) -> None:
    """Stop Quarto and the programs it started."""
    if sys.platform == "win32":
        tree = ["taskkill", "/F", "/T", "/PID", str(process.pid)]
        subprocess.run(tree, capture_output=True, check=False)
    else:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def _failure(quarto: Quarto, cause: str, log: list[str]) -> RenderingError:
    lines = [line for line in log if not NOISE.search(line)]
    told = [line for line in lines if FAULT.match(line)][-3:] or lines[-8:]
    said = f" Det sista den skrev: {' / '.join(told)}" if told else ""
    return RenderingError(
        "Quarto kunde inte göra sidorna",
        cause + said,
        "Kör igen med --engine embedded, som inte behöver Quarto.",
        str(quarto.path),
    )
