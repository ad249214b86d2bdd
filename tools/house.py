"""Measures how the house is kept: sizes, duplicate settings, homonyms, imports past a door.

    python tools/house.py                          prints the measures of this tree
    python tools/house.py --src OTHER/src          the same of another tree, beside this one
    python tools/house.py --list homonyms          what a measure counts, one a line
    python tools/house.py --install                also the megabytes of `pip install .`

`tests/test_house.py` holds the tree to what can be asserted.
"""

import argparse
import ast
import json
import os
import re
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).parents[1]
MOST_LINES = 400
MOST_FUNCTION_LINES = 60
MOST_MODULES = 14
"""Of one folder: a dozen, with some room."""

_PLAN_KEYS = {
    "games",
    "halves",
    "labels",
    "models",
    "card",
    "recipe",
    "identity",
    "prompt",
    "root",
    "rates_per_hour",
    "versions",
    "data",
    "video",
    "fingerprint",
    "duration_ms",
    "claimed_ms",
    "size_bytes",
    "modified_ns",
    "has_sound",
    "tracks",
    "leakage_prone",
    "window_ms",
    "stride_ms",
}
_PLAN_READER = re.compile(r"\bplan\[|plan\.get\(|\bstored\[|read_plan|plan\.json")
_TRIVIAL = (None, True, False, 0, 1, 0.0, 1.0, "", 2)
"""Defaults that say nothing: two settings that happen to share one are not a duplicate."""
_GAME = "england_epl/2014-2015/2015-02-21 - 18-00 Chelsea 1 - 1 Burnley"


@dataclass(frozen=True)
class Module:
    """A file of the package.

    Attributes:
        path: of the file.
        parts: the path within the package, without the suffix.
    """

    path: Path
    parts: tuple[str, ...]

    @cached_property
    def text(self) -> str:
        """Its source."""
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def tree(self) -> ast.Module:
        """Its syntax tree."""
        return ast.parse(self.text)

    @property
    def name(self) -> str:
        """The path as people write it."""
        return "/".join(self.parts)

    @property
    def room(self) -> str:
        """The folder at the top of the package that it lies in; empty for a file at the top."""
        return self.parts[0] if len(self.parts) > 1 else ""


def modules(src: Path) -> list[Module]:
    """All modules of touchline below a folder."""
    package = src / "touchline"
    files = sorted(package.rglob("*.py"))
    return [Module(file, file.relative_to(package).with_suffix("").parts) for file in files]


def long_files(found: list[Module]) -> list[str]:
    """Files over `MOST_LINES`."""
    counted = ((one.name, len(one.text.splitlines())) for one in found)
    return [f"{name}: {lines} lines" for name, lines in counted if lines > MOST_LINES]


