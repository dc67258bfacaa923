"""The parts of the check report: files, each case year, warnings, and what must be mended."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from analysis import swedish
from analysis.errors import Problem
from analysis.intake.blocks import Block, Grid, Items, Section, Sentence
from analysis.intake.clean import COUNTED, CUSTOMER_WORDS, MISSING_WORDS, READ, ROWS, CleanYear
from analysis.intake.files import RawFile
from analysis.intake.survey import Survey
from analysis.intake.words import shown_name
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
SHOWN_REJECTS = 12
SHOWN_PROBLEMS = 40


def file_section(seen: Survey) -> Section:
    """What every file was recognised as."""
    if not seen.files:
        return Section("Filer", [Sentence("Inga filer hittades.")])
    rows = [(file.name, _kind(file), _content(file, seen)) for file in seen.files]
    return Section("Filer", [Grid("", ("Fil", "Innehåll", "Omfattning"), rows)])


def _kind(file: RawFile) -> str:
    return "Kan inte användas" if file.problems else KIND_WORDS[file.kind]


def _content(file: RawFile, seen: Survey) -> str:
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


def year_section(clean: CleanYear, before: CleanYear | None, settings: Settings) -> Section:
    """A case year: rows, areas beside last year's, questions, values set aside."""
    rows = clean.quality[clean.quality["measure"] == ROWS]
    aside = [
        f"{reason} {swedish.number(float(count), 0)}"
        for reason, count in zip(rows["reason"], rows["count"], strict=True)
        if reason not in (READ, COUNTED)
    ]
    summary = (
        f"{swedish.count(clean.read, 'rad lästes', 'rader lästes')}, "
        f"{swedish.number(clean.counted, 0)} räknas som företags svar. "
        f"Inte medräknade: {', '.join(aside) or 'inga'}."
    )
    blocks: list[Block] = [Sentence(summary), _areas(clean, before, settings)]
    if rejects := _single_values(clean):
        blocks += [Sentence("Läggs åt sidan:"), rejects]
    return Section(f"Ärendeår {clean.year}", blocks)


def area_nki(answers: pd.DataFrame, settings: Settings) -> tuple[dict[str, int], dict[str, float]]:
    """Counted answers and the plain NKI (0–100) of each area.

    The NKI is the mean of its questions' indices and is given from as many answers as may be shown.
    """
    scale, needed = settings.rules.index, settings.rules.disclosure.min_answers.value
    questions = list(settings.questionnaire.groups[NKI])
    counts, means = {}, {}
    for area, part in answers.groupby("area", sort=False):
        counts[str(area)] = len(part)
        span = scale.highest.value - scale.lowest.value
        index = (part[questions].mean() - scale.lowest.value) / span * 100
        if part[questions].notna().sum().min() >= needed:
            means[str(area)] = float(index.mean())
    return counts, means


def _areas(clean: CleanYear, before: CleanYear | None, settings: Settings) -> Grid:
    counts, means = area_nki(clean.answers, settings)
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
    columns = ["Område", "Svar", "NKI"]
    if before:
        columns += [f"Svar {before.year}", f"NKI mot {before.year}"]
    return Grid("", columns, rows, frozenset({1, 2, 3, 4}))


def question_section(years: Sequence[CleanYear], settings: Settings) -> Section:
    """Missing answers of every question: the newest year in detail, earlier years beside it."""
    newest, *earlier = sorted(years, key=lambda clean: -clean.year)
    rows = []
    for item in settings.questionnaire.items:
        now = _shares(newest, item.key)
        then = [sum(_shares(clean, item.key)) for clean in earlier]
        asked = newest.answers[item.key].notna().any()
        shown = [swedish.percent(share) for share in now] if asked else ["saknas", "", ""]
        rows.append((item.short, *shown, *map(swedish.percent, then)))
    words = [word.capitalize() for word in MISSING_WORDS.values()]
    columns = ("Fråga", *words, *(f"Bortfall {clean.year}" for clean in earlier))
    caption = f"Andel av de räknade svaren {newest.year}" + (
        "; bortfall är allt detta tillsammans" if earlier else ""
    )
    grid = Grid(caption, columns, rows, frozenset(range(1, len(columns))))
    return Section("Bortfall per fråga", [grid])


def _shares(clean: CleanYear, item: str) -> list[float]:
    """Shares (0–1) of the counted answers without a score, in the order of `MISSING_WORDS`."""
    rows = clean.quality[clean.quality["measure"] == item]
    counts = dict(zip(rows["reason"], rows["count"], strict=True))
    return [counts.get(word, 0) / max(clean.counted, 1) for word in MISSING_WORDS.values()]


def _single_values(clean: CleanYear) -> Items | None:
    """What was set aside beside the answers of others than companies."""
    odd = clean.rejects[~clean.rejects["reason"].isin(tuple(CUSTOMER_WORDS.values()))]
    items = []
    for row in odd.head(SHOWN_REJECTS).to_dict("records"):
        sheet = f", blad {row['sheet']}" if row["sheet"] else ""
        column = f", kolumn {row['column']}" if row["column"] else ""
        value = f"”{row['value']}” – " if row["value"] else ""
        place = f"{row['file']}{sheet}, rad {row['row']}{column}"
        items.append((f"{place}: {value}{row['reason']}", ""))
    if len(odd) > SHOWN_REJECTS:
        items.append((f"… och {len(odd) - SHOWN_REJECTS} till.", ""))
    items.append((f"Alla står efter körningen i data/processed/rejects_{clean.year}.csv.", ""))
    return Items(items) if len(odd) else None


def warning_section(warnings: Sequence[Problem]) -> Section:
    """What falls away or looks odd."""
    return Section("Att känna till", [_problem_items(warnings)])


def mend_section(problems: Sequence[Problem]) -> Section:
    """What must be mended before a run."""
    return Section("Måste rättas", [_problem_items(problems)])


def _problem_items(problems: Sequence[Problem]) -> Items:
    items = [
        (f"{problem.where}: {problem.cause}" if problem.where else problem.cause, problem.fix)
        for problem in problems[:SHOWN_PROBLEMS]
    ]
    if len(problems) > SHOWN_PROBLEMS:
        items.append((f"… och {len(problems) - SHOWN_PROBLEMS} till av samma slag.", ""))
    return Items(items)
