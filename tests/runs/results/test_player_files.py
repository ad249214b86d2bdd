"""Files of the player-centric challenge: the scorer and `convert` read the same events."""

import json

import pytest
from hypothesis import given, settings, strategies as st
from typer.testing import CliRunner

from touchline.cli.main import app
from touchline.errors import UserError
from touchline.games import ProblemLog, find_task
from touchline.runs.results.player_files import read_player_events
from touchline.spots import ReadRules, read_events

TASK = find_task("footpass")
rows = st.tuples(
    st.integers(0, 80_000), st.integers(0, 1), st.integers(1, 99), st.integers(1, 8)
).map(list)


def written(folder, values):
    file = folder / "plays.json"
    file.write_text(json.dumps(values))
    return file


@given(st.lists(rows, max_size=8), st.booleans())
@settings(max_examples=25, deadline=None)
def test_both_readers_find_the_same_events(tmp_path_factory, entries, predicted):
    extra = [0.5] if predicted else [1, 0]
    values = {"keys": ["game_18_H1"], "events": {"game_18_H1": [one + extra for one in entries]}}
    file = written(tmp_path_factory.mktemp("plays"), values)
    scored = read_player_events(file, TASK, ProblemLog(), predicted=predicted)["game_18_H1"]
    _, (video,) = read_events(file, ReadRules(task=TASK))
    assert sorted((one.frame * 40, one.label, str(one.player)) for one in scored) == sorted(
        (one.position_ms, one.label, one.player) for one in video.events
    )


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"keys": "game_18_H1"}, "has no list 'keys'"),
        ({"events": []}, "object 'events'"),
        ({"keys": []}, "'keys' does not name 'game_18_H1'"),
        ({"keys": ["game_18_H1", "game_18_H1"]}, "is there twice"),
        ({"events": {"game_18_H1": {}}}, "are not a list"),
        ({"events": {"game_18_H1": [[1, 0, 3]]}}, "entry 1: it is not a list of frame"),
        ({"events": {"game_18_H1": [[1, 2, 3, 1]]}}, "entry 1: team is 2"),
        ({"events": {"game_18_H1": [[1.5, 0, 3, 1]]}}, "entry 1: .*frame"),
        ({"events": {"game_18_H1": [[1, 0, 3, 0]]}}, "entry 1: there is no class 0"),
        ({"events": {"game_18_H1": [[1, 0, 3, 1, "high"]]}}, "entry 1: .*score"),
        ({"events": {"game_18_H1": [[1, 0, 3, 1, float("nan")]]}}, "entry 1: .*score"),
    ],
)
def test_a_broken_file_names_its_entry(tmp_path, change, sentence):
    sound = {"keys": ["game_18_H1"], "events": {"game_18_H1": [[1, 0, 3, 1, 0.5]]}}
    file = written(tmp_path, sound | change)
    with pytest.raises(UserError, match=sentence) as caught:
        read_player_events(file, TASK, ProblemLog(), predicted=True)
    assert "plays.json" in str(caught.value) and "\n" not in str(caught.value)


@pytest.mark.parametrize(("shirts", "refused"), [((-1, -1), True), ((-1, 7), False)])
def test_spots_without_players_are_not_scored_as_if_they_named_them(tmp_path, shirts, refused):
    """What `export RUN --to footpass` writes: a run does not ask for players."""
    rows = [[frame, 0, shirt, 1, 0.9] for frame, shirt in enumerate(shirts)]
    labels, spots = tmp_path / "labels.json", tmp_path / "spots.json"
    for file in (labels, spots):
        file.write_text(json.dumps({"keys": ["g_H1"], "events": {"g_H1": rows}}))
    command = ["score", "--task", "footpass", "--labels", str(labels), "--predictions", str(spots)]
    done = CliRunner().invoke(app, command)
    if refused:
        assert "names no player (every shirt is -1)" in str(done.exception)
    else:
        assert done.exit_code == 0, done.output
