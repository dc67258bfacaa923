"""Reading ``config/``: YAML with line numbers, Swedish messages for everything pydantic refuses.

All problems of all files are told at once, each with file, line and key.
"""

from __future__ import annotations

import csv
import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from analysis.errors import ConfigurationError, Problem, UsageError
from analysis.settings.kolada import Kolada
from analysis.settings.local import LocalColumns
from analysis.settings.plan import Plan
from analysis.settings.questionnaire import Questionnaire
from analysis.settings.report import Municipality, Report
from analysis.settings.rules import Rules

CONFIG_FILES = {
    "plan": "plan.yml",
    "questionnaire": "questionnaire.yml",
    "columns": "questionnaire_columns.csv",
    "rules": "rules.yml",
    "report": "report.yml",
    "municipalities": "municipalities.csv",
    "local": "questionnaire.local.yml",
    "kolada": "kolada.yml",
}
NOT_ASKED = "ej ställd"
"""Cell of the column map for a question that a version does not have."""

# libyaml reads ten times as fast; it is in every wheel, the fallback is for other builds.
LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

Key = tuple[str | int, ...]
ModelT = TypeVar("ModelT", bound=BaseModel)


@dataclass(frozen=True)
class Settings:
    """All configuration of a run."""

    plan: Plan
    questionnaire: Questionnaire
    rules: Rules
    report: Report
    kolada: Kolada
    municipalities: Mapping[str, str] = field(default_factory=dict)
    """Names by code."""

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
        # Case, officer and contact are those of the configured municipality.
        blank = dict.fromkeys(("reference", "officer", "unit", "belongs_to"), "")
        changes = {
            "municipality": other,
            "appendix": self.report.appendix.model_copy(update=blank),
            "accessibility": self.report.accessibility.model_copy(
                update={"contact": other.organisation}
            ),
        }
        return replace(self, report=self.report.model_copy(update=changes))


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
    plan = _read(folder / CONFIG_FILES["plan"], Plan, problems)
    rules = _read(folder / CONFIG_FILES["rules"], Rules, problems)
    report = _read(folder / CONFIG_FILES["report"], Report, problems)
    kolada = _read(folder / CONFIG_FILES["kolada"], Kolada, problems)
    local = _read(folder / CONFIG_FILES["local"], LocalColumns, problems)
    columns = _column_map(folder / CONFIG_FILES["columns"], problems)
    if local:
        problems += _unknown_keys(local, columns)
        columns = local.added_to(columns)
    questionnaire = _read(
        folder / CONFIG_FILES["questionnaire"], Questionnaire, problems, columns=columns
    )
    if plan and rules and questionnaire:
        problems += _disagreements(plan, rules, questionnaire)
    if kolada and questionnaire and rules:
        problems += _unknown_series(kolada, questionnaire, rules)
    if problems or not (plan and rules and report and questionnaire and kolada):
        raise ConfigurationError("Inställningarna behöver rättas", problems=problems)
    with (folder / CONFIG_FILES["municipalities"]).open(encoding="utf-8", newline="") as file:
        municipalities = {row["kod"]: row["kommun"] for row in csv.DictReader(file)}
    return Settings(plan, questionnaire, rules, report, kolada, municipalities)


def _read(
    path: Path, model: type[ModelT], problems: list[Problem], **extra: object
) -> ModelT | None:
    where = f"config/{path.name}"
    try:
        text = path.read_text(encoding="utf-8-sig")
        node = yaml.compose(text, Loader=LOADER)
        content = LOADER("").construct_document(node) if node else None
    except FileNotFoundError:
        problems.append(
            Problem("Filen saknas.", "Hämta tillbaka den ur projektets original.", where)
        )
        return None
    except UnicodeDecodeError:
        problems.append(
            Problem("Filen är inte sparad som UTF-8.", "Spara om den som UTF-8.", where)
        )
        return None
    except yaml.MarkedYAMLError as error:
        row = error.problem_mark.line + 1 if error.problem_mark else 1
        problems.append(
            Problem(
                "Raden kan inte tolkas som YAML.",
                "Kontrollera indrag, kolon och citattecken på raden och raden före.",
                f"{where}, rad {row}",
            )
        )
        return None
    if not isinstance(content, dict) or node is None:
        problems.append(Problem("Filen är tom eller har fel form.", "Se originalet.", where))
        return None
    lines, repeated = _positions(node)
    problems += [
        Problem(
            f"Nyckeln ”{key[-1]}” står två gånger.", "Ta bort den ena.", _place(where, key, lines)
        )
        for key in repeated
    ]
    try:
        return model.model_validate({**content, **extra})
    except ValidationError as error:
        problems += [
            Problem(
                *_explain(fault, content),
                where=_place(where, tuple(fault["loc"]), lines),
            )
            for fault in error.errors()
        ]
        return None


