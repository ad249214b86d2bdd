"""Equal to the package SoccerNet: on its stored outputs, and live on generated games."""

import json
import math
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from touchline.errors import UserError
from touchline.games import SOCCERNET_V1, SOCCERNET_V2, ProblemLog, Task
from touchline.games.label_files import read_label_files
from touchline.scores import OFFICIAL_METRICS, OfficialScores, official_scores
from touchline.spots.spots_file import read_spot_files

SETS = (
    "empty",
    "foul_storm",
    "good_spotter",
    "past_the_end",
    "perfect",
    "real_NETVLAD_v2_test",
    "vlm_overdetector",
)
GAME = "league/season/game"
FIGURES = {"a_mAP": 0, "a_mAP_visible": 1, "a_mAP_unshown": 2}


def score_files(labels: Path, spots: Path, task: Task, lenient: bool = True) -> OfficialScores:
    problems = ProblemLog(lenient)
    truth = read_label_files(labels, task, problems=problems)
    claims = read_spot_files(spots, truth, task, problems)
    return official_scores({game: (truth[game], claims[game]) for game in truth}, task)


@pytest.mark.parametrize("name", SETS)
def test_stored_outputs_of_the_package(name: str, shared: Path) -> None:
    data = shared / "soccernet"
    stored = json.loads((data / "official" / f"{name}.json").read_text())["metrics"]
    labels, spots = data / "labels_test.zip", data / "predictions" / f"{name}.zip"
    figures = score_files(labels, spots, SOCCERNET_V2).to_json()
    assert set(stored) == set(OFFICIAL_METRICS)
    for metric, outputs in stored.items():
        for key, value in outputs.items():
            assert figures[metric][key] == pytest.approx(value, abs=1e-9, rel=0), (metric, key)


def edge_cases(shared: Path) -> list[dict[str, Any]]:
    return list(json.loads((shared / "soccernet" / "official" / "edge_cases.json").read_text()))


def write_game(root: Path, file_name: str, data: Any) -> Path:
    folder = root / GAME
    folder.mkdir(parents=True, exist_ok=True)
    (folder / file_name).write_text(json.dumps(data))
    return root


def task_of(kwargs: dict[str, Any]) -> Task:
    classes = tuple(kwargs.get("EVENT_DICTIONARY", SOCCERNET_V2.classes) or ())
    version_1 = kwargs.get("version", 2) == 1
    return Task(
        "case",
        classes,
        kwargs.get("framerate", 2),
        substrings=version_1,
        visibility=not version_1,
    )


def test_there_are_65_edge_cases(shared: Path) -> None:
    assert len(edge_cases(shared)) == 65


@pytest.mark.parametrize("number", range(65))
def test_edge_case(number: int, shared: Path, tmp_path: Path) -> None:
    case = edge_cases(shared)[number]
    labels = write_game(tmp_path / "labels", "Labels-v2.json", {"annotations": case["labels"]})
    spots = case["predictions"]
    data = spots if isinstance(spots, dict) else {"predictions": spots}
    folder = write_game(tmp_path / "spots", "results_spotting.json", data)
    task = task_of(case["kwargs"])
    if "EXC" in case["result"]:
        with pytest.raises(UserError, match=r"(labels|predictions) .*game|no class"):
            score_files(labels, folder, task, lenient=False)
        return
    figures = score_files(labels, folder, task).metrics[case["metric"]]
    for key, value in FIGURES.items():
        mine = (figures.a_map, figures.visible, figures.unshown)[value]
        assert mine == pytest.approx(case["result"][key], abs=6e-7)
    for name, values in case["result"]["per_class"].items():
        place = SOCCERNET_V2.class_index(name)
        rows = (figures.per_class, figures.per_class_visible, figures.per_class_unshown)
        assert [row[place] for row in rows if row] == pytest.approx(values, abs=6e-7)


