"""One myndighetsområde, for the förvaltning that is responsible for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pandas as pd

from analysis import store, swedish
from analysis.measures.disclosure import HiddenReason
from analysis.measures.drivers import Pooling
from analysis.measures.goals import BEFORE_PLAN, Verdict
from analysis.present import columns, wording
from analysis.present.bundle import Figure, Text
from analysis.present.data import ReportData
from analysis.present.figures.dots import dots
from analysis.present.figures.trend import trend
from analysis.present.tables import Column, Table
from analysis.settings.questionnaire import NKI

LISTED = 3


def introduction(data: ReportData, area: str) -> Text:
    """The area's NKI, or the reason that nothing can be shown."""
    row = data.cell(area)
    name, index = data.label(area), data.index_name(area)
    if row is None:
        missing = "inga svar" if data.has_answers else "inget publicerat värde"
        return wording.paragraphs(f"{name} har {missing} för ärendeår {data.year}.")
    if wording.governing(row) is None:
        return wording.paragraphs(
            f"{index} för {name.lower()} visas inte för ärendeår {data.year}: "
            f"{wording.hidden_because(data, row)}"
        )
    value = wording.index_with_grade(data, row)
    facts = [f"{index} är **{value}** för ärendeår {data.year}"]
    if pd.notna(row["n"]):
        facts.append(f"bygger på {swedish.number(row['n'], 0)} svar")
    first = ", ".join(facts) + "."
    if wording.margin(row):
        lower, upper = (swedish.number(row[f"governing_{end}"]) for end in ("lower", "upper"))
        first += f" Det sanna värdet ligger troligen mellan {lower} och {upper}."
    ranked = data.settings.rules.disclosure.min_answers_ranked.value
    few = (
        f"Med färre än {ranked} svar rankas området inte i Öppna jämförelser."
        if pd.notna(row["n"]) and row["n"] < ranked
        else ""
    )
    told = wording.joined(
        first,
        wording.official_sentence(row),
        wording.change_sentence(data, row, index),
        wording.country_sentence(data, row),
        wording.part_of_year(data),
        few,
    )
    return wording.paragraphs(told)


def owner(data: ReportData, area: str) -> Text | None:
    """Who is responsible for the area, where that is configured."""
    found = data.settings.report.owners.get(area)
    if found is None:
        return None
    return wording.paragraphs(f"Ansvarig förvaltning: {found.unit}. Kontakt: {found.contact}.")


def trend_figure(data: ReportData, area: str) -> Figure | Text:
    """The area's NKI over the years against the plan's goal for every area."""
    goal = data.settings.plan.area_goal(NKI)
    if area not in data.settings.plan.areas.judged:
        goal = None
    figure = trend(
        data,
        key="utveckling",
        scope=area,
        targets=[(goal.target, f"Mål {swedish.number(goal.target, 0)}")] if goal else [],
    )
    return figure or wording.paragraphs(
        f"Inget ärendeår har ett {data.index_name(area)} som kan visas."
    )


def factor_figure(data: ReportData, area: str) -> Figure | Text:
    """The area's factors, highest first."""
    every = data.select(year=data.year, scope=area, kind="factor", definition="")
    rows = every[every["governing"].notna()].sort_values("governing", ascending=False)
    figure = dots(
        data,
        rows,
        [data.label(measure) for measure in rows["measure"]],
        key="faktorer",
        title=f"Servicefaktorer inom {data.label(area).lower()}",
        first="Servicefaktor",
    )
    if figure is None and set(every["reason"]) == {HiddenReason.TOO_FEW_IN_QUESTION}:
        # As many as are needed answered; "too few" would contradict the number above.
        return wording.paragraphs(
            f"Ingen servicefaktor visas för ärendeår {data.year}: inte alla som svarade har "
            f"besvarat varje fråga. {wording.required_each(data, area)}"
        )
    return figure or _unseen(data, area, "Ingen servicefaktor")


def factor_history(data: ReportData, area: str) -> Table | None:
    """The area's factors year by year."""
    rows = data.select(scope=area, kind="factor", definition="")
    years = [y for y in data.years if (rows["year"] == str(y)).any()]
    if not rows["governing"].notna().any() or len(years) < 2:
        return None
    factors = data.settings.questionnaire.factor_keys
    table = Table(
        "faktorer-over-tid",
        data.caption(
            f"**Servicefaktorer inom {data.label(area).lower()} över tid.** Färgen följer betyget.",
            years=years,
        ),
        [
            {"factor": factor, **{str(year): data.cell(area, factor, year) for year in years}}
            for factor in factors
        ],
        [
            columns.name(data, "Servicefaktor", "factor"),
            *(columns.heat(wording.named(data, year), str(year)) for year in years),
        ],
    )
    return replace(table, note=wording.heat_note(data, table))


