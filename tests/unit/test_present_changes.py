"""The page Ändringar: every number that moved since a publication is there, with its reason."""

from __future__ import annotations

import copy
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from analysis import intake, store
from analysis.present import moved
from analysis.present.data import ReportData
from analysis.present.pages import andringar
from analysis.project import Project

RULE = "disclosure.min_answers"


@dataclass
class Case:
    """A publication of the example's numbers, and the run that is compared with it."""

    data: ReportData
    published: Path
    tables: Path
    record: dict[str, Any]
    inputs: list[dict[str, str]]
    settings_files: dict[str, str]

    def publish(self, year: str = "2025") -> Path:
        folder = self.published / year
        folder.mkdir(parents=True, exist_ok=True)
        (folder / store.RECORD).write_text(json.dumps(self.record), "utf-8")
        return folder

    def table(self, name: str, change: Callable[[pd.DataFrame], pd.DataFrame]) -> None:
        """Change a published table: what moves since then is the other way round."""
        path = self.published / "2025" / "data" / f"{name}.csv"
        frame = pd.read_csv(path, dtype="str", keep_default_na=False)
        change(frame).to_csv(path, index=False)

    def compared(self) -> moved.Comparison:
        self.publish()
        found = andringar.compared(
            self.data,
            str(self.published),
            str(self.tables),
            self.inputs,
            self.settings_files,
        )
        assert found is not None
        return found


@pytest.fixture
def case(example_project: Project, tmp_path: Path) -> Case:
    processed = example_project.processed / "example"
    tables = Path(shutil.copytree(processed / ".build" / "data", tmp_path / "tables"))
    record = json.loads((example_project.site / store.RECORD).read_text("utf-8"))
    data = ReportData.open(str(processed), str(example_project.config), "0188", False, "2027-04-20")
    shutil.copytree(tables, tmp_path / "published" / "2025" / "data")
    inputs = [
        {key: file[key] for key in ("fil", "sha256", "slag", "år")} for file in record["indata"]
    ]
    settings_files = dict(record["inställningar"])
    return Case(data, tmp_path / "published", tables, copy.deepcopy(record), inputs, settings_files)


def at(frame: pd.DataFrame, **key: str) -> pd.Series[bool]:
    chosen = pd.Series(True, index=frame.index)
    for name, value in key.items():
        chosen &= frame[name] == value
    assert chosen.sum() == 1
    return chosen


def move(column: str, value: str, **key: str) -> Callable[[pd.DataFrame], pd.DataFrame]:
    def change(frame: pd.DataFrame) -> pd.DataFrame:
        frame.loc[at(frame, **key), column] = value
        return frame

    return change


BYGGLOV = {"year": "2024", "scope": "bygglov", "kind": "nki", "measure": "nki"}
TOTAL = {"year": "2019", "scope": "total", "definition": "total6", "kind": "nki", "measure": "nki"}


def test_unchanged_numbers_are_no_changes(case: Case) -> None:
    found = case.compared()
    assert found.moved.empty
    assert found.new_years == ()
    assert "Inga publicerade tal har ändrats" in andringar.introduction(case.data, found).markdown
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
    case: Case, table: str, column: str, key: dict[str, str]
) -> None:
    case.table(table, move(column, "1", **key))
    found = case.compared()
    assert found.moved[["table", "column", "before"]].to_numpy().tolist() == [[table, column, "1"]]
    listed = pd.read_csv(case.tables / store.CHANGES, dtype="str", keep_default_na=False)
    assert len(listed) == 1
    shown = andringar.table(case.data, found)
    assert shown is not None
    assert len(shown.rows) == 1
    assert ("redan publicerade år har ändrats" in text(case, found)) == (table != "drivers")


def text(case: Case, found: moved.Comparison) -> str:
    return andringar.introduction(case.data, found).markdown


def reasons(found: moved.Comparison) -> list[str]:
    return found.moved["reason"].unique().tolist()


def test_what_appears_and_what_disappears_is_listed(case: Case) -> None:
    case.table("index", lambda frame: frame[~at(frame, **BYGGLOV)])
    found = case.compared()
    assert "" in set(found.moved["before"])
    assert set(found.moved["year"]) == {"2024"}
    index = case.tables / "index.csv"
    frame = pd.read_csv(index, dtype="str", keep_default_na=False)
    frame[~at(frame, **BYGGLOV)].to_csv(index, index=False)
    assert case.compared().moved.empty


# --- reasons ---


