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


def test_a_text_is_found_until_it_or_the_code_has_changed(tmp_path: Path) -> None:
    first = Kept(tmp_path / "kept", "1")
    assert first.get("å") is None
    first.keep("å", "Å\nÅ\n")
    assert Kept(tmp_path / "kept", "1").get("å") == "Å\nÅ\n"
    assert Kept(tmp_path / "kept", "1").get("ä") is None
    assert Kept(tmp_path / "kept", "2").get("å") is None


@pytest.mark.parametrize("damage", [b"", b"x", b"\xff\xfe"])
def test_a_text_that_was_damaged_is_not_taken(tmp_path: Path, damage: bytes) -> None:
    kept = Kept(tmp_path, "")
    kept.keep("a", "73,8")
    (file,) = tmp_path.iterdir()
    file.write_bytes(damage or file.read_bytes().replace(b"73,8", b"93,8"))
    assert kept.get("a") is None


def test_what_nobody_asks_for_is_forgotten(tmp_path: Path) -> None:
    first = Kept(tmp_path, "")
    first.keep("a", "A")
    first.keep("b", "B")
    second = Kept(tmp_path, "")
    assert second.get("b") == "B"
    second.forget_others()
    assert len(list(tmp_path.iterdir())) == 1
    assert second.get("b") == "B"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A build folder without pages."""
    made = tmp_path / "webbplats"
    made.mkdir()
    (made / "_quarto.yml").write_text("project: {type: website}\nlang: sv\n", "utf-8")
    return made


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
    tmp_path: Path, folder: Path, converted: list[str]
) -> None:
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
    tmp_path: Path, folder: Path, converted: list[str]
) -> None:
    (folder / "a.qmd").write_text("---\ntitle: A\n---\n\nSe @fig-ingen.\n", "utf-8")
    for times in (1, 2):
        with pytest.raises(RenderingError):
            embedded.render(folder, timestamp=WHEN, kept=Kept(tmp_path / "kept", ""))
        assert len(converted) == times
