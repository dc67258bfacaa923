"""A notebook gives the same result in any kernel, after anything, and with none of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import nbformat
import pytest

from analysis.errors import ConfigurationError, InputDataError, Problem, RenderingError
from analysis.faults import NotebookFault
from analysis.run.notebooks import run_notebook
from analysis.run.runner import Done, Job, Progress, Runner
from analysis.run.warm import WarmKernel

PARAMETERS = "word: str = 'ingen'"
REPORT = """
import decimal, locale, os, random, sys, warnings
import numpy as np
import pandas as pd
import plotly.io as pio

print(word)
print(sorted(name for name in dir() if not name.startswith("_")))
print(pd.get_option("display.max_rows"), pd.get_option("display.precision"))
print(pio.templates.default, pio.templates["plotly"].layout.colorway[:2], pio.renderers.default)
print(np.get_printoptions()["precision"], np.geterr())
print(random.random(), os.environ.get("LEFT_BEHIND"), os.getcwd())
print(sys.path[0] == "/left", decimal.getcontext().prec, len(warnings.filters))
print(pd.Series([1 / 3]))
"""
SPOIL = """
import builtins, decimal, os, random, sys, warnings
import numpy as np
import pandas as pd
import plotly.io as pio

left_behind = 1
pd.set_option("display.max_rows", 3, "display.precision", 1)
pio.templates["plotly"].layout.colorway = ["#000000"]
pio.templates.default = "none"
pio.renderers.default = "json"
np.set_printoptions(precision=1)
np.seterr(all="ignore")
random.seed(5)
os.environ["LEFT_BEHIND"] = "ja"
os.chdir("/")
sys.path.insert(0, "/left")
decimal.getcontext().prec = 3
warnings.simplefilter("ignore")
"""


@pytest.fixture(scope="module")
def kernel() -> Iterator[WarmKernel]:
    started = WarmKernel()
    yield started
    started.stop()


@pytest.fixture
def template(tmp_path: Path) -> Callable[..., Path]:
    def write(name: str, *cells: str) -> Path:
        first = nbformat.v4.new_code_cell(PARAMETERS, metadata={"tags": ["parameters"]})
        codes = [nbformat.v4.new_code_cell(cell) for cell in cells]
        kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
        notebook = nbformat.v4.new_notebook(cells=[first, *codes], metadata={"kernelspec": kernel})
        nbformat.write(notebook, tmp_path / f"{name}.ipynb")
        return tmp_path / f"{name}.ipynb"

    return write


def executed(template: Path, kernel: WarmKernel | None, word: str = "ett") -> bytes:
    output = template.with_name("executed") / template.name
    run_notebook(template, {"word": word}, output, kernel)
    return output.read_bytes()


def test_nothing_that_a_notebook_leaves_reaches_the_next(
    kernel: WarmKernel, template: Callable[..., Path]
) -> None:
    report, spoil = template("report", REPORT), template("spoil", SPOIL)
    before = executed(report, kernel)
    assert kernel.restored()
    executed(spoil, kernel)
    assert kernel.restored()
    assert executed(report, kernel) == before
    assert b"left_behind" not in before
    assert kernel.restored()


def test_a_kernel_of_its_own_gives_the_same_bytes(
    kernel: WarmKernel, template: Callable[..., Path]
) -> None:
    report = template("report", REPORT)
    warm = executed(report, kernel)
    assert kernel.restored()
    assert executed(report, None) == warm


def test_the_state_that_is_looked_at_is_really_spoilt_without_restoring(
    kernel: WarmKernel, template: Callable[..., Path]
) -> None:
    """The test above means something only when the spoiling can be seen."""
    report = template("report", REPORT)
    both = template("both", SPOIL, REPORT)
    clean = nbformat.reads(executed(report, kernel).decode(), 4).cells[-1].outputs[0].text
    assert kernel.restored()
    spoilt = nbformat.reads(executed(both, kernel).decode(), 4).cells[-1].outputs[0].text
    assert kernel.restored()
    differing = [a != b for a, b in zip(clean.splitlines(), spoilt.splitlines(), strict=False)]
    assert sum(differing) >= 7


@pytest.mark.parametrize("warm", [True, False], ids=["warm", "isolated"])
@pytest.mark.parametrize("kind", [InputDataError, ConfigurationError, RenderingError])
def test_an_error_the_user_can_mend_arrives_whole(
    kernel: WarmKernel, template: Callable[..., Path], kind: type, warm: bool
) -> None:
    raising = template(
        f"raise-{kind.__name__}",
        f"""from analysis.errors import {kind.__name__}, Problem
