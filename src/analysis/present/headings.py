"""Words for the columns and keys of the tables for reuse (`analysis.store.PUBLISHED`)."""

from analysis.measures.plan import Kind
from analysis.present.texts import heading

HEADINGS = {
    "year": "arendear",
    "scope": "omrade",
    "definition": "definition",
    "kind": "slag",
    "measure": "matt",
    "n": "antal_svar",
    "index": "index",
    "lower": "undre_grans",
    "upper": "ovre_grans",
    "grade": "betyg",
    "change": "andring_aret_fore",
    "change_significant": "sakerstalld_andring",
    "official": "officiellt_varde",
    "shown": "visas",
    "reason": "skal",
    "goal": "mal",
    "target": "malniva",
    "target_year": "malar",
    "judged_year": "bedomt_ar",
    "probability": "sannolikhet",
    "status": "lage",
    "goals.status": "bedomning",
    "gap": "avstand",
    "factor": "servicefaktor",
    # An association rests on the answers of several years, the index beside it on one year's.
    "drivers.n": "antal_svar_samband",
    "drivers.index": "index_nyaste",
    "effect": "effekt_pa_nki_per_enhet",
    "effect_lower": "effekt_undre",
    "effect_upper": "effekt_ovre",
    "share": "andel",
    "share_lower": "andel_undre",
    "share_upper": "andel_ovre",
    "quadrant": "plats_i_matrisen",
    "activity": "aktivitet",
    "step": "steg",
    "start": "borjar",
    "end": "slutar",
    "progress": "andel_natta",
    "responsible": "ansvarig",
}
"""The heading of each column, by its name in ``kolumner.md``; of one table's before all tables'."""
KINDS = {
    "nki": "kolumner.nki",
    "factor": "kolumner.servicefaktor",
    "question": "kolumner.fraga",
    Kind.ACTIVITY: "ord.aktivitet",
    Kind.STEP: "ord.steg",
    Kind.FOLLOW_UP: "ord.aterkommande",
    Kind.EVALUATION: "ord.aterkommande",
}
FLAGS = {"true": "ord.ja", "false": "ord.nej"}


def told(column: str, table: str = "") -> str:
    """The heading of a column."""
    return heading(HEADINGS.get(f"{table}.{column}", HEADINGS[column]))
