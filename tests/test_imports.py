"""Folders import each other one way: each only those below it, so that each can be read and moved by itself."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
# Each may import only those before it.
APPS = ("chatsite", "accounts", "audit", "practice", "chat", "appointments", "notifications", "backups", "demo")
# Entry points may import every app, and nothing else may import them.
ENTRY_POINTS = {"chatsite.urls", "chatsite.asgi", "chatsite.wsgi", "chatsite.serving"}


def modules() -> dict[str, Path]:
    """The product's own modules by dotted name: no tests, no migrations."""
    found = {}
    for app in APPS:
        for path in (ROOT / app).rglob("*.py"):
            parts = path.relative_to(ROOT).with_suffix("").parts
            if not {"tests", "testing", "migrations"} & set(parts):
                found[".".join(parts).removesuffix(".__init__")] = path
    return found


def folder_of(module: str) -> str:
    """`chat.services` of `chat.services.reading`; a module directly in an app is its own folder."""
    return ".".join(module.split(".")[:2])


def imports_of(path: Path, known: dict[str, Path]) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            for name in node.names:
                full = f"{node.module}.{name.name}"
                yield full if full in known else node.module
        elif isinstance(node, ast.Import):
            yield from (name.name for name in node.names)


def edges() -> dict[tuple[str, str], list[str]]:
    """Which folder imports from which, and by what modules."""
    known, found = modules(), defaultdict(list)
    for module, path in known.items():
        for imported in imports_of(path, known):
            pair = folder_of(module), folder_of(imported)
            if imported.split(".")[0] in APPS and pair[0] != pair[1]:
                found[pair].append(f"{module} imports {imported}")
    return found


def circle(graph: dict[str, set[str]]) -> list[str]:
    """The folders of a circle, or none: folders that import none of the rest are removed, repeatedly."""
    left = {folder: set(others) for folder, others in graph.items()}
    while True:
        free = [folder for folder, others in left.items() if not others & left.keys()]
        if not free:
            return sorted(left)
        for folder in free:
            del left[folder]


def test_no_circle_between_folders():
    graph = defaultdict(set)
    for user, used in edges():
        graph[user].add(used)
    found = circle(graph)
    assert not found, [line for pair, lines in edges().items() if set(pair) <= set(found) for line in lines]


def test_each_app_imports_only_those_before_it():
    wrong = [
        lines
        for (user, used), lines in edges().items()
        if APPS.index(user.split(".")[0]) < APPS.index(used.split(".")[0]) and user not in ENTRY_POINTS
    ]
    assert wrong == []


def test_nothing_imports_the_entry_points():
    wrong = [lines for (user, used), lines in edges().items() if used in ENTRY_POINTS and user not in ENTRY_POINTS]
    assert wrong == []


@pytest.mark.parametrize("above", ["chat.live", "chat.api", "chat.pages"])
def test_sending_imports_nothing_above_it(above):
    assert ("chat.sending", above) not in edges()


def test_a_circle_is_found():
    assert circle({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}) == ["a", "b", "c", "d"]
    assert circle({"a": {"b", "c"}, "b": {"c"}}) == []
