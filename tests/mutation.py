"""Mutation testing by hand: which small changes of the code would no test notice?

``python tests/mutation.py measures`` draws a sample of the changes that mutmut can make to the
code of a part (another number, another comparison, an argument left out, a condition turned), and
runs the part's tests against each change alone. What no test notices is shown. mutmut is installed
beside a copy of the project in a temporary folder; neither the project nor its environment is
touched. It is no part of the test run: a part takes from some minutes to an hour.
docs/reliability.md tells the shares.

mutmut's own runner starts pytest anew for each change. Here pytest has collected the tests once,
and each change is tried in a forked process with the tests that reach the changed function, the
quickest first. It therefore runs on Linux and macOS only.
"""

from __future__ import annotations

import argparse
import ast
import difflib
import gc
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
TOOL = "mutmut==3.8.1"
PARTS = {
    "measures": (
        ["src/analysis/measures/*.py"],
        [
            "tests/unit/test_measures_*.py",
            "tests/unit/test_plan_list.py",
            "tests/unit/test_part_of_year.py",
            "tests/golden/test_measures_golden.py",
            "tests/property/test_measures_properties.py",
        ],
    ),
    "intake": (
        ["src/analysis/intake/answers/*.py"],
        ["tests/unit/test_intake_files.py", "tests/unit/test_intake_clean.py"],
    ),
    "guard": (
        ["src/analysis/guard/*.py"],
        ["tests/unit/test_guard.py", "tests/unit/test_site_checks.py"],
    ),
    "sentences": (
        ["src/analysis/present/goals.py", "src/analysis/present/wording.py"],
        ["tests/pages/test_sentences.py"],
    ),
}
WHOLE_REPORT, SLOWEST = "not honest_report", " and not attack and not many_seeds"
"""Tests that are left out: those that make a whole report, and some that take seconds each."""
CPU_SECONDS = 300
"""A change that keeps the tests busy for longer has been noticed: it never ends."""


def main() -> int:
    """Make the changes in a copy of the project, and try them there."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("part", choices=PARTS)
    parser.add_argument("--sample", type=int, default=150, help="changes to try; 0 for all")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, help="where to work; a new temporary folder if left")
    parser.add_argument("--only", nargs="*", help="try just these changes, by their names")
    parser.add_argument("--tests", nargs="*", help="other test files than the part's")
    parser.add_argument("--slowest", action="store_true", help="with the slowest tests too")
    asked = parser.parse_args()
    tests = asked.tests or PARTS[asked.part][1]
    folder = asked.folder or Path(tempfile.mkdtemp(prefix=f"mutation-{asked.part}-"))
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--target", str(folder / "tool")]
    if not (folder / "tool").is_dir():
        subprocess.run([*install, TOOL], check=True)
    copy(folder / "project")
    environment = {
        **os.environ,
        "PYTHONPATH": f"{folder / 'tool'}:{folder / 'project' / 'tests'}",
        "OPENBLAS_NUM_THREADS": "1",
        "NKI_MUTATIONS": json.dumps(vars(asked), default=str),
    }
    chosen = [str(path) for pattern in tests for path in sorted((folder / "project").glob(pattern))]
    left_out = WHOLE_REPORT if asked.slowest else WHOLE_REPORT + SLOWEST
    arguments = ["-p", "mutation", "-p", "no:cacheprovider", "-n0", "-q", "-k", left_out]
    return subprocess.run(
        [sys.executable, "-m", "pytest", *arguments, *chosen],
        cwd=folder / "project",
        env=environment,
        check=False,
    ).returncode


def copy(project: Path) -> None:
    """Copy what the project's folder holds apart from what git ignores."""
    listing = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(listing, cwd=ROOT, stdout=subprocess.PIPE, check=True, text=True)
    for name in listed.stdout.splitlines():
        if (ROOT / name).is_file():
            (project / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, project / name)


def mutated(patterns: list[str]) -> dict[str, Path]:
    """Write every possible change into the modules, beside the original; their names and files."""
    from mutmut.mutation.file_mutation import mutate_file_contents
    from mutmut.utils.format_utils import get_mutant_name

    found = {}
    for path in sorted(path for pattern in patterns for path in Path().glob(pattern)):
        made = mutate_file_contents(str(path), path.read_text("utf-8"))
        path.write_text(made.code, "utf-8")
        found |= {get_mutant_name(path, name): path for name in made.mutant_names}
    return found


