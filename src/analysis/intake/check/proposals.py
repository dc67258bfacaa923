"""Headers nobody maps and questions nobody finds, with proposals for the coordinator to confirm."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from analysis import store, swedish
from analysis.intake.answers.interpret import Interpreted
from analysis.intake.cells.values import Reader
from analysis.intake.cells.words import cell_text, identifies, shown_name, without_code
from analysis.intake.recognition.columns import answer_vocabulary, not_asked
from analysis.intake.recognition.headings import holds_scores
from analysis.settings import CONFIG_FILES, Settings
from analysis.settings.local import AcceptedLoss, LocalColumn, LocalColumns

SURELY = 3.0
"""Nearer than any header: what stands in a column says more."""
HEADING = """\
# Det som är särskilt i kommunens egna filer. columns: rubriker som inte står i
# questionnaire_columns.csv. accepted: bortfall som är verkligt och inte går att rätta.
# ”python run.py check --write-mapping” skriver förslag hit. Ett förslag används först när
# du har kontrollerat det och ändrat confirmed till true.
"""


@dataclass(frozen=True)
class Unmapped:
    """A column nobody maps.

    Parameters
    ----------
    where
        File and sheet.
    header
        Its header, as it may be shown.
    spelled
        Its header as it stands in the file.
    key, label
        The question or field it most resembles, and that one's text; empty when none does.
    """

    where: str
    header: str
    spelled: str
    key: str
    label: str


@dataclass(frozen=True)
class NotFound:
    """A question that a file should have and does not."""

    where: str
    key: str
    text: str


def unmapped_columns(part: Interpreted, settings: Settings) -> list[Unmapped]:
    """Every column of a table that nobody maps, with the nearest missing question or field.

    Near is a header that reads much the same, or a column of what the field's values are. No two
    columns are proposed for one question: the nearest pairs are taken first.
    """
    header, reader = part.table.header, Reader(settings)
    vocabulary = answer_vocabulary(settings.questionnaire, max(part.years, default=None))
    labels = _labels(settings)
    absent = [key for key in labels if key not in header.columns]
    items = frozenset(settings.questionnaire.item_keys)
    pairs: list[tuple[float, int, str]] = []
    for place, text in header.unmapped.items():
        column = part.table.column(place)
        if told := reader.field_of(column, absent):
            pairs.append((SURELY, place, told))
        scored = not any(column) or holds_scores(column, reader)
        pairs += [
            (near, place, key)
            for key in absent
            if (scored or key not in items) and (near := vocabulary.nearness(text, key))
        ]
    # The nearest first; between equals the order of the file and of the questionnaire.
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
        )
        for place, text in header.unmapped.items()
    ]


def missing_questions(part: Interpreted, settings: Settings) -> list[NotFound]:
    """Questions asked in all the table's years that it has no column for."""
    absent_by_design = frozenset.intersection(
        *(not_asked(settings.questionnaire, year) for year in part.years or (0,))
    )
    return [
        NotFound(part.table.where, item.key, item.text)
        for item in settings.questionnaire.items
        if item.key not in part.table.header.columns and item.key not in absent_by_design
    ]


def _labels(settings: Settings) -> dict[str, str]:
    questionnaire = settings.questionnaire
    return {
        **{field.key: field.label for field in questionnaire.background},
        **{item.key: item.text for item in questionnaire.items},
    }


def write_proposals(
    unmapped: Sequence[Unmapped], losses: Sequence[AcceptedLoss], config: Path
) -> str:
    """Add proposals to ``questionnaire.local.yml``, unconfirmed, and say so.

    Parameters
    ----------
    unmapped
        Columns nobody maps; those with a proposal are written.
    losses
        Losses that stop a run.
    config
        The configuration folder.

    Returns
    -------
    str
        A Swedish sentence: how many proposals were written and what to do with them.
    """
    path = config / CONFIG_FILES["local"]
    before = LocalColumns()
    if path.exists():
        content = yaml.safe_load(path.read_text(encoding="utf-8-sig")) or {}
        before = LocalColumns.model_validate(content)
    known = {column.header for column in before.columns}
    # Without the number before the text: next year it is another.
    proposed = ((without_code(one.spelled), one.key) for one in unmapped if one.key)
    columns = {
        header: LocalColumn(header=header, key=key, confirmed=False)
        for header, key in proposed
        if header not in known and not identifies(cell_text(header))
    }
    told = {(one.loss, one.subject, one.sha256) for one in before.accepted}
    lost = [one for one in losses if (one.loss, one.subject, one.sha256) not in told]
    place = f"config/{path.name}"
    if not (columns or lost):
        waiting = sum(not one.confirmed for one in before.columns)
        waiting += sum(not one.confirmed for one in before.accepted)
        return f"Det finns inga nya förslag att skriva i {place}." + (
            f" {swedish.count(waiting, 'förslag', 'förslag')} där väntar på att du ändrar "
            "confirmed till true."
            if waiting
            else ""
        )
    whole = LocalColumns(
        columns=(*before.columns, *columns.values()), accepted=(*before.accepted, *lost)
    )
    body = yaml.safe_dump(whole.model_dump(), allow_unicode=True, sort_keys=False, width=1000)
    store.write_text(path, HEADING + body)
    written = swedish.count(len(columns) + len(lost), "förslag", "förslag")
    return (
        f"{written} skrevs i {place}. Kontrollera varje rad, ändra confirmed till true på dem som "
        "stämmer och kör check igen."
    )
