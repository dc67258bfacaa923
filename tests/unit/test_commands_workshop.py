"""The command: on a finished report only, searched for secrets, and nobody's work is lost."""

from __future__ import annotations

import io
import re
import shutil
import zipfile
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from pptx import Presentation

from analysis import cli, store
from analysis.commands import workshop
from analysis.errors import ConfigurationError, RenderingError, UsageError
from analysis.guard.secrets import Secrets
from analysis.intake.reading import SetAside
from analysis.project import Project
from analysis.settings import load
from analysis.site import matter

COMMENT = "Handläggaren Kajsa svarade aldrig på våra samtal om bryggan"


@pytest.fixture
def project(example_project: Project, tmp_path: Path) -> Project:
    """The example's finished run, to be changed."""
    left = shutil.ignore_patterns("_site", ".build", "*.lock")
    shutil.copytree(example_project.root, tmp_path / "p", ignore=left)
    return Project(tmp_path / "p")


def place(project: Project) -> Path:
    return project.matters / "exempel" / "workshop"


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_without_a_report_it_says_what_to_do(project: Project) -> None:
    (project.matters / "exempel" / "korning.json").unlink()
    with pytest.raises(UsageError, match=r"Kör python run\.py först"):
        workshop.make(project)
    shutil.rmtree(project.processed)
    with pytest.raises(UsageError, match="ingen färdig rapport"):
        workshop.make(project)


def test_the_municipality_s_own_files_without_a_report_are_not_the_example(
    project: Project,
) -> None:
    (project.raw / "insikt_2026.csv").write_text("x", encoding="utf-8")
    with pytest.raises(UsageError, match="ingen färdig rapport"):
        workshop.make(project)


def test_another_version_s_tables_are_not_read(project: Project) -> None:
    path = project.matters / "exempel" / "korning.json"
    told = store.read_json(path)
    told["versioner"]["källkod"] = "0" * 64
    store.write_json(path, told)
    with pytest.raises(UsageError, match="en annan version"):
        workshop.make(project)


def test_everything_is_laid_and_told(project: Project) -> None:
    told = workshop.make(project)
    assert set(contents(place(project))) == {
        "forslag.xlsx",
        "gruppovning-alla.docx",
        "gruppovning-samhallsbyggnadskontoret.docx",
        "workshop-alla.pptx",
        "workshop-samhallsbyggnadskontoret.pptx",
        workshop.MADE,
    }
    assert "brandskydd" in told and "owners i config/report.yml" in told
    assert "påhittade svar" in told


def test_again_the_same_bytes(project: Project) -> None:
    workshop.make(project)
    first = contents(place(project))
    shutil.rmtree(place(project))
    workshop.make(project)
    assert contents(place(project)) == first


def test_the_exercise_s_sheet_asks_the_deck_s_questions(project: Project) -> None:
    workshop.make(project)
    with zipfile.ZipFile(place(project) / "gruppovning-alla.docx") as archive:
        text = re.sub("<[^>]+>", "", archive.read("word/document.xml").decode("utf-8"))
    deck = Presentation(str(place(project) / "workshop-alla.pptx"))
    asked = next(
        shape.text_frame
        for slide in deck.slides
        for shape in slide.shapes
        if shape.name == "insikt:alla:diskussion:text"
    )
    assert len(asked.paragraphs) >= 3
    assert all(paragraph.text in text for paragraph in asked.paragraphs)
    assert "EXEMPELDATA" in text


def test_what_somebody_has_changed_stays_and_the_new_lies_beside(project: Project) -> None:
    workshop.make(project)
    deck, sheet = place(project) / "workshop-alla.pptx", place(project) / "forslag.xlsx"
    edited = Presentation(str(deck))
    edited.slides[0].shapes.title.text_frame.text = "Vår dag"
    edited.save(str(deck))
    book = openpyxl.load_workbook(sheet)
    book["Förslag"]["A2"] = 2025
    book.save(sheet)
    before = contents(place(project))
    told = workshop.make(project)
    after = contents(place(project))
    assert after[deck.name] == before[deck.name] and after[sheet.name] == before[sheet.name]
    assert set(after) - set(before) == {"workshop-alla-ny.pptx"}
    assert "ändrad av er" in told and "--uppdatera" in told and "ifylld" in told


