"""Checks between the stages: numbers that must add up, and numbers that a person should look at.

Counts and indices are computed a second time from the clean answers, in plain arithmetic and
without `measures`. ``guards.yml`` decides whether a check stops the run or warns.
"""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis import store
from analysis.errors import InputDataError, Problem
from analysis.settings import Settings
from analysis.settings.questionnaire import NKI
from analysis.store import COUNTED, READ

if TYPE_CHECKING:
    from pyarrow import Table

Row = Mapping[str, Any]
CHECK_OF_ANSWERS, CHECK_OF_NUMBERS = "kontroll-svar", "kontroll-index"
CHECKS = {CHECK_OF_ANSWERS: "Kontrollerar svaren", CHECK_OF_NUMBERS: "Kontrollerar index"}
"""The checks as jobs of a run, with their names on the progress display."""
SETTINGS = ("rules", "guards", "questionnaire")
"""The configuration files that the checks read."""
STOP = "stoppa"
NAMES = {
    "lost_rows": "Varje läst rad räknas, eller har ett skäl att inte räknas",
    "empty_questions": "Varje fråga har svar",
    "parts_and_whole": "Delarna stämmer med helheten",
    "index_jump": "Index mot året före",
    "published_changes": "Publicerade tal är oförändrade",
    "typed_number": "Tal i kommentarerna är rapportens",
}


@dataclass(frozen=True)
class Remark:
    """A finding of a check: a contradiction, or a number that a person should look at.

    Parameters
    ----------
    check
        Key of ``guards.yml`` under ``checks``.
    year
        Case year; 0 for none.
    told
        A Swedish sentence.
    """

    check: str
    year: int
    told: str


@dataclass(frozen=True)
class Tally:
    """Clean answers, counted.

    Parameters
    ----------
    areas
        Number of answers by area.
    scores
        Number of scores and their sum, by year, area and question.
    """

    areas: Counter[str]
    scores: Mapping[tuple[int, str, str], tuple[int, float]]

    def given(self, item: str) -> int:
        """Number of scores of a question."""
        return sum(number for (_, _, key), (number, _) in self.scores.items() if key == item)


def tally(answers: Table, settings: Settings) -> Tally:
    """Count a table of clean answers.

    Column by column: a country's answers as rows of Python objects would fill the memory.
    """
    # Imported here, since most commands need neither this module nor numpy.
    import numpy as np

    groups = list(zip(answers["year"].to_pylist(), answers["area"].to_pylist(), strict=True))
    distinct = {group: place for place, group in enumerate(dict.fromkeys(groups))}
    place = np.array([distinct[group] for group in groups], dtype=np.int64)
    scores: dict[tuple[int, str, str], tuple[int, float]] = {}
    for item in settings.questionnaire.item_keys:
        if item in answers.column_names:
            # A missing score is empty in the file, and NaN as an array.
            column = answers[item].to_numpy()
            here = ~np.isnan(column)
            numbers = np.bincount(place[here], minlength=len(distinct)).tolist()
            sums = np.bincount(place[here], column[here], minlength=len(distinct)).tolist()
            for (year, area), number, points in zip(distinct, numbers, sums, strict=True):
                scores[year, area, item] = number, points
    return Tally(Counter(area for _, area in groups), scores)


def of_answers(processed: Path, years: Sequence[int], settings: Settings) -> list[Remark]:
    """Checks after cleaning: rows in and out, and questions without answers."""
    found: list[Remark] = []
    for year in years:
        answers = tally_of(processed, year, settings)
        with store.rejects_path(processed, year).open(encoding="utf-8-sig", newline="") as file:
            set_aside = Counter(row["reason"] for row in csv.DictReader(file))
        found += lost_rows(year, rows_of(processed, store.quality(year)), set_aside, answers)
        found += empty_questions(year, answers, settings)
    return found


def of_numbers(processed: Path, years: Sequence[int], settings: Settings) -> list[Remark]:
    """Checks after computing indices: parts and whole, hidden cells, ranges, jumps."""
    indices = rows_of(processed, store.INDICES)
    answers = [tally_of(processed, year, settings) for year in years]
    return [
        *parts_and_whole(indices, answers, settings),
        *impossible(indices),
        *index_jumps(indices, settings),
    ]


