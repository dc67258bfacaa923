"""What the frames that leave intake hold, checked once at the border."""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd

from analysis import store
from analysis.settings import Settings


def check_answers(answers: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """The clean answers, when they are what the floors above may rely on.

    Raises
    ------
    pandera.errors.SchemaError
        When they are not: a fault of the program's own.
    """
    # Imported here: its import is a large part of a second, and only cleaning needs it.
    import pandera.pandas as pa

    scale = settings.rules.index
    scores = [float(n) for n in range(scale.lowest.value, scale.highest.value + 1)]

    def text(allowed: Collection[str] | None = None) -> pa.Column:
        check = None if allowed is None else pa.Check.isin(allowed)
        return pa.Column("str", check, nullable=True)

    outcomes = next(f for f in settings.questionnaire.background if f.key == "utfall").values
    schema = pa.DataFrameSchema(
        {
            "year": pa.Column("int64", pa.Check.in_range(1990, 2100)),
            "period": text(store.PERIODS),
            "area": pa.Column("str", pa.Check.isin(settings.questionnaire.area_keys)),
            "outcome": text(tuple(outcomes)),
            "case_type": text(),
            "company_size": text(),
            "industry": text(),
            **{
                item: pa.Column("float64", pa.Check.isin(scores), nullable=True)
                for item in settings.questionnaire.item_keys
            },
        },
        strict=True,
        ordered=True,
    )
    checked: pd.DataFrame = schema.validate(answers)
    return checked
