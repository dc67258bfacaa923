"""The jobs of a report: its notebooks, the checks, the pictures and the site.

The raw files are read first, in a job of its own, because the years and areas found there decide
which other jobs there are.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis import store
from analysis.basis import Basis
from analysis.errors import AnalysisError
from analysis.guard import secrets
from analysis.project import raw_files
from analysis.quality import page as quality_page
from analysis.quality import sanity
from analysis.report.templates import PLAN, Template
from analysis.run.runner import Done, Job, Runner
from analysis.settings import CONFIG_FILES
from analysis.site import matter, record
from analysis.site.material import (
    CONVERSIONS,
    DATA,
    DRAWINGS,
    PICTURES,
    SEARCHES,
    SHEETS,
    Material,
    Page,
)

if TYPE_CHECKING:
    from analysis.run.warm import WarmKernel

READING = "10_rensa"
DRAWING, SITE = "figurer", "webbplats"
CHECKED = {
    sanity.CHECK_OF_ANSWERS: ("answers", "quality"),
    sanity.CHECK_OF_NUMBERS: (store.INDICES,),
}
"""Each check with the tables that no job reads before the check has passed."""


@dataclass(frozen=True)
class NotebookRun:
    """The work of a job that runs a notebook.

    Parameters
    ----------
    template, parameters
        The notebook, and the values of its parameters.
    executed
        Where the executed notebook is kept.
    made
        Returns the files written besides those named in its front matter.
    """

    template: Path
    parameters: Mapping[str, Any]
    executed: Path
    made: Callable[[], tuple[Path, ...]] = tuple

    def __call__(self, kernel: WarmKernel | None) -> Done:
        from analysis.run.notebooks import run_notebook

        run_notebook(self.template, self.parameters, self.executed, kernel)
        return Done(self.made())


@dataclass(frozen=True)
class Jobs:
    """Makes the jobs of a report.

    Parameters
    ----------
    material
        Folders, configuration and, for all jobs but the reading, the basis.
    templates
        The notebooks.
    key
        Digest of the code and the libraries.
    engine
        The Quarto program as in `make`: another one renders everything again.
    """

    material: Material
    templates: Sequence[Template]
    key: str
    engine: str = ""

    def reading(self) -> Job:
        """The job that reads the raw files."""
        template = next(one for one in self.templates if one.path.stem == READING)
        folder = self.material.workspace.processed

        def made() -> tuple[Path, ...]:
            return tuple(folder / name for name in Basis.read(folder).outputs)

        return self._notebook(template, {}, "clean", made)

    def others(self, site: Path, runner: Runner) -> list[Job]:
        """The other jobs, once the raw files are read.

        Parameters
        ----------
        site
            Where the site is put.
        runner
            Runs the jobs; their outcome goes into the run record.
        """
        pages: list[Page] = []
        notebooks: list[Job] = []
        adopted = self.material.settings.plan.adopted
        for template in self.templates:
            if template.path.stem != READING:
                for values in self._each(template):
                    job = self._notebook(template, values, "pages" if template.page else "numbers")
                    notebooks.append(job)
                    if template.page and (template.needs != PLAN or adopted):
                        pages.append(self._page(template, values))
        material = replace(self.material, pages=tuple(pages))
        checks = [self._check(name, site) for name in CHECKED]
        drawing = self._drawing(pages, notebooks, runner)
        return [
            *notebooks,
            *checks,
            drawing,
            self._site(material, (*checks, drawing), site, runner),
        ]

    def _each(self, template: Template) -> Iterator[Mapping[str, Any]]:
        """The runs of a notebook: one, or one for each area."""
        if not template.each:
            yield {}
            return
        labels = self.material.settings.questionnaire.labels
        for area in self.material.basis.areas:
            name = labels[area]
            yield {"area": area, "area_name": name, "area_in_text": name.lower()}

    def _page(self, template: Template, values: Mapping[str, Any]) -> Page:
        named = {"report": self.material.settings.report, **values}
        name = template.page.format_map(named)
        return Page(name, self._executed(name), template.filled(named))

    def _executed(self, name: str) -> Path:
        return self.material.workspace.build / "notebooks" / f"{name.replace('/', '-')}.ipynb"

    def _notebook(
        self,
        template: Template,
        values: Mapping[str, Any],
        group: str,
        made: Callable[[], tuple[Path, ...]] = tuple,
    ) -> Job:
        page = self._page(template, values) if template.page else None
        name = page.name if page else template.path.stem
        known = {**self._values(), **values}
        if unknown := sorted(set(template.parameters) - known.keys()):
            raise ValueError(f"{template.path.name}: nothing to give {', '.join(unknown)}")
        parameters = {name: known[name] for name in template.parameters}
        executed = self._executed(name)
        reads = [path for one in template.reads for path in self._files(one)]
        reads += self.material.project.text_files if template.page else ()
        writes = [path for one in template.writes for path in self._files(one)]
        return Job(
            name=name,
            label=_label(page) if page else template.front["title"],
            group=group,
            inputs=tuple(reads),
            outputs=(executed, *writes),
            key=self._key([template.source, parameters]),
            act=NotebookRun(template.path, parameters, executed, made),
            notebook=True,
            after=tuple(
                check for check, tables in CHECKED.items() if set(tables) & set(template.reads)
            ),
        )

    def _values(self) -> dict[str, Any]:
        """Values of all parameters that notebooks may declare."""
        project, workspace = self.material.project, self.material.workspace
        request, basis = self.material.request, self.material.basis
        own = self.material.settings.report.municipality.code
        return {
            "config": str(project.config),
            "processed": str(workspace.processed),
            "raw": str(workspace.raw),
            "collection": str(project.collection),
            "published": str(project.published),
            "output": str(workspace.processed),
            "tables": str(workspace.build / DATA),
            "output_tables": str(workspace.build / DATA),
            # Without a municipality in the request, the raw files name theirs.
            "municipality": basis.municipality or (request.municipality and own) or "",
            "example": workspace.example,
            "today": request.today.isoformat(),
            "last_year": request.year or 0,
            "years": list(basis.years),
            "areas": list(basis.areas),
            "output_sheets": str(workspace.build / SHEETS),
            "inputs": [{key: str(file[key]) for key in record.OF_INPUT} for file in basis.files],
            "settings_files": record.settings_files(project),
        }

    def _files(self, name: str) -> list[Path]:
        """The files behind a name in a notebook's front matter."""
        project, workspace = self.material.project, self.material.workspace
        groups = {
            "raw": lambda: raw_files(workspace.raw),
            "collection": lambda: sorted(project.collection.glob("*.csv")),
            "config": lambda: store.files(project.config),
            "published": lambda: record.published_files(project),
            "comments": lambda: list(project.comment_files),
            "basis": lambda: [workspace.processed / store.BASIS],
            "secrets": lambda: [workspace.processed / secrets.FILE],
            "texts": lambda: list(project.text_files),
            "sheets": lambda: [workspace.build / SHEETS],
            "answers": lambda: self._by_year(store.answers),
            "quality": lambda: self._by_year(store.quality),
        }
        if name in groups:
            return groups[name]()
        if (project.config / name).is_file():
            return [project.config / name]
        if "." in name:
            return [workspace.build / DATA / name]
        return [store.table_path(workspace.processed, name)]

    def _by_year(self, table: Any) -> list[Path]:
        folder = self.material.workspace.processed
        return [store.table_path(folder, table(year)) for year in self.material.basis.years]

    def _check(self, name: str, site: Path) -> Job:
        """The check after a stage: of the clean answers, or of the indices made of them."""
        material = self.material
        folder, years = material.workspace.processed, material.basis.years
        output = material.workspace.build / f"{name}.json"

        def act(_: WarmKernel | None) -> Done:
            look = sanity.of_answers if name == sanity.CHECK_OF_ANSWERS else sanity.of_numbers
            found = look(folder, years, material.settings)
            sanity.write(found, output)
            try:
                return Done((), sanity.judge(found, material.settings, max(years, default=0)))
            except AnalysisError:
                # The run stops here, so the page that explains why must be written first.
                place = matter.of_run(material, site)
                quality_page.write(place, folder, years, found, material.settings)
                raise

        return Job(
            name=name,
            label=sanity.CHECKS[name],
            group="numbers",
            inputs=tuple(
                path
                for one in (*CHECKED[name], *(CONFIG_FILES[key] for key in sanity.SETTINGS))
                for path in self._files(one)
            ),
            outputs=(output,),
            key=self.key,
            act=act,
        )

    def _drawing(self, pages: Sequence[Page], notebooks: Sequence[Job], runner: Runner) -> Job:
        """Pictures of all figures, in one go."""
        sheets = self.material.workspace.build / SHEETS
        folder = self.material.workspace.build / PICTURES

        def act(_: WarmKernel | None) -> Done:
            from analysis.render import pictures

            # All notebooks are done, and the browser needs the memory that the kernels hold.
            runner.dismiss()
            figures = {
                figure.name: (page, figure)
                for page in pages
                for figure in pictures.of_page(page.executed, page.name)
            }
            plots = {name: figure.plot for name, (_, figure) in figures.items()}
            shutil.rmtree(folder, ignore_errors=True)
            mark = " · ".join(found.word for found in record.marks(self.material))
            plots |= pictures.of_sheets(sheets)
            drawings = store.Kept(self.material.workspace.build / DRAWINGS, self.key)
            warnings = tuple(pictures.write(plots, folder, drawings, mark))
            pictures.bitmaps([name for name, (page, _) in figures.items() if page.web], folder)
            return Done(tuple(store.files(folder)), warnings)

        return Job(
            name=DRAWING,
            label="Ritar figurerna som bilder",
            group="pictures",
            inputs=(*(page.executed for page in pages), sheets),
            outputs=(),
            key=self.key,
            act=act,
            after=tuple(job.name for job in notebooks),
        )

    def _site(self, material: Material, others: Sequence[Job], site: Path, runner: Runner) -> Job:
        """Rendering, checking and putting the site in place."""
        project, workspace, request = material.project, material.workspace, material.request
        place = matter.of_run(material, site)
        reports = store.files(project.reports)
        texts = [path for path in reports if path.suffix == ".qmd"]
        tables = [
            path
            for template in self.templates
            for name in template.writes
            for path in self._files(name)
            if path.is_relative_to(workspace.build / DATA)
        ]

        def act(_: WarmKernel | None) -> Done:
            from analysis.site import build

            # All notebooks are done, and rendering needs the memory that the kernels hold.
            runner.dismiss()
            kept = store.Kept(workspace.build / CONVERSIONS, self.key)
            of_secrets = store.digest(workspace.processed / secrets.FILE)
            searched = store.Kept(workspace.build / SEARCHES, f"{self.key} {of_secrets}")
            warnings = build.build(material, site, runner.outcome, kept, searched)
            return Done(tuple(store.files(site)), warnings)

        return Job(
            name=SITE,
            label="Sätter samman webbplatsen och bilagan",
            group="site",
            inputs=(
                *(page.executed for page in material.pages),
                *tables,
                workspace.build / SHEETS,
                *(path for job in others for path in job.outputs),
                project.root / store.SITE_SETTINGS,
                *reports,
                *(path for place in project.municipal for path in store.files(place)),
                *store.files(project.config),
                *record.published_files(project),
                workspace.processed / store.BASIS,
            ),
            outputs=(
                *(
                    (place if page.draft else site) / name
                    for page in material.pages
                    for name in page.rendered
                ),
                *(site / path.relative_to(project.reports).with_suffix(".html") for path in texts),
                *(site / DATA / path.name for path in tables),
                *(site / name for name in material.documents),
                place / store.RECORD,
                place / quality_page.FILE,
            ),
            key=self._key([request.engine, self.engine, request.today.isoformat(), str(site)]),
            act=act,
            after=tuple(job.name for job in others),
        )

    def _key(self, more: object) -> str:
        return store.text_digest(json.dumps([self.key, more]))


def _label(page: Page) -> str:
    named = " och ".join(page.rendered) if page.on_paper else f"sidan {page.front['title']}"
    return f"Skriver {named}"
