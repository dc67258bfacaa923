"""Why a sheet that is laid out as a distribution or a table of results cannot be read as one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from statistics import median

from analysis import swedish
from analysis.intake.cells.values import decimal
from analysis.intake.cells.words import shown
from analysis.intake.recognition.columns import Kind, Vocabulary
from analysis.intake.recognition.other_scales import other_scale
from analysis.intake.recognition.portal import (
    MOST,
    SAMPLE,
    SCORES,
    WIDEST,
    Portal,
    Value,
    key_of,
    texts_of,
)
from analysis.settings import Settings

SHOWN = 3
"""Most cells or labels named in a message."""
FEWEST = 3
"""Fewest numbers under a heading that are a table."""


NEEDED_STEPS = (
    "Ta ut fördelningen med ett antal, eller en andel och antalet svar, för vart och ett av "
    "betygen 1–10, eller ta bort filen: betyg som är hopslagna eller på en annan skala kan inte "
    "räknas om."
)


def fault_of_results(
    rows: Sequence[Sequence[object]],
    sheet: str,
    stem: str,
    known: Mapping[Kind, Vocabulary],
    settings: Settings,
    meant: bool,
) -> tuple[str, str] | None:
    """The fault of a distribution or a table of results, and its remedy; None for other sheets.

    Parameters
    ----------
    rows
        The sheet.
    sheet, stem
        Names of the sheet and of the file, without ending.
    known
        The vocabulary of every kind of table.
    settings
        Configuration.
    meant
        Whether the file says that it holds results. Without, a sheet can merely look like a table
        of indices; nothing else looks like a distribution.
    """
    portal = Portal(settings, known["official"])
    depth, scores = settings.guards.intake.limits.header_rows, settings.rules.index.scores

    items = frozenset(settings.questionnaire.item_keys)

    def is_measure(text: str) -> bool:
        meaning = portal.meaning(text)
        return known["answers"].key_of(text) in items or bool(meaning and meaning.measure)

    if scale := other_scale(rows[: depth + SAMPLE], scores, is_measure):
        low, high = scores[0], scores[-1]
        cause = f"Svaren är fördelade på en annan skala: {scale}. Insikts är {low}–{high}."
        return cause, NEEDED_STEPS
    return _why_no_table(portal, rows, sheet, stem, depth) if meant else None


def _why_no_table(
    portal: Portal, rows: Sequence[Sequence[object]], sheet: str, stem: str, depth: int
) -> tuple[str, str] | None:
    """The fault of a table of results, and its remedy; None where the sheet is no such table."""
    found = max(_tables(portal, rows, sheet, stem, depth), key=len, default=[])
    if len(found) < FEWEST:
        return None
    numbers = [number for _, one in found if (number := decimal(one.text)) is not None]
    inside = [number for number in numbers if 0 <= number <= WIDEST]
    if len(inside) < MOST * len(found):
        odd = [
            f"”{shown(one.text)}” (rad {row})"
            for row, one in found
            if not 0 <= (-1 if (number := decimal(one.text)) is None else number) <= WIDEST
        ]
        return (
            f"Tabellens värden är inte index mellan 0 och {WIDEST:.0f}: {_some(odd)}.",
            "Skriv index som tal, till exempel 72,7.",
        )
    if median(inside) <= 1:
        return (
            "Tabellens värden ser ut att vara andelar mellan 0 och 1. Insikts index är 0–100.",
            "Skriv talen som index, 72,7 i stället för 0,727. I Excel: ta bort procentformatet och "
            "multiplicera med 100.",
        )
    # Answers are whole numbers, and no means.
    if median(inside) <= SCORES and any(number % 1 for number in inside):
        return (
            "Tabellens värden ser ut att vara medelbetyg på skalan 1–10. Insikts index är 0–100.",
            "Välj index i stället för medelbetyg när du hämtar tabellen, eller lägg in svarens "
            "fördelning: ett avrundat medelbetyg går inte att räkna om till ett säkert index.",
        )
    rows_of: dict[tuple[str, ...], list[int]] = {}
    for row, one in found:
        rows_of.setdefault(key_of(one), []).append(row)
    twice = dict.fromkeys(tuple(places) for places in rows_of.values() if len(places) > 1)
    if twice:
        listed = [f"rad {swedish.listing(list(map(str, places)))}" for places in twice]
        return (
            f"Samma område och mått står mer än en gång: {_some(listed)}.",
            "Behåll den rad som stämmer, eller skriv vad som skiljer dem åt, till exempel året.",
        )
    return None


def _tables(
    portal: Portal, rows: Sequence[Sequence[object]], sheet: str, stem: str, depth: int
) -> Iterator[list[tuple[int, Value]]]:
    """The indices of known areas and measures under each heading that has any."""
    for number in range(1, min(depth, len(rows) - 1) + 1):
        if laid := portal.laid_out(number, rows, sheet, stem):
            layout, around, _ = laid
            yield [
                (number + place, one)
                for place, one in layout.values(texts_of(rows[number:]), around)
                if one.meaning.quantity == "index" and not one.unknown
            ]


def _some(told: Sequence[str]) -> str:
    more = f" och {len(told) - SHOWN} till" if len(told) > SHOWN else ""
    return ", ".join(told[:SHOWN]) + more
