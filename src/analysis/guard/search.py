"""Searches a finished site for secrets that must never leave the machine.

All files to be published are searched (`texts`): for secrets by their fingerprints, and for
patterns of a person, a company or a folder of this machine.
"""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from analysis import store
from analysis.errors import Problem, RenderingError
from analysis.guard import texts
from analysis.guard.secrets import Secrets, configured

if TYPE_CHECKING:
    from analysis.settings import Settings

LIBRARIES = "site_libs/"
"""Quarto's own scripts, which contain their authors' addresses."""
HELD = "Filen innehåller text ur en kolumn som aldrig får användas (till exempel en kommentar)."
TOLD = {
    "texts": HELD,
    "numbers": HELD,
    "identifiers": "Filen innehåller ett enskilt svars nummer.",
    "rows": "Filen innehåller ett enskilt företags svar.",
}
FIX = "Lägg inte ut webbplatsen. Anmäl felet till den som förvaltar programmet."
FIX_OWN = "Ta bort det ur filen och kör igen."
OWN = ("kommentarer/", "texter/", "egna-sidor/", "profil/")
"""The municipality's own folders."""
TEMPLATES = ("mall.docx", "mall.pptx")
"""Its templates for Word and PowerPoint, among its look."""
FILE_NAME = "ett filnamn"
A_FOLDER = "Filen innehåller sökvägen till en mapp på datorn."
UNREADABLE = "Filen är av ett slag som inte kan granskas."
# Without a hyphen, only digits that begin with a date: a digest may have twelve digits in a row.
DAY = r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:[06][1-9]|[1278]\d|[39][01])"
IDENTITY = re.compile(rf"(?<![\w-])(?<!\d\.)(?:{DAY}\d{{4}}|(?:19|20)?\d{{6}}-\d{{4}})(?![\w-])")
# In JSON, the letter before an address may belong to an escape. A search begins at words only, or
# every letter of a long one would begin one.
MAIL = re.compile(r"(?:\\u[0-9a-f]{4}|\\[nrt]|(?<![\w.+-]))([\w.+-]+@[\w-]+\.[\w.-]+\w)")


class Search:
    """A search for secrets, persons, companies and folders of this machine in finished files.

    A file is searched once, whatever places it lies in: what was found is known by its content.

    Parameters
    ----------
    secrets
        Fingerprints of the data set aside when reading.
    root
        The project folder, whose path must not be published. The addresses in its pages may be.
    settings
        The configuration, whose e-mail addresses and organisation number may be published, as
        may those of the municipality's templates.
    kept
        What was found in earlier runs with the same secrets, where there were any.
    """

    def __init__(
        self, secrets: Secrets, root: PurePath, settings: Settings, kept: store.Kept | None = None
    ) -> None:
        self._secrets, self._root, self._kept = secrets, root, kept
        own = "\n".join([*_pages(Path(root))]).casefold()
        self._told = "\n".join([*configured(settings), *_letterhead(Path(root))]).casefold()
        self._written = self._told + own
        self._folders = folders(root, Path.home())
        self._rules = store.text_digest("\n".join([self._written, *sorted(self._folders)]))
        self._assets = _assets()
        self._found: dict[str, tuple[str, ...]] = {}

    def refuse(self, site: Path, behind: Iterable[Path]) -> None:
        """Refuse a site that contains what must not leave the machine.

        Parameters
        ----------
        site
            The finished site.
        behind
            Sources of parts of the site: the text inside the PDF itself is compressed.

        Raises
        ------
        RenderingError
            With the file and the kind of leak, never with the text found.
        """
        found: dict[Problem, None] = {}
        for path in filter(Path.is_file, [*sorted(site.rglob("*")), *behind]):
            place = next((p for p in (site, self._root) if path.is_relative_to(p)), path.parent)
            name = path.relative_to(place).as_posix()
            fix = FIX_OWN if name.startswith(OWN) else FIX
            # A file name that is itself a leak must not be repeated in the message.
            for cause in self._in_text(name):
                found[Problem(cause, fix, FILE_NAME)] = None
            for cause in self.causes(path, library=name.startswith(LIBRARIES)):
                found[Problem(cause, fix, name)] = None
        if found:
            raise RenderingError(
                "Rapporten stoppades: den innehåller uppgifter som inte får spridas",
                problems=_from_the_source(found),
            )

    def look_through(self, paths: Iterable[Path]) -> None:
        """Search some files of a site before it is finished, so that less is left for then."""
        for path in filter(Path.is_file, paths):
            self.causes(path, library=LIBRARIES.strip("/") in path.parts)

    def causes(self, path: Path, *, library: bool = False) -> tuple[str, ...]:
        """Why a file must not be published.

        Parameters
        ----------
        path
            The file.
        library
            Whether it is one of Quarto's own, which may hold addresses.
        """
        digest = store.digest(path)
        if digest in self._assets:
            return ()
        known = f"{digest} {path.suffix.lower()} {library} {self._rules}"
        if known not in self._found:
            told = self._kept.get(known) if self._kept else None
            causes = self._in_file(path, library) if told is None else json.loads(told)
            if told is None and self._kept:
                self._kept.keep(known, json.dumps(causes))
            self._found[known] = tuple(causes)
        return self._found[known]

    def _in_file(self, path: Path, library: bool) -> list[str]:
        causes: dict[str, None] = {}
        try:
            for text in texts.texts(PurePath(path.name), path.read_bytes()):
                causes |= dict.fromkeys(self._in_text(text, library))
        except (ValueError, zipfile.BadZipFile):
            causes[UNREADABLE] = None
        return list(causes)

    def _in_text(self, text: str, library: bool = False) -> Iterator[str]:
        for kind in self._secrets.kinds_in(text):
            yield TOLD[kind]
        folded = text.casefold()
        if any(one in folded and _stands_alone(one, folded) for one in self._folders):
            yield A_FOLDER
        if not library:
            yield from _suspicions(folded, self._told, self._written)


