"""Each parser by itself; `tests/replies/test_reply_parser.py` tries them in their order."""

import pytest

from touchline.games import BALL_12, SOCCERNET_V2
from touchline.replies.budget import Budget
from touchline.replies.parsers.registry import PARSERS

PARSE = {parser.name: parser.parse for parser in PARSERS}


def test_the_strict_parsers_come_first():
    assert [parser.name for parser in PARSERS] == [
        "json",
        "fenced json",
        "null",
        "yaml",
        "json in prose",
        "literals",
        "repaired json",
        "xml",
        "table",
        "fields",
        "markdown",
        "prose",
    ]


@pytest.mark.parametrize(
    ("parser", "text", "labels"),
    [
        ("json", '{"label": "Goal"}', ["Goal"]),
        ("json", 'Yes: {"label": "Goal"}', None),
        ("fenced json", 'Here you are:\n```json\n[{"label": "Goal"}]\n```', ["Goal"]),
        ("fenced json", '```json\n[{"label": "Goal"}]', None),
        ("null", "None.", []),
        ("null", "There are no significant events in these frames.", []),
        ("null", "No foul, but a corner kick is taken.", None),
        ("yaml", "Corner:\n  - time: 5.0\n  - time: 20.0\nGoal: []", ["Corner", "Corner"]),
        ("yaml", "Goal: no\nCorner: yes", None),
        ("json in prose", 'First {"label": "Foul"} then {"label": "Goal"}.', ["Foul", "Goal"]),
        ("json in prose", 'First {"label": "Foul"} then {"label": Goal}.', None),
        ("literals", "{'label': 'Goal', 'team': None}", ["Goal"]),
        ("repaired json", '[{"label": "Foul"}, {"label": "Goal" "team": "aw', ["Foul", "Goal"]),
        ("fields", "label: Foul, team: home; label=Corner", ["Foul", "Corner"]),
        ("markdown", "1. **Foul** (home team) at 1.4 s: late\n2. Nothing else", ["Foul"]),
        ("prose", "A player commits a foul. No card is shown.", ["foul"]),
        ("prose", "A player dribbles towards the goal.", None),
    ],
)
def test_a_parser_reads_its_own_kind_of_text(parser, text, labels):
    events = PARSE[parser](text, SOCCERNET_V2, Budget(10))
    assert (events if events is None else [event.label for event in events]) == labels


@pytest.mark.parametrize("parser", [parser.name for parser in PARSERS if parser.name != "null"])
def test_no_parser_returns_more_events_than_asked(parser):
    texts = (
        '{"label": "Foul"}\n' * 9,
        "- Foul at 1 s\n- Corner at 2 s\n",
        "A foul. A corner kick.",
    )
    for text in (*texts, '[{"label": "Foul"}, {"label": "Goal"}]'):
        assert len(PARSE[parser](text, SOCCERNET_V2, Budget(1)) or ()) <= 1


def test_names_are_those_of_the_task():
    assert PARSE["prose"]("A header by the striker.", SOCCERNET_V2, Budget(10)) is None
    (event,) = PARSE["prose"]("A header by the striker.", BALL_12, Budget(10))
    assert event.label == "header"
    (event,) = PARSE["json"]('["DRIVE"]', BALL_12, Budget(10))
    assert event.label == "DRIVE"
