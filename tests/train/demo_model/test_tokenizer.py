"""The demo model's own tokenizer and processor."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from PIL import Image

from touchline.games import SOCCERNET_V2
from touchline.train.demo_model.answers import TargetEvent, answer
from touchline.train.demo_model.clips import prompt_windows
from touchline.train.demo_model.demo import build_processor
from touchline.train.demo_model.questions import Questions, question
from touchline.train.demo_model.tokenizer import chat
from touchline.train.demo_model.training_settings import FRAME_SPEC, Sizes
from touchline.train.demo_model.validate import MAX_TOKENS
from touchline.video import Window

WINDOW = Window("g", 1, 3, 9, 30_000, 38_000, tuple(range(30_020, 38_000, 400)))
claims = st.builds(
    TargetEvent,
    label=st.sampled_from(SOCCERNET_V2.classes),
    team=st.sampled_from(["home", "away"]),
    position_ms=st.integers(30_000, 37_999),
    probability=st.floats(0, 1),
)


@pytest.fixture(scope="module")
def processor() -> Any:
    return build_processor(Sizes())


@given(wanted=st.lists(claims, max_size=12))
@settings(deadline=None)
def test_every_answer_comes_back_and_fits(processor: Any, wanted: list[TargetEvent]) -> None:
    text = answer(WINDOW, wanted, SOCCERNET_V2)
    ids = processor.tokenizer(text)["input_ids"]
    assert processor.decode(ids, skip_special_tokens=True) == text
    assert len(ids) < MAX_TOKENS


@given(text=st.text(max_size=200))
@settings(deadline=None)
def test_any_text_at_all_comes_back(processor: Any, text: str) -> None:
    ids = processor.tokenizer(text)["input_ids"]
    assert processor.tokenizer.decode(ids) == text


def test_label_team_time_and_confidence_are_one_token_each(processor: Any) -> None:
    text = answer(WINDOW, [TargetEvent("Yellow->red card", "away", 37_400, 0.35)], SOCCERNET_V2)
    tokens = [processor.decode([token]) for token in processor.tokenizer(text)["input_ids"]]
    assert [token for token in tokens if token in ("Yellow->red card", "away", "7.4", "0.35")] == [
        "Yellow->red card",
        "away",
        "7.4",
        "0.35",
    ]


def test_a_question_is_tokenised_as_the_engine_will_do_it(processor: Any) -> None:
    frames = [Image.new("RGB", (227, 128), (9, place, 99)) for place in range(20)]
    turn = chat(question(WINDOW, SOCCERNET_V2))
    for part, frame in zip(turn[0]["content"], frames, strict=False):
        part["image"] = frame
    inputs = processor.apply_chat_template(
        [turn],
        add_generation_prompt=True,
        tokenize=True,
        return_dict=True,
        return_tensors="pt",
    )
    questions = Questions(processor, SOCCERNET_V2)
    assert inputs["input_ids"][0].tolist() == questions.ids(WINDOW)


@pytest.mark.parametrize("window", prompt_windows(), ids=lambda w: str(len(w.frame_times_ms)))
def test_each_frame_of_each_length_has_its_own_number_and_time(
    processor: Any, window: Window
) -> None:
    questions = Questions(processor, SOCCERNET_V2)
    for tokens in (questions.time_tokens, questions.number_tokens):
        named = [token for token in questions.ids(window) if token in tokens]
        assert len(named) == len(set(named)) == len(window.frame_times_ms)


def test_a_frame_looks_the_same_in_any_company(processor: Any) -> None:
    draw = np.random.default_rng(0)
    frames = [
        Image.fromarray(draw.integers(0, 256, (FRAME_SPEC.height or 1, 227, 3), dtype=np.uint8))
        for _ in range(3)
    ]
    alone = processor.image_processor([[frames[0]]], return_tensors="np")["pixel_values"]
    among = processor.image_processor([[frames[1], frames[0]], [frames[2]]], return_tensors="np")
    assert np.array_equal(alone[0, 0], among["pixel_values"][0, 1])
