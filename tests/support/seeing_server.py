"""A stand-in for a model behind a server: it decodes the frames it gets and reads them.

It reads numbers and colours from pixels, counts tokens by the size of the images that it decoded,
and answers the questions of a probe. `fault` says what the server does to frames before the "model"
sees them, or to its answers.
"""

import base64
import hashlib
import io
import re
from functools import lru_cache

import av
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from tests.support.endpoint import Endpoint, completion
from touchline.models.image_tokens.resized import SmartResize

FORMULA = {
    "formula": "smart_resize",
    "patch": 14,
    "merge": 2,
    "min_pixels": 3136,
    "max_pixels": 12845056,
    "markers": 2,
}
_SIDE = 24
_COLOURS = {
    "red": (200, 30, 30),
    "green": (20, 130, 40),
    "blue": (30, 60, 200),
    "black": (0, 0, 0),
    "purple": (120, 30, 140),
    "brown": (120, 70, 20),
}


def read_number(image):
    """The digits on a frame: bright shapes from left to right, each compared with ten drawings."""
    bright = np.asarray(image.convert("L")) > 160
    columns = np.flatnonzero(bright.any(axis=0))
    shapes = np.split(columns, np.flatnonzero(np.diff(columns) > 1) + 1)
    return int("".join(_digit(bright[:, part[0] : part[-1] + 1]) for part in shapes))


def _digit(shape):
    small = _scaled(shape)
    return min("0123456789", key=lambda digit: np.abs(small - _drawn(digit)).sum())


@lru_cache
def _drawn(digit):
    image = Image.new("L", (400, 400))
    font = ImageFont.load_default(size=250)
    ImageDraw.Draw(image).text((200, 200), digit, fill=255, font=font, anchor="mm")
    found = np.asarray(image) > 160
    columns = np.flatnonzero(found.any(axis=0))
    return _scaled(found[:, columns[0] : columns[-1] + 1])


def _scaled(shape):
    rows = np.flatnonzero(shape.any(axis=1))
    cropped = Image.fromarray(shape[rows[0] : rows[-1] + 1].astype(np.uint8) * 255)
    height, width = shape[rows[0] : rows[-1] + 1].shape
    canvas = Image.new("L", (height, height))
    canvas.paste(cropped, ((height - min(width, height)) // 2, 0))
    return np.asarray(canvas.resize((_SIDE, _SIDE))).astype(float)


def read_colour(image):
    """The name of the background, from a corner."""
    corner = np.asarray(image.convert("RGB"))[:10, :10].mean(axis=(0, 1))
    return min(_COLOURS, key=lambda name: np.abs(corner - _COLOURS[name]).sum())


class Sight:
    """What the model sees of one request: images, the time of each, and the question."""

    def __init__(self, body):
        parts = body["messages"][-1]["content"]
        self.text = " ".join(part["text"] for part in parts if part["type"] == "text")
        self.images, times = [], None
        for part in parts:
            if part["type"] == "image_url":
                self.images.append(_decoded(part["image_url"]["url"]))
            elif part["type"] == "video_url":
                told = body.get("media_io_kwargs", {}).get("video")
                self.images, times = _video(part["video_url"]["url"], told)
        listed = re.search(r"times in seconds: ([\d., ]+)\.\n", self.text)
        if times is None and listed:
            times = [float(one) for one in listed[1].split(",")]
        self.times = times or [float(at) for at in range(len(self.images))]

    def keep(self, places):
        """Only these images, in this order; times stay with a video's frames, not with images."""
        self.images = [self.images[at] for at in places]
        if len(self.times) < len(self.images):
            self.times += [self.times[-1]] * (len(self.images) - len(self.times))

    @property
    def tokens(self):
        formula = SmartResize(**FORMULA)
        images = sum(formula.image(*one.size, 1).tokens + 2 for one in self.images)
        return len(self.text) // 4 + 20 + images

    def answer(self):
        """What a model that reads everything says."""
        numbers = [read_number(image) for image in self.images]
        if "Write the numbers of all frames" in self.text:
            return ", ".join(map(str, numbers))
        if "How many frames" in self.text:
            return str(len(self.images))
        if found := re.search(r"frame at ([\d.]+) seconds show", self.text):
            return str(numbers[self._at(float(found[1]))])
        if found := re.search(r"frame at ([\d.]+) seconds: red", self.text):
            return read_colour(self.images[self._at(float(found[1]))]).capitalize() + "."
        if found := re.search(r"shows the number (\d+)", self.text):
            code = int(found[1])
            return (
                f"{self.times[numbers.index(code)]:.1f}" if code in numbers else "It is not there"
            )
        found = re.search(r"show the number (\d+)", self.text)
        return "Yes" if int(found[1]) in numbers else "No."

    def _at(self, second):
        shown = self.times[: len(self.images)]
        return int(np.argmin(np.abs(np.array(shown) - second)))


def _decoded(url):
    image = Image.open(io.BytesIO(base64.b64decode(url.partition(",")[2])))
    image.load()
    return image


def _video(url, told):
    """The frames of a video, and their times: a file's own, or what the request tells vLLM."""
    kind, _, data = url.partition(",")
    if "jpeg" in kind:
        times = [index / told["fps"] for index in told["frames_indices"]]
        return [_decoded("," + one) for one in data.split(",")], times
    with av.open(io.BytesIO(base64.b64decode(data))) as container:
        frames = list(container.decode(video=0))
    return [frame.to_image() for frame in frames], [float(frame.time) for frame in frames]


def seeing_server(fault="none", counts=True):
    """An endpoint with one fault, which may count tokens or not."""
    cache = {}

    def answer(body):
        sight = Sight(body)
        FAULTS[fault](sight)
        tokens = sight.tokens
        if not re.search("three-digit|the number [0-9]|frames are you|Which colour", sight.text):
            text = "None."  # it is asked about a match, in which it finds no event
        elif not sight.images:
            text = "I cannot see any frames."
        else:
            text = sight.answer()
        if fault == "answers from a cache":
            text, tokens = cache.setdefault(sight.text, (text, tokens))
        usage = {"prompt_tokens": tokens, "completion_tokens": 5} if counts else {}
        return 200, completion(text) | {"usage": usage}, {}

    return Endpoint(answer)


def _drop(sight):
    sight.keep(range(min(10, len(sight.images))))


def _keep_32(sight):
    count = len(sight.images)
    if count > 32:
        sight.keep([round(at * (count - 1) / 31) for at in range(32)])


def _one_fps(sight):
    sight.times = [float(at) for at in range(len(sight.images))]


def _reorder(sight):
    digests = [hashlib.sha256(image.tobytes()).hexdigest() for image in sight.images]
    sight.keep(sorted(range(len(sight.images)), key=digests.__getitem__))


def _duplicate(sight):
    sight.keep([at for at in range(len(sight.images)) for _ in range(2)])


def _halve(sight):
    sight.images = [one.resize((one.width // 2, one.height // 2)) for one in sight.images]


def _ignore(sight):
    sight.images = []


FAULTS = {
    "none": lambda _: None,
    "drops images beyond 10": _drop,
    "keeps 32": _keep_32,
    "assumes 1 fps": _one_fps,
    "reorders": _reorder,
    "duplicates": _duplicate,
    "halves the size": _halve,
    "ignores images": _ignore,
    "answers from a cache": lambda _: None,
}
