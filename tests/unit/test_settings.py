"""Reading the configuration: what is refused, where it says the fault is, and the plan's facts."""

from __future__ import annotations

import csv
import shutil
from datetime import date
from pathlib import Path

import pytest

from analysis.errors import ConfigurationError, UsageError
from analysis.settings import load

CONFIG = Path(__file__).resolve().parents[2] / "config"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return Path(shutil.copytree(CONFIG, tmp_path / "config"))


def change(config: Path, file: str, before: str, after: str) -> None:
    path = config / file
    text = path.read_text(encoding="utf-8")
    assert text.count(before) >= 1, before
    path.write_text(text.replace(before, after, 1), encoding="utf-8")


def refusal(config: Path) -> str:
    with pytest.raises(ConfigurationError) as caught:
        load(config)
    assert caught.value.exit_code == 10 + 1
    return str(caught.value)


def test_the_same_number_twice_is_told_on_its_line(config: Path) -> None:
    before, after = 'number: 2\n    short: "N', 'number: 1\n    short: "N'
    change(config, "plan.yml", before, after)
    lines = (config / "plan.yml").read_text(encoding="utf-8").splitlines()
    row = [n for n, line in enumerate(lines, start=1) if line == "  - number: 1"][1]
    assert f"config/plan.yml, rad {row}, goals[2]: Samma målnummer" in refusal(config)


def test_a_goal_that_fails_does_not_make_the_list_too_short(config: Path) -> None:
    text = (config / "plan.yml").read_text(encoding="utf-8")
    start, end = text.index("\ngoals:"), text.index("\nbaselines:")
    first = text[start:end].split("\n  - number: 2")[0].replace("target: 77", "target: 101")
    first = first.replace("scope: total", "scope: bygglov")
    (config / "plan.yml").write_text(text[:start] + first + text[end:], encoding="utf-8")
    told = refusal(config)
    assert "goals[1].scope" in told
    assert "för kort" not in told


@pytest.mark.parametrize(
    ("file", "before", "after", "told"),
    [
        ("plan.yml", "target: 77\n", "target: 177\n", "goals[1].target: Värdet 177 är för stort"),
        ("plan.yml", "end: 2024-08-31", "end: 2023-08-31", "slutar (2023-08-31) innan den börjar"),
        ("plan.yml", "horizon:", "horisont:", "Nyckeln ”horisont” känns inte igen"),
        ("plan.yml", "horizon:", "horisont:", "Menades ”horisont”?"),
        ("plan.yml", "measure: nki\n", "measure: nk\n", "”nk” finns inte i config/questionnaire"),
        ("plan.yml", "amount: 250000", "amount: mycket", "ska vara ett heltal"),
        ("plan.yml", "adopted: 2023-12-04", "adopted: i fjol", "ska vara ett datum"),
        ("plan.yml", 'number: 2\n    short: "N', 'number: 1\n    short: "N', "samma målnummer"),
        ("plan.yml", "horizon:", "example: true\nhorizon:", "Filen är mallen: målen, aktivitet"),
        ("plan.yml", "adopted: 2023-12-04", "adopted: 2023-02-30", "adopted: Värdet ”2023-02-30”"),
        ("rules.yml", "areas: [", "areas: []  # [", "ska ha minst"),
        ("rules.yml", "replicates:\n    value: 2000", "replicates:\n    value: 50", "minst 100."),
        ("rules.yml", "width:\n    value: 10", "width:\n    value: 0", "större än 0."),
        ("report.yml", "municipality:", "# \x01\nmunicipality:", "ett tecken som inte får stå"),
        ("municipalities.csv", "kod,kommun", "kod;namn", "Kolumnen ”kommun” saknas"),
        ("municipalities.csv", "0114,Upplands Väsby", "0114", "rad 2: Raden har fel antal"),
        ("rules.yml", "from: 70}", "from: 60}", "betygens gränser måste stå i stigande ordning"),
        ("rules.yml", "official_from: 2024", "official_from: 2025", "2024 är det ingen"),
        ("rules.yml", "value: pooled", "value: hopslaget", "går inte att använda"),
        ("rules.yml", "value: 0.95", "value: 95", "för stort"),
        ("report.yml", "  bygglov:", "  byglov:", "”byglov” finns inte i config/questionnaire.yml"),
        ("report.yml", "  bygglov:\n    unit:", "  bygglov:\n    enhet:", "owners.bygglov.enhet"),
        ("report.yml", 'code: "0188"', 'code: "188"', "har fel form"),
        ("report.yml", 'code: "0188"', 'code: "0331"', "resten av filen är skriven för 0188"),
        ("report.yml", "municipality:", "municipality: [", "är felskriven och kan inte läsas"),
        ("questionnaire_columns.csv", "attityd,bemotande,", "attityd,bemott,", "grupper: bemott"),
        ("questionnaire_columns.csv", ",ja,", ",kanske,", "ja eller nej"),
        ("questionnaire_columns.csv", "attityden mot företagaren", "", "in_text"),
        ("rules.yml", "[effektivitet, bemotande,", "[effektivet, bemotande,", "”effektivitet”"),
        (
            "questionnaire_columns.csv",
            "bransch,bakgrund",
            "bransh,bakgrund",
            "okända: bransch, bransh",
        ),
    ],
)
def test_a_senseless_value_is_refused_with_its_place(
    config: Path, file: str, before: str, after: str, told: str
) -> None:
    change(config, file, before, after)
    message = refusal(config)
    assert f"config/{file}" in message
    assert told.casefold() in message.casefold()


