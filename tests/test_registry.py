"""Registries: the built-in variants, those of installed packages, and packages that are broken."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from tests.support.packages import install_package, write_entry_points
from touchline.errors import UserError
from touchline.games import SOCCERNET_V2, find_task, task_names
from touchline.models import ENGINES, card_names, find_card
from touchline.prompts import load_template, template_names
from touchline.registry import Registry
from touchline.report import REPORT_SECTIONS
from touchline.scores import METRIC_REGISTRY
from touchline.spots import FORMATS, MERGE_METHODS

OF_OBJECTS = {
    "touchline.engines": ENGINES,
    "touchline.formats": FORMATS,
    "touchline.merge_methods": MERGE_METHODS,
    "touchline.metrics": METRIC_REGISTRY,
    "touchline.report_sections": REPORT_SECTIONS,
}
MODULE = "registered_by_theirlab"
CODE = """
from touchline.spots import Format
good = Format(name="good", suffix=".good", description="")
odd = "a text"
"""
BROKEN = "raise RuntimeError('no licence')"

each_registry = pytest.mark.parametrize(
    ("group", "registry"), OF_OBJECTS.items(), ids=list(OF_OBJECTS)
)


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Installs a package with one entry point, and the code of its module."""

    def put(group: str, name: str, target: str, code: str = CODE) -> None:
        (tmp_path / f"{MODULE}.py").write_text(code)
        write_entry_points(tmp_path, "theirlab", group, {name: f"{MODULE}:{target}"})
        monkeypatch.syspath_prepend(str(tmp_path))
        monkeypatch.setitem(sys.modules, MODULE, None)
        monkeypatch.delitem(sys.modules, MODULE)

    return put


def first(registry: Registry) -> str:
    """The name of a built-in variant."""
    return next(iter(registry.built_in))


@each_registry
def test_built_in_variants_come_under_their_names(group, registry) -> None:
    assert registry.names() == tuple(registry.built_in)
    assert registry.all() == tuple(registry.built_in.values())
    assert registry.third_party() == ()


@each_registry
def test_an_unknown_name_is_one_sentence_with_the_nearest(group, registry) -> None:
    name = first(registry)
    with pytest.raises(UserError, match=f"'{name}x' is not known; the nearest is '{name}'"):
        registry.get(f"{name}x")


def test_a_package_adds_a_variant(install) -> None:
    install("touchline.formats", "good", "good")
    assert FORMATS.names()[-1] == "good"
    assert FORMATS.third_party() == FORMATS.all()[-1:] == (FORMATS.get("good"),)


def test_a_package_that_was_installed_in_an_old_way_adds_a_variant(tmp_path, monkeypatch) -> None:
    for info, name in (("one.egg-info", "good"), ("two.egg/EGG-INFO", "better")):
        (tmp_path / info).mkdir(parents=True)
        (tmp_path / info / "PKG-INFO").write_text(f"Metadata-Version: 2.1\nName: {name}\n")
        points = f"[touchline.metrics]\n{name} = {MODULE}:good\n"
        (tmp_path / info / "entry_points.txt").write_text(points)
    before = METRIC_REGISTRY.names()
    monkeypatch.syspath_prepend(str(tmp_path))
    assert METRIC_REGISTRY.names() == (*before, "good")
    monkeypatch.syspath_prepend(str(tmp_path / "two.egg"))
    assert METRIC_REGISTRY.names() == (*before, "better", "good")


@each_registry
def test_a_package_cannot_replace_a_built_in_variant(install, group, registry) -> None:
    name = first(registry)
    install(group, name, "odd")
    assert registry.get(name) is registry.built_in[name]
    with pytest.raises(UserError, match=f"'{name}' of the package 'theirlab' has the name of a b"):
        registry.all()


