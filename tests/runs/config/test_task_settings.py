"""What a benchmark of each task asks where its user sets nothing."""

from pathlib import Path

import pytest

from touchline.games import find_task, task_names
from touchline.prompts import build_messages, load_template
from touchline.replies import parse_reply
from touchline.runs import parse_bench
from touchline.video import Window

DENSE = ("ball", "ball-12", "team-ball", "footpass", "soccertrack-v2")


def bench_of(name):
    return parse_bench(f"data: {{root: .}}\nmodels: [demo]\ntask: {name}\n", "b", Path())


def window_of(bench):
    spec = bench.task_sampling
    times = range(0, spec.window_ms, round(1000 / spec.fps))
    return Window("g", 1, 0, 1, 0, spec.window_ms, tuple(times))


@pytest.mark.parametrize("name", task_names())
def test_a_prompt_says_what_is_asked_and_nothing_of_another_task(name):
    bench = bench_of(name)
    task = bench.task
    text = build_messages(window_of(bench), load_template(bench.prompt, task)).text
    listed = [line for line in text.splitlines() if line.startswith("- ")]
    named = [one for line in listed for one in line.partition(": ")[2].split(", ")]
    assert sorted(named) == sorted(task.classes)
    assert f"{task.sport} game" in text
    for pair in (("home", "away"), ("left", "right")):
        assert (f'"{pair[0]}" OR "{pair[1]}"' in text) == (task.teams == pair)
    for label, meaning in task.descriptions.items():
        assert f"{label}: {meaning}" in text
    explained = [
        one
        for one in task.classes
        if one not in task.descriptions and one.islower() and one.isalpha()
    ]
    assert not explained, "a name that is an abbreviation needs a description"


@pytest.mark.parametrize("name", DENSE)
def test_dense_actions_are_asked_for_in_short_windows_with_many_frames(name):
    bench = bench_of(name)
    assert bench.prompt == "dense.v1" and bench.task.fps == 25
    assert bench.task_sampling.fps >= 8 and bench.task_sampling.window <= 2
    assert bench.task_sampling.stride < bench.task_sampling.window
    assert bench.merging.window <= 1 and bench.scoring.tolerance <= 1
    assert {find_task(one).name for one in DENSE} == {
        one for one in task_names() if bench_of(one).prompt == "dense.v1"
    }


@pytest.mark.parametrize(
    ("said", "label"),
    [("Goal", "soccer"), ("own goal", "soccer"), ("Yellow card", "card"), ("Substitution", "subs")],
)
def test_the_classes_of_v1_are_also_called_what_they_mean(said, label):
    window = window_of(bench_of("v1"))
    reply = f'{{"label": "{said}", "time": 1.0}}'
    (found,) = parse_reply(reply, "stop", window, find_task("v1")).detections
    assert found.label == label
    silent = parse_reply(
        "This is a soccer match; nothing happens.", "stop", window, find_task("v1")
    )
    assert not silent.detections
