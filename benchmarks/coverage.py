"""Simulations behind ``docs/method.md``: how often intervals hold, and probabilities come true.

Run with ``python benchmarks/coverage.py`` (a few minutes); it rewrites the tables in that file.
The answers are drawn here, from skewed and correlated populations whose true index is known.
"""

from __future__ import annotations

import argparse
import itertools
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.special import betaincinv, ndtr, stdtrit

from analysis.measures.index import Measures, Summary, summarise
from analysis.measures.totals import stratified
from analysis.measures.uncertainty import Estimate, difference, estimate
from analysis.settings import Settings, load

Floats = npt.NDArray[np.float64]

PROJECT = Path(__file__).parents[1]
METHOD = PROJECT / "docs" / "method.md"
START, END = "<!-- simulation: start -->", "<!-- simulation: end -->"

SEED = 20231204
SIZES = (7, 8, 9, 10, 15, 30, 80)
LEVELS = (50.0, 60.0, 70.0, 80.0, 87.0)
"""Mean index of a question."""
CONCENTRATIONS = (1.5, 2.6, 4.0)
"""From many ones and tens to a single hump; 2.6 is that of the example answers."""
POPULATION = 40_000
ITEM_RELIABILITY = 0.8
NOT_ANSWERED = {"tillganglighet_moten": 0.24, "tillganglighet_telefon": 0.12}
NOT_ANSWERED_ELSEWHERE = 0.045
CHANGE_SIZES = ((7, 7), (10, 10), (15, 15), (15, 60), (30, 30), (80, 80), (200, 200))
SHOWN = ("nki", "tillganglighet", "nki_totalt", "tillganglighet_moten")
TARGET = 70.0


def studied(settings: Settings) -> Measures:
    """The measures of `SHOWN` alone, with the questions they need."""
    every = Measures.of(settings)
    columns = [every.keys.index(key) for key in SHOWN]
    items = np.flatnonzero((every.weights[:, columns] > 0).any(axis=1))
    return Measures(
        SHOWN,
        tuple(every.kinds[column] for column in columns),
        tuple(every.items[item] for item in items),
        every.weights[items][:, columns],
        every.lowest,
        every.highest,
    )


@dataclass(frozen=True)
class Population:
    """Complete answers and, for each respondent, which of them would be left out."""

    scores: Floats
    missing: npt.NDArray[np.bool_]

    def take(self, rows: npt.NDArray[np.int64]) -> Floats:
        """Answers as they come in, NaN where left out."""
        return np.where(self.missing[rows], np.nan, self.scores[rows])


def population(
    level: float, concentration: float, size: int, measures: Measures, rng: np.random.Generator
) -> Population:
    """A population with a given mean index, skew and item non-response."""
    shared = rng.standard_normal((size, 1))
    own = rng.standard_normal((size, len(measures.items)))
    latent = np.sqrt(ITEM_RELIABILITY) * shared + np.sqrt(1 - ITEM_RELIABILITY) * own
    share = level / 100
    quantile = betaincinv(share * concentration, (1 - share) * concentration, ndtr(latent))
    rates = np.array([NOT_ANSWERED.get(item, NOT_ANSWERED_ELSEWHERE) for item in measures.items])
    return Population(np.round(1 + 9 * quantile), rng.random(latent.shape) < rates)


def truth(scores: Floats, measures: Measures) -> Floats:
    """Index of every measure when everyone answers everything."""
    index: Floats = ((scores.mean(axis=0) - measures.lowest) * measures.unit) @ measures.weights
    return index


def known(scores: Floats, measures: Measures, settings: Settings) -> Estimate:
    """The product's estimate from a sample of many more cases."""
    return _estimate(summarise(scores, measures), settings, np.nan)


def _estimate(summary: Summary, settings: Settings, cases: float) -> Estimate:
    number = np.full(len(summary.n), cases)
    rules = settings.rules.uncertainty
    return estimate(summary.index, summary.variance, summary.n, rules, number, summary.freedom)


