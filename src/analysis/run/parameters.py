"""Typed notebook parameters: the declarations of a template, and a check of the values given.

Papermill only warns about an unknown parameter; here unknown parameters and wrong types are errors.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat
from pydantic import TypeAdapter, ValidationError

TYPES = {"int": int, "str": str, "bool": bool, "float": float, "list": list, "dict": dict}


def declared(template: Path) -> dict[str, Any]:
    """Names and types of the parameters that a template declares.

    Parameters
    ----------
    template
        A notebook with one cell tagged ``parameters`` of annotated assignments,
        for example ``year: int = 2024``.
    """
    notebook = nbformat.read(template, as_version=4)
    cells = [c for c in notebook.cells if "parameters" in c.metadata.get("tags", [])]
    if len(cells) != 1:
        raise ValueError(f"{template.name} must have one cell tagged parameters")
    found: dict[str, Any] = {}
    for statement in ast.parse(cells[0].source).body:
        if not (isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name)):
            raise ValueError(f"{template.name}: a parameter must be annotated")
        found[statement.target.id] = _type(statement.annotation, template.name)
    return found


def checked(template: Path, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values, checked against the template's declaration.

    Raises
    ------
    ValueError
        On an unknown, missing or wrongly typed parameter.
    """
    types = declared(template)
    unknown = sorted(set(values) - set(types))
    missing = sorted(set(types) - set(values))
    if unknown or missing:
        raise ValueError(
            f"{template.name}: unknown parameters {unknown}, missing parameters {missing}"
        )
    try:
        return {
            name: TypeAdapter(types[name]).validate_python(value, strict=True)
            for name, value in values.items()
        }
    except ValidationError as error:
        raise ValueError(f"{template.name}: {error}") from error


def _type(annotation: ast.expr, where: str) -> Any:
    """The type of an annotation: a name in `TYPES`, or a generic of such names (``list[str]``)."""
    if isinstance(annotation, ast.Name) and annotation.id in TYPES:
        return TYPES[annotation.id]
    if isinstance(annotation, ast.Subscript):
        inner = annotation.slice
        parts = inner.elts if isinstance(inner, ast.Tuple) else [inner]
        outer = _type(annotation.value, where)
        return outer[tuple(_type(part, where) for part in parts)]
    raise ValueError(f"{where}: a parameter cannot be of type {ast.unparse(annotation)}")
