"""What was read but does not count, held against the limits of ``rules.yml``.

A few scattered faults are set aside and told. Many, or the same one many times, are a fault of the
file: the run stops until it is mended, or until the coordinator has accepted the loss.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pandas as pd

from analysis import swedish
from analysis.errors import Problem
from analysis.intake.answers.clean import CleanYear
from analysis.intake.answers.reasons import LOSSES, REASONS, Reason, in_words
from analysis.intake.cells.keys import PERIOD
from analysis.intake.cells.words import HIDDEN, SCORE_WORDS, identifies, nearest, shown, shown_score
from analysis.settings import Settings

ACCEPT = "Är det ändå rätt: godta det med python run.py check --write-mapping."
UNREADABLE_SCORE = "oläsligt betyg"
NOTHING_COUNTED = "ingen rad räknas"
SHOWN_VALUES = 4


@dataclass(frozen=True)
class Finding:
    """Something lost, or read but doubtful, in a case year's answers.

    Parameters
    ----------
    kind
        Its name in ``questionnaire.local.yml``, Swedish.
    subject
        The area or question it is about, by key; empty for a file or year as a whole.
    year
        The case year.
    files
        Names of the files it is in.
    cause, fix
        As in `errors.Problem`.
    stops
        Whether a run must not go on until it is mended or accepted.
    acceptable
        Whether it can be accepted.
    where
        The question or area in words, for the message.
    """

    kind: str
    subject: str
    year: int
    files: tuple[str, ...]
    cause: str
    fix: str
    stops: bool = True
    acceptable: bool = True
    where: str = ""

    @property
    def place(self) -> str:
        """The file, or the year of several files, with the question or area."""
        place = self.files[0] if len(self.files) == 1 else f"Ärendeår {self.year}"
        return f"{place}, {self.where}" if self.where else place

    @property
    def public(self) -> str:
        """The finding without the numbers of a single area or question, which may be small."""
        return f"{self.place}: {self.kind if self.subject else self.cause.rstrip('.')}."

    def problem(self) -> Problem:
        """The finding as a message."""
        asked = [self.fix, ACCEPT] if self.stops and self.acceptable else [self.fix]
        return Problem(self.cause, " ".join(filter(None, asked)), self.place)


def losses(clean: CleanYear, settings: Settings) -> Iterator[Finding]:
    """Losses of a case year above a limit: by file, else by the year, area and question."""
    stopped = [one for file in _files(clean) for one in _rows_of_file(clean, file, settings)]
    yield from stopped
    if not stopped:
        yield from _rows_of_year(clean, settings)
        yield from _rows_of_areas(clean, settings)
    used = clean.rows["aside"].to_numpy() == ""
    flaws = clean.flaws[used[clean.flaws["position"].to_numpy()]]
    flaws = flaws.assign(file=clean.rows["file"].to_numpy()[flaws["position"].to_numpy()])
    for file in _files(clean):
        mine = flaws[flaws["file"] == file]
        yield from _scores_of_file(clean, file, mine[mine["key"] != PERIOD], settings)
        yield from _periods_of_file(clean, file, mine[mine["key"] == PERIOD], settings)


def _files(clean: CleanYear) -> list[str]:
    return sorted(clean.rows["file"].unique())


def _over(lost: int, of: int, share: float, count: int) -> bool:
    return lost >= count and lost > share * of


def _rows_of_file(clean: CleanYear, file: str, settings: Settings) -> Iterator[Finding]:
    rules = settings.rules.loss
    rows = clean.rows[clean.rows["file"] == file]
    aside = rows["aside"]
    none = not (aside == "").any() and not (aside == Reason.DUPLICATE).all()
    lost = rows[aside.isin(LOSSES)]
    unknown = int((aside == Reason.UNKNOWN_AREA).sum())
    over = none or unknown > rules.unknown_area_share.value * len(rows)
    over |= _over(len(lost), len(rows), rules.file_share.value, rules.file_count.value)
    told = False
    for name, part in lost.groupby("aside", sort=False):
        reason = REASONS[str(name)]
        values = part["aside_value"].value_counts()
        values = values[values.index != ""]
        often = int(values.max()) if len(values) else 0
        repeated = _over(often, len(rows), rules.repeated_share.value, rules.repeated_count.value)
        if over or repeated:
            told = True
            yield Finding(
                reason,
                "",
                clean.year,
                (file,),
                f"{_of(len(part), len(rows), 'rader')} räknas inte: {reason.told(len(part))}"
                f"{_values(values, len(rows), settings)}.",
                reason.fix + _near(reason, values, settings),
                acceptable=not none,
            )
    if none and not told:
        yield Finding(
            NOTHING_COUNTED,
            "",
            clean.year,
            (file,),
            f"Ingen av filens {swedish.count(len(rows), 'rad', 'rader')} räknas: "
            f"{_reasons(aside)}.",
            "Ta bort filen ur mappen om den inte innehåller företagens svar.",
            acceptable=False,
        )


def _rows_of_year(clean: CleanYear, settings: Settings) -> Iterator[Finding]:
    """Faults spread over many files: too few in each, too many together."""
    rules, aside = settings.rules.loss, clean.rows["aside"]
    lost = aside[aside.isin(LOSSES)]
    if _over(len(lost), len(aside), rules.file_share.value, rules.file_count.value):
        yield Finding(
            "bortfall i året",
            "",
            clean.year,
            tuple(_files(clean)),
            f"{_of(len(lost), len(aside), 'rader')} räknas inte: {_reasons(lost)}.",
            "Rätta filerna; vilka rader det gäller står ovan.",
        )


def _rows_of_areas(clean: CleanYear, settings: Settings) -> Iterator[Finding]:
    rules = settings.rules.loss
    for area, rows in clean.rows[clean.rows["area"] != ""].groupby("area", sort=False):
        lost = rows[rows["aside"].isin(LOSSES)]
        if _over(len(lost), len(rows), rules.part_share.value, rules.part_count.value):
            yield Finding(
                "bortfall i ett område",
                str(area),
                clean.year,
                tuple(sorted(lost["file"].unique())),
                f"{_of(len(lost), len(rows), 'rader')} räknas inte: {_reasons(lost['aside'])}.",
                "Rätta raderna i filen.",
                where=settings.questionnaire.labels[str(area)],
            )


def _scores_of_file(
    clean: CleanYear, file: str, flaws: pd.DataFrame, settings: Settings
) -> Iterator[Finding]:
    """Scores of counted rows that are no whole number on the scale."""
    if flaws.empty:
        return
    rules, labels = settings.rules.loss, settings.questionnaire.labels
    rows = clean.rows[(clean.rows["file"] == file) & (clean.rows["aside"] == "")]
    scores = rows[list(settings.questionnaire.item_keys)].notna().sum()
    bad = flaws["key"].value_counts()
    asked = scores.reindex(bad.index) + bad
    values = flaws["text"].value_counts()
    affected = flaws["position"].nunique()
    over = affected >= rules.file_count.value and len(flaws) > rules.file_share.value * (
        scores.sum() + len(flaws)
    )
    repeated = _over(
        int(values.max()), len(rows), rules.repeated_share.value, rules.repeated_count.value
    )
    parts = [
        key
        for key in bad.index
        if _over(int(bad[key]), int(asked[key]), rules.part_share.value, rules.part_count.value)
    ]
    if not (over or repeated or parts):
        return
    low, high = settings.rules.index.lowest.value, settings.rules.index.highest.value
    cause = (
        f"{_of(len(flaws), int(asked.sum()), 'betyg')} är inte hela tal {low}–{high}"
        f"{_values(values, len(rows), settings)}."
    )
    questions = [f"”{labels[key]}”" for key in bad.index]
    yield Finding(
        UNREADABLE_SCORE,
        "",
        clean.year,
        (file,),
        f"{cause}{_likely(flaws['text'], rows, settings)}",
        f"{_sheet(flaws, rows)}Skriv betygen som hela tal {low}–{high} i filen. Är ett av "
        "orden ett sätt att säga ”Vet ej”: skriv det på raden missing_answers i "
        "config/questionnaire.yml.",
        where=f"frågan {questions[0]}"
        if len(questions) == 1
        else swedish.count(len(questions), "fråga", "frågor"),
    )


def _sheet(flaws: pd.DataFrame, rows: pd.DataFrame) -> str:
    """That a sheet of its own may be no answers at all, as a sentence."""
    sheets = rows.loc[rows.index.isin(flaws["position"]), "sheet"].unique()
    if len(sheets) != 1 or rows["sheet"].nunique() < 2:
        return ""
    return f"Ta bort bladet {sheets[0]} om det inte är svar. "


def _likely(texts: pd.Series, rows: pd.DataFrame, settings: Settings) -> str:
    """What the unreadable scores look like, as a sentence: words, a code or another scale."""
    low, high = settings.rules.index.lowest.value, settings.rules.index.highest.value
    if texts.str.count(r"[^\W\d_]+").median() > SCORE_WORDS:
        return " Kolumnerna kan vara förskjutna mot rubrikerna."
    if texts.nunique() == 1 and texts.iloc[0].isdecimal() and int(texts.iloc[0]) > high:
        return " Talet kan vara en kod för ”Vet ej”."
    numbers = pd.to_numeric(texts.str.replace(",", "."), errors="coerce").dropna()
    if len(numbers) < len(texts) / 2:
        return ""
    valid = rows[list(settings.questionnaire.item_keys)].max().max()
    top = max(numbers.max(), valid if valid == valid else low)
    start, end = int(min(numbers.min(), low)), high if top <= high else int(top)
    if (start, end) == (low, high):
        return " Talen har decimaler; Insikts skala är hela tal."
    return f" Skalan ser ut att vara {start}–{end}; Insikts är {low}–{high}."


def _periods_of_file(
    clean: CleanYear, file: str, flaws: pd.DataFrame, settings: Settings
) -> Iterator[Finding]:
    rules = settings.rules.loss
    rows = int(((clean.rows["file"] == file) & (clean.rows["aside"] == "")).sum())
    if _over(len(flaws), rows, rules.file_share.value, rules.file_count.value):
        yield Finding(
            Reason.BAD_PERIOD,
            "",
            clean.year,
            (file,),
            f"{_of(len(flaws), rows, 'svar')} har en period som inte går att tolka"
            f"{_values(flaws['text'].value_counts(), rows, settings)}.",
            Reason.BAD_PERIOD.fix,
        )


def _of(count: int, of: int, what: str) -> str:
    """A number of things and their share: ``59 av 297 rader (20 %)``."""
    # A small share is told with a decimal: "0 %" of something lost would say that nothing is.
    share = swedish.percent(count / of, 1 if count / of < 0.1 else 0) if of else ""
    return f"{swedish.number(count, 0)} av {swedish.number(of, 0)} {what} ({share})"


def _reasons(aside: pd.Series) -> str:
    return in_words({str(name): int(n) for name, n in aside[aside != ""].value_counts().items()})


def _values(values: pd.Series, rows: int, settings: Settings) -> str:
    """The most common texts with how often they stand; what stands once is shown with care.

    A text in many cells is a code or a label, never somebody's own words.
    """
    rules = settings.rules.loss
    told = []
    for text, count in list(values.items())[:SHOWN_VALUES]:
        repeated = _over(int(count), rows, rules.repeated_share.value, rules.repeated_count.value)
        word = shown(str(text)) if repeated else shown_score(str(text))
        if word != HIDDEN:
            told.append(f"”{word}” {swedish.count(int(count), 'gång', 'gånger')}")
    if not told:
        return ""
    return f" ({', '.join(told)}{' …' if len(values) > len(told) else ''})"


def _near(reason: str, values: pd.Series, settings: Settings) -> str:
    """What an unknown name may mean."""
    questionnaire = settings.questionnaire
    if reason == Reason.UNKNOWN_AREA:
        names: Sequence[str] = [area.name for area in questionnaire.areas]
    elif reason == Reason.UNKNOWN_CUSTOMER:
        group = next(field for field in questionnaire.background if field.key == "kundgrupp")
        names = [word for value, words in group.values.items() for word in (value, *words)]
    else:
        return ""
    hints = [
        f"”{text}” kan vara {near}."
        for text in map(str, values.index[:SHOWN_VALUES])
        if not identifies(text) and (near := nearest(text, names))
    ]
    return f" {' '.join(hints)}" if hints else ""