def strengths(data: ReportData, area: str) -> Text | None:
    """The area's highest and lowest questions, and how sure the order is."""
    rows = data.select(year=data.year, scope=area, kind="question", definition="")
    rows = rows[rows["governing"].notna()].sort_values("governing")
    questions = data.settings.questionnaire
    # With few answers the order can be chance, and who is asked to begin there is misled.
    least = data.settings.rules.drivers.min_answers_advice.value
    rows = rows[~(rows["n"] < least).fillna(False).astype(bool)]
    rows = rows[[questions.item(key).group != "nki" for key in rows["measure"]]]
    if len(rows) < 2 * LISTED:
        return None
    low, high = rows.head(LISTED), rows.tail(LISTED).iloc[::-1]
    unsure = high["governing_lower"].min() <= low["governing_upper"].max()
    return wording.bullets(
        [
            f"**Högst:** {_told(data, high)}.",
            f"**Lägst, börja här:** {_told(data, low)}.",
            *(["Osäkerheten är stor: ordningen mellan frågorna kan vara slump."] if unsure else []),
        ]
    )


def _told(data: ReportData, rows: pd.DataFrame) -> str:
    return swedish.listing(
        [
            f"{data.label(row['measure']).lower()} ({swedish.number(row['governing'])})"
            for _, row in rows.iterrows()
        ]
    )


def hidden(data: ReportData, area: str) -> Text:
    """The hidden numbers of the newest year, by reason."""
    rows = data.select(year=data.year, scope=area, definition="")
    if rows.empty:
        return wording.paragraphs(f"Det finns inga tal för ärendeår {data.year}.")
    rows = rows[~rows["shown"]]
    if rows.empty and not data.answer_years:
        return wording.paragraphs("Det finns inga svar att dölja, bara publicerade värden.")
    if rows.empty:
        return wording.paragraphs(f"Alla tal för ärendeår {data.year} visas.")
    items = []
    for reason, part in rows.groupby("reason", sort=True):
        because = {
            HiddenReason.PROTECTS: swedish.capitalised(wording.hidden_because(data, part.iloc[0])),
            HiddenReason.TOO_FEW_IN_QUESTION: wording.required_each(data, area),
        }.get(HiddenReason(str(reason)), wording.required_answers(data, area))
        names = swedish.listing(_names(data, area, set(part["measure"])))
        told = wording.hidden(part.iloc[0])
        told += " på någon fråga" if reason == HiddenReason.TOO_FEW_IN_QUESTION else ""
        items.append(f"**{swedish.capitalised(told)}:** {names}. {because}")
    return wording.bullets(items)


def _names(data: ReportData, area: str, hidden: set[str]) -> list[str]:
    """Names of the hidden measures; “all factors” or “all questions” where every one is hidden."""
    questions = data.settings.questionnaire
    names = [data.index_name(area)] if NKI in hidden else []
    for keys, together in (
        (questions.factor_keys, "alla servicefaktorer"),
        (questions.item_keys, "alla frågor"),
    ):
        some = [data.label(key) for key in keys if key in hidden]
        names += [together] if len(some) == len(keys) else some
    return names


def _unseen(data: ReportData, area: str, what: str) -> Text:
    """A sentence that nothing of a kind can be shown for the newest year."""
    answered = not data.select(year=data.year, scope=area, kind="question", definition="").empty
    why = "svaren är för få" if answered else "det finns inga enskilda svar"
    return wording.paragraphs(f"{what} visas för ärendeår {data.year}: {why}.")


def question_table(data: ReportData, area: str) -> Table | Text:
    """Every question of the area, lowest first, beside the total."""
    rows = data.select(year=data.year, scope=area, kind="question", definition="")
    rows = rows.sort_values("governing", na_position="last")
    if rows["governing"].isna().all():
        return _unseen(data, area, "Ingen fråga")

    def total(row: pd.Series) -> str:
        cell = data.cell("total", row["measure"])
        return swedish.MISSING if cell is None else swedish.number(cell["governing"])

    return Table(
        "fragor",
        data.caption(
            f"**Frågorna inom {data.label(area).lower()}, lägst först.**", years=[data.year]
        ),
        rows,
        [
            columns.name(data, "Fråga", "measure"),
            Column("index", "Index", wording.index, "right"),
            columns.grade(data),
            columns.interval(data, optional=True),
            columns.answers(optional=True),
            Column("total", "Totalt", total, "right", optional=True),
        ],
    )


