"""A build folder's settings fitted to Quarto, and the working copy in which Quarto renders.

Quarto works in a copy, so that what it leaves beside the pages never gets among them.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

from analysis.present.markdown import literal
from analysis.render import fonts
from analysis.store import SITE_SETTINGS

ASSETS = Path(__file__).parent / "assets"
FILTERS = {"tables.lua": "pre-ast", "word.lua": "post-quarto"}
"""Our filters, with the moments at which Quarto runs them."""

FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?\n)---[ \t]*(?:\n|\Z)", re.DOTALL)


@contextmanager
def working_copy(project: Path) -> Iterator[Path]:
    """A temporary copy of a build folder, without the output of earlier runs.

    Parameters
    ----------
    project
        Build folder with ``_quarto.yml``.

    Yields
    ------
    Path
        A folder beside `project`.
    """
    # Beside the build folder: the site is moved back by a rename. Always the same name, so that
    # what a killed run left behind is cleared by the next one. No leading dot: Quarto skips those.
    copy = project.with_name(f"{project.name}-quarto")
    shutil.rmtree(copy, ignore_errors=True)
    unwanted = shutil.ignore_patterns(output_folder(project), ".*", "_freeze")
    shutil.copytree(project, copy, ignore=unwanted)
    try:
        yield copy
    finally:
        shutil.rmtree(copy, ignore_errors=True)


def output_folder(project: Path) -> str:
    """The output folder in ``_quarto.yml``, relative to the build folder."""
    return str((_config(project).get("project") or {}).get("output-dir", "_site"))


def sources(project: Path) -> list[Path]:
    """Every page of a project, relative to it, sorted.

    Files whose names start with ``_`` or a dot are not pages; Quarto, too, leaves them out.
    """
    found = (
        path.relative_to(project) for kind in ("*.qmd", "*.ipynb") for path in project.rglob(kind)
    )
    return sorted(
        path for path in found if not any(part.startswith(("_", ".")) for part in path.parts)
    )


def fit(copy: Path, pdf_standards: Sequence[str]) -> None:
    """Fit the settings of a build folder, or of its working copy, for Quarto, in place.

    Quarto makes every page in every format of ``_quarto.yml``, so the PDF settings move from
    there to the pages that become PDFs. Nothing is executed, and no code is shown.

    Parameters
    ----------
    copy
        The folder; one that has not been fitted before.
    pdf_standards
        The standards a PDF is to meet, by Quarto's names.
    """
    config = _config(copy)
    config["execute"] = {**(config.get("execute") or {}), "enabled": False, "echo": False}
    config["website"] = _website(config.get("website") or {})
    formats = dict(config.get("format") or {})
    pdf = _settings(formats.pop("typst", None))
    pdf["pdf-standard"] = list(pdf_standards)
    fonts.lay_out(copy / "_fonts")
    # Quarto reads an absolute path as one from the top of the project.
    pdf["font-paths"] = ["/_fonts"]
    # The tables before Quarto reads them itself: its own way needs more programs, and gives columns
    # of equal width as soon as one heading has two lines.
    for name in FILTERS:
        shutil.copyfile(ASSETS / name, copy / f"_{name}")
    ours = [{"path": f"_{name}", "at": when} for name, when in FILTERS.items()]
    config["filters"] = [*ours, *(config.get("filters") or ())]
    if formats:
        config["format"] = formats
    else:
        config.pop("format", None)
    (copy / SITE_SETTINGS).write_text(_yaml(config), "utf-8")
    for page in sources(copy):
        _fit_page(copy, page, pdf)


def _website(website: Mapping[str, Any]) -> dict[str, Any]:
    """The website's settings with the menu a second time, as a side menu.

    Quarto makes breadcrumbs and the links to the pages before and after from a side menu only;
    ``quarto.scss`` hides the side menu itself.
    """
    menu = (website.get("navbar") or {}).get("left") or ()
    contents = [
        {"section": entry["text"], "contents": entry["menu"]} if "menu" in entry else entry
        for entry in menu
    ]
    return {
        "sidebar": {"style": "floating", "contents": contents},
        **website,
        # Quarto reads the title as Markdown; a municipality's name is text.
        "title": literal(str(website.get("title") or "")),
    }


def _config(project: Path) -> dict[str, Any]:
    config: dict[str, Any] = yaml.safe_load((project / SITE_SETTINGS).read_text("utf-8"))
    return config


def _fit_page(copy: Path, page: Path, pdf: Mapping[str, Any]) -> None:
    file = copy / page
    if page.suffix == ".qmd":
        file.write_text(_fit_front_matter(file.read_text("utf-8"), pdf), "utf-8")
        return
    notebook = json.loads(file.read_text("utf-8"))
    for number, cell in enumerate(notebook["cells"], start=1):
        text = "".join(cell["source"])
        cell["source"] = _lines(_fit_front_matter(text, pdf) if number == 1 else text)
        if cell["cell_type"] == "code":
            cell["outputs"] = [one for output in cell.get("outputs", ()) for one in _shown(output)]
    file.write_text(json.dumps(notebook, ensure_ascii=False), "utf-8")


def _shown(output: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The reader's part of a notebook's outputs: Markdown, without printed text."""
    if markdown := output.get("data", {}).get("text/markdown"):
        data = {"text/markdown": _lines("".join(markdown))}
        yield {"output_type": "display_data", "metadata": {}, "data": data}


def _lines(text: str) -> list[str]:
    # A notebook may hold its texts whole or in lines; Quarto loses the line ends of whole ones.
    return text.splitlines(keepends=True)


def _fit_front_matter(text: str, pdf: Mapping[str, Any]) -> str:
    """Give the project's PDF settings to a page that becomes a PDF; leave other pages unchanged."""
    match = FRONT_MATTER.match(text)
    front = yaml.safe_load(match[1]) if match else None
    if match is None or not isinstance(front, dict):
        return text
    own = front.get("format")
    formats = {own: None} if isinstance(own, str) else _settings(own)
    if "typst" not in formats:
        return text
    told = {**pdf, **_settings(formats["typst"]), "pdf-standard": pdf["pdf-standard"]}
    front["format"] = {**formats, "typst": told}
    return f"---\n{_yaml(front)}---\n{text[match.end() :]}"


def _settings(value: object) -> dict[str, Any]:
    """A format's settings; Quarto also takes the word ``default`` in their place."""
    return dict(value) if isinstance(value, dict) else {}


def _yaml(value: Mapping[str, Any]) -> str:
    text: str = yaml.safe_dump(value, allow_unicode=True, sort_keys=False)
    return text
