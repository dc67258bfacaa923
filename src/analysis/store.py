"""Names of the processed tables, and functions that read and write them whole.

A table is written beside its place and renamed, so that a reader never meets half a file.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

INDICES = "indices"
GOALS = "goals"
FORECAST = "forecast"
DRIVERS = "drivers"
ACTIVITIES = "activities"
DEPARTMENTS = "progress_by_department"
SPENDING = "spending"
OFFICIAL = "official"
CORRECTIONS = "official_corrections"
CASES = "cases"
PROGRESS = "progress"
PROPOSALS = "proposals"
DIALOGUES = "dialogues"
THEME_COUNTS = "theme_counts"
"""Texts of each theme as read. Never read by a page; `THEMES` has what may be shown."""
THEMES = "themes"
RATES = "response_rates"
DISTRIBUTION = "distribution"
BACKGROUND = "background"
REQUIRED = "required_rise"
AIMS = "aims"
EFFECT = "training_effect"
COMPARISON = "comparison"
MUNICIPALITIES = "municipalities"

PERIODS = ("T1", "T2", "T3")
"""Tertials of a case year; in the years of `INDICES` as ``2025-T1``."""
PUBLISHED: dict[str, tuple[str, ...]] = {
    "index": (
        *("year", "scope", "definition", "kind", "measure", "n", "index", "lower", "upper"),
        *("grade", "change", "change_significant", "official", "shown", "reason"),
    ),
    "goals": (
        *("goal", "scope", "target", "target_year", "year", "index", "lower", "upper"),
        *("probability", "status", "gap", "judged_year"),
    ),
    "drivers": (
        *("scope", "factor", "n", "index", "effect", "effect_lower", "effect_upper"),
        *("share", "share_lower", "share_upper", "quadrant"),
    ),
    "activities": (
        *("activity", "step", "start", "end", "kind", "status", "progress", "responsible"),
    ),
}
"""The tables for reuse, ``<name>.csv`` in a site, and their columns."""
SHEETS = {"index": "Index", "goals": "Mål", "drivers": "Framgångsfaktorer", "activities": "Plan"}
"""The sheets of ``nki.xlsx`` for the same tables."""
OVERVIEW_SHEET = "Översikt"
"""Its first sheet."""
CHANGES = "andringar.csv"
"""The table for reuse with every number changed since the last publication."""
BASIS = "underlag.json"
"""The file of a run's basis (`basis.Basis`), among the processed tables."""
SITE_SETTINGS = "_quarto.yml"
"""Settings of the site, in the project and in a build folder."""
RECORD = "korning.json"
"""The run record in a site and in a publication."""
ANSWER_FILES, OTHER_FILES = "svar", "övrigt"
"""Kinds of input files in the record: answers; cases and official values."""
PROGRESS_FILES, COLLECTION_FILES = "uppföljning", "insamling"
"""Kinds of input files in the record: the plan's progress; the project's official values."""
ROWS, BY_AREA, BY_FILE = "rader", "områden", "filer"
"""Measures of a year's ledger beside the questions' keys: all rows, and those by area and file."""
READ, COUNTED = "lästa", "räknade"
"""Counts of rows in the ledger, besides the reasons for setting rows aside."""


def answers(year: int) -> str:
    """Table of a year's clean answers. Stays in ``data/processed/``; never published."""
    return f"answers_{year}"


def quality(year: int) -> str:
    """Table of a year's data quality."""
    return f"quality_{year}"


def table_path(folder: Path, name: str) -> Path:
    """The path of a processed table."""
    return folder / f"{name}.parquet"


def rejects_path(folder: Path, year: int) -> Path:
    """The path of the rows and answers that could not be used, with the reasons."""
    return folder / f"rejects_{year}.csv"


def digest(*paths: Path) -> str:
    """SHA-256 of a file, or of several files' digests, in any order."""
    found = []
    for path in paths:
        with path.open("rb") as file:
            found.append(hashlib.file_digest(file, "sha256").hexdigest())
    return found[0] if len(found) == 1 else text_digest("".join(sorted(found)))