def test_the_line_is_told(config: Path) -> None:
    change(config, "plan.yml", "target: 77\n", "target: 177\n")
    lines = (config / "plan.yml").read_text(encoding="utf-8").splitlines()
    line = next(number for number, text in enumerate(lines, start=1) if "target: 177" in text)
    assert f"config/plan.yml, rad {line}, " in refusal(config)


BOMB = "".join(
    f"b{level}: &b{level} [{', '.join([f'*b{level - 1}'] * 9) if level else 'x'}]\n"
    for level in range(60)
)


@pytest.mark.parametrize(
    "file",
    [
        "plan.yml",
        "rules.yml",
        "report.yml",
        "kolada.yml",
        "questionnaire.yml",
        "questionnaire.local.yml",
    ],
)
def test_aliases_of_aliases_are_refused_before_they_are_unfolded(config: Path, file: str) -> None:
    # Unfolded, the last line would be 9^59 values: a test that ends is a test that passes.
    path = config / file
    path.write_text(path.read_text(encoding="utf-8") + "\n" + BOMB, encoding="utf-8")
    row = path.read_text(encoding="utf-8").split("b1:")[0].count("\n") + 1
    told = refusal(config)
    assert f"config/{file}, rad {row}: " in told
    assert "hänvisar till en annan rad" in told


def test_too_many_levels_are_refused(config: Path) -> None:
    path = config / "report.yml"
    path.write_text("[" * 5000 + "]" * 5000, encoding="utf-8")
    assert "config/report.yml" in refusal(config)


def test_all_problems_of_all_files_are_told_at_once(config: Path) -> None:
    change(config, "plan.yml", "target: 77\n", "target: 177\n")
    change(config, "rules.yml", "value: pooled", "value: annat")
    (config / "report.yml").unlink()
    (config / "municipalities.csv").unlink()
    message = refusal(config)
    for file in ("plan.yml", "rules.yml", "report.yml", "municipalities.csv"):
        assert f"config/{file}" in message


def test_a_column_map_saved_by_a_swedish_excel_is_read(config: Path) -> None:
    """It writes semicolons between the columns, and a mark before the first."""
    before = load(config).questionnaire.columns
    path = config / "questionnaire_columns.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, delimiter=";").writerows(rows)
    assert load(config).questionnaire.columns == before


def test_a_key_that_stands_twice_is_refused(config: Path) -> None:
    change(config, "report.yml", "site:\n", 'site:\n  title: "En"\n')
    assert "Nyckeln ”title” står två gånger" in refusal(config)


def test_the_plan_is_whole() -> None:
    plan = load(CONFIG).plan
    assert [(goal.measure, goal.scope, goal.target) for goal in plan.goals] == [
        ("nki", "total", 77),
        ("nki", "areas", 70),
        ("bemotande_totalt", "total", 80),
        ("bemotande_totalt", "areas", 80),
    ]
    assert plan.goals[0].target_year == 2026
    assert plan.goals[0].reference is not None
    assert plan.goals[0].reference.target == 75
    assert [(a.start, a.end) for a in plan.activities] == [
        (date(2024, 1, 1), date(2024, 8, 31)),
        (date(2024, 1, 1), date(2024, 5, 31)),
        (date(2025, 1, 1), date(2025, 5, 31)),
        (date(2024, 9, 1), date(2025, 1, 31)),
    ]
    assert [len(activity.steps) for activity in plan.activities] == [4, 1, 2, 2]
    assert [len(activity.recurring) for activity in plan.activities] == [0, 0, 1, 2]
    budget = plan.activities[2].budget
    assert budget is not None
    assert (budget.amount, budget.year) == (250_000, 2025)
    assert {(b.measure, b.year, b.index) for b in plan.baselines} == {
        ("nki", 2023, 71),
        ("bemotande_totalt", 2022, 79.5),
        ("bemotande_attityd", 2022, 81.8),
    }
    assert plan.document.reference == "KS 2023-1741"


def test_the_questionnaire_is_whole() -> None:
    questionnaire = load(CONFIG).questionnaire
    assert len(questionnaire.items) == 26
    assert [item.key for item in questionnaire.items if item.verified] == [
        "bemotande_attityd",
        "bemotande_totalt",
    ]
    assert [len(items) for items in questionnaire.groups.values()] == [3, 4, 4, 4, 4, 3, 4]


def test_the_total_changes_definition_in_2024() -> None:
    totals = load(CONFIG).rules.totals
    assert totals.official(2023) == "total6"
    assert totals.official(2024) == "total4"
    assert set(totals.definitions["total6"].areas) - set(totals.definitions["total4"].areas) == {
        "brandskydd",
        "markupplatelse",
    }


@pytest.mark.parametrize("wanted", ["Täby", "täby", "0160"])
def test_another_municipality_by_name_or_code(wanted: str) -> None:
    found = load(CONFIG).for_municipality(wanted).report.municipality
    assert (found.name, found.code, found.organisation) == ("Täby", "0160", "Täby kommun")


def test_who_owns_an_area_is_told_of_the_configured_municipality_only() -> None:
    own = load(CONFIG)
    assert own.report.owners["bygglov"].unit == "Samhällsbyggnadskontoret"
    assert own.for_municipality("Norrtälje").report.owners == own.report.owners
    assert own.for_municipality("Täby").report.owners == {}


def test_a_municipality_may_leave_out_who_owns_an_area(config: Path) -> None:
    path = config / "report.yml"
    path.write_text(path.read_text("utf-8").split("owners:")[0], "utf-8")
    assert load(config).report.owners == {}


def test_an_unknown_municipality_is_refused_with_the_nearest() -> None:
    with pytest.raises(UsageError, match="okänd") as caught:
        load(CONFIG).for_municipality("Norrtelje")
    assert "Menades Norrtälje?" in str(caught.value)
