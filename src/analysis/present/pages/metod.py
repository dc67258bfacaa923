"""Metod: definitions, rules with their sources, the questionnaire, the quality of the data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise
from operator import itemgetter
from typing import Any

from analysis import swedish
from analysis.measures.totals import BY_CASES, PLAIN_MEAN, TOTAL
from analysis.present import wording
from analysis.present.bundle import Folded, Text
from analysis.present.data import ReportData
from analysis.present.pages import metod_underlag
from analysis.present.tables import Column, Table
from analysis.present.texts import heading, say
from analysis.settings import GradeBand, Sourced

TOTAL_METHODS = {
    "pooled": "metod.sammanvagt_svar",
    "cases": "metod.sammanvagt_arenden",
    "mean": "metod.sammanvagt_medel",
}


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
        nu=swedish.listing([data.in_text(area) for area in now.areas]),
        fran=now.official_from or "",
        tidigare=before[-1] if before and now.official_from else "",
    )


def details(data: ReportData, years: list[int]) -> list[Folded]:
    """What a statistician asks for: formulas, rules, counts, sources."""
    found: list[tuple[str, list[Table | Text | None]]] = [
        ("metod.rubrik_index", [index_rule(data)]),
        ("metod.rubrik_felmarginal", [uncertainty_rule(data)]),
        ("metod.rubrik_fa_svar", [disclosure_rule(data)]),
        ("metod.rubrik_framgangsfaktorer", [driver_rule(data)]),
        ("metod.rubrik_mal", [goal_rule(data)]),
        ("metod.rubrik_regler", [rule_table(data)]),
        ("metod.rubrik_svaren", [metod_underlag.quality_table(data, years)]),
        (
            "metod.rubrik_publicerade",
            [metod_underlag.official_table(data), metod_underlag.difference_table(data)],
        ),
        ("metod.rubrik_enkaten", [metod_underlag.question_table(data)]),
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
            vikter=_unequal(data, weights),
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
            omraden=swedish.listing([data.in_text(area) for area in total.areas]),
            fran=total.official_from or "",
            till=total.official_to or "",
        )
        for total in definitions
    ]
    breaks = [str(last + 1) for last, _, _ in data.breaks]
    return wording.joined(
        *told,
        say("metod.alla_ar") if len(definitions) > 1 else "",
        f"{swedish.capitalised(say(TOTAL_METHODS[rules.method.value]))}.",
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
    return wording.paragraphs(say("metod.skydd", skydd=_whole(rules.protected_width.value / 2)))


def driver_rule(data: ReportData) -> Text:
    """The model behind the success factors."""
    rules = data.settings.rules.drivers
    return wording.paragraphs(
        say(
            "metod.framgangsfaktorer",
            ar=rules.pooled_years.value,
            omdragningar=_whole(rules.replicates.value),
            egen=rules.min_answers.value,
            lanad=rules.min_answers_borrowed.value,
        ),
        _explained(data),
    )


def _explained(data: ReportData) -> str:
    """How much the factors explain together, and how far they overlap."""
    rows = data.drivers[data.drivers["scope"] == TOTAL]
    if rows.empty:
        return ""
    return say(
        "metod.forklaringsgrad",
        antal=swedish.number_word(len(rows)),
        forklarat=swedish.percent(rows["r_squared"].iloc[0]),
        overlappning=swedish.interval(rows["vif"].min(), rows["vif"].max()),
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


def rule_table(data: ReportData) -> Table:
    """Every rule with value, reason and source."""
    rules = data.settings.rules
    bounds = [swedish.number(band.lower, 0) for band in rules.grades.bands[1:]]
    grades = {
        "name": say("metod.regel_betyg"),
        "value": swedish.listing(bounds),
        "reason": rules.grades.reason,
        "source": rules.grades.source,
    }
    named: list[tuple[str, Sourced[Any], Callable[[Any], str]]] = [
        ("metod.regel_antal", rules.disclosure.min_answers, _whole),
        ("metod.regel_antal_totalt", rules.disclosure.min_answers_total, _whole),
        ("metod.regel_antal_rankas", rules.disclosure.min_answers_ranked, _whole),
        ("metod.regel_skydd", rules.disclosure.protected_width, _whole),
        ("metod.regel_svarsfrekvens", rules.response_rate.total, swedish.percent),
        ("metod.regel_svarsfrekvens_omrade", rules.response_rate.area, swedish.percent),
        (
            "metod.regel_nki_vikter",
            rules.index.nki_weights,
            lambda weights: _weights(data, weights),
        ),
        ("metod.regel_faktor_vikter", rules.index.factor_weights, str),
        (
            "metod.regel_sammanvagning",
            rules.totals.method,
            lambda method: say(TOTAL_METHODS[method]),
        ),
        ("metod.regel_konfidensgrad", rules.uncertainty.confidence, swedish.percent),
        ("metod.regel_antagen_spridning", rules.uncertainty.prior_dispersion, _decimals),
        ("metod.regel_vikt_for_spridning", rules.uncertainty.prior_weight, _decimals),
        ("metod.regel_slumpfro", rules.uncertainty.seed, str),
        ("metod.regel_ar", rules.drivers.pooled_years, _whole),
        ("metod.regel_svar_per_variabel", rules.drivers.answers_per_predictor, _whole),
        ("metod.regel_egen_modell", rules.drivers.min_answers, _whole),
        ("metod.regel_lana_styrka", rules.drivers.min_answers_borrowed, _whole),
        (
            "metod.regel_rad",
            rules.drivers.min_answers_advice,
            _whole,
        ),
        (
            "metod.regel_starkast_nationellt",
            rules.drivers.strongest_nationally,
            lambda factors: swedish.listing([data.in_text(factor) for factor in factors]),
        ),
        ("metod.regel_minsta_spridning", rules.drivers.least_spread, _decimals),
        ("metod.regel_bootstrap", rules.drivers.replicates, _whole),
        ("metod.regel_nara", rules.goals.near, swedish.published),
        (
            "metod.regel_forklarad_skillnad",
            rules.official.explained_difference,
            swedish.number,
        ),
    ]
    return Table(
        "regler",
        say("metod.reglerna"),
        [
            grades,
            *(
                {
                    "name": say(name),
                    "value": told(rule.value),
                    "reason": rule.reason,
                    "source": rule.source,
                }
                for name, rule, told in named
            ),
        ],
        [
            Column("rule", heading("regel"), itemgetter("name")),
            Column("value", heading("varde"), itemgetter("value")),
            Column("reason", heading("skal"), itemgetter("reason"), long=True),
            Column("source", heading("kalla"), itemgetter("source")),
        ],
    )


def _whole(value: float) -> str:
    return swedish.number(value, 0)


def _decimals(value: float) -> str:
    return swedish.number(value, 2)


def _weights(data: ReportData, weights: Mapping[str, float]) -> str:
    return _unequal(data, weights) or say("metod.lika_vikter")


def _unequal(data: ReportData, weights: Mapping[str, float]) -> str:
    """Each weight; empty where they are equal."""
    if len(set(weights.values())) == 1:
        return ""
    return swedish.listing(
        [
            say("metod.vikt", fraga=data.label(key), vikt=swedish.number(value))
            for key, value in weights.items()
        ]
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


def example_note(data: ReportData) -> Text | None:
    """An explanation of the made-up answers."""
    if not data.example:
        return None
    return wording.paragraphs(say("metod.exempel"))
