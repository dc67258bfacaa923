"""Unmapped headers and missing questions, with proposals for the coordinator to confirm."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.intake.answers.interpret import Interpreted
from analysis.intake.answers.never_kept import unknown_free_text
from analysis.intake.cells.keys import AREA
from analysis.intake.cells.values import Reader
from analysis.intake.cells.words import shown_name
from analysis.intake.recognition.columns import answer_vocabulary, missing_questions
from analysis.intake.recognition.headings import holds_scores
from analysis.settings import Item, Settings

SURELY = 3.0
"""Nearness of a column recognised by its values, above that of any header."""


@dataclass(frozen=True)
class Unmapped:
    """A column that the configuration does not map.

    Parameters
    ----------
    where
        File and sheet.
    header
        Its header in a form that may be shown.
    spelled
        Its header as written in the file.
    key, label
        Key and text of the most similar question or field; empty without one.
    free_text
        Whether it holds free text, so it is never kept and is like no question.
    """

    where: str
    header: str
    spelled: str
    key: str
    label: str
    free_text: bool


def unmapped_columns(part: Interpreted, settings: Settings) -> list[Unmapped]:
    """Every unmapped column of a table, with the nearest missing question or field.

    A column is near when its header is similar, or when it holds the field's values. No two columns
    are proposed for one question: the nearest pairs are taken first.
    """
    header, reader = part.table.header, Reader(settings)
    vocabulary = answer_vocabulary(settings.questionnaire, max(part.years, default=None))
    labels = _labels(settings)
    absent = [key for key in labels if key not in header.columns]
    items = frozenset(settings.questionnaire.item_keys)
    pairs: list[tuple[float, int, str]] = []
    written = unknown_free_text(part.table, settings)
    for place, text in header.unmapped.items():
        if place in written:
            continue
        column = part.table.column(place)
        if told := reader.field_of(column, absent):
            pairs.append((SURELY, place, told))
        scored = not any(column) or holds_scores(column, reader)
        pairs += [
            (near, place, key)
            for key in absent
            if (scored or key not in items) and (near := vocabulary.nearness(text, key))
        ]
    # The nearest first, then in the order of the file and of the questionnaire.
    proposed: dict[int, str] = {}
    for _, place, key in sorted(pairs, key=lambda pair: (-pair[0], pair[1])):
        if place not in proposed and key not in proposed.values():
            proposed[place] = key
    return [
        Unmapped(
            part.table.where,
            shown_name(text),
            text,
            proposed.get(place, ""),
            labels.get(proposed.get(place, ""), ""),
            place in written,
        )
        for place, text in header.unmapped.items()
    ]


def absent_questions(part: Interpreted, settings: Settings) -> list[Item]:
    """Questions asked in all the table's years but without a column in it.

    Empty for a table without areas, which is refused in any case.
    """
    here = part.table.header.columns
    return missing_questions(here, settings.questionnaire, *part.years) if AREA in here else []


def _labels(settings: Settings) -> dict[str, str]:
    questionnaire = settings.questionnaire
    return {
        **{field.key: field.label for field in questionnaire.background},
        **{item.key: item.text for item in questionnaire.items},
    }
