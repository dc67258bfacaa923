"""What the coordinator reads while a run goes on and when it is done."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console
from rich.progress import BarColumn, TextColumn
from rich.progress import Progress as Bar

from analysis.commands import console
from analysis.report.make import Finished
from analysis.run.runner import Done, Job


def job(name: str, group: str = "pages") -> Job:
    return Job(name, f"Skriver {name}", group, (), (), "", act=lambda _: Done())


JOBS = [job("rensa", "clean"), job("nuläge"), job("webbplats", "site")]


def finished(**changed: object) -> Finished:
    values: dict[str, object] = {
        "site": Path("_site"),
        "matter": Path("arende") / "2025",
        "example": False,
        "seconds": {"clean": 1.25, "site": 3.0},
        "done": {"clean": 1, "pages": 2, "site": 1},
        "skipped": {"pages": 1, "numbers": 2},
        "elapsed": 4.75,
        "notes": (),
    }
    return Finished(**{**values, **changed})  # type: ignore[arg-type]


def test_plain_lines_count_and_name_what_was_done(capsys: pytest.CaptureFixture[str]) -> None:
    lines = console.Lines()
    lines.expected(JOBS, {})
    lines.skipped(JOBS[0])
    lines.started(JOBS[1])
    lines.ended(JOBS[1], 0.52)
    lines.ended(JOBS[2], 3)
    assert capsys.readouterr().out.splitlines() == [
        "  2/3  Skriver nuläge (0,5 s)",
        "  3/3  Skriver webbplats (3,0 s)",
    ]


def test_reading_comes_before_the_others_are_known(capsys: pytest.CaptureFixture[str]) -> None:
    lines = console.Lines()
    lines.expected(JOBS[:1], {})
    lines.ended(JOBS[0], 1)
    lines.expected(JOBS[1:], {})
    lines.ended(JOBS[1], 1)
    assert capsys.readouterr().out.splitlines() == [
        "  Skriver rensa (1,0 s)",
        "  1/2  Skriver nuläge (1,0 s)",
    ]


def test_the_live_line_knows_what_is_left_and_skips_what_is_done() -> None:
    screen = io.StringIO()
    columns = (TextColumn("{task.description}"), BarColumn())
    with Bar(*columns, console=Console(file=screen, force_terminal=True, width=100)) as bar:
        display = console.Display(bar)
        display.expected(JOBS, {"webbplats": 4.0})
        task = bar.tasks[0]
        usual = console.USUAL
        assert task.total == usual["clean"] + usual["pages"] + 4.0
        display.skipped(JOBS[0])
        assert task.total == usual["pages"] + 4.0
        display.started(JOBS[1])
        display.started(JOBS[2])
        assert task.description == "Skriver webbplats"
        display.ended(JOBS[2], 3.9)
        assert task.description == "Skriver nuläge"
        display.ended(JOBS[1], 0.1)
        assert task.finished


def test_without_a_terminal_there_are_plain_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stderr", io.StringIO())
    with console.progress() as progress:
        assert isinstance(progress, console.Lines)


def test_the_summary_tells_where_how_long_and_what_was_left(
    capsys: pytest.CaptureFixture[str],
) -> None:
    console.summary(finished(notes=("Två rader lades åt sidan.",)))
    told = capsys.readouterr().out
    assert "Rapporten är klar på 4,8 s." in told
    assert "Rensning av svaren" in told
    assert "1,2 s" in told
    assert "Oförändrat sedan förra körningen: index och tabeller, sidor (1 av 3)." in told
    assert "• Två rader lades åt sidan." in told
    assert str(Path("_site") / "bilaga.pdf") in told
    for name in ("bilaga-underlag.docx", "utbildningsunderlag.docx", "kvalitet.html"):
        assert str(Path("arende") / "2025" / name) in told
    assert "EXEMPELDATA" not in told


def test_the_summary_of_a_run_without_work_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    console.summary(finished(done={}, skipped={"pages": 27}, seconds={}, example=True))
    told = capsys.readouterr().out
    assert "Inget har ändrats sedan sist" in told
    assert "EXEMPELDATA" in told
    assert "steg" not in told


def test_every_group_of_stages_has_a_name_and_a_usual_time() -> None:
    assert console.GROUPS.keys() == console.USUAL.keys()
