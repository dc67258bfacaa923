"""Lines of code of ``src/analysis`` by package: without blanks, comments and docstrings.

``python benchmarks/code_lines.py [FOLDER]``
"""

from __future__ import annotations

import ast
import io
import sys
import tokenize
from collections import Counter
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[1] / "src" / "analysis"
SILENT = {
    *(tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE),
    *(tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER),
}


def code_lines(text: str) -> int:
    """Lines of a module that hold code."""
    documented = {
        line
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
        for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }
    held = {
        line
        for token in tokenize.generate_tokens(io.StringIO(text).readline)
        if token.type not in SILENT
        for line in range(token.start[0], token.end[0] + 1)
    }
    return len(held - documented)


def by_package(source: Path) -> Counter[str]:
    """Lines of code of each package below a folder, and of its own modules."""
    found: Counter[str] = Counter()
    for path in source.rglob("*.py"):
        parts = path.relative_to(source).parts
        found[parts[0] if len(parts) > 1 else "."] += code_lines(path.read_text(encoding="utf-8"))
    return found


def main() -> None:
    """Print a table."""
    found = by_package(Path(sys.argv[1]) if len(sys.argv) > 1 else SOURCE)
    for package, lines in [*sorted(found.items()), ("all", found.total())]:
        print(f"{package:<12}{lines:>7,}")


if __name__ == "__main__":
    main()
