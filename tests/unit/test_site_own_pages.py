"""The municipality's own pages: their place in the menu, and what is refused before rendering."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from analysis import store
from analysis.errors import RenderingError
from analysis.site import own_pages

HANDBOOK = Path(__file__).resolve().parents[2] / "docs" / "handbok.md"
MENU: list[dict[str, Any]] = [
    {"text": "Översikt", "href": "index.ipynb"},
    {"text": "Områden", "menu": [{"text": "Bygglov", "href": "omraden/bygglov.ipynb"}]},
    {"text": "Mer", "menu": [{"text": "Metod", "href": "metod.ipynb"}]},
]


def page(text: str = "", **front: object) -> str:
    matter = "".join(f"{key}: {value}\n" for key, value in front.items())
    return f"---\n{matter}---\n{text}"


@pytest.fixture
def own(tmp_path: Path) -> Path:
    return store.write_text(tmp_path / "egna-sidor" / "README.md", "Så gör du.").parent


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("metod.ipynb", "data.qmd", "data/index.csv", "omraden/bygglov.ipynb"):
        store.write_text(tmp_path / "webbplats" / name, name)
    return tmp_path / "webbplats"


def names(menu: list[dict[str, Any]], heading: str) -> list[str]:
    return [one["text"] for entry in menu if entry["text"] == heading for one in entry["menu"]]


def told(own: Path, folder: Path) -> str:
    with pytest.raises(RenderingError) as caught:
        own_pages.lay_out(own, folder, MENU)
    return str(caught.value)


def test_without_own_pages_the_menu_is_the_reports(own: Path, folder: Path) -> None:
    before = store.files(folder)
    assert own_pages.lay_out(own, folder, MENU) == MENU
    assert own_pages.lay_out(own / "finns-inte", folder, MENU) == MENU
    assert store.files(folder) == before


def test_pages_come_under_their_heading_in_order_after_the_reports(own: Path, folder: Path) -> None:
    store.write_text(own / "c.qmd", page(title="Ölands väg"))
    store.write_text(own / "b.qmd", page(title="Dialog", under='"Områden"'))
    store.write_text(own / "a.qmd", page(title="Lotsen", order=2))
    store.write_text(own / "d.qmd", page(title="Sist", order=10))
    store.write_text(own / "_del.qmd", "utan titel, för include")
    store.write_text(own / "bilder" / "lotsen.svg", "<svg/>")
    menu = own_pages.lay_out(own, folder, MENU)
    assert names(menu, "Mer") == ["Metod", "Ölands väg", "Lotsen", "Sist"]
    assert names(menu, "Områden") == ["Bygglov", "Dialog"]
    assert menu[1]["menu"][1]["href"] == "b.qmd"
    assert menu[0] == MENU[0]
    for name in ("a.qmd", "_del.qmd", "bilder/lotsen.svg"):
        assert (folder / name).read_bytes() == (own / name).read_bytes()
    assert not (folder / "README.md").exists()


@pytest.mark.parametrize(
    "name", ["metod.qmd", "METOD.qmd", "data/index.csv", "omraden/bygglov.qmd"]
)
def test_the_name_of_a_page_or_file_of_the_report_is_refused(
    own: Path, folder: Path, name: str
) -> None:
    path = store.write_text(own / name, page(title="Min"))
    said = told(own, folder)
    assert f"{path.parent.name}/{path.name}: Rapporten har redan" in said
    assert (folder / "metod.ipynb").read_text("utf-8") == "metod.ipynb"


def test_all_that_is_wrong_is_told_at_once_with_file_and_line(own: Path, folder: Path) -> None:
    store.write_text(own / "a.qmd", page(under='"Omraden"', order="först"))
    store.write_text(own / "b.qmd", "Bara text.")
    store.write_text(own / "c.qmd", "---\ntitle: [\n---\n")
    (own / "d.qmd").write_bytes(b"---\ntitle: \xe5\n---\n")
    said = told(own, folder)
    for words in (
        "egna-sidor/a.qmd, rad 1: Sidan har ingen titel",
        "egna-sidor/a.qmd, rad 2: Menyn ”Omraden” finns inte.",
        "Välj ”Områden” eller ”Mer”",
        "egna-sidor/a.qmd, rad 3: Ordningen ”först” är inget tal.",
        "egna-sidor/b.qmd, rad 1: Sidan har ingen titel",
        "egna-sidor/c.qmd, rad ",
        "egna-sidor/d.qmd: Filen saknas, eller är sparad med en annan teckenkodning än UTF-8.",
    ):
        assert words in said, words
    assert not (folder / "a.qmd").exists()


def example() -> tuple[str, str]:
    """Name and text of the handbook's example."""
    chapter = HANDBOOK.read_text("utf-8").split("## Egna sidor\n")[1].split("\n## Det som görs")[0]
    name = re.search(r"`egna-sidor/([\w-]+\.qmd)`", chapter)
    text = re.search(r"```markdown\n(.*?)```", chapter, re.DOTALL)
    assert name and text
    return name[1], text[1]


def test_the_handbooks_example_is_a_page_in_the_menu(own: Path, folder: Path) -> None:
    name, text = example()
    store.write_text(own / name, text)
    menu = own_pages.lay_out(own, folder, MENU)
    assert names(menu, "Mer") == ["Metod", "Företagslotsen"]
