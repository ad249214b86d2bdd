"""What stays in the picture while all else changes."""

from fractions import Fraction

import av
import numpy as np
import pytest

from tests.support.videos import DEMO_MATCH
from touchline.errors import UserError
from touchline.video import find_static_parts

WIDTH, HEIGHT = 320, 180
BOARD = (slice(10, 26), slice(20, 100))


def write(path, board=True, pictures=20):
    """Pictures of blurred noise, each a key frame, with or without a board in the same place."""
    random = np.random.default_rng(0)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=25, options={"g": "1"})
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        stream.time_base = stream.codec_context.time_base = Fraction(1, 25)
        for number in range(pictures):
            coarse = random.integers(0, 255, (HEIGHT // 20, WIDTH // 20), dtype=np.uint8)
            picture = np.repeat(np.kron(coarse, np.ones((20, 20), np.uint8))[..., None], 3, axis=2)
            if board:
                picture[BOARD] = 20
                picture[12:24, 24:40] = 240  # a name
                picture[12:24, 60:90] = random.integers(0, 255)  # a clock
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame.pts, frame.time_base = number, Fraction(1, 25)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def test_a_board_is_found_where_it_is(tmp_path):
    boxes = find_static_parts(write(tmp_path / "a.mkv"))
    covered = np.zeros((HEIGHT, WIDTH), bool)
    for left, top, width, height in boxes:
        rows = slice(round(top * HEIGHT), round((top + height) * HEIGHT))
        covered[rows, round(left * WIDTH) : round((left + width) * WIDTH)] = True
    assert covered[12:24, 24:40].all()
    assert covered.mean() < 0.1


def test_a_picture_in_which_nothing_stays_has_no_such_part(tmp_path):
    assert find_static_parts(write(tmp_path / "b.mkv", board=False)) == ()


def test_the_scoreboard_of_the_demo_match_is_found_at_the_top():
    (half,) = DEMO_MATCH.rglob("1_224p.mkv")
    boxes = find_static_parts(half)
    assert boxes
    assert all(top < 0.1 and height < 0.15 for _, top, _, height in boxes)


def test_too_few_key_frames_are_refused(tmp_path):
    with pytest.raises(UserError, match="has 3 key frames"):
        find_static_parts(write(tmp_path / "c.mkv", pictures=3))
