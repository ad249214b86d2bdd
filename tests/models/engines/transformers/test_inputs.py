"""How a reduced window reaches processors that show frames as a video, or know no image parts."""

from types import SimpleNamespace

import pytest

from tests.support.asking import request
from touchline.models import find_card
from touchline.models.engines.transformers.asked import read, smaller
from touchline.models.engines.transformers.inputs import model_inputs

NOTE = "Of these frames, only the following are shown: 1, 4."


def card(**changes):
    return find_card({"name": "t", "engine": "transformers", "checkpoint": "org/t", **changes})


class Processor:
    """Keeps what it is given; stands for a processor and its tokenizer."""

    def __init__(self):
        self.tokenizer = SimpleNamespace(
            apply_chat_template=lambda turns, **_: turns[-1]["content"]
        )

    def apply_chat_template(self, chats, processor_kwargs, **_):
        return chats, processor_kwargs

    def __call__(self, text, images, **_):
        return text, images


def halved(**changes):
    return smaller(read(request(0, frames=4), card(**changes)), "frames")


def test_a_reduced_video_has_the_frames_that_are_left_at_their_times():
    asked = halved(frames_as="video", video="native")
    ((chat,), options) = model_inputs(Processor(), card(frames_as="video", video="native"), [asked])
    video, note, text = chat[-1]["content"]
    assert video["video"] == [asked.pictures[0], asked.pictures[3]]
    assert (note["text"], text["text"]) == (NOTE, asked.request.messages.text)
    assert options["video_metadata"][0][0]["frames_indices"] == [0, 600]


def test_one_frame_is_an_image_also_where_frames_are_a_video():
    asked = smaller(halved(frames_as="video", video="native"), "frames")
    ((chat,), _) = model_inputs(Processor(), card(frames_as="video", video="native"), [asked])
    image, note, _text = chat[-1]["content"]
    assert image == {"type": "image", "image": asked.pictures[2]}
    assert note["text"].endswith("shown: 3.")


@pytest.mark.parametrize("marker", ["<|image_{n}|>\n", "<|image_{n}|>"])
def test_markers_count_the_images_that_are_shown_and_the_sentence_has_its_own_line(marker):
    asked = halved(image_marker=marker)
    text, images = model_inputs(Processor(), card(image_marker=marker), [asked])
    assert images == [asked.pictures[0], asked.pictures[3]]
    shown = marker.format(n=1) + marker.format(n=2)
    assert text == f"{shown}{NOTE}\n{asked.request.messages.text}"
