"""All of ``config/`` as one value; the problems of all files are reported at once."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from analysis.errors import ConfigurationError, Problem, UsageError
from analysis.settings.agreement import disagreements, unknown_keys, unknown_series
from analysis.settings.guards import Guards
from analysis.settings.kolada import Kolada
from analysis.settings.local import AcceptedLoss, LocalColumns
from analysis.settings.model import rule_values
from analysis.settings.plan import Plan
from analysis.settings.questionnaire import Questionnaire
from analysis.settings.reading import read_model, read_municipalities, read_questions
from analysis.settings.report import Municipality, Peers, Report
from analysis.settings.rules import Rules

CONFIG_FILES = {
    "plan": "plan.yml",
    "questionnaire": "questionnaire.yml",
    "columns": "questionnaire_columns.csv",
    "rules": "rules.yml",
    "guards": "guards.yml",
    "report": "report.yml",
    "municipalities": "municipalities.csv",
    "local": "questionnaire.local.yml",
    "kolada": "kolada.yml",
}


@dataclass(frozen=True)
class Settings:
    """All configuration of a run."""

    plan: Plan
    questionnaire: Questionnaire
    rules: Rules
    guards: Guards
    report: Report
    kolada: Kolada
    written: Plan
    """The plan of ``plan.yml``, also where it is another municipality's than `plan`."""
    municipalities: Mapping[str, str] = field(default_factory=dict)
    """Names by code."""
    accepted: tuple[AcceptedLoss, ...] = ()
    """Losses confirmed by the coordinator."""
    configured: bool = True
    """Whether this is the municipality of ``report.yml``."""

    @cached_property
    def codes(self) -> dict[str, str]:
        """Codes of municipalities by their names in small letters, the report's own among them."""
        own = self.report.municipality
        named = {name.casefold(): code for code, name in self.municipalities.items()}
        return {**named, own.name.casefold(): own.code}

    @property
    def rule_values(self) -> dict[str, str]:
        """Every value of ``rules.yml`` and ``guards.yml`` by its place.

        The run record stores them, so that runs under the same rules can be recognised.
        """
        limits = (model.model_dump(by_alias=True) for model in (self.rules, self.guards))
        return {place: value for content in limits for place, value in rule_values(content)}

    def for_municipality(self, wanted: str | None) -> Settings:
        """The same settings for another municipality, by name or code.

        Raises
        ------
        UsageError
            When no municipality has that name or code.
        """
        own = self.report.municipality
        if not wanted or wanted in (own.name, own.code):
            return self
        names = {name.casefold(): code for code, name in self.municipalities.items()}
        code = wanted if wanted in self.municipalities else names.get(wanted.casefold())
        if code is None:
            near = difflib.get_close_matches(wanted.casefold(), names, n=1)
            hint = f"Menades {self.municipalities[names[near[0]]]}?" if near else ""
            raise UsageError(
                "Kommunen är okänd", f"Ingen kommun heter eller har koden ”{wanted}”.", hint
            )
        name = self.municipalities[code]
        other = Municipality(name=name, code=code, organisation=f"{name} kommun")
        # Case, officer, contact, owners and similar municipalities are the configured one's only.
        blank = dict.fromkeys(("reference", "officer", "unit", "belongs_to"), "")
        changes = {
            "municipality": other,
            "comparison": self.report.comparison.model_copy(
                update={"peers": Peers.model_construct(source="", codes=())}
            ),
            "appendix": self.report.appendix.model_copy(update=blank),
            "accessibility": self.report.accessibility.model_copy(
                update={"contact": other.organisation}
            ),
            "owners": {},
        }
        other_report = self.report.model_copy(update=changes)
        plan = self.written.of(code)
        if not plan.adopted:
            other_report = other_report.without_plan()
        return replace(self, report=other_report, plan=plan, configured=False)


def load(folder: Path) -> Settings:
    """Read and check every configuration file.

    Parameters
    ----------
    folder
        The folder that holds the files named in `CONFIG_FILES`.

    Raises
    ------
    ConfigurationError
        With every problem found: unreadable YAML, unknown or missing keys, senseless values,
        and names that do not agree between the files.
    """
    problems: list[Problem] = []
    plan = read_model(folder / CONFIG_FILES["plan"], Plan, problems)
    rules = read_model(folder / CONFIG_FILES["rules"], Rules, problems)
    guards = read_model(folder / CONFIG_FILES["guards"], Guards, problems)
    report = read_model(folder / CONFIG_FILES["report"], Report, problems)
    kolada = read_model(folder / CONFIG_FILES["kolada"], Kolada, problems)
    local = read_model(folder / CONFIG_FILES["local"], LocalColumns, problems)
    municipalities = read_municipalities(folder / CONFIG_FILES["municipalities"], problems)
    questions = read_questions(folder / CONFIG_FILES["columns"], problems)
    if local:
        problems += unknown_keys(local, questions["columns"])
        questions["columns"] = local.added_to(questions["columns"])
    questionnaire = read_model(
        folder / CONFIG_FILES["questionnaire"], Questionnaire, problems, **questions
    )
    if plan and rules and report and questionnaire:
        problems += disagreements(plan, rules, report, questionnaire)
    if kolada and questionnaire and rules:
        problems += unknown_series(kolada, questionnaire, rules)
    if problems or not (plan and rules and guards and report and questionnaire and kolada):
        raise ConfigurationError("Inställningarna behöver rättas", problems=problems)
    accepted = tuple(one for one in local.accepted if one.confirmed) if local else ()
    own = plan.of(report.municipality.code)
    return Settings(
        own, questionnaire, rules, guards, report, kolada, plan, municipalities, accepted
    )
