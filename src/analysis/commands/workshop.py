"""The command for the plan's workshops: the decks, the exercise sheets, the sheet for proposals.

Everything is made aside and searched for secrets, then laid in the matter's folder. What somebody
has written in stays: a new version is laid beside it.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from analysis import disk, store, swedish
from analysis.basis import Basis
from analysis.commands import templates
from analysis.errors import MachineError, UsageError
from analysis.guard import search
from analysis.guard.secrets import Secrets
from analysis.present import texts
from analysis.present.data import ReportData
from analysis.project import Project, Request, Workspace, raw_folder
from analysis.render import embedded
from analysis.render.word import lay_template
from analysis.settings import load, profile
from analysis.site import record, swap
from analysis.site.profile import TEMPLATE
from analysis.workshop import audience, exercise, names, slides

if TYPE_CHECKING:
    from analysis.workshop.content import Deck

FOLDER = "workshop"
MADE = "workshop.json"
"""The digests of what the program has laid, by which it knows what somebody has changed."""
PROPOSALS = "forslag.xlsx"
NEW, REFRESHED = "-ny", "-uppdaterad"
"""Added to the name of a new version beside an edited file."""
NO_REPORT = (
    "Det finns ingen färdig rapport att göra bilder av",
    "Workshopens material görs av den senaste rapporten, och ingen är gjord.",
    "Kör python run.py först, och sedan python run.py workshop.",
)

OTHER_VERSION = (
    "Rapporten är gjord med en annan version av programmet",
    "Dess tabeller passar kanske inte den här versionen.",
    "Kör python run.py först, och sedan python run.py workshop.",
)


@dataclass(frozen=True)
class Latest:
    """The finished report, and what a workshop's material is made of.

    Parameters
    ----------
    project, workspace
        Folders.
    place
        Where the material is laid.
    data
        The report's numbers, as of the report's date.
    look
        The municipality's look.
    """

    project: Project
    workspace: Workspace
    place: Path
    data: ReportData
    look: profile.Profile

    @classmethod
    def of(cls, project: Project) -> Latest:
        """The latest report of a project.

        Raises
        ------
        UsageError
            When there is none, or another version of the program has made it.
        ConfigurationError
            When the municipality's look cannot be used.
        """
        workspace = Workspace.of(project, raw_folder(project, Request()))
        try:
            basis = Basis.read(workspace.processed)
            matter = workspace.matter(project, project.site.resolve(), basis.last_year)
            told = store.read_json(matter / record.FILE)
        except (OSError, ValueError) as error:
            raise UsageError(*NO_REPORT) from error
        if told["versioner"]["källkod"] != store.folder_digest(*project.made_with):
            raise UsageError(*OTHER_VERSION)
        texts.use(project)
        configured = load(project.config)
        settings = configured.for_municipality(told["kommun"]["code"])
        look = profile.read(project.profile, configured.guards.profile)
        home = settings.report.municipality == configured.report.municipality
        today = date.fromisoformat(told["rapportdatum"])
        data = ReportData(workspace.processed, settings, workspace.example, today, project)
        return cls(project, workspace, matter / FOLDER, data, look if home else profile.Profile())

    @property
    def building(self) -> Path:
        """Where the material is made before it is laid."""
        return self.workspace.build / FOLDER


def make(project: Project) -> str:
    """Make the material of a workshop.

    Parameters
    ----------
    project
        The project, with a finished report.

    Returns
    -------
    str
        What was laid where, and what is worth to know, in Swedish.

    Raises
    ------
    AnalysisError
        When there is no report, the template cannot be used, or the material holds a secret.
    """
    with swap.only_one(swap.lock_folder(project.processed, project.site.resolve())):
        latest = Latest.of(project)
        found, without_owner = _audiences(latest.data)
        decks = _decks(latest.data, found, without_owner)
        shutil.rmtree(latest.building, ignore_errors=True)
        latest.building.mkdir(parents=True)
        _write_decks(latest, decks)
        _write_exercises(latest, found)
        templates.proposals(latest.building / PROPOSALS, latest.data.settings, latest.data.year)
        _guarded(latest)
        told = list(_lay(latest.building, latest.place))
    return "\n".join([*told, *_left_out(latest.data, found, without_owner)])


def refresh(project: Project, file: Path) -> str:
    """Lay this year's numbers into an edited deck, as a new file beside it.

    Raises
    ------
    AnalysisError
        When there is no report, the file cannot be read, or the content holds a secret.
    """
    from analysis.workshop.powerpoint import deck as powerpoint

    if not file.is_file():
        raise UsageError(
            "Filen finns inte", f"{file} är ingen fil.", "Kontrollera sökvägen efter --uppdatera."
        )
    with swap.only_one(swap.lock_folder(project.processed, project.site.resolve())):
        latest = Latest.of(project)
        decks = _decks(latest.data, *_audiences(latest.data))
        shutil.rmtree(latest.building, ignore_errors=True)
        latest.building.mkdir(parents=True)
        # The same content as is laid into the file is searched; people's own words are theirs.
        _write_decks(latest, decks)
        _guarded(latest)
        made, told = powerpoint.refreshed(file.read_bytes(), names.finder(latest.data, decks))
        target = _free(file.with_name(f"{file.stem}{REFRESHED}{file.suffix}"))
        _write(target, made)
    return "\n".join(
        [f"Den uppdaterade presentationen ligger i {target}. {file.name} är orörd.", *told]
    )


def _audiences(data: ReportData) -> tuple[list[audience.Audience], tuple[str, ...]]:
    return audience.audiences(data.settings, data.areas())


def _decks(
    data: ReportData, found: Sequence[audience.Audience], without_owner: Sequence[str]
) -> list[Deck]:
    return list(slides.decks(data, found, without_owner))


def _write_decks(latest: Latest, decks: Sequence[Deck]) -> None:
    # Imported here: no other command pays for the library.
    from analysis.workshop.powerpoint import deck as powerpoint

    find, template = names.finder(latest.data, decks), _template(latest)
    for deck in decks:
        made = powerpoint.made(template, deck, find, latest.data.today)
        _write(latest.building / f"{deck.name}.pptx", made)


def _template(latest: Latest) -> bytes:
    """The municipality's template, checked, or our plain one."""
    from analysis.workshop.powerpoint import package, plain, template

    settings = latest.data.settings
    if latest.look.slides is None:
        return package.content(plain.template(latest.look))
    known = names.value_names(settings)
    return template.checked(latest.look.slides, known, names.accepted(settings))


