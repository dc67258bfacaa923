"""``doctor``: each thing that can be wrong with the machine is told in Swedish, with its fix."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from typing import NamedTuple

import pytest

from analysis.commands import doctor
from analysis.project import Project
from analysis.render import pictures


def looked(project: Project, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    code = doctor.examine(project, details=True)
    return code, capsys.readouterr().out


@pytest.fixture
def project(new_project: Callable[[str], Project], monkeypatch: pytest.MonkeyPatch) -> Project:
    # Drawing is tried once, below.
    monkeypatch.setattr(pictures, "drawable", lambda: True)
    return new_project("projekt")


def test_a_machine_that_has_all_is_told_so(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    code, told = looked(project, capsys)
    assert code == 0, told
    assert "Allt som behövs finns." in told
    assert "✗" not in told
    for name in ("Python", "pandas", "Renderingsmotor", "Pandoc", "Typst", "Diskutrymme", "git"):
        assert name in told


def test_a_coordinator_is_told_only_what_is_wrong(
    project: Project, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert doctor.examine(project) == 0
    assert capsys.readouterr().out == "✓ Allt som behövs finns.\n"
    monkeypatch.setattr(pictures, "drawable", lambda: False)
    assert doctor.examine(project) == 13
    told = capsys.readouterr().out
    assert "✗ Figurer i bilagan" in told
    assert "✓" not in told


def test_a_figure_can_be_drawn_here() -> None:
    assert pictures.drawable()


class Usage(NamedTuple):
    free: int


class Disturbance(NamedTuple):
    """Something wrong, and what must be said about it."""

    disturb: Callable[[Project, pytest.MonkeyPatch], object]
    told: str
    fix: str


def refused(*_: object, **__: object) -> None:
    raise PermissionError(13, "Permission denied")


def forced_into_git(project: Project, _: pytest.MonkeyPatch) -> None:
    (project.raw / "insikt_2025.csv").write_text("svar", "utf-8")
    for command in (["init", "-q"], ["add", "-f", "data/raw/insikt_2025.csv"]):
        subprocess.run(["git", *command], cwd=project.root, check=True)


DISTURBANCES = {
    "full disk": Disturbance(
        lambda _, patch: patch.setattr(shutil, "disk_usage", lambda path: Usage(1_000_000)),
        "0,0 GB ledigt",
        "Frigör minst 0,5 GB",
    ),
    "folder that may not be written": Disturbance(
        lambda _, patch: patch.setattr(doctor.tempfile, "TemporaryFile", refused),
        "skrivskyddad",
        "Flytta programmet",
    ),
    "missing package": Disturbance(
        lambda _, patch: patch.setattr(doctor, "PACKAGES", {"finns-inte": "finns_inte"}),
        "finns-inte: saknas",
        "Ta bort mappen .venv",
    ),
    "package without its files": Disturbance(
        lambda _, patch: patch.setattr(doctor, "find_spec", lambda name: None),
        "pandas: saknas",
        "Ta bort mappen .venv",
    ),
    "missing list of packages": Disturbance(
        lambda project, _: (project.root / "requirements.txt").unlink(),
        "requirements.txt: saknas",
        "programmets original",
    ),
    "missing fonts": Disturbance(
        lambda _, patch: patch.setitem(sys.modules, "font_source_sans_pro", None),
        "Source Sans Pro saknas",
        "Ta bort mappen .venv",
    ),
    "another version": Disturbance(
        lambda _, patch: patch.setattr(doctor, "version", lambda name: "0.0.1"),
        "0.0.1, men",
        "Ta bort mappen .venv",
    ),
    "program that may not start": Disturbance(
        lambda _, patch: patch.setattr(doctor, "_pandoc", refused),
        "Pandoc: startar inte",
        "it-avdelningen",
    ),
    "no figures": Disturbance(
        lambda _, patch: patch.setattr(pictures, "drawable", lambda: False),
        "kan inte ritas på datorn",
        "→",
    ),
    "wrong configuration": Disturbance(
        lambda project, _: (project.config / "plan.yml").write_text("goals: [", "utf-8"),
        "plan.yml",
        "Rätta filen",
    ),
    "answers in git": Disturbance(forced_into_git, "filer med svar ligger i git: 1", "git rm"),
    "open workbook": Disturbance(
        lambda project, _: (project.raw / "~$insikt_2025.xlsx").touch(),
        "insikt_2025.xlsx är öppen i Excel",
        "stäng den",
    ),
    "old Python": Disturbance(
        lambda _, patch: patch.setattr(doctor, "OLDEST", (3, 98)),
        "Python:",
        "Installera Python",
    ),
}


@pytest.mark.parametrize("name", DISTURBANCES)
def test_what_is_wrong_is_told_with_its_fix(
    project: Project,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    name: str,
) -> None:
    wrong = DISTURBANCES[name]
    wrong.disturb(project, monkeypatch)
    code, told = looked(project, capsys)
    assert code == 13
    lines = told.splitlines()
    at = next(n for n, line in enumerate(lines) if line.startswith("✗"))
    assert wrong.told in told
    assert any(line.strip().startswith("→") and wrong.fix in line for line in lines[at:])
    assert "Rätta det som är märkt med ✗" in told


@pytest.mark.parametrize("name", ["OneDrive - Norrtälje kommun", "OneDrive"])
def test_a_folder_that_is_copied_to_the_cloud_is_told(
    new_project: Callable[[str], Project],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    name: str,
) -> None:
    monkeypatch.setattr(pictures, "drawable", lambda: True)
    code, told = looked(new_project(f"{name}/Dokument/nki"), capsys)
    assert code == 13
    assert "✗ Molnmapp: programmet ligger i OneDrive, så svaren kopieras dit" in told
    assert "→ Flytta mappen till datorns egen disk" in told
