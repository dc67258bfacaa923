"""The rules that the numbers rest on, in a table for the page Metod: value, reason, source."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from operator import itemgetter
from typing import Any

from analysis import swedish
from analysis.present.data import ReportData
from analysis.present.tables import Column, Table
from analysis.present.texts import heading, say
from analysis.settings import Sourced

TOTAL_METHODS = {
    "pooled": "metod.sammanvagt_svar",
    "cases": "metod.sammanvagt_arenden",
    "mean": "metod.sammanvagt_medel",
}
"""The texts on how a total is put together."""


def rule_table(data: ReportData) -> Table:
    """Every rule with value, reason and source."""
    rules = data.settings.rules
    bounds = [swedish.number(band.lower, 0) for band in rules.grades.bands[1:]]
    grades = (say("metod.regel_betyg"), swedish.listing(bounds), rules.grades)
    named: list[tuple[str, Sourced[Any], Callable[[Any], str]]] = [
        ("metod.regel_antal", rules.disclosure.min_answers, _whole),
        ("metod.regel_antal_totalt", rules.disclosure.min_answers_total, _whole),
        ("metod.regel_antal_rankas", rules.disclosure.min_answers_ranked, _whole),
        ("metod.regel_skydd", rules.disclosure.protected_width, _whole),
        ("metod.regel_svarsfrekvens", rules.response_rate.total, swedish.percent),
        ("metod.regel_svarsfrekvens_omrade", rules.response_rate.area, swedish.percent),
        ("metod.regel_nki_vikter", rules.index.nki_weights, partial(_weights, data)),
        ("metod.regel_faktor_vikter", rules.index.factor_weights, str),
        ("metod.regel_sammanvagning", rules.totals.method, total_method),
        ("metod.regel_konfidensgrad", rules.uncertainty.confidence, swedish.percent),
        ("metod.regel_antagen_spridning", rules.uncertainty.prior_dispersion, _decimals),
        ("metod.regel_vikt_for_spridning", rules.uncertainty.prior_weight, _decimals),
        ("metod.regel_spridning_utan_svar", rules.uncertainty.assumed_dispersion, _decimals),
        ("metod.regel_slumpfro", rules.uncertainty.seed, str),
        ("metod.regel_ar", rules.drivers.pooled_years, _whole),
        ("metod.regel_svar_per_variabel", rules.drivers.answers_per_predictor, _whole),
        ("metod.regel_egen_modell", rules.drivers.min_answers, _whole),
        ("metod.regel_lana_styrka", rules.drivers.min_answers_borrowed, _whole),
        ("metod.regel_rad", rules.drivers.min_answers_advice, _whole),
        ("metod.regel_starkast_nationellt", rules.drivers.strongest_nationally, data.names),
        ("metod.regel_minsta_spridning", rules.drivers.least_spread, _decimals),
        ("metod.regel_bootstrap", rules.drivers.replicates, _whole),
        ("metod.regel_nara", rules.goals.near, swedish.published),
        ("metod.regel_prognos_konfidens", rules.forecast.confidence, swedish.percent),
        ("metod.regel_prognos_horisont", rules.forecast.horizon, _whole),
        ("metod.regel_prognos_par", rules.forecast.pairs, _whole),
        ("metod.regel_prognos_par_alla", rules.forecast.pairs_together, _whole),
        ("metod.regel_prognos_kommuner", rules.forecast.municipalities, _whole),
        ("metod.regel_prognos_dampning", rules.forecast.damping, _decimals),
        ("metod.regel_prognos_svansar", rules.forecast.freedom, _whole),
        ("metod.regel_prognos_svar", rules.forecast.typical_answers, _whole),
        ("metod.regel_prognos_brott", rules.forecast.break_spread, swedish.number),
        ("metod.regel_prognos_brott_ar", rules.forecast.break_years, _whole),
        ("metod.regel_prognos_provad", rules.forecast.tried, swedish.number),
        ("metod.regel_forklarad_skillnad", rules.official.explained_difference, swedish.number),
        ("metod.regel_jamforelsens_alder", rules.comparison.oldest, _whole),
        ("metod.regel_liknande", rules.comparison.least_peers, _whole),
        ("metod.regel_alla_kommuner", rules.comparison.least_municipalities, _whole),
        ("metod.regel_dragningar", rules.comparison.replicates, _whole),
    ]
    return Table(
        "regler",
        say("metod.reglerna"),
        [grades, *((say(name), told(rule.value), rule) for name, rule, told in named)],
        [
            Column("rule", heading("regel"), itemgetter(0)),
            Column("value", heading("varde"), itemgetter(1)),
            Column("reason", heading("skal"), lambda row: row[2].reason, long=True),
            Column("source", heading("kalla"), lambda row: row[2].source),
        ],
    )


def total_method(method: str) -> str:
    """How a total is put together, in words."""
    return say(TOTAL_METHODS[method])


def _whole(value: float) -> str:
    return swedish.number(value, 0)


def _decimals(value: float) -> str:
    return swedish.number(value, 2)


def _weights(data: ReportData, weights: Mapping[str, float]) -> str:
    return unequal(data, weights) or say("metod.lika_vikter")


def unequal(data: ReportData, weights: Mapping[str, float]) -> str:
    """Each weight; empty where they are equal."""
    if len(set(weights.values())) == 1:
        return ""
    return swedish.listing(
        [
            say("metod.vikt", fraga=data.label(key), vikt=swedish.number(value))
            for key, value in weights.items()
        ]
    )
