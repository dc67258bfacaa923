"""What the files of one kind say, with what is wrong in them."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from analysis.errors import InputDataError, Problem


@dataclass(frozen=True)
class Found:
    """The rows of every file of a kind.

    Parameters
    ----------
    values
        What they say; the columns are told by the function that reads them.
    problems
        Why a file must be refused.
    notes
        Rows that were left out, as Swedish sentences.
    """

    values: pd.DataFrame
    problems: tuple[Problem, ...]
    notes: tuple[str, ...]

    def usable(self, refusal: str) -> pd.DataFrame:
        """The values, where nothing is wrong.

        Parameters
        ----------
        refusal
            What cannot be done else, as a Swedish sentence.

        Raises
        ------
        InputDataError
            When a file must be refused.
        """
        if self.problems:
            raise InputDataError(refusal, problems=self.problems)
        return self.values
