"""The Quarto engine, driven against a stand-in program that does what the test asks of it.

One test at the end runs a real Quarto, where there is one.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
import yaml

from analysis.errors import MachineError, RenderingError
from analysis.render import embedded, quarto
from analysis.render.quarto import Quarto

TIMESTAMP = datetime(2026, 4, 1, 12, 0, tzinfo=UTC)

MakeStub = Callable[..., Quarto]

# What the stand-in can see and do: `here` is the project that it was told to render.
PROLOGUE = """
import json, os, sys, time
from pathlib import Path

if sys.argv[1:] == ["--version"]:
    print("{version}")
    sys.exit()
assert sys.argv[1:] == ["render"], sys.argv
here = Path.cwd()
site = here / "_site"
site.mkdir()
"""

GOOD = """
(site / "omraden").mkdir()
for page in ("index.html", "nulage.html", "omraden/bygglov.html"):
    (site / page).write_text("<p>text</p>")
(site / "bilaga.pdf").write_bytes(b"%PDF-1.7")
"""


@pytest.fixture
def stub(tmp_path: Path) -> MakeStub:
    """Make a stand-in ``quarto`` that carries out a piece of Python when told to render."""

    def make(body: str = GOOD, version: str = "1.10.18") -> Quarto:
        folder = tmp_path / "program"
        folder.mkdir(exist_ok=True)
        script = folder / "stub.py"
        script.write_text(PROLOGUE.replace("{version}", version) + dedent(body), "utf-8")
        if sys.platform == "win32":
            program = folder / "quarto.cmd"
            program.write_text(f'@"{sys.executable}" "{script}" %*\n', "utf-8")
        else:
            program = folder / "quarto"
            program.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{script}" "$@"\n', "utf-8")
            program.chmod(0o755)
        major, minor, patch = map(int, version.split("."))
        return Quarto(program, (major, minor, patch))

    return make


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A build folder with every kind of page, in a path with a space and Swedish letters."""
    folder = tmp_path / "bygg å mapp"
    (folder / "omraden").mkdir(parents=True)
    (folder / "_quarto.yml").write_text(
        dedent("""
            project: {type: website, output-dir: _site}
            lang: sv
            website: {title: Företagsklimat}
            format:
              html: {theme: default}
              typst: {papersize: a4, pdf-standard: [a-2a, ua-1]}
        """),
        "utf-8",
    )
    (folder / "index.qmd").write_text("---\ntitle: Översikt\n---\n\nText\n", "utf-8")
    write_notebook(folder / "nulage.ipynb", "title: Nuläge")
    write_notebook(folder / "omraden" / "bygglov.ipynb", "title: Bygglov")
    write_notebook(folder / "bilaga.ipynb", "title: Bilaga\nformat: typst")
    return folder


def write_notebook(path: Path, front_matter: str) -> None:
    cell: dict[str, Any] = {"cell_type": "raw", "id": "a", "metadata": {}}
    cell["source"] = f"---\n{front_matter}\n---\n"
    notebook = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    path.write_text(json.dumps(notebook), "utf-8")


def front_matter(text: str) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(text.split("---\n")[1])
    return loaded


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and "_site" not in path.parts
    }


