"""The municipality's own template: what it must have, and what is done with its own slides."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pptx import Presentation
from pptx.util import Inches

from analysis.errors import ConfigurationError
from analysis.settings import load, profile
from analysis.workshop import names
from analysis.workshop.content import Deck, Layout, Paragraphs, Place, Slide
from analysis.workshop.powerpoint import deck as powerpoint
from analysis.workshop.powerpoint import package, plain, template

SETTINGS = load(Path(__file__).resolve().parents[2] / "config")
DECK = Deck(
    "workshop-alla",
    "Workshop",
    (Slide("alla", "titel", Layout.TITLE, {Place.TITLE: Paragraphs(("Hej",))}),),
    "Norrtälje kommun",
)
Draw = Callable[[Any], None]


@pytest.fixture
def drawn(tmp_path: Path) -> Callable[[Draw], Path]:
    """A municipality's template: ours, changed."""

    def made(change: Draw) -> Path:
        presentation = plain.template(profile.Profile())
        change(presentation)
        (tmp_path / "profil").mkdir(exist_ok=True)
        path = tmp_path / "profil" / "mall.pptx"
        path.write_bytes(package.content(presentation))
        return path

    return made


def checked(path: Path) -> bytes:
    return template.checked(path, names.value_names(SETTINGS), names.accepted(SETTINGS))


def refusal(path: Path) -> str:
    with pytest.raises(ConfigurationError) as caught:
        checked(path)
    return str(caught.value)


def layout(presentation: Any, name: str) -> Any:
    return template.layouts(presentation)[name]


def holder(presentation: Any, name: str, place: str) -> Any:
    return next(s for s in layout(presentation, name).shapes if s.name == place)


def test_our_own_template_is_accepted(drawn: Callable[[Draw], Path]) -> None:
    assert checked(drawn(lambda _: None))


def test_every_missing_layout_is_told_with_those_found(drawn: Callable[[Draw], Path]) -> None:
    def without(presentation: Any) -> None:
        presentation.slide_layouts.remove(layout(presentation, "Insikt tabell"))
        layout(presentation, "Insikt text")._element.cSld.set("name", "Rubrik och text")

    told = refusal(drawn(without))
    assert "profil/mall.pptx" in told
    assert "saknar 2\xa0layouter: Insikt tabell och Insikt text" in told
    assert "Rubrik och text" in told and "Insikt diagram" in told
    # Its places are then unknown in a layout that is not the report's.
    assert "insikt:kalla är okänt" in told


def test_a_missing_place_is_told_with_those_found_and_those_needed(
    drawn: Callable[[Draw], Path],
) -> None:
    def without(presentation: Any) -> None:
        element = holder(presentation, "Insikt diagram", "insikt:kalla")._element
        element.getparent().remove(element)

    told = refusal(drawn(without))
    assert "layouten Insikt diagram: Platsen insikt:kalla saknas" in told
    assert "De namn som finns: insikt:diagram, insikt:marke och insikt:text." in told
    assert "insikt:diagram, insikt:text, insikt:kalla och insikt:marke" in told


def test_a_misspelled_place_is_unknown_and_missing(drawn: Callable[[Draw], Path]) -> None:
    def renamed(presentation: Any) -> None:
        holder(presentation, "Insikt text", "insikt:text")._element.nvSpPr.cNvPr.set(
            "name", "insikt:txt"
        )

    told = refusal(drawn(renamed))
    assert "Namnet insikt:txt är okänt" in told and "Platsen insikt:text saknas" in told


def test_a_chart_needs_a_placeholder_for_charts(drawn: Callable[[Draw], Path]) -> None:
    def other(presentation: Any) -> None:
        holder(presentation, "Insikt diagram", "insikt:diagram")._element.ph.set("type", "body")

    assert "insikt:diagram är inte en platshållare för diagram" in refusal(drawn(other))


def test_a_value_that_does_not_exist_is_refused(drawn: Callable[[Draw], Path]) -> None:
    told = refusal(drawn(lambda presentation: box(presentation, "insikt:byglov:nki")))
    assert "insikt:byglov:nki på bild 1 är okänt" in told
    assert "insikt:<område>:<mått>" in told and "bygglov" in told and "felmarginal" in told


def box(presentation: Any, name: str, words: str = "NKI") -> None:
    """A slide of the municipality's own with a text box."""
    slide = presentation.slides.add_slide(layout(presentation, "Insikt arbete"))
    shape = slide.shapes.add_textbox(Inches(1), Inches(1), Inches(3), Inches(1))
    shape.name, shape.text_frame.text = name, words


def test_its_own_slides_are_kept_where_they_hold_a_value(drawn: Callable[[Draw], Path]) -> None:
    def slides(presentation: Any) -> None:
        box(presentation, "Exempel på vår form", "Ska inte med")
        box(presentation, "insikt:bygglov:nki")

    find = {"insikt:bygglov:nki": Paragraphs(("68,0",))}.get
    file = powerpoint.made(checked(drawn(slides)), DECK, find, date(2026, 5, 1))
    made = Presentation(io.BytesIO(file))
    assert len(made.slides) == 2
    told = [shape.text_frame.text for shape in made.slides[0].shapes if shape.has_text_frame]
    assert "68,0" in told and "Ska inte med" not in told
    assert made.slides[1].shapes.title.text_frame.text == "Hej"


def test_its_form_is_left_as_it_is(drawn: Callable[[Draw], Path]) -> None:
    def larger(presentation: Any) -> None:
        holder(presentation, "Insikt titel", "insikt:text").left = Inches(3)

    file = powerpoint.made(checked(drawn(larger)), DECK, lambda _: None, date(2026, 5, 1))
    made = Presentation(io.BytesIO(file))
    assert holder(made, "Insikt titel", "insikt:text").left == Inches(3)


@pytest.mark.parametrize("inside", [b"", b"PK\x03\x04halv"])
def test_a_file_that_is_no_presentation_stops_every_run(tmp_path: Path, inside: bytes) -> None:
    (tmp_path / "mall.pptx").write_bytes(inside)
    with pytest.raises(ConfigurationError, match="ingen hel PowerPoint-presentation"):
        profile.read(tmp_path, SETTINGS.guards.profile)


def test_a_template_is_part_of_the_profile(drawn: Callable[[Draw], Path]) -> None:
    path = drawn(lambda _: None)
    assert profile.read(path.parent, SETTINGS.guards.profile).slides == path
