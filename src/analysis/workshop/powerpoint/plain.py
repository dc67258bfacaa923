"""The plain template, for a municipality that has laid none of its own.

It is made here and not shipped as a file, so that it takes the report's colours, or those of the
municipality's profile, and can be read and changed as text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import quoteattr

from pptx import Presentation
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.util import Inches

from analysis.present import theme
from analysis.settings.profile import Profile
from analysis.workshop.content import Layout, Place, shape_name
from analysis.workshop.powerpoint.drawing import LANGUAGE

FONT = "Calibri"
"""In every Office; the deck itself names only the theme's fonts."""
WIDTH, HEIGHT = 13.333, 7.5
"""Inches of a wide slide."""
MARGIN, INNER = 0.6, 12.13


@dataclass(frozen=True)
class Holder:
    """A placeholder: where it is (inches), what it is for, and how its text looks.

    Parameters
    ----------
    name, kind, index
        Its name, its type in the file, and the number that ties a slide's shape to it.
    place
        Left, top, width, height.
    size
        Of its text, in points.
    colour
        Of its text, a name of the theme's.
    bold, right, middle
        Of its text.
    prompt
        What an empty one says.
    line
        Whether it has a line around it.
    """

    name: str
    kind: str
    index: int
    place: tuple[float, ...]
    size: int = 20
    colour: str = "tx1"
    bold: bool = False
    right: bool = False
    middle: bool = False
    prompt: str = ""
    line: bool = False


TITLE = Holder("Rubrik", "title", 0, (MARGIN, 0.42, INNER, 1.15), 30, "tx2", bold=True, middle=True)
MARK = Holder(
    shape_name(Place.MARK), "body", 12, (6.4, 6.9, 5.7, 0.4), 12, "accent2", bold=True, right=True
)
SOURCE = Holder(
    shape_name(Place.SOURCE), "body", 13, (MARGIN, 6.72, 5.7, 0.6), 11, "accent5", middle=True
)
NUMBER = Holder("Bildnummer", "sldNum", 15, (12.15, 6.9, 0.6, 0.4), 12, "accent5", right=True)


def _text(*place: float, size: int = 20) -> Holder:
    return Holder(shape_name(Place.TEXT), "body", 11, place, size)


LAYOUTS: dict[Layout, tuple[Holder, ...]] = {
    Layout.TITLE: (
        Holder("Rubrik", "ctrTitle", 0, (1.0, 1.9, 11.3, 1.9), 44, "bg1", bold=True),
        Holder(shape_name(Place.TEXT), "body", 11, (1.0, 4.0, 11.3, 1.5), 24, "bg1"),
        Holder(shape_name(Place.MARK), "body", 12, (1.0, 6.5, 11.3, 0.45), 16, "bg1", bold=True),
    ),
    Layout.CHART: (
        TITLE,
        Holder(shape_name(Place.CHART), "chart", 10, (MARGIN, 1.7, 8.2, 4.95)),
        _text(9.1, 1.9, 3.65, 4.6, size=18),
        SOURCE,
        MARK,
        NUMBER,
    ),
    Layout.TABLE: (
        TITLE,
        Holder(shape_name(Place.TABLE), "tbl", 10, (MARGIN, 1.75, INNER, 3.4)),
        _text(MARGIN, 5.3, INNER, 1.3),
        SOURCE,
        MARK,
        NUMBER,
    ),
    Layout.TEXT: (TITLE, _text(MARGIN, 1.75, INNER, 4.85, size=22), SOURCE, MARK, NUMBER),
    Layout.WORK: (
        TITLE,
        _text(MARGIN, 1.65, INNER, 0.9),
        Holder(
            "Skriv här", "body", 14, (MARGIN, 2.55, INNER, 4.0), 24, prompt="Skriv här", line=True
        ),
        MARK,
        NUMBER,
    ),
}


