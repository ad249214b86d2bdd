"""What the demo model is trained on, and what it never sees."""

import json
from dataclasses import replace

import numpy as np
import pytest

from tests.support.videos import soccernet_folder
from touchline.errors import UserError
from touchline.games import SOCCERNET_V2, Game, Label, find_task, read_games
from touchline.models.card_types.base import ASSETS
from touchline.train.demo_model.answers import MIN_PROBABILITY
from touchline.train.demo_model.clips import (
    prompt_windows,
    read_clips,
    split_games,
    targets,
    window_at,
)
from touchline.train.demo_model.demo import RECORD_FILE, build_processor
from touchline.train.demo_model.event_peaks import peaks
from touchline.train.demo_model.training_settings import (
    DEMO_MATCH,
    FRAME_SPEC,
    VALIDATION_MATCHES,
    Sizes,
)
from touchline.video import cut_windows

GOAL = SOCCERNET_V2.class_index("Goal")


def game(name: str, labels: tuple[Label, ...] | None = ()) -> Game:
    return Game(f"grf_league/2025-2026/{name}", (), labels)


def test_the_demo_match_is_neither_trained_on_nor_validated_on() -> None:
    others = [game("2025-08-09 a"), game(VALIDATION_MATCHES[0])]
    training, validation = split_games([*others, game(DEMO_MATCH)], SOCCERNET_V2)
    assert (training, validation) == ([others[0]], [others[1]])


def test_the_demo_match_is_left_out_under_any_root() -> None:
    elsewhere = Game(f"a/b/{DEMO_MATCH}", (), ())
    assert split_games([elsewhere, game("x")], SOCCERNET_V2)[0] == [game("x")]


def test_the_rendered_matches_are_split_eight_to_one(shared) -> None:
    training, validation = split_games(read_games(shared / "matches", SOCCERNET_V2), SOCCERNET_V2)
    names = [one.id for one in (*training, *validation)]
    assert (len(training), len(validation)) == (8, 1)
    assert not any(DEMO_MATCH in name for name in names)


def test_the_shipped_model_says_that_it_never_saw_the_demo_match() -> None:
    record = json.loads((ASSETS / "models" / "demo" / RECORD_FILE).read_text())
    seen = [*record["training_games"], *record["validation_games"]]
    assert record["never_seen"] == DEMO_MATCH
    assert len(seen) == 9
    assert not any(DEMO_MATCH in name for name in seen)


def test_with_the_demo_match_alone_nothing_can_be_trained() -> None:
    with pytest.raises(UserError, match="left to train on"):
        split_games([game(DEMO_MATCH)], SOCCERNET_V2)


def test_a_game_without_labels_cannot_be_trained_on() -> None:
    with pytest.raises(UserError, match="Labels-v2"):
        split_games([game("x", None)], SOCCERNET_V2)


def test_the_target_is_highest_at_the_event_and_only_in_its_class() -> None:
    times = np.arange(0, 20_000, 200)
    classes, teams = targets(times, [Label(1, 10_000, "Goal", "away")], SOCCERNET_V2)
    assert classes[:, GOAL].argmax() == 50
    assert classes[50, GOAL] == 1
    assert np.delete(classes, GOAL, axis=1).max() == 0
    assert teams[50, GOAL] == 0
    assert teams[0, GOAL] == -1


def test_an_event_of_no_team_teaches_no_team() -> None:
    _, teams = targets(np.arange(0, 4000, 200), [Label(1, 2000, "Ball out of play")], SOCCERNET_V2)
    assert (teams == -1).all()


def test_teams_are_those_of_the_task() -> None:
    times = np.arange(0, 4000, 200)
    sides = find_task("ball")
    _, teams = targets(
        times, [Label(1, 1000, "PASS", "right"), Label(1, 3000, "PASS", "left")], sides
    )
    assert (teams[5, 0], teams[15, 0], teams[5, 1]) == (0, 1, -1)
    found, _ = targets(times, [Label(1, 2000, "PASS")], sides)
    for task, team in ((sides, "right"), (replace(sides, teams=()), None)):
        (event,) = peaks(times, found, np.zeros_like(found), task)
        assert (event.label, event.team) == ("PASS", team)


def test_an_event_is_claimed_once_with_its_moment_probability_and_team() -> None:
    times = np.arange(0, 20_000, 200)
    classes, _ = targets(times, [Label(1, 6_000, "Goal"), Label(1, 14_000, "Goal")], SOCCERNET_V2)
    teams = np.full_like(classes, 0.2)
    claims = peaks(times, 0.8 * classes, teams, SOCCERNET_V2)
    assert [(c.label, c.team) for c in claims] == [("Goal", "away")] * 2
    assert sorted(c.position_ms for c in claims) == [6_000, 14_000]
    assert [c.probability for c in claims] == pytest.approx([0.8, 0.8], abs=0.01)


def test_not_to_know_the_moment_is_not_to_doubt_the_event() -> None:
    times = np.arange(0, 20_000, 200)
    sharp, _ = targets(times, [Label(1, 10_000, "Goal")], SOCCERNET_V2)
    flat = np.mean([np.roll(sharp, frames, axis=0) for frames in range(-5, 6)], axis=0)
    (claim,) = peaks(times, flat, sharp, SOCCERNET_V2)
    assert flat.max() < 0.8
    assert claim.probability == pytest.approx(1, abs=0.1)
    assert claim.position_ms == 10_000


def test_what_is_unlikely_is_not_claimed() -> None:
    times = np.arange(0, 20_000, 200)
    sharp, teams = targets(times, [Label(1, 10_000, "Goal")], SOCCERNET_V2)
    assert peaks(times, 0.95 * MIN_PROBABILITY * sharp, teams, SOCCERNET_V2) == []
    assert len(peaks(times, 1.05 * MIN_PROBABILITY * sharp, teams, SOCCERNET_V2)) == 1


def test_training_windows_are_the_windows_that_will_be_asked(tmp_path, monkeypatch) -> None:
    soccernet_folder(tmp_path, halves=(1,), labels=[(1, 1000, "Goal")])
    (one,) = read_games(tmp_path, SOCCERNET_V2, halves=(1,))
    (clips,) = read_clips(one, SOCCERNET_V2, build_processor(Sizes()), None)
    (asked,) = cut_windows(one.halves[0], FRAME_SPEC)
    made, places = window_at(clips, 0, len(asked.frame_times_ms))
    assert made.frame_times_ms == asked.frame_times_ms
    assert (made.start_ms, made.end_ms) == (asked.start_ms, asked.end_ms)
    assert clips.pixels[places].shape == (len(asked.frame_times_ms), 128, 128, 3)
    assert clips.events == (("Goal", 1000),)


def test_there_is_a_prompt_for_each_length_up_to_the_recipes() -> None:
    lengths = [len(window.frame_times_ms) for window in prompt_windows()]
    assert lengths == list(range(1, 21))
