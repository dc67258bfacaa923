"""Reads one file of ``config/``, with line numbers and Swedish messages for pydantic's errors."""

from __future__ import annotations

import csv
import difflib
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from analysis import swedish
from analysis.errors import Problem
from analysis.settings.model import FaultInside

NOT_ASKED = "ej ställd"
"""Cell of the column map for a question that a version does not have."""

BACKGROUND = "bakgrund"
"""Group of the rows that are not questions."""
OF_QUESTION = ("in_text", "text", "verified", "source")
YES_OR_NO = {"ja": True, "nej": False}

# libyaml reads ten times as fast; it is in every wheel, the fallback is for other builds.
_Fast: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Loader(_Fast):  # type: ignore[misc]
    """Leaves dates as text: YAML fails on 30 February, whereas the models name the key."""

    yaml_implicit_resolvers = {  # noqa: RUF012
        first: [(tag, form) for tag, form in forms if not tag.endswith(":timestamp")]
        for first, forms in _Fast.yaml_implicit_resolvers.items()
    }


Key = tuple[str | int, ...]
ModelT = TypeVar("ModelT", bound=BaseModel)


def read_model(
    path: Path, model: type[ModelT], problems: list[Problem], **extra: object
) -> ModelT | None:
    """One YAML file as a checked model.

    Parameters
    ----------
    path
        The file.
    model
        The model that the file must fit.
    problems
        Receives the problems, each with line and key.
    extra
        Values from other sources than the file.

    Returns
    -------
    ModelT or None
        None when there were problems.
    """
    where = f"{path.parent.name}/{path.name}"
    text = _read_text(path, problems)
    if text is None:
        return None
    read = _parsed(text, where)
    if isinstance(read, Problem):
        problems.append(read)
        return None
    node, content = read
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
        faults = error.errors()
        places = [(*fault["loc"], *_inside(fault)) for fault in faults]
        problems += [
            Problem(*_explain(fault, content), where=_place(where, place, lines))
            for fault, place in zip(faults, places, strict=True)
            # Problems of values from other sources were reported where they were read.
            if not set(place[:1]) & extra.keys()
            # A list is not too short because of an item that is told by itself.
            and not (fault["type"] == "too_short" and _holds_another(place, places))
        ]
        return None


def _inside(fault: Mapping[str, Any]) -> Key:
    error = fault.get("ctx", {}).get("error")
    return error.place if isinstance(error, FaultInside) else ()


def _holds_another(place: Key, places: Sequence[Key]) -> bool:
    return any(len(one) > len(place) and one[: len(place)] == place for one in places)


def _parsed(text: str, where: str) -> tuple[yaml.Node, dict[str, Any]] | Problem:
    """The tree of a YAML text and its content, or why it cannot be read."""
    try:
        if problem := alias_problem(text, where):
            return problem
        node = yaml.compose(text, Loader=Loader)
        content = Loader("").construct_document(node) if node else None
    except RecursionError:
        return Problem("Filen har indrag i för många nivåer.", "Hämta originalet.", where)
    except yaml.reader.ReaderError as error:
        row = text[: error.position].count("\n") + 1
        cause = "Raden innehåller ett tecken som inte får stå i filen."
        return Problem(cause, "Skriv om raden.", f"{where}, rad {row}")
    except yaml.MarkedYAMLError as error:
        row = error.problem_mark.line + 1 if error.problem_mark else 1
        fix = "Kontrollera indrag, kolon och citattecken på raden och raden före."
        return Problem("Raden är felskriven och kan inte läsas.", fix, f"{where}, rad {row}")
    if not isinstance(content, dict) or node is None:
        return Problem("Filen är tom eller har fel form.", "Se originalet.", where)
    return node, content


