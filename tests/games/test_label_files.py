"""Reading labels as the official evaluator sees them."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, strategies as st

from touchline.errors import UserError
from touchline.games import (
    SOCCERNET_V1,
    SOCCERNET_V2,
    Label,
    ProblemLog,
    event_problems,
    filter_games,
    read_label_files,
)
from touchline.games.label_files import _valid_labels, parse_label_entry

GAME = "league/season/game"
GOOD = {
    "gameTime": "1 - 00:01",
    "label": "Goal",
    "position": "1000",
    "team": "home",
    "visibility": "visible",
}


def write(root: Path, entries: list[Any], file: str = "Labels-v2.json") -> Path:
    (root / GAME).mkdir(parents=True, exist_ok=True)
    (root / GAME / file).write_text(json.dumps({"annotations": entries}))
    return root


def test_labels_in_the_order_of_the_file(tmp_path: Path) -> None:
    late = {**GOOD, "gameTime": "2 - 10:00", "position": "600000", "visibility": "not shown"}
    clock = {"gameTime": "1 - 10:30", "label": "Foul"}
    assert read_label_files(write(tmp_path, [late, GOOD, clock]), SOCCERNET_V2) == {
        GAME: [
            Label(2, 600_000, "Goal", "home", visible=False),
            Label(1, 1000, "Goal", "home"),
            Label(1, 630_000, "Foul"),
        ]
    }


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ({**GOOD, "gameTime": "1 - 5:0"}, "'gameTime' is '1 - 5:0', not like"),
        ({**GOOD, "gameTime": ""}, "'gameTime' is ''"),
        ({**GOOD, "gameTime": "3 - 00:01"}, "half is 3"),
        ({**GOOD, "position": "1.5"}, "'position' is '1.5', not a whole number"),
        ({**GOOD, "position": "-1"}, "position -1 ms is before its start"),
        ({**GOOD, "label": "Own goal"}, "unknown class 'Own goal'"),
        ({**GOOD, "team": 3}, "'team' is 3, not text"),
    ],
)
def test_bad_label_is_named_or_counted(tmp_path: Path, entry: Any, message: str) -> None:
    root = write(tmp_path, [GOOD, entry])
    with pytest.raises(UserError, match=f"{GAME}/Labels-v2.json, entry 2: {message}"):
        read_label_files(root, SOCCERNET_V2)
    problems = ProblemLog(lenient=True)
    assert read_label_files(root, SOCCERNET_V2, problems=problems)[GAME][0] == Label(
        1, 1000, "Goal", "home"
    )
    assert sum(problems.counts.values()) == 1


def test_version_1_knows_classes_by_a_part_of_the_name(tmp_path: Path) -> None:
    root = write(tmp_path, [{"gameTime": "1 - 00:01", "label": "soccer-ball-own"}], "Labels.json")
    assert read_label_files(root, SOCCERNET_V1)[GAME][0].label == "soccer-ball-own"
    with pytest.raises(UserError, match=r"contains no Labels-v2\.json"):
        read_label_files(root, SOCCERNET_V2)


def test_missing_game_is_named_or_left_out(tmp_path: Path) -> None:
    root = write(tmp_path, [GOOD])
    with pytest.raises(UserError, match=r"other/Labels-v2\.json is missing"):
        read_label_files(root, SOCCERNET_V2, games=["other"])
    problems = ProblemLog(lenient=True)
    assert read_label_files(root, SOCCERNET_V2, games=["other"], problems=problems) == {}
    assert problems.counts == {"game without labels": 1}


def test_matching_games() -> None:
    games = ["epl/2015/a 1 - 0 b", "epl/2016/c 1 - 0 d", "ligue/2015/e 0 - 0 f"]
    assert filter_games(games, ["epl/*"]) == games[:2]
    assert filter_games(games, ["2015"]) == [games[0], games[2]]
    assert filter_games([*games, games[0] + "2"], games[:1]) == games[:1]
    with pytest.raises(UserError, match="'serie-a' matches none of the 3 games: capital letters"):
        filter_games(games, ["serie-a"])


ODD = st.one_of(st.none(), st.integers(-9, 9), st.text(max_size=2), st.just([]))
ENTRIES = st.lists(
    st.fixed_dictionaries(
        {
            "label": st.sampled_from(["Goal", "Foul", "goal", None, 5, ["Goal"]]),
            "gameTime": st.sampled_from(["1 - 00:01", "2 - 45:00", "3 - 00:00", "", None, ["1"]]),
        },
        optional={
            "position": st.one_of(st.sampled_from(["0", "7200000", "7200001", "-1", 5.5]), ODD),
            "team": st.sampled_from(["home", None, 3, ["home"]]),
            "visibility": st.sampled_from(["not shown", "visible", None, 1]),
        },
    )
    | ODD,
    max_size=3,
)


@given(ENTRIES)
def test_columns_are_read_as_entries_are(entries: list[Any]) -> None:
    known = frozenset(SOCCERNET_V2.classes)
    found = _valid_labels(entries, known, 2)
    if found is not None:
        assert found == [parse_label_entry(entry) for entry in entries]
        assert not any(event_problems(label, known, SOCCERNET_V2) for label in found)


def test_files_without_problems_are_read_at_once() -> None:
    entry = {"gameTime": "2 - 00:01", "label": "Goal", "position": "1500", "visibility": "visible"}
    hidden = entry | {"visibility": "not shown", "team": "home"}
    assert _valid_labels([entry, hidden], SOCCERNET_V2.classes, 2) == [
        Label(2, 1500, "Goal"),
        Label(2, 1500, "Goal", "home", visible=False),
    ]
