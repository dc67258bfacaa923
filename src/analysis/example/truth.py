"""The made-up world behind the example's answers: levels, effects, sizes and calibration.

These are not rules of the report, so they stand in code: changing one changes only `data/example/`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

SEED = 1741
YEARS = (2021, 2022, 2023, 2024, 2025)

EFFECTS: Mapping[str, float] = {
    "effektivitet": 0.38,
    "bemotande": 0.30,
    "kompetens": 0.22,
    "rattssakerhet": 0.12,
    "information": 0.06,
    "tillganglighet": 0.0,
}
"""True weights of the factors' latent values in the NKI's; tillgänglighet has none.

The order follows what is known nationally: effektivitet, bemötande and kompetens matter most.
"""

SHARED_SATISFACTION = 0.40
"""Share of a factor's latent variance that all factors have in common."""
ITEM_RELIABILITY = 0.80
"""Share of a question's latent variance that comes from its factor."""
NKI_EXPLAINED = 0.75
"""Share of the NKI's latent variance that the factors explain."""
REFUSAL_SHIFT = -0.75
"""Standard deviations by which a refused applicant is less satisfied."""
CONCENTRATION = 2.6
"""Concentration of the beta distribution that gives the scores their skew and their tens."""


@dataclass(frozen=True)
class AreaTruth:
    """Level (NKI, 0–100) and number of company answers per year of one area."""

    level: float
    answers: tuple[int, ...]
    """One number per year of `YEARS`; zero where the area was not measured."""
    refusal_share: float


AREAS: Mapping[str, AreaTruth] = {
    "brandskydd": AreaTruth(81.0, (19, 22, 18, 17, 21), 0.02),
    "bygglov": AreaTruth(64.0, (58, 63, 55, 61, 66), 0.14),
    "markupplatelse": AreaTruth(73.0, (11, 12, 9, 6, 8), 0.05),
    "miljo_halsoskydd": AreaTruth(69.5, (34, 37, 36, 33, 38), 0.05),
    "livsmedelskontroll": AreaTruth(77.5, (66, 74, 71, 78, 80), 0.0),
    "serveringstillstand": AreaTruth(76.0, (13, 15, 12, 14, 16), 0.03),
    "upphandling": AreaTruth(66.0, (9, 11, 8, 12, 13), 0.0),
    "lantmateri": AreaTruth(68.0, (0, 0, 0, 5, 7), 0.0),
    "receptfria_lakemedel": AreaTruth(82.0, (0, 0, 0, 4, 4), 0.0),
    "folkol_tobak": AreaTruth(79.0, (0, 0, 0, 9, 11), 0.0),
}

TREND: Mapping[int, float] = {2021: -1.0, 2022: 0.5, 2023: 0.0, 2024: 0.8, 2025: 2.2}
"""Index units added to every area's level."""

AFTER_TRAINING: Mapping[str, float] = {"bemotande": 1.5, "information": 1.0}
"""Index units added to the trained factors from 2025."""

OFFSETS: Mapping[str, float] = {
    "nki": 0.0,
    "information": 1.0,
    "tillganglighet": 3.5,
    "bemotande": 8.0,
    "kompetens": 5.5,
    "rattssakerhet": 2.0,
    "effektivitet": -3.0,
}
"""Index units between the area's level and a factor's."""

NOT_IN_PROCUREMENT = ("tillganglighet", "rattssakerhet", "effektivitet")
"""Factors without questions in the form for upphandling."""

DONT_KNOW: Mapping[str, float] = {
    "information_webbplats": 0.14,
    "tillganglighet_telefon": 0.12,
    "tillganglighet_moten": 0.24,
    "rattssakerhet_motivering": 0.11,
    "kompetens_forstaelse": 0.09,
}
DONT_KNOW_ELSEWHERE = 0.03
BLANK = 0.015

OTHER_CUSTOMERS: Mapping[str, float] = {"privatperson": 0.12, "forening": 0.03, "offentlig": 0.02}
"""Answers from others than companies, as shares of the company answers."""

CALIBRATED: tuple[tuple[int, tuple[str, ...], float], ...] = (
    (2022, ("bemotande_totalt",), 79.5),
    (2022, ("bemotande_attityd",), 81.8),
    (2023, ("nki_totalt", "nki_forvantningar", "nki_ideal"), 71.0),
)
"""Year, questions and the mean of their indices in the six areas (the plan's baselines)."""