def test_changed_answers_are_the_reason_for_their_year_only(case: Case) -> None:
    case.table("index", move("index", "1", **BYGGLOV))
    case.table("index", move("index", "1", **{**BYGGLOV, "year": "2022"}))
    for file in case.inputs:
        if file["fil"] == "insikt_2024.xlsx":
            file["sha256"] = "ny"
    found = case.compared().moved.set_index("year")["reason"]
    assert found["2024"] == "ändrade svar (insikt_2024.xlsx)"
    assert found["2022"] == moved.UNKNOWN


def test_new_and_removed_answers_are_named(case: Case) -> None:
    case.table("index", move("n", "1", **BYGGLOV))
    case.inputs.append({"fil": "sena_svar.csv", "sha256": "x", "slag": "svar", "år": "2024"})
    assert reasons(case.compared()) == ["nya svar (sena_svar.csv)"]
    case.inputs = [file for file in case.inputs if "2024" not in file["år"]]
    assert reasons(case.compared()) == ["svar borttagna (insikt_2024.xlsx)"]


def test_a_change_since_the_year_before_may_come_from_that_year(case: Case) -> None:
    case.table("index", move("change", "1", **BYGGLOV))
    for file in case.inputs:
        if "2023" in file["år"]:
            file["sha256"] = "ny"
    assert "insikt_2023_T1.csv" in reasons(case.compared())[0]


def test_a_changed_rule_is_named_with_both_values(case: Case) -> None:
    case.table("index", move("index", "1", **BYGGLOV))
    case.record["regler"][RULE] = "5"
    now = case.data.settings.rule_values[RULE]
    assert reasons(case.compared()) == [f"ändrad regel ({RULE}: 5 → {now})"]


def test_a_rule_that_an_index_does_not_rest_on_is_no_reason_for_it(case: Case) -> None:
    case.table("index", move("index", "1", **BYGGLOV))
    case.record["regler"]["drivers.replicates"] = "5"
    assert reasons(case.compared()) == [moved.UNKNOWN]


@pytest.mark.parametrize(
    ("name", "table", "told"),
    [
        ("questionnaire.yml", "index", "ändrad enkätbeskrivning (questionnaire.yml)"),
        (
            "questionnaire_columns.csv",
            "index",
            "ändrad enkätbeskrivning (questionnaire_columns.csv)",
        ),
        ("plan.yml", "goals", "ändrad plan (plan.yml)"),
    ],
)
def test_a_changed_questionnaire_or_plan_is_named(
    case: Case, name: str, table: str, told: str
) -> None:
    keys = {"index": BYGGLOV, "goals": {"goal": "1", "year": "2025"}}
    case.table(table, move("index", "1", **keys[table]))
    case.settings_files[name] = "ny"
    assert reasons(case.compared()) == [told]


def test_cases_are_the_reason_where_nothing_else_explains(case: Case) -> None:
    case.table("index", move("lower", "1", **BYGGLOV))
    for file in case.inputs:
        if file["fil"] == "arenden_2024.csv":
            file["sha256"] = "ny"
    assert reasons(case.compared()) == ["ändrad fil (arenden_2024.csv)"]


def official(case: Case, now: str) -> None:
    """The run's official total of 2019, from the collection's value."""
    path = case.tables / "index.csv"
    frame = pd.read_csv(path, dtype="str", keep_default_na=False)
    if not (frame[list(TOTAL)] == pd.Series(TOTAL)).all(axis=1).any():
        for folder in (case.tables, case.published / "2025" / "data"):
            row = {**dict.fromkeys(frame.columns, ""), **TOTAL, "official": "74.0", "shown": "true"}
            pd.concat([frame, pd.DataFrame([row])]).to_csv(folder / "index.csv", index=False)
    frame = pd.read_csv(path, dtype="str", keep_default_na=False)
    frame.loc[at(frame, **TOTAL), "official"] = now
    frame.to_csv(path, index=False)


def own_values(case: Case, tmp_path: Path, *rows: str) -> None:
    file = tmp_path / "officiella_varden.csv"
    head = "kommun,kommunkod,arende_ar,matt,varde,publicerad,kalla"
    file.write_text("\n".join([head, *rows]) + "\n", "utf-8")
    processed = tmp_path / "processed"
    processed.mkdir()
    for path in case.data.folder.glob("*.parquet"):
        shutil.copy(path, processed)
    found = intake.read([file], case.data.settings).corrections
    store.write_table(found, processed, store.CORRECTIONS)
    case.data = replace(case.data, folder=processed)


def test_a_later_official_correction_is_told_as_one(case: Case, tmp_path: Path) -> None:
    official(case, "74.4")
    assert reasons(case.compared()) == [
        "det officiella värdet är ändrat i underlaget, utan nytt datum"
    ]
    own_values(
        case,
        tmp_path,
        "Norrtälje,0188,2019,total_nki,74.0,2020-04-20,SKR",
        "Norrtälje,0188,2019,total_nki,74.4,2026-12-01,SKR",
    )
    assert reasons(case.compared()) == ["senare officiell rättelse"]