raise {kind.__name__}("Två fel", problems=[
    Problem("Området är okänt.", "Rätta det.", "a.csv, rad 3"), Problem("Filen är tom.")])""",
    )
    with pytest.raises(kind) as caught:
        run_notebook(raising, {"word": "x"}, raising.with_name("out"), kernel if warm else None)
    if warm:
        assert kernel.restored()
    assert caught.value.title == "Två fel"
    assert caught.value.problems == (
        Problem("Området är okänt.", "Rätta det.", "a.csv, rad 3"),
        Problem("Filen är tom."),
    )
    assert caught.value.exit_code == kind.exit_code


@pytest.mark.parametrize("warm", [True, False], ids=["warm", "isolated"])
def test_a_fault_of_ours_tells_where_and_nothing_of_what(
    kernel: WarmKernel, template: Callable[..., Path], warm: bool
) -> None:
    raising = template(
        "fault",
        "def inner(answer):\n    return int(answer)\nsecret = 'Anna ' + 'Andersson'\ninner(secret)",
    )
    with pytest.raises(NotebookFault) as caught:
        run_notebook(raising, {"word": "x"}, raising.with_name("out"), kernel if warm else None)
    if warm:
        assert kernel.restored()
    text = str(caught.value)
    assert "fault.ipynb" in text
    assert "ValueError" in text
    assert "Anna Andersson" not in text
    assert caught.value.__suppress_context__
    assert not raising.with_name("out").exists()


def job(path: Path, act: Callable[[WarmKernel | None], object], *inputs: str) -> Job:
    """A job in a kernel that writes one file, from others beside it."""

    def done(kernel: WarmKernel | None) -> Done:
        act(kernel)
        path.write_text("gjort", "utf-8")
        return Done()

    reads = tuple(path.with_name(name) for name in inputs)
    return Job(path.name, path.name, "", reads, (path,), "", act=done, notebook=True)


def test_a_kernel_that_dies_is_replaced(template: Callable[..., Path], tmp_path: Path) -> None:
    deadly = template("deadly", "import os; os._exit(1)")
    report = template("report", REPORT)
    found: list[bytes] = []
    with Runner(tmp_path, kernels=1, warm=True, fresh=True, progress=Progress()) as runner:
        with pytest.raises(Exception, match="died"):
            runner.run([job(tmp_path / "d", lambda kernel: executed(deadly, kernel))])
        runner.run([job(tmp_path / "r", lambda kernel: found.append(executed(report, kernel)))])
    assert b"ett" in found[0]


def test_the_notebook_that_most_others_wait_for_goes_first(tmp_path: Path) -> None:
    done: list[str] = []

    def noted(name: str, *inputs: str) -> Job:
        return job(tmp_path / name, lambda _: done.append(name), *inputs)

    jobs = [noted("z"), noted("y", "x"), noted("w"), noted("x"), noted("v", "x"), noted("u", "v")]
    with Runner(tmp_path, kernels=1, warm=False, fresh=True, progress=Progress()) as runner:
        runner.run(jobs)
    assert done[0] == "x"
    assert sorted(done) == list("uvwxyz")


def test_papermill_knows_the_engine_by_its_entry_point() -> None:
    from papermill.engines import papermill_engines

    assert papermill_engines.get_engine("warm").__name__ == "WarmEngine"
