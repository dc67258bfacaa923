"""The folder of the municipality's matter: what a run makes beside the site and never publishes.

The drafts (`Page.draft`), the run record and the quality page. What the coordinator has laid there
herself is carried over from run to run.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from analysis import store
from analysis.project import Project, matter_beside
from analysis.quality import page as quality_page
from analysis.site import record
from analysis.site.material import Material, Page

OWN = "-egen"
"""Added to the name of a draft that was written in after its run."""


def of_run(material: Material, site: Path) -> Path:
    """Where the matter of a run lies (`Workspace.matter`)."""
    return material.workspace.matter(material.project, site, material.basis.last_year)


def of_site(project: Project, site: Path) -> Path:
    """The matter of a finished site: of all run records, the one that knows most of its files."""
    if site != project.site.resolve():
        return matter_beside(site)
    found = record.digests(site).items()

    def known(folder: Path) -> int:
        return len(found & _record(folder).get("filer", {}).items())

    folders = sorted(project.matters.glob(f"*/{record.FILE}"))
    # Names with an ending are the remains of a killed run.
    places = [path.parent for path in folders if not path.parent.suffix]
    return max(places, key=known, default=project.matters)


def take_drafts(pages: Sequence[Page], output: Path, drafts: Path) -> None:
    """Move the drafts out of a rendered site into an emptied folder."""
    shutil.rmtree(drafts, ignore_errors=True)
    drafts.mkdir(parents=True)
    for name in (name for page in pages if page.draft for name in page.rendered):
        if (output / name).is_file():
            (drafts / name).parent.mkdir(parents=True, exist_ok=True)
            (output / name).rename(drafts / name)


def carry_over(former: Path, built: Path) -> tuple[str, ...]:
    """Copy what people have laid or written in the former folder into the one that replaces it.

    Returns
    -------
    tuple of str
        A Swedish sentence for each draft that was written in, which is kept under another name.
    """
    made: Mapping[str, str] = _record(former).get("utkast", {})
    told = []
    for path in store.files(former) if former.is_dir() else ():
        target = built / path.relative_to(former)
        left_by_run = made.get(path.name) == store.digest(path)
        if left_by_run or path.name in (record.FILE, quality_page.FILE):
            continue
        if path.name in made:
            target = _free(target, former)
            told.append(
                f"{path.name} var ändrad efter körningen; texten är sparad som {target.name} i "
                "ärendets mapp."
            )
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, target)
    return tuple(told)


def _free(path: Path, former: Path) -> Path:
    """A name for a draft that was written in, which nothing in the former folder has."""
    names = (f"{path.stem}{OWN}{number}{path.suffix}" for number in ("", *range(2, 1000)))
    return path.with_name(next(name for name in names if not (former / name).exists()))


def _record(folder: Path) -> dict[str, Any]:
    """A folder's run record; empty where there is none that is whole."""
    try:
        content: dict[str, Any] = store.read_json(folder / record.FILE)
    except (OSError, ValueError):
        return {}
    return content
