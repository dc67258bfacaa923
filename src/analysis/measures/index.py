"""Question indices, factor indices and NKI of one group of answers, with their variances.

All measures are linear combinations of question means, so one matrix product computes them all.
Areas, years and disclosure are unknown here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from analysis.settings import Settings
from analysis.settings.questionnaire import NKI

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Measures:
    """The measures: the NKI, the factors and the questions, in that order.

    Parameters
    ----------
    keys, kinds
        Key and kind (``nki``, ``factor``, ``question``) of each measure.
    items
        Question keys in the questionnaire's order.
    weights
        Questions × measures; each column sums to one.
    lowest, highest
        Ends of the answer scale.
    """

    keys: tuple[str, ...]
    kinds: tuple[str, ...]
    items: tuple[str, ...]
    weights: Floats
    lowest: int
    highest: int

    @classmethod
    def of(cls, settings: Settings) -> Measures:
        """The measures of the questionnaire with the weights of ``rules.yml``."""
        questionnaire, rules = settings.questionnaire, settings.rules.index
        items = questionnaire.item_keys
        columns = []
        for group, members in questionnaire.groups.items():
            given = rules.nki_weights.value if group == NKI else {}
            column = np.array([given.get(item, 1.0) if item in members else 0.0 for item in items])
            columns.append(column / column.sum())
        weights = np.column_stack([*columns, np.eye(len(items))])
        return cls(
            keys=(NKI, *questionnaire.factor_keys, *items),
            kinds=(
                "nki",
                *("factor",) * len(questionnaire.factor_keys),
                *("question",) * len(items),
            ),
            items=items,
            weights=weights,
            lowest=rules.lowest.value,
            highest=rules.highest.value,
        )

    def asked(self, asked: npt.NDArray[np.bool_]) -> Measures:
        """The same measures without questions that were not asked: the others take their weight."""
        if asked.all():
            return self
        weights = self.weights * asked[:, None]
        total = weights.sum(axis=0)
        weights = np.divide(weights, total, out=np.zeros_like(weights), where=total > 0)
        return replace(self, weights=weights)

    @property
    def unit(self) -> float:
        """Index units per step of the answer scale."""
        return 100 / (self.highest - self.lowest)


@dataclass(frozen=True)
class Summary:
    """The measures of one group of answers, one value per measure.

    Parameters
    ----------
    n
        Valid answers of a question; respondents with a valid answer for the NKI and factors.
    item_counts
        Valid answers of each question.
    fewest
        Fewest valid answers among the measure's questions.
    index
        0–100; NaN where a question has no answer.
    variance
        Of the index, before any finite-population correction; NaN below two answers.
    freedom
        Degrees of freedom of the variance.
    missing_share
        Share of answers that are blank or "vet ej", over the measure's questions.
    """

    n: Integers
    item_counts: Integers
    fewest: Integers
    index: Floats
    variance: Floats
    freedom: Floats
    missing_share: Floats


def paired(scores: Floats, measures: Measures) -> Floats:
    """The same answers to each question, paired so that the variance of every mean is the largest.

    For answers known only by their distributions: nothing tells who gave which. Of all pairings,
    the one from the lowest answers to the highest gives a sum of questions the largest variance
    (Hoeffding, 1940: the covariance is largest at the upper Fréchet bound). A missing answer adds
    nothing to the deviation from the mean, so it stands where an answer equal to the mean would.

    Parameters
    ----------
    scores
        Respondents × questions, NaN where there is no valid answer; a question's order is free.
    measures
        The NKI and the factors, whose questions are paired with each other.

    Returns
    -------
    Floats
        As many rows; those of the NKI or of a factor with any answer are as many as the answers to
        its question with most.
    """
    result = np.full_like(scores, np.nan)
    groups = [kind != "question" for kind in measures.kinds]
    for members in measures.weights[:, groups].T > 0:
        answers = {place: np.sort(scores[:, place]) for place in np.flatnonzero(members)}
        answers = {place: given[~np.isnan(given)] for place, given in answers.items()}
        most = max(map(len, answers.values()), default=0)
        for place, given in answers.items():
            if given.size:
                below = int((given < given.mean()).sum())
                result[:below, place] = given[:below]
                result[most - len(given) + below : most, place] = given[below:]
    return result


def summarise(scores: Floats, measures: Measures) -> Summary:
    """Index and variance of every measure in one group.

    Parameters
    ----------
    scores
        Respondents × questions, NaN where there is no valid answer.
    measures
        The measures to compute.

    Returns
    -------
    Summary
        The variance is the linearised one of a weighted sum of ratio means: a respondent who
        left a question out contributes nothing to that question's part.
    """
    valid = ~np.isnan(scores)
    counts = valid.sum(axis=0)
    sums = np.where(valid, scores, 0.0).sum(axis=0)
    used = measures.weights > 0
    n = np.column_stack([valid[:, column].any(axis=1) for column in used.T]).sum(axis=0)
    fewest = fewest_answers(counts, measures)
    items = question_indices(counts, sums, measures)
    # Equal weights are exactly one here, so that all tens give exactly 100.
    relative = measures.weights / np.maximum(measures.weights.max(axis=0), np.finfo(float).tiny)
    weighed = (items @ relative) / np.maximum(relative.sum(axis=0), np.finfo(float).tiny)
    index = np.where(fewest > 0, np.clip(weighed, 0.0, 100.0), np.nan)
    parts = influence(scores, measures)
    with np.errstate(invalid="ignore", divide="ignore"):
        variance = np.where(n > 1, n / (n - 1) * (parts**2).sum(axis=0), np.nan)
        missing = 1 - (counts @ used) / (len(scores) * used.sum(axis=0))
    return Summary(n, counts, fewest, index, variance, np.maximum(n - 1.0, 0.0), missing)


def fewest_answers(counts: Integers, measures: Measures) -> Integers:
    """Fewest answers among each measure's questions; zero for a measure without any."""
    used = measures.weights > 0
    fewest = np.where(used, counts[:, None], np.iinfo(np.int64).max).min(axis=0)
    return np.where(used.any(axis=0), fewest, 0)


def question_indices(counts: Integers, sums: Floats, measures: Measures) -> Floats:
    """Index of every question from its number of valid answers and their sum; zero without any.

    ``(mean − lowest) / (highest − lowest) · 100``. Source: SCB's scale change for NKI; 8.2 on the
    scale 1–10 is 80.
    """
    # Computed from whole numbers, so that a mean of 8.2 gives 80 to within one bit.
    return np.divide(
        100 * (sums - measures.lowest * counts),
        (measures.highest - measures.lowest) * counts,
        out=np.zeros(len(counts)),
        where=counts > 0,
    )


def influence(scores: Floats, measures: Measures) -> Floats:
    """Each respondent's part in each measure's deviation from its expectation (linearisation).

    Returns
    -------
    Floats
        Respondents × measures, index units; columns sum to zero.
    """
    valid = ~np.isnan(scores)
    counts = np.maximum(valid.sum(axis=0), 1)
    filled = np.where(valid, scores, 0.0)
    means = filled.sum(axis=0) / counts
    deviations = np.where(valid, filled - means, 0.0) / counts * measures.unit
    return np.asarray(deviations @ measures.weights, dtype=np.float64)
