"""The municipality of each row: a file may hold the answers of several.

Municipalities that share an authority often get their answers in one file.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from analysis import swedish
from analysis.errors import Problem
from analysis.intake.answers.reasons import Reason
from analysis.intake.cells.municipality import code_of
from analysis.intake.cells.words import cell_text, shown
from analysis.settings import Settings

SHOWN_NAMES = 5
CODE_DIGITS = 4


def whose(
    texts: npt.NDArray[np.object_], where: str, settings: Settings
) -> tuple[npt.NDArray[np.object_], list[Problem]]:
    """Reasons for leaving out rows of other municipalities; a problem when no row is left.

    Parameters
    ----------
    texts
        The column that names the municipality, by name, code or both; blank where there is none.
    where
        The table's place in words.
    settings
        Configuration.

    Returns
    -------
    tuple
        The reason of each row, empty where it is the report's municipality's; problems.
    """
    reason = np.full(len(texts), "", dtype=object)
    if not any(texts):
        return reason, []
    own = settings.report.municipality
    known = {*settings.municipalities, own.code}
    read = {}
    for text in set(texts):
        found = _code(text, settings.codes, known)
        other = Reason.OTHER_MUNICIPALITY if found else Reason.UNKNOWN_MUNICIPALITY
        read[text] = "" if found == own.code else str(other)
    reason[:] = [read[text] for text in texts]
    if not all(reason):
        return reason, []
    names = sorted({shown(text) for text in texts if text})
    more = " med flera" if len(names) > SHOWN_NAMES else ""
    listed = swedish.listing([f"”{name}”" for name in names[:SHOWN_NAMES]])
    problem = Problem(
        f"Ingen rad gäller {own.name}: i kolumnen för kommun står {listed}{more}.",
        "Välj rätt fil, eller skriv kommunens namn eller kod i kolumnen som i "
        "config/municipalities.csv. Gäller rapporten en annan kommun: ändra den i "
        "config/report.yml.",
        where,
    )
    return reason, [problem]


def _code(text: str, codes: Mapping[str, str], known: set[str]) -> str:
    """The code in a cell: "188", "0188", "0188 Norrtälje", "Norrtälje (0188)"."""
    digits = "".join(character for character in text if character.isdecimal())
    if digits and digits.zfill(CODE_DIGITS) in known:
        return digits.zfill(CODE_DIGITS)
    return code_of(cell_text(text), codes)
