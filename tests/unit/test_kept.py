"""What is kept for later runs: named by all it is made of, so that it cannot be out of date."""

from __future__ import annotations

import importlib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from analysis.errors import RenderingError
from analysis.render import embedded
from analysis.store import Kept

WHEN = datetime(2026, 5, 4, tzinfo=UTC)


def test_a_text_is_made_once_and_anew_when_it_or_the_code_has_changed(tmp_path: Path) -> None:
    made: list[str] = []

    def text(key: str, made_of: str) -> str:
        def make() -> str:
            made.append(key + made_of)
            return made_of.upper()

        return Kept(tmp_path / "kept", key).text(made_of, make)

    assert [text("1", "å\r\nb"), text("1", "å\r\nb"), text("1", "c")] == ["Å\nB", "Å\nB", "C"]
    assert made == ["1å\r\nb", "1c"]
    assert text("2", "c") == "C"
    assert made[2:] == ["2c"]


def test_what_nobody_asks_for_is_forgotten(tmp_path: Path) -> None:
    first = Kept(tmp_path, "")
    first.text("a", lambda: "a")
    first.text("b", lambda: "b")
    second = Kept(tmp_path, "")
    second.text("b", lambda: pytest.fail("it is kept"))
    second.forget_others()
    assert [path.read_text("utf-8") for path in tmp_path.iterdir()] == ["b"]


@pytest.fixture
def converted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts that pandoc was given."""
    # The package has a function of the module's name.
    module = importlib.import_module("analysis.render.embedded.convert")
    given: list[str] = []
    run = module.subprocess.run

    def told(command: list[str], *, input: str, **options: object) -> object:
        given.append(input)
        return run(command, input=input, **options)

    monkeypatch.setattr(module.subprocess, "run", told)
    return given


def test_only_a_page_that_has_changed_is_converted_again(
    tmp_path: Path, converted: list[str]
) -> None:
    folder = tmp_path / "webbplats"
    folder.mkdir()
    (folder / "_quarto.yml").write_text("project: {type: website}\nlang: sv\n", "utf-8")

    def render(**pages: str) -> dict[str, str]:
        for name, text in pages.items():
            (folder / f"{name}.qmd").write_text(f"---\ntitle: {name}\n---\n\n{text}\n", "utf-8")
        embedded.render(folder, timestamp=WHEN, kept=Kept(tmp_path / "kept", ""))
        return {path.name: path.read_text("utf-8") for path in (folder / "_site").glob("*.html")}

    first = render(a="Ett.", b="Två.")
    assert len(converted) == 2
    assert render() == first
    assert len(converted) == 2
    changed = render(b="Tre.")
    assert len(converted) == 3
    assert "Tre." in converted[2]
    assert changed["a.html"] == first["a.html"]
    assert "Tre." in changed["b.html"]


def test_a_page_that_cannot_be_converted_is_told_each_time(
    tmp_path: Path, converted: list[str]
) -> None:
    folder = tmp_path / "webbplats"
    folder.mkdir()
    (folder / "_quarto.yml").write_text("project: {type: website}\nlang: sv\n", "utf-8")
    (folder / "a.qmd").write_text("---\ntitle: A\n---\n\nSe @fig-ingen.\n", "utf-8")
    for times in (1, 2):
        with pytest.raises(RenderingError):
            embedded.render(folder, timestamp=WHEN, kept=Kept(tmp_path / "kept", ""))
        assert len(converted) == times
