"""From executed notebooks to a site in place: lay out, render, check, swap."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING

from analysis import disk, store
from analysis.errors import MachineError, RenderingError
from analysis.guard import search
from analysis.guard import texts as readable
from analysis.guard.secrets import Secrets
from analysis.present import sheet
from analysis.present.texts import say
from analysis.quality import page as quality_page
from analysis.quality import sanity
from analysis.render import engine, sheets, whole
from analysis.site import checks, layout, matter, record, swap
from analysis.site.material import DATA, PICTURES

if TYPE_CHECKING:
    from analysis.run.runner import Outcome
    from analysis.site.material import Material


def build(
    material: Material, site: Path, outcome: Outcome, kept: store.Kept, searched: store.Kept
) -> tuple[str, ...]:
    """Build the site and its matter aside, check them, and put both in their places whole.

    Parameters
    ----------
    material
        Executed pages and the other material of the site.
    site
        Where the site is put; where the matter is put follows from it (`matter.place`).
    outcome
        The outcome of the earlier jobs, for the run record.
    kept
        The conversions of earlier runs.
    searched
        What was found in the files of earlier runs with the same secrets.

    Returns
    -------
    tuple of str
        Swedish warnings of the rendering.

    Raises
    ------
    RenderingError
        When a page cannot be rendered or the site fails a check; the old site stays.
    MachineError
        When the site cannot be written or put in place; the old site stays.
    """
    chosen = engine.choose(material.request.engine)
    project, workspace, settings = material.project, material.workspace, material.settings
    folder, drafts = workspace.build / "webbplats", workspace.build / "arende"
    output, place = folder / "_site", matter.of_run(material, site)
    sources = (project.reports, project.own_pages)
    secrets = Secrets.read(workspace.processed)
    guard = search.Search(secrets, project.root, settings, searched)
    swap.repair(place)
    try:
        policy = layout.POLICY if chosen.name == "quarto" else ""
        layout.lay_out(folder, material, record.marks(material), policy=policy)
        told = record.content(material, chosen, outcome, ())
        store.write_text(folder / record.PAGE, record.page(told))
        store.write_text(folder / record.BASIS, record.basis(told))
        noon = datetime.combine(material.request.today, time(12), tzinfo=UTC)
        pictures, sources_of_pdf = (folder / PICTURES).glob("*.svg"), folder.glob("*.ipynb")
        behind = [*sources_of_pdf, folder / sheets.DATA, *pictures]
        # Mostly waiting for other programs, so all at the same time.
        with ThreadPoolExecutor() as pool:
            documents = pool.submit(sheets.compile_all, folder, noon)
            report = pool.submit(whole.make, folder, noon, kept)
            looked = pool.submit(guard.look_through, [*behind, *store.files(folder / DATA)])
            try:
                told_by_engine = chosen.render(folder, timestamp=noon, kept=kept)
                guard.look_through(output.rglob("*"))
                looked.result()
                one = report.result()
                if one.refused:
                    store.write_text(folder / whole.LIST, layout.whole_list(one.files))
                    told_by_engine = chosen.render(folder, timestamp=noon, kept=kept)
            except RenderingError as error:
                raise where_written(error, sources) from error
        kept.forget_others()
        for name, content in one.files.items():
            (output / name).write_bytes(content)
        (output / sheet.FOLDER).mkdir(exist_ok=True)
        for name, content in documents.result().items():
            (output / sheet.place(name)).write_bytes(content)
        chosen.leave(folder)
        matter.take_drafts(material.pages, output, drafts)
        told_of_one = (*_refusals(one, sources), *one.warnings)
        warnings = (*_checked_numbers(material, drafts), *told_by_engine, *told_of_one)
        record.write(material, chosen, outcome, warnings, site=output, drafts=drafts)
    except OSError as error:
        raise MachineError(
            "Webbplatsen kunde inte byggas",
            f"Det gick inte att skriva i {folder} ({disk.reason(error)}). Den förra webbplatsen "
            "ligger kvar orörd.",
            "Frigör diskutrymme och kör igen.",
        ) from error
    rendered = (name for page in material.pages for name in page.rendered)
    expected = (*rendered, *material.documents, *one.files)
    try:
        checks.site(output, drafts, expected=[Path(name) for name in expected])
    except RenderingError as error:
        raise where_written(error, sources) from error
    # The record is searched too, since publishing keeps it in git; the quality page never leaves.
    beside = [path for path in store.files(drafts) if path.name != quality_page.FILE]
    # Where the municipality's own words are shown, a leak in them is told by their file too. What
    # else lies there, such as a logotype's original, is searched where it is published.
    shown = () if workspace.example else project.municipal
    written = (path for place in shown for path in store.files(place))
    own = [path for path in written if path.suffix.lower() in readable.TEXTS]
    guard.refuse(output, (*behind, *beside, *own))
    searched.forget_others()
    built, ready = swap.copy_beside(drafts, place), swap.copy_beside(output, site)
    warnings += matter.carry_over(place, built)
    # The site last: a run killed between the two leaves a record that knows another site than the
    # one that stands, which is not published, and a new run puts both right.
    swap.swap_in({place: built, site: ready})
    return warnings


def _refusals(one: whole.Made, folders: Sequence[Path]) -> Iterator[str]:
    """Why a file of the whole report was not made."""
    for name, error in one.refused.items():
        told = dict.fromkeys(map(str, where_written(error, folders).problems))
        yield say("hela.utan", fil=name, skal=" ".join(told))


def _checked_numbers(material: Material, drafts: Path) -> tuple[str, ...]:
    """Warnings about already published numbers, the last check; writes the quality page."""
    workspace, settings, years = material.workspace, material.settings, material.basis.years
    moved = sanity.of_publication(workspace.build / DATA / store.CHANGES)
    found = [one for name in sanity.CHECKS for one in sanity.read(workspace.build / f"{name}.json")]
    last = [*moved, *_typed_numbers(material)]
    quality_page.write(drafts, workspace.processed, years, [*found, *last], settings)
    return sanity.judge(last, settings, max(years, default=0))


def _typed_numbers(material: Material) -> list[sanity.Remark]:
    """Remarks on numbers typed by hand in a comment, which the report does not have."""
    if material.workspace.example or not material.project.comment_files:
        return []
    from analysis.present import commentary
    from analysis.present.data import ReportData

    folder, today = material.workspace.processed, material.request.today
    data = ReportData(folder, material.settings, False, today, material.project)
    return [sanity.Remark("typed_number", 0, told) for told in commentary.differing(data)]


def where_written(error: RenderingError, folders: Sequence[Path]) -> RenderingError:
    """The error with each page named as it was written in a folder, not in the build folder."""

    def written(where: str) -> str:
        told, *place = where.split(",", 1)
        page = Path(told)
        # A finished page is named by the text that it is made of. A program that failed is named
        # by its whole path, which is no page's.
        names = (page, page.with_suffix(".qmd")) if page.name and not page.is_absolute() else ()
        found = (
            f"{folder.name}/{name.as_posix()}"
            for folder in folders
            for name in names
            if (folder / name).is_file()
        )
        return ",".join([next(found, told), *place])

    return RenderingError(
        error.title,
        problems=[replace(problem, where=written(problem.where)) for problem in error.problems],
    )