def _from_the_source(found: Iterable[Problem]) -> list[Problem]:
    """Own files of the municipality first: what is found elsewhere for the same cause is theirs."""
    own = {problem.cause for problem in found if problem.fix == FIX_OWN}
    told = [
        replace(problem, fix="") if problem.cause in own and problem.fix != FIX_OWN else problem
        for problem in found
    ]
    return sorted(told, key=lambda problem: problem.fix != FIX_OWN)


def folders(*paths: PurePath) -> frozenset[str]:
    """Folder paths with ``/``, with a backslash and JSON-escaped; drive roots are left out."""
    return frozenset(
        form.casefold()
        for path in paths
        if str(path) != path.anchor
        for form in (str(path), path.as_posix(), str(path).replace("\\", r"\\"))
    )


def _pages(root: Path) -> Iterator[str]:
    """The pages and the collected published values that the municipality itself may write."""
    for path in (
        *root.glob("reports/**/*"),
        *(path for folder in OWN for path in root.glob(f"{folder}**/*")),
        *root.glob("data/official/*"),
        root / store.SITE_SETTINGS,
    ):
        if path.is_file():
            yield path.read_text("utf-8", "replace")


def _letterhead(root: Path) -> Iterator[str]:
    """The texts of the municipality's templates, whose headers and footers tell of itself."""
    for name in TEMPLATES:
        path = root / "profil" / name
        if path.is_file():
            yield from texts.texts(path, path.read_bytes())


def _assets() -> frozenset[str]:
    """Digests of the scripts, styles and fonts that every municipality's site shares."""
    package = Path(__file__).resolve().parents[1]
    return frozenset(
        store.digest(path) for folder in package.rglob("assets") for path in store.files(folder)
    )


def _suspicions(text: str, configured: str, own: str) -> Iterator[str]:
    """Patterns of persons and companies in a text, whatever the raw files contain."""
    if any(number not in configured for number in IDENTITY.findall(text)):
        yield (
            "Filen innehåller något som ser ut som ett organisations- eller personnummer och inte "
            "finns i config/."
        )
    if "@" in text and any(mail not in own for mail in MAIL.findall(text)):
        yield (
            "Filen innehåller en e-postadress som inte finns i config/ eller kommunens egna filer."
        )


def _stands_alone(folder: str, text: str) -> bool:
    """Whether a folder path stands in a text by itself, not inside a link or a longer name."""
    return re.search(rf"(?<![\w.]){re.escape(folder)}(?!\w)", text) is not None
