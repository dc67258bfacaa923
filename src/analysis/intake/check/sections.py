"""The parts of the check report: files, each case year, warnings, and what must be mended."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from analysis import swedish
from analysis.errors import Problem
from analysis.intake.answers.clean import MISSING_WORDS, CleanYear, comparable
from analysis.intake.cells.values import BLANK
from analysis.intake.cells.words import cell_text, shown_name
from analysis.intake.check.aside import aside_items
from analysis.intake.check.blocks import Block, Chapter, Grid, Paragraph, Point, Points
from analysis.intake.raw_files import RawFiles
from analysis.intake.recognition.columns import not_asked
from analysis.intake.recognition.files import RawFile
from analysis.settings import Settings
from analysis.settings.questionnaire import NKI

KIND_WORDS = {
    "answers": "Svar",
    "cases": "Avslutade ärenden",
    "official": "Officiella värden",
    "kolada": "Officiella värden ur Kolada",
    "progress": "Aktiviteternas framdrift",
    "unknown": "Används inte",
}
ASIDE, WARNINGS = "Läggs åt sidan", "Att känna till"
SHOWN_PROBLEMS = 40
SHOWN_PLACES = 8


def balance_section(balance: Sequence[str]) -> Chapter:
    """What became of every file's rows, first of all."""
    return Chapter("Lästa och räknade rader", [Points([Point(one) for one in balance])])


def file_section(seen: RawFiles) -> Chapter:
    """What every file was recognised as."""
    if not seen.files:
        return Chapter("Filer", [Paragraph("Inga filer hittades.")])
    rows = [(file.name, _kind(file), _content(file, seen)) for file in seen.files]
    blocks: list[Block] = [Grid("", ("Fil", "Innehåll", "Omfattning"), rows)]
    dropped = {
        shown_name(cell_text(part.table.headers[place]))
        for part in seen.parts
        for place in part.table.header.dropped
    }
    if dropped:
        reason = seen.settings.questionnaire.never_kept.reason
        blocks.append(Paragraph(f"{reason} Här gäller det {swedish.listing(sorted(dropped))}."))
    return Chapter("Filer", blocks)


def _kind(file: RawFile) -> str:
    return "Kan inte användas" if file.problems else KIND_WORDS[file.kind]


def _content(file: RawFile, seen: RawFiles) -> str:
    if file.kind == "answers":
        mine = [part for part in seen.parts if part.table.path == file.path]
        years = sorted({year for part in mine for year in part.years})
        rows = sum(len(part.rows) for part in mine)
        sheets = [shown_name(part.table.sheet) for part in mine if part.table.sheet]
        place = f"blad {swedish.listing(sheets)}, " if sheets else ""
        when = swedish.listing([str(year) for year in years]) or "okänt"
        return f"{place}ärendeår {when}, {swedish.count(rows, 'rad', 'rader')}"
    if file.kind in ("cases", "progress", "official"):
        rows = sum(1 for table in file.tables for _ in table.data())
        return swedish.count(rows, "rad", "rader")
    return ""


def official_section(seen: RawFiles) -> Chapter | None:
    """Which official values the files have, of whom; None when they have none."""
    values, report = seen.official.values, seen.settings.report
    if values.empty:
        return None
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
    return Chapter("Officiella värden", [grid])


def year_section(
    clean: CleanYear, before: CleanYear | None, seen: RawFiles, settings: Settings
) -> Chapter:
    """A case year: rows, areas beside last year's, questions, values set aside."""
    asked = set(settings.questionnaire.item_keys) - not_asked(settings.questionnaire, clean.year)
    columns = {
        key for part in seen.parts if clean.year in part.years for key in part.table.header.columns
    }
    found = f"Av enkätens {len(asked)} frågor hittades {len(asked & columns)}."
    blocks: list[Block] = [Paragraph(found), _areas(clean, before, settings)]
    if items := aside_items(clean):
        blocks += [Paragraph(f"{ASIDE}:"), Points(items)]
    return Chapter(f"Ärendeår {clean.year}", blocks)


