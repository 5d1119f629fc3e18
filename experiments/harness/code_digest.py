"""Which code made a record: a digest of an experiment's module that words, comments and layout do not change."""

from __future__ import annotations

import ast
import hashlib
from pathlib import Path
from typing import Any

METADATA = frozenset({"COST", "PAPER", "CLAIMS", "PREREGISTRATION", "PRESETS", "about"})
"""Names whose values decide no number, or, as presets, only through the configuration, which a record keeps whole."""


def module_digest(module: Any) -> str | None:
    """SHA-256 of the syntax tree of an experiment's module, docstrings and metadata left out, 16 digits of it.

    None for a module without a file.
    """
    path = getattr(module, "__file__", None)
    return None if path is None else source_digest(Path(path).read_text(encoding="utf-8"))


def source_digest(source: str) -> str:
    """The same of a source text.

    >>> source_digest("x = 1  # one") == source_digest("x = 1")
    True
    """
    tree = ast.parse(source)
    tree.body = [node for node in tree.body if not _is_metadata(node)]
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list):
            node.body = [part for part in body if not _is_words(part)] or [ast.Pass()]  # type: ignore[attr-defined]
    return hashlib.sha256(ast.dump(tree).encode()).hexdigest()[:16]


def _is_metadata(node: ast.stmt) -> bool:
    match node:
        case ast.Assign(targets=targets):
            return any(isinstance(target, ast.Name) and target.id in METADATA for target in targets)
        case ast.ImportFrom(names=[ast.alias(asname=name)]) | ast.FunctionDef(name=name):
            return name in METADATA
    return False


def _is_words(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
