"""Losses: rows and scores read but not counted, compared with the limits in ``guards.yml``.

A few scattered faults are set aside and reported. Many faults, or one fault many times, are a fault
of the file: the run stops until the file is mended or the coordinator accepts the loss.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd

from analysis import swedish
from analysis.intake.answers.reasons import LOSSES, REASONS, Reason, in_words
from analysis.intake.cells.keys import CUSTOMER, PERIOD
from analysis.intake.cells.words import (
    HIDDEN,
    SCORE_WORDS,
    identifies,
    nearest,
    shown,
    shown_score,
)
from analysis.intake.judging.findings import Finding, JudgedYear
from analysis.settings import Settings, Sourced

UNREADABLE_SCORE = "oläsligt betyg"
NOTHING_COUNTED = "ingen rad räknas"
SHOWN_VALUES = 4


def losses(year: JudgedYear) -> Iterator[Finding]:
    """Losses of a case year above a limit: by file, else by the year, area and question."""
    stopped = [one for file in year.files for one in _rows_of_file(year, file)]
    yield from stopped
    if not stopped:
        yield from _rows_of_year(year)
        yield from _rows_of_areas(year)
        yield from _never_exported(year)
    flaws = year.clean.flaws
    for file in year.files:
        counted = year.counted[year.counted["file"] == file]
        mine = flaws[flaws["position"].isin(counted.index)]
        yield from _scores_of_file(year, file, counted, mine[mine["key"] != PERIOD])
        yield from _periods_of_file(year, file, len(counted), mine[mine["key"] == PERIOD])


def _over(lost: int, of: int, share: Sourced[float], count: Sourced[int]) -> bool:
    return lost >= count.value and lost > share.value * of


def _repeated(often: int, of: int, settings: Settings) -> bool:
    """Whether a text occurs so often that it is a code or a label."""
    rules = settings.guards.loss
    return _over(often, of, rules.repeated_share, rules.repeated_count)


def _rows_of_file(year: JudgedYear, file: str) -> Iterator[Finding]:
    rules = year.settings.guards.loss
    rows = year.clean.rows[year.clean.rows["file"] == file]
    aside, size = rows["aside"], len(rows)
    none = not (aside == "").any() and not (aside == Reason.DUPLICATE).all()
    lost = rows[aside.isin(LOSSES)]
    unknown = int((aside == Reason.UNKNOWN_AREA).sum())
    over = none or unknown > rules.unknown_area_share.value * size
    over |= _over(len(lost), size, rules.file_share, rules.file_count)
    told = False
    for name, part in lost.groupby("aside", sort=False):
        reason = REASONS[str(name)]
        values = part.loc[part["aside_value"] != "", "aside_value"].value_counts()
        if over or _repeated(int(values.max()) if len(values) else 0, size, year.settings):
            told = True
            yield year.finding(
                str(reason),
                f"{_of(len(part), size, 'rader')} räknas inte: {reason.told(len(part))}"
                f"{_values(values, size, year.settings)}.",
                reason.fix + _near(reason, part, year.settings),
                files=[file],
                acceptable=not none,
            )
    if none and not told:
        yield year.finding(
            NOTHING_COUNTED,
            f"Ingen av filens {swedish.count(size, 'rad', 'rader')} räknas: {_reasons(aside)}.",
            "Ta bort filen ur mappen om den inte innehåller företagens svar.",
            files=[file],
            acceptable=False,
        )


def _rows_of_year(year: JudgedYear) -> Iterator[Finding]:
    """Faults spread over many files: too few in each, too many together."""
    rules, aside = year.settings.guards.loss, year.clean.rows["aside"]
    lost = aside[aside.isin(LOSSES)]
    if _over(len(lost), len(aside), rules.file_share, rules.file_count):
        yield year.finding(
            "bortfall i året",
            f"{_of(len(lost), len(aside), 'rader')} räknas inte: {_reasons(lost)}.",
            "Rätta filerna; vilka rader det gäller står ovan.",
        )


def _rows_of_areas(year: JudgedYear) -> Iterator[Finding]:
    rules, rows = year.settings.guards.loss, year.clean.rows
    for area, inside in rows[rows["area"] != ""].groupby("area", sort=False):
        lost = inside[inside["aside"].isin(LOSSES)]
        if _over(len(lost), len(inside), rules.part_share, rules.part_count):
            yield year.finding(
                "bortfall i ett område",
                f"{_of(len(lost), len(inside), 'rader')} räknas inte: {_reasons(lost['aside'])}.",
                "Rätta raderna i filen.",
                files=sorted(lost["file"].unique()),
                subject=str(area),
                where=year.settings.questionnaire.labels[str(area)],
            )


def _never_exported(year: JudgedYear) -> Iterator[Finding]:
    """Areas with more answers by the files of closed cases than by the files of answers.

    Both count the same answers, so that chance has no part in it. The file of cases may count
    others than companies: it stops the run only where there are too few rows of any customer.
    """
    if year.is_part(year.clean):
        return
    rules, rows = year.settings.guards.loss, year.clean.rows
    for area, answered in year.answered.items():
        inside = rows.loc[rows["area"] == area, "aside"]
        read, counted = int((inside != Reason.DUPLICATE).sum()), int((inside == "").sum())
        if not _over(answered - counted, answered, rules.part_share, rules.part_count):
            continue
        yield year.finding(
            "färre svar än i ärendefilen",
            f"{swedish.count(counted, 'svar', 'svar')} räknas, men enligt "
            f"{swedish.listing(year.case_files)} har {swedish.number(answered, 0)} svarat.",
            "Kontrollera att exporten har alla svar, och att antalet i filen med ärenden bara "
            "gäller företag.",
            files=[*year.files, *year.case_files],
            subject=area,
            where=year.settings.questionnaire.labels[area],
            stops=_over(answered - read, answered, rules.part_share, rules.part_count),
        )


def _scores_of_file(
    year: JudgedYear, file: str, rows: pd.DataFrame, flaws: pd.DataFrame
) -> Iterator[Finding]:
    """Scores of counted rows that are not whole numbers on the scale."""
    if flaws.empty:
        return
    rules = year.settings.guards.loss
    scores = rows[year.items].notna().sum()
    bad = flaws["key"].value_counts()
    asked = scores.reindex(bad.index) + bad
    values = flaws["text"].value_counts()
    affected, cells = flaws["position"].nunique(), int(scores.sum()) + len(flaws)
    if not (
        (affected >= rules.file_count.value and len(flaws) > rules.file_share.value * cells)
        or _repeated(int(values.max()), len(rows), year.settings)
        or any(
            _over(int(bad[key]), int(asked[key]), rules.part_share, rules.part_count)
            for key in bad.index
        )
    ):
        return
    low, high = year.scale[0], year.scale[-1]
    yield year.finding(
        UNREADABLE_SCORE,
        f"{_of(len(flaws), int(asked.sum()), 'betyg')} är inte hela tal {low}–{high}"
        f"{_values(values, len(rows), year.settings)}.{_likely(flaws['text'], rows, year)}",
        f"{_sheet(flaws, rows)}Skriv betygen som hela tal {low}–{high} i filen. Är ett av "
        "orden ett sätt att säga ”Vet ej”: skriv det på raden missing_answers i "
        "config/questionnaire.yml.",
        files=[file],
        where=year.question(bad.index[0])
        if len(bad) == 1
        else swedish.count(len(bad), "fråga", "frågor"),
    )


def _sheet(flaws: pd.DataFrame, rows: pd.DataFrame) -> str:
    """A sentence that a whole sheet may hold something other than answers."""
    sheets = rows.loc[rows.index.isin(flaws["position"]), "sheet"].unique()
    if len(sheets) != 1 or rows["sheet"].nunique() < 2:
        return ""
    return f"Ta bort bladet {sheets[0]} om det inte är svar. "


def _likely(texts: pd.Series, rows: pd.DataFrame, year: JudgedYear) -> str:
    """A sentence on the likely meaning of unreadable scores: words, a code or another scale."""
    low, high = year.scale[0], year.scale[-1]
    if texts.str.count(r"[^\W\d_]+").median() > SCORE_WORDS:
        return " Kolumnerna kan vara förskjutna mot rubrikerna."
    if texts.nunique() == 1 and texts.iloc[0].isdecimal() and int(texts.iloc[0]) > high:
        return " Talet kan vara en kod för ”Vet ej”."
    numbers = pd.to_numeric(texts.str.replace(",", "."), errors="coerce").dropna()
    if len(numbers) < len(texts) / 2:
        return ""
    valid = rows[year.items].max().max()
    top = max(numbers.max(), valid if valid == valid else low)
    start, end = int(min(numbers.min(), low)), high if top <= high else int(top)
    if (start, end) == (low, high):
        return " Talen har decimaler; Insikts skala är hela tal."
    return f" Skalan ser ut att vara {start}–{end}; Insikts är {low}–{high}."


def _periods_of_file(
    year: JudgedYear, file: str, rows: int, flaws: pd.DataFrame
) -> Iterator[Finding]:
    rules = year.settings.guards.loss
    if _over(len(flaws), rows, rules.file_share, rules.file_count):
        values = _values(flaws["text"].value_counts(), rows, year.settings)
        yield year.finding(
            str(Reason.BAD_PERIOD),
            f"{_of(len(flaws), rows, 'svar')} har en period som inte går att tolka{values}.",
            Reason.BAD_PERIOD.fix,
            files=[file],
        )


def _of(count: int, of: int, what: str) -> str:
    """A number of things and their share: ``59 av 297 rader (20 %)``."""
    # A small share gets a decimal, since "0 %" would mean that nothing is lost.
    share = swedish.percent(count / of, 1 if count / of < 0.1 else 0) if of else ""
    return f"{swedish.number(count, 0)} av {swedish.number(of, 0)} {what} ({share})"


def _reasons(aside: pd.Series) -> str:
    return in_words({str(name): int(n) for name, n in aside[aside != ""].value_counts().items()})


def _values(values: pd.Series, rows: int, settings: Settings) -> str:
    """The most common texts with their counts; a rare text is shown with care.

    A text in many cells is a code or a label, never a respondent's own words.
    """
    told = []
    for text, count in list(values.items())[:SHOWN_VALUES]:
        repeated = _repeated(int(count), rows, settings)
        word = shown(str(text)) if repeated else shown_score(str(text))
        if word != HIDDEN:
            told.append(f"”{word}” {swedish.count(int(count), 'gång', 'gånger')}")
    if not told:
        return ""
    return f" ({', '.join(told)}{' …' if len(values) > len(told) else ''})"


def _near(reason: Reason, rows: pd.DataFrame, settings: Settings) -> str:
    """The likely meaning of an unknown name, and where to find one that must not be shown."""
    questionnaire = settings.questionnaire
    if reason == Reason.UNKNOWN_AREA:
        names: Sequence[str] = questionnaire.area_names
    elif reason == Reason.UNKNOWN_CUSTOMER:
        group = next(field for field in questionnaire.background if field.key == CUSTOMER)
        names = [word for value, words in group.values.items() for word in (value, *words)]
    else:
        return ""
    hints = []
    for text in map(str, rows["aside_value"].value_counts().index[:SHOWN_VALUES]):
        near = nearest(text, names)
        if identifies(text):
            first = rows[rows["aside_value"] == text].iloc[0]
            hints.append(
                "Ett ord visas inte här, eftersom det ser ut som ett företagsnamn. Det står i "
                f"kolumnen {first['aside_column']}, rad {first['row']}: skriv det precis som där."
                + (f" Det kan vara {near}." if near else "")
            )
        elif near:
            hints.append(f"”{text}” kan vara {near}.")
    return f" {' '.join(hints)}" if hints else ""
