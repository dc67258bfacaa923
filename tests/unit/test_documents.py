"""What the documents say can be done, and leads somewhere."""

from __future__ import annotations

import ast
import calendar
import re
import shlex
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path

import pytest
import yaml

from analysis import swedish
from analysis.cli import parser
from analysis.settings import load
from analysis.settings.plan import Recurring

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    *sorted((ROOT / "docs").glob("*.md")),
    *ROOT.glob("data/*/*.md"),
]
TEST = re.compile(r"`(test_\w+)`")
COMMAND = re.compile(r"(?:python3?|py(?: -3\.\d+)?) run\.py([^`\n|]*)")
LINK = re.compile(r"\]\((?!https?://|#)([^)#\s]+)")
ANCHOR = re.compile(r"\]\((?!https?://)([^)#\s]*)#([^)\s]+)\)")
CODE = re.compile(r"^```.*?^```|`[^`\n]*`", re.DOTALL | re.MULTILINE)
PICTURE = re.compile(r"!\[([^\]]*)\]\(([^)]+)\)")
FAULTS = ROOT / "docs" / "nytt-ar.md"
MOST_BYTES = 320_000
"""Of a picture: a page of the documents must load quickly."""


def prose(path: Path) -> str:
    """A document without its examples, whose links lead to where they are meant to be used."""
    return CODE.sub("", path.read_text(encoding="utf-8"))


def commands() -> list[tuple[str, str]]:
    return [
        (path.name, found.strip())
        for path in DOCUMENTS
        for found in COMMAND.findall(path.read_text(encoding="utf-8"))
    ]


@pytest.mark.parametrize(("document", "command"), sorted(set(commands())))
def test_a_command_in_a_document_is_understood(document: str, command: str) -> None:
    words = shlex.split(command.replace("[FILE…]", "").replace("[FIL…]", "").rstrip(".,"))
    if words[:1] == ["test"]:
        return
    if not words or words[0].startswith("-"):
        words = ["report", *words]
    try:
        parser().parse_args(words)
    except SystemExit as left:
        assert left.code == 0  # --help


def test_there_are_commands_to_test() -> None:
    assert {"README.md", "handbok.md"} <= {name for name, _ in commands()}


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_to_files(path: Path) -> None:
    missing = [link for link in LINK.findall(prose(path)) if not (path.parent / link).exists()]
    assert missing == []


def test_the_readmes_options_are_the_programs() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    told = set(re.findall(r"--[a-z]+", text.split("`report` (the default) takes")[1][:400]))
    report = parser().parse_args(["report"])
    assert {option[2:] for option in told} <= set(vars(report))
    assert len(told) >= 8


def slug(heading: str) -> str:
    """A heading's anchor as GitHub and Quarto make it."""
    return re.sub(r"[^\w -]", "", heading.strip().lower()).replace(" ", "-")


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_to_headings(path: Path) -> None:
    for file, anchor in ANCHOR.findall(prose(path)):
        there = (path.parent / file) if file else path
        headings = re.findall(r"^#+ (.+)$", there.read_text(encoding="utf-8"), re.MULTILINE)
        assert anchor in map(slug, headings), f"{file}#{anchor}"


def pictures() -> Iterator[tuple[Path, str, str]]:
    for path in DOCUMENTS:
        for alternative, target in PICTURE.findall(prose(path)):
            yield path, alternative, target


def test_a_picture_is_told_in_words_and_small() -> None:
    assert len({target for _, _, target in pictures()}) >= 8
    for path, alternative, target in pictures():
        where = f"{path.name}: {target}"
        assert len(alternative.split()) >= 2, where
        assert (path.parent / target).stat().st_size < MOST_BYTES, where


def test_the_pictures_of_a_new_year_say_what_is_seen() -> None:
    """Who cannot see them must still follow the steps: a sentence, not a title."""
    own = [alternative for path, alternative, _ in pictures() if path == FAULTS]
    assert len(own) >= 5
    assert [text for text in own if len(text.split()) < 12 or not text.endswith(".")] == []


