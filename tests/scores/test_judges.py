"""Our figures are those of the judges' own code: of FOOTPASS, opensportslib and team ball."""

import json
from dataclasses import replace

import pytest

from tests.scores.judges import judges
from touchline.games import ProblemLog, find_task, parse_labels
from touchline.games.task import Task
from touchline.runs.results.player_files import read_player_events
from touchline.scores import (
    official_frame_map,
    official_player_f1,
    official_scores,
    official_team_ball,
)
from touchline.spots import Spot

STORED = json.loads(judges.STORED.read_text())


def test_the_stored_figures_are_what_the_judges_say_today():
    if judges.checkouts() is None:
        pytest.skip("$TOUCHLINE_JUDGES names no folder with checkouts of the judges")
    assert judges.judge_all(judges.checkouts()) == STORED


def games_of(case, task):
    def spot(one):
        return Spot(1, int(one["position"]), one["label"], one.get("team"), one["confidence"])

    return {
        str(number): (
            list(parse_labels(json.dumps({"annotations": labels}), task, "x")),
            [spot(one) for one in made],
        )
        for number, (labels, made) in enumerate(case)
    }


@pytest.mark.parametrize("seed", judges.SEEDS)
def test_players(seed, tmp_path):
    task = find_task("footpass")
    read = []
    for number, values in enumerate(judges.player_case(seed)):
        file = tmp_path / f"{number}.json"
        file.write_text(json.dumps(values))
        log = ProblemLog(lenient=True)
        read.append(read_player_events(file, task, log, predicted=number == 1))
        assert set(log.counts) == {"unknown class"}
    found = official_player_f1(*read, task.classes)
    judge = STORED["players"][seed]
    assert found.overall.f1 == pytest.approx(judge["f1"], abs=1e-12)
    counts = [[one.right, one.wrong, one.truths] for one in found.per_class.values()]
    assert counts == judge["per_class"]
    assert found.left_out == ("game_0_H1", "game_2_H2")


@pytest.mark.parametrize("seed", judges.SEEDS)
def test_localization(seed):
    task = Task("x", judges.CLASSES, (2, 25)[seed % 2])
    task = replace(task, teams=())
    games = games_of(judges.spot_case(seed, judges.CLASSES), task)
    found, judge = official_scores(games, task).metrics, STORED["localization"][seed]
    for name in judges.METRICS:
        average, per_class, visible = judge[name]
        assert found[name].a_map == pytest.approx(average, abs=1e-9)
        assert found[name].per_class == pytest.approx(per_class, abs=1e-9)
        assert found[name].visible == pytest.approx(visible, abs=1e-9)
    frames = official_frame_map(games, task, judges.FRAMES)
    assert list(frames.by_tolerance.values()) == pytest.approx(judge["frames"], abs=1e-12)


@pytest.mark.parametrize("seed", judges.SEEDS)
def test_teams_and_the_figures_without_them(seed):
    task = find_task("team-ball")
    games = games_of(judges.spot_case(seed, judges.ACTIONS, ("left", "right")), task)
    found = official_team_ball(games, task)["at1"].to_json()
    for name, value in STORED["teams"][seed].items():
        assert found[name] == pytest.approx(value, abs=1e-9), name
