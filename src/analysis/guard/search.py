"""Searches a finished site for secrets that must never leave the machine.

All files to be published are searched (`texts`): for secrets by their fingerprints, and for
patterns of a person, a company or a folder of this machine.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
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
UNREADABLE = "Filen är av ett slag som inte kan granskas."
# Without a hyphen, only digits that begin with a date: a digest may have twelve digits in a row.
DAY = r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:[06][1-9]|[1278]\d|[39][01])"
IDENTITY = re.compile(rf"(?<![\w-])(?<!\d\.)(?:{DAY}\d{{4}}|(?:19|20)?\d{{6}}-\d{{4}})(?![\w-])")
# In JSON, the letter before an address may belong to an escape. A search begins at words only, or
# every letter of a long one would begin one.
MAIL = re.compile(r"(?:\\u[0-9a-f]{4}|\\[nrt]|(?<![\w.+-]))([\w.+-]+@[\w-]+\.[\w.-]+\w)")


def refuse(
    site: Path, behind: Iterable[Path], secrets: Secrets, root: PurePath, settings: Settings
) -> None:
    """Refuse a site that contains secrets, persons, companies or folders of this machine.

    Parameters
    ----------
    site
        The finished site.
    behind
        Sources of parts of the site: the text inside the PDF itself is compressed.
    secrets
        Fingerprints of the data set aside when reading.
    root
        The project folder, whose path must not be published. The addresses in its pages may be.
    settings
        The configuration, whose e-mail addresses and organisation number may be published, as
        may those of the municipality's templates.

    Raises
    ------
    RenderingError
        With the file and the kind of leak, never with the text found.
    """
    own = "\n".join([*_pages(Path(root))]).casefold()
    kept = "\n".join([*configured(settings), *_letterhead(Path(root))]).casefold()
    places = folders(root, Path.home())
    found: dict[Problem, None] = {}
    for name, text in texts.of_site(site, behind, _assets(), root):
        causes = [UNREADABLE] if text is None else [TOLD[kind] for kind in secrets.kinds_in(text)]
        folded = (text or "").casefold()
        if any(folder in folded and _stands_alone(folder, folded) for folder in places):
            causes.append("Filen innehåller sökvägen till en mapp på datorn.")
        if not name.startswith(LIBRARIES):
            causes += _suspicions(folded, kept, kept + own)
        fix = FIX_OWN if name.startswith(OWN) else FIX
        found |= dict.fromkeys(Problem(cause, fix, name) for cause in causes)
    if found:
        raise RenderingError(
            "Rapporten stoppades: den innehåller uppgifter som inte får spridas", problems=found
        )


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
    if any(mail not in own for mail in MAIL.findall(text)):
        yield (
            "Filen innehåller en e-postadress som inte finns i config/ eller kommunens egna filer."
        )


def _stands_alone(folder: str, text: str) -> bool:
    """Whether a folder path stands in a text by itself, not inside a link or a longer name."""
    return re.search(rf"(?<![\w.]){re.escape(folder)}(?!\w)", text) is not None
