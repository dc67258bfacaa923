"""The front matter of the notebooks: page, title, tables read and written, parameters.

A notebook begins with a raw cell of YAML. Beside what Quarto knows (``title``, ``description``,
``toc``, ``format``) it has the key ``report``, which only this module reads.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import yaml

from analysis.run.parameters import declared

OWN = "report"
KEYS = {"page", "reads", "writes", "each", "needs"}
PLAN = "plan"
"""What a page may need: a plan of the municipality's own."""


@dataclass(frozen=True)
class Template:
    """A notebook of the report.

    Parameters
    ----------
    path
        The notebook.
    front
        Front matter of its page, with placeholders such as ``{report.site.title}``.
    page
        The page it becomes, without ending; empty for none.
    reads, writes
        Tables, groups of files (``answers``: every year's) or files, by name.
    each
        ``area`` for a notebook that is run once for each area.
    needs
        ``plan`` for a page that is not made for a municipality without a plan of its own. The
        notebook is run, for its tables.
    parameters
        Names of its parameters.
    source
        The text of its cells, without stored outputs: those do not affect the result.
    """

    path: Path
    front: Mapping[str, Any]
    page: str = ""
    reads: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()
    each: str = ""
    needs: str = ""
    parameters: tuple[str, ...] = ()
    source: str = ""

    def filled(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The page's front matter with its placeholders filled in."""
        return {
            key: text.format_map(values) if isinstance(text, str) else text
            for key, text in self.front.items()
        }


def templates(folder: Path) -> list[Template]:
    """Every notebook of a folder, by name.

    Raises
    ------
    ValueError
        When a notebook does not begin with front matter, or the front matter has unknown keys.
    """
    return [_template(path) for path in sorted(folder.glob("*.ipynb"))]


def _template(path: Path) -> Template:
    notebook = nbformat.read(path, as_version=4)
    first = notebook.cells[0]
    text = first.source.strip()
    if first.cell_type != "raw" or not (text.startswith("---") and text.endswith("---")):
        raise ValueError(f"{path.name}: the first cell must be front matter")
    front = yaml.safe_load(text.strip("-"))
    own = front.pop(OWN, {})
    if unknown := sorted(own.keys() - KEYS):
        raise ValueError(f"{path.name}: unknown keys under {OWN}: {', '.join(unknown)}")
    if own.get("needs", PLAN) != PLAN:
        raise ValueError(f"{path.name}: a page can only need {PLAN}")
    return Template(
        path=path,
        front=front,
        page=own.get("page", ""),
        reads=tuple(own.get("reads", ())),
        writes=tuple(own.get("writes", ())),
        each=own.get("each", ""),
        needs=own.get("needs", ""),
        parameters=tuple(declared(path)),
        source="\0".join(f"{cell.cell_type} {cell.source}" for cell in notebook.cells),
    )
