"""The report's sentences in text files: what they may name, and the municipality's own."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from analysis import present
from analysis.errors import ConfigurationError
from analysis.present import texts
from analysis.present.texts import Texts
from analysis.project import Project

PACKAGE = Path(present.__path__[0])


def made(folder: Path, original: str, own: str = "") -> Texts:
    for name, text in (("texter", original), ("egna", own)):
        (folder / name).mkdir()
        (folder / name / "sida.md").write_text(text, "utf-8")
    return Texts(folder / "texter", folder / "egna")


def test_a_text_gets_its_values(tmp_path: Path) -> None:
    found = made(tmp_path, "För den som läser.\n\n## nki: varde, n\nNKI är **{{ varde }}**.\n"
                 "{% if n %}Det bygger på {{ n }} svar.{% endif %}\n\nNytt stycke.\n")  # fmt: skip
    told = found.render("sida.nki", {"varde": "73,8", "n": "60"})
    assert told == "NKI är **73,8**. Det bygger på 60 svar.\n\nNytt stycke."
    assert (
        found.render("sida.nki", {"varde": "73,8", "n": ""}) == "NKI är **73,8**.\n\nNytt stycke."
    )


def test_a_value_is_never_read_as_a_text(tmp_path: Path) -> None:
    found = made(tmp_path, "## a: namn\n{{ namn }}\n")
    assert found.render("sida.a", {"namn": "{{ 7 * 7 }}"}) == "{{ 7 * 7 }}"


def test_code_hands_exactly_what_the_heading_lists(tmp_path: Path) -> None:
    found = made(tmp_path, "## a: namn\n{{ namn }}\n")
    for values in ({}, {"namn": "x", "mer": "y"}):
        with pytest.raises(TypeError, match=r"sida\.a"):
            found.render("sida.a", values)


def test_the_municipality_s_own_wording_stands_instead(tmp_path: Path) -> None:
    found = made(tmp_path, "## a: n\n{{ n }} svar\n\n## b\nB\n", "## a\n{{ n }} företag svarade\n")
    assert found.problems() == []
    assert found.render("sida.a", {"n": 3}) == "3 företag svarade"
    assert found.render("sida.b", {}) == "B"


@pytest.mark.parametrize(
    ("own", "cause", "hint", "line"),
    [
        ("## a\nbra\n\n## bb\nX\n", "ingen text som heter sida.bb", "sida.b", 4),
        ("## a\nX\n{{ antl }}\n", "ett värde som inte finns: antl", "antal", 3),
        ("## a\n{{ antal }\n", "inte att tolka", "klammer", 2),
        ("## a\n{% if antal %}\n", "inte att tolka", "klammer", 2),
        ("## A a\nX\n", "inget namn på en text", "originalet", 1),
        ("## a\nX\n\n## a\nY\n", "finns redan", "en gång", 4),
        ("## a\n{{ range(9) }}\n", "ett värde som inte finns: range", "antal", 2),
    ],
)
def test_a_text_that_cannot_be_used_is_refused_by_file_and_line(
    own: str, cause: str, hint: str, line: int, tmp_path: Path
) -> None:
    (problem,) = made(tmp_path, "## a: antal\n{{ antal }}\n\n## b\nB\n", own).problems()
    assert cause in problem.cause
    assert hint in problem.fix
    assert problem.where == f"egna/sida.md, rad {line}"


def test_a_text_cannot_reach_into_the_program(tmp_path: Path) -> None:
    found = made(tmp_path, "## a: n\nX\n", "## a\n{{ n.__class__.__mro__ }}\n")
    with pytest.raises(ConfigurationError):
        found.render("sida.a", {"n": "3"})


def test_the_project_s_texts_are_sound() -> None:
    assert texts.of(Project.here()).problems() == []


def _strings(tree: ast.AST) -> set[str]:
    return {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def _chosen(argument: ast.AST) -> set[str]:
    """The names that a call may choose between, where they are written in the call."""
    if isinstance(argument, ast.IfExp):
        return _chosen(argument.body) | _chosen(argument.orelse)
    return _strings(argument) if isinstance(argument, ast.Constant) else set()


def test_every_text_is_used_and_every_name_exists() -> None:
    """Names are written out in code, so that a search finds them."""
    originals = texts.of(Project.here()).originals
    trees = [ast.parse(path.read_text("utf-8")) for path in PACKAGE.parent.rglob("*.py")]
    called = {"heading": set(), "say": set(), "wording.text": set()}
    for tree in trees:
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and (name := ast.unparse(node.func)) in called:
                called[name] |= _chosen(node.args[0])
    strings = {text for tree in trees for text in _strings(tree)}
    named = {name.removeprefix("kolumner.") for name in originals if name.startswith("kolumner.")}
    headings = {f"kolumner.{name}" for name in named & strings}
    assert set(originals) - strings - headings == set(), "texts that no code names"
    assert called["say"] | called["wording.text"] <= set(originals)
    assert called["heading"] <= named


def test_the_handbook_s_example_is_a_text_and_may_be_replaced(tmp_path: Path) -> None:
    """The example in the handbook is the text as it stands, and its replacement is accepted."""
    handbook = (Project.here().root / "docs" / "handbok.md").read_text("utf-8")
    chapter = handbook.split("## Så ändrar du en formulering")[1].split("\n## ")
    told = "\n## ".join(chapter)
    original, own = re.findall(r"```markdown\n(.*?)```", told, re.DOTALL)[:2]
    original, own = (re.sub(r"(?m)^ {3}", "", text) for text in (original, own))
    assert original in (Project.here().texts / "omrade.md").read_text("utf-8")
    (tmp_path / "omrade.md").write_text(own, "utf-8")
    found = Texts(Project.here().texts, tmp_path)
    assert found.problems() == []
    assert "SKR:s jämförelse" in found.render("omrade.rankas_inte", {"antal": 10})


SWEDISH = re.compile(
    r"\b(?:och|är|av|för|att|det|den|de|som|med|till|inte|har|på|från|eller|bara|kan|när|en|ett|i)\b"
    r"|[åäöÅÄÖ]"
)
TAGS = re.compile(r"<[^>]*>?|\{[^}]*\}?")
WORDS = re.compile(r"[^\W\d_]{2,}")
TO_WRITERS = {"texts.py", "comments.py", "commentary.py"}
"""Modules whose messages are for those who write texts, and stand on the terminal."""
LEFT = {
    "den inbyggda motorn",
}
"""Words of the rooms for readers that stay in code."""


def _for_readers(tree: ast.AST) -> Iterator[str]:
    """The strings of a module but for docstrings and what goes into errors."""
    skipped = set()
    for node in ast.walk(tree):
        told = isinstance(node, ast.Raise) or (
            isinstance(node, ast.Call) and getattr(node.func, "id", "").endswith("Problem")
        )
        if told or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
            skipped |= {id(inner) for inner in ast.walk(node)}
    for node in ast.walk(tree):
        text = node.value if isinstance(node, ast.Constant) else None
        if isinstance(text, str) and id(node) not in skipped and not text.isidentifier():
            yield TAGS.sub(" ", text)


def test_no_sentence_for_a_reader_stands_in_code() -> None:
    modules = [*PACKAGE.rglob("*.py"), PACKAGE.parent / "site" / "record.py"]
    found = {
        text
        for path in modules
        if path.name not in TO_WRITERS
        for text in _for_readers(ast.parse(path.read_text("utf-8")))
        if SWEDISH.search(text) and len(WORDS.findall(text)) > 1
    }
    assert found - LEFT == set()
