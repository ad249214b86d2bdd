import json

import pytest

from tests.replies.damaged_replies import WINDOW
from touchline.games import SOCCERNET_V2
from touchline.prompts.match_context import MatchContext, Side
from touchline.replies import Outcome, Reading, ReadPolicy, TimeSource, failed_reading, parse_reply


def read(text: str, finish_reason: str | None = "stop", **more: object) -> Reading:
    return parse_reply(text, finish_reason, WINDOW, SOCCERNET_V2, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    [
        "None",
        "None.",
        "none",
        " **None.** ",
        '"None"',
        "null",
        "N/A",
        "[]",
        "{}",
        "```json\n[]\n```",
        "```\nNone\n```",
        '{"label": null}',
        '{"label": "None", "team": null}',
        '{"events": []}',
        '[{"label": "No event"}]',
        "No significant events.",
        "No events detected in these frames.",
        "Nothing significant happens.",
        "There are no significant events in the given frames.",
        "The output is None.",
        "Output: None",
        "<think>Is it a goal? No.</think>\nNone.",
        "None<|im_end|>",
    ],
)
def test_null_in_its_many_forms_is_nothing(text: str) -> None:
    reading = read(text)
    assert (reading.outcome, reading.detections) == (Outcome.NOTHING, ())
    assert reading.parser


@pytest.mark.parametrize("text", ["", "  \n", "\ufeff"])
def test_an_empty_reply_is_not_nothing(text: str) -> None:
    assert read(text).outcome is Outcome.UNREADABLE
    assert read(text).note == "the reply is empty"


@pytest.mark.parametrize(
    "text",
    [
        "I'm sorry, but I can't help with that.",
        "I cannot analyze images.",
        "As an AI language model, I do not see the frames.",
        "Unfortunately, I am unable to view the video.",
        "No images were provided.",
    ],
)
def test_a_refusal_is_not_nothing(text: str) -> None:
    assert read(text).outcome is Outcome.REFUSED


def test_an_endpoints_own_refusal_is_known_by_its_reason() -> None:
    assert read('{"label": "Goal"}', "content_filter").outcome is Outcome.REFUSED


def test_a_failure_is_failed_and_keeps_its_message() -> None:
    reading = failed_reading(WINDOW, "the endpoint hung up")
    assert (reading.outcome, reading.note) == (Outcome.FAILED, "the endpoint hung up")


def test_a_cut_reply_keeps_its_complete_events_and_no_half_number() -> None:
    reading = read('[{"label": "Foul", "time": 1.2}, {"label": "Goal", "time": 3.', "length")
    assert reading.outcome is Outcome.TRUNCATED
    foul, goal = reading.detections
    assert (foul.label, foul.position_ms) == ("Foul", 11_200)
    assert (goal.label, goal.time_source) == ("Goal", TimeSource.CENTRE)


def test_a_half_label_is_no_event() -> None:
    reading = read('{"label": "Shots o', "length")
    assert (reading.outcome, reading.detections) == (Outcome.TRUNCATED, ())


def test_a_cut_shows_even_when_the_engine_says_nothing() -> None:
    reading = read('```json\n[{"label": "Foul", "details": "Player 20000', None)
    assert reading.outcome is Outcome.TRUNCATED
    assert "named no reason" in reading.note


def test_what_is_no_class_is_kept_as_other() -> None:
    reading = read('{"label": "Goal kick", "team": "home"}')
    assert reading.outcome is Outcome.EVENTS
    assert [(one.label, one.raw_label) for one in reading.detections] == [(None, "Goal kick")]


def test_two_names_in_one_label_are_two_events() -> None:
    labels = [one.label for one in read('{"label": "Foul, Yellow card"}').detections]
    assert labels == ["Foul", "Yellow card"]


def test_a_heading_of_the_prompt_gives_way_to_the_details() -> None:
    text = '{"label": "Set Pieces", "details": "Corner"}'
    assert read(text).detections[0].label == "Corner"
    assert read(text, policy=ReadPolicy(headings=False)).detections[0].label is None
    assert read('{"label": "Other", "details": "Player walks"}').detections[0].label is None


