"""The municipality's look: what is refused, with the way out, and what it writes."""

from __future__ import annotations

import io
import re
import shutil
import struct
import zipfile
import zlib
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from analysis import store
from analysis.errors import ConfigurationError
from analysis.settings import load, profile
from analysis.settings.logotype import plain_png
from analysis.settings.profile import Profile, contrast, nearest, rgb, written
from analysis.site import profile as look

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "tests" / "site" / "sample_project" / "profil"
HANDBOOK = ROOT / "docs" / "handbok.md"
LIMITS = load(ROOT / "config").guards.profile
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" {size}>'
    "{inside}</svg>"
)
SIZE = 'viewBox="0 0 4 4"'
colours = st.tuples(*[st.integers(0, 255)] * 3).map(written)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SAMPLE, tmp_path / "profil"))


def refusal(folder: Path) -> str:
    with pytest.raises(ConfigurationError) as caught:
        profile.read(folder, LIMITS)
    return str(caught.value)


def settings(folder: Path, text: str) -> Path:
    return store.write_text(folder / "profil.yml", text)


def picture(folder: Path, inside: str = "", size: str = SIZE, before: str = "") -> Path:
    return store.write_text(folder / "logotyp.svg", before + SVG.format(size=size, inside=inside))


def png(*more: tuple[bytes, bytes]) -> bytes:
    """A picture of one point with further parts after its header."""
    header = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    parts = [(b"IHDR", header), *more, (b"IDAT", zlib.compress(b"\0\1\2\3")), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in parts
    )


def test_the_sample_is_read_whole(folder: Path) -> None:
    found = profile.read(folder, LIMITS)
    assert (found.main, found.accent, found.alt) == ("#5b2a6e", "#c23b1e", "Exempelkommunen")
    assert found.logotype == folder / "logotyp.svg"
    assert found.template == folder / "mall.docx"


def test_everything_may_be_left_out(folder: Path) -> None:
    assert profile.read(folder / "finns-inte", LIMITS) == Profile()
    (folder / "logotyp.svg").unlink()
    settings(folder, 'main_colour: "#5B2A6E"\naccent_colour: "#c23b1e"\n')
    assert profile.read(folder, LIMITS).main == "#5b2a6e"
    (folder / "profil.yml").unlink()
    assert profile.read(folder, LIMITS) == Profile(template=folder / "mall.docx")


# --- colours ---


def test_a_colour_that_cannot_be_read_is_refused_with_the_nearest_that_can(folder: Path) -> None:
    settings(folder, 'main_colour: "#f2b632"\naccent_colour: "#ffe680"\nlogotype_alt: "E"\n')
    told = refusal(folder)
    for key, colour, least in (
        ("main_colour", "#f2b632", 4.5), ("accent_colour", "#ffe680", 3.0),
    ):  # fmt: skip
        assert f"profil/profil.yml, {key}: Färgen {colour} syns för dåligt" in told
        assert f"Närmaste färg som går att använda är {nearest(colour, least)}." in told
    offered = re.findall(r"använda är (#[0-9a-f]{6})", told)
    settings(
        folder, f'main_colour: "{offered[0]}"\naccent_colour: "{offered[1]}"\nlogotype_alt: "E"\n'
    )
    assert profile.read(folder, LIMITS).main == offered[0]


@given(colours, st.sampled_from([3.0, 4.5]))
def test_the_nearest_colour_passes_and_a_lighter_one_would_not(colour: str, least: float) -> None:
    found = nearest(colour, least)
    seen = [contrast(found, paper) for paper in profile.BACKGROUNDS]
    assert min(seen) >= least
    if found != colour:
        assert min(contrast(colour, paper) for paper in profile.BACKGROUNDS) < least + 0.15
        # Nearest: no more than a few steps of one in 255 darker than it has to be.
        assert min(seen) < least + 0.35


@given(colours)
def test_what_passes_stays_as_it_is(colour: str) -> None:
    if min(contrast(colour, paper) for paper in profile.BACKGROUNDS) >= 4.5:
        assert (
            sum(abs(a - b) for a, b in zip(rgb(nearest(colour, 4.5)), rgb(colour), strict=True))
            <= 3
        )


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("#0b4f6c", "citattecken"),
        ('"blå"', "färgen ”blå” ska skrivas som # och sex tecken"),
        ('"0b4f6c"', "ska skrivas som # och sex tecken"),
        ('"#0b4"', "ska skrivas som # och sex tecken"),
        ("17", "citattecken"),
    ],
)
def test_a_colour_in_another_form_is_refused_with_the_form(
    folder: Path, value: str, told: str
) -> None:
    settings(folder, f'main_colour: {value}\naccent_colour: "#c23b1e"\nlogotype_alt: "E"\n')
    said = refusal(folder)
    assert "profil/profil.yml, rad 1, main_colour: " in said
    assert told.casefold() in said.casefold()


