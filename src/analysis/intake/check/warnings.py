"""Warnings that do not stop a run but deserve a look before the numbers are trusted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

import pandas as pd

from analysis import swedish
from analysis.errors import Problem
from analysis.intake.answers.clean import (
    ALIKE,
    CUSTOMER_COLUMN_MISSING,
    FREE_TEXT,
    CleanYear,
)
from analysis.intake.answers.interpret import Interpreted
from analysis.intake.answers.refusals import COLUMN_FILE, CONFIRM
from analysis.intake.cells.dates import named_year
from analysis.intake.cells.words import nearest
from analysis.intake.check.proposals import Unmapped, absent_questions
from analysis.intake.check.sections import area_nki, question_indices
from analysis.intake.judging.findings import JudgedYear, differ
from analysis.intake.published.official import corrections
from analysis.intake.raw_files import RawFiles
from analysis.intake.recognition.series import is_group
from analysis.intake.themes import outlived
from analysis.settings import Settings
from analysis.settings.questionnaire import NKI


def warnings_of(
    seen: RawFiles, years: Sequence[JudgedYear], unmapped: Sequence[Unmapped], today: date
) -> Iterator[Problem]:
    """All warnings about some raw files, the most consequential first."""
    settings = seen.settings
    fix = "Är det publicerade värden: spara bladet i en egen fil."
    yield from (Problem(told, fix, file.name) for file in seen.files for told in file.summaries)
    for part in seen.parts:
        yield from _questions(part, unmapped, settings)
    yield from _whose(seen, settings)
    yield from _other_years(seen)
    for year in years:
        yield from _year(year, seen, today)
        if before := year.comparable:
            yield from _against(year.clean, before, settings)
            yield from _fewer(year, before)
    absent = {
        (part.table.where, item.key)
        for part in seen.parts
        for item in absent_questions(part, settings)
    }
    for one in unmapped:
        # Reported together with the question that the column may be.
        if (one.where, one.key) not in absent:
            yield _unmapped(one)
    for part in seen.parts:
        yield from _unknown_values(part, settings)
    yield from _corrections(seen, settings)
    yield from outlived(seen.files, settings, today)
    yield from (Problem(note, "", file.name) for file in seen.files for note in file.notes)
    yield from (Problem(note, "", part.table.where) for part in seen.parts for note in part.notes)
    yield from map(Problem, seen.notes_beside)


def _other_years(seen: RawFiles) -> Iterator[Problem]:
    """Warnings about files whose rows have other years than the file's name."""
    for part in seen.parts:
        named, years = named_year(part.table.path.stem), part.rows["year"]
        others = years[(years > 0) & (years != named)]
        if named and len(others):
            listed = swedish.listing([str(year) for year in sorted(others.unique())])
            yield Problem(
                f"Filens namn säger {named}, men {swedish.number(len(others), 0)} av "
                f"{swedish.count(len(years), 'rad', 'rader')} gäller {listed}.",
                "Raderna räknas till det år som står i dem. Rätta årtalet om det är felskrivet.",
                part.table.where,
            )


def _whose(seen: RawFiles, settings: Settings) -> Iterator[Problem]:
    """The municipalities of official values that a report would use or leave out."""
    own, values = settings.report.municipality, seen.official.values
    codes = values["municipality_code"]
    known = {*settings.municipalities, settings.report.comparison.country.code}
    unknown = values[~codes.isin(known) & ~codes.map(is_group).astype(bool)]
    for name in unknown["municipality"].unique():
        near = nearest(str(name), settings.municipalities.values())
        hint = f"Menades {near}? " if near else ""
        yield Problem(
            f"Kommunen ”{name}” känns inte igen, så dess officiella värden används inte.",
            f"{hint}Skriv kommunens namn eller kod som i config/municipalities.csv.",
        )
    others = seen.municipalities()
    if seen.parts or not others or own.code in others:
        return
    if len(others) == 1:
        yield Problem(
            f"De officiella värdena gäller {settings.municipalities.get(others[0], others[0])}; "
            "rapporten görs för den kommunen."
        )
    else:
        yield Problem(
            f"De officiella värdena gäller andra kommuner än {own.name}.",
            "Ange kommunen i config/report.yml eller kör python run.py report --municipality NAMN.",
        )