def alias_problem(text: str, where: str, first_line: int = 1) -> Problem | None:
    """The problem of a YAML text that uses an alias, found before aliases are expanded.

    A few lines of nested aliases can expand to millions of values, and no file here needs an alias.

    Raises
    ------
    yaml.YAMLError
        When the text is not YAML.
    """
    if "*" not in text:
        return None
    for event in yaml.parse(text, Loader=Loader):
        if isinstance(event, yaml.AliasEvent) and event.start_mark:
            return Problem(
                "Värdet börjar med tecknet *, som hänvisar till en annan rad. Det går inte.",
                "Skriv ut värdet på raden. Ska texten börja med *: sätt citattecken om den.",
                f"{where}, rad {event.start_mark.line + first_line}",
            )
    return None


def _positions(root: yaml.Node) -> tuple[dict[Key, int], list[Key]]:
    """Line (from 1) of every key path of a YAML tree, and the repeated key paths."""
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
    # A missing key has no line of its own, so its nearest parent's line is given.
    known = next(key[:end] for end in range(len(key), -1, -1) if key[:end] in lines)
    dotted = "".join(f"[{k + 1}]" if isinstance(k, int) else f".{k}" for k in key).lstrip(".")
    row = f", rad {lines[known]}"
    return f"{where}{row}, {dotted}" if dotted else f"{where}{row}"


