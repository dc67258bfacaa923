"""Nuläge: areas, factors, questions, distributions, groups, response rates; newest year."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from analysis import store, swedish
from analysis.present import theme, wording
from analysis.present.bundle import Figure, Part, Text
from analysis.present.data import ReportData
from analysis.present.figures.dots import dots
from analysis.present.figures.shares import shares
from analysis.present.tables import Column, Table, from_records
from analysis.settings.questionnaire import NKI

INSIDE, OUTSIDE = "Ingår i sammanvägt NKI", "Ingår inte"
"""The two parts of the table of areas."""


def introduction(data: ReportData) -> Text:
    """What the page shows, and how many answered."""
    row = data.cell()
    if not data.has_answers:
        return wording.paragraphs(
            "Det finns inga svar att räkna på, bara officiella värden. Delar som behöver "
            "enskilda svar visas därför inte."
        )
    answered = ""
    if row is not None and pd.notna(row["n"]):
        total = data.settings.rules.totals.definitions[data.definition()]
        answered = f" Totalen bygger på {swedish.number(row['n'], 0)} svar från {total.short}."
    return wording.paragraphs(
        f"Sidan gäller ärendeår {data.year}.{answered} Index går från 0 till 100. Strecken i "
        "figurerna visar inom vilka gränser det sanna värdet troligen ligger; områden med få svar "
        f"har vida gränser. {wording.part_of_year(data)}".rstrip()
    )


def area_figure(data: ReportData) -> Figure | None:
    """NKI per area against the plan's goal for every area."""
    goal = data.settings.plan.area_goal(NKI)
    rows = pd.DataFrame([data.cell(scope) for scope in data.areas()])
    if rows.empty:
        return None
    judged = set(data.settings.plan.judged_areas())
    rows = rows.assign(aimed=[scope in judged for scope in rows["scope"]])
    rows = rows.sort_values(["aimed", "governing"], ascending=False, na_position="last")
    target = (goal.target, f"Mål {swedish.number(goal.target, 0)}") if goal else None
    return dots(
        data,
        rows,
        [data.area_label(scope) for scope in rows["scope"]],
        key="omraden",
        title="NKI per myndighetsområde",
        first="Område",
        target=target if rows["aimed"].any() else None,
        aimed=list(rows["aimed"]),
    )


def area_table(data: ReportData) -> Table:
    """Every area: index, grade, answers, interval, change, the country; ours beside SKR's.

    In two parts, those of the total first: their answers are the total's.
    """
    records: list[tuple[str, ...]] = []
    fills: list[tuple[int, str, str]] = []
    strong, mixed = [0], []
    members = data.settings.rules.totals.definitions[data.definition()].areas
    parts = {
        INSIDE: [scope for scope in data.areas() if scope in members],
        OUTSIDE: [scope for scope in data.areas() if scope not in members],
    }
    scopes = ["total", *(entry for name, part in parts.items() if part for entry in (name, *part))]
    for scope in scopes:
        if scope in parts:
            strong.append(len(records))
            records.append((scope, *[""] * 7))
            continue
        row = data.cell(scope)
        if row is None:
            continue
        if row["change_mixed"]:
            mixed.append("totalen" if scope == "total" else data.label(scope).lower())
        hidden = wording.governing(row) is None
        country = data.country(scope=scope)
        country = country[country["year"] == data.year]
        records.append(
            (
                data.area_label(scope),
                wording.hidden(row) if hidden else swedish.number(row["governing"]),
                swedish.MISSING if hidden else data.grade(row["grade"]),
                swedish.interval(row["governing_lower"], row["governing_upper"]),
                swedish.number(row["n"], 0),
                _change(row),
                swedish.MISSING if pd.isna(row["official"]) else swedish.number(row["index"]),
                swedish.published(country["value"].iloc[-1]) if len(country) else swedish.MISSING,
            )
        )
        if not hidden:
            fills.append((len(records) - 1, "grade", theme.grade_fill(row["grade"])))
    columns = (
        Column("area", "Område"),
        Column("index", "NKI", "right"),
        Column("grade", "Betyg"),
        Column("interval", data.interval_name, "right"),
        Column("n", "Antal svar", "right"),
        Column("change", _since(data), "right"),
        Column("own", "Ur svaren här", "right"),
        Column("country", "Riket", "right"),
    )
    return from_records(
        "omraden",
        data.caption("**NKI per myndighetsområde.**", years=[data.year]),
        columns,
        records,
        note=_area_note(data, records, mixed),
        optional=("interval", "n", "change", "own", "country"),
        fills=fills,
        strong=strong,
    )


def _since(data: ReportData) -> str:
    return f"Ändring\nsedan {wording.compared_with(data, data.year)}"


