"""Jämförelse: the municipality against the country, similar municipalities and all of them."""

from __future__ import annotations

import pandas as pd

from analysis import store, swedish
from analysis.measures.comparison import Missing, Standing
from analysis.present import columns, wording
from analysis.present.bundle import SILENCE, Figure, Part, Text
from analysis.present.data import ReportData
from analysis.present.figures.funnel import funnel
from analysis.present.figures.strips import country_column, strips
from analysis.present.tables import Column, Table
from analysis.present.texts import heading, say
from analysis.settings.questionnaire import NKI

WORDS = {
    Standing.OVER: "ord.over",
    Standing.LEVEL: "ord.i_niva_med",
    Standing.UNDER: "ord.under",
    Standing.UNDECIDED: "ord.gar_inte_att_avgora",
}
"""The texts that say where a value lies."""


def introduction(data: ReportData) -> Text:
    """Where the municipality stands, how that is decided, and what cannot be compared."""
    comparison = data.settings.report.comparison
    names = data.settings.municipalities
    mine = data.settings.report.municipality
    peers = [names.get(code, code) for code in comparison.peers.codes if code != mine.code]
    return wording.paragraphs(
        standing(data),
        say(
            "jamforelse.inledning",
            kommun=mine.organisation,
            riket=comparison.country.name.lower(),
            liknande=swedish.listing(peers),
            kalla=comparison.peers.source,
            andel=data.confidence,
        ),
        wording.joined(_few_peers(data, len(peers)), _not_compared(data)),
    )


def standing(data: ReportData) -> str:
    """Where the municipality stands, in one sentence; also why nothing can be said."""
    row = _rows(data).iloc[0]
    if row["reason"] != Missing.NONE:
        old = row["reason"] == Missing.TOO_OLD
        return say("jamforelse.ingen_stallning", ar=row["year"] if old else "", for_gammalt=old)
    country, peers = row["country_word"], row["peers_word"]
    told = {
        "ar": int(row["year"]),
        "varde": swedish.number(row["value"]),
        "riket": swedish.published(row["country"]) if country else "",
        "liknande": swedish.published(row["peers_median"]) if peers else "",
        "senaste": int(row["year"]) < data.year,
    }
    if Standing.UNDECIDED in (country, peers):
        return say("jamforelse.oavgjord_stallning", **told)
    words = {"ord_riket": word(country), "ord_liknande": word(peers)}
    return say("jamforelse.stallning", **told, **words)


def word(found: str) -> str:
    """Over, level with or under, as a word; a dash where it cannot be said."""
    return say(WORDS[Standing(found)]) if found else swedish.MISSING


def _rows(data: ReportData) -> pd.DataFrame:
    """The comparison of NKI: the total first, then the areas."""
    rows = data.table(store.COMPARISON)
    return rows[rows["measure"] == NKI]


def _few_peers(data: ReportData, peers: int) -> str:
    """A remark where too few similar municipalities have a value; empty where they are shown."""
    row = _rows(data).iloc[0]
    if not peers or row["reason"] != Missing.NONE or row["peers_word"]:
        return ""
    return say(
        "jamforelse.fa_liknande",
        antal=str(int(row["peers"])),
        alla=peers,
        krav=swedish.number_word(data.settings.rules.comparison.least_peers.value),
    )


def _not_compared(data: ReportData) -> str:
    """The areas and factors without a comparison; only areas that the municipality has."""
    rows = data.table(store.COMPARISON)
    missing = rows[rows["reason"] != Missing.NONE]
    kept = set(data.areas())
    areas = [scope for scope in missing.loc[missing["measure"] == NKI, "scope"] if scope in kept]
    factors = list(missing.loc[missing["measure"] != NKI, "measure"])
    return wording.joined(
        say(
            "jamforelse.jamfors_inte",
            omraden=data.names(areas),
            antal_ar=swedish.number_word(data.settings.rules.comparison.oldest.value + 1),
        )
        if areas
        else "",
        say(
            "jamforelse.faktorer_jamfors_inte",
            faktorer=data.names(factors),
            alla=len(factors) == len(data.settings.questionnaire.factor_keys),
        )
        if areas and factors
        else "",
    )


def strips_figure(data: ReportData) -> Figure | None:
    """The total and every area that can be compared, as strips."""
    return strips(data, _rows(data), key="jamforelse")


def standing_table(data: ReportData) -> Table | None:
    """The total and the areas in numbers and words."""
    rows = _rows(data)
    rows = rows[rows["reason"] == Missing.NONE]
    if rows.empty:
        return None
    return Table(
        "stallning",
        data.caption(
            say(
                "jamforelse.stallningar",
                liknande=bool(rows["peers_word"].any()),
                publicerat=say("jamforelse.publicerat"),
            ),
            years=sorted(rows["year"].astype(int)),
        ),
        rows,
        [
            columns.name(data, heading("omrade"), "scope"),
            *_against_country(data),
            columns.number(heading("liknande_median"), "peers_median", optional=True),
            columns.told(heading("bedomning_liknande"), "peers_word", word, optional=True),
        ],
        note=_margins(rough=bool(rows["approximate"].any() or rows["peers_word"].any())),
    )


def _against_country(data: ReportData) -> list[Column]:
    def bounds(row: pd.Series) -> str:
        return swedish.interval(row["country_lower"], row["country_upper"])

    return [
        columns.year(),
        columns.number(heading("kommunen"), "value"),
        country_column(),
        columns.difference(heading("skillnad_mot_riket"), "value", "country"),
        Column("bounds", heading("skillnadens_osakerhet", andel=data.confidence), bounds, "right"),
        Column("word", heading("bedomning_riket"), lambda row: word(row["country_word"])),
    ]


def _margins(*, rough: bool) -> str:
    """What the intervals hold; rough ones rest on published values alone."""
    return wording.joined(
        say("jamforelse.not_avrundat"),
        say("jamforelse.not_rikets_svar"),
        say("jamforelse.not_ungefarlig") if rough else "",
    )


def factor_table(data: ReportData) -> Table | None:
    """The factors against the country, the largest difference first."""
    rows = data.table(store.COMPARISON)
    rows = rows[(rows["measure"] != NKI) & rows["country"].notna()]
    if rows.empty:
        return None
    rows = rows.sort_values("country_difference", key=abs, ascending=False, kind="stable")
    return Table(
        "faktorer-riket",
        data.caption(
            say("jamforelse.faktorer", publicerat=say("jamforelse.publicerat")),
            years=sorted(rows["year"].astype(int)),
        ),
        rows,
        [columns.name(data, heading("servicefaktor"), "measure"), *_against_country(data)],
        note=_margins(rough=bool(rows["approximate"].any())),
    )


def funnel_figure(data: ReportData) -> Figure | None:
    """All municipalities by answers and NKI."""
    return funnel(data, data.table(store.MUNICIPALITIES), key="alla-kommuner")


def everyone(data: ReportData) -> Part:
    """The interval of the rank, or why all municipalities are not shown."""
    row = _rows(data).iloc[0]
    rules = data.settings.rules.comparison
    told = []
    if data.table(store.MUNICIPALITIES).empty:
        told.append(
            say(
                "jamforelse.utan_alla",
                antal=rules.least_municipalities.value,
                senast=data.year - rules.oldest.value,
            )
        )
    if pd.notna(row["rank_lower"]):
        told.append(
            say(
                "jamforelse.placering",
                lagst=row["rank_lower"],
                hogst=row["rank_upper"],
                antal=row["ranked"],
                ar=row["year"],
            )
        )
    return wording.paragraphs(*told) if told else SILENCE