def coverage(settings: Settings, repeats: int) -> Iterator[str]:
    """Share of 95 % intervals that hold the true index, by number of answers."""
    measures = studied(settings)
    confidence = settings.rules.uncertainty.confidence.value
    rng = np.random.default_rng(SEED)
    yield "| answers | cases | " + " | ".join(f"`{key}`" for key in SHOWN) + " | plain t |"
    yield "|---|---|" + "---|" * (len(SHOWN) + 1)
    wholes = [
        population(level, concentration, POPULATION, measures, rng)
        for level, concentration in itertools.product(LEVELS, CONCENTRATIONS)
    ]
    for n, finite in itertools.product(SIZES, (False, True)):
        shares, plain = [], []
        for whole in wholes:
            hits, plain_hits, tried = np.zeros(len(SHOWN)), np.zeros(len(SHOWN)), 0
            everyone = truth(whole.scores, measures)
            for _ in range(repeats):
                frame = rng.integers(0, POPULATION, 2 * n if finite else n)
                summary = summarise(whole.take(frame[:n]), measures)
                if np.isnan(summary.index).any():
                    continue
                tried += 1
                real = truth(whole.scores[frame], measures) if finite else everyone
                number = float(2 * n) if finite else np.nan
                lower, upper = _estimate(summary, settings, number).interval(confidence)
                hits += (lower <= real + 1e-9) & (real <= upper + 1e-9)
                factor = 1 - summary.n / number if finite else 1.0
                reach = stdtrit(summary.freedom, (1 + confidence) / 2)
                plain_hits += np.abs(summary.index - real) <= reach * np.sqrt(
                    summary.variance * factor
                )
            shares.append(hits / tried)
            plain.append(plain_hits / tried)
        cells = [_range(np.array(shares)[:, place]) for place in range(len(SHOWN))]
        yield (
            f"| {n} | {'2 n' if finite else '∞'} | "
            + " | ".join(cells)
            + (f" | {_range(np.array(plain).ravel())} |")
        )


def totals(settings: Settings, repeats: int) -> Iterator[str]:
    """Coverage of a total of four areas of unequal size and level, put together in each way."""
    measures = studied(settings)
    rng = np.random.default_rng(SEED + 1)
    confidence = settings.rules.uncertainty.confidence.value
    levels = (64.0, 69.5, 77.5, 76.0)
    wholes = [population(level, 2.6, POPULATION, measures, rng) for level in levels]
    indices = np.array([truth(whole.scores, measures) for whole in wholes])
    yield "| answers | together | " + " | ".join(f"`{key}`" for key in SHOWN) + " |"
    yield "|---|---|" + "---|" * len(SHOWN)
    for sizes in ((61, 33, 78, 14), (9, 5, 12, 3)):
        # Half of the small area's cases and a sixth of the large ones' were answered.
        cases = np.array(sizes) * np.array((6.0, 4.0, 6.0, 2.0))
        for method, weights in {
            "pooled": np.array(sizes, dtype=float),
            "cases": cases,
            "mean": np.ones(len(sizes)),
        }.items():
            real = weights / weights.sum() @ indices
            hits = np.zeros(len(SHOWN))
            for _ in range(repeats):
                parts = [
                    whole.take(rng.integers(0, POPULATION, n))
                    for whole, n in zip(wholes, sizes, strict=True)
                ]
                summary = (
                    summarise(np.vstack(parts), measures)
                    if method == "pooled"
                    else stratified(parts, weights, np.full(len(parts), np.nan), measures)
                )
                lower, upper = _estimate(summary, settings, np.nan).interval(confidence)
                hits += (lower <= real) & (real <= upper)
            told = " | ".join(f"{100 * share:.1f} %" for share in hits / repeats)
            yield f"| {' + '.join(map(str, sizes))} | {method} | {told} |"


