"""Measures of the source tree: lines of files, lines and statements of functions, missing docstrings."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FILE_LIMIT = 400
STATEMENT_LIMIT = 35


@dataclass(frozen=True)
class Function:
    """One function: where it stands, how long it is, how many statements it holds."""

    where: str
    lines: int
    statements: int
    public_without_docstring: bool


def tracked(*endings: str) -> list[Path]:
    """Files of the tree with one of these endings, generated ones and tests' data left out."""
    out = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    names = (name for name in out.stdout.splitlines() if name.endswith(endings))
    return [
        ROOT / name for name in names if "/migrations/" not in name and "lock" not in name and (ROOT / name).exists()
    ]


def functions(path: Path) -> Iterator[Function]:
    """Every function and method of a Python file, without the functions inside functions."""
    tree = ast.parse(path.read_text())
    yield from _walk(tree, str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else path.name)


def _walk(node: ast.AST, where: str, public: bool = True) -> Iterator[Function]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.ClassDef):
            yield from _walk(child, f"{where}:{child.name}", public and not child.name.startswith("_"))
        elif isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            statements = sum(isinstance(inner, ast.stmt) for inner in ast.walk(child)) - 1
            named = public and not child.name.startswith("_")
            bare = named and ast.get_docstring(child) is None and not _overloaded(child)
            yield Function(f"{where}:{child.name}", (child.end_lineno or 0) - child.lineno + 1, statements, bare)


def _overloaded(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    names = {ast.unparse(decorator).rsplit(".", 1)[-1] for decorator in node.decorator_list}
    return bool(names & {"overload", "override", "setter"})
