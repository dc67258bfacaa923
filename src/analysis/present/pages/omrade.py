"""One myndighetsområde, for the förvaltning that is responsible for it."""

from __future__ import annotations

import pandas as pd

from analysis import store, swedish
from analysis.present import theme, wording
from analysis.present.bundle import Figure, Text
from analysis.present.data import ReportData
from analysis.present.figures.dots import dots
from analysis.present.figures.trend import trend
from analysis.present.tables import Column, Table, from_records


def introduction(data: ReportData, area: str) -> Text:
    """Where the area stands, or why nothing can be shown."""
    row = data.cell(area)
    name = data.label(area)
    limit = data.settings.rules.disclosure.min_answers.value
    if row is None:
        return wording.paragraphs(f"{name} har inga svar för ärendeår {data.year}.")
    if wording.governing(row) is None:
        return wording.paragraphs(
            f"{name} har för få svar för att visas för ärendeår {data.year}. Det krävs minst "
            f"{limit} svar, och ibland döljs ett område för att ett annat inte ska gå att räkna "
            "ut. År som kan visas står nedan."
        )
    value = wording.index_with_grade(data, row)
    facts = [f"NKI är **{value}** för ärendeår {data.year}"]
    if pd.notna(row["n"]):
        facts.append(f"bygger på {swedish.number(row['n'], 0)} svar")
    first = ", ".join(facts) + "."
    if wording.margin(row):
        first += (
            f" Det sanna värdet ligger troligen mellan {swedish.number(row['lower'])} och "
            f"{swedish.number(row['upper'])}."
        )
    ranked = data.settings.rules.disclosure.min_answers_ranked.value
    few = (
        f"Med färre än {ranked} svar rankas området inte i Öppna jämförelser."
        if pd.notna(row["n"]) and row["n"] < ranked
        else ""
    )
    return wording.paragraphs(
        " ".join(
            s
            for s in (
                first,
                wording.change_sentence(data, row, "NKI"),
                wording.country_sentence(data, row),
                few,
            )
            if s
        )
    )


def trend_figure(data: ReportData, area: str) -> Figure | None:
    """The area's NKI over the years against goal 2."""
    goal = next(g for g in data.settings.plan.goals if g.scope == "areas" and g.measure == "nki")
    return trend(
        data,
        key="utveckling",
        scope=area,
        targets=[(goal.target, f"Mål {swedish.number(goal.target, 0)}")],
    )


def factor_figure(data: ReportData, area: str) -> Figure | None:
    """The area's factors, highest first."""
    rows = data.select(year=data.year, scope=area, kind="factor", definition="")
    rows = rows[rows["governing"].notna()].sort_values("governing", ascending=False)
    if rows.empty:
        return None
    return dots(
        data,
        rows,
        [data.label(measure) for measure in rows["measure"]],
        key="faktorer",
        title=f"Servicefaktorer inom {data.label(area).lower()}",
        first="Servicefaktor",
    )


def strengths(data: ReportData, area: str) -> Text | None:
    """The area's strongest and weakest questions."""
    rows = data.select(year=data.year, scope=area, kind="question", definition="")
    rows = rows[rows["governing"].notna()].sort_values("governing")
    factors = data.settings.questionnaire
    rows = rows[[factors.item(key).group != "nki" for key in rows["measure"]]]
    if len(rows) < 6:
        return None

    def told(part: pd.DataFrame) -> str:
        return swedish.listing(
            [
                f"{data.label(row['measure']).lower()} ({swedish.number(row['governing'])})"
                for _, row in part.iterrows()
            ]
        )

    return wording.bullets(
        [
            f"**Högst:** {told(rows.tail(3).iloc[::-1])}.",
            f"**Lägst, börja här:** {told(rows.head(3))}.",
        ]
    )


def question_table(data: ReportData, area: str) -> Table | None:
    """Every question of the area, lowest first, beside the total."""
    rows = data.select(year=data.year, scope=area, kind="question", definition="")
    rows = rows.sort_values("governing", na_position="last")
    if rows["governing"].notna().sum() == 0:
        return None
    records, fills = [], []
    for number, (_, row) in enumerate(rows.iterrows()):
        total = data.cell("total", row["measure"])
        hidden = wording.governing(row) is None
        records.append(
            (
                data.label(row["measure"]),
                wording.TOO_FEW if hidden else swedish.number(row["governing"]),
                swedish.MISSING if hidden else data.grade(row["grade"]),
                swedish.interval(row["lower"], row["upper"]),
                swedish.number(row["n"], 0),
                swedish.MISSING if total is None else swedish.number(total["governing"]),
            )
        )
        if not hidden:
            fills.append((number, "grade", theme.GRADE_FILL[str(row["grade"])]))
    columns = (
        Column("question", "Fråga"),
        Column("index", "Index", "right"),
        Column("grade", "Betyg"),
        Column("interval", data.interval_name, "right"),
        Column("n", "Antal svar", "right"),
        Column("total", "Totalt", "right"),
    )
    table = from_records(
        "fragor",
        data.caption(
            f"**Frågorna inom {data.label(area).lower()}, lägst först.**", years=[data.year]
        ),
        columns,
        records,
    )
    return Table(**{**vars(table), "fills": tuple(fills)})


def goal_table(data: ReportData, area: str) -> Table | None:
    """Goals 2 and 4 for the area: a row a year, a goal's value and verdict side by side."""
    rows = data.goals[data.goals["scope"] == area]
    if rows.empty:
        return None
    goals = [goal for goal in data.settings.plan.goals if goal.number in set(rows["goal"])]
    columns = [Column("year", "Ärendeår")]
    for goal in goals:
        columns += [
            Column(f"value_{goal.number}", goal.short, "right"),
            Column(f"status_{goal.number}", f"Mål {goal.number}"),
        ]
    records = []
    for year, part in rows.groupby("year", sort=True):
        record = [str(year)]
        for goal in goals:
            row = part[part["goal"] == goal.number].iloc[0]
            value = goal.target + row["gap"] if pd.notna(row["gap"]) else None
            status = wording.goal_status(row)
            if pd.notna(row["probability"]):
                status += f" ({wording.probability(float(row['probability']))})"
            record += [swedish.number(value), status]
        records.append(tuple(record))
    return from_records(
        "mal",
        data.caption("**Planens mål för området.**"),
        columns,
        records,
        note="Inom parentes: sannolikheten att områdets sanna index når målet.",
    )


def factor_advice(data: ReportData, area: str) -> Text:
    """Which factor weighs most here, or that the answers are too few to say."""
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
        if top["pooling"] != "own"
        else ""
    )
    return wording.paragraphs(
        f"Starkast koppling till nöjdheten har {data.label(top['factor']).lower()}: när den är 1 "
        f"högre är NKI i genomsnitt {swedish.number(top['effect'], 2)} högre (osäkerhet "
        f"{swedish.interval(top['effect_lower'], top['effect_upper'], 2)}).{borrowed}"
    )


def response(data: ReportData, area: str) -> Text | None:
    """The area's response rate."""
    rates = data.table(store.RATES)
    rates = rates[(rates["scope"] == area) & (rates["year"] == data.year)]
    if rates.empty or not rates["shown"].iloc[0]:
        return None
    row = rates.iloc[0]
    return wording.paragraphs(
        f"{swedish.number(row['answered'], 0)} av {swedish.number(row['invited'], 0)} tillfrågade "
        f"företag svarade ({swedish.percent(row['rate'])})."
    )