def approximate(settings: Settings, repeats: int) -> Iterator[str]:
    """Coverage when only an index and its number of answers are known; fewer samples of more."""
    repeats = max(repeats // 8, 1)
    measures = studied(settings)
    rng = np.random.default_rng(SEED + 4)
    rules = settings.rules.uncertainty
    yield "| answers | spread | " + " | ".join(f"`{key}`" for key in SHOWN) + " |"
    yield "|---|---|" + "---|" * len(SHOWN)
    for n, own in itertools.product((7, 15, 30, 80, 200), (True, False)):
        shares = []
        for level, concentration in itertools.product(LEVELS, CONCENTRATIONS):
            whole = population(level, concentration, POPULATION, measures, rng)
            real = truth(whole.scores, measures)
            # An earlier year of two hundred answers tells the spread, or nothing does.
            earlier = known(whole.take(rng.integers(0, POPULATION, 200)), measures, settings)
            counted = 200.0
            assumed = np.full(len(SHOWN), rules.assumed_dispersion.value)
            spread = earlier.scale * counted if own else assumed
            hits, tried = np.zeros(len(SHOWN)), 0
            for _ in range(repeats):
                summary = summarise(whole.take(rng.integers(0, POPULATION, n)), measures)
                if np.isnan(summary.index).any():
                    continue
                tried += 1
                # A table tells the respondents of a scope, not the answers of each question.
                freedom = np.full(len(SHOWN), n - 1.0)
                given = Estimate(summary.index, spread / n, freedom)
                lower, upper = given.interval(rules.confidence.value)
                hits += (lower <= real + 1e-9) & (real <= upper + 1e-9)
            shares.append(hits / tried)
        cells = [_range(np.array(shares)[:, place]) for place in range(len(SHOWN))]
        yield f"| {n} | {'own earlier answers' if own else 'assumed'} | " + " | ".join(cells) + " |"


def change(settings: Settings, repeats: int) -> Iterator[str]:
    """How often a change is called significant when there is none, and when there is one."""
    measures = studied(settings)
    rng = np.random.default_rng(SEED + 2)
    confidence = settings.rules.uncertainty.confidence.value
    nki = measures.keys.index("nki")
    yield "| answers, first and second year | level | no change | +5 | +10 |"
    yield "|---|---|---|---|---|"
    for sizes, level in itertools.product(CHANGE_SIZES, (65.0, 80.0)):
        shares = []
        first = population(level, 2.6, POPULATION, measures, rng)
        for rise in (0.0, 5.0, 10.0):
            second = population(level + rise, 2.6, POPULATION, measures, rng) if rise else first
            # The level of the test is what matters most: more samples where nothing changed.
            tried = repeats if rise else 4 * repeats
            called = 0
            for _ in range(tried):
                before, after = (
                    known(whole.take(rng.integers(0, POPULATION, n)), measures, settings)
                    for whole, n in zip((first, second), sizes, strict=True)
                )
                lower, upper = difference(
                    after.index,
                    after.interval(confidence),
                    before.index,
                    before.interval(confidence),
                )
                called += bool(lower[nki] > 0 or upper[nki] < 0)
            shares.append(f"{100 * called / tried:.1f} %")
        yield f"| {sizes[0]}, {sizes[1]} | {level:.0f} | " + " | ".join(shares) + " |"


def calibration(settings: Settings, repeats: int) -> Iterator[str]:
    """Share of goals that are met among those given a probability, by that probability."""
    measures = studied(settings)
    rng = np.random.default_rng(SEED + 3)
    levels = np.arange(TARGET - 20, TARGET + 20.5, 2.0)
    wholes = [population(level, 2.6, POPULATION, measures, rng) for level in levels]
    real = np.array([truth(whole.scores, measures)[0] for whole in wholes])
    bins = np.array([0.0, 0.1, 0.33, 0.66, 0.9, 1.0])
    yield (
        "| answers | "
        + " | ".join(f"{low:.0%}–{high:.0%}" for low, high in itertools.pairwise(bins))
        + " |"
    )
    yield "|---|" + "---|" * (len(bins) - 1)
    for n in (10, 15, 30, 80):
        given, met = [], []
        for whole, index in zip(wholes, real, strict=True):
            for _ in range(repeats):
                # The true index lies evenly spread around the target, not only on the grid.
                target = TARGET + rng.uniform(-1, 1)
                sample = whole.take(rng.integers(0, POPULATION, n))
                got = known(sample, measures, settings).probability_at_least(target)[0]
                given.append(got)
                met.append(index >= target)
        place = np.clip(np.digitize(given, bins) - 1, 0, len(bins) - 2)
        cells = [
            f"{np.mean(np.array(given)[place == b]):.0%} → {np.mean(np.array(met)[place == b]):.0%}"
            for b in range(len(bins) - 1)
        ]
        yield f"| {n} | " + " | ".join(cells) + " |"


def _range(shares: Floats) -> str:
    return f"{100 * shares.mean():.1f} % ({100 * shares.min():.1f}–{100 * shares.max():.1f})"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=2000, help="samples per population")
    repeats = parser.parse_args().repeats
    settings = load(PROJECT / "config")
    parts = {
        "Coverage of 95 % intervals: mean (lowest–highest) over populations": coverage,
        "Coverage of totals of four areas": totals,
        "Coverage from an index and its number of answers alone": approximate,
        "Changes called significant": change,
        "Calibration: probability given → share met": calibration,
    }
    lines = [START, "", f"{repeats:,} samples per population; seed {SEED}.", ""]
    for title, study in parts.items():
        part = [f"**{title}**", "", *study(settings, repeats), ""]
        sys.stdout.write("\n".join(part) + "\n")
        lines += part
    text = METHOD.read_text(encoding="utf-8")
    before, rest = text.split(START)
    after = rest.split(END)[1]
    METHOD.write_text(before + "\n".join(lines) + END + after, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
