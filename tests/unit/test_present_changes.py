"""The page Ändringar: every number that moved since a publication is there, with its reason."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest
from pages.publication import BYGGLOV, TOTAL, Publication, at, move, published

from analysis import store
from analysis.present import moved
from analysis.present.data import ReportData
from analysis.present.pages import andringar
from analysis.present.texts import say
from analysis.project import Project

RULE = "disclosure.min_answers"


@pytest.fixture
def case(example_project: Project, tmp_path: Path) -> Publication:
    return published(example_project, tmp_path)


def test_unchanged_numbers_are_no_changes(case: Publication) -> None:
    found = case.compared()
    assert found.moved.empty
    assert found.new_years == ()
    assert andringar.table(case.data, found) is None
    assert (case.tables / store.CHANGES).read_text("utf-8").count("\n") == 1


@pytest.mark.parametrize(
    ("table", "column", "key"),
    [
        ("index", "index", BYGGLOV),
        ("index", "n", BYGGLOV),
        ("index", "lower", BYGGLOV),
        ("index", "grade", BYGGLOV),
        ("index", "change", BYGGLOV),
        ("index", "shown", BYGGLOV),
        ("goals", "probability", {"goal": "1", "year": "2025"}),
        ("goals", "status", {"goal": "1", "year": "2025"}),
        ("drivers", "effect", {"scope": "total", "factor": "bemotande"}),
        ("drivers", "quadrant", {"scope": "total", "factor": "bemotande"}),
    ],
)
def test_any_number_that_moves_is_listed(
    case: Publication, table: str, column: str, key: dict[str, str]
) -> None:
    case.table(table, move(column, "1", **key))
    found = case.compared()
    assert found.moved[["table", "column", "before"]].to_numpy().tolist() == [[table, column, "1"]]
    listed = pd.read_csv(case.tables / store.CHANGES, dtype="str", keep_default_na=False)
    assert len(listed) == 1
    shown = andringar.table(case.data, found)
    assert shown is not None
    assert len(shown.rows) == 1
    assert bool(found.published_years) == (table != "drivers")


def test_the_index_of_a_success_factor_is_told_as_one_years(case: Publication) -> None:
    """Its association and number of answers are of several years, the index of the newest."""
    key = {"scope": "total", "factor": "bemotande"}
    case.table("drivers", move("index", "70.0", **key))
    case.table("drivers", move("n", "41", **key))
    shown = andringar.table(case.data, case.compared())
    assert shown is not None
    row = shown.rows.iloc[0]
    assert row["year"] == "flera år sammanlagt"
    assert row["before"] == "index det nyaste året med svar 70,0, antal svar 41"


def reasons(found: moved.Comparison) -> list[str]:
    return found.moved["reason"].unique().tolist()


def test_what_appears_and_what_disappears_is_listed(case: Publication) -> None:
    case.table("index", lambda frame: frame[~at(frame, **BYGGLOV)])
    found = case.compared()
    assert "" in set(found.moved["before"])
    assert set(found.moved["year"]) == {"2024"}
    index = case.tables / "index.csv"
    frame = pd.read_csv(index, dtype="str", keep_default_na=False)
    frame[~at(frame, **BYGGLOV)].to_csv(index, index=False)
    assert case.compared().moved.empty


# --- reasons ---


def test_changed_answers_are_the_reason_for_their_year_only(case: Publication) -> None:
    case.table("index", move("index", "1", **BYGGLOV))
    case.table("index", move("index", "1", **{**BYGGLOV, "year": "2022"}))
    for file in case.inputs:
        if file["fil"] == "insikt_2024.xlsx":
            file["sha256"] = "ny"
    found = case.compared().moved.set_index("year")["reason"]
    assert found["2024"] == say("andringar.andrade_svar", fil="insikt_2024.xlsx")
    assert found["2022"] == say(moved.UNKNOWN)


def test_new_and_removed_answers_are_named(case: Publication) -> None:
    case.table("index", move("n", "1", **BYGGLOV))
    case.inputs.append({"fil": "sena_svar.csv", "sha256": "x", "slag": "svar", "år": "2024"})
    assert reasons(case.compared()) == [say("andringar.nya_svar", fil="sena_svar.csv")]
    case.inputs = [file for file in case.inputs if "2024" not in file["år"]]
    assert reasons(case.compared()) == [say("andringar.borttagna_svar", fil="insikt_2024.xlsx")]


def test_a_change_since_the_year_before_may_come_from_that_year(case: Publication) -> None:
    case.table("index", move("change", "1", **BYGGLOV))
    for file in case.inputs:
        if "2023" in file["år"]:
            file["sha256"] = "ny"
    assert "insikt_2023_T1.csv" in reasons(case.compared())[0]


def test_a_changed_rule_is_named_with_both_values(case: Publication) -> None:
    case.table("index", move("index", "1", **BYGGLOV))
    case.record["regler"][RULE] = "5"
    now = case.data.settings.rule_values[RULE]
    assert reasons(case.compared()) == [say("andringar.andrad_regel", regler=f"{RULE}: 5 → {now}")]


def test_a_rule_that_an_index_does_not_rest_on_is_no_reason_for_it(case: Publication) -> None:
    case.table("index", move("index", "1", **BYGGLOV))
    case.record["regler"]["drivers.replicates"] = "5"
    assert reasons(case.compared()) == [say(moved.UNKNOWN)]


@pytest.mark.parametrize(
    ("name", "table", "told"),
    [
        (name, "index", say("andringar.andrad_enkatbeskrivning", filer=name))
        for name in ("questionnaire.yml", "questionnaire_columns.csv")
    ]
    + [
        ("plan.yml", "goals", say("andringar.andrad_plan")),
    ],
)
def test_a_changed_questionnaire_or_plan_is_named(
    case: Publication, name: str, table: str, told: str
) -> None:
    keys = {"index": BYGGLOV, "goals": {"goal": "1", "year": "2025"}}
    case.table(table, move("index", "1", **keys[table]))
    case.settings_files[name] = "ny"
    assert reasons(case.compared()) == [told]


def test_cases_are_the_reason_where_nothing_else_explains(case: Publication) -> None:
    case.table("index", move("lower", "1", **BYGGLOV))
    for file in case.inputs:
        if file["fil"] == "arenden_2024.csv":
            file["sha256"] = "ny"
    assert reasons(case.compared()) == [say("andringar.andrad_fil", fil="arenden_2024.csv")]


def test_a_later_official_correction_is_told_as_one(case: Publication) -> None:
    case.official_total("74.4")
    assert reasons(case.compared()) == [say("andringar.officiellt_andrat")]
    case.own_values(
        "Norrtälje,0188,2019,total_nki,74.0,2020-04-20,SKR",
        "Norrtälje,0188,2019,total_nki,74.4,2026-12-01,SKR",
    )
    assert reasons(case.compared()) == [say("andringar.officiellt_rattat", datum="")]


def test_an_official_value_published_after_the_report_is_dated(case: Publication) -> None:
    case.official_total("74.4")
    values = case.data.official
    chosen = (
        (values["municipality_code"] == "0188")
        & (values["year"] == 2019)
        & (values["scope"] == "total")
        & (values["measure"] == "nki")
    )
    values["published"] = values["published"].astype("object")
    values.loc[chosen, "published"] = "2026-12-01"
    assert "2026-12-01" in reasons(case.compared())[0]


def test_new_and_lost_official_values_are_told(case: Publication) -> None:
    case.official_total("")
    assert reasons(case.compared()) == [say("andringar.officiellt_borta")]
    case.official_total("74.0")
    case.table("index", move("official", "", **TOTAL))
    assert reasons(case.compared()) == [say("andringar.officiellt_nytt", datum="")]


# --- which years, which publication ---


def test_a_new_year_is_new_and_not_moved(case: Publication) -> None:
    for name in ("index", "goals"):
        case.table(name, lambda frame: frame[~frame["year"].str.startswith("2025")])
    found = case.compared()
    assert found.new_years == ("2025",)
    assert found.published_years == []


def test_a_report_as_of_an_earlier_year_has_not_lost_the_later_numbers(case: Publication) -> None:
    def later(frame: pd.DataFrame) -> pd.DataFrame:
        return pd.concat([frame, frame[frame["year"] == "2025"].assign(year="2026")])

    for name in ("index", "goals"):
        case.table(name, later)
    assert case.compared().moved.empty


def test_the_newest_publication_of_the_same_municipality_is_compared_with(
    case: Publication,
) -> None:
    case.publish("2024")
    case.publish("2025")
    case.record["kommun"] = {"code": "0180", "name": "Stockholm"}
    case.publish("2026")
    (case.published / "2027").mkdir()
    newest = next(moved.publications(case.published, "0188"))
    assert newest is not None
    assert newest.name == "2025"
    assert list(moved.publications(case.published, "0191")) == []


def test_a_published_report_is_compared_with_the_publication_before_it(case: Publication) -> None:
    """Made again after publishing, the page shows what it showed when it was published."""
    earlier = case.published / "2024"
    shutil.copytree(case.published / "2025", earlier)
    (earlier / store.RECORD).write_text(json.dumps(case.record), "utf-8")
    table = pd.read_csv(earlier / "data" / "index.csv", dtype="str", keep_default_na=False)
    table.loc[table["index"] != "", "index"] = "1.0"
    table.to_csv(earlier / "data" / "index.csv", index=False)
    found = case.compared()
    assert found.publication.name == "2024"
    assert not found.same
    shutil.rmtree(earlier)
    assert case.compared().same


def test_a_correction_of_the_publication_is_mentioned(case: Publication) -> None:
    (case.publish() / moved.FORMER / "1").mkdir(parents=True)
    assert case.compared().publication.corrections == 1


def test_made_up_answers_are_compared_with_nothing(case: Publication) -> None:
    case.publish()
    example = ReportData(case.data.folder, case.data.settings, True, case.data.today)
    found = andringar.compared(
        example, str(case.published), str(case.tables), case.inputs, case.settings_files
    )
    assert found is None


def test_a_long_list_is_cut_on_the_page_and_whole_in_the_file(case: Publication) -> None:
    def all_of_it(frame: pd.DataFrame) -> pd.DataFrame:
        return frame.assign(index="1")

    case.table("index", all_of_it)
    found = case.compared()
    shown = andringar.table(case.data, found)
    assert shown is not None
    assert len(shown.rows) == andringar.MOST_ROWS
    listed = pd.read_csv(case.tables / store.CHANGES, dtype="str", keep_default_na=False)
    assert len(listed) == len(found.moved) > 3_000
