"""Metod: definitions, rules with their sources, the questionnaire, the quality of the data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise
from operator import itemgetter
from typing import Any

import pandas as pd

from analysis import store, swedish
from analysis.measures.cells import Agreement
from analysis.measures.totals import BY_CASES, PLAIN_MEAN
from analysis.present import columns, wording
from analysis.present.bundle import SILENCE, Text
from analysis.present.data import ReportData
from analysis.present.tables import Column, Table
from analysis.present.texts import say
from analysis.settings import Sourced

READ, COUNTED = "lästa", "räknade"
"""Rows of the table of data quality that are no reasons for setting a row aside."""
TOTAL_METHODS = {
    "pooled": "alla svar från områdena läggs ihop och väger lika",
    "cases": "områdena vägs med antalet avslutade ärenden",
    "mean": "områdena väger lika",
}


def index_rule(data: ReportData) -> Text:
    """The definition of an index, in words."""
    low = data.settings.rules.index.lowest.value
    high = data.settings.rules.index.highest.value
    return wording.paragraphs(
        f"Varje fråga besvaras med ett helt tal {low}–{high}. En frågas index för en grupp är "
        f"(medelvärdet − {low}) / {high - low} · 100, så att {low} ger 0 och {high} ger 100. "
        "”Vet ej” och uteblivna svar räknas inte med, och andelen redovisas.",
        f"{_nki(data)} Insikts vikter är inte offentliga, så vårt NKI är en approximation av "
        "SKR:s. Ett servicefaktorindex är medelvärdet av faktorns frågeindex.",
        _totals(data),
        "Rapporten gäller det nyaste ärendeår som har svar eller ett publicerat NKI för hela "
        f"kommunen: {data.year}.",
    )


def _nki(data: ReportData) -> str:
    """The definition of the NKI, from the rule."""
    weights = data.settings.rules.index.nki_weights.value
    count = swedish.number_word(len(weights))
    if len(set(weights.values())) == 1:
        return f"NKI är medelvärdet av de {count} NKI-frågornas index, med lika vikter."
    return (
        f"NKI är ett vägt medelvärde av de {count} NKI-frågornas index. Vikterna är "
        f"{_weights(data, weights)}."
    )


def _totals(data: ReportData) -> str:
    rules = data.settings.rules.totals
    method = swedish.capitalised(TOTAL_METHODS[rules.method.value])
    parts = []
    for total in rules.definitions.values():
        names = swedish.listing([data.label(area).lower() for area in total.areas])
        limits = (("från och med", total.official_from), ("till och med", total.official_to))
        when = "".join(f" {limit} {year}" for limit, year in limits if year)
        parts.append(f"{total.label} ({names}) är det officiella måttet{when}")
    every = "De räknas för alla år som svaren räcker till. " if len(parts) > 1 else ""
    breaks = swedish.listing([f"mellan {last} och {last + 1}" for last, _, _ in data.breaks])
    broken = (
        f" Brottet {breaks} gör att linjen aldrig ritas obruten, och ändringar räknas bara inom "
        "samma mått."
        if breaks
        else ""
    )
    return f"{'. '.join(parts)}. {every}{method}.{broken}{_without_cases(data)}"


def _without_cases(data: ReportData) -> str:
    """The years in which a total that is to be weighed by cases could not be."""
    if data.settings.rules.totals.method.value != BY_CASES:
        return ""
    table = data.indices
    years = sorted({*table.loc[table["total_method"] == PLAIN_MEAN, "year"].str[:4]})
    if not years:
        return ""
    return (
        f" Antalet avslutade ärenden saknas för något område {swedish.listing(years)}; där väger "
        "områdena lika."
    )


def uncertainty_rule(data: ReportData) -> Text:
    """The meaning of an interval, its formula and its limits."""
    goals = (
        ""
        if data.judged_when
        else "Sannolikheten att ett mål är nått kommer ur samma beräkning som intervallen. "
    )
    return wording.paragraphs(
        "De som svarat är några av dem som kunde ha svarat. Intervallen visar hur mycket slumpen i "
        "vilka som svarat kan ha påverkat: de är gjorda för att rymma det sanna värdet i "
        f"{data.confidence} av fallen. De räknas med Wilsons metod på den spridning svaren visar, "
        "som håller också när svaren är få och de flesta ger höga betyg. När antalet avslutade "
        "ärenden är känt och inte är mindre än antalet svar blir intervallen smalare ju större del "
        "som svarat.",
        "I simuleringar rymde intervallen det sanna värdet i 93–97 procent av fallen från tio "
        "svar. Vid sju till nio svar var de snarare för vida än för smala: 95–98 procent i "
        "medeltal.",
        "En ändring sedan året före kallas säkerställd när dess intervall inte rymmer noll "
        "(Newcombes metod). I simuleringar utan någon verklig ändring skedde det i 3–5 procent av "
        "fallen. Små ändringar syns sällan: med 80 svar per år upptäcktes en ändring på 5 i "
        f"ungefär vart tredje fall, med 15 svar en ändring på 10 i ungefär vart fjärde. {goals}De "
        "täcker inte bortfall som beror på vad man skulle ha svarat.",
    )


def disclosure_rule(data: ReportData) -> Text:
    """The protection of small numbers."""
    rules = data.settings.rules.disclosure
    return wording.paragraphs(
        f"Ett tal visas när minst {rules.min_answers.value} svar ligger bakom det, och för "
        f"totalen minst {rules.min_answers_total.value}. En servicefaktor och NKI kräver det av "
        "var och en av sina frågor. Ibland döljs ett tal till, fast det har svar nog, så att ett "
        "dolt tal inte kan räknas ut ur totalerna, andra områden, tertialerna, servicefaktorerna "
        f"eller bakgrundsgrupperna närmare än ±{_whole(rules.protected_width.value / 2)} enheter.",
        "Vilket det blir följer en bestämd ordning. Först döljs en total som inte är den "
        "officiella det året eller nästa, eftersom inget bedöms efter den; sedan ett annat "
        "område, helst ett som ingår i samma totaler; sist den officiella totalen. Färst svar går "
        "först, och det som visar sig inte behövas visas igen. Ett år kan döljas för tertialernas "
        "skull när nästan alla gav högsta betyg, för då säger årets medelvärde nästan allt om "
        "varje tertial.",
    )


def driver_rule(data: ReportData) -> Text:
    """The model behind the success factors."""
    rules = data.settings.rules.drivers
    return wording.paragraphs(
        "Framgångsfaktorerna räknas på enskilda svar från de senaste "
        f"{rules.pooled_years.value} åren. Effekten är hur mycket NKI i genomsnitt skiljer när "
        "faktorn skiljer 1, med hänsyn "
        "till de andra faktorerna, området, året och ärendets utfall (regression). Andelen av "
        "förklaringen är Johnsons relativa vikter. Intervallen kommer ur "
        f"{_whole(rules.replicates.value)} slumpvisa omdragningar av svaren (bootstrap). Ett "
        f"område med minst {rules.min_answers.value} svar får en egen modell; med minst "
        f"{rules.min_answers_borrowed.value} vägs det samman med de andra områdena (”lånar "
        "styrka”).",
        "En faktor har stor effekt när effekten är minst lika stor som faktorernas medelvärde och "
        "säkert större än noll. Faktorer vars intervall överlappar rangordnas inte. Andelen är "
        "inte effekt: när faktorerna hänger ihop får också en faktor utan egen effekt en andel.",
        "Vad som skulle krävas är avståndet till målet delat med effekten. Intervallet räknar med "
        "att både effekten och NKI är osäkra. En fråga, och NKI för ett område utan modell, måste "
        "själv öka med avståndet.",
    )


def goal_rule(data: ReportData) -> Text:
    """The rules and words of the verdicts on goals."""
    steps = data.settings.rules.goals.certainty_words.steps
    words = [f"{step.words} från {wording.probability(step.lower)}" for step in steps[:-1]]
    first = data.settings.plan.document.adopted.year
    unjudged = (
        f"Ärendeår före {first}, då planen antogs, bedöms inte, och inte heller ett år av vilket "
        "bara någon eller några tertialer är med. Ett sådant år jämförs bara med samma tertialer "
        "året före."
    )
    if data.judged_when:
        return wording.paragraphs(f"Planens mål {data.judged_when}. {unjudged}")
    return wording.paragraphs(
        "Ett mål är nått när det styrande värdet – det officiella om det finns, annars det egna – "
        "är minst lika med målet, utan avrundning. Bredvid står hur säkert det är att det sanna "
        f"värdet når målet, i ord: {', '.join(words)} och däremellan nedåt {steps[-1].words}. Ett "
        "område med för få svar är varken nått eller missat. Målen för alla områden är nådda när "
        "inget område missar; så länge något inte kan bedömas står i hur många målet är nått. "
        f"Sannolikheten är produkten av de bedömda områdenas. {unjudged}",
        "Takten hittills räknas inom det mått som är officiellt för året, från planens utgångsår "
        "eller det första året därefter med värde, och aldrig som ett officiellt värde minus ett "
        "eget. Intervallet bredvid ett värde ligger runt det styrande. Före och efter "
        "utbildningen jämförs sista hela året före med det senaste, officiella värden med "
        "officiella eller egna med egna, och "
        "rikets ändring räknas som exakt.",
    )


def rule_table(data: ReportData) -> Table:
    """Every rule with value, reason and source."""
    rules = data.settings.rules
    named: list[tuple[str, Sourced[Any], Callable[[Any], str]]] = [
        ("Minsta antal svar för att visas", rules.disclosure.min_answers, _whole),
        ("Minsta antal svar för totalen", rules.disclosure.min_answers_total, _whole),
        ("Minsta antal svar för att rankas", rules.disclosure.min_answers_ranked, _whole),
        ("Skydd kring ett dolt index (enheter)", rules.disclosure.protected_width, _whole),
        ("Svarsfrekvens för ranking, totalt", rules.response_rate.total, swedish.percent),
        ("Svarsfrekvens för ranking, per område", rules.response_rate.area, swedish.percent),
        (
            "NKI-frågornas vikter",
            rules.index.nki_weights,
            lambda weights: _weights(data, weights),
        ),
        ("Frågornas vikter i en faktor", rules.index.factor_weights, str),
        ("Sammanvägning av områden", rules.totals.method, TOTAL_METHODS.__getitem__),
        ("Konfidensgrad", rules.uncertainty.confidence, swedish.percent),
        ("Spridning som antas före svaren", rules.uncertainty.prior_dispersion, _decimals),
        ("Vikt för den antagna spridningen", rules.uncertainty.prior_weight, _decimals),
        ("Slumpfrö", rules.uncertainty.seed, str),
        ("År som läggs ihop för framgångsfaktorer", rules.drivers.pooled_years, _whole),
        ("Svar per förklarande variabel", rules.drivers.answers_per_predictor, _whole),
        ("Minsta antal svar för egen modell", rules.drivers.min_answers, _whole),
        ("Minsta antal svar för att låna styrka", rules.drivers.min_answers_borrowed, _whole),
        (
            "Minsta antal svar för råd om var man bör börja",
            rules.drivers.min_answers_advice,
            _whole,
        ),
        ("Minsta spridning i en faktor", rules.drivers.least_spread, _decimals),
        ("Antal bootstrapurval", rules.drivers.replicates, _whole),
        (
            "Skillnad mot officiellt värde som förklaras (enheter)",
            rules.official.explained_difference,
            swedish.number,
        ),
    ]
    return Table(
        "regler",
        "**Reglerna.** Källa: config/rules.yml.",
        [
            {"name": name, "value": told(rule.value), "reason": rule.reason, "source": rule.source}
            for name, rule, told in named
        ],
        [
            Column("rule", "Regel", itemgetter("name")),
            Column("value", "Värde", itemgetter("value")),
            Column("reason", "Skäl", itemgetter("reason"), long=True),
            Column("source", "Källa", itemgetter("source")),
        ],
    )


def _whole(value: float) -> str:
    return swedish.number(value, 0)


def _decimals(value: float) -> str:
    return swedish.number(value, 2)


def _weights(data: ReportData, weights: Mapping[str, float]) -> str:
    if len(set(weights.values())) == 1:
        return "lika"
    return swedish.listing(
        [f"{data.label(key)}: {swedish.number(value)}" for key, value in weights.items()]
    )


def grade_table(data: ReportData) -> Table:
    """The grades and their bounds."""
    grades = data.settings.rules.grades
    uppers = {
        band.key: f"till, men inte med, {swedish.number(above.lower, 0)}"
        for band, above in pairwise(grades.bands)
    }
    return Table(
        "betyg",
        f"**Betygen.** Källa: {grades.source}.",
        grades.bands,
        [
            Column("grade", "Betyg", lambda band: swedish.capitalised(band.label)),
            Column("from", "Lägsta index", lambda band: f"från {swedish.number(band.lower, 0)}"),
            Column("to", "Övre gräns", lambda band: uppers.get(band.key, "till och med 100")),
        ],
        note=grades.reason,
    )


def question_table(data: ReportData) -> Table:
    """Every question with its wording, and whether the wording is verified."""
    questions = data.settings.questionnaire
    unverified = sum(not item.verified for item in questions.items)
    return Table(
        "enkat",
        f"**Enkätens frågor.** {len(questions.items)} frågor, varav {unverified} med ordalydelse "
        "som ännu inte är avstämd mot SKR:s enkät. Källa: config/questionnaire.yml.",
        questions.items,
        [
            Column("text", "Fråga", lambda item: item.text, long=True),
            Column("group", "Hör till", lambda item: data.label(item.group)),
            Column("verified", "Bekräftad", lambda item: "Ja" if item.verified else "Nej"),
            Column("source", "Källa", lambda item: item.source),
        ],
    )


def quality_table(data: ReportData, years: list[int]) -> Table | None:
    """Rows read, counted and set aside, year by year."""
    if not years:
        return None

    counts = {year: _row_counts(data, year) for year in years}

    def aside(year: int) -> str:
        others = {why: n for why, n in counts[year].items() if n and why not in (READ, COUNTED)}
        return "; ".join(f"{why}: {_whole(n)}" for why, n in others.items()) or "inga"

    def number(reason: str) -> Callable[[int], str]:
        return lambda year: _whole(counts[year].get(reason, 0))

    return Table(
        "kvalitet",
        data.caption("**Svaren, år för år.**"),
        years,
        [
            Column("year", "Ärendeår", str),
            Column("read", "Lästa rader", number(READ), "right"),
            Column("counted", "Räknade svar", number(COUNTED), "right"),
            Column("aside", "Inte medräknade", aside, long=True),
        ],
        note="Bara företagens svar räknas i resultaten. Rader som inte kunde användas sparas hos "
        f"kommunen med skälet. {_answers_of_total(data)}".rstrip(),
    )


def _row_counts(data: ReportData, year: int) -> dict[str, int]:
    """Rows read, counted, and set aside by reason."""
    quality = data.table(store.quality(year))
    rows = quality[quality["measure"] == "rader"]
    return dict(zip(rows["reason"], rows["count"], strict=True))


def _answers_of_total(data: ReportData) -> str:
    """The year's answers by what they count for: the total, other areas, nothing shown."""
    total = data.cell()
    if total is None or pd.isna(total["n"]) or data.year not in data.answer_years:
        return ""
    counted, inside = _row_counts(data, data.year).get(COUNTED, 0), int(total["n"])
    definition = data.settings.rules.totals.definitions[data.definition()]
    cells = [data.cell(area) for area in data.areas() if area not in definition.areas]
    others = sum(int(cell["n"]) for cell in cells if cell is not None and pd.notna(cell["n"]))
    rest = counted - inside - others
    if rest < 0:
        return ""
    parts = [
        f"{_whole(inside)} till de områden som ingår i sammanvägt NKI ({definition.short})",
        *([f"{_whole(others)} till andra områden med tal som visas"] if others else []),
    ]
    if rest:
        parts.append(
            f"{_whole(rest)} till områden med för få svar för att visas eller till "
            "företag som inte svarade på NKI-frågorna"
        )
    return f"Av de {_whole(counted)} svaren {data.year} hör {swedish.listing(parts)}."