# --- Finding ----------------------------------------------------------------------------------


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No Quarto in the environment that runs the tests."""
    monkeypatch.setattr("sysconfig.get_path", lambda _: str(tmp_path / "scripts"))


@pytest.mark.usefixtures("bare")
def test_finds_quarto_on_the_path(stub: MakeStub) -> None:
    program = stub(version="1.9.38").path
    assert quarto.find({"PATH": str(program.parent)}) == Quarto(program, (1, 9, 38))


@pytest.mark.usefixtures("bare")
def test_prefers_the_environments_own_quarto(stub: MakeStub, tmp_path: Path) -> None:
    own = stub(version="1.10.2").path
    own.parent.rename(tmp_path / "scripts")
    moved = tmp_path / "scripts" / own.name
    moved.write_text(moved.read_text("utf-8").replace("program", "scripts"), "utf-8")
    other = stub(version="1.9.1").path
    found = quarto.find({"PATH": str(other.parent)})
    assert found == Quarto(moved, (1, 10, 2))


@pytest.mark.usefixtures("bare")
def test_takes_the_quarto_pointed_out(stub: MakeStub) -> None:
    expected = stub()
    assert quarto.find({"PATH": "", "QUARTO_PATH": str(expected.path)}) == expected


@pytest.mark.usefixtures("bare")
def test_a_wrong_pointer_is_told_and_not_passed_over(stub: MakeStub, tmp_path: Path) -> None:
    environment = {"PATH": str(stub().path.parent), "QUARTO_PATH": str(tmp_path / "saknas")}
    with pytest.raises(MachineError, match="QUARTO_PATH pekar på"):
        quarto.find(environment)


@pytest.mark.usefixtures("bare")
def test_says_why_no_quarto_can_be_used(stub: MakeStub, tmp_path: Path) -> None:
    def why_not(path: Path) -> str:
        with pytest.raises(MachineError) as caught:
            quarto.find({"PATH": str(path)})
        return caught.value.problems[0].cause

    assert why_not(tmp_path) == "Quarto är inte installerat på datorn."
    old = stub(version="1.8.27").path
    assert why_not(old.parent) == "Quarto 1.8.27 är för gammalt; version 1.9 eller senare behövs."
    old.with_name("stub.py").write_text("raise SystemExit(3)", "utf-8")
    assert "svarar inte med sin version" in why_not(old.parent)


# --- Rendering --------------------------------------------------------------------------------


def test_the_site_is_put_into_the_build_folder(stub: MakeStub, project: Path) -> None:
    before = contents(project)
    assert quarto.render(project, stub(), timestamp=TIMESTAMP) == ()
    site = project / "_site"
    for name in ("index.html", "nulage.html", "omraden/bygglov.html", "bilaga.pdf"):
        assert (site / name).is_file()
    assert contents(project) == before
    assert [path.name for path in project.parent.glob("*quarto")] == []


def test_replaces_the_former_site_whole(stub: MakeStub, project: Path) -> None:
    (project / "_site").mkdir()
    (project / "_site" / "gammal.html").write_text("förra året", "utf-8")
    quarto.render(project, stub(), timestamp=TIMESTAMP)
    assert not (project / "_site" / "gammal.html").exists()


def test_keeps_the_former_site_when_quarto_fails(stub: MakeStub, project: Path) -> None:
    (project / "_site").mkdir()
    (project / "_site" / "index.html").write_text("förra gången", "utf-8")
    with pytest.raises(RenderingError):
        quarto.render(project, stub("sys.exit(1)"), timestamp=TIMESTAMP)
    assert (project / "_site" / "index.html").read_text("utf-8") == "förra gången"


def test_clears_what_a_killed_run_left_behind(stub: MakeStub, project: Path) -> None:
    left = project.with_name(f"{project.name}-quarto")
    (left / "_site").mkdir(parents=True)
    (left / "_site" / "halv.html").write_text("halv", "utf-8")
    quarto.render(project, stub(), timestamp=TIMESTAMP)
    assert not (project / "_site" / "halv.html").exists()
    assert not left.exists()


@pytest.mark.parametrize(
    ("version", "standards"),
    [("1.9.38", ["ua-1"]), ("1.10.0", ["a-2a", "ua-1"]), ("1.11.3", ["a-2a", "ua-1"])],
)
def test_settings_are_fitted_to_the_version(
    stub: MakeStub, project: Path, version: str, standards: list[str]
) -> None:
    save = """
    import shutil
    for name in ("_quarto.yml", "bilaga.ipynb", "index.qmd"):
        shutil.copy(here / name, site / name)
    (site / "fonts.json").write_text(json.dumps(sorted(p.name for p in here.glob("_fonts/*"))))
    assert "nki-paper" in (here / "_tables.lua").read_text()
    """
    path = project / "_quarto.yml"
    text = path.read_text("utf-8").replace("Företagsklimat", "'*Ort* {{< var x >}}'")
    path.write_text(text + "filters: [egen.lua]\n", "utf-8")
    quarto.render(project, stub(GOOD + dedent(save), version), timestamp=TIMESTAMP)
    site = project / "_site"
    config = yaml.safe_load((site / "_quarto.yml").read_text("utf-8"))
    # With typst among the project's formats Quarto would make a PDF of every page.
    assert config["format"] == {"html": {"theme": "default"}}
    assert config["execute"] == {"enabled": False, "echo": False}
    # A municipality's name is text: Quarto reads a title as Markdown.
    assert config["website"]["title"] == r"\*Ort\* \{\{\< var x \>\}\}"
    # Ours first: Quarto's own reading of tables comes right after.
    tables = {"path": "_tables.lua", "at": "pre-ast"}
    word = {"path": "_word.lua", "at": "post-quarto"}
    assert config["filters"] == [tables, word, "egen.lua"]
    cell = json.loads((site / "bilaga.ipynb").read_text("utf-8"))["cells"][0]["source"]
    assert front_matter("".join(cell)) == {
        "title": "Bilaga",
        "format": {
            "typst": {"papersize": "a4", "pdf-standard": standards, "font-paths": ["/_fonts"]}
        },
    }
    fonts = json.loads((site / "fonts.json").read_text("utf-8"))
    assert "SourceSansPro-Regular.ttf" in fonts
    assert (site / "index.qmd").read_bytes() == (project / "index.qmd").read_bytes()


def test_the_menu_is_also_the_side_menu_that_quarto_makes_breadcrumbs_from(
    stub: MakeStub, project: Path
) -> None:
    menu = [
        {"text": "Översikt", "href": "index.qmd"},
        {"text": "Områden", "menu": [{"text": "Bygglov", "href": "omraden/bygglov.ipynb"}]},
    ]
    settings = yaml.safe_load((project / "_quarto.yml").read_text("utf-8"))
    settings["website"]["navbar"] = {"left": menu}
    (project / "_quarto.yml").write_text(yaml.safe_dump(settings), "utf-8")
    save = '(site / "_quarto.yml").write_bytes((here / "_quarto.yml").read_bytes())'
    quarto.render(project, stub(GOOD + save), timestamp=TIMESTAMP)
    website = yaml.safe_load((project / "_site" / "_quarto.yml").read_text("utf-8"))["website"]
    assert website["navbar"] == {"left": menu}
    section = {"section": "Områden", "contents": menu[1]["menu"]}
    assert website["sidebar"] == {"style": "floating", "contents": [menu[0], section]}


def test_the_menu_marks_the_page_that_is_open(stub: MakeStub, project: Path) -> None:
    body = GOOD + dedent("""
    for page in ("nulage.html", "omraden/bygglov.html"):
        root = "../" if "/" in page else "./"
        (site / page).write_text(
            f'<a class="nav-link active" href="{root}index.html" aria-current="page">'
            f'<a class="nav-link" href="{root}nulage.html">'
        )
    """)
    quarto.render(project, stub(body), timestamp=TIMESTAMP)
    assert (project / "_site" / "nulage.html").read_text("utf-8") == (
        '<a class="nav-link" href="./index.html">'
        '<a class="nav-link active" href="./nulage.html" aria-current="page">'
    )
    area = (project / "_site" / "omraden" / "bygglov.html").read_text("utf-8")
    assert "aria-current" not in area


def test_a_second_list_of_contents_does_not_repeat_ids(stub: MakeStub, project: Path) -> None:
    items = '<h2 id="toc-title">På sidan</h2><a href="#a" id="toc-a">A</a>'
    page = f'<nav id="TOC">{items}</nav><nav id="TOC-body" role="doc-toc">{items}</nav><p id="a">'
    save = f"(site / 'nulage.html').write_text({page!r}, encoding='utf-8')"
    quarto.render(project, stub(GOOD + save), timestamp=TIMESTAMP)
    made = (project / "_site" / "nulage.html").read_text("utf-8")
    assert f'<nav id="TOC">{items}</nav>' in made
    assert '<nav id="TOC-body" role="doc-toc"><h2>På sidan</h2><a href="#a">A</a></nav>' in made
    assert '<p id="a">' in made


def test_a_pdf_pages_own_settings_go_before_the_projects(stub: MakeStub, project: Path) -> None:
    page = "---\ntitle: Kort\nformat:\n  typst:\n    papersize: a5\n---\n\nText --- med streck\n"
    (project / "kort.qmd").write_text(page, "utf-8")
    save = '(site / "kort.qmd").write_bytes((here / "kort.qmd").read_bytes())'
    quarto.render(project, stub(GOOD + save), timestamp=TIMESTAMP)
    text = (project / "_site" / "kort.qmd").read_text("utf-8")
    assert front_matter(text)["format"]["typst"]["papersize"] == "a5"
    assert text.endswith("---\n\nText --- med streck\n")


def test_a_page_of_two_formats_gets_the_pdf_settings_and_keeps_the_other(
    stub: MakeStub, project: Path
) -> None:
    page = "---\ntitle: Kort\nformat: {docx: default, typst: default}\n---\n\nText\n"
    (project / "kort.qmd").write_text(page, "utf-8")
    save = '(site / "kort.qmd").write_bytes((here / "kort.qmd").read_bytes())'
    quarto.render(project, stub(GOOD + save), timestamp=TIMESTAMP)
    formats = front_matter((project / "_site" / "kort.qmd").read_text("utf-8"))["format"]
    assert formats["docx"] == "default"
    assert formats["typst"]["papersize"] == "a4"
    assert formats["typst"]["pdf-standard"]


def test_notebooks_show_their_markdown_only_and_keep_their_lines(
    stub: MakeStub, project: Path
) -> None:
    bundle = {"text/markdown": "::: {#tbl-a}\n\nText\n:::", "text/html": "<table>", "x/y": "{}"}
    outputs = [
        {"output_type": "stream", "name": "stdout", "text": "utskrift"},
        {"output_type": "display_data", "metadata": {}, "data": {"text/plain": "<Figure>"}},
        {"output_type": "execute_result", "metadata": {}, "data": bundle, "execution_count": 1},
    ]
    path = project / "nulage.ipynb"
    notebook = json.loads(path.read_text("utf-8"))
    code = {"cell_type": "code", "id": "b", "metadata": {}, "execution_count": 1}
    notebook["cells"].append({**code, "source": "show(table)\n1", "outputs": outputs})
    path.write_text(json.dumps(notebook), "utf-8")
    save = '(site / "nulage.ipynb").write_bytes((here / "nulage.ipynb").read_bytes())'
    quarto.render(project, stub(GOOD + save), timestamp=TIMESTAMP)
    first, second = json.loads((project / "_site" / "nulage.ipynb").read_text("utf-8"))["cells"]
    assert first["source"] == ["---\n", "title: Nuläge\n", "---\n"]
    assert second["source"] == ["show(table)\n", "1"]
    (shown,) = second["outputs"]
    assert shown["data"] == {"text/markdown": ["::: {#tbl-a}\n", "\n", "Text\n", ":::"]}


def test_an_error_in_a_notebook_is_not_hidden(stub: MakeStub, project: Path) -> None:
    error = {"output_type": "error", "ename": "KeyError", "evalue": "x", "traceback": []}
    cell = {"cell_type": "code", "id": "b", "metadata": {}, "execution_count": 1, "source": ""}
    notebook = {"cells": [{**cell, "outputs": [error]}], "metadata": {}, "nbformat": 4}
    (project / "nulage.ipynb").write_text(json.dumps(notebook), "utf-8")
    with pytest.raises(RenderingError) as caught:
        quarto.render(project, stub(), timestamp=TIMESTAMP)
    (problem,) = caught.value.problems
    assert problem.where == "nulage.ipynb, cell 1"
    assert problem.cause == "KeyError: x"


CODE = """\
---
title: Egen
---

