"""Metod: definitions, rules with their sources, the questionnaire, the quality of the data."""

from __future__ import annotations

from itertools import pairwise

from analysis import swedish
from analysis.measures.totals import BY_CASES, PLAIN_MEAN
from analysis.present import forecasts, wording
from analysis.present.bundle import Folded, Text
from analysis.present.data import ReportData
from analysis.present.pages import metod_underlag, regler
from analysis.present.tables import Column, Table
from analysis.present.texts import heading, say
from analysis.settings import GradeBand


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
            "metod.sa_bedoms_malen", nara=swedish.published(data.settings.rules.goals.near.value)
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
        nu=data.names(now.areas),
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
        ("metod.rubrik_prognos", [forecast_rule(data)]),
        ("metod.rubrik_jamforelse", [comparison_rule(data)]),
        ("metod.rubrik_regler", [regler.rule_table(data)]),
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
            omraden=data.names(total.areas),
            fran=total.official_from or "",
            till=total.official_to or "",
        )
        for total in definitions
    ]
    breaks = [str(last + 1) for last, _, _ in data.breaks]
    return wording.joined(
        *told,
        say("metod.alla_ar") if len(definitions) > 1 else "",
        f"{swedish.capitalised(regler.total_method(rules.method.value))}.",
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
        say("metod.osakerhet_publicerat", egna=data.has_answers)
        if data.indices["approximate"].any()
        else "",
        say("metod.osakerhet_fordelningar", ar=swedish.years(data.distribution_years))
        if data.distribution_years
        else "",
        say("metod.osakerhet_andring"),
    )


def disclosure_rule(data: ReportData) -> Text:
    """The protection of small numbers."""
    rules = data.settings.rules.disclosure
    return wording.paragraphs(
        say("metod.skydd", skydd=swedish.number(rules.protected_width.value / 2, 0)),
        say("metod.ordning"),
    )


def driver_rule(data: ReportData) -> Text:
    """The model behind the success factors."""
    rules = data.settings.rules.drivers
    return wording.text(
        "metod.framgangsfaktorer",
        ar=rules.pooled_years.value,
        omdragningar=swedish.number(rules.replicates.value, 0),
        egen=rules.min_answers.value,
        lanad=rules.min_answers_borrowed.value,
    )


def explained(data: ReportData) -> Text | None:
    """How much the success factors explain together, and how alike they are."""
    found = data.factors()
    if found.empty:
        return None
    return wording.text(
        "metod.forklaring",
        antal=swedish.number_word(len(found)),
        forklarat=swedish.percent(found["r_squared"].iloc[0]),
        svar=swedish.number(int(found["n"].iloc[0]), 0),
        overlappning=swedish.interval(found["vif"].min(), found["vif"].max()),
    )


def goal_rule(data: ReportData) -> Text | None:
    """The rules and words of the verdicts on goals; none without a plan."""
    plan = data.settings.plan
    if not plan.adopted:
        return None
    unjudged = say("metod.obedomda_ar", ar=plan.document.adopted.year)
    if data.judged_when:
        return wording.paragraphs(unjudged)
    return wording.paragraphs(
        wording.joined(
            say("metod.mal_alla_omraden"),
            say("metod.mal_med_malar") if any(goal.target_year for goal in plan.goals) else "",
            unjudged,
        ),
        say("metod.sannolikheter"),
        wording.joined(say("metod.forandring_per_ar"), say("metod.fore_och_efter")),
    )


def forecast_rule(data: ReportData) -> Text | None:
    """The method of forecasts; none without a plan."""
    if not data.settings.plan.adopted:
        return None
    horizon = data.settings.rules.forecast.horizon.value
    told = {"konfidens": forecasts.confidence(data), "horisont": swedish.number_word(horizon)}
    return wording.text("prognos.metod", **told)


def comparison_rule(data: ReportData) -> Text:
    """How the municipality is compared with others."""
    return wording.text(
        "metod.jamforelse",
        andel=data.confidence,
        svar=data.settings.rules.disclosure.min_answers_total.value,
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
    return wording.text("metod.exempel")