def _corrections(seen: RawFiles, settings: Settings) -> Iterator[Problem]:
    """Official values of the municipality that disagree or were corrected."""
    labels = {**settings.questionnaire.labels, "total": "totalt"}
    found = corrections(seen.official)
    if seen.official.told.problems:
        found = found[found["corrected"].astype(bool)]
    own = found["municipality_code"] == settings.report.municipality.code
    for row in found[own].to_dict("records"):
        name = f"{labels[row['measure']]}, {labels[row['scope']].lower()} {row['year']}"
        now, before = swedish.number(row["value"]), swedish.number(row["earlier"])
        yield Problem(
            f"Det officiella värdet för {name} är nu {now}; tidigare {before}. Det senare används."
            if row["corrected"]
            else f"Två källor har olika officiella värden för {name}: {now} används, inte {before}."
        )


def _questions(
    part: Interpreted, unmapped: Sequence[Unmapped], settings: Settings
) -> Iterator[Problem]:
    where = part.table.where
    near = {one.key: one.header for one in unmapped if one.where == where}
    for item in absent_questions(part, settings):
        fix = f"Lägg till rubriken i {COLUMN_FILE}, eller skriv ”ej ställd” där."
        if item.key in near:
            fix = f"Är det kolumnen ”{near[item.key]}”? {CONFIRM}"
        cause = f"Frågan ”{item.text}” hittas inte{_consequence(item.key, settings)}."
        yield Problem(cause, fix, where)


def _consequence(key: str, settings: Settings) -> str:
    """The consequence of a missing question."""
    goals = [str(goal.number) for goal in settings.plan.goals if goal.measure == key]
    if goals:
        return f", så mål {swedish.listing(goals)} kan inte följas upp"
    return ", så NKI kan inte beräknas" if key in settings.questionnaire.groups[NKI] else ""


def _unmapped(one: Unmapped) -> Problem:
    if one.free_text:
        return Problem(
            "Kolumnen känns inte igen och har fri text. Den läses aldrig in.",
            "Rapporten söks igenom efter texterna, så att ingen av dem publiceras. Behövs inte "
            "kolumnen: ta bort den ur filen.",
            f"{one.where}, kolumn {one.header}",
        )
    if one.key:
        return Problem(
            f"Kolumnen ”{one.header}” känns inte igen och används inte.",
            f"Liknar mest ”{one.label}”. {CONFIRM}",
            one.where,
        )
    return Problem(
        "Kolumnen känns inte igen och används inte.",
        f"Hör den till enkäten: lägg till rubriken i {COLUMN_FILE}.",
        f"{one.where}, kolumn {one.header}",
    )


def _year(year: JudgedYear, seen: RawFiles, today: date) -> Iterator[Problem]:
    clean, where = year.clean, f"Ärendeår {year.clean.year}"
    if clean.year > today.year:
        fix = "Kontrollera årtalet i filen och i dess namn."
        yield Problem("Ärendeåret har inte börjat än.", fix, where)
    elif clean.year == today.year and not year.is_part(clean):
        yield Problem(
            "Ärendeåret är inte slut: talen, och bedömningen av målen, är preliminära.",
            "Gäller svaren bara en del av året: ta med kolumnen med tertial eller datum.",
            where,
        )
    for note in clean.notes:
        if note.startswith(f"{clean.year}: svaren kommer bara"):
            yield Problem(swedish.capitalised(note.removeprefix(f"{clean.year}: ")), "", where)
    for note in clean.notes:
        if note == CUSTOMER_COLUMN_MISSING:
            yield Problem(note, "Ta med kolumnen kundgrupp i exporten.", where)
        if note.endswith(FREE_TEXT):
            yield Problem(note, "", where)
        if note.endswith(ALIKE):
            fix = "Ta med svarets nummer i exporten: då räknas varje svar en gång."
            yield Problem(note.removeprefix(f"{clean.year}: "), fix, where)
    cases = seen.cases.values
    closed = cases[cases["year"] == clean.year].set_index("area")["closed"]
    for area, count in clean.answers["area"].value_counts(sort=False).items():
        known = closed.get(area)
        if pd.notna(known) and int(known) < count:
            name = year.settings.questionnaire.labels[str(area)]
            yield Problem(
                f"{name} har {count} svar men bara {int(known)} avslutade ärenden. "
                "Felmarginalen beräknas utan hänsyn till antalet ärenden.",
                "Kontrollera filen med ärenden.",
                where,
            )
    unknown = clean.answers["period"].isna()
    if unknown.any() and not unknown.all():
        cause = f"{int(unknown.sum())} svar saknar tertial; de räknas i helåret."
        yield Problem(cause, "", where)


