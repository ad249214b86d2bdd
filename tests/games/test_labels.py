import json

import pytest

from touchline.errors import UserError
from touchline.games import SOCCERNET_V2, Label, Task, parse_labels, read_labels


def text_of(**changes):
    entry = {
        "gameTime": "1 - 12:34",
        "label": "Goal",
        "position": "754321",
        "team": "home",
        "visibility": "visible",
    }
    entry |= changes
    return json.dumps({"annotations": [{k: v for k, v in entry.items() if v is not None}]})


def test_reads_an_annotation_as_it_stands():
    assert parse_labels(text_of(), SOCCERNET_V2, "x") == (Label(1, 754321, "Goal", "home", True),)


def test_position_overrides_the_clock_and_the_clock_serves_where_it_is_absent():
    assert parse_labels(text_of(position=None), SOCCERNET_V2, "x")[0].position_ms == 754000


def test_not_shown_is_not_visible():
    assert not parse_labels(text_of(visibility="not shown"), SOCCERNET_V2, "x")[0].visible


def test_labels_come_in_the_order_of_time():
    entries = [
        {"gameTime": "2 - 00:01", "label": "Foul"},
        {"gameTime": "1 - 00:09", "label": "Goal"},
        {"gameTime": "1 - 00:02", "label": "Corner"},
    ]
    labels = parse_labels(json.dumps({"annotations": entries}), SOCCERNET_V2, "x")
    assert [label.label for label in labels] == ["Corner", "Goal", "Foul"]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"label": "Gaol"}, "unknown class 'Gaol'; the nearest is 'Goal'"),
        ({"label": None}, "unknown class None"),
        ({"gameTime": "12:34"}, "gameTime is '12:34', not like"),
        ({"gameTime": "3 - 00:01"}, "is in half 3; halves are 1 and 2"),
        ({"position": "1.5"}, "position is '1.5', not whole milliseconds"),
        ({"position": "-5"}, "before the start of the half"),
        ({"team": "red"}, "team is 'red', not one of home, away"),
    ],
)
def test_what_is_wrong_is_named_with_its_file_and_entry(changes, sentence):
    with pytest.raises(UserError) as caught:
        parse_labels(text_of(**changes), SOCCERNET_V2, "here.json")
    assert str(caught.value).startswith("labels here.json, annotation 1: ")
    assert sentence in str(caught.value)


def test_a_team_in_a_task_without_teams_is_named():
    with pytest.raises(UserError, match="team is 'home', and task 'x' has no teams"):
        parse_labels(text_of(), Task("x", ("Goal",), teams=()), "here.json")


@pytest.mark.parametrize("text", ["", "{", "[]", '{"annotations": 3}', "[" * 100_000])
def test_what_is_no_label_file_is_one_sentence(text):
    with pytest.raises(UserError, match=r"labels here\.json"):
        parse_labels(text, SOCCERNET_V2, "here.json")


def test_a_missing_or_binary_file_is_one_sentence(tmp_path):
    with pytest.raises(UserError, match="cannot be read"):
        read_labels(tmp_path / "none.json", SOCCERNET_V2)
    (tmp_path / "bytes.json").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UserError, match="cannot be read"):
        read_labels(tmp_path / "bytes.json", SOCCERNET_V2)
