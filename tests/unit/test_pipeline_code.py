"""Which code a notebook or module reaches: a change there, and only there, changes its digest."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from analysis.report import code

FILES = {
    "__init__.py": "",
    "store.py": "",
    "low/__init__.py": "from analysis.low.one import a",
    "low/one.py": "def a(): return 1",
    "low/two.py": "def b(): return 2",
    "low/table.csv": "1",
    "high/__init__.py": "",
    "high/page.py": "from analysis.low.two import b",
    "high/lazy.py": "def f():\n    from analysis.low import one",
    "high/typed.py": (
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from analysis.low import two"
    ),
    "high/near.py": "from .page import b\nfrom ..low import one",
    "high/whole.py": "from analysis import low",
    "high/reader.py": "from pathlib import Path\nHERE = Path(__file__).parent",
    "high/assets/look.css": "a{}",
    "high/inner/__init__.py": "",
    "high/inner/secret.css": "b{}",
}


@pytest.fixture
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    folder = tmp_path / "analysis"
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    monkeypatch.setattr(code, "SOURCE", folder)
    code._reached.cache_clear()
    yield folder
    code._reached.cache_clear()


@pytest.mark.parametrize(
    ("module", "expected"),
    [
        ("page", {"high/page.py", "low/two.py", "low/__init__.py"}),
        ("lazy", {"high/lazy.py", "low/one.py", "low/__init__.py"}),
        ("typed", {"high/typed.py"}),
        ("near", {"high/near.py", "high/page.py", "low/one.py", "low/two.py", "low/__init__.py"}),
        ("whole", {"high/whole.py", "low/__init__.py", "low/one.py", "low/table.csv"}),
        ("reader", {"high/reader.py", "high/assets/look.css"}),
    ],
)
def test_what_a_module_reaches(source: Path, module: str, expected: set[str]) -> None:
    passed = {"__init__.py", "high/__init__.py"}
    assert code.reached(f"analysis.high.{module}") == expected | passed


def test_a_digest_changes_with_what_is_reached_and_with_nothing_else(source: Path) -> None:
    before = {name: code.module_digest(f"analysis.high.{name}") for name in ("page", "lazy")}
    (source / "low/two.py").write_text("def b(): return 3", "utf-8")
    code._reached.cache_clear()
    assert code.module_digest("analysis.high.page") != before["page"]
    assert code.module_digest("analysis.high.lazy") == before["lazy"]


def test_a_notebooks_digest_sees_its_cells_but_not_its_outputs(
    source: Path, tmp_path: Path
) -> None:
    def digest(text: str, outputs: list[object]) -> str:
        cell = {"cell_type": "code", "source": [text], "outputs": outputs, "metadata": {}}
        (tmp_path / "n.ipynb").write_text(json.dumps({"cells": [cell]}), "utf-8")
        return code.notebook_digest(tmp_path / "n.ipynb")

    before = digest("from analysis.high.page import b", [])
    assert digest("from analysis.high.page import b", [{"text": "1"}]) == before
    assert digest("from analysis.high.page import b  # more", []) != before
    (source / "low/two.py").write_text("def b(): return 3", "utf-8")
    code._reached.cache_clear()
    assert digest("from analysis.high.page import b", []) != before


def test_the_real_pages_do_not_reach_the_render_floor() -> None:
    for name in ("nulage", "omrade", "metod"):
        reached = code.reached(f"analysis.present.pages.{name}")
        assert f"present/pages/{name}.py" in reached
        assert not [path for path in reached if path.startswith(("render/", "pipeline/"))]


def test_the_site_reaches_engine_templates_and_assets() -> None:
    reached = code.reached("analysis.site.build")
    assert {
        "render/embedded/templates/page.html",
        "render/embedded/pdf.py",
        "render/assets/typst-template.typ",
        "present/assets/report.css",
        "guard/search.py",
    } <= reached
    assert not [path for path in reached if path.startswith(("intake/", "measures/"))]