def goal_table(data: ReportData, area: str) -> Table | Text:
    """The plan's goals for the area: a row a year, a goal's value and verdict side by side."""
    rows = data.goals[data.goals["scope"] == area]
    if rows.empty:
        plan = data.settings.plan.areas
        return wording.paragraphs(
            "Området bedöms inte mot planens mål.", plan.reason if area in plan.named else ""
        )
    if data.judged_when:
        earlier = " Tidigare års bedömningar står i de årens rapporter." if data.part() else ""
        return wording.paragraphs(f"Planens mål {data.judged_when}.{earlier}")
    # Nothing could be reached before there was a plan; years before the area had any value, or
    # any to hide, tell nothing.
    rows = rows[rows["reason"] != BEFORE_PLAN]
    if rows.empty:
        return wording.paragraphs("Det finns inget ärendeår att bedöma.")
    told = rows.loc[rows["status"] != Verdict.MISSING, "year"]
    rows = rows[rows["year"] >= (told.min() if len(told) else rows["year"].max())]
    goals = [goal for goal in data.settings.plan.goals if goal.number in set(rows["goal"])]
    # A record holds the year, and the row of each goal under its number.
    years = [
        {"year": year, **{row["goal"]: row for _, row in part.iterrows()}}
        for year, part in rows.groupby("year", sort=True)
    ]

    def value(number: int) -> Callable[[dict[Any, Any]], str]:
        return lambda year: swedish.number(year[number]["index"])

    def status(number: int) -> Callable[[dict[Any, Any]], str]:
        def told(year: dict[Any, Any]) -> str:
            row = year[number]
            known = pd.notna(row["probability"])
            sure = f" ({wording.probability(float(row['probability']))})" if known else ""
            return wording.goal_status(data, row) + sure

        return told

    of_goals = [
        (
            Column(f"value_{goal.number}", goal.short, value(goal.number), "right"),
            Column(f"status_{goal.number}", f"Mål {goal.number}", status(goal.number)),
        )
        for goal in goals
    ]
    return Table(
        "mal",
        data.caption("**Planens mål för området.**"),
        years,
        [
            columns.year(),
            *(column for pair in of_goals for column in pair),
        ],
        note="Inom parentes: sannolikheten att områdets sanna index når målet."
        if rows["probability"].notna().any()
        else "",
    )


def factor_advice(data: ReportData, area: str) -> Text | None:
    """The factor that weighs most here, or a sentence that the answers are too few."""
    if not data.answer_years:
        return None
    rows = data.drivers[data.drivers["scope"] == area].sort_values("effect", ascending=False)
    if rows.empty:
        return wording.paragraphs(
            "Svaren är för få för att säga vilken faktor som väger tyngst just här. Se "
            "[Framgångsfaktorer](../framgangsfaktorer.ipynb) för kommunen som helhet."
        )
    top = rows.iloc[0]
    borrowed = (
        " Området har för få svar för en egen modell; effekten är sammanvägd med de andra "
        "områdenas."
        if top["pooling"] != Pooling.OWN
        else ""
    )
    return wording.paragraphs(
        f"Starkast koppling till nöjdheten har {data.label(top['factor']).lower()}: när den är 1 "
        f"högre är NKI i genomsnitt {swedish.number(top['effect'], 2)} högre (osäkerhet "
        f"{swedish.interval(top['effect_lower'], top['effect_upper'], 2)}).{borrowed}"
    )


def response(data: ReportData, area: str) -> Text | None:
    """The area's response rate, where it is known; SKR's where ours is not."""
    rates = data.table(store.RATES)
    rates = rates[(rates["scope"] == area) & (rates["year"] == data.year)]
    if rates.empty or not rates["shown"].iloc[0] or pd.isna(rates["rate"].iloc[0]):
        published = data.published_rates().get(area)
        if published is None:
            return None
        return wording.paragraphs(
            f"Svarsfrekvensen var {swedish.percent(published[0])} enligt SKR:s publicerade uppgift."
        )
    row = rates.iloc[0]
    return wording.paragraphs(
        f"{swedish.number(row['answered'], 0)} av {swedish.number(row['invited'], 0)} tillfrågade "
        f"företag svarade ({swedish.percent(row['rate'])})."
    )
