"""Progress reported per förvaltning: sums worked out by hand, and what does not add up."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from analysis import intake, measures
from analysis.errors import InputDataError
from analysis.intake import look
from analysis.settings import load

SETTINGS = load(Path(__file__).resolve().parents[2] / "config")
HEAD = "steg;datum;status;natt;avsett;kronor;anteckning;förvaltning\n"
BUILDING, OFFICE = "Samhällsbyggnadskontoret", "Kommunstyrelsekontoret"


def written(folder: Path, rows: str, head: str = HEAD) -> Path:
    path = folder / "aktiviteter.csv"
    path.write_text(head + rows, encoding="utf-8")
    return path


def progress(folder: Path, rows: str, head: str = HEAD) -> pd.DataFrame:
    return look([written(folder, rows, head)], SETTINGS).progress.values


def entry(folder: Path, rows: str, step: str = "3.2", head: str = HEAD) -> pd.Series:
    table = measures.activities(SETTINGS.plan, progress(folder, rows, head), date(2026, 11, 23))
    return table[table["step"] == step].iloc[0]


def notes(folder: Path, rows: str) -> list[str]:
    return look([written(folder, rows)], SETTINGS).notes


def refusal(folder: Path, rows: str) -> str:
    with pytest.raises(InputDataError) as caught:
        intake.read([written(folder, rows)], SETTINGS)
    return str(caught.value)


def test_the_forvaltningar_add_up(tmp_path: Path) -> None:
    """66 + 24 + 28 = 118 of 70 + 30 + 40 = 140; 1,000 + 500 + 213,000 kronor."""
    row = entry(
        tmp_path,
        f"3.2;2025-05-28;klar;66;70;1000;;{BUILDING}\n"
        f"3.2;2025-05-20;klar;24;30;500;;{OFFICE}\n"
        "3.2;2025-05-28;klar;28;40;;;Övriga\n"
        "3.2;2025-06-10;;;;213000;Allt;\n",
    )
    assert (row["reached"], row["intended"], row["spent"]) == (118, 140, 214_500)
    assert row["progress"] == pytest.approx(118 / 140)
    assert (row["status"], row["note"], row["reported"]) == ("klar", "Allt", date(2025, 6, 10))


def test_the_newest_number_of_each_forvaltning_counts_and_the_money_of_every_row(
    tmp_path: Path,
) -> None:
    """40 replaces 20; 40 + 10 = 50 of 50 + 30 = 80; 5 + 7 + 11 kronor."""
    row = entry(
        tmp_path,
        f"3.2;2025-03-01;pågår;20;50;5;;{BUILDING}\n"
        f"3.2;2025-05-01;klar;40;;7;;{BUILDING}\n"
        f"3.2;2025-04-01;pågår;10;30;11;;{OFFICE}\n",
    )
    assert (row["reached"], row["intended"], row["spent"]) == (50, 80, 23)
    assert row["status"] == "pågår"


def test_a_report_on_the_whole_municipality_is_not_added_to_its_parts(tmp_path: Path) -> None:
    row = entry(
        tmp_path,
        f"3.2;2025-05-28;klar;66;70;;;{BUILDING}\n3.2;2025-05-28;klar;118;140;;;\n",
    )
    assert (row["reached"], row["intended"]) == (118, 140)


def test_a_share_is_told_only_of_numbers_that_belong_together(tmp_path: Path) -> None:
    row = entry(tmp_path, f"3.2;2025-05-28;;66;70;;;{BUILDING}\n3.2;2025-05-28;;24;;;;{OFFICE}\n")
    assert row["reached"] == 90
    assert pd.isna(row["intended"]) and pd.isna(row["progress"])


def test_a_file_without_the_column_is_read_as_before(tmp_path: Path) -> None:
    head = "steg;datum;status;natt;avsett;kronor;anteckning\n"
    rows = "3.2;2025-03-01;pågår;20;140;5;\n3.2;2025-05-01;klar;118;140;7;Klart\n"
    row = entry(tmp_path, rows, head=head)
    assert (row["reached"], row["intended"], row["spent"]) == (118, 140, 12)
    table = progress(tmp_path, rows, head)
    assert measures.of_departments(SETTINGS.plan, table, date(2026, 11, 23)).empty


def test_each_forvaltning_has_its_own_rows_year_by_year(tmp_path: Path) -> None:
    table = progress(
        tmp_path,
        f"4.4;2025-12-15;klar;56;70;10;;{BUILDING}\n4.4;2026-10-30;pågår;45;70;20;;{BUILDING}\n"
        f"4.4;2026-10-30;pågår;17;30;;;{OFFICE}\n4.4;2026-10-30;;;;5;;\n",
    )
    rows = measures.of_departments(SETTINGS.plan, table, date(2026, 11, 23))
    told = [
        (row["department"], row["start"].year, row["reached"], row["status"])
        for _, row in rows.iterrows()
    ]
    assert told == [
        (BUILDING, 2025, 56, "klar"),
        (OFFICE, 2026, 17, "pågår"),
        (BUILDING, 2026, 45, "pågår"),
    ]
    whole = measures.activities(SETTINGS.plan, table, date(2026, 11, 23))
    whole = whole[whole["step"] == "4.4"].iloc[1]
    assert (whole["reached"], whole["intended"], whole["spent"]) == (62, 100, 25)


def test_budget_and_money_by_year(tmp_path: Path) -> None:
    """Plan: 250,000 for activity 3 in 2025. 18,500 + 200,000 + 13,000 then, 4,000 in 2026."""
    table = measures.spending(
        SETTINGS.plan,
        progress(
            tmp_path,
            "3.1;2025-02-10;klar;;;18500;;\n"
            f"3.2;2025-05-28;klar;;;200000;;\n3.2;2025-05-28;;;;13000;;{BUILDING}\n"
            "3.3;2026-04-16;klar;;;4000;;\nU;2026-04-28;klar;;;900;;\n",
        ),
    )
    rows = [tuple(None if pd.isna(cell) else cell for cell in row) for row in table.to_numpy()]
    assert rows == [
        (0, 2026, "", None, 900),
        (3, 2025, "", 250_000, 231_500),
        (3, 2025, BUILDING, None, 13_000),
        (3, 2026, "", None, 4_000),
    ]


def test_a_budget_of_which_nothing_is_reported_is_still_there() -> None:
    table = measures.spending(SETTINGS.plan, look([], SETTINGS).progress.values)
    assert table[["number", "year", "budget"]].to_numpy().tolist() == [[3, 2025, 250_000]]
    assert table["spent"].isna().all()


@pytest.mark.parametrize(
    "name", ["samhällsbyggnadskontoret", " Samhällsbyggnads-kontoret", "SAMHALLSBYGGNADSKONTORET"]
)
def test_a_forvaltning_is_known_by_its_name_however_it_is_spaced(tmp_path: Path, name: str) -> None:
    table = progress(tmp_path, f"3.1;2025-02-10;klar;1;2;;;{name}\n")
    assert table["department"].tolist() == [BUILDING]


@pytest.mark.parametrize("name", ["", "Alla", "hela kommunen", "Alla förvaltningar"])
def test_words_for_the_whole_municipality_are_no_forvaltning(tmp_path: Path, name: str) -> None:
    table = progress(tmp_path, f"3.1;2025-02-10;klar;1;2;;;{name}\n")
    assert table["department"].tolist() == [""]


def test_a_forvaltning_without_an_area_may_report_too(tmp_path: Path) -> None:
    rows = "3.1;2025-02-10;klar;1;2;;;Barn- och skolkontoret\n"
    rows += "3.2;2025-02-10;klar;1;2;;;barn och skolkontoret\n"
    assert set(progress(tmp_path, rows)["department"]) == {"Barn- och skolkontoret"}


def test_a_name_written_wrongly_is_refused_with_the_right_one(tmp_path: Path) -> None:
    told = refusal(tmp_path, "3.1;2025-02-10;klar;1;2;;;Samhällsbygnadskontoret\n")
    assert "aktiviteter.csv, rad 2, kolumn förvaltning" in told
    assert "liknar ”Samhällsbyggnadskontoret” men är inte skriven likadant" in told


def test_names_that_differ_by_a_number_are_two(tmp_path: Path) -> None:
    rows = "3.1;2025-02-10;;1;2;;;Rektorsområde 1\n3.1;2025-02-10;;3;4;;;Rektorsområde 2\n"
    assert len(set(progress(tmp_path, rows)["department"])) == 2
    assert entry(tmp_path, rows, "3.1")["reached"] == 4


@pytest.mark.parametrize("name", ["kalle@bolaget.se", "Kvastens Snickeri AB", "x" * 81])
def test_what_is_no_forvaltning_is_refused_and_not_repeated(tmp_path: Path, name: str) -> None:
    told = refusal(tmp_path, f"3.1;2025-02-10;klar;1;2;;;{name}\n")
    assert "kolumn förvaltning: Förvaltningen ser ut att vara något annat" in told
    assert name not in told


def test_parts_above_the_whole_are_refused(tmp_path: Path) -> None:
    told = refusal(
        tmp_path,
        f"3.2;2025-05-28;klar;66;70;;;{BUILDING}\n3.2;2025-05-28;klar;60;70;;;{OFFICE}\n"
        "3.2;2025-05-28;klar;118;140;;;\n",
    )
    assert (
        "rad 4: Steg 3.2: förvaltningarna har tillsammans 126 i kolumnen nått, men raden för hela "
        "kommunen har 118." in told
    )
    assert "kolumnen avsett" not in told


def test_parts_below_the_whole_are_told(tmp_path: Path) -> None:
    rows = f"4.4;2026-05-28;;66;70;;;{BUILDING}\n4.4;2026-05-28;;118;140;;;\n"
    told = notes(tmp_path, f"{rows}4.4;2025-05-28;;5;5;;;{BUILDING}\n")
    assert [note for note in told if "Steg 4.4 2026" in note] == [
        "aktiviteter.csv, rad 3: Steg 4.4 2026: förvaltningarna har tillsammans 66 i kolumnen "
        "nått, men raden för hela kommunen har 118. Rapporten visar 118 för hela kommunen.",
        "aktiviteter.csv, rad 3: Steg 4.4 2026: förvaltningarna har tillsammans 70 i kolumnen "
        "avsett, men raden för hela kommunen har 140. Rapporten visar 140 för hela kommunen.",
    ]


def test_two_numbers_of_one_day_are_refused_for_a_forvaltning_and_told_for_the_whole(
    tmp_path: Path,
) -> None:
    both = "3.2;2025-05-28;klar;{};70;;;{}\n"
    told = refusal(tmp_path, both.format(40, BUILDING) + both.format(26, BUILDING))
    assert "rad 3: Nått är 26, men 40 på aktiviteter.csv, rad 2 för samma steg och dag" in told
    assert f"båda gäller {BUILDING}" in told
    (note,) = notes(tmp_path, both.format(40, "") + both.format(26, ""))
    assert "nått är 26, men 40 på aktiviteter.csv, rad 2" in note


def test_money_that_may_be_counted_twice_is_told(tmp_path: Path) -> None:
    told = notes(
        tmp_path,
        f"3.2;2025-05-28;;;;1000;;{BUILDING}\n3.2;2025-05-28;;;;500;;{OFFICE}\n"
        "3.2;2025-05-28;;;;1500;;\n",
    )
    assert len(told) == 1
    assert "rad 4: kronorna (1\xa0500) är lika många som förvaltningarnas tillsammans" in told[0]


@pytest.mark.parametrize(
    ("row", "what"),
    [
        ("4.1;2030-01-01;klar;;;;;", "Läget klar"),
        ("4.1;2026-11-24;klart;66;70;;;", "Läget klar och nådda"),
        ("4.1;2026-11-24;;;;5000;;", "Kronor"),
    ],
)
def test_what_is_done_on_a_day_to_come_is_refused_with_what_is_right(
    tmp_path: Path, row: str, what: str
) -> None:
    raw = look([written(tmp_path, row + "\n")], SETTINGS, today=date(2026, 11, 23))
    (problem,) = raw.refused
    assert problem.cause.startswith(f"{what} kan inte rapporteras för 20")
    assert "skriv ”ej påbörjad”" in problem.fix
    assert problem.where == "aktiviteter.csv, rad 2, kolumn datum"
    told = intake.check([tmp_path], SETTINGS, today=date(2026, 11, 23)).to_text()
    assert "dagen har inte kommit än" in " ".join(told.split())


@pytest.mark.parametrize(
    "row",
    ["4.1;2026-11-23;klar;66;70;5;;", "4.1;2026-12-24;planerad;0;70;;;", "1.1;2023-02-01;klar"],
)
def test_what_is_done_today_or_planned_or_done_before_the_plan_was_adopted_is_used(
    tmp_path: Path, row: str
) -> None:
    raw = look([written(tmp_path, row + "\n")], SETTINGS, today=date(2026, 11, 23))
    assert not raw.refused
    assert len(raw.progress.values) == 1


def test_a_day_long_before_the_plan_is_refused(tmp_path: Path) -> None:
    told = refusal(tmp_path, "3.1;1925-02-10;klar;;;5000;;\n")
    assert "1925-02-10 ligger långt före handlingsplanen, som antogs 2023-12-04" in told


def test_more_reached_than_intended_is_told(tmp_path: Path) -> None:
    (note,) = notes(tmp_path, f"3.2;2025-05-28;;71;70;;;{BUILDING}\n")
    assert note.startswith("aktiviteter.csv, rad 2: fler är nådda (71) än avsedda (70).")
