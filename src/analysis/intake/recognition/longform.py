"""A file with one row for each answer and question, turned to one row for each answer.

Some tools and statistics programs write answers in this form: the question in one column, its
answer in another.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from analysis import swedish
from analysis.errors import Problem
from analysis.intake.cells.keys import ANSWER_ID
from analysis.intake.cells.values import Reader
from analysis.intake.cells.words import cell_at, cell_text, plain, shown
from analysis.intake.recognition.columns import Vocabulary
from analysis.intake.recognition.headings import holds_scores
from analysis.settings.guards import IntakeLimits

SAMPLE_ROWS = 500
FEWEST_QUESTIONS = 3
SHOWN_IDS = 3


@dataclass(frozen=True)
class Turned:
    """A turned sheet.

    Parameters
    ----------
    rows
        One row for each answer, in the place of its first row; its other rows are blank.
    notes
        Swedish sentences on the change.
    problems
        Reasons that the result is unreliable; their places are filled in later.
    """

    rows: Sequence[Sequence[object]]
    notes: tuple[str, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class _Layout:
    row: int
    question: int
    value: int
    texts: Sequence[str]


def turned(
    rows: Sequence[Sequence[object]],
    vocabulary: Vocabulary,
    reader: Reader,
    limits: IntakeLimits,
) -> Turned | None:
    """The sheet with one row for each answer; None for other sheets.

    Parameters
    ----------
    rows
        The sheet.
    vocabulary
        The headers of answers.
    reader
        Recognises scores.
    limits
        Most rows above the header, and most columns of a sheet.
    """
    layout = _layout(rows, vocabulary, reader, limits)
    if layout is None:
        return None
    keys = {place: vocabulary.key_of(text) for place, text in enumerate(layout.texts) if text}
    places = [place for place in keys if place not in (layout.question, layout.value)]
    ids = [place for place in places if keys[place] == ANSWER_ID]
    if not ids:
        return Turned(rows, (), (_without_number(),))
    known = [place for place in places if keys[place]]
    answers: dict[tuple[str, ...], dict[str, str]] = {}
    first: dict[tuple[str, ...], int] = {}
    read, conflicts = 0, []
    for number in range(layout.row, len(rows)):
        texts = [cell_at(rows[number], at) for at in range(len(layout.texts))]
        if not any(texts):
            continue
        read += 1
        who = tuple(texts[place] for place in known)
        first.setdefault(who, number)
        told = answers.setdefault(who, {})
        question, value = texts[layout.question], texts[layout.value]
        if question and value and told.setdefault(question, value) != value:
            conflicts.append(shown(texts[ids[0]]))
    if conflicts:
        return Turned(rows, (), (_twice_answered(conflicts),))
    questions = list(dict.fromkeys(question for told in answers.values() for question in told))
    if len(first) * len(questions) > limits.cells:
        return None
    wide: list[Sequence[object]] = [()] * len(rows)
    wide[layout.row - 1] = [*(layout.texts[place] for place in places), *questions]
    for who, number in first.items():
        wide[number] = [
            *(cell_at(rows[number], place) for place in places),
            *(answers[who].get(question, "") for question in questions),
        ]
    note = (
        f"Filen har en rad per fråga: {swedish.count(read, 'rad', 'rader')} har lagts ihop till "
        f"{swedish.count(len(first), 'svar', 'svar')}."
    )
    return Turned(wide, (note,), ())


def _layout(
    rows: Sequence[Sequence[object]],
    vocabulary: Vocabulary,
    reader: Reader,
    limits: IntakeLimits,
) -> _Layout | None:
    """The columns of questions and values; None where the sheet has no such columns."""
    words = reader.settings.questionnaire.tool_headers
    question_words = {plain(word) for word in words.question}
    value_words = {plain(word) for word in words.value}
    items = set(reader.settings.questionnaire.item_keys)
    for number, row in enumerate(rows[: limits.header_rows], start=1):
        texts = [cell_text(cell) for cell in row]
        asked = [place for place, text in enumerate(texts) if plain(text) in question_words]
        told = [place for place, text in enumerate(texts) if plain(text) in value_words]
        if not asked or not told or items & {vocabulary.key_of(text) for text in texts if text}:
            continue
        sample = rows[number : number + SAMPLE_ROWS]
        for question in asked:
            names = {name for row in sample if (name := cell_at(row, question))}
            known = {name for name in names if vocabulary.key_of(name) in items}
            if not FEWEST_QUESTIONS <= len(names) <= limits.columns:
                continue
            for value in told:
                scored = holds_scores([cell_at(row, value) for row in sample], reader)
                if 2 * len(known) >= len(names) or scored:
                    return _Layout(number, question, value, texts)
    return None


def _without_number() -> Problem:
    return Problem(
        "Filen har en rad per svar och fråga, men ingen kolumn säger vilka rader som hör till "
        "samma svar.",
        "Exportera med svarets nummer (en kolumn svar_id eller Respondent-ID), eller välj en "
        "export med en rad per svar och en kolumn per fråga.",
    )


def _twice_answered(conflicts: Sequence[str]) -> Problem:
    names = list(dict.fromkeys(conflicts))
    listed = ", ".join(names[:SHOWN_IDS]) + (" …" if len(names) > SHOWN_IDS else "")
    many = swedish.count(len(names), "svar har", "svar har")
    return Problem(
        f"Filen har en rad per svar och fråga, och {many} olika värden på samma fråga ({listed}).",
        "Behåll ett värde per svar och fråga, eller exportera med en rad per svar och en kolumn "
        "per fråga.",
    )
