"""The embedded engine refuses what it does not support: by name, by line, all at once."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from analysis.errors import Problem, RenderingError
from analysis.render import embedded

CONFIG = "project: {type: website}\nwebsite: {title: Prov}\n"


def problems(
    folder: Path, page: str = "Text.", config: str = CONFIG, name: str = "sida.qmd"
) -> tuple[Problem, ...]:
    (folder / "_quarto.yml").write_text(config, encoding="utf-8")
    (folder / name).write_text(page, encoding="utf-8")
    with pytest.raises(RenderingError) as caught:
        embedded.render(folder, timestamp=datetime(2026, 5, 4, tzinfo=UTC))
    return caught.value.problems


def notebook(*cells: dict[str, object]) -> str:
    return json.dumps({"cells": list(cells), "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("```{mermaid}\ngraph LR\n```", "({mermaid})"),
        ("```{=latex}\n\\newpage\n```", "”latex”"),
        ("{{< video film.mp4 >}}", "”video”"),
        ("::: {.panel-input}\n:::", "”.panel-input”"),
        ("::: panel-sidebar\n:::", "”.panel-sidebar”"),
        ("::: {.column-margin}\n:::", "”.column-margin”"),
        ("::: {.callout-danger}\n:::", "”.callout-danger”"),
        ("::: {layout-ncol=2}\n:::", "”layout-ncol”"),
        ("::: {.content-visible when-profile='x'}\n:::", "”when-profile”"),
        ("::: {#thm-line}\n:::", "”#thm-line”"),
        ("Se @eq-index.", "”@eq-index”"),
        ("$$x$$ {#eq-index}", "”#eq-index”"),
        ("{{< pagebreak >}}", "”pagebreak”"),
        ("![](x.svg){fig-alt='x' layout-nrow=2}", "”layout-nrow”"),
        ("Se @fig-borta.", "@fig-borta pekar på något som inte finns"),
    ],
)
def test_a_construct_is_named_with_its_line(tmp_path: Path, text: str, named: str) -> None:
    found = problems(tmp_path, f"---\ntitle: T\n---\n\nInledning.\n\n{text}\n")
    assert named in found[0].cause
    assert found[0].where == "sida.qmd, rad 7"
    assert ("docs/engines.md" in found[0].fix) == ("stöds inte" in found[0].cause)


def test_an_alias_is_refused_before_it_is_unfolded(tmp_path: Path) -> None:
    levels = "".join(f"b{n}: &b{n} [{', '.join([f'*b{n - 1}'] * 9)}]\n" for n in range(1, 60))
    found = problems(tmp_path, f"---\ntitle: T\nb0: &b0 [x]\n{levels}---\n\nText.\n")
    assert found[0].where == "sida.qmd, rad 4"
    assert "hänvisar till en annan rad" in found[0].cause


def test_code_blocks_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "_quarto.yml").write_text(CONFIG, encoding="utf-8")
    code = "````markdown\n::: {.panel-input}\n```{python}\n```\n````\n\n`@eq-x`\n"
    (tmp_path / "sida.qmd").write_text(f"---\ntitle: T\n---\n\n{code}", encoding="utf-8")
    assert embedded.render(tmp_path, timestamp=datetime(2026, 5, 4, tzinfo=UTC)) == ()


@pytest.mark.parametrize(
    ("config", "named", "line"),
    [
        ("project: {type: website}\nbook: {}\n", "”book”", 2),
        ("project:\n  type: website\n  preview: {}\n", "”project.preview”", 3),
        ("website:\n  navbar:\n    left:\n      - text: A\n        icon: x\n", ".icon”", 5),
        ("format:\n  html:\n    toc: true\n  revealjs: default\n", "”format.revealjs”", 4),
        ("format:\n  html:\n    css: a.css\n    bibliography: b\n", "bibliography”", 4),
    ],
)
def test_a_setting_is_named_with_its_line(
    tmp_path: Path, config: str, named: str, line: int
) -> None:
    (found,) = problems(tmp_path, config=config)
    assert named in found.cause
    assert found.where == f"_quarto.yml, rad {line}"


def test_quarto_s_own_look_is_ignored(tmp_path: Path) -> None:
    config = CONFIG + "format: {html: {theme: cosmo, smooth-scroll: true}}\n"
    (tmp_path / "_quarto.yml").write_text(config, encoding="utf-8")
    (tmp_path / "sida.qmd").write_text("---\ntitle: T\n---\n", encoding="utf-8")
    assert embedded.render(tmp_path, timestamp=datetime(2026, 5, 4, tzinfo=UTC)) == ()
    assert (tmp_path / "_site" / "sida.html").is_file()


@pytest.mark.parametrize(
    ("front", "named", "line"),
    [
        ("title: T\nlisting: default", "”listing”", 3),
        ("title: T\nformat: revealjs", "”revealjs”", 3),
        ("title: T\nformat:\n  html:\n    filters: [x]", "”format.html.filters”", 5),
    ],
)
def test_front_matter_is_named_with_its_line(
    tmp_path: Path, front: str, named: str, line: int
) -> None:
    (found,) = problems(tmp_path, f"---\n{front}\n---\n")
    assert named in found.cause
    assert found.where == f"sida.qmd, rad {line}"


def test_broken_yaml_is_placed(tmp_path: Path) -> None:
    (found,) = problems(tmp_path, "---\ntitle: T\nformat: [html\n---\n")
    assert "Raden är felskriven" in found.cause
    assert found.where.startswith("sida.qmd, rad ")
    (found,) = problems(tmp_path, "---\ntitle: T\n\nText.\n")
    assert found.cause.startswith("Inledningen börjar")


def test_dangling_names_are_told(tmp_path: Path) -> None:
    text = "{{< var a.b >}} {{< meta c >}}\n\n{{< include _x.md >}}\n"
    found = problems(tmp_path, f"---\ntitle: T\n---\n\n{text}")
    causes = {problem.where: problem.cause for problem in found}
    assert [problem.where for problem in found].count("sida.qmd, rad 5") == 2
    assert "_x.md" in causes["sida.qmd, rad 7"]


def test_an_include_of_itself_ends(tmp_path: Path) -> None:
    (found,) = problems(tmp_path, "---\ntitle: T\n---\n\n{{< include sida.qmd >}}\n")
    assert "infogar sig själv" in found.cause


def test_included_text_is_placed_in_its_own_file(tmp_path: Path) -> None:
    (tmp_path / "_del.md").write_text("Rad ett\n\n```{python}\n```\n", encoding="utf-8")
    (found,) = problems(tmp_path, "---\ntitle: T\n---\n\n{{< include _del.md >}}\n")
    assert found.where == "_del.md, rad 3"


def test_figures_without_caption_or_with_the_same_name(tmp_path: Path) -> None:
    image = "![](x.svg){fig-alt='x'}"
    text = f"---\ntitle: T\n---\n\n::: {{#fig-a}}\n{image}\n:::\n\n" + (
        f"::: {{#fig-b}}\n{image}\n\nText\n:::\n\n" * 2
    )
    causes = " ".join(problem.cause for problem in problems(tmp_path, text))
    assert "#fig-a saknar bildtext" in causes
    assert "#fig-b används två gånger" in causes


def test_a_failed_notebook_is_no_page(tmp_path: Path) -> None:
    failed = {"output_type": "error", "ename": "KeyError", "evalue": "'nki'", "traceback": []}
    cells = (
        {"cell_type": "raw", "metadata": {}, "source": "---\ntitle: T\n---"},
        {"cell_type": "code", "metadata": {}, "source": ["x"], "outputs": [failed]},
    )
    (found,) = problems(tmp_path, notebook(*cells), name="sida.ipynb")
    assert found.cause == "KeyError: 'nki'"
    assert found.where == "sida.ipynb, cell 2"


def test_a_line_in_a_notebook_is_placed_by_cell(tmp_path: Path) -> None:
    cells = (
        {"cell_type": "raw", "metadata": {}, "source": "---\ntitle: T\n---"},
        {"cell_type": "markdown", "metadata": {}, "source": ["Ett\n", "\n", "{{< kbd X >}}"]},
    )
    (found,) = problems(tmp_path, notebook(*cells), name="sida.ipynb")
    assert found.where == "sida.ipynb, cell 2, rad 3"
    (found,) = problems(tmp_path, "{", name="sida.ipynb")
    assert "ingen Jupyter-anteckningsbok" in found.cause


def test_all_problems_of_all_pages_are_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "a.qmd").write_text("---\ntitle: A\n---\n\n{{< kbd X >}}\n", encoding="utf-8")
    found = problems(tmp_path, "```{r}\n```\n\n```{julia}\n```\n", CONFIG + "book: {}\n")
    assert [problem.where for problem in found] == [
        "_quarto.yml, rad 3",
        "a.qmd, rad 5",
        "sida.qmd, rad 1",
        "sida.qmd, rad 4",
    ]


def test_missing_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(RenderingError, match="kan inte göras") as caught:
        embedded.render(tmp_path, timestamp=datetime(2026, 5, 4, tzinfo=UTC))
    assert "_quarto.yml" in caught.value.problems[0].cause
    config = CONFIG + "format: {html: {include-in-header: [huvud.html]}}\n"
    (found,) = problems(tmp_path, "---\ntitle: T\n---\n", config)
    assert "huvud.html" in found.cause
    (found,) = problems(tmp_path, "---\ntitle: T\nformat: typst\n---\n")
    assert "typst-template.typ" in found.cause


def test_the_site_stays_inside_the_build_folder(tmp_path: Path) -> None:
    project = tmp_path / "bygg"
    project.mkdir()
    (found,) = problems(project, config="project: {output-dir: ../ute}\n")
    assert "utanför" in found.cause
    assert not (tmp_path / "ute").exists()
