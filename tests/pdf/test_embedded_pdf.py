"""The embedded engine's PDF: tagged, archivable, accessible, and the same bytes every time."""

from __future__ import annotations

import io
import shutil
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pikepdf
import pypdf
import pytest

from analysis.errors import RenderingError
from analysis.render import embedded

SAMPLE = Path(__file__).parents[1] / "site" / "sample_project"
PARTIALS = Path(embedded.__file__).parents[1] / "assets"
WHEN = datetime(2026, 5, 4, 8, 30, tzinfo=UTC)
ALT = "NKI steg från 67,0 år 2021 till 72,4 år 2025."


def copied_sample(folder: Path) -> Path:
    project = Path(shutil.copytree(SAMPLE, folder / "bygg å"))
    for partial in PARTIALS.glob("*.typ"):
        shutil.copy(partial, project)
    return project


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    project = copied_sample(tmp_path_factory.mktemp("pdf"))
    embedded.render(project, timestamp=WHEN)
    return project


@pytest.fixture(scope="module")
def pdf(project: Path) -> Iterator[pikepdf.Pdf]:
    with pikepdf.open(project / "_site" / "bilaga.pdf") as opened:
        yield opened


def structure(pdf: pikepdf.Pdf) -> list[pikepdf.Dictionary]:
    """Every element of the tag tree, in reading order."""
    found: list[pikepdf.Dictionary] = []

    def visit(node: object) -> None:
        if isinstance(node, pikepdf.Array):
            for child in node:
                visit(child)
        elif isinstance(node, pikepdf.Dictionary) and "/S" in node:
            found.append(node)
            visit(node.get("/K"))

    visit(pdf.Root.StructTreeRoot.K)
    return found


def page_texts(project: Path) -> list[str]:
    reader = pypdf.PdfReader(project / "_site" / "bilaga.pdf")
    return [page.extract_text() for page in reader.pages]


def test_standards_language_and_title(pdf: pikepdf.Pdf) -> None:
    assert str(pdf.Root.Lang).startswith("sv")
    assert bool(pdf.Root.MarkInfo.Marked)
    assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle)
    with pdf.open_metadata() as metadata:
        assert metadata["pdfuaid:part"] == "1"
        assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("2", "A")
        assert metadata["dc:title"] == "Företagens syn på kommunens service 2025"
        assert list(metadata["dc:creator"]) == ["Exempelkommun"]
        assert "Insikt" in str(metadata["pdf:Keywords"])
    assert str(pdf.docinfo["/CreationDate"]).startswith("D:20260504083000")


def test_bookmarks_follow_the_headings(pdf: pikepdf.Pdf) -> None:
    with pdf.open_outline() as outline:
        top = [item.title for item in outline.root]
        under = [child.title for item in outline.root for child in item.children]
    assert [title for title in top if title != "Företagens syn på kommunens service 2025"] == [
        "Sammanfattning",
        "Områdena",
        "Alla rader",
    ]
    assert under == ["Styrkor", "Svagheter"]


def test_figures_carry_their_alt_text(pdf: pikepdf.Pdf) -> None:
    alts = [str(node.Alt) for node in structure(pdf) if "/Alt" in node]
    assert alts == [ALT]


def test_tables_have_header_cells(pdf: pikepdf.Pdf) -> None:
    tags = [str(node.S) for node in structure(pdf)]
    assert tags.count("/Table") == 2
    assert tags.count("/TH") == 8
    assert {"/H1", "/H2", "/Caption", "/L", "/Note"} <= set(tags)


def test_fonts_are_embedded(pdf: pikepdf.Pdf) -> None:
    fonts = [font for page in pdf.pages for font in page.Resources.Font.values()]
    assert fonts
    for font in fonts:
        descriptor = font.DescendantFonts[0].FontDescriptor
        assert "/FontFile2" in descriptor or "/FontFile3" in descriptor
        assert "SourceSansPro" in str(descriptor.FontName)


def test_title_block_and_marks_on_every_page(project: Path) -> None:
    texts = page_texts(project)
    assert len(texts) == 4
    for fact in ("KS 2026-0123", "4 maj 2026", "Anna Exempel", "§ 240", "Uppföljning av"):
        assert fact in texts[0]
    for number, text in enumerate(texts, start=1):
        assert f"Sida {number} av 4" in text
        assert "EXEMPELDATA" in text


