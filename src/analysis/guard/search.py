"""Looking through a finished site for what must never leave the machine.

Everything that would be published is looked through (`texts`): for secrets by their fingerprints,
and for what looks like a person, a company or a folder of this machine.
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
"""Quarto's own scripts, whose authors' addresses stand in them."""
HELD = "Där står text ur en kolumn som aldrig får användas (till exempel en kommentar)."
TOLD = {
    "texts": HELD,
    "numbers": HELD,
    "identifiers": "Där står ett enskilt svars nummer.",
    "rows": "Där står ett enskilt företags svar.",
}
UNREADABLE = "Filen är av ett slag som inte kan granskas."
# Without a hyphen only what begins with a day: a digest may have twelve digits.
DAY = r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:[06][1-9]|[1278]\d|[39][01])"
IDENTITY = re.compile(rf"(?<![\w-])(?<!\d\.)(?:{DAY}\d{{4}}|(?:19|20)?\d{{6}}-\d{{4}})(?![\w-])")
# In JSON the letter before an address may be that of an escape.
MAIL = re.compile(r"(?:\\u[0-9a-f]{4}|\\[nrt])?([\w.+-]+@[\w-]+\.[\w.-]+\w)")


def refuse(
    site: Path, behind: Iterable[Path], secrets: Secrets, root: PurePath, settings: Settings
) -> None:
    """Refuse a site that holds anything that must not leave the machine.

    Parameters
    ----------
    site
        The finished site.
    behind
        Files that parts of it were made from: the PDF's own text lies compressed.
    secrets
        Fingerprints of what was set aside.
    root
        The project folder, whose address is no reader's business. Its pages may tell addresses.
    settings
        Its e-mail addresses and its organisation number may be read.

    Raises
    ------
    RenderingError
        With the file and the kind of leak, never with what was found.
    """
    own = "\n".join([*configured(settings), *_pages(Path(root))]).casefold()
    kept = "\n".join(configured(settings))
    places = folders(root, Path.home())
    fix = "Lägg inte ut webbplatsen. Anmäl felet."
    found: dict[Problem, None] = {}
    for name, text in texts.of_site(site, behind, _assets()):
        causes = [UNREADABLE] if text is None else [TOLD[kind] for kind in secrets.kinds_in(text)]
        folded = (text or "").casefold()
        if any(folder in folded and _stands_alone(folder, folded) for folder in places):
            causes.append("Där står sökvägen till en mapp på den här datorn.")
        if not name.startswith(LIBRARIES):
            causes += _suspicions(folded, kept, own)
        found |= dict.fromkeys(Problem(cause, fix, name) for cause in causes)
    if found:
        raise RenderingError(
            "Webbplatsen innehåller sådant som inte får lämna datorn", problems=found
        )


def folders(*paths: PurePath) -> frozenset[str]:
    """The addresses of some folders, with either slash and as JSON escapes them; none of a disk."""
    return frozenset(
        form.casefold()
        for path in paths
        if str(path) != path.anchor
        for form in (str(path), path.as_posix(), str(path).replace("\\", r"\\"))
    )


def _pages(root: Path) -> Iterator[str]:
    """The pages that the municipality may write on, and the published values it has collected."""
    for path in (
        *root.glob("reports/**/*"),
        *root.glob("data/official/*"),
        root / store.SITE_SETTINGS,
    ):
        if path.is_file():
            yield path.read_text("utf-8", "replace")


def _assets() -> frozenset[str]:
    """Digests of scripts, styles and fonts that are the same for every municipality."""
    package = Path(__file__).resolve().parents[1]
    return frozenset(
        store.digest(path) for folder in package.rglob("assets") for path in store.files(folder)
    )


def _suspicions(text: str, configured: str, own: str) -> Iterator[str]:
    """Reasons to suspect a person or a company in a text, whatever the raw files hold."""
    if any(number not in configured for number in IDENTITY.findall(text)):
        yield (
            "Där står något som ser ut som ett organisations- eller personnummer och inte finns "
            "i config/."
        )
    if any(mail not in own for mail in MAIL.findall(text)):
        yield "Där står en e-postadress som inte finns i config/ eller reports/."


def _stands_alone(folder: str, text: str) -> bool:
    """Whether a folder stands in a text, and not as a part of a link or of a longer name."""
    return re.search(rf"(?<![\w.]){re.escape(folder)}(?!\w)", text) is not None
