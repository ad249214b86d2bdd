"""How frames are taken, in a person's words."""

import pytest
from pydantic import ValidationError

from touchline.validation import one_sentence
from touchline.video import Decoding, FrameSpec


def test_yaml_becomes_a_frame_spec():
    words = {
        "frames": 8,
        "window": 4,
        "stride": 1.5,
        "height": 224,
        "max_pixels": 90_000,
        "crop": [0, 0.1, 1, 0.9],
        "mask": ["top-left", [0.5, 0.5, 0.5, 0.5]],
        "stamp": True,
        "decoding": "keyframes",
    }
    recipe = FrameSpec.model_validate(words)
    assert recipe == FrameSpec(
        window=4,
        stride=1.5,
        height=224,
        frames=8,
        max_pixels=90_000,
        crop=(0, 0.1, 1, 0.9),
        mask=((0.0, 0.0, 0.35, 0.15), (0.5, 0.5, 0.5, 0.5)),
        stamp=True,
        decoding=Decoding.KEYFRAMES,
    )
    assert (recipe.window_ms, recipe.stride_ms) == (4000, 1500)


@pytest.mark.parametrize("mask", ["top-left", ["top-left"], [0, 0, 0.35, 0.15]])
def test_one_mask_needs_no_list_around_it(mask):
    assert FrameSpec.model_validate({"mask": mask}).mask == ((0.0, 0.0, 0.35, 0.15),)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ({"mask": "middle"}, "mask is 'middle': 'middle' is not one of the corners top-left, "),
        ({"mask": 3}, "mask is 3: name a corner"),
        ({"crop": [0, 0.5, 1, 0.6]}, "crop is [0, 0.5, 1, 0.6]: [left, top, width, height] must"),
        ({"crop": [0, 0, 0, 1]}, "must be shares that stay within the picture"),
        ({"frames": 8, "fps": 2}, "fps and frames exclude each other"),
        ({"frames": 0}, "frames is 0"),
        ({"decoding": "quick"}, "decoding is 'quick': expected 'exact', 'fast' or"),
        ({"stamp": "perhaps"}, "stamp is 'perhaps'"),
        ({"max_pixels": 1}, "max_pixels is 1"),
        ({"hieght": 1}, "hieght is not known; the nearest is 'height'"),
    ],
)
def test_a_wrong_word_is_one_sentence(words, sentence):
    with pytest.raises(ValidationError) as caught:
        FrameSpec.model_validate(words)
    assert sentence in one_sentence(caught.value, FrameSpec.model_fields)


def test_a_benchmarks_rate_goes_before_a_cards_number_of_frames():
    card = FrameSpec(frames=8, window=4)
    assert FrameSpec(fps=2).over(card) == FrameSpec(fps=2, window=4)
    assert FrameSpec(height=100).over(card) == FrameSpec(frames=8, window=4, height=100)


@pytest.mark.parametrize(
    ("given", "below", "frames", "rate"),
    [
        ({"frames": 2, "window": 10}, {"fps": 2.5, "window": 8}, 2, None),
        ({"fps": 2}, {"frames": 8}, None, 2),
        ({"frames": None}, {"frames": 8}, None, 5),
        ({"window": 4}, {"frames": 8}, 8, None),
        ({}, {"fps": 2}, None, 2),
    ],
)
def test_settings_over_others_can_be_stored_and_read_again(given, below, frames, rate):
    spec = FrameSpec(**given).over(FrameSpec(**below))
    assert (spec.frames, None if spec.frames else spec.fps) == (frames, rate)
    known = spec.model_dump(exclude_unset=True)
    assert FrameSpec.model_validate(known) == spec
