"""The sentence that is chosen for given numbers reads as approved, case by case."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pandas as pd
from pages.approval import compare
from pages.made_up import NAN, SETTINGS

from analysis import store
from analysis.intake import look
from analysis.present import goals, wording
from analysis.present.data import ReportData
from analysis.present.tables import Column, Table
from analysis.present.texts import say

TOTAL_GOAL, AREAS_GOAL = SETTINGS.plan.goals[:2]
Case = tuple[str, object]
Run = Callable[..., ReportData]

CELL = {
    "year": "2025", "part": "", "scope": "total", "definition": "total4", "measure": "nki",
    "kind": "nki", "index": 73.8, "governing": 73.8, "grade": "hogt", "governing_lower": 71.5,
    "governing_upper": 76.0, "change": 1.9, "change_from": 71.9, "change_significant": False,
    "change_mixed": False, "official": NAN, "official_reason": "", "reason": "",
    "has_answers": True, "is_official_definition": True,
    "shown": True, "approximate": False,
}  # fmt: skip
HIDDEN = dict.fromkeys(("index", "governing", "governing_lower", "governing_upper", "change"), NAN)
GOAL = {
    "goal": 1, "scope": "total", "year": 2025, "target": 77.0, "target_year": 2026,
    "status": "ej nått", "index": 73.8, "gap": -3.2, "lower": 71.5, "upper": 76.0,
    "probability": 0.004,
    "reason": "", "pace_since": 2024,
    "pace_from": 72.2, "pace_so_far": 1.6, "definition": "total4",
}  # fmt: skip
PUBLISHED = {"municipality_code": "0000", "measure": "nki", "scope": "total", "definition": ""}


def cell(**more: object) -> pd.Series:
    return pd.Series({**CELL, **more})


def goal(**more: object) -> pd.Series:
    row = pd.Series({**GOAL, **more})
    row["judged_year"] = row["year"]
    if pd.notna(row["target_year"]):
        row["judged_year"] = min(row["year"], row["target_year"])
    return row


def area(scope: str, status: str, **more: object) -> dict[str, object]:
    return {**GOAL, "goal": 2, "target": 70.0, "scope": scope, "status": status, **more}


def runs_in(place: Path) -> Run:
    """Makes the numbers of a run with some cells, rows of goals and values for the country."""
    made: list[ReportData] = []

    def of(
        *cells: dict[str, object],
        rows: tuple[dict[str, object], ...] = (),
        country: dict[int, float] | None = None,
        today: date = date(2026, 5, 1),
    ) -> ReportData:
        folder = place / str(len(made))
        folder.mkdir(parents=True)
        official = [{**PUBLISHED, "year": y, "value": v} for y, v in (country or {}).items()]
        # The same in one area, and another municipality's: neither is the country's total.
        official += [
            {**PUBLISHED, "year": 2025, "value": 1.0, **other}
            for other in (
                {"scope": "bygglov"}, {"measure": "bemotande"}, {"municipality_code": "0188"},
            )
        ] if official else []  # fmt: skip
        none = look([], SETTINGS).official.values
        for name, table in (
            (store.INDICES, pd.DataFrame([{**CELL, **more} for more in (cells or ({},))])),
            (
                store.GOALS,
                pd.DataFrame([goal(**row) for row in rows], columns=[*GOAL, "judged_year"]),
            ),
            (store.OFFICIAL, pd.DataFrame(official) if official else none),
        ):
            store.write_table(table, folder, name)
        made.append(ReportData(folder, SETTINGS, example=False, today=today))
        return made[-1]

    return of


def changes(run: Run) -> Iterator[Case]:
    whole = run({}, {"year": "2024"})
    for about, more in {
        "unsure": {},
        "sure rise": {"change_significant": True},
        "sure fall": {"change_significant": True, "change": -4.2},
        "unsure fall": {"change": -0.3},
        "published, unsure how sure": {"change_significant": pd.NA},
        "published fall": {"change_significant": pd.NA, "change": -1.0},
        "rounds to nothing": {"change": 0.04},
        "exactly nothing": {"change": 0.0, "change_significant": True},
        "counted on the answers": {"change_mixed": True},
        "sure, on the answers": {"change_mixed": True, "change_significant": True},
        "nothing, on the answers": {"change_mixed": True, "change": 0.0},
        "none": {"change": NAN},
    }.items():
        yield about, wording.change_sentence(whole, cell(**more), "NKI")
    some = run({"part": "T1,T2"}, {"year": "2024"})
    for about, more in {
        "part, unsure": {},
        "part, sure": {"change_significant": True},
        "part, published": {"change_significant": pd.NA},
        "part, nothing": {"change": 0.0},
        "part, year before": {"year": "2024"},
        "part, one of its tertials": {"year": "2025-T1"},
    }.items():
        yield about, wording.change_sentence(some, cell(**more), "NKI")
    for about, part, change, answered in (
        ("part, nothing to compare with", "T1,T2", NAN, True),
        ("part, something is compared", "T1,T2", 1.0, True),
        ("part, no answers the year before", "T1,T2", NAN, False),
        ("whole, nothing to compare with", "", NAN, True),
    ):
        data = run({"part": part, "change": change}, {"year": "2024", "has_answers": answered})
        yield about, wording.uncompared(data)
        yield f"{about}: sentence", wording.change_sentence(data, cell(change=NAN), "NKI")
    few = {"part": "T1,T2", **HIDDEN}
    divided = ({"year": "2024"}, {"year": "2024-T1", **HIDDEN})
    yield "part, too few this year", wording.uncompared(run(few, *divided))
    shown = {"part": "T1,T2", "change": NAN}
    yield "part, too few in the same tertials before", wording.uncompared(run(shown, *divided))
    for about, data in (("whole", whole), ("part", some)):
        yield f"{about}: year told", wording.part_of_year(data)
        yield f"{about}: compared with", wording.compared_with(data, 2025)
        yield f"{about}: heading", wording.named(data, 2025)
        yield f"{about}: heading of the year before", wording.named(data, 2024)


def hidden_numbers(run: Run) -> Iterator[Case]:
    data = run()
    for reason in ("for_fa_svar", "for_fa_svar_i_fraga", "skyddar_annat_varde"):
        row = cell(reason=reason, **HIDDEN)
        yield f"{reason}: hidden", wording.hidden(row)
        yield f"{reason}: index", wording.index(row)
        yield f"{reason}: with grade", wording.index_with_grade(data, row)
        yield f"{reason}: margin", wording.interval(row)
        yield f"{reason}: governing", wording.governing(row)
        for scope in ("total", "bygglov", "upphandling"):
            row = cell(reason=reason, scope=scope, **HIDDEN)
            yield f"{reason}: {scope}", wording.hidden_because(data, row)
    yield "shown: index", wording.index(cell())
    yield "shown: with grade", wording.index_with_grade(data, cell())
    yield "shown: margin", wording.interval(cell())
    yield "shown: governing", wording.governing(cell(governing=75, index=1.0))
    yield "no row: index", wording.index(None)
    yield "no row: with grade", wording.index_with_grade(data, None)
    columns = (Column("a", "A", lambda r: r[0]), Column("b", "B", lambda r: r[1]))
    yield "heat", wording.heat_note(data, Table("x", "X", [("1", "70,0")], columns))
    yield (
        "heat, hidden",
        wording.heat_note(data, Table("x", "X", [("1", "70,0"), ("2", say("ord.dolt"))], columns)),
    )


def published_values(run: Run) -> Iterator[Case]:
    yield "ours alone", wording.official_sentence(cell())
    yield "published alone", wording.official_sentence(cell(official=75.0, index=NAN))
    yield "both agree", wording.official_sentence(cell(official=73.9))
    for reason in wording.DIFFERENCE_REASONS:
        row = cell(official=75.0, official_reason=reason)
        yield reason, wording.official_sentence(row)
    yield "no country", wording.country_sentence(run(), cell())
    data = run(country={2023: 70.0, 2025: 71.5, 2024: 74.0})
    yield "country, same year", wording.country_sentence(data, cell())
    yield "country, a tertial", wording.country_sentence(data, cell(year="2024-T1"))
    yield "country, one area", wording.country_sentence(data, cell(scope="bygglov"))
    yield "country, newest", wording.country_sentence(data, cell(year="2026"))


def verdicts(run: Run) -> Iterator[Case]:
    data, before = run(), run({"year": "2023", "definition": "total6"})
    part = run({"part": "T1"}, today=date(2026, 3, 1))
    for about, more in {
        "met": {"status": "nått", "gap": 0.0},
        "missed, year not come": {},
        "missed, its year": {"year": 2026},
        "missed, past its year": {"year": 2027},
        "missed, no year": {"target_year": pd.NA},
        "met before its year": {"status": "nått", "target_year": 2027},
        "too few": {"status": "för få svar", "reason": "for_fa_svar"},
        "hidden for another": {"status": "för få svar", "reason": "skyddar_annat_varde"},
        "missing": {"status": "saknas"},
        "before the plan": {"status": "inte bedömt", "reason": "fore_planen"},
        "part of an older year": {"status": "inte bedömt", "reason": "del_av_ar", "year": 2024},
    }.items():
        yield about, wording.goal_status(data, goal(**more))
    unjudged = {"status": "inte bedömt", "reason": "del_av_ar"}
    yield "part of the newest year", wording.goal_status(part, goal(**unjudged))
    for about, status, lower, upper in (
        ("met", "nått", 76.5, 79.0), ("missed", "ej nått", 74.0, 77.5), ("met", "nått", 77.5, 79.0),
    ):  # fmt: skip
        for index in (79.0, 79.1) if about == "met" else (75.0, 74.9):
            row = goal(status=status, index=index, lower=lower, upper=upper)
            yield f"{about}, {index} ({lower}–{upper})", wording.goal_status(data, row)
    yield "no goal", goals.goal_row(data, TOTAL_GOAL)
    yield "judged when, before the plan", before.judged_when


AREAS = {
    "all met": (area("bygglov", "nått"), area("brandskydd", "nått")),
    "one missed": (area("bygglov", "ej nått"), area("brandskydd", "nått")),
    "one judged, met": (area("bygglov", "nått"), area("brandskydd", "för få svar")),
    "one judged, missed": (area("bygglov", "ej nått"), area("brandskydd", "saknas")),
    "two of three": (
        area("bygglov", "nått"), area("brandskydd", "nått"), area("livsmedelskontroll", "saknas"),
    ),
    "none judged": (area("bygglov", "saknas"), area("brandskydd", "för få svar")),
    "part of the year": (area("bygglov", "inte bedömt"), area("brandskydd", "inte bedömt")),
}  # fmt: skip
OTHERS = (
    area("bygglov", "ej nått", year=2024),
    area("livsmedelskontroll", "ej nått", goal=4),
    {**GOAL, "scope": "bygglov"},
)
"""Another year, another goal, and a row that no goal of the total has."""


def goals_of_areas(run: Run) -> Iterator[Case]:
    for about, rows in AREAS.items():
        for status in ("nått", "ej nått"):
            whole = area("samtliga", status)
            cells = ({"part": "T1"},) if about == "part of the year" else ({},)
            data = run(*cells, rows=(whole, *rows, *OTHERS))
            row = goals.goal_row(data, AREAS_GOAL)
            assert row is not None and row["scope"] == "samtliga"
            yield f"{about}, {status}: partly", goals.partly(data, AREAS_GOAL, row)
            yield f"{about}, {status}: verdict", goals.verdict(data, AREAS_GOAL, row)
        yield f"{about}: facts", goals.area_facts(data, AREAS_GOAL)
        yield f"{about}: areas", ", ".join(goals.area_rows(data, AREAS_GOAL)["scope"])
    yield "year before: areas", ", ".join(goals.area_rows(data, AREAS_GOAL, 2024)["scope"])
    yield "no row: partly", goals.partly(data, AREAS_GOAL, None)
    met = run(rows=({**GOAL, "status": "nått"}, area("samtliga", "ej nått"), *OTHERS))
    row = goals.goal_row(met, TOTAL_GOAL)
    assert row is not None and row["scope"] == "total"
    yield "total: partly", goals.partly(met, TOTAL_GOAL, row)
    yield "total: verdict", goals.verdict(met, TOTAL_GOAL, row)
    yield "total, another year", goals.goal_row(met, TOTAL_GOAL, 2024)


def paces(run: Run) -> Iterator[Case]:
    data = run()
    for about, row in (
        ("a year", goal()),
        ("three years", goal(pace_since=2022, pace_from=70.04, pace_so_far=1.27)),
    ):
        yield f"pace of {about}", [round(number, 6) for number in goals.pace_so_far(row)]
    for definition, since in (("total4", 2024), ("total4", 2023), ("total6", 2023), ("", 2023)):
        row = goal(definition=definition, pace_since=since)
        yield f"restated {definition} {since}", goals.restated(data, row)


def small_words(run: Run) -> Iterator[Case]:
    step = {"kind": "steg", "step": "4.4", "number": 4, "title": "Utbildning"}
    yield "step", wording.activity(pd.Series(step))
    yield "activity", wording.activity(pd.Series({**step, "step": "", "kind": "aktivitet"}))
    yield "evaluation", wording.activity(pd.Series({**step, "kind": "utvardering"}))
    for status, share in (
        ("klar", 0.743), ("klar", 0.996), ("klar", 1.0), ("klar", NAN), ("pågår", 0.5),
    ):  # fmt: skip
        row = pd.Series({"status": status, "progress": share})
        yield f"{status} {share}", wording.step_status(row)
    days = pd.Series({"start": date(2025, 1, 1), "end": date(2025, 3, 31)})
    yield "period", wording.period(days)
    yield "kronor", wording.kronor(12500.0)
    yield "kronor, unknown", wording.kronor(NAN)
    yield "source", wording.source_site("https://www.kolada.se/verktyg")
    yield "source without an address", wording.source_site("SKR")
    yield "escaped", wording.escaped('<a href="x">&</a>')
    yield "paragraphs", wording.paragraphs("Ett *ord*.", "", "Två.").markdown
    yield "bullets", wording.bullets(["Ett *ord*.", "Två."]).markdown


SUBJECTS = (
    changes, hidden_numbers, published_values, verdicts, goals_of_areas, paces, small_words,
)  # fmt: skip


def told(subject: Callable[[Run], Iterator[Case]], place: Path) -> str:
    """A line for each case of a subject; ``~`` is a no-break space."""
    lines = [f"{about} → {text}".rstrip() for about, text in subject(runs_in(place))]
    shown = [line.replace("\n", "\\n").replace("\N{NO-BREAK SPACE}", "~") for line in lines]
    return "\n".join(shown) + "\n"


def test_the_sentences_are_the_approved_ones(tmp_path: Path) -> None:
    names = {subject.__name__: subject for subject in SUBJECTS}
    compare("sentences", {name: told(names[name], tmp_path / name) for name in names})
