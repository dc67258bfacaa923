"""Marks a site as the year's publication: its tables, PDFs and record are kept for comparison.

A publication is never lost: a correction of the same year keeps the former one in its own folder.
"""

from __future__ import annotations

import shutil
import zipfile
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis import disk, store, swedish
from analysis.errors import MachineError, UsageError
from analysis.present import moved, sheet
from analysis.present.moved import FORMER
from analysis.site import record, swap

if TYPE_CHECKING:
    from analysis.settings import Settings

SHOWN = 5
"""Most cells named in a message."""
APPENDIX = "bilaga.pdf"


def publish(
    site: Path,
    matter: Path,
    published: Path,
    comments: Path,
    settings: Settings,
    *,
    few_answers: bool = False,
) -> str:
    """Copy a site's tables, PDFs, record and comments to ``published/<year>/``.

    A former publication of the year is kept in its folder ``tidigare/``. Publishing the same site
    again changes nothing. The site is packed beside itself, to carry to where it is published.

    Parameters
    ----------
    site
        A finished site.
    matter
        The folder of its run record (`matter.of_site`).
    published
        The folder of publications.
    comments
        The folder of the municipality's comments.
    settings
        The configuration: the fewest answers that may be shown, and names of areas.
    few_answers
        Whether to publish although a former publication and this one together give a few answers
        away.

    Returns
    -------
    str
        Swedish sentences about the result.

    Raises
    ------
    UsageError
        When there is no finished site, it shows made-up answers, it or a comment was changed after
        the run, the year is taken by another municipality, or few answers are given away.
    MachineError
        When nothing can be written; earlier publications are untouched.
    """
    content = _record(matter)
    if content["exempeldata"]:
        raise UsageError(
            "Exempeldata publiceras inte",
            "Webbplatsen visar påhittade svar.",
            "Lägg kommunens filer i data/raw/ och gör rapporten först.",
        )
    _refuse_altered(site, comments, content)
    year = str(content["nyaste_år"])
    target = published / year
    swap.repair(target)
    if not target.exists():
        told = f"Publiceringen för {year} är sparad: {target}"
    else:
        former = _record(target)
        if former["kommun"]["code"] != content["kommun"]["code"]:
            raise UsageError(
                "Året är redan publicerat för en annan kommun",
                f"{target} gäller {former['kommun']['name']}, men webbplatsen gäller "
                f"{content['kommun']['name']}.",
                "Flytta mappen till en annan plats och kör igen.",
            )
        if _published(former) == _published(content):
            told = f"Samma rapport är redan publicerad för {year}: {target}"
            return f"{told}\n{_pack(site, content)}"
        told = (
            f"Publiceringen för {year} ersatte den från {former['rapportdatum']}, som ligger kvar "
            f"i {target / FORMER}. Tala om för dem som läst den vad som har ändrats."
        )
    if not few_answers:
        _refuse_few_answers(site, published, content["kommun"]["code"], settings)
    try:
        _put_in_place(site, matter, comments / year, target)
    except OSError as error:
        raise MachineError(
            "Publiceringen kunde inte sparas",
            f"Det gick inte att skriva i {published} ({disk.reason(error)}). Det som var "
            "publicerat är orört.",
            "Stäng filer som är öppna därifrån, frigör diskutrymme och kör igen.",
        ) from error
    return f"{told}\n{_pack(site, content)}"


def _refuse_few_answers(site: Path, published: Path, code: str, settings: Settings) -> None:
    """Refuse a site of which a former publication gives away how a few companies answered."""
    least = settings.rules.disclosure.min_answers.value
    labels, found = settings.questionnaire.labels, dict[str, None]()
    for former in moved.publications(published, code):
        few = moved.few_apart(former.folder / "data", site / "data", least)
        for row in few.to_dict("records"):
            scope = labels.get(row["scope"], "hela kommunen")
            answers = swedish.count(row["answers"], "svar", "svar")
            found[f"{scope} {row['year']} ({answers} skiljer från {former.name} års)"] = None
    if found:
        told = list(found)
        more = f" och {len(told) - SHOWN} till" if len(told) > SHOWN else ""
        raise UsageError(
            "Webbplatsen skiljer sig med bara några få svar från en tidigare publicering",
            f"{'; '.join(told[:SHOWN])}{more}. Den som har båda kan räkna fram hur de svarade.",
            f"Vänta tills minst {least} svar har tillkommit i varje område, eller ta bort de nya "
            "svaren ur data/raw och kör igen. Måste det ut ändå, till exempel som rättelse: "
            "python run.py publish --trots-fa-svar",
        )