_DATE, _GROUP = "ett datum (ÅÅÅÅ-MM-DD)", "en grupp av rader med indrag"
_TYPES = {
    **dict.fromkeys(("int_parsing", "int_type", "int_from_float"), "ett heltal"),
    **dict.fromkeys(("float_parsing", "float_type"), "ett tal"),
    **dict.fromkeys(("bool_parsing", "bool_type"), "true eller false"),
    **dict.fromkeys(("date_from_datetime_parsing", "date_parsing", "date_type"), _DATE),
    **dict.fromkeys(("dict_type", "mapping_type"), _GROUP),
    **dict.fromkeys(("model_type", "model_attributes_type"), _GROUP),
    "string_type": "text",
    "tuple_type": "en lista",
}
_BOUNDS = {
    "greater_than_equal": ("litet", "minst", "ge"),
    "greater_than": ("litet", "större än", "gt"),
    "less_than_equal": ("stort", "högst", "le"),
    "less_than": ("stort", "mindre än", "lt"),
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
        return f"Värdet {_shown(value)} ska vara {_TYPES[kind]}.", "Rätta värdet."
    if kind == "literal_error":
        return (
            f"Värdet {_shown(value)} går inte att använda.",
            f"Välj {limits['expected']}.".replace(" or ", " eller "),
        )
    if kind in _BOUNDS:
        size, words, limit = _BOUNDS[kind]
        return f"Värdet {value} är för {size}.", f"Det ska vara {words} {limits[limit]:g}."
    if kind == "too_short":
        least = limits["min_length"]
        return (
            f"Listan är för kort. Den ska ha minst {swedish.count(least, 'värde', 'värden')}.",
            "Lägg till det som saknas.",
        )
    if kind == "string_too_short":
        return "Värdet är tomt eller för kort.", "Fyll i det."
    if kind == "string_pattern_mismatch":
        return f"Värdet {_shown(value)} har fel form.", "Se hur de andra är skrivna."
    if kind == "value_error":
        sentence = str(limits.get("error", fault["msg"]))
        return f"{sentence[:1].upper()}{sentence[1:]}.", "Rätta värdena."
    return f"Värdet {_shown(value)} kan inte användas.", "Se hur originalet är skrivet."


def _shown(value: object) -> str:
    """A value roughly as written in the file."""
    if isinstance(value, str):
        return f"”{value}”"
    if isinstance(value, bool):
        return str(value).lower()
    return "(tomt)" if value is None else str(value)


def _siblings(content: object, location: Sequence[str | int]) -> list[str]:
    for key in location[:-1]:
        try:
            content = content[key]  # type: ignore[index]
        except (KeyError, IndexError, TypeError):
            return []
    return [str(key) for key in content] if isinstance(content, dict) else []


def read_questions(path: Path, problems: list[Problem]) -> dict[str, Any]:
    """The questions, the background fields and their headers, in the form for `Questionnaire`.

    Parameters
    ----------
    path
        A CSV file with a row per question or field: ``key, group, short, in_text, text, verified,
        source``
        and a column of headers for each version of the questionnaire.
    problems
        Takes what is wrong, each with its row.

    Returns
    -------
    dict
        ``items``, ``fields`` and ``columns``.
    """
    items: list[dict[str, Any]] = []
    fields: dict[str, str] = {}
    columns: dict[str, dict[str, tuple[str, ...] | None]] = {}
    for row in _read_rows(path, ("key", "group", "short"), problems):
        told = {name: row.pop(name, "") for name in ("key", "group", "short", *OF_QUESTION)}
        key = told["key"]
        if told["group"] == BACKGROUND:
            fields[key] = told["short"]
        elif told["verified"] not in YES_OR_NO or not all(told[name] for name in OF_QUESTION):
            problems.append(
                Problem(
                    f"Frågan ”{key}” saknar text, form i löptext, källa eller uppgift om den är "
                    "stämd av.",
                    "Fyll i text, in_text (till exempel ”handläggningstiden”) och source, och "
                    "skriv ja eller nej i verified.",
                    f"config/{path.name}",
                )
            )
        else:
            items.append({**told, "verified": YES_OR_NO[told["verified"]]})
        columns[key] = {
            version: None
            if cell == NOT_ASKED
            else tuple(name.strip() for name in cell.split("|") if name.strip())
            for version, cell in row.items()
        }
    if columns and not items:
        cause = "Filen har inga frågor."
        problems.append(Problem(cause, "Hämta originalet.", f"config/{path.name}"))
    return {"items": items, "fields": fields, "columns": columns}


def read_municipalities(path: Path, problems: list[Problem]) -> dict[str, str]:
    """Names of municipalities by code.

    Parameters
    ----------
    path
        A CSV file with ``kod`` and ``kommun``.
    problems
        Takes what is wrong, each with its row.
    """
    return {row["kod"]: row["kommun"] for row in _read_rows(path, ("kod", "kommun"), problems)}


def _read_rows(
    path: Path, needed: tuple[str, ...], problems: list[Problem]
) -> list[dict[str, str]]:
    """Rows of a CSV file with all required cells filled; other rows are reported as problems."""
    text = _read_text(path, problems)
    if text is None:
        return []
    # A Swedish Excel saves with semicolons.
    delimiter = ";" if text.startswith(f"{needed[0]};") else ","
    where, rows = f"config/{path.name}", []
    reader = csv.DictReader(io.StringIO(text), delimiter=delimiter)
    if missing := [name for name in needed if name not in (reader.fieldnames or ())]:
        cause = f"Kolumnen {swedish.listing([f'”{name}”' for name in missing])} saknas."
        problems.append(Problem(cause, "Se originalets första rad.", f"{where}, rad 1"))
        return []
    for number, cells in enumerate(reader, start=2):
        whole = None not in cells
        row = {name: (cell or "").strip() for name, cell in cells.items() if name is not None}
        if whole and all(row.get(name) for name in needed):
            rows.append(row)
        else:
            problems.append(
                Problem("Raden har fel antal kolumner.", "Rätta raden.", f"{where}, rad {number}")
            )
    return rows


def _read_text(path: Path, problems: list[Problem]) -> str | None:
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        cause, fix = "Filen saknas.", "Hämta tillbaka den ur programmets original."
    except UnicodeDecodeError:
        cause = "Filen är sparad med en annan teckenkodning än UTF-8, så å, ä och ö kan inte läsas."
        fix = "Öppna den i Anteckningar, välj Spara som och kodningen UTF-8."
    problems.append(Problem(cause, fix, f"config/{path.name}"))
    return None