```{python}
#| label: fig-egen
1 + 1
```

I år svarade `{python} antal` företag, `r antal` av dem små.

~~~{julia}
1
~~~

```{ojs}
x = 1
```

{{< include _del.md >}}

````{r echo=FALSE}
1
````

```python
koden visas
```

```{.python}
koden visas
```

````markdown
```{python}
så skrivs en kodcell
```
````

Cellen ```` ```{python} ```` visas, `{python}` också.
"""


def test_code_in_a_page_is_refused_with_the_same_words_by_both_engines(
    stub: MakeStub, project: Path
) -> None:
    """Quarto, told to run nothing, publishes the code and an empty figure."""
    (project / "bilaga.ipynb").unlink()
    (project / "egen.qmd").write_text(CODE, "utf-8")
    (project / "_del.md").write_text("Inledning.\n\n```{bash}\nls\n```\n", "utf-8")
    told = []
    for render in (partial(quarto.render, quarto=stub()), embedded.render):
        with pytest.raises(RenderingError) as caught:
            render(project, timestamp=TIMESTAMP)
        told.append((caught.value.title, caught.value.problems))
    assert told[0] == told[1]
    found = [(problem.where, problem.cause, problem.fix) for problem in told[0][1]]
    assert [where for where, _, _ in found] == [
        "egen.qmd, rad 5",
        "egen.qmd, rad 10",
        "egen.qmd, rad 10",
        "egen.qmd, rad 12",
        "egen.qmd, rad 16",
        "_del.md, rad 3",
        "egen.qmd, rad 22",
    ]
    assert found[0] == (
        "egen.qmd, rad 5",
        "Koden i {python} körs inte: rapporten kör ingen kod i sidor.",
        "Lägg in resultatet som text, tabell eller bild. Ska koden visas, skriv ```python utan "
        "klamrar.",
    )
    assert found[1] == (
        "egen.qmd, rad 10",
        "Koden `{python} antal` körs inte: rapporten kör ingen kod i sidor.",
        "Skriv in talet eller texten som koden skulle ge.",
    )


