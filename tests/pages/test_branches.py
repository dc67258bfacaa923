"""What the pages say of numbers that the whole runs do not have, a wording under each heading."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
from pages import made_up, reader
from pages.approval import compare
from pages.made_up import GOAL_1, NAN, SETTINGS, answers, area_goal, changed, small
from pages.publication import BYGGLOV, Publication, move, published

from analysis import measures, store
from analysis.present import values, wording
from analysis.present.bundle import Text
from analysis.present.data import ReportData
from analysis.present.figures.trend import trend
from analysis.present.pages import (
    aktiviteter,
    andringar,
    bilaga,
    forvaltningar,
    framgang,
    jamforelse,
    kurs,
    maluppfyllelse,
    metod,
    metod_underlag,
    nulage,
    omrade,
    oversikt,
    underlag,
    utbildning,
)
from analysis.project import Project
from analysis.workshop import audience, results
from analysis.workshop.content import Chart, Place, SlideTable

Branches = Iterator[tuple[str, Any]]
"""What the numbers are like, and the parts of the page that tell it."""
MISSED, MET = area_goal("bygglov", "ej nått", 68, 72), area_goal("bygglov", "nått", 75, 80)


def overview(example: ReportData, folder: Path) -> Branches:
    def sentences(*goals: dict[str, object], **quadrants: str) -> object:
        return wording.bullets(oversikt.sentences(small(folder, *goals, **quadrants)))

    def cards(*goals: dict[str, object]) -> object:
        return oversikt.goal_cards(small(folder, GOAL_1, *goals))

    yield (
        "one area below, one factor to begin with",
        sentences(GOAL_1, MISSED, effektivitet="prioritera", kompetens="bevara"),
    )
    for told, uppers in (
        ("both sure", (69.0, 69.5)),
        ("one of them sure", (69.0, 71.0)),
        ("neither sure", (72.0, 71.0)),
        ("uncertainty not known", (NAN, NAN)),
    ):
        below = [area_goal("bygglov", "ej nått", 68, uppers[0])]
        below.append(area_goal("brandskydd", "ej nått", 66, uppers[1]))
        yield f"two areas below, {told}", sentences(GOAL_1, *below)
    yield "one area below, uncertainty not known", sentences(GOAL_1, {**MISSED, "upper": NAN})
    yield "no value", sentences({**GOAL_1, "status": "saknas", "gap": NAN, "index": NAN})
    few = area_goal("brandskydd", "för få svar", NAN, NAN)
    yield "one area reached, one not judged", sentences(GOAL_1, MET, few)
    both = (MET, area_goal("brandskydd", "nått", 71.5, 80))
    yield "every area reached", sentences(GOAL_1, *both)
    every = area_goal("samtliga", "nått", 75, 80)
    missing = area_goal("brandskydd", "saknas", NAN, NAN)
    yield "cards: every area judged", cards(every, *both)
    yield "cards: one area without a value", cards(every, MET, missing)
    yield "cards: no area judged", cards(area_goal("samtliga", "saknas", NAN, NAN), few)
    data = small(folder, GOAL_1)
    for told, row in (
        ("no value", {"scope": "bygglov"}),
        ("too few answers", {"reason": "for_fa_svar"}),
        ("hidden to protect another", {"reason": "skyddar_annat_varde"}),
    ):
        other = changed(data, folder, indices=data.indices.assign(**row))
        yield f"no total: {told}", oversikt.front(other)
    newest = example.indices["year"].str.startswith("2025")
    hidden = example.indices.assign(
        governing=example.indices["governing"].mask(newest),
        change=example.indices["change"].mask(newest),
    )
    earlier = changed(example, folder, indices=hidden, drivers=example.drivers.assign(index=NAN))
    known = changed(example, folder, indices=hidden)
    yield (
        "what comes first rests on earlier years",
        wording.bullets([*oversikt.sentences(earlier), *oversikt.sentences(known)]),
    )
    yield "what comes first rests on earlier years, in the appendix", bilaga.summary(earlier)
    yield "only two tertials", oversikt.front(made_up.of_two_tertials(example, folder))


def appendix(example: ReportData, folder: Path) -> Branches:
    def summary(*goals: dict[str, object]) -> object:
        return bilaga.summary(small(folder, *goals))

    missing = area_goal("brandskydd", "saknas", NAN, NAN)
    met = GOAL_1 | {"status": "nått"}
    unsure = {"index": 78.0, "lower": 76.0, "upper": 80.0}
    sure = {"index": 80.0, "lower": 78.0, "upper": 82.0}
    yield "none reached", summary(GOAL_1, area_goal("samtliga", "nått", 75, 80), MET, missing)
    yield "one reached", summary(met | sure)
    yield "one reached, barely", summary(met | unsure)
    yield "two reached, one barely", summary(met | unsure, met | {"goal": 3} | sure)
    yield (
        "one reached, two not judged",
        summary(GOAL_1, met | {"goal": 3}, area_goal("bygglov", "saknas", 0, 0)),
    )
    yield "only two tertials", bilaga.summary(made_up.of_two_tertials(example, folder))


def area_page(example: ReportData, folder: Path) -> Branches:
    data = small(folder, GOAL_1)
    parts = (omrade.factor_figure, omrade.question_table, omrade.first_step, omrade.hidden)
    assert not any(part(example, "receptfria_lakemedel") for part in parts[:3])
    assert not any(part(data, "bygglov") for part in parts)
    yield "no numbers in the newest year", omrade.introduction(data, "bygglov")
    missing = [
        area_goal("bygglov", "saknas", NAN, NAN) | {"year": year, "goal": goal}
        for year in (2023, 2025)
        for goal in (2, 4)
    ]
    yield "no value of a goal in any year", omrade.goal_table(small(folder, *missing), "bygglov")
    rates = example.table(store.RATES)
    own = rates[rates["year"] != 2025]
    official = made_up.published_rates(("bygglov", "", 0.38, None))
    other = changed(example, folder, response_rates=own, official=official)
    yield "a published response rate", omrade.response(other, "bygglov")
    more = rates.assign(answered=rates["answered"] + 3)
    yield (
        "more answers told than counted",
        omrade.response(changed(example, folder, response_rates=more), "bygglov"),
    )
    part = made_up.of_two_tertials(example, folder)
    yield "only two tertials", omrade.introduction(part, "bygglov")
    columns = ("year", "scope", "factor", "proposal", "who", "when")
    agreed = [
        (2023, "bygglov", "effektivitet", "Ring upp inom två dagar", "Enhetschefen", "våren 2025"),
        (2024, "bygglov", "", "Möt alla", "Bygglovschefen", ""),
        (2025, "bygglov", "bemotande", "Gemensam utbildning", "Enhetschefen", "2027"),
        (2020, "bygglov", "bemotande", "Fasta tider", "Enhetschefen", ""),
    ]
    agreed_on = {store.PROPOSALS: pd.DataFrame(agreed, columns=list(columns))}
    sure = example.indices.assign(change_significant=True)
    for told, more in (("", {}), (", one change sure", {store.INDICES: sure})):
        yield (
            f"agreed at a workshop{told}",
            omrade.agreed_table(changed(example, folder, **agreed_on, **more), "bygglov"),
        )


def current_state(example: ReportData, folder: Path) -> Branches:
    rates = example.table(store.RATES)
    official = made_up.published_rates(
        ("total", "total4", 0.45, 171), ("total", "total6", 0.5, 200), ("bygglov", "", 0.38, None)
    )
    without = changed(
        example, folder, response_rates=rates[rates["year"] != 2025], official=official
    )
    yield "published response rates alone", nulage.response(without)
    gaps = rates.copy()
    unknown = (rates["year"] == 2025) & rates["scope"].isin(["total", "bygglov"])
    gaps.loc[unknown, ["rate", "met", "invited"]] = pd.NA
    yield (
        "published response rates in the gaps",
        nulage.response(changed(example, folder, response_rates=gaps, official=official)),
    )
    yield (
        "response rates that are not known",
        nulage.response(changed(example, folder, response_rates=gaps, official=official.head(0))),
    )
    more = rates.assign(
        answered=rates["answered"].where(rates["scope"] != "bygglov", rates["answered"] + 3)
    )
    yield (
        "more answers told than counted",
        nulage.response(changed(example, folder, response_rates=more)),
    )
    none = changed(example, folder, response_rates=rates.head(0), official=official.head(0))
    yield "no response rates", nulage.response(none)
    indices = example.indices.copy()
    indices.loc[indices["scope"].isin(["total", "bygglov"]), "change_mixed"] = True
    yield "changes by the answers", nulage.area_table(changed(example, folder, indices=indices))
    indices = example.indices.copy()
    indices.loc[indices["year"].isin(["2021", "2022"]), "n"] = pd.NA
    yield "answers counted in some years", trend(changed(example, folder, indices=indices), key="x")
    yield "only two tertials", nulage.introduction(made_up.of_two_tertials(example, folder))
    untold = made_up.counted(
        folder,
        answers(2025, none=[5.0, 7.0] * 20),
        answers(2026, T1=[6.0, 8.0] * 10, T2=[7.0, 9.0] * 10),
        today=date(2026, 10, 1),
    )
    yield "tertials without the same of the year before", nulage.area_table(untold)
    begun = made_up.counted(folder, answers(2026, none=[5.0, 7.0] * 20), today=date(2026, 12, 31))
    yield (
        "a year that is not over, without tertials",
        [nulage.area_table(begun), *(found.told for found in begun.marks)],
    )


def goals_and_plan(example: ReportData, folder: Path) -> Branches:
    none = area_goal("samtliga", "saknas", NAN, NAN)
    every = area_goal("samtliga", "nått", 75, 80)
    missing = area_goal("brandskydd", "saknas", NAN, NAN)
    yield "no area judged", maluppfyllelse.goal_table(small(folder, GOAL_1, none, missing))
    yield "some areas judged", maluppfyllelse.goal_table(small(folder, GOAL_1, every, MET, missing))
    nothing = pd.array([None] * len(example.spending), "Int64")
    unreported = changed(example, folder, spending=example.spending.assign(spent=nothing))
    yield (
        "costs that nobody reported",
        [aktiviteter.activity_summary(unreported), forvaltningar.money_table(unreported)],
    )
    money = pd.DataFrame(
        [
            (2, 2024, "", None, 40_000),
            (3, 2026, "", None, 5_000),
            (3, 2025, "", 250_000, 270_000),
            (0, 2026, "", None, 900),
        ],
        columns=list(example.spending),
    ).astype(example.spending.dtypes.to_dict())
    spent = changed(example, folder, spending=money)
    yield (
        "costs above, without and beside a budget",
        [
            aktiviteter.activity_summary(spent),
            forvaltningar.money_table(spent),
            underlag.economy(spent),
        ],
    )
    alone = example.departments[example.departments["department"] == "Kommunstyrelsekontoret"]
    yield (
        "one förvaltning",
        forvaltningar.finding(changed(example, folder, progress_by_department=alone)),
    )
    yield from forecasts(example, folder)


def forecasts(example: ReportData, folder: Path) -> Branches:
    made = example.forecast.iloc[[0]]

    def page(**cells: object) -> object:
        told = replace(example, example=False)
        return maluppfyllelse.forecast(changed(told, folder, forecast=made.assign(**cells)))

    yield "a forecast from a large panel", page(basis="panel", movements=900, probability=0.44)
    yield "a forecast that was never tried", page(tried=0, covered=0, probability=0.001)
    yield "a target that is reached already", page(rise=-0.4, probability=0.97)
    yield "no other changes over the time", page(changes=0)
    for reason in ("for_langt", "inga_andra", "for_liten_panel", "ingen_historia"):
        yield f"no forecast: {reason}", page(basis="", reason=reason, index=NAN)
    years = pd.concat([made.assign(year=2025 + n, target_year=2028) for n in (1, 2, 3)])
    ahead = years.assign(
        index=[74.0, 74.5, 75.0], lower=[71.0, 70.5, 70.0], upper=[77.0, 78.5, 80.0]
    )
    yield "a forecast of three years in the figure", trend(example, key="nki", ahead=ahead)


def method(example: ReportData, folder: Path) -> Branches:
    rules = example.settings.rules
    weights = rules.index.nki_weights.model_copy(
        update={"value": {"nki_totalt": 2.0, "nki_forvantningar": 1.0, "nki_ideal": 1.0}}
    )
    index = rules.index.model_copy(update={"nki_weights": weights})
    yield "unequal weights", metod.index_rule(made_up.with_rules(example, index=index))
    definition = rules.totals.definitions["total4"].model_copy(update={"official_from": None})
    totals = rules.totals.model_copy(update={"definitions": {"total4": definition}})
    yield "one definition", metod.index_rule(made_up.with_rules(example, totals=totals))
    cases = rules.totals.method.model_copy(update={"value": "cases"})
    by_cases = made_up.with_rules(example, totals=rules.totals.model_copy(update={"method": cases}))
    total = (example.indices["scope"] == "total") & (example.indices["year"] == "2024")
    indices = example.indices.copy()
    indices.loc[total, "total_method"] = "mean"
    yield "a year without cases", metod.index_rule(changed(by_cases, folder, indices=indices))
    indices = example.indices.copy()
    row = (indices["scope"] == "bygglov") & (indices["measure"] == "nki")
    indices.loc[
        row & (indices["year"] == "2025"),
        ["official", "official_difference", "official_status", "official_reason"],
    ] = [60.0, 8.0, "differs", "annat_antal_svar"]
    yield (
        "a published value that differs",
        metod_underlag.difference_table(changed(example, folder, indices=indices)),
    )


def changes(example: ReportData, folder: Path) -> Branches:
    def page(of: Publication) -> list[object]:
        found = of.compared()
        data = of.data
        return [
            andringar.introduction(data, found),
            andringar.reason_table(data, found),
            andringar.table(data, found),
            andringar.corrected_table(data),
        ]

    publication = published(Project(example.folder.parents[2]), folder)
    yield "made-up answers", andringar.introduction(example, None)
    yield "the first report", andringar.introduction(replace(example, example=False), None)
    yield "nothing changed", page(publication)
    publication.table("drivers", move("effect", "1", scope="total", factor="bemotande"))
    yield "a driver changed", page(publication)
    publication.table("index", move("index", "1", **BYGGLOV))
    publication.table("goals", move("status", "1", goal="1", year="2025"))
    publication.record["regler"]["disclosure.min_answers"] = "5"
    yield "an index, a goal and a rule changed", page(publication)
    publication.table("index", move("n", "58", **BYGGLOV))
    yield "three answers more, which the two reports together would give away", page(publication)
    publication.table("index", move("n", "61", **BYGGLOV))
    publication.official_total("74.4")
    yield "a published value changed", page(publication)
    for name in ("index", "goals"):
        publication.table(name, lambda frame: frame[~frame["year"].str.startswith("2025")])
    (publication.publish() / "tidigare" / "1").mkdir(parents=True)
    publication.own_values(
        "Norrtälje,0188,2019,total_nki,74.0,2020-04-20,SKR april",
        "Norrtälje,0188,2019,total_nki,74.4,2026-12-01,https://www.kolada.se/x",
        "Norrtälje,0188,2018,bygglov,61.5,,Tidningen",
        "Norrtälje,0188,2018,bygglov,63.2,2019-04-20,SKR",
    )
    yield "a new year, a replaced publication, corrected values", page(publication)


def comparisons(example: ReportData, folder: Path) -> Branches:
    def page(data: ReportData) -> object:
        parts = (
            jamforelse.introduction(data),
            jamforelse.strips_figure(data),
            jamforelse.standing_table(data),
            jamforelse.factor_table(data),
            jamforelse.everyone(data),
        )
        return [part for part in parts if part is not None]

    yield (
        "country, peers and factors of the same year",
        page(made_up.among_others(example, folder, [2025])),
    )
    yield "an earlier year, few peers", page(made_up.among_others(example, folder, [2024], peers=2))
    yield (
        "a year too long ago",
        page(
            changed(
                example,
                folder,
                comparison=measures.comparison(
                    example.indices,
                    example.official[example.official["year"] < 2022],
                    example.settings,
                ),
            )
        ),
    )
    yield "nothing to compare with", page(made_up.among_others(example, folder, [2009]))
    everyone = made_up.among_others(example, folder, [2025], others=120)
    figure = jamforelse.funnel_figure(everyone)
    assert figure is not None
    yield (
        "all municipalities",
        [Text(f"{figure.alt}\n\n{figure.caption}\n"), jamforelse.everyone(everyone)],
    )


def success_factors(example: ReportData, folder: Path) -> Branches:
    def page(data: ReportData) -> list[object]:
        figure = framgang.matrix_figure(data)
        drawn = [Text(f"{figure.alt}\n\n{figure.caption}\n"), figure.table] if figure else []
        guide = framgang.reading_guide(data)
        return [framgang.introduction(data), *drawn, *([guide] if guide else [])]

    # As from a portal's table: values without answers, so nothing to count effects on.
    none = changed(
        example,
        folder,
        drivers=example.drivers.head(0),
        indices=example.indices.assign(has_answers=False, joint=False),
    )
    yield "no answers: what matters most in the country", page(none)
    total_alone = none.indices[none.indices["kind"] == "nki"]
    yield "no answers and no factors", page(changed(none, folder, indices=total_alone))
    yield "too few answers", page(changed(example, folder, drivers=example.drivers.head(0)))


def trainings(example: ReportData, folder: Path) -> Branches:
    def page(data: ReportData) -> list[object]:
        found = [
            utbildning.introduction(data),
            utbildning.in_short(data),
            utbildning.lowest_table(data),
            utbildning.highest(data),
            utbildning.weight_basis(data),
            utbildning.weighty_table(data),
            *utbildning.audiences(data),
            *kurs.aims(data),
            *kurs.course_review(data),
        ]
        return [part for part in found if part is not None]

    def review(data: ReportData) -> list[object]:
        return [*kurs.in_short(data), *kurs.course_review(data)]

    def planned(**changes: object) -> ReportData:
        settings = replace(SETTINGS, plan=SETTINGS.plan.model_copy(update=changes))
        return replace(example, settings=settings)

    published = example.indices.assign(
        has_answers=False, joint=False, change_significant=None, n=None
    )
    none = changed(example, folder, drivers=example.drivers.head(0), indices=published)
    yield "published values of factors and questions, no answers", page(none)
    total_alone = published[published["kind"] == "nki"]
    yield "published NKI alone", page(changed(none, folder, indices=total_alone))
    own = example.indices["year"] == "2025"
    hidden = example.indices.assign(
        governing=example.indices["governing"].mask(own),
        change=example.indices["change"].mask(own),
        reason=example.indices["reason"].mask(own, "skyddar_annat_varde"),
    )
    everything = changed(example, folder, indices=hidden, drivers=example.drivers.head(0))
    yield "every number of the year is hidden", page(everything)
    yield "no plan", page(replace(example, settings=SETTINGS.for_municipality("0160")))
    yield "a plan without trainings", page(planned(activities=SETTINGS.plan.activities[:2]))
    yield (
        "a plan whose course is never reviewed",
        review(planned(activities=SETTINGS.plan.activities[:3])),
    )
    later = replace(example, today=date(2031, 1, 1))
    yield "no review is left", review(later)
    unowned = SETTINGS.report.model_copy(update={"owners": {}})
    nobody = replace(example, settings=replace(SETTINGS, report=unowned))
    yield "nobody is responsible for an area", list(utbildning.audiences(nobody))
    yield "a part of the year", review(made_up.of_two_tertials(example, folder))
    fallen = example.indices["measure"].isin(["bemotande", "tillganglighet", "bemotande_attityd"])
    risen = example.indices["measure"] == "rattssakerhet_motivering"
    moved = example.indices.assign(
        change_significant=example.indices["change_significant"].mask(own & (fallen | risen), True)
    )
    yield "sure changes", review(changed(example, folder, indices=moved))
    still = example.indices.assign(change_significant=example.indices["change_significant"] & False)
    sure = example.drivers.assign(effect_lower=example.drivers["effect"] - 0.001)
    sure = sure.assign(effect_upper=sure["effect"] + 0.001)
    quiet = sure.assign(quadrant="bevara")
    calm = changed(example, folder, indices=still, drivers=quiet)
    yield "nothing asks for anything", [*page(calm)]
    aimed = sure.assign(
        quadrant=sure["quadrant"].mask(sure["factor"] == "information", "prioritera")
    )
    yield "the course has what ought to come first", review(changed(example, folder, drivers=aimed))


def decided(example: ReportData, folder: Path) -> Branches:
    """The example's goals with target years that have passed, on every page that tells them."""

    def of(data: ReportData, *years: int | None) -> ReportData:
        aims = (73, 67, 80, 80)
        goals = tuple(
            goal.model_copy(update={"target": aim, "target_year": year, "reference": None})
            for goal, aim, year in zip(data.settings.plan.goals, aims, years, strict=True)
        )
        plan = data.settings.plan.model_copy(update={"goals": goals})
        settings = replace(data.settings, plan=plan)
        table = measures.goals(data.indices, plan, settings.rules)
        none = data.forecast.head(0)
        moved = changed(data, folder, **{store.GOALS: table, store.FORECAST: none})
        return replace(moved, settings=settings)

    def page(data: ReportData) -> list[object]:
        plan = data.settings.plan
        named = [f"mal.{goal.number}.{part}" for goal in plan.goals for part in ("varde", "lage")]
        told = values.values(data, data.year, [*named, "mal.1.kvar"])
        deck = audience.audiences(data.settings, data.areas())[0][0]
        slides = (results.goals(data), results.areas(data, deck, []))
        told_there = [
            " | ".join(" / ".join(row) for row in part.rows)
            if isinstance(part, SlideTable)
            else " ".join(part.told)
            for slide in slides
            if slide
            for place, part in slide.parts.items()
            if place in (Place.TITLE, Place.TABLE, Place.TEXT) and not isinstance(part, Chart)
        ]
        return [
            wording.bullets(oversikt.sentences(data)),
            oversikt.goal_cards(data),
            bilaga.summary(data),
            underlag.decision(data),
            maluppfyllelse.introduction(data),
            maluppfyllelse.goal_table(data),
            *maluppfyllelse.area_goal_tables(data),
            maluppfyllelse.area_goals(data),
            omrade.goal_table(data, "bygglov"),
            wording.bullets(f"{name}: {value}" for name, value in told.items()),
            wording.bullets(told_there),
        ]

    yield "both in 2024, of which 2025 says otherwise", page(of(example, 2024, 2024, None, None))
    yield "a goal for every area, of a question", page(of(example, None, None, None, 2024))
    only = of(example, None, None, None, None)
    for year in (None, 2024):
        goal = only.settings.plan.goals[3].model_copy(
            update={"measure": "effektivitet_tid", "target": 72, "target_year": year}
        )
        plan = only.settings.plan.model_copy(update={"goals": (goal,)})
        settings = replace(SETTINGS, plan=plan)
        table = measures.goals(example.indices, plan, settings.rules)
        asked = replace(changed(only, folder, **{store.GOALS: table}), settings=settings)
        yield (
            f"the only goal for every area is of a question, target year {year}",
            wording.bullets(oversikt.sentences(asked)),
        )
    for told, number, target in (("missed", 0, 77), ("reached", 2, 80), ("no value", 0, 77)):
        goal = only.settings.plan.goals[number].model_copy(update={"target": target})
        plan = only.settings.plan.model_copy(update={"goals": (goal,)})
        settings = replace(SETTINGS, plan=plan)
        kept = example.indices["scope"] != "total"
        values_there = example.indices[kept] if told == "no value" else example.indices
        table = measures.goals(values_there, plan, settings.rules)
        single = replace(changed(only, folder, **{store.GOALS: table}), settings=settings)
        slide = results.goals(single)
        yield (
            f"the plan has one goal, {told}",
            [
                bilaga.summary(single),
                underlag.decision(single),
                wording.paragraphs(*(slide.parts[Place.TITLE].told if slide else ())),
            ],
        )
    yield "a target year before the plan", page(of(example, 2019, 2019, None, None))
    without = example.indices[example.indices["year"] != "2024"]
    missing = changed(example, folder, indices=without)
    yield "the target year has no result", page(of(missing, 2024, 2024, None, None))
    part = made_up.of_two_tertials(example, folder)
    yield "the newest year is not all there", page(of(part, 2024, 2024, None, None))
    late = replace(example, today=date(2031, 6, 1))
    yield (
        "the month of the decision has passed without the result",
        [
            wording.bullets(oversikt.sentences(late)),
            bilaga.summary(late),
            maluppfyllelse.introduction(late),
        ],
    )


def test_every_wording_reads_as_approved(example_project: Project, tmp_path: Path) -> None:
    folder = example_project.processed / "example"
    example = ReportData(folder, SETTINGS, example=True, today=date(2026, 11, 23))
    pages = (
        overview, appendix, area_page, current_state, goals_and_plan, comparisons, method, changes,
        success_factors, trainings, decided,
    )  # fmt: skip
    compare("branches", {page.__name__: text(page(example, tmp_path)) for page in pages})


def text(branches: Branches) -> str:
    pieces: list[Any] = []
    for told, parts in branches:
        pieces += [f"\n\n## {told}\n\n", *(parts if isinstance(parts, list) else [parts])]
    return reader.of_parts(pieces)