def test_what_nobody_has_changed_is_replaced(project: Project) -> None:
    workshop.make(project)
    deck = place(project) / "workshop-alla.pptx"
    first = deck.read_bytes()
    own = store.write_text(project.own_texts / "workshop.md", "## diskussion\nPrata om\n")
    workshop.texts.of.cache_clear()
    workshop.make(project)
    assert own.is_file() and deck.read_bytes() != first
    assert not (place(project) / "workshop-alla-ny.pptx").exists()


def test_an_edited_deck_is_refreshed_beside_itself(project: Project) -> None:
    workshop.make(project)
    deck = place(project) / "workshop-alla.pptx"
    edited = Presentation(str(deck))
    edited.slides[0].shapes.title.text_frame.text = "Vår dag"
    edited.save(str(deck))
    before = deck.read_bytes()
    for name in ("workshop-alla-uppdaterad.pptx", "workshop-alla-uppdaterad-2.pptx"):
        told = workshop.refresh(project, deck)
        assert name in told and "har ni skrivit om" in told
        made = Presentation(str(deck.with_name(name)))
        assert made.slides[0].shapes.title.text_frame.text == "Vår dag"
    assert deck.read_bytes() == before
    with pytest.raises(UsageError, match="Filen finns inte"):
        workshop.refresh(project, deck.with_name("borta.pptx"))


def test_a_later_report_carries_the_folder_over(project: Project, tmp_path: Path) -> None:
    workshop.make(project)
    built = tmp_path / "ny"
    store.write_text(built / "bilaga-underlag.docx", "ny")
    edited = place(project) / "workshop-alla.pptx"
    edited.write_bytes(edited.read_bytes() + b" ")
    matter.carry_over(project.matters / "exempel", built)
    assert contents(built / "workshop") == contents(place(project))


def test_a_template_of_one_s_own_is_checked(project: Project) -> None:
    from analysis.settings.profile import Profile
    from analysis.workshop.powerpoint import package, plain

    presentation = plain.template(Profile())
    presentation.slide_layouts.remove(presentation.slide_layouts[4])
    project.profile.mkdir(exist_ok=True)
    (project.profile / "mall.pptx").write_bytes(package.content(presentation))
    with pytest.raises(ConfigurationError, match="saknar 1\xa0layout: Insikt arbete"):
        workshop.make(project)
    assert not place(project).exists()


def planted(project: Project) -> None:
    """A secret that the run has set aside."""
    aside = SetAside(frozenset([COMMENT]), frozenset(), frozenset())
    Secrets.of(aside, load(project.config)).write(project.processed / "example")


def test_a_secret_in_a_chart_s_workbook_stops_everything(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    planted(project)
    workshop.make(project)
    shutil.rmtree(place(project))
    decks = workshop._decks

    def leaking(*arguments: object) -> list[object]:
        """The name of a series, which stands in the workbook too."""
        found = []
        for deck in decks(*arguments):
            made = []
            for slide in deck.slides:
                chart = slide.parts.get("diagram")
                if chart is not None and slide.key == "omraden":
                    series = replace(chart.series[0], name=COMMENT)
                    parts = {**slide.parts, "diagram": replace(chart, series=(series,))}
                    slide = replace(slide, parts=parts)
                made.append(slide)
            found.append(replace(deck, slides=tuple(made)))
        return found

    monkeypatch.setattr(workshop, "_decks", leaking)
    with pytest.raises(RenderingError) as caught:
        workshop.make(project)
    assert "workshop-alla.pptx" in str(caught.value) and "Kajsa" not in str(caught.value)
    assert not place(project).exists()


def test_the_guard_opens_the_workbook_inside_a_deck(project: Project) -> None:
    """A secret that lies in the workbook alone, and not on the slide."""
    planted(project)
    workshop.make(project)
    finished = workshop.Latest.of(project)
    deck = finished.building / "workshop-alla.pptx"
    book = openpyxl.Workbook()
    book.active["A1"] = COMMENT
    hidden = io.BytesIO()
    book.save(hidden)
    with zipfile.ZipFile(deck) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = next(name for name in parts if name.startswith("ppt/embeddings/"))
    with zipfile.ZipFile(deck, "w") as archive:
        for part, content in parts.items():
            archive.writestr(part, hidden.getvalue() if part == name else content)
    with pytest.raises(RenderingError, match=r"workshop-alla\.pptx"):
        workshop._guarded(finished)


def test_the_command_line_knows_it(capsys: pytest.CaptureFixture[str]) -> None:
    options = cli.parser().parse_args(["workshop", "--uppdatera", "min.pptx"])
    assert options.uppdatera == Path("min.pptx")