def _write_exercises(latest: Latest, found: Sequence[audience.Audience]) -> None:
    """The sheets as Word documents, made the way the report's own is."""
    data, folder = latest.data, latest.building / ".word"
    settings = {
        "project": {"type": "website", "output-dir": "_site"},
        "lang": "sv",
        "website": {"title": exercise.title(data), "search": False},
    }
    form = {"toc": False, "reference-doc": TEMPLATE}
    folder.mkdir()
    lay_template(latest.look.template, folder / TEMPLATE)
    store.write_text(folder / store.SITE_SETTINGS, yaml.safe_dump(settings, allow_unicode=True))
    for one in found:
        front = {"title": exercise.title(data), "format": {"docx": form}}
        head = yaml.safe_dump(front, allow_unicode=True)
        text = f"---\n{head}---\n\n{exercise.sheet(data, one)}"
        store.write_text(folder / f"gruppovning-{one.key}.qmd", text)
    noon = datetime.combine(data.today, time(12), tzinfo=UTC)
    embedded.render(folder, timestamp=noon)
    for made in (folder / "_site").glob("*.docx"):
        made.rename(latest.building / made.name)
    shutil.rmtree(folder)


def _guarded(latest: Latest) -> None:
    secrets = Secrets.read(latest.workspace.processed)
    search.Search(secrets, latest.project.root, latest.data.settings).refuse(latest.building, ())


def _lay(building: Path, place: Path) -> Iterator[str]:
    """Lay the files in their place; a file that somebody has changed stays."""
    place.mkdir(parents=True, exist_ok=True)
    known: dict[str, str] = store.read_json(place / MADE) if (place / MADE).is_file() else {}
    laid = []
    for path in sorted(building.iterdir()):
        target, now = place / path.name, store.digest(path)
        if target.exists() and store.digest(target) not in (now, known.get(path.name)):
            if path.name == PROPOSALS:
                yield f"{target.name} är ifylld och ligger kvar."
                continue
            target = target.with_name(f"{target.stem}{NEW}{target.suffix}")
            yield f"{path.name} är ändrad av er och ligger kvar; den nya heter {target.name}."
            if target.suffix == ".pptx":
                yield (
                    "Så får er egen årets tal: "
                    f"python run.py workshop --uppdatera {place / path.name}"
                )
        else:
            known[path.name] = now
        _write(target, path.read_bytes())
        laid.append(target.name)
    store.write_json(place / MADE, known)
    yield f"Materialet ligger i {place}: {swedish.listing(laid)}."


def _left_out(
    data: ReportData, found: Sequence[audience.Audience], without_owner: Sequence[str]
) -> Iterator[str]:
    """What the coordinator must know of the decks."""
    if without_owner:
        areas = swedish.listing([data.in_text(area) for area in without_owner])
        only = " Ingen förvaltning får egna bilder." if len(found) == 1 else ""
        yield (
            f"Utan angiven förvaltning, och därför bara i bilderna för alla: {areas}.{only} Skriv "
            "förvaltningen under owners i config/report.yml."
        )
    if data.example:
        yield "Bilderna är gjorda av påhittade svar och är märkta med det."


def _write(path: Path, content: bytes) -> None:
    """Write a file whole.

    Raises
    ------
    MachineError
        When it cannot be written, for example because it is open in PowerPoint.
    """
    unfinished = path.with_name(path.name + ".unfinished")
    try:
        unfinished.write_bytes(content)
        unfinished.replace(path)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        raise MachineError(
            "Materialet kunde inte skrivas",
            f"{path.name} kunde inte skrivas ({disk.reason(error)}).",
            "Stäng filen om den är öppen, och kör igen.",
        ) from error


def _free(path: Path) -> Path:
    """The path, or the first numbered one that nothing has."""
    endings = ("", *(f"-{number}" for number in range(2, 1000)))
    every = (path.with_name(f"{path.stem}{ending}{path.suffix}") for ending in endings)
    return next(one for one in every if not one.exists())