def test_the_prompts_own_example_is_no_event() -> None:
    echo = '{"label": "EVENT_TYPE", "team": "home" OR "away", "time": SECONDS}'
    assert read(echo).outcome is Outcome.UNREADABLE


def test_an_echoed_prompt_is_cut_away() -> None:
    prompt = (
        "Analyze these 20 soccer game frames and identify ALL events.\n- Fouls: Foul, Offside\n"
        "CRITICAL: If nothing significant happens, output exactly: None."
    )
    answer = '{"label": "Corner"}'
    for known in (prompt, None):
        labels = [
            one.label for one in read(f"{prompt}\nassistant\n{answer}", prompt=known).detections
        ]
        assert labels == ["Corner"]
    assert read(f"{prompt}\nassistant\nNone.", prompt=prompt).outcome is Outcome.NOTHING


def test_a_loop_is_read_up_to_the_policys_limit_and_noted() -> None:
    loop = "\n".join(f'{{"label": "Foul", "time": {i / 200}}}' for i in range(500))
    reading = read(loop, policy=ReadPolicy(max_events=50))
    assert len(reading.detections) == 50
    assert "only the first 50 events" in reading.note


CORNER = {"label": "Corner", "time": 1.4}


def wrapped(depth, value):
    return value if depth == 0 else {"name": "wrapper", "arguments": wrapped(depth - 1, value)}


@pytest.mark.parametrize(
    ("text", "note"),
    [
        (json.dumps([CORNER, *[[1]] * 2100]), "only the first 2,000 values were read"),
        (
            json.dumps([CORNER, *(f"Player {n} runs with the ball." for n in range(300))]),
            "only the first 5,000 characters of sentences were read",
        ),
        (
            "A corner kick. " + "He runs. " * 1000,
            "the first and the last 2,500 characters were read",
        ),
        ("label,time\nCorner,1.4\n" + "- \n" * 600, "only the first 500 lines were read"),
        (
            json.dumps([CORNER, *[{}] * 300_000]),
            "the first and the last 16,384 characters were read",
        ),
        (
            "event,time,notes\nCorner,1.4," + "x" * 700,
            "only the first 600 characters of a table's row were read",
        ),
        (
            "<a><label>Corner</label><time>1.4</time></a>" + "<b/>" * 6_000,
            "only the first 5,000 tags were read",
        ),
        (
            "<a><label>Corner</label><time>1.4</time></a>" + "<b>" * 40 + "</b>" * 40,
            "elements inside of 30 others were not read",
        ),
        (
            "- Corner at 1.4 s" + ", far from the goal" * 40,
            "only the first 400 characters of an item of a list were read",
        ),
        (
            'I see {"label": "Corner", "time": 1.4} and ' + "[1] " * 3_000,
            "was not read",
        ),
    ],
    ids=[
        "values",
        "sentences in values",
        "sentences",
        "lines",
        "a megabyte",
        "a long row",
        "tags",
        "deep elements",
        "a long item",
        "values in prose",
    ],
)
def test_what_is_left_out_of_a_long_reply_is_noted(text, note):
    reading = read(text)
    assert [one.label for one in reading.detections] == ["Corner"]
    assert note in reading.note


@pytest.mark.parametrize(
    ("around", "note"),
    [
        ("| Event | Seen |\n|---|---|\n| Goal | no |\n", "of the text around a table"),
        ("- Goal: no\n", "characters around a list"),
    ],
)
def test_what_is_left_out_around_a_denial_is_noted(around, note):
    reading = read("He runs with the ball. " * 150 + "\n" + around)
    assert (reading.outcome, reading.detections) == (Outcome.NOTHING, ())
    assert note in reading.note


def test_what_is_too_deep_in_wrappers_is_noted():
    reading = read(json.dumps([CORNER, wrapped(25, [{"label": "Goal"}])]))
    assert [one.raw_label for one in reading.detections] == ["Corner", "wrapper"]
    assert "what is inside of 20 other objects was not read" in reading.note


