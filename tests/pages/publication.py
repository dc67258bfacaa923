"""A publication of the example's numbers, and the run that is compared with it."""

from __future__ import annotations

import copy
import json
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd
from projects import matter_of

from analysis import intake, store
from analysis.present import moved
from analysis.present.data import ReportData
from analysis.present.pages import andringar
from analysis.project import Project

BYGGLOV = {"year": "2024", "scope": "bygglov", "kind": "nki", "measure": "nki"}
TOTAL = {"year": "2019", "scope": "total", "definition": "total6", "kind": "nki", "measure": "nki"}


@dataclass
class Publication:
    """A publication of the example's numbers, and the run that is compared with it."""

    data: ReportData
    published: Path
    tables: Path
    record: dict[str, Any]
    inputs: list[dict[str, str]]
    settings_files: dict[str, str]

    def publish(self, year: str = "2025") -> Path:
        folder = self.published / year
        folder.mkdir(parents=True, exist_ok=True)
        (folder / store.RECORD).write_text(json.dumps(self.record), "utf-8")
        return folder

    def table(self, name: str, change: Callable[[pd.DataFrame], pd.DataFrame]) -> None:
        """Change a published table: what moves since then is the other way round."""
        path = self.published / "2025" / "data" / f"{name}.csv"
        frame = pd.read_csv(path, dtype="str", keep_default_na=False)
        change(frame).to_csv(path, index=False)

    def compared(self) -> moved.Comparison:
        self.publish()
        found = andringar.compared(
            self.data,
            str(self.published),
            str(self.tables),
            self.inputs,
            self.settings_files,
        )
        assert found is not None
        andringar.write(found, str(self.tables))
        return found

    def own_values(self, *rows: str) -> None:
        """Lay published values beside the collection's, in the coordinator's form."""
        folder = Path(tempfile.mkdtemp(dir=self.published.parent))
        file = folder / "officiella_varden.csv"
        head = "kommun,kommunkod,arende_ar,matt,varde,publicerad,kalla"
        file.write_text("\n".join([head, *rows]) + "\n", "utf-8")
        for path in self.data.folder.glob("*.parquet"):
            shutil.copy(path, folder)
        found = intake.read([file], self.data.settings).corrections
        store.write_table(found, folder, store.CORRECTIONS)
        self.data = replace(self.data, folder=folder)

    def official_total(self, now: str) -> None:
        """Change the run's published total of 2019."""
        path = self.tables / "index.csv"
        frame = pd.read_csv(path, dtype="str", keep_default_na=False)
        if not (frame[list(TOTAL)] == pd.Series(TOTAL)).all(axis=1).any():
            for folder in (self.tables, self.published / "2025" / "data"):
                row = {
                    **dict.fromkeys(frame.columns, ""),
                    **TOTAL,
                    "official": "74.0",
                    "shown": "true",
                }
                pd.concat([frame, pd.DataFrame([row])]).to_csv(folder / "index.csv", index=False)
        frame = pd.read_csv(path, dtype="str", keep_default_na=False)
        frame.loc[at(frame, **TOTAL), "official"] = now
        frame.to_csv(path, index=False)


def published(project: Project, folder: Path) -> Publication:
    """The example's numbers, published in a folder; the run is the same."""
    processed = project.processed / "example"
    tables = Path(shutil.copytree(processed / ".build" / "data", folder / "tables"))
    record = json.loads((matter_of(project.site) / store.RECORD).read_text("utf-8"))
    data = ReportData.open(str(processed), str(project.config), "0188", False, "2027-04-20")
    shutil.copytree(tables, folder / "published" / "2025" / "data")
    inputs = [
        {key: file[key] for key in ("fil", "sha256", "slag", "år")} for file in record["indata"]
    ]
    settings_files = dict(record["inställningar"])
    return Publication(
        data, folder / "published", tables, copy.deepcopy(record), inputs, settings_files
    )


def at(frame: pd.DataFrame, **key: str) -> pd.Series[bool]:
    chosen = pd.Series(True, index=frame.index)
    for name, value in key.items():
        chosen &= frame[name] == value
    assert chosen.sum() == 1
    return chosen


def move(column: str, value: str, **key: str) -> Callable[[pd.DataFrame], pd.DataFrame]:
    def change(frame: pd.DataFrame) -> pd.DataFrame:
        frame.loc[at(frame, **key), column] = value
        return frame

    return change
