"""The word for an index, by the bands of ``rules.yml``, judged on the unrounded value."""

from __future__ import annotations

import math

from analysis.settings.rules import GradeRules


def grade(index: float, rules: GradeRules) -> str:
    """Key of an index's grade; empty for a missing index.

    A value that is exactly on a border in whole-number arithmetic, such as a mean of 8.2, must
    not fall below it in binary floating point: the rule's tolerance settles that.
    """
    if math.isnan(index):
        return ""
    reached = [band for band in rules.bands if index >= band.lower - rules.tolerance.value]
    return (reached or rules.bands[:1])[-1].key