def _positions(root: yaml.Node) -> tuple[dict[Key, int], list[Key]]:
    """Line (from 1) of every key path of a YAML tree, and the key paths that stand twice."""
    lines: dict[Key, int] = {}
    repeated: list[Key] = []

    def walk(node: yaml.Node, path: Key) -> None:
        lines.setdefault(path, node.start_mark.line + 1)
        if isinstance(node, yaml.MappingNode):
            for key_node, value in node.value:
                key = (*path, str(key_node.value))
                if key in lines:
                    repeated.append(key)
                lines[key] = key_node.start_mark.line + 1
                walk(value, key)
        elif isinstance(node, yaml.SequenceNode):
            for position, value in enumerate(node.value):
                walk(value, (*path, position))

    walk(root, ())
    return lines, repeated


def _place(where: str, key: Key, lines: Mapping[Key, int]) -> str:
    # A missing key has no line of its own: the nearest parent's line is the place to look.
    known = next(key[:end] for end in range(len(key), -1, -1) if key[:end] in lines)
    dotted = "".join(f"[{k + 1}]" if isinstance(k, int) else f".{k}" for k in key).lstrip(".")
    row = f", rad {lines[known]}"
    return f"{where}{row}, {dotted}" if dotted else f"{where}{row}"


_TYPES = {
    "int_parsing": "ett heltal",
    "int_type": "ett heltal",
    "int_from_float": "ett heltal",
    "float_parsing": "ett tal",
    "float_type": "ett tal",
    "string_type": "text",
    "bool_parsing": "true eller false",
    "bool_type": "true eller false",
    "date_from_datetime_parsing": "ett datum (ÅÅÅÅ-MM-DD)",
    "date_parsing": "ett datum (ÅÅÅÅ-MM-DD)",
    "date_type": "ett datum (ÅÅÅÅ-MM-DD)",
    "tuple_type": "en lista",
    "dict_type": "en grupp av nycklar",
    "mapping_type": "en grupp av nycklar",
    "model_type": "en grupp av nycklar",
    "model_attributes_type": "en grupp av nycklar",
}


def _explain(fault: Mapping[str, Any], content: object) -> tuple[str, str]:
    """Cause and fix, in Swedish, of one pydantic error."""
    kind, value, limits = fault["type"], fault["input"], fault.get("ctx", {})
    key = fault["loc"][-1] if fault["loc"] else ""
    if kind == "extra_forbidden":
        return f"Nyckeln ”{key}” känns inte igen.", "Kontrollera stavningen eller ta bort den."
    if kind == "missing":
        present = _siblings(content, fault["loc"])
        near = difflib.get_close_matches(str(key), present, n=1)
        hint = f" Menades ”{near[0]}”?" if near else ""
        return f"Nyckeln ”{key}” saknas.", f"Lägg till den.{hint}"
    if kind in _TYPES:
        return f"Värdet {value!r} ska vara {_TYPES[kind]}.", "Rätta värdet."
    if kind == "literal_error":
        return f"Värdet {value!r} går inte att använda.", f"Välj {limits['expected']}.".replace(
            " or ", " eller "
        )
    if kind in ("greater_than_equal", "greater_than"):
        bound = limits.get("ge", limits.get("gt"))
        return f"Värdet {value} är för litet.", f"Det ska vara minst {bound}."
    if kind in ("less_than_equal", "less_than"):
        bound = limits.get("le", limits.get("lt"))
        return f"Värdet {value} är för stort.", f"Det ska vara högst {bound}."
    if kind in ("string_too_short", "too_short"):
        return "Värdet är tomt eller för kort.", "Fyll i det."
    if kind == "string_pattern_mismatch":
        return f"Värdet {value!r} har fel form.", "Se hur de andra är skrivna."
    if kind == "value_error":
        sentence = str(limits.get("error", fault["msg"]))
        return f"{sentence[:1].upper()}{sentence[1:]}.", "Rätta värdena."
    return f"Värdet {value!r} kan inte användas.", "Se hur originalet är skrivet."


def _siblings(content: object, location: Sequence[str | int]) -> list[str]:
    for key in location[:-1]:
        try:
            content = content[key]  # type: ignore[index]
        except (KeyError, IndexError, TypeError):
            return []
    return [str(key) for key in content] if isinstance(content, dict) else []


