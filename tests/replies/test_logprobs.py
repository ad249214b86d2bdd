import json
import math
from itertools import pairwise

import pytest
from hypothesis import given, strategies as st

from touchline.games import SOCCERNET_V2
from touchline.replies import parse_reply
from touchline.replies.logprobs import label_logprobs
from touchline.video import Window

WINDOW = Window("g", 1, 0, 9, 0, 3000, (0, 1000))
LIKELY = st.floats(-20, 0)


@st.composite
def tokenised(draw, text):
    """The text parted anywhere, empty tokens too, each with a probability."""
    cuts = sorted(draw(st.lists(st.integers(0, len(text)), max_size=30)))
    edges = [0, *cuts, len(text)]
    return [(text[a:b], draw(LIKELY)) for a, b in pairwise(edges)]


@st.composite
def replies(draw):
    labels = draw(st.lists(st.sampled_from(SOCCERNET_V2.classes), min_size=1, max_size=5))
    text = json.dumps([{"label": label, "time": 1.0} for label in labels])
    return text, labels, draw(tokenised(text))


@given(replies())
def test_the_sum_is_over_the_tokens_that_touch_the_label(reply):
    text, labels, tokens = reply
    start = 0
    for label, found in zip(labels, label_logprobs(text, tokens, labels), strict=True):
        start = text.index(f'"{label}"', start) + 1
        characters = set(range(start, start + len(label)))
        at, wanted = 0, 0.0
        for part, likely in tokens:
            if characters & set(range(at, at + len(part))):
                wanted += likely
            at += len(part)
        assert found == pytest.approx(wanted)
        start += len(label)


@given(replies())
def test_tokens_of_one_character_give_the_labels_own_sum(reply):
    text, labels, _ = reply
    tokens = [(character, -1.0) for character in text]
    assert label_logprobs(text, tokens, labels) == [-float(len(label)) for label in labels]


@given(replies(), st.sampled_from(["", " ", "\n\n"]), st.sampled_from(["", " \n"]))
def test_white_space_around_the_text_changes_nothing(reply, before, after):
    text, labels, tokens = reply
    around = [(before, -9.0), *tokens, (after, -9.0)]
    assert label_logprobs(text, around, labels) == label_logprobs(text, tokens, labels)


@given(st.text(), st.lists(st.tuples(st.text(), st.floats())), st.lists(st.text()), st.integers())
def test_whatever_comes_in_it_never_raises(text, tokens, labels, start):
    found = label_logprobs(text, tokens, labels, start)
    assert len(found) == len(labels)
    assert all(one is None or math.isfinite(one) for one in found)


@given(replies())
def test_tokens_that_are_not_the_text_give_none(reply):
    text, labels, tokens = reply
    assert label_logprobs(text, [*tokens[:-1], ("?", -1.0)], labels) == [None] * len(labels) or (
        tokens[-1][0] == ""
    )


def test_a_label_that_does_not_stand_there_as_written_has_none():
    text = r'{"label": "Yellow-\u003ered card"}'
    assert label_logprobs(text, [(text, -1.0)], ["Yellow->red card"]) == [None]


def test_a_value_is_not_taken_for_the_beginning_of_another():
    text = '{"details": "Goal kick", "label": "Goal"}'
    tokens = [('{"details": "', -1.0), ("Goal", -5.0), (' kick", "label": "', -1.0), ("Goal", -2.0)]
    assert label_logprobs(text, [*tokens, ('"}', -1.0)], ["Goal"]) == [-2.0]


def test_a_reading_has_the_probability_of_each_label():
    text = '<think>A Foul?</think>[{"label": "Foul", "time": 1}, {"label": "Foul / Yellow card"}]'
    tokens = [(character, -0.5) for character in text]
    reading = parse_reply(text, "stop", WINDOW, SOCCERNET_V2, tokens=tokens)
    assert [(one.label, one.label_logprob) for one in reading.detections] == [
        ("Foul", -2.0),
        ("Foul", pytest.approx(-0.5 * len(reading.detections[1].raw_label))),
        ("Yellow card", pytest.approx(-0.5 * len(reading.detections[2].raw_label))),
    ]
    assert all(
        one.label_logprob is None
        for one in parse_reply(text, "stop", WINDOW, SOCCERNET_V2).detections
    )


def test_reasoning_before_the_answer_does_not_count():
    text = '<think>"Foul" it is not.</think>{"label": "Foul"}'
    cut = text.index("</think>")
    tokens = [(text[:cut], -50.0), *[(character, -1.0) for character in text[cut:]]]
    assert (
        parse_reply(text, "stop", WINDOW, SOCCERNET_V2, tokens=tokens).detections[0].label_logprob
        == -4.0
    )
