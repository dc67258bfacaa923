"""What is kept for later runs: named by all it is made of, so that it cannot be out of date."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path, PurePath

import pytest

from analysis.errors import RenderingError
from analysis.guard import search, texts
from analysis.guard.secrets import Secrets
from analysis.intake.reading import SetAside
from analysis.render import embedded
from analysis.settings import Settings, load
from analysis.store import Kept

ROOT = Path(__file__).resolve().parents[2]

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


@pytest.fixture(scope="module")
def settings() -> Settings:
    return load(ROOT / "config")


@pytest.fixture
def searched(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files whose texts were searched."""
    given: list[str] = []
    of_file = texts.texts

    def told(name: PurePath, content: bytes) -> Iterator[str]:
        given.append(name.name)
        return of_file(name, content)

    monkeypatch.setattr(texts, "texts", told)
    return given


def test_only_a_file_that_has_changed_is_searched_again(
    tmp_path: Path, settings: Settings, searched: list[str]
) -> None:
    secrets = Secrets.of(SetAside(comments=frozenset(("de var mycket otrevliga",))), settings)
    site = tmp_path / "_site"
    site.mkdir()

    def search_it() -> None:
        kept = Kept(tmp_path / "kept", "")
        search.Search(secrets, tmp_path, settings, kept).refuse(site, [])

    (site / "a.html").write_text("Ett.", "utf-8")
    (site / "b.html").write_text("Två.", "utf-8")
    (site / "c.html").write_text("Två.", "utf-8")
    search_it()
    assert searched == ["a.html", "b.html"]
    search_it()
    assert len(searched) == 2
    (site / "a.html").write_text("De var mycket otrevliga.", "utf-8")
    for _ in range(2):
        with pytest.raises(RenderingError, match=r"a\.html"):
            search_it()
    assert len(searched) == 3


def test_a_file_is_searched_again_when_what_may_be_published_has_changed(
    tmp_path: Path, settings: Settings, searched: list[str]
) -> None:
    site = tmp_path / "_site"
    site.mkdir()
    (site / "a.html").write_text("anna@kommunen.example", "utf-8")
    (tmp_path / "egna-sidor").mkdir()
    own = tmp_path / "egna-sidor" / "kontakt.qmd"

    def search_it() -> None:
        kept = Kept(tmp_path / "kept", "")
        search.Search(Secrets(), tmp_path, settings, kept).refuse(site, [])

    own.write_text("Skriv till anna@kommunen.example.", "utf-8")
    search_it()
    own.unlink()
    with pytest.raises(RenderingError, match=r"a\.html"):
        search_it()
    assert searched == ["a.html", "a.html"]
