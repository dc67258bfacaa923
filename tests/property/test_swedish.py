"""Numbers in Swedish can be read back, and never lose or change a digit."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Decimal

from hypothesis import given
from hypothesis import strategies as st

from analysis import swedish

VALUES = st.floats(-100_000, 100_000, allow_nan=False)


def back(text: str) -> float:
    plain = text.replace("\u00a0", "").replace("−", "-").replace("±", "").replace(",", ".")
    return float(plain)


@given(VALUES, st.integers(0, 3))
def test_a_number_reads_back_to_its_rounding(value: float, decimals: int) -> None:
    assert back(swedish.number(value, decimals)) == swedish.rounded(value, decimals)


@given(st.integers(-100_000, 100_000), st.integers(1, 3))
def test_a_decimal_half_rounds_away_from_zero(thousandths: int, decimals: int) -> None:
    exact = Decimal(thousandths) / 1000
    step = Decimal(1).scaleb(-decimals)
    expected = float(exact.quantize(step, ROUND_HALF_UP))
    assert math.isclose(swedish.rounded(float(exact), decimals), expected, abs_tol=1e-9)


@given(VALUES)
def test_no_ascii_minus_point_or_space(value: float) -> None:
    for text in (swedish.number(value), swedish.signed(value), swedish.percent(value / 1000, 1)):
        assert not set(text) & set("-. ")


@given(VALUES)
def test_a_change_has_a_sign_and_zero_has_none_of_its_own(value: float) -> None:
    text = swedish.signed(value)
    shown = swedish.rounded(value)
    assert text[0] == ("±" if shown == 0 else "+" if shown > 0 else "−")
