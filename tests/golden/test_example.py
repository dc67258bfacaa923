"""The example's files are what the seeded generator writes, and have what the plan states."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis import intake
from analysis.example import simulate, write
from analysis.settings import load

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("exempel")
    write(folder, load(ROOT / "config"))
    return folder


def test_the_generator_writes_the_committed_files(written: Path) -> None:
    committed = {path.name: path.read_bytes() for path in (ROOT / "data" / "example").glob("*.*")}
    made = {path.name: path.read_bytes() for path in written.iterdir()}
    assert set(made) == set(committed) - {"README.md"}
    assert [name for name in made if made[name] != committed[name]] == []


def test_sizes_are_those_of_a_municipality() -> None:
    """150-250 answers a year from companies, give or take, and areas of 4 to 80."""
    answers = simulate(load(ROOT / "config"))
    companies = answers[answers["customer"] == "foretag"]
    per_year = companies.groupby("year").size()
    per_area = companies.groupby(["year", "area"]).size()
    assert per_year.between(150, 270).all()
    assert (per_area.min(), per_area.max()) == (4, 80)
    assert set(answers["customer"]) == {"foretag", "privatperson", "forening", "offentlig"}


def test_another_seed_gives_other_answers_with_the_same_calibration() -> None:
    """Index = (mean - 1) / 9 * 100; the plan's bemötande 2022 is 79.5 in the six areas."""
    settings = load(ROOT / "config")
    first, second = simulate(settings, seed=1), simulate(settings, seed=2)
    assert not first.equals(second)
    areas = settings.rules.totals.definitions["total6"].areas
    for answers in (first, second):
        counted = answers[
            (answers["year"] == 2022)
            & (answers["customer"] == "foretag")
            & answers["area"].isin(areas)
        ]["bemotande_totalt"]
        index = (counted[counted >= 1].mean() - 1) / 9 * 100
        assert round(float(index), 1) == 79.5


def test_the_planted_flaws_show_in_the_rejects(written: Path) -> None:
    """A score of 11 in a company's answer, an unknown area and a row that stands twice."""
    settings = load(ROOT / "config")
    found = {
        year: intake.look([path], settings).years[year].rejects
        for year, path in (
            (2022, written / "insikt_2022.csv"),
            (2024, written / "insikt_2024.xlsx"),
        )
    }
    aside = found[2024]["reason"].value_counts()
    assert (aside["inte ett helt tal 1–10"], aside["okänt område"]) == (1, 1)
    score = found[2024].query("reason == 'inte ett helt tal 1–10'").iloc[0]
    assert score["value"] == "11"
    assert score["column"].startswith("F26. ")
    assert (found[2022]["reason"] == "dubblett").sum() == 1
