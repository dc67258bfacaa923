"""Rows that sum up other rows: they stand below the answers but are not answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from analysis.intake.answers.case_years import Texts, each
from analysis.intake.cells.keys import ANSWER_ID, AREA
from analysis.intake.cells.values import UNREADABLE, Reader
from analysis.intake.cells.words import cell_text


def sums_of(
    cells: Sequence[Sequence[object]],
    texts: Mapping[str, Texts],
    area: Texts,
    status: npt.NDArray[np.int8],
    reader: Reader,
) -> npt.NDArray[np.bool_]:
    """Rows of sums, means or counts below the answers: labelled as such, or with numbers only.

    A row with a known area is an answer, unless its number is such a label.

    Parameters
    ----------
    cells
        The rows.
    texts
        The mapped columns.
    area
        The key of each row's area; empty where the row has none.
    status
        The kind of content in each question's cell.
    reader
        Recognises the labels.
    """
    labels = [next((text for text in map(cell_text, row) if text), "") for row in cells]
    labelled = np.array([reader.sums_up(label) for label in labels], dtype=np.bool_)
    blank = np.full(len(cells), "", dtype=object)
    labelled |= each(texts.get(AREA, blank), reader.sums_up).astype(np.bool_)
    numbered = each(texts.get(ANSWER_ID, blank), reader.sums_up).astype(np.bool_)
    about = [key for key in texts if key not in reader.settings.questionnaire.item_keys]
    bare = np.all([texts[key] == "" for key in about], axis=0) if about else blank != ""
    # Unlabelled sums count only below the last answer, since an answer may lack its area too.
    known = np.flatnonzero(area != "")
    bare = bare & (np.arange(len(cells)) > (known.max() if len(known) else len(cells)))
    found = np.asarray(
        ((area == "") & labelled) | numbered | (bare & (status == UNREADABLE).any(axis=1)),
        dtype=np.bool_,
    )
    # More sums than answers are no sums: a file whose areas are all "Samtliga" has unknown areas.
    return found if found.sum() <= len(known) else np.zeros(len(cells), dtype=np.bool_)