def template(profile: Profile) -> Any:
    """The plain template in the colours of a municipality's profile, or in the report's own."""
    made = Presentation()
    made.slide_width, made.slide_height = Inches(WIDTH), Inches(HEIGHT)
    _forget(made.part, "printerSettings")
    _forget(made.part.package, "thumbnail")
    master = made.slide_master
    _colour(master.part, profile)
    _dress_master(master)
    layouts = list(made.slide_layouts)
    for layout in layouts[len(LAYOUTS) :]:
        made.slide_layouts.remove(layout)
    for layout, (name, boxes) in zip(layouts, LAYOUTS.items(), strict=False):
        _dress_layout(layout, name, boxes)
    return made


def _forget(part: Any, kind: str) -> None:
    """Leave out a part that the library's own template happens to have."""
    relations = part._rels
    for key in [key for key, one in relations.items() if one.reltype.endswith(kind)]:
        relations.pop(key)


def _colour(part: Any, profile: Profile) -> None:
    """The theme: a few colours and one font."""
    found = next(one.target_part for one in part.rels.values() if one.reltype.endswith("/theme"))
    main, accent = profile.main or theme.BRAND, profile.accent or theme.ACCENT
    strong = profile.strong if profile.main else theme.BRAND
    colours = {
        "dk1": theme.INK,
        "lt1": theme.PAPER,
        "dk2": strong,
        "lt2": theme.GRID,
        "accent1": main,
        "accent2": accent,
        "accent3": theme.SECOND,
        "accent4": theme.BRAND_SOFT,
        "accent5": theme.MUTED,
        "accent6": theme.MISSED,
        "hlink": main,
        "folHlink": theme.SECOND,
    }
    parts = "".join(
        f'<a:{key}><a:srgbClr val="{value.removeprefix("#").upper()}"/></a:{key}>'
        for key, value in colours.items()
    )
    text = found.blob.decode("utf-8")
    scheme = f'<a:clrScheme name="Insikt">{parts}</a:clrScheme>'
    text = re.sub(r"<a:clrScheme .*?</a:clrScheme>", scheme, text, flags=re.DOTALL)
    faces = "".join(
        f'<a:{kind}Font><a:latin typeface="{FONT}"/><a:ea typeface=""/><a:cs typeface=""/>'
        f"</a:{kind}Font>"
        for kind in ("major", "minor")
    )
    fonts = f'<a:fontScheme name="Insikt">{faces}</a:fontScheme>'
    text = re.sub(r"<a:fontScheme .*?</a:fontScheme>", fonts, text, flags=re.DOTALL)
    found._blob = text.encode("utf-8")


def _dress_master(master: Any) -> None:
    """Title and text of every slide; bullets only where somebody asks for them."""
    body = Holder("Text", "body", 1, (MARGIN, 1.75, INNER, 4.85))
    _place(master, (TITLE, body, NUMBER))
    master.shapes._spTree.insert(2, parse_xml(_band()))
    styles = master._element.find(qn("p:txStyles"))
    for style in list(styles)[:2]:
        styles.remove(style)
    levels = "".join(
        f'<a:lvl{level}pPr marL="{(level - 1) * 342900}" indent="0" algn="l">'
        '<a:lnSpc><a:spcPct val="100000"/></a:lnSpc><a:spcBef><a:spcPts val="900"/></a:spcBef>'
        f'<a:buNone/><a:defRPr sz="2000" lang="{LANGUAGE}"><a:solidFill><a:schemeClr val="tx1"/>'
        '</a:solidFill><a:latin typeface="+mn-lt"/></a:defRPr>'
        f"</a:lvl{level}pPr>"
        for level in range(1, 6)
    )
    title = (
        f'<a:lvl1pPr algn="l"><a:lnSpc><a:spcPct val="92000"/></a:lnSpc><a:buNone/>'
        f'<a:defRPr sz="3000" b="1" lang="{LANGUAGE}"><a:solidFill><a:schemeClr val="tx2"/>'
        '</a:solidFill><a:latin typeface="+mj-lt"/></a:defRPr></a:lvl1pPr>'
    )
    for place, (tag, inside) in enumerate((("title", title), ("body", levels))):
        styles.insert(
            place, parse_xml(f"<p:{tag}Style {nsdecls('p', 'a')}>{inside}</p:{tag}Style>")
        )


