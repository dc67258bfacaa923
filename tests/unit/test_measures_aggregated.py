"""Published values with a number of answers: a margin, and the protection of small numbers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import t

from analysis import store
from analysis.intake.published.official import COLUMNS
from analysis.measures import goals, indices
from analysis.measures.aggregated import published
from analysis.project import Project
from analysis.settings import load

SETTINGS = load(Path(__file__).resolve().parents[2] / "config")
RULES = SETTINGS.rules
NO_CASES = pd.DataFrame({"year": [], "area": [], "closed": [], "sent": [], "answered": []})
OWN = SETTINGS.report.municipality.code


def official(*rows: tuple[str, float, int | None], measure: str = "nki") -> pd.DataFrame:
    """Values of 2025: scope, index, answers."""
    frame = pd.DataFrame(
        [
            {
                **dict.fromkeys(COLUMNS, ""),
                "municipality_code": OWN,
                "year": 2025,
                "measure": measure,
                "scope": scope,
                "definition": "total4" if scope == "total" else "",
                "value": value,
                "n": n,
                "response_rate": np.nan,
                "governs": True,
            }
            for scope, value, n in rows
        ]
    )
    return frame.astype({key: kind for key, kind in COLUMNS.items() if kind != "object"})


def cells(values: pd.DataFrame) -> pd.DataFrame:
    return indices(pd.DataFrame(), NO_CASES, values, SETTINGS).set_index("scope")


def test_the_margin_is_that_of_the_assumed_spread() -> None:
    row = cells(official(("bygglov", 68.2, 30))).loc["bygglov"]
    # Wilson's bounds with dispersion φ: |p − p₀| = t √(φ p₀ (1 − p₀) / n).
    for bound in (row["governing_lower"] / 100, row["governing_upper"] / 100):
        error = np.sqrt(RULES.uncertainty.assumed_dispersion.value * bound * (1 - bound) / 30)
        assert abs(0.682 - bound) == pytest.approx(t.ppf(0.975, 29) * error)
    assert row["approximate"]
    assert np.isnan(row["lower"])


def test_a_value_without_answers_known_has_no_margin_and_is_shown() -> None:
    row = cells(official(("bygglov", 68.2, None))).loc["bygglov"]
    assert row["shown"] and not row["approximate"]
    assert np.isnan(row["governing_lower"])


@pytest.mark.parametrize(("before", "sure"), [(70.0, False), (50.0, True)])
def test_a_change_between_published_values_is_as_sure_as_their_margins(
    before: float, sure: bool
) -> None:
    """30 answers have a margin of some 13 units: 18 is more than chance."""
    now, last = official(("bygglov", 68.2, 30)), official(("bygglov", before, 30))
    both = pd.concat([last.assign(year=2024), now], ignore_index=True)
    table = indices(pd.DataFrame(), NO_CASES, both, SETTINGS).set_index("year")
    row, earlier = table.loc["2025"], table.loc["2024"]
    assert row["change"] == pytest.approx(68.2 - before)
    assert row["change_lower"] == pytest.approx(
        row["change"] - np.hypot(68.2 - row["governing_lower"], earlier["governing_upper"] - before)
    )
    assert bool(row["change_significant"]) == sure


@pytest.mark.parametrize(
    ("scope", "n", "shown"),
    [("bygglov", 6, False), ("bygglov", 7, True), ("total", 19, False), ("total", 20, True)],
)
def test_small_numbers_are_hidden_as_our_own_are(scope: str, n: int, shown: bool) -> None:
    row = cells(official((scope, 68.2, n))).loc[scope]
    assert row["shown"] == shown
    assert row["reason"] == ("" if shown else "for_fa_svar")
    numbers = row[["n", "official", "governing", "governing_lower", "scale"]]
    assert numbers.notna().all() == shown and numbers.isna().all() == (not shown)


AREAS = (
    ("bygglov", 60.0, 40),
    ("miljo_halsoskydd", 70.0, 12),
    ("livsmedelskontroll", 75.0, 30),
)


def test_a_hidden_area_cannot_be_reckoned_out_of_the_total() -> None:
    total = (60 * 40 + 70 * 12 + 75 * 30 + 20 * 5) / 87
    table = cells(official(("total", total, 87), *AREAS, ("serveringstillstand", 20.0, 5)))
    assert table["reason"].to_dict() == {
        "total": "",
        "bygglov": "",
        "miljo_halsoskydd": "skyddar_annat_varde",
        "livsmedelskontroll": "",
        "serveringstillstand": "for_fa_svar",
    }
    assert table.loc["miljo_halsoskydd", ["n", "official", "governing"]].isna().all()


def test_answers_of_unknown_areas_protect_too() -> None:
    """Thirty answers of the total are in no row, so the small area is safe as it is."""
    table = cells(official(("total", 68.0, 117), *AREAS[1:], ("serveringstillstand", 20.0, 5)))
    assert table.loc[["total", "miljo_halsoskydd", "livsmedelskontroll"], "shown"].all()
    assert not table.loc["serveringstillstand", "shown"]


def test_hidden_values_leave_the_list_of_published_ones() -> None:
    values = official(("bygglov", 60.0, 40), ("serveringstillstand", 20.0, 5))
    other = official(("bygglov", 50.0, 4), ("brandskydd", 51.0, 9)).assign(municipality_code="1490")
    every = pd.concat([values, other], ignore_index=True)
    table = indices(pd.DataFrame(), NO_CASES, every, SETTINGS)
    assert sorted(published(every, table, SETTINGS)["value"]) == [51.0, 60.0]


def test_all_goals_are_judged_without_answers() -> None:
    scopes = SETTINGS.plan.areas.judged
    parts = [
        official(("total", 81.0, 200), *((scope, 81.0, 50) for scope in scopes), measure=measure)
        for measure in {goal.measure for goal in SETTINGS.plan.goals}
    ]
    table = indices(pd.DataFrame(), NO_CASES, pd.concat(parts, ignore_index=True), SETTINGS)
    judged = goals(table, SETTINGS.plan, RULES)
    assert set(judged["status"]) == {"nått"}
    assert set(judged["goal"]) == {goal.number for goal in SETTINGS.plan.goals}
    assert judged["probability"].between(0, 1).all()


def test_index_and_answers_alone_give_the_same_verdicts_as_the_answers(
    example_project: Project,
) -> None:
    folder = example_project.processed / "example"
    own = store.read_table(folder, store.INDICES)
    whole = own[~own["year"].str.contains("-") & own["shown"] & own["index"].notna()]
    parts = [
        official(
            (str(row["scope"]), float(row["index"]), int(row["n"])), measure=str(row["measure"])
        ).assign(year=int(row["year"]), definition=row["definition"])
        for row in whole.to_dict("records")
    ]
    alone = indices(pd.DataFrame(), NO_CASES, pd.concat(parts, ignore_index=True), SETTINGS)
    keys = ["goal", "year", "scope"]
    told = goals(alone, SETTINGS.plan, RULES).set_index(keys)
    real = store.read_table(folder, store.GOALS).set_index(keys)
    judged = real[real["status"].isin(["nått", "ej nått"])]
    assert len(judged) > 20
    assert told.loc[judged.index, "status"].to_dict() == judged["status"].to_dict()
    assert told.loc[judged.index, "gap"].tolist() == pytest.approx(judged["gap"].tolist())
    width = told["upper"] - told["lower"]
    assert (width > 0)[judged.index].all()