def _against(clean: CleanYear, before: CleanYear, settings: Settings) -> Iterator[Problem]:
    counts, means = area_nki(clean.answers, settings)
    old_counts, old_means = area_nki(before.answers, settings)
    where, labels = f"Ärendeår {clean.year}", settings.questionnaire.labels
    jumps, limit = [], settings.guards.checks.index_jump.value
    for area in settings.questionnaire.area_keys:
        if area in means and area in old_means:
            change = means[area] - old_means[area]
            if abs(change) > limit:
                answers = swedish.count(counts[area], "svar", "svar")
                few = f"{answers} mot {old_counts[area]}"
                jumps.append(f"{labels[area].lower()} {swedish.signed(change)} ({few})")
    if jumps:
        yield Problem(
            f"NKI har ändrats mycket sedan {before.year} för {swedish.listing(jumps)}.",
            "Få svar ger ofta stora svängningar. Är svaren många: kontrollera att filen är rätt.",
            where,
        )
    now, then = (question_indices(year.answers, settings) for year in (clean, before))
    moved = [
        f"”{labels[key]}” {swedish.signed(now[key] - then[key])}"
        for key in now
        if key in then and abs(now[key] - then[key]) > limit
    ]
    if moved:
        yield Problem(
            f"Index har ändrats mycket för några frågor sedan {before.year}: "
            f"{swedish.listing(moved)}.",
            "Kontrollera att varje fråga har sin egen kolumn och att skalan inte är omvänd.",
            where,
        )


def _fewer(year: JudgedYear, before: CleanYear) -> Iterator[Problem]:
    """Areas with clearly fewer answers, beyond what the other areas have lost."""
    rules, labels = year.settings.guards.doubt, year.settings.questionnaire.labels
    now, then = (one.answers["area"].value_counts() for one in (year.clean, before))
    fewer = []
    for area in year.settings.questionnaire.area_keys:
        had, has = int(then.get(area, 0)), int(now.get(area, 0))
        rest, others = int(now.sum()) - has, int(then.sum()) - had
        expected = had * min(rest / others, 1) if others else had
        # Fewer still is a finding of its own.
        doubted = had > has * rules.area_times.value
        if has < expected and not doubted and differ(has, expected) > rules.area_fewer_z.value:
            fewer.append(f"{labels[area].lower()} {has} (mot {had})")
    if fewer:
        yield Problem(
            f"Antalet svar är tydligt mindre än {year.earlier}: {swedish.listing(fewer)}.",
            "Kontrollera att exporten har alla svar.",
            f"Ärendeår {year.clean.year}",
        )


def _unknown_values(part: Interpreted, settings: Settings) -> Iterator[Problem]:
    labels = {field.key: field.label for field in settings.questionnaire.background}
    for field, values in part.unknown.items():
        listed = ", ".join(f"”{value}” ({count})" for value, count in list(values.items())[:5])
        yield Problem(
            f"Okända värden i {labels[field]}: {listed}. De räknas som att uppgiften saknas.",
            f"Lägg till stavningarna under {field} i config/questionnaire.yml.",
            part.table.where,
        )