def test_without_the_example_flag_there_is_no_mark(tmp_path: Path) -> None:
    project = copied_sample(tmp_path)
    page = project / "bilaga.ipynb"
    front = (
        '    "marken:\\n",\n    "- ord: EXEMPELDATA\\n",\n    "  text: Svaren är påhittade.\\n",\n'
    )
    text = page.read_text("utf-8")
    assert front in text
    page.write_text(text.replace(front, ""), "utf-8")
    embedded.render(project, timestamp=WHEN)
    assert not any("EXEMPELDATA" in text for text in page_texts(project))


def test_content_is_that_of_the_web_page(project: Path) -> None:
    words = " ".join(" ".join(page_texts(project)).split())
    assert "se Figur 1" in words
    assert "(Tabell 1)" in words
    assert "Figur 1: NKI totalt 2021–2025. n = 172 svar år 2025." in words
    assert "Tabell 2: Alla frågor, en rad var" in words
    assert "Beslutet i korthet" in words
    assert "Visa talen i en tabell" not in words, "the web page's own part"


def test_a_long_table_repeats_its_header(project: Path) -> None:
    last = page_texts(project)[-1]
    assert last.index("Område") < last.index("Fråga 5")


def test_cells_keep_their_colours(project: Path) -> None:
    with pikepdf.open(project / "_site" / "bilaga.pdf") as pdf:
        drawn = b"".join(page.Contents.read_bytes() for page in pdf.pages)
    # The low grade's #fbe3c0 as shares of 255.
    assert b"0.9843137 0.8901961 0.7529412" in drawn


def test_the_same_input_gives_the_same_bytes(project: Path, tmp_path: Path) -> None:
    again = copied_sample(tmp_path)
    embedded.render(again, timestamp=WHEN)
    first, second = (folder / "_site" / "bilaga.pdf" for folder in (project, again))
    assert first.read_bytes() == second.read_bytes()


def test_no_markup_is_left_beside_the_page(project: Path) -> None:
    assert not (project / "bilaga.typ").exists()


def test_a_missing_alt_text_is_told_by_file(tmp_path: Path) -> None:
    project = copied_sample(tmp_path)
    page = project / "bilaga.ipynb"
    assert ALT in page.read_text("utf-8")
    page.write_text(page.read_text("utf-8").replace(f'fig-alt=\\"{ALT}\\" ', ""), "utf-8")
    with pytest.raises(RenderingError) as caught:
        embedded.render(project, timestamp=WHEN)
    assert "figurer/trend.svg saknar alternativtext" in str(caught.value)
    assert "bilaga.ipynb" in str(caught.value)


@pytest.mark.parametrize(
    ("markup", "said"),
    [
        ('#image("figurer/trend.svg")', "saknar alternativtext"),
        ('#image("borta.svg", alt: "x")', "En fil som PDF:en behöver saknas"),
        ("#foo(", "Typst kunde inte göra en PDF"),
    ],
)
def test_typst_s_refusal_becomes_a_swedish_sentence(tmp_path: Path, markup: str, said: str) -> None:
    project = copied_sample(tmp_path)
    (project / "extra.qmd").write_text(
        f"---\ntitle: T\nformat: typst\n---\n\n```{{=typst}}\n{markup}\n```\n", encoding="utf-8"
    )
    settings = project / "_quarto.yml"
    settings.write_text(
        settings.read_text("utf-8").replace("bilaga.ipynb\n", "extra.qmd\n", 1), "utf-8"
    )
    with pytest.raises(RenderingError) as caught:
        embedded.render(project, timestamp=WHEN)
    assert said in str(caught.value)
    assert "extra.qmd" in str(caught.value)


def word_document(shared: Path, folder: Path) -> bytes:
    project = Path(shutil.copytree(shared, folder))
    page = project / "bilaga.ipynb"
    text = page.read_text("utf-8")
    assert "format: typst" in text
    page.write_text(text.replace("format: typst", "format: docx"), "utf-8")
    embedded.render(project, timestamp=WHEN)
    return (project / "_site" / "bilaga.docx").read_bytes()


def test_a_page_can_become_a_word_document(project: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(word_document(project, tmp_path / "a"))) as archive:
        words = archive.read("word/document.xml").decode("utf-8")
    for wanted in (
        "Figur\u00a01:",
        "Tabell\u00a01:",
        "Livsmedelskontroll",
        "Beslutet i korthet",
        ALT,
    ):
        assert wanted in words
    assert "Visa talen i en tabell" not in words


def test_the_word_document_is_the_same_bytes_again(project: Path, tmp_path: Path) -> None:
    assert word_document(project, tmp_path / "a") == word_document(project, tmp_path / "b")