@each_registry
@pytest.mark.parametrize(
    ("target", "code", "sentence"),
    [
        ("theirs", BROKEN, r"cannot be loaded \(RuntimeError: no licence\); update or uninstall"),
        ("theirs", "def wrong(:", r"cannot be loaded \(SyntaxError: .*; update or uninstall"),
        ("gone", CODE, r"cannot be loaded \(AttributeError: .*; update or uninstall"),
        ("odd", CODE, r"is of the class str, not \w+; update or uninstall the package"),
    ],
)
def test_a_broken_package_is_named_where_it_is_needed_alone(
    install, group, registry, target, code, sentence
) -> None:
    install(group, "theirs", target, code)
    assert "theirs" in registry.names()
    assert registry.get(first(registry)) is registry.built_in[first(registry)]
    with pytest.raises(UserError, match=f"'theirs' of the package 'theirlab' {sentence}"):
        registry.get("theirs")
    with pytest.raises(UserError, match="theirlab"):
        registry.all()


OF_FILES = {
    "touchline.cards": card_names,
    "touchline.prompts": template_names,
    "touchline.tasks": task_names,
}


@pytest.mark.parametrize(("group", "names"), OF_FILES.items())
def test_a_package_of_files_that_cannot_be_imported_is_named(
    tmp_path, monkeypatch, group, names
) -> None:
    write_entry_points(tmp_path, "theirlab", group, {"lab": "theirlab.nowhere"})
    monkeypatch.syspath_prepend(str(tmp_path))
    sentence = r" in 'theirlab\.nowhere' of the package 'theirlab' cannot be loaded \(ModuleNot"
    with pytest.raises(UserError, match=f"^{group.partition('.')[2]}{sentence}"):
        names()


def test_a_variant_has_the_name_of_its_entry_point(install) -> None:
    install("touchline.formats", "theirs", "good")
    with pytest.raises(
        UserError, match="'theirs' of the package 'theirlab' is named 'good' in its"
    ):
        FORMATS.get("theirs")


def test_built_in_files_and_the_users_own_need_no_package(tmp_path, monkeypatch) -> None:
    for group in ("touchline.prompts", "touchline.tasks"):
        write_entry_points(tmp_path / group, group, group, {"lab": "theirlab.nowhere"})
        monkeypatch.syspath_prepend(str(tmp_path / group))
    (tmp_path / "own.j2").write_text("{{ frames | length }}")
    assert find_task("v2") is SOCCERNET_V2
    assert load_template("base.v1", SOCCERNET_V2).name == "base.v1"
    assert load_template(str(tmp_path / "own.j2"), SOCCERNET_V2).schema == "events"


def test_a_package_replaces_a_built_in_card_but_no_prompt_and_no_task(
    tmp_path, monkeypatch
) -> None:
    card = yaml.safe_dump({"name": "demo", "engine": "openai", "model": "theirs"})
    task = yaml.safe_dump(
        {"name": "v2", "classes": ["A"], "fps": 2, "label_file": "l.json", "visibility": False}
    )
    files = {"touchline.cards": {"demo.yaml": card}, "touchline.prompts": {"base.v1.j2": "x"}}
    for group, content in (files | {"touchline.tasks": {"v2.yaml": task}}).items():
        with monkeypatch.context() as patch:
            install_package(tmp_path / group, patch, group, content)
            assert find_task("v2") is SOCCERNET_V2
            assert load_template("base.v1", SOCCERNET_V2).source != "x"
            if group == "touchline.cards":
                assert find_card("demo").model == "theirs"
                continue
            with pytest.raises(UserError, match="of the package 'theirlab' has the name of anoth"):
                OF_FILES[group]()


@pytest.mark.parametrize(
    ("group", "file", "text", "sentence"),
    [
        ("touchline.cards", "theirs.yaml", "- 1", r"theirs\.yaml is not a card"),
        ("touchline.tasks", "theirs.yaml", "- 1", r"task .*theirs\.yaml, line 1: "),
        ("touchline.prompts", "theirs.j2", "---\n", "prompt 'theirs' "),
    ],
)
def test_a_file_that_is_something_else_is_named(
    tmp_path, monkeypatch, group, file, text, sentence
) -> None:
    find = {
        "touchline.cards": find_card,
        "touchline.tasks": find_task,
        "touchline.prompts": lambda name: load_template(name, SOCCERNET_V2),
    }
    install_package(tmp_path, monkeypatch, group, {file: text})
    with pytest.raises(UserError, match=sentence):
        find[group]("theirs")