def area_nki(answers: pd.DataFrame, settings: Settings) -> tuple[dict[str, int], dict[str, float]]:
    """Counted answers and the plain NKI (0–100) of each area.

    The NKI is the mean of its questions' indices and is given from as many answers as may be shown.
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


def _areas(clean: CleanYear, before: CleanYear | None, settings: Settings) -> Grid:
    counts, means = area_nki(clean.answers, settings)
    before = comparable(clean, before, settings)
    old_counts, old_means = area_nki(before.answers, settings) if before else ({}, {})
    rows = []
    for area in settings.questionnaire.areas:
        if area.key in counts or area.key in old_counts:
            now, then = means.get(area.key), old_means.get(area.key)
            change = None if now is None or then is None else now - then
            row = [area.name, str(counts.get(area.key, 0)), swedish.number(now)]
            rows.append(
                [*row, str(old_counts.get(area.key, 0)), swedish.signed(change)][
                    : 5 if before else 3
                ]
            )
    total = ["Samtliga", str(sum(counts.values())), "", str(sum(old_counts.values())), ""]
    rows.append(total[: 5 if before else 3])
    columns = ["Område", "Svar", "NKI"]
    if before:
        part = settings.rules.intake.part_of_year(clean.answers["period"])
        earlier = f"{swedish.tertials(part)} {before.year}".strip()
        columns += [f"Svar {earlier}", f"NKI mot {earlier}"]
    least = settings.rules.disclosure.min_answers.value
    shown = f"NKI visas från {least} svar på var och en av dess frågor."
    return Grid(shown, columns, rows, frozenset({1, 2, 3, 4}))


def question_section(clean: CleanYear, before: CleanYear | None, settings: Settings) -> Chapter:
    """Answers without a score, question by question, beside last year's."""
    rows = []
    for item in settings.questionnaire.items:
        shares = _shares(clean, item.key)
        asked = clean.answers[item.key].notna().any()
        now = [*map(swedish.percent, (*shares, sum(shares)))] if asked else ["saknas", "", "", ""]
        then = [swedish.percent(sum(_shares(before, item.key)))] if before else []
        rows.append((item.short, *now, *then))
    words = [
        "Blankt" if held == BLANK else word.capitalize() for held, word in MISSING_WORDS.items()
    ]
    caption = f"Andel av de räknade svaren {clean.year}"
    if before:
        caption += f"; sist summan {before.year}"
    columns = ("Fråga", *words, "Summa", *([str(before.year)] if before else ()))
    grid = Grid(f"{caption}.", columns, rows, frozenset(range(1, len(columns))))
    return Chapter("Bortfall per fråga", [grid])


def _shares(clean: CleanYear, item: str) -> list[float]:
    """Shares (0–1) of the counted answers without a score, in the order of `MISSING_WORDS`."""
    rows = clean.quality[clean.quality["measure"] == item]
    counts = dict(zip(rows["reason"], rows["count"], strict=True))
    return [counts.get(word, 0) / max(clean.counted, 1) for word in MISSING_WORDS.values()]


def warning_section(warnings: Sequence[Problem]) -> Chapter:
    """What falls away or looks odd."""
    return Chapter(WARNINGS, [_problem_items(warnings)])


def mend_section(problems: Sequence[Problem]) -> Chapter:
    """What must be mended before a run."""
    return Chapter("Måste rättas", [_problem_items(problems)])


def _problem_items(problems: Sequence[Problem]) -> Points:
    """Problems as items; what is wrong in the same way in several places is told once."""
    places: dict[tuple[str, str], list[str]] = {}
    for problem in problems:
        places.setdefault((problem.cause, problem.fix), []).append(problem.where)
    items = []
    for (cause, fix), where in list(places.items())[:SHOWN_PROBLEMS]:
        if len(where) == 1:
            items.append(Point(f"{where[0]}: {cause}" if where[0] else cause, (), fix))
            continue
        more = [f"… och {len(where) - SHOWN_PLACES} till."] if len(where) > SHOWN_PLACES else []
        items.append(Point(cause, [*where[:SHOWN_PLACES], *more], fix))
    if len(places) > SHOWN_PROBLEMS:
        items.append(Point(f"… och {len(places) - SHOWN_PROBLEMS} till."))
    return Points(items)