def of_publication(changes: Path) -> list[Remark]:
    """A remark where already published numbers have changed; reads ``andringar.csv``."""
    with changes.open(encoding="utf-8", newline="") as file:
        moved = [row for row in csv.DictReader(file) if row["year"]]
    if not moved:
        return []
    years = ", ".join(sorted({row["year"][:4] for row in moved}))
    told = (
        f"{len(moved)} tal för redan publicerade år ({years}) har ändrats. De står med skäl på "
        "sidan Ändringar."
    )
    return [Remark("published_changes", 0, told)]


def write(found: Sequence[Remark], path: Path) -> Path:
    """Store the remarks."""
    return store.write_json(path, [asdict(one) for one in found])


def read(path: Path) -> list[Remark]:
    """The remarks stored by `write`."""
    return [Remark(**one) for one in json.loads(path.read_text(encoding="utf-8"))]


def judge(found: Iterable[Remark], settings: Settings, newest: int) -> tuple[str, ...]:
    """The sentences of remarks that warn; those about older years stand on the quality page only.

    Raises
    ------
    InputDataError
        With all remarks that stop the run.
    """
    rules = settings.guards.checks
    found = list(found)
    stopping = [one for one in found if getattr(rules, one.check).action == STOP]
    if stopping:
        raise InputDataError(
            "Talen stämmer inte med varandra",
            problems=[
                Problem(
                    one.told,
                    "Publicera inget. Kontrollera filerna med python run.py check. Är de rätt är "
                    "det ett fel i programmet.",
                    NAMES[one.check],
                )
                for one in stopping
            ],
        )
    return tuple(one.told for one in found if one.year in (0, newest))


def lost_rows(
    year: int, quality: Sequence[Row], set_aside: Mapping[str, int], answers: Tally
) -> Iterator[Remark]:
    """Rows read equal rows counted plus rows set aside: in all, by file, by area and by question.

    Parameters
    ----------
    quality
        The year's ledger.
    set_aside
        Rows among the rejects, by reason.
    answers
        The clean answers.
    """
    ledger: dict[tuple[str, str], dict[str, int]] = {}
    for row in quality:
        ledger.setdefault((row["measure"], row["group"]), {})[row["reason"]] = row["count"]
    whole = dict(ledger.get(("rader", ""), {}))
    counted = whole.get(COUNTED, 0)
    told = []
    for (measure, group), counts in ledger.items():
        name = f"{group}: " if group else ""
        if READ in counts:
            out = sum(n for reason, n in counts.items() if reason not in (READ, COUNTED))
            if counts[READ] != counts.get(COUNTED, 0) + out:
                told.append(
                    f"{name}{counts[READ]} rader lästes, men {counts.get(COUNTED, 0)} som räknas "
                    f"och {out} som inte räknas blir {counts.get(COUNTED, 0) + out}."
                )
        else:
            given_now = answers.given(measure)
            if sum(counts.values()) != counted or counts.get("betyg", 0) != given_now:
                told.append(
                    f"{measure}: {counted} svar räknades, men frågan har {sum(counts.values())} "
                    f"celler, och {counts.get('betyg', 0)} betyg lästes av {given_now}."
                )
        if measure == "områden" and counts.get(COUNTED, 0) != answers.areas[group]:
            told.append(
                f"{name}{counts.get(COUNTED, 0)} svar räknades, men {answers.areas[group]} finns "
                "bland de rensade svaren."
            )
    if (kept := answers.areas.total()) != counted:
        told.append(f"{counted} svar räknades, men {kept} finns bland de rensade svaren.")
    for measure, place in (("områden", "områdena"), ("filer", "filerna")):
        part = sum(counts.get(COUNTED, 0) for (one, _), counts in ledger.items() if one == measure)
        if part != counted:
            told.append(f"{counted} svar räknades, men {place} har tillsammans {part}.")
    told += [
        f"{count} rader räknas inte ({reason}), men {set_aside.get(reason, 0)} är sparade."
        for reason, count in whole.items()
        if reason not in (READ, COUNTED) and set_aside.get(reason, 0) != count
    ]
    for sentence in told:
        yield Remark("lost_rows", year, f"{year}: {sentence}")


def empty_questions(year: int, answers: Tally, settings: Settings) -> Iterator[Remark]:
    """Remarks on questions without any answer."""
    for item in settings.questionnaire.items:
        number = answers.given(item.key)
        if answers.areas and number <= settings.guards.checks.empty_questions.value:
            # The sentence gives no number, since warnings stand in the published run record.
            yield Remark("empty_questions", year, f"{year}: frågan ”{item.text}” saknar svar.")


