from dataclasses import replace
from importlib import resources
from pathlib import Path

import pytest
import yaml

from tests.support.packages import install_package
from touchline.errors import UserError
from touchline.games import (
    BALL_12,
    SOCCERNET_V1,
    SOCCERNET_V2,
    Task,
    find_task,
    normalize_name,
    task_names,
)
from touchline.games.task_registry import read_task_file

_TASKS = Path(str(resources.files("touchline.games") / "tasks"))
CURLING = {
    "name": "curling",
    "classes": ["Takeout", "Draw"],
    "fps": 5,
    "label_file": "Labels-curling.json",
    "visibility": False,
    "aliases": {"hit": "Takeout"},
    "styles": {"Draw": {"code": "DR", "family": "goal"}},
}


def test_soccernet_v2_has_17_classes_in_the_official_order():
    classes = SOCCERNET_V2.classes
    assert len(classes) == 17
    assert (classes[0], classes[2], classes[16]) == ("Penalty", "Goal", "Yellow->red card")
    assert [SOCCERNET_V2.class_index(name) for name in classes] == list(range(17))


def test_soccernet_v2_describes_each_of_its_classes():
    names = set(SOCCERNET_V2.classes)
    assert set(SOCCERNET_V2.styles) == set(SOCCERNET_V2.events_per_game) == names
    assert {name for group in SOCCERNET_V2.groups.values() for name in group} == names
    assert len({style.code for style in SOCCERNET_V2.styles.values()}) == 17


def test_every_alias_is_normalized_and_stands_for_a_class():
    for alias, name in SOCCERNET_V2.aliases.items():
        assert normalize_name(alias) == alias
        assert name in SOCCERNET_V2.classes


def test_every_phrase_stands_for_a_name_that_can_be_read():
    for _, name in SOCCERNET_V2.reading.phrases:
        is_class = SOCCERNET_V2.canonical_class(name) is not None
        assert is_class or normalize_name(name) in SOCCERNET_V2.reading.ambiguous


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("SHOT_ON-target", "Shots on target"),
        ("Yellow->red card", "Yellow->red card"),
        ("throw in", "Throw-in"),
        *((ambiguous, None) for ambiguous in ("Free-kick", "Shot", "Card", "Goal kick", "")),
    ],
)
def test_names_are_recognized_however_they_are_written(name, label):
    assert SOCCERNET_V2.canonical_class(name) == label


def test_a_label_of_version_1_belongs_to_the_first_class_that_it_contains():
    assert SOCCERNET_V1.truth_class("soccer-ball-own") == 2
    assert SOCCERNET_V1.truth_class("y-card") == 0
    assert SOCCERNET_V1.claim_class("y-card") == SOCCERNET_V2.truth_class("y-card") == -1


def test_a_task_without_groups_lists_its_classes_in_one_line():
    assert BALL_12.event_types.startswith("- Events: PASS, DRIVE, HEADER,")
    assert SOCCERNET_V2.event_types.splitlines()[3] == (
        "- Other: Substitution, Ball out of play, Clearance"
    )


def test_tasks_are_equal_by_content_and_can_be_keys():
    assert find_task("v2") is SOCCERNET_V2
    other = replace(SOCCERNET_V2, classes=("Goal",))
    assert other != SOCCERNET_V2
    assert {SOCCERNET_V2: 1, other: 2}[other] == 2
    assert other.class_index("Goal") == 0
    assert Task("a", ("b",)) == Task("a", ("b",))


def test_an_unknown_task_is_one_sentence_with_the_nearest():
    assert set(task_names()) == {"v2", "v1", "ball", "ball-12"}
    with pytest.raises(UserError, match=r"unknown task 'bal-12'; the nearest is 'ball-12': choose"):
        find_task("bal-12")


def test_a_package_brings_a_task(tmp_path, monkeypatch):
    install_package(
        tmp_path, monkeypatch, "touchline.tasks", {"curling.yaml": yaml.safe_dump(CURLING)}
    )
    task = find_task("curling")
    assert "curling" in task_names()
    assert (task.fps, task.canonical_class("Hit"), task.styles["Draw"].code) == (5, "Takeout", "DR")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"aliases": {"hit": "Takeuot"}}, "'Takeuot' is not one of the classes; the nearest is"),
        ({"aliases": {"Hit it": "Draw"}}, "alias 'Hit it' must be written 'hit it'"),
        ({"groups": {"All": ["Draw"]}}, "groups must list every class exactly once"),
        ({"fsp": 3}, "fsp is not known; the nearest is 'fps'"),
        ({"classes": []}, "classes is"),
        ({"name": "v2"}, "task 'v2' of the package 'theirlab' has the name of another one"),
    ],
)
def test_a_task_that_is_wrong_is_one_sentence(tmp_path, monkeypatch, change, sentence):
    text = yaml.safe_dump(CURLING | change)
    install_package(tmp_path, monkeypatch, "touchline.tasks", {"curling.yaml": text})
    with pytest.raises(UserError) as caught:
        find_task("curling")
    assert sentence in str(caught.value)


def test_the_general_rates_add_up_to_the_published_number_of_labels():
    assert sum(SOCCERNET_V2.events_per_game.values()) * 500 == pytest.approx(110_458, abs=30)
    assert "110,458" in SOCCERNET_V2.rates_source


@pytest.mark.parametrize("file", sorted(_TASKS.glob("*.yaml")), ids=lambda file: file.stem)
def test_the_tasks_of_touchline_are_what_their_files_are_checked_to_say(file):
    checked = read_task_file(file)
    assert file.stem == f"soccernet-{checked.name}"
    assert find_task(checked.name) == checked
