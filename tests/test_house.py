"""What a tree must keep to, of what tools/house.py measures."""

import ast
import importlib
import pkgutil
from pathlib import Path

import pytest

from tools.house import (
    duplicate_settings,
    full_folders,
    homonyms,
    imports_past_a_door,
    long_files,
    long_functions,
    modules,
    plan_accesses,
)

SRC = Path(__file__).parents[1] / "src"
PACKAGE = SRC / "touchline"
FOUND = modules(SRC)
ROOMS = sorted(stub.parent.name for stub in PACKAGE.glob("*/__init__.pyi"))


@pytest.mark.parametrize(
    "measure",
    [long_files, long_functions, full_folders, plan_accesses, imports_past_a_door, homonyms],
)
def test_nothing_is_over_the_limit(measure):
    assert measure(FOUND) == []


def test_settings_are_declared_once():
    # The types of cards accept different forms of frames; what they share is that images are usual.
    others = [
        one for one in duplicate_settings(FOUND) if not one.startswith("frames_as = 'images'")
    ]
    assert others == []


def test_there_are_rooms():
    assert {"games", "video", "models", "runs", "report"} <= set(ROOMS)


@pytest.mark.parametrize("room", ROOMS)
def test_every_name_of_a_door_can_be_imported(room):
    door = importlib.import_module(f"touchline.{room}")
    exported = exported_names(room)
    assert sorted(door.__all__) == sorted(exported)
    for name in exported:
        assert getattr(door, name) is not None


@pytest.mark.parametrize("room", ROOMS)
def test_a_name_of_a_door_is_not_that_of_a_module(room):
    """A submodule that is imported hides a function of the same name."""
    inside = {one.name for one in pkgutil.iter_modules([str(PACKAGE / room)])}
    assert not inside & set(exported_names(room))


def test_a_measure_sees_what_it_counts(tmp_path):
    room = tmp_path / "touchline" / "one"
    (tmp_path / "touchline" / "two").mkdir(parents=True)
    room.mkdir()
    long = "\n".join(["def f(tolerance=5.0):", *["    x = 1"] * 61])
    (room / "a.py").write_text(
        "from touchline.two.inner import f\n"
        "def g(tolerance=5.0): return read_plan()['games'][0]['halves']\n" + long
    )
    found = modules(tmp_path)
    assert len(plan_accesses(found)) == 2
    assert len(imports_past_a_door(found)) == 1
    assert len(long_functions(found)) == 1
    assert duplicate_settings(found) == ["tolerance = 5.0: one/a:2, one/a:3"]


def exported_names(room):
    stub = ast.parse((PACKAGE / room / "__init__.pyi").read_text())
    return [
        alias.asname or alias.name
        for node in stub.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    ]