def _dress_layout(layout: Any, name: Layout, boxes: tuple[Holder, ...]) -> None:
    layout._element.cSld.set("name", str(name))
    layout._element.attrib.pop("type", None)
    _place(layout, boxes)
    if name == Layout.TITLE:
        layout._element.cSld.insert(
            0,
            parse_xml(
                f'<p:bg {nsdecls("p", "a")}><p:bgPr><a:solidFill><a:schemeClr val="tx2"/>'
                "</a:solidFill><a:effectLst/></p:bgPr></p:bg>"
            ),
        )


def _place(slide: Any, boxes: tuple[Holder, ...]) -> None:
    """Put placeholders in the place of those that were there."""
    tree = slide.shapes._spTree
    for shape in list(slide.shapes):
        tree.remove(shape._element)
    for number, box in enumerate(boxes, start=2):
        tree.append(parse_xml(_shape(number, box)))


def _band() -> str:
    """A band along the top of every slide, which is decoration and has no words."""
    width, height = int(Inches(WIDTH)), int(Inches(0.14))
    return (
        f'<p:sp {nsdecls("p", "a")}><p:nvSpPr><p:cNvPr id="90" name="Band"/><p:cNvSpPr/>'
        '<p:nvPr userDrawn="1"/></p:nvSpPr><p:spPr><a:xfrm><a:off x="0" y="0"/>'
        f'<a:ext cx="{width}" cy="{height}"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/>'
        '</a:prstGeom><a:solidFill><a:schemeClr val="tx2"/></a:solidFill><a:ln><a:noFill/></a:ln>'
        f'</p:spPr><p:txBody><a:bodyPr/><a:lstStyle/><a:p><a:endParaRPr lang="{LANGUAGE}"/></a:p>'
        "</p:txBody></p:sp>"
    )


def _shape(number: int, box: Holder) -> str:
    left, top, width, height = (int(Inches(value)) for value in box.place)
    titled = box.kind in ("title", "ctrTitle")
    index = "" if titled else f' idx="{box.index}"'
    size = "" if titled or box.index in (10, 11, 14) else ' sz="quarter"'
    field = (
        f'<a:fld id="{{C1A6A3D0-5C0B-4C41-9C62-6E1E2B1F0A01}}" type="slidenum">'
        f'<a:rPr lang="{LANGUAGE}"/><a:t>‹nr›</a:t></a:fld>'
        if box.kind == "sldNum"
        else f'<a:r><a:rPr lang="{LANGUAGE}"/><a:t>{box.prompt or " "}</a:t></a:r>'
    )
    align = ' algn="r"' if box.right else ""
    inset = 144_000 if box.line else 0
    drawn = '<a:ln w="19050"><a:solidFill><a:schemeClr val="accent4"/></a:solidFill></a:ln>'
    line = drawn if box.line else ""
    anchor = "ctr" if box.middle else "b" if box.kind == "ctrTitle" else "t"
    return (
        f"<p:sp {nsdecls('p', 'a')}><p:nvSpPr>"
        f'<p:cNvPr id="{number}" name={quoteattr(box.name)}/>'
        '<p:cNvSpPr><a:spLocks noGrp="1"/></p:cNvSpPr>'
        f'<p:nvPr><p:ph type="{box.kind}"{size}{index}/></p:nvPr></p:nvSpPr>'
        f'<p:spPr><a:xfrm><a:off x="{left}" y="{top}"/><a:ext cx="{width}" cy="{height}"/>'
        f'</a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom>{line}</p:spPr>'
        f'<p:txBody><a:bodyPr lIns="{inset}" rIns="{inset}" anchor="{anchor}"><a:normAutofit/>'
        "</a:bodyPr>"
        f'<a:lstStyle><a:lvl1pPr{align}><a:defRPr sz="{box.size * 100}" b="{int(box.bold)}">'
        f'<a:solidFill><a:schemeClr val="{box.colour}"/></a:solidFill></a:defRPr></a:lvl1pPr>'
        f"</a:lstStyle><a:p>{field}</a:p></p:txBody></p:sp>"
    )
