"""``config/questionnaire.local.yml``: headers of this municipality's own files, once confirmed."""

from __future__ import annotations

from collections.abc import Mapping

from analysis.settings.model import Model, Text


class LocalColumn(Model):
    """A header and the question or field it is proposed to be."""

    header: Text
    key: Text
    confirmed: bool


class LocalColumns(Model):
    """The whole of ``config/questionnaire.local.yml``."""

    columns: tuple[LocalColumn, ...] = ()

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
