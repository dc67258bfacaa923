"""Typed notebook parameters: unknown, missing or of another type is an error."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

from analysis.run.parameters import checked, declared

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def template(tmp_path: Path) -> Path:
    return write(
        tmp_path / "a.ipynb", "year: int = 2024\nareas: list[str] = []\nexample: bool = True"
    )


def write(path: Path, *cells: str) -> Path:
    codes = [nbformat.v4.new_code_cell(cell, metadata={"tags": ["parameters"]}) for cell in cells]
    nbformat.write(nbformat.v4.new_notebook(cells=codes), path)
    return path


GOOD = {"year": 2025, "areas": ["bygglov"], "example": False}


def test_values_that_fit_are_given_back(template: Path) -> None:
    assert checked(template, GOOD) == GOOD


def test_an_unknown_parameter_is_named(template: Path) -> None:
    with pytest.raises(ValueError, match=r"unknown parameters \['yaer'\]"):
        checked(template, {**GOOD, "yaer": 2025})


def test_a_missing_parameter_is_named(template: Path) -> None:
    with pytest.raises(ValueError, match=r"missing parameters \['example'\]"):
        checked(template, {"year": 2025, "areas": []})


@pytest.mark.parametrize(
    ("name", "value"),
    [("year", "2025"), ("year", 2025.0), ("year", None), ("areas", "bygglov"), ("areas", [1])],
)
def test_a_wrong_type_is_named(template: Path, name: str, value: object) -> None:
    with pytest.raises(ValueError, match=r"a\.ipynb") as caught:
        checked(template, {**GOOD, name: value})
    assert "valid" in str(caught.value)


def test_a_template_without_one_parameters_cell_is_refused(tmp_path: Path) -> None:
    for cells in ((), ("a: int = 1", "b: int = 2")):
        with pytest.raises(ValueError, match="one cell tagged parameters"):
            declared(write(tmp_path / "b.ipynb", *cells))


@pytest.mark.parametrize(
    "source", ["year = 2024", "import os", "year: open('x') = 1", "year: Path = 1"]
)
def test_a_parameters_cell_may_only_declare(tmp_path: Path, source: str) -> None:
    with pytest.raises(ValueError, match=r"c\.ipynb"):
        declared(write(tmp_path / "c.ipynb", source))


@pytest.mark.parametrize("path", sorted((ROOT / "notebooks").glob("*.ipynb")), ids=lambda p: p.stem)
def test_the_projects_templates_declare_all_with_types(path: Path) -> None:
    assert declared(path)
