"""What stops no run but deserves a look before the numbers are trusted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from analysis import swedish
from analysis.errors import Problem
from analysis.intake.answers import Interpreted
from analysis.intake.check_sections import area_nki
from analysis.intake.clean import CleanYear
from analysis.intake.mapping import Unmapped, missing_questions
from analysis.intake.survey import Survey
from analysis.intake.values import UNREADABLE, VALID
from analysis.settings import Settings

COLUMN_FILE = "config/questionnaire_columns.csv"
CONFIRM = (
    "Stämmer det: kör check med --write-mapping och bekräfta i config/questionnaire.local.yml."
)


def warnings_of(
    seen: Survey,
    years: Mapping[int, CleanYear],
    earlier: Mapping[int, CleanYear],
    unmapped: Sequence[Unmapped],
    settings: Settings,
) -> Iterator[Problem]:
    """Everything remarkable about some raw files, most consequential first."""
    for part in seen.parts:
        yield from _questions(part, unmapped, settings)
        yield from _scale(part, settings)
    for number, clean in years.items():
        yield from _year(clean, seen, settings)
        before = years.get(number - 1) or earlier.get(number - 1)
        if before is not None:
            yield from _against(clean, before, settings)
    for one in unmapped:
        yield _unmapped(one)
    for part in seen.parts:
        yield from _unknown_values(part, settings)
    aside = seen.official.set_aside
    for where, rows in aside.groupby("file", sort=False):
        reasons = Counter(rows["reason"])
        listed = "; ".join(f"{reason} ({count})" for reason, count in reasons.most_common(4))
        yield Problem(f"{len(rows)} officiella värden används inte: {listed}.", "", str(where))
    yield from _corrections(seen, settings)
    notes = dict.fromkeys(
        [
            *(note for file in seen.files for note in file.notes),
            *seen.cases.notes,
            *seen.progress.notes,
            *seen.official.notes,
            *(note for part in seen.parts for note in part.notes),
        ]
    )
    yield from (Problem(note) for note in notes)


def _corrections(seen: Survey, settings: Settings) -> Iterator[Problem]:
    """Official values of the municipality that were published again with another number."""
    labels = {**settings.questionnaire.labels, "total": "totalt"}
    cell = ["municipality_code", "year", "measure", "scope", "definition"]
    pairs = seen.official.superseded.merge(seen.official.values, on=cell, suffixes=("_old", "_new"))
    own = pairs["municipality_code"] == settings.report.municipality.code
    for row in pairs[own & (pairs["value_old"] != pairs["value_new"])].to_dict("records"):
        name = f"{labels[row['measure']]}, {labels[row['scope']].lower()} {row['year']}"
        yield Problem(
            f"Det officiella värdet för {name} är nu {swedish.number(row['value_new'])}; "
            f"tidigare {swedish.number(row['value_old'])}. Det senare används."
        )


def _questions(
    part: Interpreted, unmapped: Sequence[Unmapped], settings: Settings
) -> Iterator[Problem]:
    near = {one.key: one.header for one in unmapped if one.where == part.table.where}
    for missing in missing_questions(part, settings):
        header = near.get(missing.key)
        yield Problem(
            f"Frågan ”{missing.text}” hittas inte.",
            f"Är det kolumnen ”{header}”? {CONFIRM}"
            if header
            else f"Lägg till rubriken i {COLUMN_FILE}, eller skriv ”ej ställd” där.",
            missing.where,
        )


def _unmapped(one: Unmapped) -> Problem:
    return Problem(
        f"Kolumnen ”{one.header}” känns inte igen och används inte.",
        f"Liknar mest ”{one.label}”. {CONFIRM}" if one.key else "",
        one.where,
    )


def _scale(part: Interpreted, settings: Settings) -> Iterator[Problem]:
    """A code that stands for "vet ej", or a scale that ends halfway."""
    scale, enough = settings.rules.index, settings.rules.disclosure.min_answers_total.value
    bad = part.flaws[part.flaws["value"].str.fullmatch(r"\d{1,3}").fillna(False).astype(bool)]
    often = Counter(bad["value"])
    asked = int(np.isin(part.status, (VALID, UNREADABLE)).sum())
    for value, count in often.most_common(3):
        if bad.loc[bad["value"] == value, "column"].nunique() > 2 and count >= enough:
            yield Problem(
                f"Betyget {value} står i {swedish.number(count, 0)} av "
                f"{swedish.number(asked, 0)} celler. Det är troligen en kod för ”Vet ej”.",
                f"Lägg i så fall till ”{value}” i missing_answers i config/questionnaire.yml.",
                part.table.where,
            )
    scores = part.rows[list(settings.questionnaire.item_keys)].to_numpy(dtype=float)
    valid = scores[~np.isnan(scores)]
    middle = (scale.lowest.value + scale.highest.value) / 2
    if len(part.rows) >= enough and len(valid) and valid.max() < middle:
        yield Problem(
            f"Inget betyg är högre än {int(valid.max())}. Är skalan "
            f"{scale.lowest.value}–{scale.highest.value}?",
            "Kontrollera exporten: ett annat enkätformulär ger fel index.",
            part.table.where,
        )


def _year(clean: CleanYear, seen: Survey, settings: Settings) -> Iterator[Problem]:
    labels = settings.questionnaire.labels
    if clean.duplicates:
        yield Problem(
            f"{swedish.count(clean.duplicates, 'dubblett räknas', 'dubbletter räknas')} inte.",
            "",
            f"Ärendeår {clean.year}",
        )
    for note in clean.notes:
        if note.startswith("Kundgrupp"):
            yield Problem(note, "Ta med kolumnen kundgrupp i exporten.", f"Ärendeår {clean.year}")
    cases = seen.cases.values
    closed = cases[cases["year"] == clean.year].set_index("area")["closed"]
    for area, count in clean.answers["area"].value_counts(sort=False).items():
        known = closed.get(area)
        if known is not None and known == known and int(known) < count:
            yield Problem(
                f"{labels[str(area)]} har {count} svar men bara {int(known)} avslutade ärenden. "
                "Osäkerheten räknas utan hänsyn till antalet ärenden.",
                "Kontrollera filen med ärenden.",
                f"Ärendeår {clean.year}",
            )
    periods = clean.answers["period"]
    if periods.notna().any() and periods.isna().any():
        yield Problem(
            f"{int(periods.isna().sum())} svar saknar tertial; de räknas i helåret.",
            "",
            f"Ärendeår {clean.year}",
        )


def _against(clean: CleanYear, before: CleanYear, settings: Settings) -> Iterator[Problem]:
    counts, means = area_nki(clean.answers, settings)
    old_counts, old_means = area_nki(before.answers, settings)
    where, labels = f"Ärendeår {clean.year}", settings.questionnaire.labels
    for area in settings.questionnaire.area_keys:
        if area in old_counts and area not in counts:
            yield Problem(
                f"{labels[area]} hade {old_counts[area]} svar {before.year} men har inga nu.",
                "Saknas området i exporten?",
                where,
            )
        if area in means and area in old_means:
            change = means[area] - old_means[area]
            if abs(change) > settings.rules.intake.jump_flagged.value:
                yield Problem(
                    f"NKI för {labels[area].lower()} ändras {swedish.signed(change)} från "
                    f"{before.year}.",
                    "Kontrollera att filen är rätt innan du litar på det.",
                    where,
                )


def _unknown_values(part: Interpreted, settings: Settings) -> Iterator[Problem]:
    for field, values in part.unknown.items():
        listed = ", ".join(f"”{value}” ({count})" for value, count in list(values.items())[:5])
        yield Problem(
            f"Okända värden i {field}: {listed}. De räknas som att uppgiften saknas.",
            "Lägg till stavningarna under background i config/questionnaire.yml.",
            part.table.where,
        )
