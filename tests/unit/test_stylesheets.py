"""Style sheets without what a site does not use: what must stay, and what goes."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.render.stylesheets import Names, drop_unused

NAMES = Names(frozenset({"navbar", "nav-link", "sida"}), ("bs-tooltip-",))


@pytest.mark.parametrize(
    "rule",
    [
        ".navbar{color:red}",
        ".navbar .nav-link:hover{color:red}",
        "#sida>p{color:red}",
        "p{color:red}",
        ":root{--farg:red}",
        ".bs-tooltip-top{color:red}",
        ".navbar:not(.okand){color:red}",
        ".navbar:is(.okand,p){color:red}",
        "[data-okand]{color:red}",
        r".w-\[50\]{color:red}",
        "@media print{.navbar{color:red}}",
        "@font-face{font-family:Egen;src:url(egen.woff)}",
        "@keyframes okand{from{color:red}to{color:blue}}",
        '@import url("annan.css");',
        ".navbar{background:url(\"data:image/svg+xml,<svg a='1'/>\")}",
        ".navbar{width:calc(100% - 2px)!important}",
    ],
)
def test_what_may_be_used_is_as_it_was(rule: str) -> None:
    assert drop_unused(rule, NAMES) == rule


@pytest.mark.parametrize(
    ("sheet", "left"),
    [
        (".okand{color:red}p{color:blue}", "p{color:blue}"),
        ("#okand{color:red}", ""),
        (".navbar .okand{color:red}", ""),
        (".navbar.okand{color:red}", ""),
        (".okand,.navbar{color:red}", ".navbar{color:red}"),
        ("@media print{.okand{color:red}}", ""),
        ("@media print{.okand{color:red}.navbar{color:red}}", "@media print{.navbar{color:red}}"),
        (
            "@supports (a:b){@media print{.okand,p{color:red}}}",
            "@supports (a:b){@media print{p{color:red}}}",
        ),
        ("/* .navbar */.navbar{color:red}", ".navbar{color:red}"),
    ],
)
def test_what_cannot_be_used_goes(sheet: str, left: str) -> None:
    assert drop_unused(sheet, NAMES) == left


def test_names_are_those_of_pages_and_scripts(tmp_path: Path) -> None:
    page, script = tmp_path / "index.html", tmp_path / "meny.js"
    page.write_text('<p class="navbar g-col-lg-8" id="sida">text</p>', "utf-8")
    script.write_text('e.classList.add("show"); f("bs-tooltip-" + place)', "utf-8")
    names = Names.of([page], [script])
    held = ("navbar", "g-col-lg-8", "sida", "show", "bs-tooltip-start")
    assert all(names.hold(name) for name in held)
    assert not names.hold("collapsing")
    assert not names.hold("bs-tooltip")