def parts_and_whole(
    indices: Sequence[Row], answers: Iterable[Tally], settings: Settings
) -> Iterator[Remark]:
    """Number of answers and question indices of whole years, computed again by area.

    Totals are compared only where the total pools the answers.
    """
    rules = settings.rules
    low, high = rules.index.lowest.value, rules.index.highest.value
    sums: dict[tuple[int, str, str], list[float]] = {}
    for one in answers:
        for key, (number, score) in one.scores.items():
            part = sums.setdefault(key, [0, 0.0])
            part[0] += number
            part[1] += score
    items = {item.key for item in settings.questionnaire.items}
    pooled = rules.totals.method.value == "pooled"
    for cell in indices:
        whole_year = str(cell["year"]).isdecimal() and cell["shown"] and cell["has_answers"]
        if not whole_year or cell["measure"] not in items:
            continue
        total = rules.totals.definitions.get(cell["definition"])
        if total and not pooled:
            continue
        year = int(cell["year"])
        areas = rules.totals.members(cell["definition"]) if total else (cell["scope"],)
        parts = [sums.get((year, area, cell["measure"]), (0, 0.0)) for area in areas]
        n, points = int(sum(part[0] for part in parts)), sum(part[1] for part in parts)
        index = (points / n - low) / (high - low) * 100 if n else 0.0
        limit = settings.guards.checks.parts_and_whole.value
        if n != cell["n"] or not abs(index - cell["index"]) <= limit:
            yield Remark(
                "parts_and_whole",
                year,
                f"{year}, {_place(cell, settings)}: {cell['n']} svar och index "
                f"{cell['index']:.3f} i tabellen, men {n} svar och {index:.3f} ur svaren.",
            )


def impossible(indices: Sequence[Row]) -> Iterator[Remark]:
    """Remarks on hidden cells with a number, and on intervals that do not contain their index."""
    for cell in indices:
        numbers = [cell[name] for name in ("n", "index", "lower", "upper", "governing")]
        year = int(str(cell["year"])[:4])
        where = f"{cell['year']}, {cell['scope']}, {cell['measure']}"
        if not cell["shown"] and any(given(number) for number in numbers):
            yield Remark("parts_and_whole", year, f"{where}: ett skyddat värde visar ett tal.")
        lower, index, upper = cell["lower"], cell["index"], cell["upper"]
        known = all(map(given, (lower, index, upper)))
        if known and not 0 <= lower <= index <= upper <= 100:
            yield Remark(
                "parts_and_whole", year, f"{where}: index ligger utanför sitt osäkerhetsintervall."
            )


def index_jumps(indices: Sequence[Row], settings: Settings) -> Iterator[Remark]:
    """Remarks on areas and totals whose NKI changed much in a year."""
    limit = settings.guards.checks.index_jump.value
    for cell in indices:
        if cell["measure"] == NKI and given(cell["change"]) and abs(cell["change"]) > limit:
            year = int(str(cell["year"])[:4])
            moved = "ökat" if cell["change"] > 0 else "minskat"
            size = f"{abs(cell['change']):.1f}".replace(".", ",")
            answered = f" ({int(cell['n'])} svar)" if given(cell["n"]) else ""
            yield Remark(
                "index_jump",
                year,
                f"{year}: NKI för {_place(cell, settings)} har {moved} med {size} enheter sedan "
                f"{year - 1}{answered}. Kontrollera underlaget och förklara ändringen.",
            )


def rows_of(processed: Path, name: str) -> list[Row]:
    """A processed table as plain rows."""
    # pyarrow directly, since loading pandas would take longer than the rest of this module.
    from pyarrow import parquet

    rows: list[Row] = parquet.read_table(store.table_path(processed, name)).to_pylist()
    return rows


def tally_of(processed: Path, year: int, settings: Settings) -> Tally:
    """The clean answers of a year, counted."""
    from pyarrow import parquet

    columns = ["year", "area", *settings.questionnaire.item_keys]
    path = store.table_path(processed, store.answers(year))
    return tally(parquet.read_table(path, columns=columns), settings)


def _place(cell: Row, settings: Settings) -> str:
    labels = settings.questionnaire.labels
    total = settings.rules.totals.definitions.get(cell["definition"])
    scope = total.label if total else str(labels.get(cell["scope"], cell["scope"])).lower()
    return scope if cell["measure"] == NKI else f"{scope}, {labels[cell['measure']].lower()}"


def given(value: object) -> bool:
    """Whether a value exists: a missing value is None or NaN."""
    return value is not None and value == value
