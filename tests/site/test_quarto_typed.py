"""Someone who knows Quarto types its commands: in the root, in the build folder, by a notebook."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import lxml.html
import nbformat
import pytest
import yaml
from nbclient import NotebookClient

from analysis.errors import MachineError
from analysis.project import Project
from analysis.render import quarto

ROOT = Path(__file__).resolve().parents[2]
ANSWER = "Rapporten görs med: python run.py "


@pytest.fixture(scope="module")
def program() -> Path:
    try:
        return quarto.find().path
    except MachineError as error:
        pytest.skip(error.problems[0].cause)


@pytest.fixture
def build_folder(example_project: Project, tmp_path: Path) -> Path:
    """The example's build folder, as a run with the embedded engine leaves it, to play with."""
    built = example_project.processed / "example" / ".build" / "webbplats"
    return Path(shutil.copytree(built, tmp_path / ".build" / "webbplats"))


def typed(program: Path, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """What Quarto answers in a folder, with nothing to reach outside the computer."""
    environment = {**os.environ, "NO_COLOR": "1", "HTTPS_PROXY": "http://127.0.0.1:9"}
    return subprocess.run(
        [program, *words],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


def git(folder: Path, *words: str) -> str:
    who = ("-c", "user.name=t", "-c", "user.email=t@example.org")
    done = subprocess.run(
        ["git", *who, *words], cwd=folder, check=True, capture_output=True, text=True
    )
    return done.stdout


@pytest.fixture
def root(new_project: Callable[[str], Project]) -> Path:
    """A project under git, as a clone is."""
    folder = new_project("rot").root
    shutil.copy(ROOT / ".gitignore", folder)
    answer = yaml.safe_load((ROOT / "_quarto.yml").read_text("utf-8"))["project"]["pre-render"]
    (folder / answer).parent.mkdir(parents=True)
    shutil.copy(ROOT / answer, folder / answer)
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "x")
    return folder


@pytest.mark.quarto
@pytest.mark.slow
@pytest.mark.parametrize(
    "words",
    [
        ("render",),
        ("preview", "--no-browser"),
        ("render", "notebooks/40_nulage.ipynb"),
        ("render", "notebooks/80_metod.ipynb"),
        ("preview", "reports/data.qmd", "--no-browser"),
    ],
    ids=" ".join,
)
def test_in_the_root_one_sentence_says_what_to_type(
    program: Path, root: Path, words: tuple[str, ...]
) -> None:
    done = typed(program, root, *words)
    own = ("Running script", "Preparing to preview")
    said = [line for line in done.stderr.splitlines() if line and not line.startswith(own)]
    assert done.returncode == 1
    assert [line.startswith(ANSWER) for line in said] == [True]
    assert done.stdout == ""
    assert git(root, "status", "--porcelain") == ""


def test_in_the_root_every_included_file_is_there() -> None:
    """Quarto reads them before it answers; a run writes them anew in its build folder."""
    included = [
        path.parent / name
        for folder in ("notebooks", "reports")
        for path in (ROOT / folder).iterdir()
        if path.suffix in (".ipynb", ".qmd")
        for name in re.findall(r"\{\{< include (\S+) >\}\}", path.read_text("utf-8"))
    ]
    assert len(included) >= 3
    assert [path.name for path in included if not path.is_file()] == []


def test_a_run_leaves_a_folder_with_the_settings_that_quarto_needs(build_folder: Path) -> None:
    """Whichever engine ran: a PDF of a page is made only where the page says so."""
    config = yaml.safe_load((build_folder / "_quarto.yml").read_text("utf-8"))
    assert list(config["format"]) == ["html"]
    assert "pre-render" not in config["project"]
    for one in config["filters"]:
        assert (build_folder / one["path"]).is_file()
    front = nbformat.read(build_folder / "bilaga.ipynb", 4).cells[0].source.strip("-\n")
    assert yaml.safe_load(front)["format"]["typst"]["pdf-standard"] == ["ua-1"]


@pytest.mark.quarto
@pytest.mark.slow
def test_the_build_folder_is_shown_by_quarto(program: Path, build_folder: Path) -> None:
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = ["preview", "--no-browser", "--no-watch-inputs", "--port", str(port)]
    log = build_folder.with_name("log")
    with log.open("w") as said:
        shown = subprocess.Popen(
            [program, *words],
            cwd=build_folder,
            env={**os.environ, "NO_COLOR": "1"},
            stdout=said,
            stderr=said,
            start_new_session=True,
        )
        try:
            page = lxml.html.fromstring(_asked(f"http://127.0.0.1:{port}/", shown, 90))
            assert page.findtext(".//h1").strip() == "Översikt"
            assert len(page.findall(".//main//table")) >= 1
        finally:
            quarto._stop(shown)
            shown.wait()
    assert "ERROR" not in log.read_text("utf-8")


def _asked(address: str, served: subprocess.Popen[bytes], patience: float) -> bytes:
    """The answer of an address, once it answers."""
    end = time.monotonic() + patience
    while True:
        try:
            with urllib.request.urlopen(address, timeout=60) as answer:
                return bytes(answer.read())
        except OSError:
            assert served.poll() is None, "ended"
            assert time.monotonic() < end, "no answer"
            time.sleep(0.3)


@pytest.mark.quarto
@pytest.mark.slow
def test_a_page_of_the_build_folder_is_rendered_alone(program: Path, build_folder: Path) -> None:
    shutil.rmtree(build_folder / "_site")
    for page in ("omraden/bygglov.ipynb", "bilaga.ipynb"):
        done = typed(program, build_folder, "render", page)
        assert (done.returncode, "ERROR" in done.stderr) == (0, False), done.stderr
    page = lxml.html.parse(build_folder / "_site" / "omraden" / "bygglov.html")
    assert page.find(".//div[@class='nki-plot']") is not None
    assert (build_folder / "_site" / "bilaga.pdf").read_bytes().startswith(b"%PDF")


@pytest.mark.quarto
@pytest.mark.slow
def test_an_analysts_own_notebook_is_rendered_alone(
    program: Path, example_project: Project, root: Path
) -> None:
    """As it was saved: nothing is run again, the notebook stays as it is, and nothing is left."""
    folder = example_project.root / "notebooks" / "utforska"
    notebook = nbformat.read(folder / "eget_diagram.ipynb", 4)
    where = {"metadata": {"path": str(folder)}}
    NotebookClient(notebook, kernel_name="python3", resources=where).execute()
    saved = root / "notebooks" / "utforska" / "eget.ipynb"
    nbformat.write(notebook, saved)
    git(root, "add", "-A")
    before = saved.read_bytes()
    done = typed(program, saved.parent, "render", saved.name)
    assert done.returncode == 0, done.stderr
    assert saved.read_bytes() == before
    page = lxml.html.parse(saved.with_suffix(".html"))
    assert len(page.findall(".//div[@class='nki-plot']")) >= 1
    git(root, "commit", "-qm", "y")
    assert git(root, "status", "--porcelain") == ""