# Few classes, few frames and few confidences, so that ties, duplicates and frame edges are common.
names = st.sampled_from(["Goal", "Foul", "Corner", "Shot"])
positions = st.one_of(
    st.integers(0, 120).map(lambda half_seconds: half_seconds * 500),
    st.integers(0, 60_000),
    st.sampled_from([-600, -400, -1, 7_199_500, 7_199_999, 7_200_000, 9_000_000]),
)
halves = st.sampled_from([1, 1, 1, 2, 3])
confidences = st.one_of(
    st.integers(-1, 200).map(lambda k: k / 199),
    st.sampled_from([0.5, 0.5, 0.9, 0.0, 1.0, 1.3, -0.1, math.inf, math.nan, None, True]),
    st.floats(0, 1),
)
labels = st.fixed_dictionaries(
    {
        "gameTime": halves.map(lambda half: f"{half} - 00:10"),
        "label": names,
        "position": positions.map(str),
        "visibility": st.sampled_from(["visible", "visible", "not shown"]),
    }
)
claims = st.fixed_dictionaries(
    {
        "label": names,
        "position": positions.map(str),
        "half": halves.map(str),
        "confidence": confidences.map(lambda c: str(c) if isinstance(c, float) else c),
    }
)
games = st.lists(
    st.tuples(st.lists(labels, max_size=12), st.lists(claims, max_size=30)),
    min_size=1,
    max_size=2,
)


def check_against_package(drawn: list[Any], task: Task, metric: str) -> None:
    package = pytest.importorskip(
        "SoccerNet.Evaluation.ActionSpotting",
        reason="the package SoccerNet is not installed: pip install --no-deps SoccerNet tqdm",
    )
    with tempfile.TemporaryDirectory() as folder:
        compare(package, drawn, task, metric, Path(folder))


def compare(package: Any, drawn: list[Any], task: Task, metric: str, root: Path) -> None:
    for i, (truth, made) in enumerate(drawn):
        for folder, file, data in (
            ("labels", task.label_file, {"annotations": truth}),
            ("spots", "results_spotting.json", {"predictions": made}),
        ):
            path = root / folder / "league" / "season" / str(i)
            path.mkdir(parents=True, exist_ok=True)
            (path / file).write_text(json.dumps(data))
    theirs = package.evaluate(
        str(root / "labels"),
        str(root / "spots"),
        version=2 if task.visibility else 1,
        framerate=task.fps,
        metric=metric,
        label_files=task.label_file,
        dataset=None,
        EVENT_DICTIONARY={name: i for i, name in enumerate(task.classes)},
    )
    mine = score_files(root / "labels", root / "spots", task).metrics[metric].to_json()
    for key, value in theirs.items():
        if value is None:
            assert mine[key] is None
        else:
            np.testing.assert_allclose(mine[key], value, rtol=0, atol=1e-9, err_msg=key)


SMALL = Task("small", ("Goal", "Foul", "Corner"))
UNHURRIED = [HealthCheck.too_slow]


@settings(max_examples=40, deadline=None, suppress_health_check=UNHURRIED)
@given(games, st.sampled_from(["tight", "at1", "at2", "at5"]))
def test_live_agreement(drawn: list[Any], metric: str) -> None:
    check_against_package(drawn, SMALL, metric)


@pytest.mark.slow
@settings(max_examples=150, deadline=None, suppress_health_check=UNHURRIED)
@given(games, st.sampled_from(tuple(OFFICIAL_METRICS)))
def test_live_agreement_at_length(drawn: list[Any], metric: str) -> None:
    check_against_package(drawn, SMALL, metric)


@pytest.mark.slow
@settings(max_examples=12, deadline=None, suppress_health_check=UNHURRIED)
@given(games)
def test_live_agreement_at_25_fps(drawn: list[Any]) -> None:
    ball = Task("ball", SMALL.classes, fps=25, label_file="Labels-ball.json")
    check_against_package(drawn, ball, "at1")


@settings(max_examples=15, deadline=None, suppress_health_check=UNHURRIED)
@given(games)
def test_live_agreement_of_version_1(drawn: list[Any]) -> None:
    # The package fails on spots whose label is no class of version 1, so there are none.
    spoken = {"Goal": "soccer-ball", "Foul": "y-card", "Corner": "substitution", "Shot": "whistle"}
    classes = {"Goal": "soccer", "Foul": "card", "Corner": "subs", "Shot": "subs"}
    renamed = [
        (
            [label | {"label": spoken[label["label"]]} for label in truth],
            [claim | {"label": classes[claim["label"]]} for claim in made],
        )
        for truth, made in drawn
    ]
    check_against_package(renamed, SOCCERNET_V1, "tight")