def _area_note(data: ReportData, records: Sequence[tuple[str, ...]], mixed: Sequence[str]) -> str:
    """What the signs in the table mean, those that stand there; whose change is by answers."""
    texts = {text for record in records for text in record}
    least = data.settings.rules.disclosure.min_answers.value
    published = any(record[6] not in ("", swedish.MISSING) for record in records)
    notes = {
        "NKI är SKR:s publicerade värde där det finns; på sidan Metod förklaras skillnader mot vad "
        "svaren här ger.": published,
        f"Ändringen för {swedish.listing(mixed)} är räknad på svaren här: bara det ena året har "
        "ett publicerat värde.": bool(mixed),
        "* säkerställd förändring.": any(text.endswith("*") for text in texts),
        wording.UNROUNDED: any(record[5] not in ("", swedish.MISSING) for record in records),
        wording.uncompared(data): True,
        "Hur antalen svar hänger ihop står på sidan Metod.": any(
            record[4] not in ("", swedish.MISSING) for record in records
        )
        and data.has_answers,
        f"För få svar: färre än {least} svar på någon av NKI-frågorna.": wording.TOO_FEW in texts,
        wording.HIDDEN_NOTE: wording.HIDDEN in texts,
    }
    return " ".join(note for note, stands in notes.items() if note and stands)


def _change(row: pd.Series) -> str:
    if pd.isna(row["change"]):
        return swedish.MISSING
    sure = pd.notna(row["change_significant"]) and bool(row["change_significant"])
    star = "*" if sure else ""
    return swedish.signed(float(row["change"])) + star


def factor_table(data: ReportData) -> Table | None:
    """Factors by areas as a heat table; the index and its grade's colour."""
    factors = data.settings.questionnaire.factor_keys
    records: list[tuple[str, ...]] = []
    fills: list[tuple[int, str, str]] = []
    for scope in ["total", *data.areas()]:
        cells = {factor: data.cell(scope, factor) for factor in factors}
        if all(cell is None for cell in cells.values()):
            continue
        for factor, cell in cells.items():
            if cell is not None and wording.governing(cell) is not None:
                fills.append((len(records), factor, theme.grade_fill(cell["grade"])))
        records.append((data.label(scope), *(wording.index(cell) for cell in cells.values())))
    if not fills:
        return None
    columns = (
        Column("area", "Område"),
        *(Column(factor, data.label(factor), "right") for factor in factors),
    )
    return from_records(
        "faktorer",
        data.caption("**Servicefaktorer per område.** Färgen följer betyget.", years=[data.year]),
        columns,
        records,
        note=wording.heat_note(data, records),
        fills=fills,
        strong=(0,),
    )


def question_table(data: ReportData) -> Table | None:
    """All questions for the total, lowest index first."""
    questions = data.settings.questionnaire
    rows = data.select(year=data.year, scope="total", definition=data.definition(), kind="question")
    rows = rows[rows["governing"].notna()].sort_values("governing")
    if rows.empty:
        return None
    records, fills = [], []
    for number, (_, row) in enumerate(rows.iterrows()):
        item = questions.item(row["measure"])
        records.append(
            (
                item.short,
                "NKI" if item.group == "nki" else data.label(item.group),
                swedish.number(row["governing"]),
                data.grade(row["grade"]),
                swedish.interval(row["governing_lower"], row["governing_upper"]),
                swedish.number(row["n"], 0),
                swedish.percent(row["missing_share"]),
                _change(row),
            )
        )
        fills.append((number, "grade", theme.grade_fill(row["grade"])))
    columns = (
        Column("question", "Fråga"),
        Column("factor", "Servicefaktor"),
        Column("index", "Index", "right"),
        Column("grade", "Betyg"),
        Column("interval", data.interval_name, "right"),
        Column("n", "Antal svar", "right"),
        Column("missing", "Vet ej eller\ninget svar", "right"),
        Column("change", _since(data), "right"),
    )
    return from_records(
        "fragor",
        data.caption("**Frågorna, lägst index först.** Totalt.", years=[data.year]),
        columns,
        records,
        note=_question_note(data, rows),
        optional=("interval", "n", "missing", "change"),
        fills=fills,
    )


def _question_note(data: ReportData, rows: pd.DataFrame) -> str:
    notes = [wording.uncompared(data), "Frågornas ordalydelse står på sidan Metod."]
    if rows["change"].notna().any():
        notes[:1] = ["* säkerställd förändring.", wording.UNROUNDED]
    return " ".join(note for note in notes if note)


def distribution_figure(data: ReportData) -> Figure | None:
    """How the answers to the factors' overall questions are spread over the scale."""
    return shares(data, data.table(store.DISTRIBUTION), key="fordelning")


