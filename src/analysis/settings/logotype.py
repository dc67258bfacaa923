"""Checks of a logotype before it is published: a plain picture that carries nothing else.

An SVG is a document that can hold scripts, links and text; a PNG can hold remarks of the program
and the person who made it.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

from analysis.errors import Problem

PNG = b"\x89PNG\r\n\x1a\n"
SHOWN = (
    *(b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"bKGD"),
    *(b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB", b"pHYs"),
)
"""The parts of a PNG that say how it looks; others hold texts, dates and facts of a camera."""
DRAWN = frozenset(
    (
        *("svg", "g", "defs", "symbol", "use", "title", "desc", "metadata", "style", "switch"),
        *("path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "image"),
        *("linearGradient", "radialGradient", "stop", "pattern", "clipPath", "mask", "marker"),
    )
)
"""The elements of an SVG that only draw."""
IN_STYLE = re.compile(r"url\(\s*(?![\"']?#)|@import|expression\(", re.IGNORECASE)
INSIDE = re.compile(r"#|data:image/(?:png|jpeg);base64,", re.IGNORECASE)


def logotype_problems(path: Path, most_kilobytes: int) -> Iterator[Problem]:
    """What is wrong with a logotype.

    Parameters
    ----------
    path
        An SVG or PNG file.
    most_kilobytes
        Its largest size: it is fetched with every page.
    """
    where, content = f"{path.parent.name}/{path.name}", path.read_bytes()
    if len(content) > most_kilobytes * 1000:
        size = len(content) // 1000
        cause = f"Logotypen är {size} kB; den hämtas med varje sida och får vara högst "
        yield Problem(f"{cause}{most_kilobytes} kB.", "Spara den mindre, helst som SVG.", where)
    elif path.suffix == ".png":
        try:
            plain_png(content)
        except ValueError:
            yield Problem("Filen är ingen hel PNG-bild.", "Spara logotypen på nytt.", where)
    else:
        for cause in dict.fromkeys(_svg_faults(content)):
            yield Problem(cause, "Exportera logotypen på nytt som enkel SVG.", where)


def plain_png(content: bytes) -> bytes:
    """A PNG with nothing but what says how it looks.

    Raises
    ------
    ValueError
        When it is no whole PNG.
    """
    if not content.startswith(PNG):
        raise ValueError("no PNG")
    kept, place, kind = [PNG], len(PNG), b""
    while kind != b"IEND":
        head = content[place : place + 8]
        if len(head) < 8:
            raise ValueError("cut off")
        length, kind = struct.unpack(">I4s", head)
        end = place + 12 + length
        chunk = content[place:end]
        if len(chunk) < 12 + length or zlib.crc32(chunk[4:-4]) != int.from_bytes(chunk[-4:]):
            raise ValueError("broken")
        if place == len(PNG) and kind != b"IHDR":
            raise ValueError("no header")
        if kind in SHOWN:
            kept.append(chunk)
        place = end
    return b"".join(kept)


def _svg_faults(content: bytes) -> Iterator[str]:
    """Sentences about what does not belong in a plain picture."""
    # An entity can stand for anything, also for a great deal.
    if b"<!ENTITY" in content:
        yield "Bilden använder entiteter (<!ENTITY>), som inte kan granskas."
        return
    if b"<?xml-stylesheet" in content:
        yield "Bilden hämtar en formatmall (xml-stylesheet)."
    try:
        root = ElementTree.fromstring(content)
    except ElementTree.ParseError:
        yield "Filen är ingen hel SVG-bild."
        return
    if _local(root.tag) != "svg":
        yield "Filen är ingen SVG-bild."
    elif not ("viewBox" in root.attrib or {"width", "height"} <= root.attrib.keys()):
        yield "Bilden säger inte hur stor den är (viewBox saknas)."
    for element in root.iter():
        name = _local(element.tag)
        if name in ("text", "tspan"):
            yield "Bilden har text, som ser olika ut på olika datorer. Gör om texten till kurvor."
        elif name not in DRAWN and _is_svg(element.tag):
            yield f"Bilden innehåller <{name}>, som inte hör till en enkel bild."
        if name == "style" and IN_STYLE.search(element.text or ""):
            yield "Bilden hämtar något utifrån i sin formatmall."
        for attribute, value in element.attrib.items():
            key = _local(attribute)
            if key.lower().startswith("on"):
                yield f"Bilden har kod som körs ({key})."
            elif key in ("href", "src") and not INSIDE.match(value.strip()):
                yield "Bilden länkar till något utanför sig själv."
            elif IN_STYLE.search(value):
                yield "Bilden hämtar något utifrån."


def _is_svg(tag: object) -> bool:
    """Whether an element is drawn: drawing programs keep facts of their own in other namespaces."""
    return str(tag).startswith(("{http://www.w3.org/2000/svg}", "{http://www.w3.org/1999/")) or (
        "}" not in str(tag)
    )


def _local(tag: object) -> str:
    return str(tag).rpartition("}")[2]