def test_a_diagram_is_drawn_by_quarto_and_refused_by_the_embedded_engine(
    stub: MakeStub, project: Path
) -> None:
    (project / "bilaga.ipynb").unlink()
    page = "---\ntitle: Egen\n---\n\n```{mermaid}\ngraph LR\n```\n"
    (project / "egen.qmd").write_text(page, "utf-8")
    quarto.render(project, stub(), timestamp=TIMESTAMP)
    with pytest.raises(RenderingError) as caught:
        embedded.render(project, timestamp=TIMESTAMP)
    (problem,) = caught.value.problems
    assert problem.cause == "Diagrammet ({mermaid}) stöds inte av den inbyggda motorn."
    assert "Quarto" in problem.fix


def test_a_notebook_that_was_not_run_is_refused_by_both_engines(
    stub: MakeStub, project: Path
) -> None:
    (project / "bilaga.ipynb").unlink()
    path = project / "nulage.ipynb"
    notebook = json.loads(path.read_text("utf-8"))
    code = {"cell_type": "code", "id": "b", "metadata": {}, "outputs": []}
    notebook["cells"] += [
        {**code, "execution_count": 1, "source": "import pandas"},
        {**code, "execution_count": None, "source": ""},
        {**code, "execution_count": None, "source": "visa(tabell)"},
    ]
    path.write_text(json.dumps(notebook), "utf-8")
    for render in (partial(quarto.render, quarto=stub()), embedded.render):
        with pytest.raises(RenderingError) as caught:
            render(project, timestamp=TIMESTAMP)
        (problem,) = caught.value.problems
        assert problem.where == "nulage.ipynb, cell 4"
        assert problem.cause == "Cellens kod har inte körts, och rapporten kör ingen kod i sidor."
        assert "kör alla celler" in problem.fix


