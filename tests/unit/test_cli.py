"""The command line itself: what it says of an option it cannot take."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from analysis import cli

ROOT = Path(__file__).resolve().parents[2]


def test_a_date_that_is_none_is_told_in_swedish(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        cli.main(["report", "--date", "i går"])
    assert left.value.code == 2
    assert "skriv dagen som 2027-04-24" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["report", "--frsh"], "--frsh känns inte igen."),
        (["report", "--jobs", "0"], "--jobs: skriv ett heltal som är minst 1"),
        (["report", "--jobs", "många"], "--jobs: skriv ett heltal som är minst 1"),
        (["report", "--engine", "x"], "--engine kan inte vara x. Välj mellan auto, quarto, emb"),
        (["report", "--year", "tjugo"], "--year ska vara ett heltal, inte tjugo."),
        (["report", "--year"], "--year behöver ett värde."),
        (["report", "--fresh=ja"], "--fresh tar inget värde (ja)."),
        (["report", "--ex", "--e", "x"], "--e kan betyda flera val: --engine, --example."),
        (["granska"], "kan inte vara granska. Välj mellan report,"),
        ([], "KOMMANDO saknas."),
    ],
)
def test_a_wrong_option_is_told_in_swedish(
    arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        cli.main(arguments)
    assert left.value.code == 2
    said = capsys.readouterr().err
    assert told in said
    assert "--help" in said
    assert not {"usage", "error", "argument", "invalid"} & set(said.lower().split())


@pytest.mark.parametrize("command", [[], ["report"], ["check"], ["kolada"]])
def test_the_help_is_swedish(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        cli.main([*command, "--help"])
    assert left.value.code == 0
    shown = capsys.readouterr().out
    assert shown.startswith("Användning: run.py")
    assert "visa den här hjälpen" in shown
    for word in ("usage:", "options:", "positional", "show this"):
        assert word not in shown


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--ersatt"], "--ersatt används när man packar upp."),
        (["--med-svar", "flytt.zip"], "--med-svar används när man packar."),
        (["finns-inte.zip"], "finns-inte.zip: Filen finns inte."),
    ],
)
def test_an_option_of_the_other_direction_is_told_before_anything_is_moved(
    arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["flytta", *arguments]) == 2
    assert told in capsys.readouterr().err


def test_who_stops_reading_is_no_fault_of_the_program() -> None:
    """As with ``check | head``."""
    command = [sys.executable, "-m", "analysis", "check", str(ROOT / "data" / "example")]
    told = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert told.stdout and told.stderr
    told.stdout.close()
    complaints = told.stderr.read()
    assert (told.wait(), complaints) == (141, b"")
