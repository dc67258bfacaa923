"""The parts of the check report: files, case years, warnings, and faults to mend."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import pandas as pd

from analysis import swedish
from analysis.errors import Problem
from analysis.intake.answers.clean import MISSING_WORDS, CleanYear
from analysis.intake.answers.never_kept import unknown_free_text
from analysis.intake.cells.values import BLANK
from analysis.intake.cells.words import cell_text, shown_name
from analysis.intake.check.aside import aside_items
from analysis.intake.judging.findings import JudgedYear
from analysis.intake.raw_files import RawFiles
from analysis.intake.recognition.columns import KIND_WORDS
from analysis.intake.recognition.files import RawFile
from analysis.review import Block, Chapter, Grid, Point
from analysis.settings import Settings
from analysis.settings.questionnaire import NKI

FILE_WORDS: Mapping[str, str] = {
    **KIND_WORDS,
    "kolada": "Officiella värden ur Kolada",
    "unknown": "Används inte",
}
ASIDE, WARNINGS = "Räknas inte med", "Kontrollera detta"
SHOWN_PROBLEMS = 40
SHOWN_PLACES = 8


def file_section(seen: RawFiles) -> Chapter:
    """The recognised kind of every file."""
    if not seen.files:
        return Chapter("Filer", ["Inga filer hittades."])
    rows = [
        (
            file.name,
            "Kan inte användas" if file.problems else FILE_WORDS[file.kind],
            _content(file, seen),
        )
        for file in seen.files
    ]
    blocks: list[Block] = [Grid("", ("Fil", "Innehåll", "Omfattning"), rows)]
    dropped = {
        shown_name(cell_text(part.table.headers[place]))
        for part in seen.parts
        for place in (
            *part.table.header.dropped,
            *unknown_free_text(part.table, seen.settings),
        )
    }
    if dropped:
        reason = seen.settings.questionnaire.never_kept.reason
        blocks.append(f"{reason} Det gäller {swedish.listing(sorted(dropped))}.")
    return Chapter("Filer", blocks)


def _content(file: RawFile, seen: RawFiles) -> str:
    if file.kind == "answers":
        mine = [part for part in seen.parts if part.table.path == file.path]
        years = sorted({year for part in mine for year in part.years})
        rows = sum(len(part.rows) for part in mine)
        sheets = [shown_name(part.table.sheet) for part in mine if part.table.sheet]
        place = f"blad {swedish.listing(sheets)}, " if sheets else ""
        when = swedish.listing([str(year) for year in years]) or "okänt"
        return f"{place}ärendeår {when}, {swedish.count(rows, 'rad', 'rader')}"
    known = file.kind not in ("kolada", "unknown")
    return swedish.count(file.rows, "rad", "rader") if known else ""


def official_section(seen: RawFiles) -> list[Chapter]:
    """The municipalities and years of official values; nothing when there are none."""
    values, report = seen.official.values, seen.settings.report
    if values.empty:
        return []
    own, country = report.municipality.code, report.comparison.country.code
    told = {
        report.municipality.name: values["municipality_code"] == own,
        report.comparison.country.name: values["municipality_code"] == country,
    }
    others = ~values["municipality_code"].isin((own, country))
    names = sorted(values.loc[others, "municipality"].unique())
    told[f"{len(names)} andra" if len(names) > 3 else swedish.listing(names)] = others
    rows = [
        (name, swedish.years(sorted(values.loc[mine, "year"].unique())), str(int(mine.sum())))
        for name, mine in told.items()
        if mine.any()
    ]
    grid = Grid("", ("Gäller", "Ärendeår", "Värden"), rows, frozenset({2}))
    return [Chapter("Officiella värden", [grid])]


def year_sections(years: Sequence[JudgedYear], seen: RawFiles, *, whole: bool) -> Iterator[Chapter]:
    """The newest case year in whole; of older years what is set aside, unless all are asked for."""
    newest = years[-1:]
    older = years[:-1]
    if whole:
        newest, older = years, []
    for year in older:
        if items := aside_items(year.clean):
            yield Chapter(f"Ärendeår {year.clean.year}", [f"{ASIDE}:", items])
    yield from (_year_section(year, seen) for year in newest)
    if older:
        numbers = swedish.years([year.clean.year for year in older])
        yield Chapter(f"Ärendeår {numbers} i sin helhet", ["python run.py check --alla"])


def _year_section(year: JudgedYear, seen: RawFiles) -> Chapter:
    """A case year: rows, areas beside last year's, questions, values set aside."""
    number = year.clean.year
    columns = {
        key for part in seen.parts if number in part.years for key in part.table.header.columns
    }
    # Of distributions there are no columns of questions.
    columns |= {key for key in year.asked if year.clean.answers[key].notna().any()}
    found = len(columns.intersection(year.asked))
    blocks: list[Block] = [f"Av enkätens {len(year.asked)} frågor hittades {found}.", _areas(year)]
    if items := aside_items(year.clean):
        blocks += [f"{ASIDE}:", items]
    return Chapter(f"Ärendeår {number}", blocks)


