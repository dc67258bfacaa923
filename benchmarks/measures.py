"""Speed and memory of the numbers: a country's answers, and a municipality's success factors.

Run with ``python benchmarks/measures.py``. Nothing here is a test; machines differ.
"""

from __future__ import annotations

import resource
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from analysis import measures
from analysis.settings import Settings, load

PROJECT = Path(__file__).parents[1]
YEARS = range(2016, 2026)
ANSWERS_A_YEAR = 33_000
MUNICIPALITY = 560
SEED = 1


def country(settings: Settings, areas: tuple[str, ...], answers_a_year: int) -> pd.DataFrame:
    """Made-up answers: skewed, correlated, one in ten missing."""
    rng = np.random.default_rng(SEED)
    n = answers_a_year * len(YEARS)
    level = rng.beta(2.2, 0.7, size=n)
    items = settings.questionnaire.item_keys
    own = rng.beta(2.2, 0.7, size=(n, len(items)))
    scores = np.round(1 + 9 * (0.6 * level[:, None] + 0.4 * own))
    scores[rng.random(scores.shape) < 0.1] = np.nan
    shares = rng.dirichlet(np.full(len(areas), 2.0))
    frame = pd.DataFrame(scores, columns=list(items))
    frame.insert(0, "year", np.repeat(list(YEARS), answers_a_year))
    frame.insert(1, "period", pd.Series([None] * n, dtype="str"))
    frame.insert(2, "area", rng.choice(areas, size=n, p=shares))
    frame.insert(3, "outcome", rng.choice(["beviljat", "avslag"], size=n, p=[0.9, 0.1]))
    for name in ("case_type", "company_size", "industry"):
        frame[name] = "x"
    return frame.assign(joint=True)


def twelve_areas(settings: Settings) -> Settings:
    """The configuration with two more areas than the questionnaire has."""
    questionnaire = settings.questionnaire
    extra = tuple(
        questionnaire.areas[0].model_copy(update={"key": f"extra_{n}", "name": f"Extra {n}"})
        for n in range(12 - len(questionnaire.areas))
    )
    grown = questionnaire.model_copy(update={"areas": (*questionnaire.areas, *extra)})
    # Cached keys belong to the old list.
    for name in ("area_keys", "labels"):
        grown.__dict__.pop(name, None)
    return replace(settings, questionnaire=grown)


def main() -> None:
    settings = load(PROJECT / "config")
    wide = twelve_areas(settings)
    answers = country(wide, wide.questionnaire.area_keys, ANSWERS_A_YEAR)
    none = pd.DataFrame({"year": [], "area": [], "closed": []})
    start = time.perf_counter(), time.process_time()
    table = measures.indices(answers, none, pd.DataFrame(), wide)
    _told("Indices", start, f"{len(answers):,} answers, {len(table):,} cells")
    own = country(settings, settings.rules.totals.definitions["total4"].areas, MUNICIPALITY // 3)
    start = time.perf_counter(), time.process_time()
    drivers = measures.drivers(own, settings)
    models = drivers.table.groupby("scope")["n"].first()
    _told("Drivers", start, f"{models['total']:,} answers, {len(models)} models")


def _told(what: str, start: tuple[float, float], size: str) -> None:
    seconds, processor = time.perf_counter() - start[0], time.process_time() - start[1]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(
        f"{what}: {seconds:.1f} s, processor {processor:.1f} s, "
        f"peak memory {peak:,.0f} MB ({size})\n"
    )


if __name__ == "__main__":
    main()
