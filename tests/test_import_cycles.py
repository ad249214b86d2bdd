"""No module of a room imports, over any detour, itself; imports inside functions count too."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[1] / "src" / "touchline"
ROOMS = sorted(folder.name for folder in SOURCE.iterdir() if (folder / "__init__.pyi").is_file())

NOT_YET = frozenset({"spots"})
"""Rooms that still have a cycle: the settings ask the registry of methods for its names."""


def modules(folder: Path) -> dict[str, Path]:
    """The modules of a folder by their dotted names."""
    return {
        ".".join(("touchline", *file.relative_to(SOURCE).with_suffix("").parts)).removesuffix(
            ".__init__"
        ): file
        for file in folder.rglob("*.py")
    }


def imported(tree: ast.AST) -> Iterator[str]:
    """Every name that a module imports when it runs, those for type checkers left out."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        else:
            yield from imported(node)


def imports(files: dict[str, Path]) -> dict[str, set[str]]:
    """Which of some modules each of them imports."""
    graph: dict[str, set[str]] = {}
    for name, file in files.items():
        found = set()
        for target in imported(ast.parse(file.read_text(encoding="utf-8"))):
            parent = target.rpartition(".")[0]
            found |= {module for module in (target, parent) if module in files}
        graph[name] = found - {name}
    return graph


def cycle(graph: dict[str, set[str]]) -> list[str]:
    """The shortest chain of imports that ends where it begins, or nothing."""
    shortest: list[str] = []
    for start in sorted(graph):
        chains, seen = [[start]], {start}
        for chain in chains:
            if start in graph[chain[-1]]:
                if not shortest or len(chain) < len(shortest):
                    shortest = chain
                break
            for following in sorted(graph[chain[-1]] - seen):
                seen.add(following)
                chains.append([*chain, following])
    return [*shortest, shortest[0]] if shortest else []


def test_a_cycle_is_found():
    graph = {"a": {"b"}, "b": {"c", "d"}, "c": {"b"}, "d": set()}
    assert cycle(graph) == ["b", "c", "b"]
    assert cycle({"a": {"b"}, "b": set()}) == []


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_has_no_import_cycle(room):
    found = cycle(imports(modules(SOURCE / room)))
    assert bool(found) == (room in NOT_YET), found
