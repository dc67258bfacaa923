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
"""Folders of the tables for reuse and of the figures' pictures, in the workspace and among the
site's sources."""
DRAWINGS, CONVERSIONS, SEARCHES = "ritat", "omvandlat", "granskat"
"""The workspace's folders of what is kept for later runs: drawings of figures, pandoc's texts, what
the search for secrets found."""
DOWNLOADS = "bilder"
"""The folder of the site for the pictures that a reader may take."""
SHEETS = "blad.json"
"""The contents of the documents of one page, in the workspace."""
HTML = "html"
# The file ending of each format that a page's front matter can name.
ENDINGS = {HTML: ".html", "typst": ".pdf", "docx": ".docx"}


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
    def formats(self) -> tuple[str, ...]:
        """Its formats, by Quarto's names: a web page, unless the front matter says otherwise."""
        return tuple([told] if isinstance(told := self.front.get("format", HTML), str) else told)

    @property
    def rendered(self) -> tuple[str, ...]:
        """Its paths in the site, one for each format.

        Examples
        --------
        >>> Page("omraden/bygglov", Path("b.ipynb"), {}).rendered
        ('omraden/bygglov.html',)
        >>> Page("underlag", Path("u.ipynb"), {"format": {"docx": {}, "typst": {}}}).rendered
        ('underlag.docx', 'underlag.pdf')
        """
        return tuple(self.name + ENDINGS[one] for one in self.formats)

    @property
    def on_paper(self) -> bool:
        """Whether it is a document and no web page."""
        return HTML not in self.formats

    @property
    def web(self) -> bool:
        """Whether it is a page of the site, and not a document beside it."""
        return HTML in self.formats

    @property
    def draft(self) -> bool:
        """Whether it belongs to the matter and not to the site: a text that is still worked on."""
        return "docx" in self.formats


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
