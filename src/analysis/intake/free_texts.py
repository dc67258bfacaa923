"""The free texts of a year's counted answers, masked, for the local workbook of ``las``."""

from __future__ import annotations

from dataclasses import dataclass, field

from analysis.intake.answers.never_kept import aside_rows, masker
from analysis.intake.cells.words import shown_name
from analysis.intake.raw_files import RawFiles
from analysis.settings.questionnaire import NKI


@dataclass(frozen=True)
class FreeText:
    """What one answer says in its own words.

    Parameters
    ----------
    area
        Key of the area.
    score
        The mean of the NKI questions' scores (1–10); None where none was answered.
    text
        All the answer's texts together, masked.
    """

    area: str
    score: float | None
    text: str = field(repr=False)


def free_texts(raw: RawFiles, year: int) -> list[FreeText]:
    """The texts of the answers that count in a case year, the lowest scores of an area first.

    Rows that are set aside (private persons, other municipalities, doubles) have no texts here.
    """
    settings = raw.settings
    rows = raw.single_years[year].rows
    kept = rows[rows["aside"] == ""]
    scores = kept[list(settings.questionnaire.groups[NKI])].astype("float64").mean(axis=1)
    told = kept[["file", "sheet", "row", "area"]].assign(score=scores)
    answers = {
        (str(file), str(sheet), int(row)): (str(area), None if score != score else float(score))
        for file, sheet, row, area, score in told.itertuples(index=False)
    }
    tables = [part.table for part in raw.parts if year in part.years]
    rows_aside = [(table, aside) for table in tables for aside in aside_rows(table, settings)]
    mask = masker(frozenset(name for _, aside in rows_aside for name in aside.names), settings)
    found = []
    for table, aside in rows_aside:
        place = shown_name(table.path.name), shown_name(table.sheet)
        if aside.comments and (answer := answers.get((*place, aside.row))):
            found.append(FreeText(*answer, mask.masked(_together(aside.comments), aside.names)))
    order = settings.questionnaire.area_keys
    return sorted(found, key=lambda one: (order.index(one.area), one.score or 0, one.text))


def _together(comments: dict[str, str]) -> str:
    """An answer's texts; under which header each stands, where there are several."""
    if len(comments) == 1:
        return next(iter(comments.values()))
    return "\n".join(f"{header}: {text}" for header, text in comments.items())