def test_an_empty_answer_says_what_ended_it():
    assert "its tokens were used up" in read("", finish_reason="length").note
    note = read("", finish_reason="MALFORMED_FUNCTION_CALL").note
    assert note == "it ended before an answer began, for the reason 'MALFORMED_FUNCTION_CALL'"


def test_a_short_reply_has_no_note_of_what_was_left_out():
    assert read('{"rows": [[1], [2]], "label": "Corner", "time": 1.4}').note == ""


def test_a_time_outside_the_window_is_not_trusted() -> None:
    reading = read('{"label": "Goal", "time": 99}')
    assert reading.detections[0].position_ms == WINDOW.centre_ms
    assert reading.detections[0].time_source is TimeSource.CENTRE
    assert "outside the window" in reading.note


def test_frames_are_counted_from_the_prompts_first_number() -> None:
    text = '{"label": "Goal", "frame": 103}'
    found = read(text, first_frame=101).detections[0]
    assert (found.position_ms, found.time_source) == (10_400, TimeSource.FRAME)
    assert read(text).detections[0].time_source is TimeSource.CENTRE


def test_teams_by_name_and_shirt_through_the_context() -> None:
    context = MatchContext(
        home=Side(team="Chelsea", kit="dark blue"),
        away=Side(team="Burnley", kit="white and claret"),
    )
    for said, team in [("Chelsea FC", "home"), ("in white", "away"), ("Arsenal", None)]:
        text = f'{{"label": "Foul", "team": "{said}"}}'
        assert read(text, context=context).detections[0].team == team


@pytest.mark.parametrize(
    ("text", "parser"),
    [
        ('{"label": "Foul"}', "json"),
        ('Here:\n```json\n{"label": "Foul"}\n```', "fenced json"),
        ('First {"label": "Foul"} and that is all.', "json in prose"),
        ("{'label': 'Foul', 'team': None}", "literals"),
        ('{"label": "Foul" "team": "home"', "repaired json"),
        ("Label: Foul\nTeam: home", "fields"),
        ("1. **Foul** by the home team", "markdown"),
        ("The defender commits a foul near the box.", "prose"),
    ],
)
def test_the_parser_that_succeeded_is_recorded(text: str, parser: str) -> None:
    reading = read(text)
    assert reading.parser == parser
    assert [one.label for one in reading.detections] == ["Foul"]


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("A player dribbles towards the goal in a red shirt.", []),
        ("No foul, but a corner kick is taken.", ["Corner"]),
        ("The striker scores a goal. The keeper is beaten.", ["Goal"]),
        ("The referee shows a yellow card after the foul.", ["Yellow card", "Foul"]),
        ("The goalkeeper takes a goal kick.", []),
        ("There is a throw-in at 1.4 s for the away team.", ["Throw-in"]),
    ],
)
def test_prose(text: str, labels: list[str]) -> None:
    reading = read(text)
    assert [one.label for one in reading.detections] == labels
    assert reading.outcome is (Outcome.EVENTS if labels else Outcome.UNREADABLE)


def test_prose_carries_time_team_and_doubt() -> None:
    (one,) = read("There might be a throw-in at 1.4 s for the away team.").detections
    assert (one.position_ms, one.team, one.confidence) == (11_400, "away", 0.4)


@pytest.mark.parametrize(
    ("text", "finish_reason"),
    [
        ("", "length"),
        ("", "MAX_TOKENS"),
        ("<think>Is that a goal? The net", "length"),
        ("<think>Is that a goal? The net", None),
        ("<reasoning>Is {that} a goal? The net", "stop"),
    ],
)
def test_an_answer_that_thought_itself_empty_is_truncated_with_that_reason(text, finish_reason):
    reading = read(text, finish_reason)
    assert reading.outcome is Outcome.TRUNCATED
    assert "used up before an answer began" in reading.note
    assert "thinking_allowance" in reading.note


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("<think>Is that a goal?</think>None.", Outcome.NOTHING),
        ("<think>Is that a goal?</think>", Outcome.UNREADABLE),
        ("", Outcome.UNREADABLE),
    ],
)
def test_thoughts_that_end_are_not_cut_off(text, outcome):
    assert read(text, "stop").outcome is outcome
