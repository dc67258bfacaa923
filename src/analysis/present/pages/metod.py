"""Metod: definitions, rules with their sources, the questionnaire, the quality of the data."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pandas as pd

from analysis import store, swedish
from analysis.measures.cells import Agreement
from analysis.measures.totals import BY_CASES, PLAIN_MEAN, TOTAL
from analysis.present import columns, wording
from analysis.present.bundle import Folded, Text
from analysis.present.data import ReportData
from analysis.present.pages import regler
from analysis.present.tables import Column, Table
from analysis.present.texts import heading, say
from analysis.settings import GradeBand

READ, COUNTED = "lästa", "räknade"
"""Rows of the table of data quality that are no reasons for setting a row aside."""


def overview(data: ReportData) -> Text:
    """What a reader needs to know, in five paragraphs."""
    least = data.settings.rules.disclosure
    return wording.paragraphs(
        say("metod.vad_som_mats", ar=data.year),
        _index_in_short(data),
        say("metod.felmarginal", konfidens=data.confidence),
        say(
            "metod.fa_svar",
            antal=least.min_answers.value,
            antal_totalt=least.min_answers_total.value,
        ),
        say("metod.malen_bedoms", nar=data.judged_when)
        if data.judged_when
        else say(
            "metod.sa_bedoms_malen",
            nara=swedish.published(data.settings.rules.goals.near.value),
        ),
    )


def _index_in_short(data: ReportData) -> str:
    rules = data.settings.rules
    totals = rules.totals.definitions
    now = totals[data.definition()]
    before = [total.short for key, total in totals.items() if key != data.definition()]
    return say(
        "metod.index_och_betyg",
        lagst=rules.index.lowest.value,
        hogst=rules.index.highest.value,
        fragor=swedish.number_word(len(rules.index.nki_weights.value)),
        nu=swedish.listing([data.label(area).lower() for area in now.areas]),
        fran=now.official_from or "",
        tidigare=before[-1] if before and now.official_from else "",
    )


def details(data: ReportData, years: list[int]) -> list[Folded]:
    """What a statistician asks for: formulas, rules, counts, sources."""
    found: list[tuple[str, list[Table | Text | None]]] = [
        ("metod.rubrik_index", [index_rule(data)]),
        ("metod.rubrik_felmarginal", [uncertainty_rule(data)]),
        ("metod.rubrik_fa_svar", [disclosure_rule(data)]),
        ("metod.rubrik_framgangsfaktorer", [driver_rule(data), explained(data)]),
        ("metod.rubrik_mal", [goal_rule(data)]),
        ("metod.rubrik_regler", [regler.rule_table(data)]),
        ("metod.rubrik_svaren", [quality_table(data, years)]),
        ("metod.rubrik_publicerade", [official_table(data), difference_table(data)]),
        ("metod.rubrik_enkaten", [question_table(data)]),
        ("metod.rubrik_exempel", [example_note(data)]),
    ]
    told = [(title, [part for part in parts if part is not None]) for title, parts in found]
    return [Folded(say(title), parts) for title, parts in told if parts]


def index_rule(data: ReportData) -> Text:
    """The definition of an index, in words."""
    rule = data.settings.rules.index
    low, high, weights = rule.lowest.value, rule.highest.value, rule.nki_weights.value
    return wording.paragraphs(
        say("metod.index", lagst=low, hogst=high, spann=high - low),
        say(
            "metod.nki",
            antal=swedish.number_word(len(weights)),
            vikter=regler.unequal(data, weights),
        ),
        _totals(data),
        say("metod.rapportens_ar", ar=data.year),
    )


def _totals(data: ReportData) -> str:
    rules = data.settings.rules.totals
    definitions = rules.definitions.values()
    told = [
        say(
            "metod.officiellt_matt",
            namn=total.label,
            omraden=swedish.listing([data.label(area).lower() for area in total.areas]),
            fran=total.official_from or "",
            till=total.official_to or "",
        )
        for total in definitions
    ]
    breaks = [str(last + 1) for last, _, _ in data.breaks]
    return wording.joined(
        *told,
        say("metod.alla_ar") if len(definitions) > 1 else "",
        f"{swedish.capitalised(say(regler.TOTAL_METHODS[rules.method.value]))}.",
        say("metod.brott", ar=swedish.listing(breaks)) if breaks else "",
        _without_cases(data),
    )


def _without_cases(data: ReportData) -> str:
    """The years in which a total that is to be weighed by cases could not be."""
    if data.settings.rules.totals.method.value != BY_CASES:
        return ""
    table = data.indices
    years = sorted({*table.loc[table["total_method"] == PLAIN_MEAN, "year"].str[:4]})
    if not years:
        return ""
    return say("metod.arenden_saknas", ar=swedish.listing(years))


def uncertainty_rule(data: ReportData) -> Text:
    """The meaning of an interval, its formula and its limits."""
    return wording.paragraphs(
        say("metod.osakerhet", konfidens=data.confidence),
        say("metod.osakerhet_andring"),
    )


def disclosure_rule(data: ReportData) -> Text:
    """The protection of small numbers."""
    rules = data.settings.rules.disclosure
    return wording.paragraphs(
        say("metod.skydd", skydd=swedish.number(rules.protected_width.value / 2, 0))
    )


def driver_rule(data: ReportData) -> Text:
    """The model behind the success factors."""
    rules = data.settings.rules.drivers
    return wording.paragraphs(
        say(
            "metod.framgangsfaktorer",
            ar=rules.pooled_years.value,
            omdragningar=swedish.number(rules.replicates.value, 0),
            egen=rules.min_answers.value,
            lanad=rules.min_answers_borrowed.value,
        )
    )


def explained(data: ReportData) -> Text | None:
    """How much the success factors explain together, and how alike they are."""
    found = data.drivers[data.drivers["scope"] == TOTAL]
    if found.empty:
        return None
    return wording.paragraphs(
        say(
            "metod.forklaring",
            antal=swedish.number_word(len(found)),
            forklarat=swedish.percent(found["r_squared"].iloc[0]),
            svar=swedish.number(int(found["n"].iloc[0]), 0),
            overlappning=swedish.interval(found["vif"].min(), found["vif"].max()),
        )
    )


def goal_rule(data: ReportData) -> Text:
    """The rules and words of the verdicts on goals."""
    unjudged = say("metod.obedomda_ar", ar=data.settings.plan.document.adopted.year)
    if data.judged_when:
        return wording.paragraphs(unjudged)
    return wording.paragraphs(
        wording.joined(say("metod.mal_alla_omraden"), unjudged),
        say("metod.sannolikheter"),
        wording.joined(say("metod.forandring_per_ar"), say("metod.fore_och_efter")),
    )


def grade_table(data: ReportData) -> Table:
    """The grades and their bounds."""
    grades = data.settings.rules.grades
    above = dict(pairwise(band.key for band in grades.bands))
    lowest = {band.key: swedish.number(band.lower, 0) for band in grades.bands}

    def span(band: GradeBand) -> str:
        lower = lowest[band.key] if band.lower else ""
        return say("metod.betyg_spann", fran=lower, till=lowest.get(above.get(band.key, ""), ""))

    return Table(
        "betyg",
        say("metod.betygen", kalla=grades.source),
        grades.bands[::-1],
        [
            Column("grade", heading("betyg"), lambda band: swedish.capitalised(band.label)),
            Column("span", heading("index"), span),
        ],
        note=say("metod.betyg_not"),
    )


def question_table(data: ReportData) -> Table:
    """Every question with its wording."""
    questions = data.settings.questionnaire
    return Table(
        "enkat",
        say("metod.enkatens_fragor", antal=len(questions.items)),
        questions.items,
        [
            Column("text", heading("fraga"), lambda item: item.text, long=True),
            Column("group", heading("hor_till"), lambda item: data.label(item.group)),
        ],
    )


def quality_table(data: ReportData, years: list[int]) -> Table | None:
    """Rows read, counted and set aside, year by year."""
    if not years:
        return None

    counts = {year: _row_counts(data, year) for year in years}

    def aside(year: int) -> str:
        others = {why: n for why, n in counts[year].items() if n and why not in (READ, COUNTED)}
        return "; ".join(f"{why}: {swedish.number(n, 0)}" for why, n in others.items()) or say(
            "metod.inga"
        )

    def number(reason: str) -> Callable[[int], str]:
        return lambda year: swedish.number(counts[year].get(reason, 0), 0)

    return Table(
        "kvalitet",
        data.caption(say("metod.svaren")),
        years,
        [
            Column("year", heading("arendear"), str),
            Column("read", heading("lasta_rader"), number(READ), "right"),
            Column("counted", heading("raknade_svar"), number(COUNTED), "right"),
            Column("aside", heading("inte_medraknade"), aside, long=True),
        ],
        note=say("metod.svaren_not", fordelning=_answers_of_total(data)),
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
        say("metod.svar_i_totalen", antal=swedish.number(inside, 0), mattet=definition.short),
        *([say("metod.svar_utanfor", antal=swedish.number(others, 0))] if others else []),
        *([say("metod.svar_som_inte_visas", antal=swedish.number(rest, 0))] if rest else []),
    ]
    return say(
        "metod.svarens_fordelning",
        svar=swedish.number(counted, 0),
        ar=data.year,
        delar=swedish.listing(parts),
    )


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
        say(
            "metod.publicerade",
            kommun=data.settings.report.municipality.name,
            exempel=data.example,
        ),
        rows,
        [
            columns.year(),
            Column(
                "what",
                heading("matt"),
                lambda row: _measure(data, row, data.label(row["scope"]).lower()),
            ),
            Column("value", heading("varde"), lambda row: swedish.published(row["value"]), "right"),
            Column("source", heading("kalla"), lambda row: wording.source_site(str(row["source"]))),
            Column(
                "note",
                heading("anmarkning"),
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
        return _measure(data, row, of)

    limit = swedish.number(data.settings.rules.official.explained_difference.value)
    return Table(
        "skillnader",
        data.caption(say("metod.skillnader", grans=limit)),
        rows,
        [
            columns.year(),
            Column("what", heading("matt"), what),
            columns.number(heading("eget_varde"), "index"),
            columns.number(heading("officiellt"), "official"),
            columns.signed(heading("skillnad"), "official_difference"),
            Column(
                "reason",
                heading("forklaring"),
                lambda row: say(wording.DIFFERENCE_REASONS[row["official_reason"]]),
                long=True,
            ),
        ],
        note=wording.joined(say("metod.skillnader_not"), say("gemensamt.oavrundat")),
    )


def _measure(data: ReportData, row: pd.Series, of: str) -> str:
    """The name of an index of a scope."""
    name = data.index_name(row["scope"], row["measure"])
    return say("metod.matt_i_omrade", matt=name, omrade=of)


def example_note(data: ReportData) -> Text | None:
    """An explanation of the made-up answers."""
    if not data.example:
        return None
    return wording.paragraphs(say("metod.exempel"))