class Trial:
    """The collected tests, run against one change at a time.

    Parameters
    ----------
    asked
        What was asked on the command line.
    changes
        Every possible change with its file.
    """

    def __init__(self, asked: dict[str, Any], changes: dict[str, Path]) -> None:
        self.changes = changes
        number = min(asked["sample"] or len(changes), len(changes))
        sample = random.Random(asked["seed"]).sample(sorted(changes), number)
        self.chosen: list[str] = asked["only"] or sample
        self.part: str = asked["part"]

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Try each change in place of pytest's own loop over the tests."""
        said = os.fdopen(os.dup(1), "w", encoding="utf-8")
        # What was imported is shared with the forked processes for good: nothing to look through.
        gc.freeze()
        reached = in_child(lambda: reach(session))
        assert isinstance(reached, dict), "the tests fail without any change"
        noticed = 0
        for number, name in enumerate(self.chosen, start=1):
            function = name.rpartition("__mutmut_")[0]
            tests = reached.get(function, [])
            caught = in_child(lambda name=name, tests=tests: fails(session, name, tests))
            noticed += caught is not False
            what = "noticed" if caught is True else "never ended" if caught is None else "UNNOTICED"
            print(f"{number} {what} ({len(tests)} tests): {name}", file=said, flush=True)
            if caught is False:
                print(*difference(self.changes[name], name), sep="\n", file=said, flush=True)
        print(
            f"{self.part}: {noticed} of {len(self.chosen)} changes were noticed; "
            f"{len(self.changes)} are possible",
            file=said,
            flush=True,
        )
        return True


def difference(path: Path, name: str) -> list[str]:
    """The lines of a function that a change takes away and puts there."""
    tree = ast.parse(path.read_text("utf-8"))
    functions = {
        node.name: ast.unparse(node.body).splitlines()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
    }
    changed = name.rpartition(".")[2]
    original = f"{changed.rpartition('__mutmut_')[0]}__mutmut_orig"
    lines = difflib.unified_diff(functions[original], functions[changed], n=0, lineterm="")
    return [f"    {line}" for line in lines if not line.startswith(("---", "+++", "@@"))]


def in_child(work: Callable[[], object]) -> Any:
    """The result of some work in a forked process; None where it was ended for its time."""
    # Not on Windows, where this file is read for its examples all the same.
    import resource

    reader, writer = os.pipe()
    if (child := os.fork()) == 0:
        os.close(reader)
        resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(quiet, 1)
        os.dup2(quiet, 2)
        with os.fdopen(writer, "w", encoding="utf-8") as file:
            json.dump(work(), file)
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, encoding="utf-8") as file:
        text = file.read()
    os.waitpid(child, 0)
    return json.loads(text) if text else None


def reach(session: pytest.Session) -> object:
    """The tests that reach each function, the quickest first; False where one fails."""
    from mutmut.mutation.trampoline import set_mutant_under_test
    from mutmut.state import state

    set_mutant_under_test("stats")
    reached: dict[str, list[tuple[float, int]]] = defaultdict(list)
    for place, (item, following) in enumerate(zip_longest(session.items, session.items[1:])):
        started = time.process_time()
        item.ihook.pytest_runtest_protocol(item=item, nextitem=following)
        spent = time.process_time() - started
        for function in state()._stats:
            reached[function].append((spent, place))
        state()._stats.clear()
    if session.testsfailed:
        return False
    return {name: [place for _, place in sorted(found)] for name, found in reached.items()}


def fails(session: pytest.Session, name: str, tests: list[int]) -> bool:
    """Whether one of some tests fails with a change."""
    from mutmut.mutation.trampoline import set_mutant_under_test

    set_mutant_under_test(name)
    items = [session.items[place] for place in tests]
    for item, following in zip_longest(items, items[1:]):
        item.ihook.pytest_runtest_protocol(item=item, nextitem=following)
        if session.testsfailed:
            return True
    return False


def pytest_configure(config: pytest.Config) -> None:
    """Change the copy before its modules are imported, and take over the run."""
    asked = json.loads(os.environ["NKI_MUTATIONS"])
    changes = mutated(PARTS[asked["part"]][0])
    config.pluginmanager.register(Trial(asked, changes))


if __name__ == "__main__":
    sys.exit(main())
