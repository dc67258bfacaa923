"""How forecasts have done: the tables in ``docs/method.md``.

Run with ``python benchmarks/forecast.py`` (half a minute); it rewrites the tables in that file.
Forecasts are made from what was known then, over the project's own collection of published values
and over four simulated worlds in which municipalities move in different ways.
"""

from __future__ import annotations

import itertools
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from analysis.intake import look
from analysis.measures.forecast import Limits, Panel, Trial, backtest
from analysis.measures.goal_forecast import limits_of, panels_of
from analysis.settings import Settings, load
from analysis.settings.questionnaire import NKI

Floats = npt.NDArray[np.float64]
World = Callable[[np.random.Generator], Floats]

PROJECT = Path(__file__).parents[1]
METHOD = PROJECT / "docs" / "method.md"
START, END = "<!-- forecast: start -->", "<!-- forecast: end -->"

SEED = 20231204
REPEATS = 25
"""Panels of each world: one has one national movement only."""
MUNICIPALITIES, YEARS = 100, 10
BETWEEN, ANSWER_SPREAD = 4.0, 25.0
"""Standard deviation between municipalities' own levels, and between respondents."""
SHAPE = (MUNICIPALITIES, YEARS)
BOUNDS = (0.0, 0.1, 0.33, 0.66, 0.9, 1.0)


def returning(rng: np.random.Generator, shocks: Floats) -> Floats:
    """Deviations that fade: what is left after a year is 0.6 of them."""
    moves = np.zeros(SHAPE)
    moves[:, 0] = shocks[:, 0]
    for year in range(1, YEARS):
        moves[:, year] = 0.6 * moves[:, year - 1] + shocks[:, year]
    return moves


WORLDS: Mapping[str, World] = {
    "back to an own level": lambda rng: returning(rng, rng.normal(0, 2.4, SHAPE)),
    "random walk": lambda rng: rng.normal(0, 2, SHAPE).cumsum(axis=1),
    "trends of their own": lambda rng: (
        rng.normal(0, 0.7, (MUNICIPALITIES, 1)) * np.arange(YEARS) + rng.normal(0, 1.5, SHAPE)
    ),
    "sudden leaps": lambda rng: returning(rng, 1.6 * rng.standard_t(3, SHAPE)),
}


def panel(world: World, rng: np.random.Generator) -> Panel:
    """Published values of a simulated country."""
    answers = np.exp(rng.normal(np.log(200), 0.6, MUNICIPALITIES)).clip(25, 1500)
    variances = np.repeat((ANSWER_SPREAD**2 / answers)[:, None], YEARS, axis=1)
    level = 70 + rng.normal(0.5, 0.8, YEARS).cumsum()
    own = rng.normal(0, BETWEEN, (MUNICIPALITIES, 1))
    values = level + own + world(rng) + rng.normal(0, 1, SHAPE) * np.sqrt(variances)
    return Panel(2010, values.clip(0, 100), variances, np.full(YEARS, np.nan))


def simulated(world: World, limits: Limits, rise: float) -> Trial:
    """The trials of a world's panels together."""
    rng = np.random.default_rng(SEED)
    trials = [backtest([panel(world, rng)], limits, rise) for _ in range(REPEATS)]
    return Trial(*(np.concatenate(fields) for fields in zip(*trials, strict=True)))


def collected(settings: Settings, limits: Limits, rise: float) -> Trial:
    """The trial of the project's own collection."""
    values = look([], settings, PROJECT / "data" / "official").published.values
    return backtest(list(panels_of(values, NKI, settings).values()), limits, rise)


def coverage(trials: Mapping[str, Trial], confidence: float) -> Iterator[str]:
    """Share of values inside their interval, by years ahead, and how large the misses are."""
    leads = sorted({int(lead) for trial in trials.values() for lead in trial.lead})
    heads = [f"{lead} year{'s' * (lead > 1)} ahead" for lead in leads]
    columns = [f"{confidence:.0%} intervals over", "forecasts", "all", *heads, "RMSE", "Brier"]
    yield f"| {' | '.join(columns)} |"
    yield "|---|---|---|" + "---|" * (len(leads) + 2)
    for name, trial in trials.items():
        by_lead = [_share(trial.covered[trial.lead == lead]) for lead in leads]
        error = np.sqrt(np.mean(trial.error**2))
        brier = np.mean((trial.probability - trial.reached) ** 2)
        cells = [f"{len(trial.lead):,}", _share(trial.covered), *by_lead]
        yield f"| {name} | {' | '.join(cells)} | {error:.1f} | {brier:.3f} |"


def calibration(trials: Mapping[str, Trial]) -> Iterator[str]:
    """Share of goals reached among those given a probability, by that probability."""
    heads = [f"{low:.0%}–{high:.0%}" for low, high in itertools.pairwise(BOUNDS)]
    yield f"| probability given → share reached (forecasts) | {' | '.join(heads)} |"
    yield "|---|" + "---|" * len(heads)
    for name, trial in trials.items():
        place = np.clip(np.digitize(trial.probability, BOUNDS) - 1, 0, len(heads) - 1)
        cells = [_told(trial, place == number) for number in range(len(heads))]
        yield f"| {name} | {' | '.join(cells)} |"


def _told(trial: Trial, chosen: npt.NDArray[np.bool_]) -> str:
    if not chosen.any():
        return "–"
    given, reached = trial.probability[chosen].mean(), trial.reached[chosen].mean()
    return f"{given:.0%} → {reached:.0%} ({chosen.sum():,})"


def _share(covered: npt.NDArray[np.bool_]) -> str:
    return f"{covered.mean():.0%} ({covered.sum():,})" if covered.size else "–"


def main() -> None:
    settings = load(PROJECT / "config")
    rules = settings.rules.forecast
    limits, rise = limits_of(rules), rules.tried.value
    trials = {"the collection": collected(settings, limits, rise)} | {
        name: simulated(world, limits, rise) for name, world in WORLDS.items()
    }
    lines: Sequence[str] = [
        START,
        "",
        f"{REPEATS} panels of {MUNICIPALITIES} municipalities and {YEARS} years a world; seed "
        f"{SEED}. A goal is {rise:g} above the value of the year in which the forecast is made.",
        "",
        *coverage(trials, limits.confidence),
        "",
        *calibration(trials),
        "",
    ]
    sys.stdout.write("\n".join(lines) + "\n")
    text = METHOD.read_text(encoding="utf-8")
    before, rest = text.split(START)
    after = rest.split(END)[1]
    METHOD.write_text(before + "\n".join(lines) + END + after, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
