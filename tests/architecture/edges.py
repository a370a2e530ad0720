"""Where time, chance and the environment may enter, and what may not happen while a module is imported."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tests.architecture.tree import sources

EDGES: Final = frozenset(
    {
        "bot/cli/entry.py",
        "bot/clock.py",
        "bot/keyfile.py",
        "bot/settings.py",
        "bot/wiring.py",
    }
)
"""The files where time, randomness, ids and the environment come in. Everywhere else they are arguments."""

AMBIENT: Final = (
    *("datetime.now", "datetime.utcnow", "datetime.today", "date.today"),
    *("time.time", "time.time_ns", "time.monotonic", "time.perf_counter"),
    *("os.environ", "os.getenv", "os.urandom", "uuid.uuid1", "uuid.uuid4", "AESGCM.generate_key"),
)
BARE: Final = frozenset({"uuid1", "uuid4", "environ", "getenv", "urandom"})
SEEDED: Final = frozenset({"random.Random", "np.random.default_rng", "numpy.random.default_rng"})
"""Chance that is an argument after all, as long as it is given a seed."""

CONNECTING: Final = frozenset(
    {"connect", "create_engine", "create_async_engine", "AsyncConnectionPool", "ConnectionPool", "urlopen"}
)


def ambient(root: Path, edges: frozenset[str] = EDGES) -> list[str]:
    """`path:line what` for each use of ambient time, chance or environment outside the edges."""
    return [
        f"{path}:{line} {what}" for path, tree in sources(root) if path not in edges for line, what in _ambient_in(tree)
    ]


def at_import(root: Path) -> list[str]:
    """`path:line what` for each look at time, chance or environment, or connection, while a module is imported."""
    found = []
    for path, tree in sources(root):
        for node in _run_at_import(tree):
            what = _ambient_name(node)
            if isinstance(node, ast.Call) and _dotted(node.func).rpartition(".")[2] in CONNECTING:
                what = _dotted(node.func)
            if what:
                found.append(f"{path}:{node.lineno} {what}")
    return found


def catch_alls(root: Path) -> list[str]:
    """`path:line` of each handler that catches everything."""
    return [
        f"{path}:{node.lineno}"
        for path, tree in sources(root)
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler) and _catches_all(node.type)
    ]


def _ambient_in(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        what = _ambient_name(node) or _ambient_import(node)
        if what:
            yield getattr(node, "lineno", 0), what


def _ambient_name(node: ast.AST) -> str:
    """The name, when the node reads time, chance or environment: `datetime.datetime.now`, `uuid4`, `random.choice`."""
    if isinstance(node, ast.Call) and not node.args and not node.keywords:
        return _dotted(node.func) if _dotted(node.func) in SEEDED else ""
    if isinstance(node, ast.Attribute):
        dotted = _dotted(node)
        known = any(f".{dotted}".endswith(f".{name}") for name in AMBIENT)
        return dotted if known or _unseeded(dotted) else ""
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
        return node.id if node.id in BARE else ""
    return ""


def _unseeded(dotted: str) -> bool:
    """Whether this is chance from a module's own generator. Types and seeded generators are not."""
    module, _, name = dotted.rpartition(".")
    return module in {"random", "secrets", "np.random", "numpy.random"} and dotted not in SEEDED and name != "Generator"


def _ambient_import(node: ast.AST) -> str:
    if not isinstance(node, ast.ImportFrom):
        return ""
    names = [f"{node.module}.{name.name}" for name in node.names]
    return next((name for name in names if name in AMBIENT or _unseeded(name)), "")


def _dotted(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute):
        return f"{_dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def _run_at_import(node: ast.AST) -> Iterator[ast.expr]:
    """Every expression that runs while the module is imported: not the bodies of functions, but their defaults."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            outside = [*child.decorator_list, *child.args.defaults, *filter(None, child.args.kw_defaults)]
            for part in outside:
                yield part
                yield from _run_at_import(part)
        elif not isinstance(child, ast.Lambda):
            if isinstance(child, ast.expr):
                yield child
            yield from _run_at_import(child)


def _catches_all(kind: ast.expr | None) -> bool:
    if isinstance(kind, ast.Tuple):
        return any(_catches_all(part) for part in kind.elts)
    return kind is None or _dotted(kind).rpartition(".")[2] in {"Exception", "BaseException"}