def test_pages_get_a_way_past_the_menu_and_names_for_landmarks(
    stub: MakeStub, project: Path
) -> None:
    body = GOOD + dedent("""
    (site / "index.html").write_text(
        '<body class="a">\\n<nav class="navbar navbar-expand-lg">'
        '<button class="navbar-toggler" type="button" role="menu" aria-label="Meny">'
    )
    """)
    quarto.render(project, stub(body), timestamp=TIMESTAMP)
    page = (project / "_site" / "index.html").read_text("utf-8")
    assert page.startswith('<body class="a">\n<a class="visually-hidden-focusable" href="#quarto')
    assert '<nav aria-label="Huvudmeny" class="navbar ' in page
    assert 'role="menu"' not in page


def test_the_search_index_can_be_loaded_from_disk(stub: MakeStub, project: Path) -> None:
    body = GOOD + dedent("""
    script = '<script src="../site_libs/quarto-search/quarto-search.js"></script>'
    (site / "omraden" / "bygglov.html").write_text(script)
    (site / "search.json").write_text(json.dumps([{"title": "Bygglov"}]))
    """)
    quarto.render(project, stub(body), timestamp=TIMESTAMP)
    site = project / "_site"
    assert (
        (site / "omraden" / "bygglov.html")
        .read_text("utf-8")
        .startswith('<script src="../site_libs/quarto-search/search-on-disk.js"></script>\n')
    )
    index = (site / "site_libs" / "quarto-search" / "search-index.js").read_text("utf-8")
    assert index == 'window.searchIndex = [{"title": "Bygglov"}];\n'
    assert (site / "site_libs" / "quarto-search" / "search-on-disk.js").is_file()


