"""The documents of one page: of every myndighetsområde, and of förvaltningar with several."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from analysis import store
from analysis.present import sheet, wording
from analysis.present.bundle import Text
from analysis.present.data import ReportData
from analysis.present.pages.blad_forvaltning import unit_sheet
from analysis.present.pages.blad_omrade import area_sheet
from analysis.present.sheet import PaperSheet
from analysis.settings.report import unit_key


def sheets(data: ReportData, areas: Sequence[str]) -> list[PaperSheet]:
    """The document of every area, and of every förvaltning that has several of them."""
    units = data.settings.report.several(areas)
    return [
        *(area_sheet(data, area) for area in areas),
        *(unit_sheet(data, unit, own) for unit, own in units.items()),
    ]


def write(made: Iterable[PaperSheet], path: Path) -> None:
    """Write documents as plain data for the template, by name."""
    store.write_json(path, {one.name: one.to_data() for one in made})


def link(data: ReportData, area: str, areas: Sequence[str]) -> Text:
    """A sentence with the addresses of the area's document and of its förvaltning's."""
    owner = data.settings.report.owners.get(area)
    unit = unit_key(owner.unit) if owner else ""
    several = unit in data.settings.report.several(areas)
    return wording.text(
        "blad.lank",
        blad=f"{area}.pdf",
        forvaltning=owner.unit if owner and several else "",
        forvaltningens_blad=f"{sheet.of_unit(unit)}.pdf",
    )
