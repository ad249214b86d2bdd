"""Windows that exceed the limits of an endpoint, through the real SDK."""

import base64
import io
import logging

import pytest
from PIL import Image

from tests.models.endpoint.test_dispatcher import engine
from tests.support.asking import jpeg, noisy_jpeg
from tests.support.endpoint import Endpoint, completion
from touchline.games import SOCCERNET_V2
from touchline.models import Failure, Generation, Request
from touchline.prompts import build_messages, load_template
from touchline.video import Window


def request(number, frames):
    times = tuple(number * 2000 + 100 * frame for frame in range(len(frames)))
    window = Window("g", 1, number, 99, number * 2000, number * 2000 + 3000, times)
    asked = build_messages(window, load_template("base.v1", SOCCERNET_V2))
    return Request(f"k{number}", window, asked, lambda: frames, Generation())


def images(body):
    urls = [one["image_url"]["url"] for one in body["messages"][0]["content"] if "image_url" in one]
    return [base64.b64decode(url.split(",")[1]) for url in urls]


def size(jpeg):
    return Image.open(io.BytesIO(jpeg)).size


def ask(refusal, frames, windows=4, **card):
    """Asks an endpoint that refuses what `refusal` gives a body for."""

    def answer(body):
        refused = refusal(images(body))
        return refused or (200, completion("None."), {})

    with Endpoint(answer) as endpoint:
        asked = engine(endpoint.base_url, in_flight=1, **card)
        answers = list(asked.replies(request(n, frames) for n in range(windows)))
        asked.close()
    return answers, endpoint.bodies


def refused(message, status=400):
    return status, {"error": {"message": message}}, {}


def test_a_stated_number_of_images_is_kept_to_and_said(caplog):
    def at_most_8(shown):
        return refused("At most 8 image(s) may be provided.") if len(shown) > 8 else None

    frames = [jpeg(10 * n, (64, 36)) for n in range(15)]
    with caplog.at_level(logging.WARNING):
        answers, bodies = ask(at_most_8, frames)
    assert {one.lowered for one in answers} == {("frames 15 to 8",)}
    counts = [len(images(body)) for body in bodies]
    assert counts.count(15) <= 2, "only windows that were on their way learn it again"
    assert set(counts) == {15, 8}
    (said,) = [r.getMessage() for r in caplog.records if "windows keep to" in r.getMessage()]
    assert "windows keep to 8 frames" in said


def test_a_parameter_says_what_a_sentence_does_not():
    def at_most_6(shown):
        body = {"message": "At most 6 may be provided in one prompt.", "param": "image"}
        return (400, {"error": body}, {}) if len(shown) > 6 else None

    answers, _ = ask(at_most_6, [jpeg(10 * n, (64, 36)) for n in range(15)])
    assert {one.lowered for one in answers} == {("frames 15 to 6",)}


def test_more_than_20_images_are_sent_with_at_most_2000_pixels_a_side():
    def many_images(shown):
        if len(shown) > 20 and max(max(size(one)) for one in shown) > 2000:
            return refused(
                "messages.0.content.5.image.source.base64.data: At least one of the image "
                "dimensions exceed max allowed size for many-image requests: 2000 pixels"
            )
        return None

    frames = [jpeg(5 * n, (2560, 144)) for n in range(21)]
    answers, bodies = ask(many_images, frames, windows=2)
    assert {one.lowered for one in answers} == {("pixels 2560x144 to 2000x112",)}
    assert len(images(bodies[-1])) == 21, "no frame is left out"


@pytest.mark.parametrize(
    ("message", "status"),
    [
        ("image exceeds 40 KB maximum", 400),
        ("image file size is too large", 400),
        ("<html>413 Request Entity Too Large</html>", 413),
    ],
)
def test_bytes_are_lowered_and_no_frame_left_out(message, status):
    def at_most_40_kb(shown):
        too_large = max(len(one) * 4 / 3 for one in shown) > 40_000
        return refused(message, status) if too_large else None

    answers, bodies = ask(at_most_40_kb, [noisy_jpeg(480)] * 3, windows=3)
    assert all(one.lowered for one in answers)
    assert len(images(bodies[-1])) == 3
    assert all("frames" in one.lowered[0] or "pixels" in one.lowered[0] for one in answers)


def test_what_is_never_small_enough_is_given_up():
    answers, bodies = ask(
        lambda _: refused("image dimensions exceed the limit in pixels"), [noisy_jpeg(480)] * 2, 1
    )
    assert [type(one) for one in answers] == [Failure]
    assert len(bodies) <= 5
    answers, bodies = ask(lambda _: refused("Payload Too Large", 413), [noisy_jpeg(480)] * 4, 1)
    assert [type(one) for one in answers] == [Failure]
    assert len(bodies) <= 14
    assert len(images(bodies[-1])) == 1