def test_runs_quarto_offline_with_a_fixed_date(
    stub: MakeStub, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QUARTO_PROFILE", "min-egen")
    monkeypatch.setenv("TYPST_FONT_PATHS", "/mina/typsnitt")
    monkeypatch.setenv("XDG_CACHE_HOME", "/kan/inte/skrivas")
    save = '(site / "env.json").write_text(json.dumps(dict(os.environ)))'
    quarto.render(project, stub(GOOD + save), timestamp=TIMESTAMP)
    seen = json.loads((project / "_site" / "env.json").read_text("utf-8"))
    assert seen["SOURCE_DATE_EPOCH"] == "1775044800"
    assert seen["TYPST_IGNORE_SYSTEM_FONTS"] == "true"
    assert seen["QUARTO_RUN_NO_NETWORK"] == "true"
    assert seen["XDG_CACHE_HOME"] == str(project.with_name(".quarto"))
    assert "QUARTO_PROFILE" not in seen
    assert "TYPST_FONT_PATHS" not in seen


def test_tells_warnings_in_swedish(stub: MakeStub, project: Path) -> None:
    say = r"""
    print("\r\x1b[1m\x1b[34m[1/2] index.qmd\x1b[39m\x1b[22m", file=sys.stderr)
    print("\x1b[33mWARNING (/x/refs.lua:128) Unable to resolve crossref @fig-x", file=sys.stderr)
    print("\x1b[39m\x1b[33mWARN: PDF standard validation requested but verapdf is not installed.")
    print("\r[2/2] omraden/bygglov.ipynb", file=sys.stderr)
    """
    warnings = quarto.render(project, stub(GOOD + dedent(say)), timestamp=TIMESTAMP)
    assert warnings == ("Quarto varnar: Unable to resolve crossref @fig-x",)


# --- Failing ----------------------------------------------------------------------------------


def test_a_failure_tells_the_last_lines_without_the_noise(stub: MakeStub, project: Path) -> None:
    body = r"""
    print("[1/9] index.qmd")
    print("Läser bilder")
    print("ERROR: Bild saknas i", here / "nulage.ipynb")
    print("Stack trace:")
    print("    at renderPage (quarto.js:12:3)")
    sys.exit(7)
    """
    with pytest.raises(RenderingError) as caught:
        quarto.render(project, stub(body), timestamp=TIMESTAMP)
    (problem,) = caught.value.problems
    assert problem.cause == (
        "Quarto 1.10.18 slutade med felkod 7. "
        "Det sista den skrev: ERROR: Bild saknas i nulage.ipynb"
    )
    assert "--engine embedded" in problem.fix


def test_a_fault_that_quarto_only_mentions_is_a_failure(stub: MakeStub, project: Path) -> None:
    body = GOOD + "print('ERROR (jog.lua:173) Don\\'t know how to traverse TableBody')"
    with pytest.raises(RenderingError, match="Quarto kunde inte") as caught:
        quarto.render(project, stub(body), timestamp=TIMESTAMP)
    assert "Don't know how to traverse TableBody" in str(caught.value)
    assert not (project / "_site").exists()


def test_a_quarto_that_makes_no_site_is_a_failure(stub: MakeStub, project: Path) -> None:
    with pytest.raises(RenderingError) as caught:
        quarto.render(project, stub("pass"), timestamp=TIMESTAMP)
    assert "varken webbsidor eller PDF" in str(caught.value)


def test_a_quarto_that_cannot_be_started_is_a_failure(project: Path, tmp_path: Path) -> None:
    with pytest.raises(RenderingError) as caught:
        quarto.render(project, Quarto(tmp_path / "borta", (1, 10, 0)), timestamp=TIMESTAMP)
    assert "gick inte att starta" in str(caught.value)


def test_is_stopped_with_its_own_programs_after_the_time_limit(
    stub: MakeStub, project: Path, tmp_path: Path
) -> None:
    # The grandchild keeps the pipe open: unless it is stopped too, the call would not return.
    body = f"""
    import subprocess
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    Path({str(tmp_path / "pid")!r}).write_text(str(child.pid))
    time.sleep(600)
    """
    with pytest.raises(RenderingError) as caught:
        quarto.render(project, stub(body), timestamp=TIMESTAMP, time_limit=3)
    assert "blev inte klart på" in str(caught.value)
    assert not project.with_name(f"{project.name}-quarto").exists()


# --- The real thing ---------------------------------------------------------------------------


@pytest.mark.quarto
@pytest.mark.slow
def test_a_real_quarto_renders_the_folder(project: Path) -> None:
    try:
        found = quarto.find()
    except MachineError as error:
        pytest.skip(error.problems[0].cause)
    site = project / "_site"
    quarto.render(project, found, timestamp=TIMESTAMP)
    for name in ("index.html", "nulage.html", "omraden/bygglov.html"):
        assert (site / name).is_file()
    first = (site / "bilaga.pdf").read_bytes()
    quarto.render(project, found, timestamp=TIMESTAMP)
    assert (site / "bilaga.pdf").read_bytes() == first
