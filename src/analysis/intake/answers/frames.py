"""The schema of the frame of clean answers, checked once at the border."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import pandas as pd

from analysis import store
from analysis.intake.cells.keys import FIELDS
from analysis.settings import Settings


def gather(frames: Sequence[pd.DataFrame], settings: Settings) -> pd.DataFrame:
    """Clean answers of several years in one frame; empty, with its columns, when there are none."""
    if frames:
        return pd.concat(frames, ignore_index=True)
    texts = dict.fromkeys(("period", "area", *FIELDS), "str")
    scores = dict.fromkeys(settings.questionnaire.item_keys, "float64")
    kinds = {"year": "int64", **texts, "joint": "bool", **scores}
    return pd.DataFrame(columns=list(kinds)).astype(kinds)


def check_answers(answers: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """The clean answers, checked against the schema that the floors above rely on.

    ``joint`` is whether a row is one respondent's own answers. Rows put together from distributions
    give each question its answers, and say nothing of which answers go together.

    Raises
    ------
    pandera.errors.SchemaError
        When they do not fit: a fault of the program's own.
    """
    # Imported here, since the import takes much of a second and only cleaning needs it.
    import pandera.pandas as pa

    scores = [*map(float, settings.rules.index.scores)]
    # Of a distribution, only the total that answers belong to may be known.
    places = (*settings.questionnaire.area_keys, *settings.rules.totals.definitions)

    def text(allowed: Collection[str] | None = None) -> pa.Column:
        check = None if allowed is None else pa.Check.isin(allowed)
        return pa.Column("str", check, nullable=True)

    outcomes = next(f for f in settings.questionnaire.background if f.key == "utfall").values
    schema = pa.DataFrameSchema(
        {
            "year": pa.Column("int64", pa.Check.in_range(1990, 2100)),
            "period": text(store.PERIODS),
            "area": pa.Column("str", pa.Check.isin(places)),
            "outcome": text(tuple(outcomes)),
            **{column: text() for column in ("case_type", "company_size", "industry")},
            "joint": pa.Column("bool"),
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
