"""Who can come near the writer of a truth file: `bot.simulation`, which `serve` and `worker` may never reach."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from tests.architecture.tree import sources

FORBIDDEN: Final = "bot.simulation"
COMMANDS_FILE: Final = "bot/cli/simulation.py"
ALLOWED_COMMANDS: Final = frozenset({"simulate", "demo"})
Function = ast.FunctionDef | ast.AsyncFunctionDef


def ways_to_truth(root: Path) -> list[str]:
    """`path:line function` for each import of the simulation that is not inside `simulate` or `demo` of their file.

    Helpers are followed: a function that imports the simulation may be named by those two alone, and those two by
    nobody; other files may take nothing from theirs but its `app`.
    """
    found = []
    for path, tree in sources(root):
        if not path.startswith(("bot/simulation/", "bot/simulation.")):
            found += [f"{path}:{line} {where}" for line, where in (*_ways_in(path, tree), *_detours(path, tree))]
    return found


def _ways_in(path: str, tree: ast.Module) -> Iterator[tuple[int, str]]:
    functions = {node.name: node for node in tree.body if isinstance(node, Function)}
    commands = path == COMMANDS_FILE
    for node in ast.walk(tree):
        if _imports_simulation(node):
            inside = next((name for name, function in functions.items() if node in set(ast.walk(function))), "")
            if not (commands and inside and _only_for_the_allowed(inside, tree, functions)):
                yield getattr(node, "lineno", 0), inside or "while it is imported"


def _detours(path: str, tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Whatever names one of the two commands: a call beside them, an import or an attribute in another file."""
    for node in ast.walk(tree):
        named = {node.id} if isinstance(node, ast.Name) and path == COMMANDS_FILE else set()
        if isinstance(node, ast.Attribute) and path.startswith("bot/cli/"):
            named = {node.attr}
        if isinstance(node, ast.ImportFrom) and (node.module or "").endswith("cli.simulation"):
            named = {name.name for name in node.names} - {"app"}
        if named and (named & ALLOWED_COMMANDS or isinstance(node, ast.ImportFrom)):
            yield getattr(node, "lineno", 0), f"names {', '.join(sorted(named))}"


def _imports_simulation(node: ast.AST) -> bool:
    """Relative imports count as well; so does a module name handed to import_module."""
    if isinstance(node, ast.Import):
        return any(_is_forbidden(name.name) for name in node.names)
    if isinstance(node, ast.ImportFrom):
        whole = f"{'bot.' if node.level else ''}{node.module or ''}".rstrip(".")
        return _is_forbidden(whole) or any(_is_forbidden(f"{whole}.{name.name}") for name in node.names)
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and _is_forbidden(node.value)


def _is_forbidden(name: str) -> bool:
    return name == FORBIDDEN or name.startswith(f"{FORBIDDEN}.")


def _only_for_the_allowed(name: str, tree: ast.Module, functions: Mapping[str, Function]) -> bool:
    """Whether everything that names this function is, in the end, a command that may simulate."""
    pending, seen = [name], {name}
    while pending:
        current = pending.pop()
        if current in ALLOWED_COMMANDS:
            continue
        callers = _who_names(current, tree, functions)
        if not callers or "" in callers:
            return False
        pending += callers - seen
        seen |= callers
    return True


def _who_names(name: str, tree: ast.Module, functions: Mapping[str, Function]) -> set[str]:
    """The functions that mention `name`; the empty string stands for the module itself."""
    whole = sum(_mentions(node, name) for node in ast.walk(tree))
    callers = {other: sum(_mentions(node, name) for node in ast.walk(body)) for other, body in functions.items()}
    outside = {""} if whole > sum(callers.values()) else set()
    return {other for other, count in callers.items() if count and other != name} | outside


def _mentions(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name
