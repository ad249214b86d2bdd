"""The parts of the picture that stay while everything else changes: scoreboards and logos."""

from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from touchline.errors import UserError
from touchline.video.frame_spec import Box
from touchline.video.packets import decoded_frames
from touchline.video.probe import open_video, video_stream

WIDTH = 160
"""Pixels across the picture when it is searched; a scoreboard is some 30 of them wide."""

_LEAST_PICTURES, _MOST_PICTURES = 8, 60
_SAME = 12
"""Difference in brightness, of 255, under which a pixel has not changed."""

_STAYS = 0.7
"""Share of the pictures in which a part has to stay; replays and close-ups often hide it."""

_EDGE = 24
"""Contrast to the next pixel in the median picture. Grass stays green too, but has no edges there:
what moves is blurred away by the median."""

_LEAST_PIXELS = 6
_MARGIN = 0.35
"""A part lies wholly within this share of the picture's height from its top or its bottom."""

Bools = NDArray[np.bool_]


@lru_cache(maxsize=256)
def find_static_parts(video: Path) -> tuple[Box, ...]:
    """Where a video shows the same thing through most of a half, near its top or bottom edge.

    Only key frames are decoded, so a half takes seconds. Digits of a clock may change: the frame
    and the letters around them stay.

    Returns:
        Left, top, width and height as shares of the picture, in reading order; empty where nothing
        stays.

    Raises:
        UserError: the video cannot be opened, or has too few key frames to tell.
    """
    pictures = _key_pictures(video)
    median = np.median(pictures, axis=0)
    stays = (np.abs(pictures - median) <= _SAME).mean(axis=0) >= _STAYS
    sharp = np.maximum(
        np.abs(np.diff(median, axis=0, append=median[-1:])),
        np.abs(np.diff(median, axis=1, append=median[:, -1:])),
    )
    return _boxes(np.asarray(stays & (sharp >= _EDGE)))


def _key_pictures(video: Path) -> NDArray[np.float32]:
    """Brightness of key frames spread over the half; shape (pictures, height, width)."""
    from av.video.reformatter import VideoReformatter

    scaler, found = VideoReformatter(), []
    with open_video(video) as container:
        stream = video_stream(container)
        stream.codec_context.skip_frame = "NONKEY"
        for frame in decoded_frames(container, stream):
            height = max(16, round(WIDTH * frame.height / frame.width))
            small = scaler.reformat(frame, WIDTH, height, "gray8", interpolation="AREA")
            found.append(small.to_ndarray())
    if len(found) < _LEAST_PICTURES:
        raise UserError(
            f"{video} has {len(found)} key frames, and {_LEAST_PICTURES} are needed to find what "
            "stays in the picture: choose another control, or sampling.mask."
        )
    places = np.linspace(0, len(found) - 1, min(len(found), _MOST_PICTURES)).round().astype(int)
    return np.stack([found[place] for place in places]).astype(np.float32)


def _boxes(marks: Bools) -> tuple[Box, ...]:
    """Boxes around marks that are near each other, one pixel larger than these."""
    from scipy.ndimage import binary_dilation, find_objects, label

    height, width = marks.shape
    near = binary_dilation(marks, iterations=2)
    numbered, _ = label(near)
    boxes = []
    for place, (rows, columns) in enumerate(find_objects(numbered), 1):
        own = marks[rows, columns] & (numbered[rows, columns] == place)
        top, bottom = rows.start / height, rows.stop / height
        at_an_edge = bottom <= _MARGIN or top >= 1 - _MARGIN
        if own.sum() >= _LEAST_PIXELS and at_an_edge:
            left, right = columns.start / width, columns.stop / width
            sides = (left, top, right - left, bottom - top)
            boxes.append(tuple(round(side, 4) for side in sides))
    return tuple(sorted((box[0], box[1], box[2], box[3]) for box in boxes))