def area_nki(answers: pd.DataFrame, settings: Settings) -> tuple[dict[str, int], dict[str, float]]:
    """Counted answers and the plain NKI (0–100) of each area.

    The NKI is the mean of its questions' indices, given where there are enough answers to show it.
    """
    needed = settings.rules.disclosure.min_answers.value
    questions = list(settings.questionnaire.groups[NKI])
    counts, means = {}, {}
    for area, part in answers.groupby("area", sort=False):
        counts[str(area)] = len(part)
        if part[questions].notna().sum().min() >= needed:
            means[str(area)] = float(_index(part[questions], settings).mean())
    return counts, means


def question_indices(answers: pd.DataFrame, settings: Settings) -> dict[str, float]:
    """The plain index (0–100) over all areas of each question with as many answers as a total."""
    scores = answers[list(settings.questionnaire.item_keys)]
    enough = scores.notna().sum() >= settings.rules.disclosure.min_answers_total.value
    return {str(key): float(value) for key, value in _index(scores, settings)[enough].items()}


def _index(scores: pd.DataFrame, settings: Settings) -> pd.Series:
    low, high = settings.rules.index.lowest.value, settings.rules.index.highest.value
    return (scores.mean() - low) / (high - low) * 100


def _areas(year: JudgedYear) -> Grid:
    """Answers and NKI of every area, beside the comparable part of the year before."""
    settings, before = year.settings, year.comparable
    counts, means = area_nki(year.clean.answers, settings)
    old_counts, old_means = area_nki(before.answers, settings) if before else ({}, {})
    rows = []
    for area in settings.questionnaire.areas:
        if area.key in counts or area.key in old_counts:
            now, then = means.get(area.key), old_means.get(area.key)
            change = None if now is None or then is None else now - then
            row = [area.name, str(counts.get(area.key, 0)), swedish.number(now)]
            rows.append([*row, str(old_counts.get(area.key, 0)), swedish.signed(change)])
    rows.append(["Samtliga", str(sum(counts.values())), "", str(sum(old_counts.values())), ""])
    columns = ["Område", "Svar", "NKI"]
    if before:
        part = settings.guards.intake.part_of_year(year.clean.answers["period"])
        earlier = f"{swedish.tertials(part)} {before.year}".strip()
        columns += [f"Svar {earlier}", f"NKI mot {earlier}"]
    least = settings.rules.disclosure.min_answers.value
    shown = f"NKI visas när varje NKI-fråga har minst {least} svar."
    rows = [row[: len(columns)] for row in rows]
    return Grid(shown, columns, rows, frozenset({1, 2, 3, 4}))


def question_section(year: JudgedYear) -> Chapter:
    """Answers without a score by question, beside last year's."""
    clean, before = year.clean, year.before
    rows = []
    for item in year.settings.questionnaire.items:
        shares = _shares(clean, item.key)
        asked = clean.answers[item.key].notna().any()
        now = [*map(swedish.percent, (*shares, sum(shares)))] if asked else ["saknas", "", "", ""]
        then = [swedish.percent(sum(_shares(before, item.key)))] if before else []
        rows.append((item.short, *now, *then))
    words = [
        "Blankt" if held == BLANK else word.capitalize() for held, word in MISSING_WORDS.items()
    ]
    earlier = f"; sist summan {before.year}" if before else ""
    columns = ("Fråga", *words, "Summa", *([str(before.year)] if before else ()))
    caption = f"Andel av de räknade svaren {clean.year}{earlier}."
    grid = Grid(caption, columns, rows, frozenset(range(1, len(columns))))
    return Chapter("Bortfall per fråga", [grid])


def _shares(clean: CleanYear, item: str) -> list[float]:
    """Shares (0–1) of the counted answers without a score, in the order of `MISSING_WORDS`."""
    rows = clean.quality[clean.quality["measure"] == item]
    counts = dict(zip(rows["reason"], rows["count"], strict=True))
    return [counts.get(word, 0) / max(clean.counted, 1) for word in MISSING_WORDS.values()]


def problem_points(problems: Sequence[Problem]) -> list[Point]:
    """Problems as points; a problem in several places becomes one point."""
    places: dict[tuple[str, str], list[str]] = {}
    for problem in problems:
        places.setdefault((problem.cause, problem.fix), []).append(problem.where)
    points = []
    for (cause, fix), where in list(places.items())[:SHOWN_PROBLEMS]:
        if len(where) == 1:
            points.append(Point(f"{where[0]}: {cause}" if where[0] else cause, (), fix))
            continue
        more = [f"… och {len(where) - SHOWN_PLACES} till."] if len(where) > SHOWN_PLACES else []
        points.append(Point(cause, [*where[:SHOWN_PLACES], *more], fix))
    if len(places) > SHOWN_PROBLEMS:
        points.append(Point(f"… och {len(places) - SHOWN_PROBLEMS} till."))
    return points
