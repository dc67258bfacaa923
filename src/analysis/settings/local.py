"""``config/questionnaire.local.yml``: what is so in this municipality's own files, once confirmed.

Headers of its own, and losses that are real: answers that never came in as they should.
"""

from __future__ import annotations

from collections.abc import Mapping

from analysis.settings.model import Model, Text


class LocalColumn(Model):
    """A header and the question or field it is proposed to be."""

    header: Text
    key: Text
    confirmed: bool


class AcceptedLoss(Model):
    """A loss above a limit that the coordinator has said is real, in files of just this content.

    Parameters
    ----------
    loss, subject
        What is lost or doubtful, and the area or question it is about.
    files, sha256
        Names of the files, and the digest of their content: another export must be looked at anew.
    told
        What the check said of it.
    """

    loss: Text
    subject: str = ""
    files: Text
    sha256: Text
    told: Text
    confirmed: bool


class LocalColumns(Model):
    """The whole of ``config/questionnaire.local.yml``."""

    columns: tuple[LocalColumn, ...] = ()
    accepted: tuple[AcceptedLoss, ...] = ()

    def added_to(
        self, columns: Mapping[str, Mapping[str, tuple[str, ...] | None]]
    ) -> dict[str, dict[str, tuple[str, ...] | None]]:
        """The column map with every confirmed header, in each version that has the question."""
        merged = {key: dict(by_version) for key, by_version in columns.items()}
        for column in self.columns:
            if column.confirmed:
                for version, names in merged.get(column.key, {}).items():
                    if names is not None:
                        merged[column.key][version] = (*names, column.header)
        return merged