def text_digest(text: str) -> str:
    """SHA-256 of a text."""
    return hashlib.sha256(text.encode()).hexdigest()


def folder_digest(*places: Path) -> str:
    """SHA-256 of some files and of every file below some folders, by place and content."""
    return text_digest(
        "".join(
            f"{path.relative_to(place.parent).as_posix()} {digest(path)}\n"
            for place in places
            for path in files(place)
        )
    )


def files(place: Path) -> list[Path]:
    """All files below a folder in a fixed order, without Python's caches and unfinished writes.

    For a file, the file itself.
    """
    return sorted(
        path
        for path in (place, *place.rglob("*"))
        if path.suffix not in (".pyc", ".unfinished") and path.is_file()
    )


def copy_files(source: Path, target: Path) -> None:
    """Copy every file below a folder into another, over those of the same name.

    The copies may be changed and removed, whatever the originals say: in a program that was copied
    from a protected place, they say that they may not.
    """
    for path in files(source):
        place = target / path.relative_to(source)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, place)


def write_table(frame: pd.DataFrame, folder: Path, name: str) -> Path:
    """Write a processed table.

    Returns
    -------
    Path
        The file written. The same frame gives the same bytes.
    """
    path = table_path(folder, name)
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".unfinished")
    frame.to_parquet(unfinished, index=False, compression="zstd")
    unfinished.replace(path)
    return path


def read_table(folder: Path, name: str) -> pd.DataFrame:
    """Read a processed table."""
    from pyarrow.parquet import ParquetFile

    # pandas' own reader first looks whether it is a data set of many files: twice the time.
    with ParquetFile(table_path(folder, name)) as file:
        frame: pd.DataFrame = file.read().to_pandas()
    return frame


def write_text(path: Path, text: str) -> Path:
    """Write a text file whole, UTF-8 with line feeds on every system."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(path.name + ".unfinished")
    unfinished.write_text(text, encoding="utf-8", newline="\n")
    unfinished.replace(path)
    return path


def literal(text: str) -> str:
    """A text for a cell, marked as text where a spreadsheet could take it for a formula.

    >>> literal("=1+1"), literal("Bygglov")
    ("'=1+1", 'Bygglov')
    """
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


class Kept:
    """Texts kept for later runs, each named by the digest of all that it is made of.

    Nothing kept can be out of date: what is made of something else has another name. What was
    damaged since is not taken.

    Parameters
    ----------
    folder
        Where they lie.
    key
        Digest of the code and the libraries that make them.
    """

    def __init__(self, folder: Path, key: str) -> None:
        self._folder, self._key = folder, key
        self._asked: set[str] = set()
        folder.mkdir(parents=True, exist_ok=True)

    def get(self, made_of: str) -> str | None:
        """A text that is kept; None where there is none, or where it is not as it was kept."""
        try:
            digest, _, text = self._place(made_of).read_text(encoding="utf-8").partition("\n")
        except (OSError, UnicodeDecodeError):
            return None
        return text if text_digest(text) == digest else None

    def keep(self, made_of: str, text: str) -> None:
        """Keep a text, with its digest on the first line."""
        write_text(self._place(made_of), f"{text_digest(text)}\n{text}")

    def _place(self, made_of: str) -> Path:
        name = text_digest(f"{self._key}\n{made_of}")
        self._asked.add(name)
        return self._folder / name

    def forget_others(self) -> None:
        """Remove what nobody has asked for."""
        for path in self._folder.iterdir():
            if path.name not in self._asked:
                path.unlink()


def read_json(path: Path) -> Any:
    """The content of a JSON file."""
    return json.loads(path.read_text(encoding="utf-8"))


def write_json(path: Path, content: Any) -> Path:
    """Write a JSON file whole, readable and with sorted keys."""
    return write_text(
        path, json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    )