def _pack(site: Path, content: dict[str, Any]) -> str:
    """Pack a site into one file beside it; the same site gives the same bytes."""
    target = site.with_name(f"{site.name}.zip")
    day = date.fromisoformat(content["rapportdatum"])
    unfinished = target.with_name(f"{target.name}.unfinished")
    try:
        with zipfile.ZipFile(unfinished, "w") as archive:
            for path in store.files(site):
                name = path.relative_to(site).as_posix()
                packed = zipfile.ZipInfo(name, (day.year, day.month, day.day, 0, 0, 0))
                packed.compress_type = zipfile.ZIP_DEFLATED
                # As from any system: readable to all.
                packed.create_system, packed.external_attr = 3, 0o644 << 16
                archive.writestr(packed, path.read_bytes())
        unfinished.replace(target)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        raise MachineError(
            "Webbplatsen kunde inte packas",
            f"Det gick inte att skriva {target} ({disk.reason(error)}). Publiceringen är sparad.",
            "Stäng filen om den är öppen, frigör diskutrymme och kör igen.",
        ) from error
    return f"Webbplatsen i en fil, att packa upp där den ska ligga: {target}"


def _published(content: dict[str, Any]) -> dict[str, str]:
    """Digests of what is published, without the list of changes, which depends on publishing."""
    kept = ("data/", APPENDIX, "kommentarer/", f"{sheet.FOLDER}/")
    changes = f"data/{store.CHANGES}"
    files: dict[str, str] = {**content["filer"], **content.get("kommunens_filer", {})}
    return {
        name: of
        for name, of in files.items()
        if name.startswith(kept) and name != changes and not name.endswith(".html")
    }


def _put_in_place(site: Path, matter: Path, comments: Path, target: Path) -> None:
    """Build the publication beside its place, with the former inside, and exchange them."""
    built = swap.building_folder(target)
    store.copy_files(site / "data", built / "data")
    for path in (site / sheet.FOLDER).glob("*.pdf"):
        (built / sheet.FOLDER).mkdir(exist_ok=True)
        shutil.copy2(path, built / sheet.FOLDER / path.name)
    if comments.is_dir():
        store.copy_files(comments, built / comments.parent.name)
    if target.exists():
        history = built / FORMER
        shutil.copytree(target, history / "0", ignore=shutil.ignore_patterns(FORMER))
        if (target / FORMER).is_dir():
            shutil.copytree(target / FORMER, history, dirs_exist_ok=True)
        # Numbered from the oldest; the publication replaced now gets the highest number.
        (history / "0").rename(history / str(len(list(history.iterdir()))))
    # The run record is written last, since a folder with a run record counts as a publication.
    for path in (site / APPENDIX, matter / record.FILE):
        shutil.copy2(path, built / path.name)
    swap.replace(target, built)


def _refuse_altered(site: Path, comments: Path, content: dict[str, Any]) -> None:
    """Refuse a site or comments changed after the run: only what was checked may be published."""
    own = {
        name: of
        for name, of in content.get("kommunens_filer", {}).items()
        if name.startswith(f"{comments.name}/")
    }
    known, found = {**content["filer"], **own}, {**record.digests(site), **record.own(comments)}
    altered = [name for name in sorted({*known, *found}) if known.get(name) != found.get(name)]
    if altered:
        more = f" och {len(altered) - 3} till" if len(altered) > 3 else ""
        raise UsageError(
            "Webbplatsen har ändrats efter körningen",
            f"Det gäller {', '.join(altered[:3])}{more}.",
            "Kör python run.py igen och publicera sedan.",
        )


def _record(folder: Path) -> dict[str, Any]:
    try:
        content: dict[str, Any] = store.read_json(folder / record.FILE)
        return content
    except (OSError, ValueError) as error:
        raise UsageError(
            "Det finns ingen webbplats att publicera",
            f"I {folder} saknas ett fullständigt körningsprotokoll.",
            "Gör rapporten först: python run.py",
        ) from error
