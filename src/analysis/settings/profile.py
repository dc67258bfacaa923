"""``profil/``: the municipality's look: colours that can be read, a logotype, templates.

Everything in it is optional. The colours of grades and verdicts have a meaning and are not part of
it.
"""

from __future__ import annotations

import colorsys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator

from analysis import swedish
from analysis.errors import ConfigurationError, Problem
from analysis.settings.guards import ProfileLimits
from analysis.settings.logotype import logotype_problems
from analysis.settings.model import Model
from analysis.settings.office_template import template_problems
from analysis.settings.reading import read_model

FILE = "profil.yml"
LOGOTYPES = ("logotyp.svg", "logotyp.png")
TEMPLATE, SLIDES = "mall.docx", "mall.pptx"
BACKGROUNDS = ("#ffffff", "#f4f7f9")
"""What text and lines in the municipality's colours lie on: the pages' paper and panels."""
DARKER = 0.73
"""Lightness of headings and bars, as a share of the main colour's: that of the report's own."""
STEPS = 1000
"""Steps of lightness in the search for the nearest colour that can be read."""

Rgb = tuple[int, int, int]


def _given(value: object) -> object:
    """YAML reads what follows an unquoted # as a comment, which leaves the value empty."""
    if not isinstance(value, str):
        raise ValueError('färgen ska stå inom citattecken, som "#0b4f6c"')
    return value


def _colour(value: str) -> str:
    digits = value.removeprefix("#")
    if len(digits) != 6 or value == digits or set(digits.lower()) - set("0123456789abcdef"):
        raise ValueError(
            f"färgen ”{value}” ska skrivas som # och sex tecken 0–9 eller a–f, som #0b4f6c"
        )
    return value.lower()


Colour = Annotated[str, BeforeValidator(_given), AfterValidator(_colour)]


class ProfileSettings(Model):
    """The whole of ``profil/profil.yml``."""

    main_colour: Colour
    accent_colour: Colour
    logotype_alt: str = ""


@dataclass(frozen=True)
class Profile:
    """A municipality's look.

    Parameters
    ----------
    main, accent
        Colours as ``#rrggbb``; empty for the report's own.
    logotype
        The picture, if there is one.
    alt
        The logotype in words.
    template
        The Word document whose styles the draft takes, if there is one.
    slides
        The presentation that a workshop's are made from, if there is one.
    """

    main: str = ""
    accent: str = ""
    logotype: Path | None = None
    alt: str = ""
    template: Path | None = None
    slides: Path | None = None

    @property
    def strong(self) -> str:
        """The main colour darkened, for headings and bars."""
        return written(tuple(round(part * DARKER) for part in rgb(self.main)))


def read(folder: Path, limits: ProfileLimits) -> Profile:
    """Read and check a municipality's look.

    Parameters
    ----------
    folder
        ``profil/``, which need not exist.
    limits
        How well colours must be seen, and how large a logotype may be.

    Raises
    ------
    ConfigurationError
        With every problem found: a colour that cannot be read, with the nearest that can; a
        logotype without words, or one that is no plain picture; a template that is no such file.
    """
    problems: list[Problem] = []
    file = folder / FILE
    settings = read_model(file, ProfileSettings, problems) if file.is_file() else None
    pictures = [folder / name for name in LOGOTYPES if (folder / name).is_file()]
    templates = {name: path for name in (TEMPLATE, SLIDES) if (path := folder / name).is_file()}
    if settings:
        problems += _unreadable(settings, limits)
    if len(pictures) > 1:
        cause = f"Det finns två logotyper: {swedish.listing(LOGOTYPES)}."
        problems.append(Problem(cause, "Ta bort den ena.", folder.name))
    for picture in pictures:
        problems += logotype_problems(picture, limits.logotype_kilobytes.value)
    if pictures and not problems and not (settings and settings.logotype_alt.strip()):
        problems.append(
            Problem(
                "Logotypen har ingen beskrivning för den som inte ser den.",
                'Skriv logotype_alt: "Norrtälje kommun", med kommunens namn.',
                f"{folder.name}/{FILE}",
            )
        )
    for path in templates.values():
        problems += template_problems(path)
    if problems:
        raise ConfigurationError("Den grafiska profilen behöver rättas", problems=problems)
    return Profile(
        main=settings.main_colour if settings else "",
        accent=settings.accent_colour if settings else "",
        logotype=pictures[0] if pictures else None,
        alt=settings.logotype_alt if settings else "",
        template=templates.get(TEMPLATE),
        slides=templates.get(SLIDES),
    )


def _unreadable(settings: ProfileSettings, limits: ProfileLimits) -> Iterator[Problem]:
    """Colours that are too light for what they are used for."""
    used = (
        ("main_colour", "text på vitt och vit text", limits.text_contrast.value),
        ("accent_colour", "streck på vitt", limits.line_contrast.value),
    )
    for key, use, least in used:
        colour: str = getattr(settings, key)
        found = _least_contrast(colour)
        if found < least:
            yield Problem(
                f"Färgen {colour} syns för dåligt som {use}: kontrasten är "
                f"{swedish.number(found, 1)}:1 och ska vara minst {swedish.number(least, 1)}:1.",
                f"Närmaste färg som går att använda är {nearest(colour, least)}.",
                f"profil/{FILE}, {key}",
            )


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, 1–21, as WCAG 2.1 defines it.

    Examples
    --------
    >>> contrast("#000000", "#ffffff"), round(contrast("#777777", "#ffffff"), 2)
    (21.0, 4.48)
    """
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def nearest(colour: str, least: float) -> str:
    """The lightest shade of a colour, of the same hue, that is seen well enough.

    Examples
    --------
    >>> nearest("#ffb81c", 4.5), nearest("#0b4f6c", 4.5)
    ('#986800', '#0b4f6c')
    """
    hue, lightness, saturation = colorsys.rgb_to_hls(*(part / 255 for part in rgb(colour)))
    for step in range(STEPS, -1, -1):
        parts = colorsys.hls_to_rgb(hue, lightness * step / STEPS, saturation)
        shade = written(tuple(round(part * 255) for part in parts))
        if _least_contrast(shade) >= least:
            return shade
    return "#000000"


def rgb(colour: str) -> Rgb:
    """Red, green and blue, 0–255, of ``#rrggbb``."""
    red, green, blue = bytes.fromhex(colour.removeprefix("#"))
    return red, green, blue


def written(parts: Sequence[int]) -> str:
    """``#rrggbb`` of red, green and blue."""
    return f"#{bytes(parts).hex()}"


def _least_contrast(colour: str) -> float:
    return min(contrast(colour, background) for background in BACKGROUNDS)


def _luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.1."""
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (value / 255 for value in rgb(colour))
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
