"""``config/questionnaire.local.yml``: confirmed facts about this municipality's own files.

These are headers of its own, and accepted losses: answers that really are missing.
"""

from __future__ import annotations

from collections.abc import Mapping

from analysis.settings.model import Model, Text


class LocalColumn(Model):
    """A header, with the question or field proposed for it."""

    header: Text
    key: Text
    confirmed: bool


class AcceptedLoss(Model):
    """A loss above a limit that the coordinator has accepted, for files of exactly this content.

    Parameters
    ----------
    loss, subject
        The kind of loss or doubt, and its area or question.
    files, sha256
        Names of the files, and the digest of their content: another export must be checked again.
    told
        The check's sentence about the loss.
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
        """The column map extended with confirmed headers, in each version that has the question."""
        merged = {key: dict(by_version) for key, by_version in columns.items()}
        for column in self.columns:
            if column.confirmed:
                for version, names in merged.get(column.key, {}).items():
                    if names is not None:
                        merged[column.key][version] = (*names, column.header)
        return merged