@cache
def source_texts() -> frozenset[str]:
    """Every text of the program, with three dots where it fills something in."""
    found = set()
    for path in (ROOT / "run.py", *(ROOT / "src").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(node.value)
            elif isinstance(node, ast.JoinedStr):
                parts = (
                    str(part.value) if isinstance(part, ast.Constant) else "…"
                    for part in node.values
                )
                found.add("".join(parts))
    return frozenset(found)


def messages() -> list[str]:
    """What the table of faults says that the program writes."""
    table = FAULTS.read_text(encoding="utf-8").split("| Det står |")[1].split("\n\n")[0]
    rows = [row.split(" | ")[0] for row in table.splitlines()[2:]]
    assert all("`" in row for row in rows), rows
    return [message for row in rows for message in re.findall(r"`([^`]+)`", row)]


@pytest.mark.parametrize("message", messages())
def test_a_message_of_the_table_is_the_programs(message: str) -> None:
    assert [text for text in source_texts() if message in text]


def test_the_table_has_what_commonly_goes_wrong() -> None:
    assert len(messages()) > 20
    told = " ".join(messages())
    for word in ("proxy", "nätverket", "full", "öppen i Excel", ".xls", "EXEMPELDATA"):
        assert word in told


def values_of_rules(node: object, path: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    """Every value of `rules.yml` and `guards.yml` with its source, by the name documents use."""
    if isinstance(node, dict):
        if isinstance(node.get("source"), str):
            yield ".".join(path), node["source"]
        for key, value in node.items():
            yield from values_of_rules(value, (*path, str(key)))


ASSUMPTIONS = (ROOT / "docs" / "assumptions.md").read_text(encoding="utf-8")
RULES = {
    section: content
    for name in ("rules.yml", "guards.yml")
    for section, content in yaml.safe_load((ROOT / "config" / name).read_text("utf-8")).items()
}


def test_every_assumed_rule_is_among_the_assumptions() -> None:
    named = set(re.findall(r"\b[a-z_]+\.(?:[a-z_]+|\*)", ASSUMPTIONS))
    assumed = [name for name, source in values_of_rules(RULES) if source.startswith("Antagande")]
    assert len(assumed) > 20
    missing = [
        name for name in assumed if not {name, f"{name.split('.', maxsplit=1)[0]}.*"} & named
    ]
    assert missing == []


def test_the_assumptions_lead_to_the_settings() -> None:
    rows = [row for row in ASSUMPTIONS.splitlines() if row.startswith("| ") and "---" not in row]
    places = [row.split(" | ")[2] for row in rows if not row.startswith("| assumption")]
    assert len(places) > 35
    for place in places:
        for file, names in re.findall(r"`([\w.]+\.(?:yml|csv))`([^`]*)", place):
            assert (ROOT / "config" / file).exists(), place
            if not file.endswith(".yml"):
                continue
            content = (ROOT / "config" / file).read_text(encoding="utf-8")
            for name in re.findall(r"[a-z_]{4,}", names.split(";")[0].replace(".", " ")):
                assert re.search(rf"\b{name}\b", content), f"{file}: {name}"


def test_every_assumption_says_how_certain_it_is() -> None:
    rows = [row for row in ASSUMPTIONS.splitlines() if row.startswith("| ")]
    certain = {row.split(" | ")[1] for row in rows if not row.startswith("| assumption")}
    assert certain == {"high", "medium", "low", "low to medium", "medium to high"}


@pytest.mark.parametrize("name", ["security.md", "reliability.md"])
def test_the_tests_that_a_page_names_exist(name: str) -> None:
    named = set(TEST.findall((ROOT / "docs" / name).read_text("utf-8")))
    there = {
        found
        for path in (ROOT / "tests").rglob("test_*.py")
        for found in re.findall(r"^def (test_\w+)", path.read_text("utf-8"), re.MULTILINE)
    }
    assert len(named) > 15
    assert named - there == set()


PLAN = load(ROOT / "config").plan
EVERY_YEAR = 1


def the_year() -> dict[str, str]:
    """The times of the year's cycle in nytt-ar.md, by step of the plan."""
    section = FAULTS.read_text(encoding="utf-8").split("## Året i korthet")[1].split("\n## ")[0]
    rows = [line.strip("| ").split(" | ") for line in section.splitlines() if line[:2] == "| "]
    return {step: when for when, _, step, _ in rows[1:]}


def months(first: int, last: int) -> str:
    whole = date(2026, first, 1), date(2026, last, calendar.monthrange(2026, last)[1])
    return "hela året" if (first, last) == (1, 12) else swedish.span(*whole).split("\xa0")[0]


def when(rule: Recurring) -> str:
    """The months of a follow-up, and its years where it is not each year's."""
    told = months(*rule.window_months)
    if rule.every_years == EVERY_YEAR:
        return told
    return f"{told} {swedish.listing([str(year) for year in PLAN.years_of(rule.key) or ()])}"


def test_the_year_s_cycle_has_the_plan_s_dates() -> None:
    found = the_year()
    rules = [rule for activity in PLAN.activities for rule in activity.recurring]
    assert {rule.key: when(rule) for rule in rules} == {
        one.key: found.get(one.key) for one in rules
    }
    assert found[PLAN.evaluation.key] == months(PLAN.evaluation.month, PLAN.evaluation.month)
    steps = {step.key: (a, step) for a in PLAN.activities for step in a.steps}
    named = found.keys() & steps.keys()
    assert named == {"1.2", "1.4", "2.1"}
    for key in named:
        activity, step = steps[key]
        told = swedish.span(step.start or activity.start, step.end or activity.end)
        assert f"i planen {told}".replace("\xa0", " ") in found[key]