def test_the_report_s_own_colours_pass(tmp_path: Path) -> None:
    settings(tmp_path / "profil", 'main_colour: "#0b4f6c"\naccent_colour: "#b3541e"\n')
    found = profile.read(tmp_path / "profil", LIMITS)
    assert found.strong == "#083a4f"


# --- logotype ---


@pytest.mark.parametrize(
    ("inside", "told"),
    [
        ("<script>alert(1)</script>", "<script>"),
        ('<g onload="alert(1)"/>', "kod som körs (onload)"),
        ("<foreignObject><b xmlns='http://www.w3.org/1999/xhtml'/></foreignObject>", "<foreign"),
        ('<a href="https://example.org"><path d="M0 0"/></a>', "länkar till något utanför"),
        ('<image href="https://example.org/a.png"/>', "länkar till något utanför"),
        ('<use xlink:href="annan.svg#a"/>', "länkar till något utanför"),
        ('<image href="data:image/svg+xml;base64,AAAA"/>', "länkar till något utanför"),
        ('<rect style="fill:url(https://example.org/a)"/>', "hämtar något utifrån"),
        ("<style>@import 'a.css';</style>", "formatmall"),
        ("<text>Kommunen</text>", "Gör om texten till kurvor"),
        ("<animate attributeName='href'/>", "<animate>"),
        ("<g>", "ingen hel SVG-bild"),
    ],
)  # fmt: skip
def test_a_logotype_that_is_more_than_a_picture_is_refused(
    folder: Path, inside: str, told: str
) -> None:
    picture(folder, inside)
    said = refusal(folder)
    assert "profil/logotyp.svg: " in said
    assert told in said


def test_other_forms_that_are_no_plain_svg_are_refused(folder: Path) -> None:
    picture(folder, size="")
    assert "viewBox saknas" in refusal(folder)
    picture(folder, before='<!DOCTYPE svg [<!ENTITY a "b">]>')
    assert "entiteter" in refusal(folder)
    picture(folder, before='<?xml-stylesheet href="a.css"?>')
    assert "formatmall" in refusal(folder)
    store.write_text(folder / "logotyp.svg", "<html/>")
    assert "ingen SVG-bild" in refusal(folder)
    picture(folder, f"<path d='{'M0 0' * 100_000}'/>")
    assert "får vara högst 300 kB" in refusal(folder)


def test_what_drawing_programs_write_is_accepted(folder: Path) -> None:
    picture(
        folder,
        '<s:namedview xmlns:s="http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd"/>'
        '<defs><clipPath id="a"><path d="M0 0h4v4H0z"/></clipPath></defs>'
        "<style>.b{fill:#000}</style>"
        '<g clip-path="url(#a)" style="fill:url(\'#a\')"><use xlink:href="#a"/>'
        '<image href="data:image/png;base64,AAAA"/></g>',
        before='<?xml version="1.0"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/'
        'Graphics/SVG/1.1/DTD/svg11.dtd">',
    )
    assert profile.read(folder, LIMITS).logotype


def test_a_png_loses_everything_but_the_picture(folder: Path) -> None:
    (folder / "logotyp.svg").unlink()
    (folder / "logotyp.png").write_bytes(
        png((b"tEXt", b"Author\0Anna"), (b"gAMA", b"\0\0\xb1\x8f"))
    )
    found = profile.read(folder, LIMITS)
    assert found.logotype
    content = plain_png(found.logotype.read_bytes())
    assert content == png((b"gAMA", b"\0\0\xb1\x8f"))
    assert b"Anna" not in content


@pytest.mark.parametrize(
    "content",
    [b"", b"GIF89a", png()[:-1], png()[:40], png().replace(b"\0\1\2\3", b"\0\1\2\4", 1)[:-20]],
)
def test_a_png_that_is_not_whole_is_refused(folder: Path, content: bytes) -> None:
    (folder / "logotyp.svg").unlink()
    (folder / "logotyp.png").write_bytes(content)
    assert "profil/logotyp.png: Filen är ingen hel PNG-bild." in refusal(folder)


