"""Response rates on the pages: our own where they are known, else those SKR has published."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from pages.made_up import published_rates

from analysis import store
from analysis.present.data import ReportData
from analysis.present.pages import nulage, omrade
from analysis.settings import load

CONFIG = Path(__file__).resolve().parents[2] / "config"


@pytest.fixture
def folder(example_project, tmp_path: Path) -> Path:
    return Path(shutil.copytree(example_project.processed / "example", tmp_path / "processed"))


def report(folder: Path, official: pd.DataFrame, *, own: str) -> ReportData:
    rates = store.read_table(folder, store.RATES)
    if own == "none":
        rates = rates[rates["year"] != 2025]
    elif own == "no invitations":
        for name in ("rate", "met", "invited"):
            rates.loc[(rates["year"] == 2025) & rates["scope"].isin(["total", "bygglov"]), name] = (
                pd.NA
            )
    store.write_table(rates, folder, store.RATES)
    store.write_table(official, folder, store.OFFICIAL)
    return ReportData(folder, load(CONFIG), example=True, today=date(2026, 5, 1))


def cells(data: ReportData, column: str) -> dict[str, str]:
    table = nulage.response_table(data)
    assert table is not None
    texts = [text.replace("\xa0", " ") for text in table.rows[column]]
    return dict(zip(table.rows["scope"], texts, strict=True))


OFFICIAL = published_rates(
    ("total", "total4", 0.45, 171), ("total", "total6", 0.5, 200), ("bygglov", "", 0.38, None)
)


def test_published_rates_stand_in_for_missing_ones_and_are_called_skrs(folder: Path) -> None:
    data = report(folder, OFFICIAL, own="none")
    assert cells(data, "rate") == {"Totalt": "45 % (SKR)", "Bygglov": "38 % (SKR)"}
    assert cells(data, "answered") == {"Totalt": "171 (SKR)", "Bygglov": "–"}
    table = nulage.response_table(data)
    assert table is not None
    assert [column.key for column in table.columns] == ["scope", "answered", "rate"]
    told = omrade.response(data, "bygglov")
    assert told is not None
    assert "38\xa0%" in told.markdown


def test_published_rates_fill_the_gaps_among_our_own(folder: Path) -> None:
    data = report(folder, OFFICIAL, own="no invitations")
    rate, met = cells(data, "rate"), cells(data, "reached")
    assert (rate["Totalt"], rate["Bygglov"]) == ("45 % (SKR)", "38 % (SKR)")
    assert (met["Totalt"], met["Bygglov"]) == ("–", "–")
    assert rate["Livsmedelskontroll"].endswith(" %")


def test_our_own_rates_stand_before_published_ones(folder: Path) -> None:
    before = cells(report(folder, OFFICIAL.head(0), own="all"), "rate")
    assert cells(report(folder, OFFICIAL, own="all"), "rate") == before
    assert not any("SKR" in text for text in before.values())


def test_without_any_rate_there_is_no_table(folder: Path) -> None:
    data = report(folder, OFFICIAL.head(0), own="none")
    assert nulage.response_table(data) is None
    assert omrade.response(data, "bygglov") is None
