"""Finds imports that do not resolve, and where a missing name really lives."""

import ast
import warnings
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path


def imported(source: str) -> Iterator[tuple[str, str | None]]:
    """Find what `source` imports from where: module and name, if there is one.

    The module of a relative import begins with its dots.
    """
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Import(names=names):
                yield from ((alias.name, None) for alias in names)
            case ast.ImportFrom(module=module, names=names, level=level):
                origin = "." * level + (module or "")
                yield from ((origin, alias.name) for alias in names)


def missing_imports(source: str) -> list[str]:
    """Return what `source` imports and nobody offers, as dotted names."""
    return [
        module if name is None else f"{module}.{name}"
        for module, name in imported(source)
        if not _resolves(module, name)
    ]


def relative_imports(source: str) -> list[str]:
    """Return the modules that `source` imports relatively to itself."""
    return [module for module, _ in imported(source) if module.startswith(".")]


def locate(name: str, folder: Path) -> list[str]:
    """Return the modules of the package in `folder` that define class `name`."""
    return [
        ".".join(path.relative_to(folder.parent).with_suffix("").parts)
        for path in sorted(folder.rglob("*.py"))
        if name in _classes(path)
    ]


def _resolves(module: str, name: str | None) -> bool:
    if name is None or not _exists(module):
        return _exists(module)
    with warnings.catch_warnings(action="ignore"):  # a deprecated import is not missing
        return hasattr(import_module(module), name) or _exists(f"{module}.{name}")


def _exists(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:  # a package above it is missing
        return False


def _classes(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.ClassDef)}