def background_table(data: ReportData) -> Table | None:
    """NKI for groups of companies, above the limit for small numbers."""
    groups = data.table(store.BACKGROUND)
    groups = groups[groups["shown"] & (groups["value"] != "") & (groups["year"] == data.year)]
    if groups.empty:
        return None
    # Sizes and outcomes in the questionnaire's order; what has none as it stands.
    values = [value for field in data.settings.questionnaire.background for value in field.values]
    places = groups["value"].map({value: place for place, value in enumerate(values)})
    fields = groups["field"].map({field: place for place, field in enumerate(_GROUPS)})
    groups = groups.assign(field_place=fields, place=places).sort_values(
        ["field_place", "place"], kind="stable"
    )
    records = [
        (
            _GROUPS[row["field"]],
            _value(data, row["field"], row["value"]),
            swedish.number(row["index"]),
            swedish.interval(row["lower"], row["upper"]),
            swedish.number(row["n"], 0),
        )
        for _, row in groups.iterrows()
    ]
    columns = (
        Column("field", "Grupp"),
        Column("value", "Svar"),
        Column("index", "NKI", "right"),
        Column("interval", data.interval_name, "right"),
        Column("n", "Antal svar", "right"),
    )
    return from_records(
        "bakgrund",
        data.caption("**NKI för olika grupper av företag.**", years=[data.year]),
        columns,
        records,
        note="Grupperna skiljer sig åt på fler sätt än det som står här; skillnader mellan dem "
        "är inte orsaker.",
    )


_GROUPS = {
    "outcome": "Ärendets utfall",
    "company_size": "Företagets storlek",
    "case_type": "Ärendetyp",
    "industry": "Bransch",
}
_OUTCOMES = {
    "beviljat": "Beviljat",
    "delvis": "Delvis beviljat",
    "avslag": "Avslag",
    "ej_tillampligt": "Ej tillämpligt",
}


def _value(data: ReportData, field: str, value: str) -> str:
    if field == "outcome":
        return _OUTCOMES.get(value, value)
    if field == "company_size":
        sizes = next(
            b for b in data.settings.questionnaire.background if b.key == "foretagsstorlek"
        )
        return sizes.values[value][0] if value in sizes.values else value
    return value


def response(data: ReportData) -> Part:
    """The response rates; without any, what they are counted from."""
    return response_table(data) or wording.paragraphs(
        f"Svarsfrekvensen för ärendeår {data.year} visas inte: uppgifter om antal utskick saknas, "
        "och inget publicerat värde finns här."
    )


def response_table(data: ReportData) -> Table | None:
    """Closed cases, invitations, answers and response rate per area; SKR's where ours is missing.

    A published rate is not judged against the limits for ranking: SKR has done that.
    """
    rates = data.table(store.RATES)
    rates = rates[(rates["year"] == data.year) & rates["shown"]]
    known = set(rates.loc[rates["rate"].notna(), "scope"])
    published = {
        scope: told for scope, told in data.published_rates().items() if scope not in known
    }
    if rates.empty and not published:
        return None
    records = []
    for scope in ("total", *data.settings.questionnaire.area_keys):
        own = rates[rates["scope"] == scope]
        rate, answered = published.get(scope, (None, None))
        if own.empty and rate is None:
            continue
        row = own.iloc[0] if len(own) else pd.Series(dtype="object")
        met, theirs = row.get("met"), rate is not None
        records.append(
            (
                data.label(scope),
                swedish.number(row.get("closed"), 0),
                swedish.number(row.get("invited"), 0),
                _from_skr(swedish.number(answered, 0), answered is not None)
                if pd.isna(row.get("answered"))
                else swedish.number(row["answered"], 0),
                _from_skr(swedish.percent(rate if theirs else row["rate"]), theirs),
                swedish.MISSING if pd.isna(met) else "Ja" if met else "Nej",
            )
        )
    columns = (
        Column("area", "Område"),
        Column("closed", "Avslutade ärenden", "right"),
        Column("invited", "Utskick", "right"),
        Column("answered", "Svar", "right"),
        Column("rate", "Svarsfrekvens", "right"),
        Column("reached", "Når kraven för ranking"),
    )
    notes = (
        _response_note(data, rates[~rates["scope"].isin(list(published))]) if len(rates) else "",
        "SKR: den svarsfrekvens som SKR har publicerat; antal utskick är inte inlagt här."
        if published
        else "",
    )
    return from_records(
        "svarsfrekvens",
        data.caption("**Svarsfrekvens per område.**", years=[data.year]),
        columns,
        records,
        note=" ".join(note for note in notes if note),
        optional=("closed", "invited", "answered", "reached"),
    )


def _from_skr(text: str, published: bool) -> str:
    return f"{text} (SKR)" if published else text


def _response_note(data: ReportData, rates: pd.DataFrame) -> str:
    """How the total is counted, what is required, and why a rate is missing."""
    limits = data.settings.rules.response_rate
    total = data.settings.rules.totals.definitions[data.definition()]
    known = rates["rate"].notna()
    of_total = rates["scope"] == "total"
    mean = swedish.percent(limits.total.value)
    least = data.settings.rules.disclosure.min_answers_ranked.value
    area = f"{swedish.percent(limits.area.value)} och minst {least} svar"
    notes = {
        f"Totalens svarsfrekvens är medelvärdet av områdenas ({total.short}). Krav: {area} i ett "
        f"område, {mean} i medelvärdet.": (known & of_total).any(),
        f"Krav: {area} i ett område.": not (known & of_total).any(),
        "Utan antal utskick, eller med färre utskick än svar, kan den inte räknas.": (
            ~known & ~of_total
        ).any(),
    }
    return " ".join(note for note, stands in notes.items() if stands)
