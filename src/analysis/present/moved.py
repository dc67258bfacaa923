"""Numbers that moved since a publication, each with the reason where it is known.

Compares the published tables with the new ones as they are written, and the publication's run
record with what the new numbers are made from. Knows nothing of pages.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from analysis import store
from analysis.measures.goals import ALL_AREAS
from analysis.present.data import ReportData
from analysis.present.texts import say
from analysis.settings import CONFIG_FILES, Settings

FORMER = "tidigare"
INDEX, GOALS, DRIVERS = "index", "goals", "drivers"
KEYS = {
    INDEX: ("year", "scope", "definition", "kind", "measure"),
    GOALS: ("goal", "scope", "target", "target_year", "year"),
    DRIVERS: ("scope", "factor"),
}
COLUMNS = ("table", "year", "scope", "definition", "measure", "column", "before", "now", "reason")
# The sections of `rules.yml` behind each table. Goals and drivers rest on the indices as well.
OF_INDICES = {"index", "grades", "disclosure", "totals", "uncertainty", "intake"}
RULES = {INDEX: OF_INDICES, GOALS: {*OF_INDICES, "goals"}, DRIVERS: {*OF_INDICES, "drivers"}}
UNKNOWN = "andringar.okant_skal"
QUESTIONNAIRE = tuple(CONFIG_FILES[key] for key in ("questionnaire", "columns", "local"))


@dataclass(frozen=True)
class Publication:
    """A publication to compare with: its folder and its run record."""

    folder: Path
    record: Mapping[str, Any]

    @property
    def name(self) -> str:
        """The year it is published as."""
        return self.folder.name

    @property
    def made(self) -> str:
        """The day of the published report, ISO 8601."""
        return str(self.record["rapportdatum"])

    @property
    def corrections(self) -> int:
        """The number of earlier publications of the same year that this one replaced."""
        return len(list((self.folder / FORMER).glob("*")))


@dataclass(frozen=True)
class Comparison:
    """The differences from a publication.

    Parameters
    ----------
    publication
        The publication that the run is compared with.
    moved
        One row for every number that differs: `COLUMNS`, all texts as the tables for reuse have
        them; an empty text is no number.
    new_years
        Case years that the publication has no numbers of; their numbers are not in `moved`.
    """

    publication: Publication
    moved: pd.DataFrame
    new_years: tuple[str, ...]

    @property
    def same(self) -> bool:
        """Whether the publication has these very numbers: the report has been published."""
        return self.moved.empty and not self.new_years

    @property
    def published_years(self) -> list[str]:
        """Already published case years of which an index or a goal moved."""
        rows = self.moved[self.moved["table"] != DRIVERS]
        return sorted({year[:4] for year in rows["year"]})


def publications(published: Path, municipality: str) -> Iterator[Publication]:
    """The publications of a municipality (its code), the newest first."""
    for folder in sorted(published.glob("[0-9][0-9][0-9][0-9]"), reverse=True):
        try:
            record = json.loads((folder / store.RECORD).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue
        if record["kommun"]["code"] == municipality:
            yield Publication(folder, record)


def few_apart(before: Path, now: Path, least: int) -> pd.DataFrame:
    """Indices of which two reports together give a few answers away: those that one has more.

    Numbers of answers times index are sums of scores, and the difference of two sums is the score
    of those who answered in between.

    Parameters
    ----------
    before, now
        Folders of the two reports' tables for reuse.
    least
        Fewest answers that an index may rest on (``disclosure.min_answers``).

    Returns
    -------
    pandas.DataFrame
        ``year, scope`` as in the tables, and ``answers``: the fewest answers between the two.
    """
    keys, told = list(KEYS[INDEX]), ["n", "index"]
    first, second = (
        _read(folder, INDEX).reindex(columns=keys + told, fill_value="") for folder in (before, now)
    )
    both = first.merge(second, on=keys, suffixes=("_before", "_now"))
    shown = both[(both[["index_before", "index_now"]] != "").all(axis=1)]
    numbers = shown[["n_before", "n_now"]].replace("", None).astype("float64")
    between = (numbers["n_now"] - numbers["n_before"]).abs()
    few = shown.assign(answers=between)[between.between(1, least - 1)]
    return few.groupby(["year", "scope"])["answers"].min().astype("int64").reset_index()


def compare(
    data: ReportData,
    publication: Publication,
    tables: Path,
    inputs: Sequence[Mapping[str, str]],
    settings_files: Mapping[str, str],
) -> Comparison:
    """Every number that differs from a publication.

    Parameters
    ----------
    data
        The run's numbers; its official values tell what was published when.
    publication
        The publication that the run is compared with.
    tables
        Folder of the new tables for reuse.
    inputs
        The new run's input files: ``fil, sha256, slag, år``, as in its run record.
    settings_files
        SHA-256 of each configuration file by name.
    """
    causes = _Causes.of(publication.record, inputs, settings_files, data.settings)
    least = data.settings.rules.disclosure.min_answers.value
    withheld = _Withheld(few_apart(publication.folder / "data", tables, least))
    official = _OfficialReasons(data, publication.made)
    rows: list[tuple[str, ...]] = []
    new_years: set[str] = set()
    for table, keys in KEYS.items():
        before, now = _read(publication.folder / "data", table), _read(tables, table)
        if "year" in keys:
            years = now["year"].str[:4]
            new = ~years.isin(before["year"].str[:4])
            new_years |= set(years[new])
            # A report as of an earlier year has none of the later numbers; they did not move.
            before, now = before[before["year"].str[:4] <= str(data.year)], now[~new]
        for key, column, old, value in _differences(before, now, keys):
            year = key.get("year", "")
            reason = (
                official.reason(key, old, value)
                if column == "official"
                else causes.reason(table, column, year)
            )
            measure = key.get("measure") or key.get("factor") or key["goal"]
            where = (table, year, key["scope"], key.get("definition", ""), measure)
            if column != "official" and withheld.holds(year, key["scope"]):
                rows.append((*where, "index", "", "", say("andringar.fa_svar_skiljer")))
            else:
                rows.append((*where, column, old, value, reason))
    rows = list(dict.fromkeys(rows))
    return Comparison(publication, pd.DataFrame(rows, columns=COLUMNS), tuple(sorted(new_years)))


@dataclass(frozen=True)
class _Withheld:
    """What is not compared in numbers: the scopes of a year that `few_apart` tells."""

    few: pd.DataFrame

    def holds(self, year: str, scope: str) -> bool:
        """Whether a cell is withheld; one of several years (no year) with any of its years."""
        there = self.few[self.few["year"] == year] if year else self.few
        # The goal of all areas shows the lowest of them.
        return bool(len(there) if scope == ALL_AREAS else (there["scope"] == scope).any())


def _read(folder: Path, table: str) -> pd.DataFrame:
    return pd.read_csv(folder / f"{table}.csv", dtype="str", keep_default_na=False)


def _differences(
    before: pd.DataFrame, now: pd.DataFrame, keys: Sequence[str]
) -> Iterator[tuple[dict[str, str], str, str, str]]:
    """Key, column, published and new text of everything that differs."""
    columns = [name for name in now.columns if name in before.columns and name not in keys]
    both = before.merge(now, on=list(keys), how="outer", suffixes=("_before", "_now")).fillna("")
    for column in columns:
        old, new = f"{column}_before", f"{column}_now"
        for row in both[both[old] != both[new]].to_dict("records"):
            yield {key: row[key] for key in keys}, column, row[old], row[new]


@dataclass(frozen=True)
class _Causes:
    """The differences between the sources of the new numbers and of the published ones.

    Parameters
    ----------
    answers
        Changed answer files by case year.
    others
        Changed files of cases and official values.
    rules
        Changed rules by section of ``rules.yml``.
    questionnaire, plan
        A phrase that the description changed; empty where it did not.
    """

    answers: Mapping[str, str]
    others: str
    rules: Mapping[str, str]
    questionnaire: str
    plan: str

    @classmethod
    def of(
        cls,
        record: Mapping[str, Any],
        inputs: Sequence[Mapping[str, str]],
        settings_files: Mapping[str, str],
        settings: Settings,
    ) -> _Causes:
        was: Mapping[str, str] = record["inställningar"]
        changed = [
            name for name in {**was, **settings_files} if was.get(name) != settings_files.get(name)
        ]
        questions = [name for name in QUESTIONNAIRE if name in changed]
        known, now = record["regler"], settings.rule_values
        rules: dict[str, list[str]] = {}
        for name in sorted({*known, *now}):
            if known.get(name) != now.get(name):
                was_told = known.get(name, say("andringar.saknades"))
                is_told = now.get(name, say("andringar.borttagen"))
                told = f"{name}: {was_told} → {is_told}"
                rules.setdefault(name.split(".")[0], []).append(told)
        return cls(
            answers=_changed_files(record["indata"], inputs, store.ANSWER_FILES),
            others=_changed_files(record["indata"], inputs, store.OTHER_FILES).get("", ""),
            rules={section: "; ".join(told) for section, told in rules.items()},
            questionnaire=say("andringar.andrad_enkatbeskrivning", filer=", ".join(questions))
            if questions
            else "",
            plan=say("andringar.andrad_plan") if CONFIG_FILES["plan"] in changed else "",
        )

    def reason(self, table: str, column: str, year: str) -> str:
        """The reason that a number of our own moved, as a Swedish phrase."""
        years = [year[:4]] if year else sorted(self.answers)
        if column.startswith("change"):
            years = [str(int(year[:4]) - 1), *years]
        rules = [self.rules[section] for section in sorted(self.rules.keys() & RULES[table])]
        parts = [
            *(self.answers.get(one, "") for one in years),
            say("andringar.andrad_regel", regler="; ".join(rules)) if rules else "",
            self.questionnaire,
            self.plan if table == GOALS else "",
        ]
        # Cases and official values reach a few numbers only: named where nothing else explains.
        return "; ".join(dict.fromkeys(filter(None, parts))) or self.others or say(UNKNOWN)


def _changed_files(
    before: Sequence[Mapping[str, Any]], now: Sequence[Mapping[str, str]], kind: str
) -> dict[str, str]:
    """The changes of files of a kind by case year; files without a year under ``""``."""
    was = {file["fil"]: file for file in before if file["slag"] == kind}
    is_now = {file["fil"]: file for file in now if file["slag"] == kind}
    added, altered, removed = (
        ("andringar.nya_svar", "andringar.andrade_svar", "andringar.borttagna_svar")
        if kind == store.ANSWER_FILES
        else ("andringar.ny_fil", "andringar.andrad_fil", "andringar.borttagen_fil")
    )
    found: dict[str, list[str]] = {}
    for name in sorted({*was, *is_now}):
        old, new = was.get(name), is_now.get(name)
        if old and new and old["sha256"] == new["sha256"]:
            continue
        told = say(added if not old else removed if not new else altered, fil=name)
        years = {year for file in (old, new) if file for year in file["år"].split()}
        for year in years or {""}:
            found.setdefault(year, []).append(told)
    return {year: "; ".join(told) for year, told in found.items()}


@dataclass(frozen=True)
class _OfficialReasons:
    """The reason that an official value moved: the date of the new one."""

    data: ReportData
    made: str

    def reason(self, key: Mapping[str, str], before: str, now: str) -> str:
        """The reason as a Swedish phrase."""
        if not now:
            return say("andringar.officiellt_borta")
        told = self._published(key)
        if not before:
            return say("andringar.officiellt_nytt", datum=told)
        replaced = self._rows(self.data.corrections, key)
        if told or (replaced["earlier"].round(1) == float(before)).any():
            return say("andringar.officiellt_rattat", datum=told)
        return say("andringar.officiellt_andrat")

    def _published(self, key: Mapping[str, str]) -> str:
        """The day of the present value, where it is later than the publication."""
        days = self._rows(self.data.official, key)["published"]
        told = [str(day)[:10] for day in days if not pd.isna(day)]
        return told[0] if told and told[0] > self.made else ""

    def _rows(self, frame: pd.DataFrame, key: Mapping[str, str]) -> pd.DataFrame:
        own = self.data.settings.report.municipality.code
        return frame[
            (frame["municipality_code"] == own)
            & (frame["year"].astype("str") == key["year"])
            & (frame["scope"] == key["scope"])
            & (frame["measure"] == key["measure"])
            & (frame["definition"] == key["definition"])
        ]
