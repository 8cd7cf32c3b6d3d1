"""What a module leads to by its imports: our own modules, and the top-level modules of others."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]

_OURS = ("shared", "services")


class Reach(NamedTuple):
    """What belongs to a module.

    Attributes:
        files: Our own modules, packages' `__init__.py` among them, in order.
        foreign: Top-level modules that are neither ours nor Python's.
        standard: Top-level modules of Python's own library.
    """

    files: tuple[Path, ...]
    foreign: frozenset[str]
    standard: frozenset[str]


def reach(entry: str) -> Reach:
    """Follows the imports of one of our modules at any depth, those on first use too.

    A package that is only on the way to a module counts with what it imports at its own import. What is imported for
    type checking only does not count.

    Args:
        entry: The dotted name of a module in `services` or `shared`.
    """
    on_the_way: set[Path] = set()
    whole: set[Path] = set()
    foreign: set[str] = set()
    waiting = [entry]
    while waiting:
        name = waiting.pop()
        if name.split(".")[0] not in _OURS:
            foreign.add(name.split(".")[0])
            continue
        *packages, file = _files(name)
        for package in packages:
            if package not in on_the_way | whole:
                on_the_way.add(package)
                waiting += _imported(package, at_import=True)
        if file not in whole:
            whole.add(file)
            waiting += _imported(file, at_import=False)
    standard = foreign & sys.stdlib_module_names
    return Reach(tuple(sorted(on_the_way | whole)), frozenset(foreign - standard), frozenset(standard))


def _files(name: str) -> list[Path]:
    """The files that the import of a name runs, its packages' first. The last part may be a name in a module."""
    files = []
    path = ROOT
    for part in name.split("."):
        path /= part
        if path.is_dir():
            files.append(path / "__init__.py")
        elif path.with_suffix(".py").is_file():
            files.append(path.with_suffix(".py"))
    return files


def _imported(file: Path, at_import: bool) -> Iterator[str]:
    for node in _statements(ast.parse(file.read_text()), at_import):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _statements(node: ast.AST, at_import: bool) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        if at_import and isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if isinstance(child, ast.If) and ast.unparse(child.test) in ("TYPE_CHECKING", "typing.TYPE_CHECKING"):
            continue
        yield child
        yield from _statements(child, at_import)