def long_functions(found: list[Module]) -> list[str]:
    """Functions over `MOST_FUNCTION_LINES`, signature and docstring included."""
    return [
        f"{one.name}:{node.lineno} {node.name}: {length} lines"
        for one in found
        for node in ast.walk(one.tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (length := (node.end_lineno or 0) - node.lineno + 1) > MOST_FUNCTION_LINES
    ]


def full_folders(found: list[Module]) -> list[str]:
    """Folders with more than `MOST_MODULES` modules."""
    counts = Counter("/".join(one.parts[:-1]) for one in found if one.parts[-1] != "__init__")
    return [f"{name or '.'}: {n} modules" for name, n in counts.items() if n > MOST_MODULES]


def plan_accesses(found: list[Module]) -> list[str]:
    """Accesses to the plan by a string, outside of its reader."""
    return [
        f"{one.name}:{line} {key}"
        for one in found
        if one.parts[-1] != "plan_file" and _PLAN_READER.search(one.text)
        for line, key in _string_keys(one.tree)
        if key in _PLAN_KEYS
    ]


def _string_keys(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        match node:
            case ast.Subscript(slice=ast.Constant(value=str(key))):
                yield node.lineno, key
            case ast.Call(func=ast.Attribute(attr="get"), args=[ast.Constant(value=str(key)), *_]):
                yield node.lineno, key


def imports_past_a_door(found: list[Module]) -> list[str]:
    """Imports of another room's modules that do not go through its `__init__`."""
    return [
        f"{one.name}:{line} {target}"
        for one in found
        for line, target in _imports_of_rooms(one)
        if target.count(".") > 1 and target.split(".")[1] != one.room
        if one.parts != ("__main__",)
    ]


def _imports_of_rooms(one: Module) -> Iterator[tuple[int, str]]:
    rooms = {path.name for path in one.path.parents[len(one.parts) - 1].iterdir() if path.is_dir()}
    for node in ast.walk(one.tree):
        if not isinstance(node, ast.ImportFrom) or node.level or not node.module:
            continue
        parts = node.module.split(".")
        if parts[0] == "touchline" and len(parts) > 1 and parts[1] in rooms:
            yield node.lineno, node.module


_ROLES = {"__init__", "app", "base", "chat", "engine", "page", "registry", "types", "writer"}
"""What a module is to its package: the same role in each, so no second meaning."""
_SERVICES = {"anthropic", "bedrock", "gemini", "openai"}
"""A service has one module in each folder that knows it: its cards, its engine, its batches."""

_NAMESAKES = {("report", "sections"), ("spots", "methods")}
"""Folders of registries whose entries have the name of what they show or run."""


def homonyms(found: list[Module]) -> list[str]:
    """Names of modules and of public classes that stand for more than one thing.

    A verb of the command line may be called like what it runs, a section of the report like the
    scores that it shows, and an entry of a registry like its implementation.
    """
    places: dict[str, list[str]] = defaultdict(list)
    for one in found:
        name = one.parts[-1]
        namesake = one.room == "cli" or one.parts[:2] in _NAMESAKES
        if name not in _ROLES | _SERVICES and not namesake:
            places[f"module {name}"].append(one.name)
        for node in one.tree.body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                places[f"class {node.name}"].append(one.name)
    return [f"{what}: {', '.join(where)}" for what, where in places.items() if len(where) > 1]


def duplicate_settings(found: list[Module]) -> list[str]:
    """Settings whose default is declared in several places, by name and value."""
    places: dict[tuple[str, str], list[str]] = defaultdict(list)
    for one in found:
        for line, name, value in _defaults(one.tree):
            if isinstance(value, int | float | str) and value not in _TRIVIAL:
                places[name, repr(value)].append(f"{one.name}:{line}")
    return [
        f"{name} = {value}: {', '.join(where)}"
        for (name, value), where in sorted(places.items())
        if len(where) > 1
    ]


def _defaults(tree: ast.Module) -> Iterator[tuple[int, str, object]]:
    """Constant defaults of parameters and of the fields of classes."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            for field in node.body:
                match field:
                    case ast.AnnAssign(target=ast.Name(id=name), value=value) if value:
                        yield field.lineno, name, _constant(value)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            arguments = node.args
            named = [*arguments.posonlyargs, *arguments.args]
            given = named[len(named) - len(arguments.defaults) :]
            pairs = [*zip(given, arguments.defaults, strict=True)]
            pairs += [*zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)]
            for argument, value in pairs:
                if value is not None:
                    yield argument.lineno, argument.arg, _constant(value)


def _constant(value: ast.expr) -> object:
    """A constant, or the default that a `Field(...)` or `Option(...)` begins with."""
    match value:
        case ast.Constant(value=constant):
            return constant
        case ast.Call(args=[ast.Constant(value=constant), *_]):
            return constant
        case ast.Call(keywords=keywords):
            default = next((one.value for one in keywords if one.arg == "default"), None)
            return default.value if isinstance(default, ast.Constant) else None
    return None


COUNTED = {
    "string accesses to the plan": plan_accesses,
    "settings declared more than once": duplicate_settings,
    "imports past a door": imports_past_a_door,
    "homonyms": homonyms,
    f"files over {MOST_LINES} lines": long_files,
    f"functions over {MOST_FUNCTION_LINES} lines": long_functions,
    f"folders of more than {MOST_MODULES} modules": full_folders,
}


def loaded_modules(src: Path, *arguments: str, cwd: Path | None = None) -> int:
    """How many modules a command has loaded when it ends."""
    code = (
        "import atexit, sys\n"
        "atexit.register(lambda: print('loaded', len(sys.modules)))\n"
        "from touchline.cli.main import main\n"
        f"sys.argv = ['touchline', *{arguments!r}]\n"
        "main()\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(src.resolve())}
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return int(done.stdout.split()[-1])


def loaded_by_commands(src: Path) -> dict[str, int]:
    """How many modules three commands load: to explain itself, to score, and to spot."""
    event = {"gameTime": "1 - 00:01", "label": "Goal", "position": "1000", "half": "1"}
    truth = {"annotations": [event | {"team": "home", "visibility": "visible"}]}
    spots = {"predictions": [event | {"confidence": "0.9"}]}
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        for name, values in (("Labels-v2", truth), ("results_spotting", spots)):
            file = here / name / _GAME / f"{name}.json"
            file.parent.mkdir(parents=True)
            file.write_text(json.dumps(values))
        scored = ("score", "--labels", "Labels-v2", "--predictions", "results_spotting")
        commands = {
            "touchline --help": ("--help",),
            "touchline score": (*scored, "--lenient"),
            "touchline spot, up to the first frame": ("spot", "nowhere.mp4", "--model", "demo"),
        }
        return {
            name: loaded_modules(src, *arguments, cwd=here) for name, arguments in commands.items()
        }


def measures(src: Path, with_install: bool) -> dict[str, int]:
    """All measures of a tree."""
    found = modules(src)
    values = {
        "modules": len(found),
        "lines": sum(len(one.text.splitlines()) for one in found),
        **{name: len(counted(found)) for name, counted in COUNTED.items()},
        **{f"modules loaded by {name}": n for name, n in loaded_by_commands(src).items()},
    }
    if with_install:
        from install_size import package_sizes_mb

        values["base install in MB"] = round(sum(package_sizes_mb("", src.parent).values()))
    return values


def main() -> None:
    """Prints the measures, one a line; of two trees, the other one first."""
    parser = argparse.ArgumentParser(description="Measures how the house is kept.")
    parser.add_argument("--src", type=Path, help="another tree's src, to compare with")
    parser.add_argument("--list", choices=[*COUNTED, *(name.split()[0] for name in COUNTED)])
    parser.add_argument("--install", action="store_true", help="also measure pip install")
    options = parser.parse_args()
    here = ROOT / "src"
    if options.list:
        (counted,) = [one for name, one in COUNTED.items() if name.startswith(options.list)]
        print("\n".join(counted(modules(options.src or here))))
        return
    trees = [options.src, here] if options.src else [here]
    columns = [measures(tree, options.install) for tree in trees]
    for name in columns[0]:
        print(f"{name:48}" + "".join(f"{column[name]:>10}" for column in columns))


if __name__ == "__main__":
    main()
