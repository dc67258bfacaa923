"""What tests share: a project folder of their own, the finished site of the example, a browser."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from filelock import FileLock
from projects import PREPARE, request

from analysis.errors import MachineError
from analysis.project import Project
from analysis.render import quarto
from analysis.report.make import report
from analysis.run.runner import Progress

ROOT = Path(__file__).resolve().parents[1]
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge")
PARTS = ("config", "notebooks", "reports", "data/example", "data/official")
FILES = ("_quarto.yml", "pyproject.toml", "requirements.txt")


def copy_of_the_project(root: Path) -> Project:
    """A project folder with everything a run reads, apart from the code."""
    for part in PARTS:
        shutil.copytree(ROOT / part, root / part)
    for file in FILES:
        shutil.copy(ROOT / file, root / file)
    (root / "data" / "raw").mkdir()
    (root / "published").mkdir()
    return Project(root)


@pytest.fixture(scope="session")
def project_at() -> Callable[[Path], Project]:
    """Makes a project folder at a place, for what several tests share."""
    return copy_of_the_project


@pytest.fixture
def new_project(tmp_path: Path) -> Callable[[str], Project]:
    """Makes project folders, each of which a test may change as it likes."""
    return lambda name: copy_of_the_project(tmp_path / name)


def _run(tmp_path_factory: pytest.TempPathFactory, name: str, engine: str = "embedded") -> Project:
    """A project of `projects` that has been run; once, also for several processes."""
    # With pytest-xdist every process has a folder of its own inside the common one.
    base = tmp_path_factory.getbasetemp()
    common = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    root = common / f"{name}-{engine}"
    with FileLock(f"{root}.lock"):
        if not (root / "finished").exists():
            project = copy_of_the_project(root)
            if name in PREPARE:
                PREPARE[name](project)
            report(project, request(name, engine), Progress())
            (root / "finished").touch()
    return Project(root)


@pytest.fixture(scope="session")
def finished_project(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Project]:
    """A project of `projects` that has been run; tests read it and change nothing in it."""
    return partial(_run, tmp_path_factory)


@pytest.fixture(scope="session")
def example_project(finished_project: Callable[[str], Project]) -> Project:
    """The example, run; tests read it and change nothing in it."""
    return finished_project("example")


@pytest.fixture(scope="session")
def example_site(example_project: Project) -> Path:
    """The example's finished site, made by the embedded engine."""
    return example_project.site


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say plainly when nothing was compared with Quarto: skipped tests are easily overlooked."""
    skipped = [
        report for report in terminalreporter.getreports("skipped") if "quarto" in report.keywords
    ]
    if skipped:
        terminalreporter.write_line(
            f"Quarto parity was NOT run: no Quarto on this machine ({len(skipped)} tests skipped)",
            yellow=True,
            bold=True,
        )


@pytest.fixture(scope="session")
def quarto_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same site made by Quarto, where there is one."""
    try:
        quarto.find()
    except MachineError as error:
        pytest.skip(error.problems[0].cause)
    return _run(tmp_path_factory, "example", "quarto").site


@pytest.fixture(params=["embedded", pytest.param("quarto", marks=pytest.mark.quarto)])
def site(request: pytest.FixtureRequest) -> Path:
    """The example's finished site, made by each engine."""
    name = "example_site" if request.param == "embedded" else "quarto_site"
    made: Path = request.getfixturevalue(name)
    return made


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    """An installed Chromium, Chrome or Edge."""
    program = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if program is None:
        if os.environ.get("NKI_REQUIRE_BROWSER") == "1":
            pytest.fail("no browser was found, but NKI_REQUIRE_BROWSER=1")
        pytest.skip("no Chromium, Chrome or Edge was found")
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield opened
        opened.close()
