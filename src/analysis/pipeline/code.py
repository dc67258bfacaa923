"""Which of our code a notebook or module uses: the basis for what a change must rerun."""

from __future__ import annotations

import ast
import hashlib
import json
from functools import cache
from pathlib import Path

PACKAGE = "analysis"
SOURCE = Path(__file__).resolve().parents[1]


def notebook_digest(template: Path) -> str:
    """Digest of a notebook's source and of every module of ours it reaches.

    Outputs and metadata of the template do not count.
    """
    cells = json.loads(template.read_text(encoding="utf-8"))["cells"]
    source = ["".join(cell["source"]) for cell in cells]
    code = "\n".join(
        text for cell, text in zip(cells, source, strict=True) if cell["cell_type"] == "code"
    )
    return _digest("\0".join(source), *_imports(ast.parse(code), PACKAGE))


def module_digest(*modules: str) -> str:
    """Digest of modules (dotted names) and of every module of ours they reach."""
    return _digest("", *modules)


def _digest(start: str, *modules: str) -> str:
    digest = hashlib.sha256(start.encode())
    for path in sorted(set().union(*(_reached(module) for module in modules), set())):
        digest.update(str(path.relative_to(SOURCE)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


@cache
def _reached(module: str) -> frozenset[Path]:
    """Files of a module and everything of ours it imports, directly or not."""
    found: set[Path] = set()
    waiting = [module]
    while waiting:
        name = waiting.pop()
        path = _path(name)
        if path is None or path in found:
            continue
        found.add(path)
        if path.suffix == ".py":
            # Data files beside a package's code (assets, templates) belong to it.
            if path.name == "__init__.py":
                found |= {p for p in path.parent.rglob("*") if _is_data(p)}
            waiting += _imports(ast.parse(path.read_text(encoding="utf-8")), name)
        waiting.append(name.rpartition(".")[0])
    return frozenset(found)


def _imports(tree: ast.AST, module: str) -> list[str]:
    names: list[str] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return [name for name in names if name == PACKAGE or name.startswith(PACKAGE + ".")]


def _path(module: str) -> Path | None:
    if not module:
        return None
    parts = module.split(".")[1:]
    base = SOURCE.joinpath(*parts)
    if (base / "__init__.py").is_file():
        return base / "__init__.py"
    file = base.with_suffix(".py")
    return file if parts and file.is_file() else None


def _is_data(path: Path) -> bool:
    return path.is_file() and path.suffix != ".py" and "__pycache__" not in path.parts
