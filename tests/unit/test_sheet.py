"""What a sheet of one page takes of what has been agreed."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
from pages.made_up import SETTINGS, changed

from analysis.present.data import ReportData
from analysis.present.pages.blad_omrade import area_sheet
from analysis.project import Project


def test_the_newest_workshop_s_proposals_stand_on_it_the_first_four(
    example_project: Project, tmp_path: Path
) -> None:
    folder = example_project.processed / "example"
    example = ReportData(folder, SETTINGS, example=True, today=date(2026, 11, 23))
    rows = [(2024, "bygglov", "Gammalt"), (2025, "brandskydd", "Annat område")]
    rows += [(2025, "bygglov", f"Förslag {number}") for number in range(1, 7)]
    proposals = pd.DataFrame(rows, columns=["year", "scope", "proposal"])
    proposals = proposals.assign(factor="", who="Bygglovsenheten", when="hösten 2026")
    data = changed(example, tmp_path, proposals=proposals)
    sections = {one.heading: one for row in area_sheet(data, "bygglov").rows for one in row}
    table = sections["Överenskommet på workshopen"].table
    assert table is not None
    assert table.rows["proposal"].tolist() == [f"Förslag {number}" for number in range(1, 5)]
    assert table.note == "2 till står på områdets sida."
    others = area_sheet(data, "livsmedelskontroll").rows
    assert "Överenskommet på workshopen" not in {one.heading for row in others for one in row}
