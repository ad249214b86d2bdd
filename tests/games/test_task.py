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
    task_facts,
    task_names,
    task_of_facts,
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
    assert Task("a", ("b", "c")).event_types == "- Events: b, c"
    assert SOCCERNET_V1.event_types.splitlines()[0] == "- Events: card, subs, soccer"
    assert BALL_12.event_types.startswith("- Passes: PASS, HIGH PASS, CROSS, HEADER\n")
    assert BALL_12.event_types.splitlines()[-1].startswith("PLAYER SUCCESSFUL TACKLE: a player")
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
    assert set(task_names()) == {
        "v2", "v1", "ball", "ball-12", "team-ball", "footpass", "soccertrack-v2", "handball",
    }  # fmt: skip
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
    assert file.stem.removeprefix("soccernet-") == checked.name
    assert find_task(checked.name) == checked


def test_a_task_is_also_a_file(tmp_path):
    (tmp_path / "curling.yaml").write_text(yaml.safe_dump(CURLING))
    task = find_task("curling.yaml", tmp_path)
    assert task == find_task(str(tmp_path / "curling.yaml"))
    assert (task.sport, task.periods, task.halves, task.metric) == ("soccer", 2, 2, "loose")
    with pytest.raises(UserError, match=r"task .*curlin.yaml cannot be read: no such file"):
        find_task("curlin.yaml", tmp_path)


def test_the_clock_of_a_match_is_known_where_the_task_knows_it():
    quarters = {"periods": 4, "period_start_minutes": [0, 10, 20, 30], "hours_per_game": 0.8}
    task = task_of_facts(CURLING | quarters, "a")
    assert [task.clock_start_ms(period) for period in (1, 4, 5)] == [0, 1_800_000, None]
    assert task.half_ms == 720_000
    unknown = task_of_facts(CURLING | {"periods": 0}, "a")
    assert unknown.clock_start_ms(1) is None and unknown.half_ms == 0
    assert find_task("handball").clock_start_ms(2) == 30 * 60_000
    assert SOCCERNET_V2.clock_start_ms(2) == SOCCERNET_V2.half_ms == 45 * 60_000


def test_classes_without_a_look_get_one_each():
    task = task_of_facts(
        {
            "name": "a", "fps": 2, "label_file": "a.json",
            "classes": ["Pass", "Pass back", "Parry", "π"],
            "groups": {"x": ["Pass", "Pass back"], "y": ["Parry", "π"]},
        },
        "a",
    )  # fmt: skip
    codes = [style.code for style in task.styles.values()]
    assert len(set(codes)) == 4 and all(codes)
    assert task.styles["Pass"].family == task.styles["Pass back"].family != task.styles["π"].family


@pytest.mark.parametrize("name", task_names())
def test_what_is_stored_of_a_task_makes_it_again(name):
    task = find_task(name)
    assert task_facts(task) == name
    renamed = replace(task, name="other")
    assert task_of_facts(task_facts(renamed), "x") == renamed


def test_a_class_means_what_the_prompt_says():
    task = find_task("handball")
    assert "7-metre throw: the throw at the goal" in task.event_types
    assert find_task("soccernet-v2") is SOCCERNET_V2
    assert find_task("ball-2").classes == ("PASS", "DRIVE")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"classes": ["a{{ 7 }}"]}, "without braces"),
        ({"classes": ["a\nb"]}, "one line"),
        ({"classes": ["Draw", "draw"]}, "'Draw' and 'draw' are one name"),
        ({"classes": ["Draw", "Draw"]}, "once"),
        ({"classes": ["x" * 81]}, "at most 80 characters"),
        ({"descriptions": {"Draw": "{% raw %}"}}, "without braces"),
        (
            {"descriptions": {"Darw": "x"}},
            "'Darw' is not one of the classes; the nearest is 'Draw'",
        ),
        ({"label_file": "../Labels.json"}, "name of a file, without a folder"),
        ({"teams": ["red", "blue"]}, r"\[home, away\] or \[left, right\], or \[\]"),
        ({"styles": {"Draw": {"code": "DR", "family": "gaol"}}}, "the nearest is 'goal'"),
        ({"styles": {"Draw": {"code": "<b>x", "family": "goal"}}}, "at most 3 characters"),
        ({"periods": 10}, "at most 9"),
        ({"tolerances": [2, 1]}, "tolerances must ascend"),
        ({"period_start_minutes": [0]}, "it has 1, and periods is 2"),
        ({"periods": 0, "period_start_minutes": [0]}, "it has 1, and periods is 0"),
        ({"period_start_minutes": [30, 0]}, "period_start_minutes must ascend"),
        ({"period_start_minutes": [-1, 0]}, "at least 0"),
        ({"storm_spacing": {"Draw": 0}}, "a number above 0"),
        ({"fps": 0}, "at least 1"),
    ],
)
def test_what_a_file_of_a_task_must_not_say(tmp_path, change, sentence):
    base = {name: CURLING[name] for name in ("name", "classes", "fps", "label_file")}
    (tmp_path / "a.yaml").write_text(yaml.safe_dump(base | change))
    with pytest.raises(UserError, match=sentence) as caught:
        find_task("a.yaml", tmp_path)
    assert "a.yaml" in str(caught.value) and "\n" not in str(caught.value)
