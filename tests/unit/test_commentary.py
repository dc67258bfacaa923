"""The municipality's own comments: what they may hold, where they show, numbers typed by hand."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from analysis.commands import words
from analysis.errors import UsageError
from analysis.present import commentary, comments, values
from analysis.present.comments import Comment
from analysis.present.data import ReportData
from analysis.present.pages.blad_omrade import area_sheet
from analysis.project import Project
from analysis.settings import Settings, load

SETTINGS = load(Path(__file__).resolve().parents[2] / "config")
KNOWN = list(comments.names(SETTINGS))
SIGNED = "---\nnamn: Avdelningen\ndatum: 2026-05-04\n---\n"


def written(body: str) -> Comment:
    return Comment(Path("kommentarer/2025/bygglov.md"), SIGNED + body)


@pytest.fixture
def data(example_project: Project, tmp_path: Path) -> ReportData:
    """The example's numbers as if they were the municipality's own, in a project of their own."""
    folder = example_project.processed / "example"
    return ReportData(folder, SETTINGS, False, date(2026, 11, 23), Project(tmp_path))


def lay(data: ReportData, name: str, body: str) -> Path:
    path = data.project.comments / f"{name}.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(SIGNED + body, "utf-8")
    return path


def test_what_is_accepted_is_shown_and_means_nothing_more() -> None:
    body = (
        "# Rubrik\n\nNKI är **{{ nki.bygglov }}** & *bra*, se [SKR](https://skr.se/a_b).\n\n"
        "- ett\n- två $x$\n\n1. a\n2. b\n\n{.klass} @fig-x ~~struket~~\n"
    )
    assert list(written(body).problems(KNOWN)) == []
    told = written(body).markdown({"nki.bygglov": "68,0"})
    assert told.startswith("### Rubrik\n")
    assert "**68\\,0** \\& *bra*" in told
    assert "[SKR](<https://skr.se/a_b>)" in told
    assert "- ett\n- två \\$x\\$\n" in told
    assert "\\{\\.klass\\} \\@fig\\-x \\~\\~struket\\~\\~" in told


@pytest.mark.parametrize(
    ("body", "told", "line"),
    [
        ("a\n\n<b>x</b>\n", "HTML", 7),
        ("<script>x</script>\n", "HTML", 5),
        ("![x](y.png)\n", "en bild", 5),
        ("| a |\n|---|\n| b |\n", "en tabell", 5),
        ("```\nx\n```\n", "ett kodblock", 5),
        ("a `x`\n", "kod", 5),
        ("> a\n", "ett citatblock", 5),
        ("a\n\n---\n", "en linje", 7),
        ("[x](../hemligt.html)\n", "webbadress", 5),
        ("[x](mailto:a@b.se)\n", "webbadress", 5),
        ("bra\n{{ nki.byglov }}\n", "nki.byglov", 6),
        ("{{ mal.9.niva }}\n", "mal.9.niva", 5),
        ("{{ nki }}\n", "inget värde nki", 5),
        ("{{ nki.total \n", "Klammerparenteserna", 5),
        ("{{< include x >}}\n", "Klammerparenteserna", 5),
    ],
)
def test_everything_else_is_refused_by_file_and_line(body: str, told: str, line: int) -> None:
    (problem,) = dict.fromkeys(written(body).problems(KNOWN))
    assert told in problem.cause
    assert problem.fix
    assert problem.where == f"kommentarer/2025/bygglov.md, rad {line}"


@pytest.mark.parametrize("day", ["2027-04-20", "20/4 2027", "20 april 2027"])
def test_a_day_may_be_written_as_in_the_raw_files(day: str) -> None:
    text = f"---\nnamn: A\ndatum: {day}\n---\nBra.\n"
    comment = Comment(Path("kommentarer/2026/bygglov.md"), text)
    assert not [*comment.problems(KNOWN)]
    assert comment.when == date(2027, 4, 20)


def test_a_day_that_cannot_be_read_is_told_as_such() -> None:
    text = "---\nnamn: A\ndatum: i maj\n---\nBra.\n"
    (problem,) = Comment(Path("kommentarer/2026/bygglov.md"), text).problems(KNOWN)
    assert problem.cause == "Datumet ”i maj” går inte att läsa."


@pytest.mark.parametrize("front", ["", "---\nnamn: A\n---\n", "---\nnamn: [\n---\n"])
def test_who_and_when_is_asked_for(front: str) -> None:
    comment = Comment(Path("kommentarer/2025/bygglov.md"), f"{front}Bra.\n")
    (problem,) = comment.problems(KNOWN)
    assert "vem" in problem.cause


def test_a_file_without_a_page_is_refused(data: ReportData) -> None:
    lay(data, "2025/byglov", "Bra.")
    lay(data, "2024/nulage", "<b>Bra</b>")
    found = comments.problems(data.project, SETTINGS)
    assert [problem.where for problem in found] == [
        "kommentarer/2024/nulage.md, rad 5",
        "kommentarer/2025/byglov.md",
    ]
    assert "bygglov" in found[1].fix


def test_last_year_s_comment_is_folded_with_its_own_year_s_numbers(data: ReportData) -> None:
    lay(data, "2025/bygglov", "År {{ ar }} var NKI {{ nki.bygglov }}.")
    lay(data, "2024/bygglov", "År {{ ar }} var NKI {{ nki.bygglov }}.")
    told = commentary.comment(data, "bygglov")
    assert told is not None
    this, last = told.markdown.split("<details")
    now, before = (data.cell("bygglov", year=year) for year in (2025, 2024))
    assert now is not None and before is not None
    for text, year, cell in ((this, 2025, now), (last, 2024, before)):
        number = f"{cell['governing']:.1f}".replace(".", "\\,")
        assert f"År {year} var NKI {number}\\." in text
    assert "Avdelningen den 4" in this
    assert commentary.comment(data, "nulage") is None


def test_an_empty_comment_is_not_shown(data: ReportData) -> None:
    lay(data, "2025/bygglov", "<!-- Tal att kommentera -->\n\n")
    assert commentary.comment(data, "bygglov") is None
    assert comments.problems(data.project, SETTINGS) == []


def other(settings: Settings) -> Settings:
    return settings.for_municipality("Täby")


def test_own_words_are_never_about_made_up_numbers_or_another_municipality(
    data: ReportData,
) -> None:
    lay(data, "2025/bygglov", "Bra, 68,3.")
    for strange in (replace(data, example=True), replace(data, settings=other(SETTINGS))):
        assert commentary.comment(strange, "bygglov") is None
        assert commentary.differing(strange) == []


@pytest.mark.parametrize(
    ("page", "body", "meant"),
    [
        ("bygglov", "NKI blev 68,3.", "nki.bygglov"),
        ("bygglov", "NKI blev 68,0, från 66,5.", ""),
        ("bygglov", "NKI blev {{ nki.bygglov }}.", ""),
        ("bygglov", "Budgeten var 12,5 miljoner.", ""),
        ("oversikt", "Bygglov fick 68,3 och NKI 73,8.", "nki.bygglov"),
        ("oversikt", "NKI blev 74,1.", "nki.total"),
        # 74,8 is the year's other definition of the total.
        ("bilaga", "NKI steg till 75,1.", "nki.total är 73,8"),
        ("bygglov", "Bemötandet, alltså faktorn bemötande, fick 74,9.", "faktor.bygglov.bemotande"),
    ],
)
def test_a_number_typed_by_hand_is_held_against_those_it_speaks_of(
    page: str, body: str, meant: str, data: ReportData
) -> None:
    lay(data, f"2025/{page}", body)
    told = commentary.differing(data)
    name, _, number = meant.partition(" är ")
    assert len(told) == bool(meant)
    assert all(f"{{{{ {name} }}}}" in remark for remark in told)
    assert all(f"sidan {number}" in remark for remark in told)


def test_a_hidden_value_is_told_in_the_same_words_everywhere_and_remarked(
    data: ReportData,
) -> None:
    body = "\nLantmäteri: {{ nki.lantmateri }} ({{ svar.lantmateri }}).\n\n{{ nki.total }}.\n"
    lay(data, "2025/oversikt", body)
    shown = commentary.shown(data, "oversikt", 2025)
    assert "för få svar \\(för få svar\\)" in shown
    told = commentary.differing(data)
    where = "kommentarer/2025/oversikt.md, rad 6: {{ "
    assert [one.split(" }}")[0] for one in told] == [
        f"{where}{name}" for name in ("nki.lantmateri", "svar.lantmateri")
    ]
    assert all("visas inte (för få svar)" in one for one in told)
    parts = ("betyg", "svar", "felmarginal", "andring", "nki")
    of_area = values.values(data, 2025, [f"{part}.lantmateri" for part in parts])
    assert set(of_area.values()) == {"för få svar"}


def test_empty_comments_are_laid_once_and_never_over_a_written_one(
    example_project: Project, tmp_path: Path
) -> None:
    shutil.copytree(example_project.config, tmp_path / "config")
    shutil.copytree(example_project.processed / "example", tmp_path / "data" / "processed")
    project = Project(tmp_path)
    written_one = project.comments / "2025" / "bygglov.md"
    written_one.parent.mkdir(parents=True)
    written_one.write_text("Mitt", "utf-8")
    assert "kommentarer" in words.lay_comments(project)
    assert written_one.read_text("utf-8") == "Mitt"
    laid = project.comment_files
    assert {path.stem for path in laid} >= {*comments.PAGES, "bygglov", "lantmateri"}
    assert "{{ nki.brandskydd }} = " in (written_one.parent / "brandskydd.md").read_text("utf-8")
    assert comments.problems(project, SETTINGS)[0].where == "kommentarer/2025/bygglov.md, rad 1"
    assert "finns redan" in words.lay_comments(project)


def test_there_is_nothing_to_comment_on_in_made_up_numbers(example_project: Project) -> None:
    with pytest.raises(UsageError):
        words.lay_comments(example_project)


def test_the_list_tells_every_value_with_this_year_s_figure(
    example_project: Project, tmp_path: Path
) -> None:
    for part in ("config", "notebooks"):
        shutil.copytree(example_project.root / part, tmp_path / part)
    shutil.copytree(example_project.processed, tmp_path / "data" / "processed")
    words.write_list(Project(tmp_path))
    page = (tmp_path / "data" / "processed" / "example" / words.LIST).read_text("utf-8")
    assert all(name in page for name in KNOWN)
    assert "73,8" in page
    assert "omrade.nki" in page


def test_a_comment_in_sentences_is_its_words_and_is_never_cut_at_an_abbreviation() -> None:
    body = (
        "## Läget\n\nVi fick **{{ nki.bygglov }}** i NKI. Det är t.ex. Bygglovsenhetens bästa\n"
        "resultat, se [SKR](https://skr.se/a_b)! Bra.\n\n- ett. Två\n- *tre* $x$\n"
    )
    assert written(body).sentences({"nki.bygglov": "68,0"}) == [
        ["Läget"],
        ["Vi fick 68,0 i NKI.", "Det är t.ex. Bygglovsenhetens bästa resultat, se SKR!", "Bra."],
        ["•\xa0ett.", "Två"],
        ["•\xa0tre $x$"],
    ]


def test_the_comment_of_the_year_stands_on_the_area_s_sheet(data: ReportData) -> None:
    lay(data, "2025/bygglov", "NKI blev {{ nki.bygglov }}. Det är bra.\n")
    lay(data, "2024/livsmedelskontroll", "Förra årets ord.\n")
    bygglov, livsmedel = (area_sheet(data, area) for area in ("bygglov", "livsmedelskontroll"))
    assert bygglov.comment is not None
    assert bygglov.comment.blocks == [["NKI blev 68,0.", "Det är bra."]]
    assert bygglov.comment.signed.endswith("Skrivet av Avdelningen den 4\xa0maj\xa02026.")
    assert livsmedel.comment is None
    assert area_sheet(replace(data, example=True), "bygglov").comment is None
