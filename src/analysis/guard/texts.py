"""Every text that a reader of a finished site could get at, whatever kind of file it lies in.

Pages as they stand and as they read, data in pages, workbooks and documents with what is packed in
them, and the PDF. What cannot be looked through is told.
"""

from __future__ import annotations

import hashlib
import html
import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path, PurePath
from urllib.parse import unquote

TEXTS = frozenset(
    f".{kind}"
    for kind in (
        *("html", "csv", "json", "js", "css", "scss", "svg", "xml", "rels", "vml"),
        *("txt", "typ", "ipynb", "md", "qmd"),
    )
)
OFFICE = frozenset((".xml", ".rels", ".vml"))
ARCHIVES = frozenset((".xlsx", ".docx"))
SILENT = frozenset((".woff2", ".woff", ".ttf", ".otf", ".png", ".jpg", ".jpeg", ".ico"))
"""Fonts, and pictures that a municipality has put in itself: the program writes none."""
MOST_UNPACKED = 100_000_000
"""Bytes of one packed file; ours are a hundredth of it."""
TAG = re.compile(r"<[^>]*>")
PARAGRAPH = re.compile(
    r"</(?:w:p|si|c|p|li|d[td]|td|th|h\d|div|title|desc|text|label|button|option|caption|script)>"
)
"""What ends a text: one word does not go on into the next cell."""
# What office formats say about themselves: names of elements and attributes, namespaces, where a
# cell stands and which part belongs to which. Only texts and other values can be somebody's words.
FORMAT_OWN = re.compile(
    r"""\s(?:xmlns(?::\w+)?="[^"]*" | (?:r|ref|sqref|activeCell|topLeftCell)="[$A-Z0-9:\ ]*"
    | (?:r:)?(?:[iI]d|embed)="rId\d+" | (?:ContentType|PartName)="[^"]*"
    | Type="http://(?:schemas|purl)\.[^"]*")""",
    re.VERBOSE,
)
NAMES = re.compile(r"</?[\w:.-]+|\s[\w:.-]+(?==\")")
CODE_POINT = re.compile(r"\\u([0-9a-fA-F]{4})")
CONTROL = re.compile(r"\\[nrt]")


def of_site(
    site: Path, more: Iterable[Path], own: frozenset[str]
) -> Iterator[tuple[str, str | None]]:
    """Name and text of everything that is published; the same file may come more than once.

    A file that cannot be looked through comes without a text.

    Parameters
    ----------
    site
        The finished site.
    more
        Files that parts of it were made from.
    own
        SHA-256 of files that are the report's own for everyone: they are not looked through.
    """
    for path in [*sorted(site.rglob("*")), *more]:
        if not path.is_file():
            continue
        inside = path.relative_to(site) if path.is_relative_to(site) else Path(path.name)
        name, content = inside.as_posix(), path.read_bytes()
        # A name that leaks must not be repeated as the place of the leak.
        yield "ett filnamn", name
        if hashlib.sha256(content).hexdigest() in own:
            continue
        try:
            for text in texts(inside, content):
                yield name, text
        except (ValueError, zipfile.BadZipFile):
            yield name, None


def texts(name: PurePath, content: bytes) -> Iterator[str]:
    """The texts of one file.

    Raises
    ------
    ValueError
        When its kind is not known, or it is larger unpacked than any of ours.
    """
    kind = name.suffix.lower()
    if kind in TEXTS:
        yield from _of_text(content)
    elif kind in ARCHIVES:
        yield from _of_archive(name, content)
    elif kind == ".pdf":
        yield from _of_pdf(content)
    elif kind not in SILENT:
        raise ValueError(name.as_posix())


def _of_text(content: bytes, *, office: bool = False) -> Iterator[str]:
    text = content.decode("utf-8", "replace")
    # As it stands, for what lies in attributes, comments and scripts ...
    yield html.unescape(_without_names(text) if office else text)
    if "<" in text:
        # ... and as it reads, whether marks of emphasis stand between words or inside them.
        yield html.unescape(TAG.sub(" ", text))
        yield html.unescape(TAG.sub("", PARAGRAPH.sub(" ", text)))
    if "\\" in text:
        plain = CODE_POINT.sub(lambda found: chr(int(found[1], 16)), text)
        yield html.unescape(CONTROL.sub(" ", plain))
    if "%" in text:
        yield unquote(text)


def _of_archive(name: PurePath, content: bytes) -> Iterator[str]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if sum(member.file_size for member in archive.infolist()) > MOST_UNPACKED:
            raise ValueError(name.as_posix())
        for member in archive.infolist():
            yield member.filename
            inside = PurePath(member.filename)
            # A name of nothing but an ending has none of its own for Python: "_rels/.rels".
            if (inside.suffix.lower() or inside.name.lower()) in OFFICE:
                yield from _of_text(archive.read(member), office=True)
            elif not member.is_dir():
                yield from texts(inside, archive.read(member))


def _without_names(part: str) -> str:
    """A part of an office file with the texts and the values of its attributes only.

    >>> _without_names('<c r="K120" t="s"><v>text</v></c><wp:docPr descr="Anna"/>')
    '<  ="s">< >text< >< ><  ="Anna"/>'
    """
    return NAMES.sub(lambda found: f"{found[0][:1].strip()} ", FORMAT_OWN.sub("", part))


@lru_cache(maxsize=1)
def pdf_pages(content: bytes) -> tuple[str, ...]:
    """Text of each page of a PDF, as a reader program finds it; whatever is broken raises."""
    from pypdf import PdfReader

    return tuple(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)


def _of_pdf(content: bytes) -> Iterator[str]:
    from pypdf import PdfReader

    reader = PdfReader(io.BytesIO(content))
    pages = pdf_pages(content)
    yield "\n".join(pages)
    # A word divided at the end of a line is one word.
    yield re.sub(r"[-\N{SOFT HYPHEN}]\n", "", "\n".join(pages))
    yield "\n".join(map(str, (reader.metadata or {}).values()))
    if reader.xmp_metadata:
        yield from _of_text(reader.xmp_metadata.stream.get_data(), office=True)
    yield "\n".join(reader.attachments)
