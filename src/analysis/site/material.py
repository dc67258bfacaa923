"""The material of a site: settings, folders, executed pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from analysis.basis import Basis
from analysis.present import sheet
from analysis.project import Project, Request, Workspace
from analysis.settings import Settings
from analysis.settings.profile import Profile

DATA, PICTURES = "data", "figurer"
"""Folders of the tables for reuse and of the PDFs' pictures, in the workspace and the site."""
SHEETS = "blad.json"
"""The contents of the documents of one page, in the workspace."""
# The file endings of pages that are not web pages, by the format in their front matter.
ENDINGS = {"typst": ".pdf", "docx": ".docx"}


@dataclass(frozen=True)
class Page:
    """A page made from an executed notebook.

    Parameters
    ----------
    name
        Its path in the site without an ending.
    executed
        The executed notebook.
    front
        Its front matter: ``title, description`` and other keys of Quarto's.
    """

    name: str
    executed: Path
    front: Mapping[str, Any]

    @property
    def source(self) -> str:
        """Its path among the site's sources."""
        return f"{self.name}.ipynb"

    @property
    def rendered(self) -> str:
        """Its path in the site.

        Examples
        --------
        >>> Page("omraden/bygglov", Path("b.ipynb"), {}).rendered
        'omraden/bygglov.html'
        """
        return self.name + ENDINGS.get(self.front.get("format", ""), ".html")

    @property
    def draft(self) -> bool:
        """Whether it belongs to the matter and not to the site: a text that is still worked on."""
        return self.front.get("format") == "docx"


@dataclass(frozen=True)
class Material:
    """The parts of a site before it is rendered.

    Parameters
    ----------
    project, workspace, request
        Folders, and the options of the run.
    settings
        The configuration.
    basis
        The raw files as read.
    pages
        The executed pages.
    home
        Whether the report is about the municipality whose own pages and look the project holds.
    profile
        The municipality's look.
    """

    project: Project
    workspace: Workspace
    request: Request
    settings: Settings
    basis: Basis = field(default_factory=Basis)
    pages: Sequence[Page] = ()
    home: bool = True
    profile: Profile = field(default_factory=Profile)

    @property
    def documents(self) -> tuple[str, ...]:
        """The documents of one page, as paths in the site: some förvaltningar's, each area's."""
        areas = self.basis.areas
        units = self.settings.report.several(areas)
        return tuple(map(sheet.place, (*map(sheet.of_unit, units), *areas)))
