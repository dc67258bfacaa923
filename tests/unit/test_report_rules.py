"""What the code never does: unpickle, evaluate text, start a shell, read YAML unsafely."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MODULES = [*sorted((ROOT / "src").rglob("*.py")), ROOT / "run.py"]
UNSAFE_MODULES = {"pickle", "cPickle", "marshal", "shelve", "dill", "cloudpickle", "joblib"}
UNSAFE_CALLS = {"eval", "exec", "os.system", "os.popen", "pd.read_pickle", "subprocess.getoutput"}
SAFE_LOADERS = {"LOADER", "SafeLoader", "CSafeLoader", "yaml.SafeLoader", "yaml.CSafeLoader"}


def unsafe(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = [alias.name for alias in node.names]
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            yield from (name for name in names if name.split(".")[0] in UNSAFE_MODULES)
        if not isinstance(node, ast.Call):
            continue
        called = ast.unparse(node.func)
        if called in UNSAFE_CALLS:
            yield called
        if any(
            word.arg == "shell" and ast.unparse(word.value) != "False" for word in node.keywords
        ):
            yield f"{called} with a shell"
        if called in ("yaml.load", "yaml.load_all"):
            given = [*node.args[1:], *(word.value for word in node.keywords)]
            if not given or ast.unparse(given[0]) not in SAFE_LOADERS:
                yield f"{called} without a safe loader"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_module_does_nothing_unsafe(path: Path) -> None:
    assert list(unsafe(path.read_text("utf-8"))) == []


@pytest.mark.parametrize(
    "source",
    [
        "import pickle",
        "from joblib import load",
        "eval('1')",
        "import os\nos.system('x')",
        "import subprocess\nsubprocess.run('x', shell=True)",
        "import yaml\nyaml.load(text)",
        "import yaml\nyaml.load(text, Loader=yaml.Loader)",
    ],
)
def test_the_rule_sees_what_it_forbids(source: str) -> None:
    assert list(unsafe(source))