def test_an_official_value_published_after_the_report_is_dated(case: Case) -> None:
    official(case, "74.4")
    values = case.data.official
    chosen = (
        (values["municipality_code"] == "0188")
        & (values["year"] == 2019)
        & (values["scope"] == "total")
        & (values["measure"] == "nki")
    )
    values["published"] = values["published"].astype("object")
    values.loc[chosen, "published"] = "2026-12-01"
    assert reasons(case.compared()) == ["senare officiell rättelse, publicerad 2026-12-01"]


def test_new_and_lost_official_values_are_told(case: Case) -> None:
    official(case, "")
    assert reasons(case.compared()) == ["det officiella värdet finns inte längre i underlaget"]
    official(case, "74.0")
    case.table("index", move("official", "", **TOTAL))
    assert reasons(case.compared()) == ["nytt officiellt värde"]


# --- which years, which publication ---


def test_a_new_year_is_new_and_not_moved(case: Case) -> None:
    for name in ("index", "goals"):
        case.table(name, lambda frame: frame[~frame["year"].str.startswith("2025")])
    found = case.compared()
    assert found.new_years == ("2025",)
    assert found.published_years == []
    assert "Nytt i rapporten är ärendeår 2025" in text(case, found)


def test_a_report_as_of_an_earlier_year_has_not_lost_the_later_numbers(case: Case) -> None:
    def later(frame: pd.DataFrame) -> pd.DataFrame:
        return pd.concat([frame, frame[frame["year"] == "2025"].assign(year="2026")])

    for name in ("index", "goals"):
        case.table(name, later)
    assert case.compared().moved.empty


def test_the_newest_publication_of_the_same_municipality_is_compared_with(case: Case) -> None:
    case.publish("2024")
    case.publish("2025")
    case.record["kommun"] = {"code": "0180", "name": "Stockholm"}
    case.publish("2026")
    (case.published / "2027").mkdir()
    newest = moved.latest(case.published, "0188")
    assert newest is not None
    assert newest.name == "2025"
    assert moved.latest(case.published, "0191") is None


def test_a_correction_of_the_publication_is_mentioned(case: Case) -> None:
    (case.publish() / moved.FORMER / "1").mkdir(parents=True)
    assert "ersatte 1\N{NO-BREAK SPACE}publicering" in text(case, case.compared())


def test_made_up_answers_are_compared_with_nothing(case: Case) -> None:
    case.publish()
    example = ReportData(case.data.folder, case.data.settings, True, case.data.today)
    found = andringar.compared(
        example, str(case.published), str(case.tables), case.inputs, case.settings_files
    )
    assert found is None
    assert "Påhittade svar jämförs inte" in andringar.introduction(example, found).markdown


def test_a_long_list_is_cut_on_the_page_and_whole_in_the_file(case: Case) -> None:
    def all_of_it(frame: pd.DataFrame) -> pd.DataFrame:
        return frame.assign(index="1")

    case.table("index", all_of_it)
    found = case.compared()
    shown = andringar.table(case.data, found)
    assert shown is not None
    assert len(shown.rows) == andringar.MOST_ROWS
    assert "till och varje tal för sig" in shown.note
    listed = pd.read_csv(case.tables / store.CHANGES, dtype="str", keep_default_na=False)
    assert len(listed) == len(found.moved) > 3_000


def test_a_correction_is_shown_before_anything_was_published(case: Case, tmp_path: Path) -> None:
    assert andringar.corrected_table(case.data) is None
    own_values(
        case,
        tmp_path,
        "Norrtälje,0188,2019,total_nki,74.0,2020-04-20,SKR april",
        "Norrtälje,0188,2019,total_nki,74.4,2026-12-01,https://www.kolada.se/x",
        "Norrtälje,0188,2018,bygglov,61.5,,Tidningen",
        "Norrtälje,0188,2018,bygglov,63.2,2019-04-20,SKR",
        "Riket,0000,2019,total_nki,70.0,2020-04-20,SKR",
        "Riket,0000,2019,total_nki,71.0,2020-06-20,SKR",
    )
    shown = andringar.corrected_table(case.data)
    assert shown is not None
    assert shown.rows.to_numpy().tolist() == [
        [
            "NKI, totalt (sex områden)",
            "2019",
            "74,0 (SKR april, 2020-04-20)",
            "74,4 (kolada.se, 2026-12-01)",
            "rättat",
        ],
        [
            "NKI, bygglov",
            "2018",
            "61,5 (Tidningen)",
            "63,2 (SKR, 2019-04-20)",
            "källorna skiljer sig",
        ],
    ]