def official_table(data: ReportData) -> Table | None:
    """Official values of the municipality, with sources and reservations."""
    code = data.settings.report.municipality.code
    rows = data.official[data.official["municipality_code"] == code].sort_values(
        ["year", "scope", "measure"]
    )
    if rows.empty:
        return None
    return Table(
        "officiella",
        f"**Publicerade värden för {data.settings.report.municipality.name}.** "
        "Riktiga tal, insamlade ur öppna källor.",
        rows,
        [
            columns.year(),
            Column(
                "what",
                "Mått",
                lambda row: (
                    f"{data.index_name(row['scope'], row['measure'])}, "
                    f"{data.label(row['scope']).lower()}"
                ),
            ),
            Column("value", "Värde", lambda row: swedish.published(row["value"]), "right"),
            Column("source", "Källa", lambda row: wording.source_site(str(row["source"]))),
            Column(
                "note",
                "Anmärkning",
                lambda row: "" if pd.isna(row["note"]) else str(row["note"]),
                long=True,
            ),
        ],
    )


def difference_table(data: ReportData) -> Table | None:
    """Our values that differ from official ones by more than the rule allows, with the reason."""
    rows = data.indices[data.indices["official_status"] == Agreement.DIFFERS]
    if rows.empty:
        return None
    definitions = data.settings.rules.totals.definitions

    def what(row: pd.Series) -> str:
        total = definitions.get(row["definition"])
        of = total.short if total else data.label(row["scope"]).lower()
        return f"{data.index_name(row['scope'], row['measure'])}, {of}"

    limit = swedish.number(data.settings.rules.official.explained_difference.value)
    return Table(
        "skillnader",
        data.caption(f"**Egna värden som skiljer sig mer än {limit} från de officiella.**"),
        rows,
        [
            columns.year(),
            Column("what", "Mått", what),
            columns.number("Eget", "index"),
            columns.number("Officiellt", "official"),
            columns.signed("Skillnad", "official_difference"),
            Column(
                "reason",
                "Förklaring",
                lambda row: say(wording.DIFFERENCE_REASONS[row["official_reason"]]),
                long=True,
            ),
        ],
        note=f"Det officiella värdet styr betyg och bedömning. {say('gemensamt.oavrundat')}",
    )


def example_note(data: ReportData) -> Text:
    """An explanation of the made-up answers."""
    if not data.example:
        return SILENCE
    return wording.paragraphs(
        "**EXEMPELDATA.** Svaren är påhittade av ett program med bestämt slumpfrö. De är gjorda så "
        "att 2022 års bemötande (79,5 och 81,8) och 2023 års NKI (71) stämmer med handlingsplanen. "
        "Allt annat är fritt påhittat. De officiella värdena är däremot riktiga och visas som en "
        "egen serie; de styr ingen bedömning av de påhittade svaren."
    )