def _column_map(
    path: Path, problems: list[Problem]
) -> dict[str, dict[str, tuple[str, ...] | None]]:
    """Headers by canonical key and questionnaire version, from the CSV column map."""
    where = f"config/{path.name}"
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            # A Swedish Excel saves with semicolons.
            delimiter = ";" if file.readline().startswith("key;") else ","
            file.seek(0)
            rows = list(csv.DictReader(file, delimiter=delimiter))
    except FileNotFoundError:
        problems.append(
            Problem("Filen saknas.", "Hämta tillbaka den ur projektets original.", where)
        )
        return {}
    except UnicodeDecodeError:
        problems.append(
            Problem("Filen är inte sparad som UTF-8.", "Spara om den som UTF-8.", where)
        )
        return {}
    columns: dict[str, dict[str, tuple[str, ...] | None]] = {}
    for number, row in enumerate(rows, start=2):
        key = (row.pop("key", None) or "").strip()
        if not key or None in row:
            problems.append(
                Problem("Raden har fel antal kolumner.", "Rätta raden.", f"{where}, rad {number}")
            )
            continue
        columns[key] = {
            version: None
            if (cell or "").strip() == NOT_ASKED
            else tuple(name.strip() for name in (cell or "").split("|") if name.strip())
            for version, cell in row.items()
        }
    return columns


def _disagreements(plan: Plan, rules: Rules, questionnaire: Questionnaire) -> list[Problem]:
    """Names that one file uses and another does not know."""
    areas, factors = set(questionnaire.area_keys), set(questionnaire.factor_keys)
    items = set(questionnaire.item_keys)
    measures = items | set(questionnaire.groups)
    used: list[tuple[str, str, str, set[str]]] = [
        *(("config/plan.yml", "areas.named", key, areas) for key in plan.areas.named),
        *(("config/plan.yml", "areas.judged", key, areas) for key in plan.areas.judged),
        *(("config/plan.yml", "goals", goal.measure, measures) for goal in plan.goals),
        *(("config/plan.yml", "baselines", base.measure, measures) for base in plan.baselines),
        *(
            ("config/plan.yml", f"activities, aktivitet {activity.number}, aims_at", key, factors)
            for activity in plan.activities
            for key in activity.aims_at
        ),
        *(
            ("config/rules.yml", f"totals.definitions.{name}.areas", key, areas)
            for name, total in rules.totals.definitions.items()
            for key in total.areas
        ),
        *(
            ("config/rules.yml", "index.nki_weights", key, set(questionnaire.groups["nki"]))
            for key in rules.index.nki_weights.value
        ),
        *(
            ("config/questionnaire_columns.csv", "key", key, items | _background(questionnaire))
            for key in questionnaire.columns
        ),
    ]
    problems = [
        Problem(
            f"”{key}” finns inte i config/questionnaire.yml.",
            _nearest(key, known),
            f"{file}, {place}",
        )
        for file, place, key, known in used
        if key not in known
    ]
    versions = {version.key for version in questionnaire.versions}
    for key in (*questionnaire.item_keys, *sorted(_background(questionnaire))):
        missing = versions - set(questionnaire.columns.get(key, {}))
        if missing:
            problems.append(
                Problem(
                    f"”{key}” saknar rubrik för version {', '.join(sorted(missing))}.",
                    f"Lägg till en rad eller kolumn; skriv ”{NOT_ASKED}” om frågan inte fanns.",
                    "config/questionnaire_columns.csv",
                )
            )
    bands = {band.key for band in rules.grades.bands}
    problems += [
        Problem(
            f"Betyget ”{base.grade}” finns inte i config/rules.yml.",
            _nearest(base.grade, bands),
            "config/plan.yml, baselines",
        )
        for base in plan.baselines
        if base.grade not in bands
    ]
    return problems


def _unknown_keys(local: LocalColumns, columns: Mapping[str, object]) -> list[Problem]:
    """Local headers of keys that the column map does not have."""
    return [
        Problem(
            f"”{column.key}” finns inte i config/questionnaire_columns.csv.",
            _nearest(column.key, set(columns)),
            f"config/{CONFIG_FILES['local']}, columns, {column.header}",
        )
        for column in local.columns
        if column.key not in columns
    ]


def _unknown_series(kolada: Kolada, questionnaire: Questionnaire, rules: Rules) -> list[Problem]:
    """Series of Kolada that fill a cell nobody knows."""
    measures = {*questionnaire.groups, *questionnaire.item_keys}
    scopes = {"total", *questionnaire.area_keys}
    definitions = {"", *rules.totals.definitions}
    return [
        Problem(
            f"”{name}” finns inte i config/questionnaire.yml eller config/rules.yml.",
            _nearest(name, known),
            f"config/{CONFIG_FILES['kolada']}, {kpi.id}",
        )
        for kpi in kolada.kpis
        for name, known in (
            (kpi.measure, measures),
            (kpi.scope, scopes),
            (kpi.definition or "", definitions),
        )
        if name not in known
    ]


def _background(questionnaire: Questionnaire) -> set[str]:
    return {field.key for field in questionnaire.background}


def _nearest(key: str, known: set[str]) -> str:
    near = difflib.get_close_matches(key, sorted(known), n=1)
    return f"Menades ”{near[0]}”?" if near else f"Välj bland: {', '.join(sorted(known))}."