def test_a_logotype_needs_words_and_there_is_one_only(folder: Path) -> None:
    settings(folder, 'main_colour: "#5b2a6e"\naccent_colour: "#c23b1e"\n')
    assert "Logotypen har ingen beskrivning" in refusal(folder)
    (folder / "logotyp.png").write_bytes(png())
    assert "Det finns två logotyper" in refusal(folder)


# --- Word template ---


def word(folder: Path, **parts: str) -> None:
    """The sample's template with further parts."""
    with zipfile.ZipFile(folder / "mall.docx", "a") as archive:
        for name, text in parts.items():
            archive.writestr(name, text)


def test_a_template_that_is_no_plain_word_document_is_refused(folder: Path) -> None:
    (folder / "mall.docx").write_bytes(b"PK")
    assert "profil/mall.docx: Filen är inget helt Word-dokument." in refusal(folder)
    empty = io.BytesIO()
    zipfile.ZipFile(empty, "w").close()
    (folder / "mall.docx").write_bytes(empty.getvalue())
    assert "inget helt Word-dokument" in refusal(folder)


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("word/vbaProject.bin", "", "makron"),
        (
            "word/_rels/settings.xml.rels",
            '<Relationships><Relationship Type="http://x/attachedTemplate" TargetMode="External" '
            'Target="file:///mall.dotx"/></Relationships>',
            "hämtar något utifrån",
        ),
    ],
)
def test_a_template_that_runs_or_fetches_is_refused(
    folder: Path, name: str, text: str, told: str
) -> None:
    word(folder, **{name: text})
    assert told in refusal(folder)


def test_a_link_in_a_template_s_footer_is_no_fault(folder: Path) -> None:
    link = (
        '<Relationships><Relationship Type="http://x/hyperlink" TargetMode="External" '
        'Target="https://www.example.org"/></Relationships>'
    )
    word(folder, **{"word/_rels/footer9.xml.rels": link})
    assert profile.read(folder, LIMITS).template


# --- in a build folder ---


@pytest.fixture
def build(tmp_path: Path) -> Path:
    return store.write_text(tmp_path / "webbplats" / "assets" / "report.css", "").parents[1]


def test_with_nothing_there_only_a_plain_word_template_is_laid(build: Path) -> None:
    before = store.files(build)
    found = look.lay_out(Profile(), build)
    config = yaml.safe_load((ROOT / "_quarto.yml").read_text("utf-8"))
    assert look.in_settings(config, found) == config
    assert (found.pdf, found.word) == ({}, {"reference-doc": "_mall.docx"})
    template = build / "_mall.docx"
    assert set(store.files(build)) - set(before) == {template}
    with zipfile.ZipFile(template) as parts:
        # Pandoc gives its own template the time of the day, which the documents would take over.
        assert {part.date_time for part in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_the_look_is_told_to_both_engines_the_pdf_and_word(build: Path, folder: Path) -> None:
    found = look.lay_out(profile.read(folder, LIMITS), build)
    config = look.in_settings(yaml.safe_load((ROOT / "_quarto.yml").read_text("utf-8")), found)
    html, navbar = config["format"]["html"], config["website"]["navbar"]
    assert html["css"] == ["assets/report.css", "assets/profil.css"]
    assert html["theme"] == ["default", "assets/quarto.scss", "assets/profil.scss"]
    assert (navbar["logo"], navbar["logo-alt"]) == ("assets/logotyp.svg", "Exempelkommunen")
    assert found.pdf["huvudfarg"] == [0x5B, 0x2A, 0x6E]
    assert found.word == {"reference-doc": "_mall.docx"}
    assert "--brand: #5b2a6e;" in (build / "assets" / "profil.css").read_text("utf-8")
    assert "$primary: #5b2a6e;" in (build / "assets" / "profil.scss").read_text("utf-8")
    for name in ("assets/logotyp.svg", "_mall.docx"):
        assert (build / name).is_file()


def test_the_handbook_s_example_is_a_look_that_passes(folder: Path) -> None:
    chapter = HANDBOOK.read_text("utf-8").split("## Kommunens grafiska profil")[1]
    text = re.search(r"```yaml\n(.*?)```", chapter, re.DOTALL)
    assert text
    settings(folder, text[1])
    assert profile.read(folder, LIMITS).alt
