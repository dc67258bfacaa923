"""Which of our code a notebook or module uses: the basis for what a change must rerun.

Read from the import statements, also those inside functions. What is imported only for type
checking does not count: it cannot change a result.
"""

from __future__ import annotations

import ast
import hashlib
import json
import sys
from collections.abc import Iterator
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
    return _digest("\0".join(source), *_imports(ast.parse(code), PACKAGE, package=True))


def module_digest(*modules: str) -> str:
    """Digest of modules (dotted names) and of every module of ours they reach."""
    return _digest("", *modules)


def reached(*modules: str) -> frozenset[str]:
    """Paths, in the package's folder, of every file of ours that modules (dotted names) reach.

    Examples
    --------
    >>> sorted(reached("analysis.store"))
    ['__init__.py', 'store.py']
    """
    files: set[Path] = set().union(*(_reached(module) for module in modules))
    return frozenset(path.relative_to(SOURCE).as_posix() for path in files)


def python_version() -> str:
    """Version of Python, part of what everything depends on."""
    return ".".join(map(str, sys.version_info[:3]))


def _digest(start: str, *modules: str) -> str:
    digest = hashlib.sha256(start.encode())
    for name in sorted(reached(*modules)):
        digest.update(name.encode() + b"\0" + (SOURCE / name).read_bytes())
    return digest.hexdigest()


@cache
def _reached(module: str) -> frozenset[Path]:
    """Files of a module and everything of ours it imports, directly or not."""
    found: set[Path] = set()
    seen: set[str] = set()
    waiting = [module]
    while waiting:
        name = waiting.pop()
        path = _path(name)
        if path is None or name in seen:
            continue
        seen.add(name)
        text = path.read_text(encoding="utf-8")
        package = path.name == "__init__.py"
        found.add(path)
        # A package that is imported by name, or a module that asks where it lies, may read the
        # files beside it (assets, templates); code that only passes the package does not.
        if package or "__file__" in text:
            found |= _beside(path.parent)
        waiting += _imports(ast.parse(text), name, package=package)
        found |= _passed(name)
    return frozenset(found)


def _imports(tree: ast.AST, module: str, *, package: bool) -> list[str]:
    """Dotted names of ours that a syntax tree imports."""
    names: list[str] = []
    for node in _executed(tree):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            origin = node.module or ""
            if node.level:
                parts = module.split(".")
                kept = parts[: len(parts) - node.level + (1 if package else 0)]
                origin = ".".join([*kept, origin] if origin else kept)
            inner = [f"{origin}.{alias.name}" for alias in node.names]
            # `from package import module` needs the module; only a name in the package itself
            # makes the package one that is imported by name.
            names += [name if _path(name) else origin for name in inner]
    return [name for name in names if name == PACKAGE or name.startswith(PACKAGE + ".")]


def _executed(tree: ast.AST) -> Iterator[ast.AST]:
    """Every node of a tree but those under ``if TYPE_CHECKING:``."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            waiting += node.orelse
        else:
            waiting += ast.iter_child_nodes(node)


def _passed(module: str) -> set[Path]:
    """The ``__init__.py`` of the packages above a module: importing it runs them."""
    parts = module.split(".")
    above = (".".join(parts[:end]) for end in range(1, len(parts)))
    return {path for name in above if (path := _path(name))}


def _path(module: str) -> Path | None:
    parts = module.split(".")[1:]
    base = SOURCE.joinpath(*parts)
    if (base / "__init__.py").is_file():
        return base / "__init__.py"
    file = base.with_suffix(".py")
    return file if parts and file.is_file() else None


def _beside(folder: Path) -> set[Path]:
    """Data files of a package, apart from those of packages inside it."""
    if folder == SOURCE:
        return set()
    found: set[Path] = set()
    for path in folder.iterdir():
        if path.name.startswith((".", "__pycache__")):
            continue
        if path.is_dir() and not (path / "__init__.py").is_file():
            found |= {file for file in path.rglob("*") if _is_data(file)}
        elif _is_data(path):
            found.add(path)
    return found


def _is_data(path: Path) -> bool:
    return path.is_file() and path.suffix not in (".py", ".pyc") and path.name != "py.typed"
