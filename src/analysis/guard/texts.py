"""All texts that a reader of a finished site could reach, in any kind of file.

These are pages as source and as text, data in pages, workbooks and documents with their packed
files, and the PDF. Files that cannot be searched are reported.
"""

from __future__ import annotations

import html
import io
import re
import zipfile
from collections.abc import Iterator
from functools import lru_cache
from pathlib import PurePath
from urllib.parse import unquote

OFFICE = frozenset((".xml", ".rels", ".vml"))
TEXTS = OFFICE | {
    *(".html", ".csv", ".json", ".js", ".css", ".scss", ".svg"),
    *(".txt", ".typ", ".ipynb", ".md", ".qmd"),
}
ARCHIVES = frozenset((".xlsx", ".docx", ".pptx"))
SILENT = frozenset((".woff2", ".woff", ".ttf", ".otf", ".png", ".jpg", ".jpeg", ".ico"))
"""Fonts, pictures of the municipality's own, and bitmaps that the program draws of vector pictures,
which are searched."""
MEDIA = frozenset((".gif", ".tif", ".tiff", ".bmp", ".emf", ".wmf", ".wdp"))
"""Pictures in a municipality's own template, inside an office file."""
MOST_UNPACKED = 100_000_000
"""Most bytes of a packed file; the report's own have a hundredth of it."""
MOST_PDFS = 50
"""PDFs of a site, whose text is read once."""
DIVIDED = "\ufffe"
"""In the text of a PDF, where a word is divided between two lines."""
BETWEEN_DIGITS = re.compile(rf"(?<=\d)(?:{DIVIDED}|-\r?\n)(?=\d)")
TAG = re.compile(r"<[^>]*>")
PARAGRAPH = re.compile(
    r"</(?:w:p|a:p|a:tc|c:v|si|c|p|li|d[td]|td|th|h\d|div|title|desc|text|label|button|option|caption|script)>"
)
"""Elements that end a text: a word never continues into the next cell."""
# Structure of office files: names of elements and attributes, namespaces, cell references,
# measures of drawings and relations between parts. Only texts and other values can contain a
# respondent's words.
FORMAT_OWN = re.compile(
    r"""\s(?:xmlns(?::\w+)?="[^"]*" | (?:r|ref|sqref|activeCell|topLeftCell)="[$A-Z0-9:\ ]*"
    | (?:x|y|cx|cy|w|h)="-?\d+"
    | (?:r:)?(?:[iI]d|embed)="rId\d+" | (?:ContentType|PartName)="[^"]*"
    | Type="http://(?:schemas|purl)\.[^"]*")""",
    re.VERBOSE,
)
ELEMENT, ATTRIBUTE = re.compile(r"</?[\w:.-]+"), re.compile(r"\s[\w:.-]+(?==\")")
CODE_POINT = re.compile(r"\\u([0-9a-fA-F]{4})")
CONTROL = re.compile(r"\\[nrt]")


def texts(name: PurePath, content: bytes) -> Iterator[str]:
    """The texts of one file.

    Raises
    ------
    ValueError
        When the kind of file is unknown, or it is larger unpacked than any of the report's own.
    """
    kind = name.suffix.lower()
    if kind in TEXTS:
        yield from dict.fromkeys(_of_text(content))
    elif kind in ARCHIVES:
        yield from _of_archive(name, content)
    elif kind == ".pdf":
        yield from _of_pdf(content)
    elif kind not in SILENT:
        raise ValueError(name.as_posix())


def _of_text(content: bytes, *, office: bool = False) -> Iterator[str]:
    text = content.decode("utf-8", "replace")
    # The source, for attributes, comments and scripts ...
    yield html.unescape(_without_names(text) if office else text)
    if "<" in text:
        # ... and the text, with emphasis between words or inside a word.
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
                yield from dict.fromkeys(_of_text(archive.read(member), office=True))
            elif not member.is_dir() and inside.suffix.lower() not in MEDIA:
                yield from texts(inside, archive.read(member))


def _without_names(part: str) -> str:
    """The texts and attribute values of a part of an office file.

    >>> _without_names('<c r="K120" t="s"><v>text</v></c><wp:docPr descr="Anna"/>')
    '<  ="s">< >text< >< ><  ="Anna"/>'
    """
    return ATTRIBUTE.sub(" ", ELEMENT.sub("< ", FORMAT_OWN.sub("", part)))


@lru_cache(maxsize=MOST_PDFS)
def pdf_pages(content: bytes) -> tuple[str, ...]:
    """Text of each page of a PDF, as a reader program sees it.

    `DIVIDED` stands where a word is divided between two lines.

    Raises
    ------
    ValueError
        When the file is broken.
    """
    import pypdfium2

    try:
        with pypdfium2.PdfDocument(content) as document:
            return tuple(page.get_textpage().get_text_range() for page in document)
    except pypdfium2.PdfiumError as error:
        raise ValueError("a broken PDF") from error


def _of_pdf(content: bytes) -> Iterator[str]:
    from pypdf import PdfReader

    pages = "\n".join(pdf_pages(content))
    # A code is divided only at a hyphen of its own; a word anywhere, perhaps at one.
    yield BETWEEN_DIGITS.sub("-", pages).replace(DIVIDED, "")
    yield pages.replace(DIVIDED, "-\n")
    # Only this library tells all that is not text, and only the other is quick with what is.
    reader = PdfReader(io.BytesIO(content))
    yield "\n".join(map(str, (reader.metadata or {}).values()))
    if reader.xmp_metadata:
        yield from _of_text(reader.xmp_metadata.stream.get_data(), office=True)
    yield "\n".join(reader.attachments)
