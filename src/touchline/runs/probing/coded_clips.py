"""Rendered clips in which every frame carries a code: large digits, a colour, and a moving bar."""

import io
from dataclasses import dataclass
from functools import cached_property
from random import Random

from PIL import Image, ImageDraw, ImageFont

from touchline.video import Window

STEP_MS = 400
"""Between two frames: a server that assumes one frame a second is soon far off."""

FIRST_CODE, LAST_CODE = 100, 999
CODES = LAST_CODE - FIRST_CODE + 1

COLOURS = {
    "red": (200, 30, 30),
    "green": (20, 130, 40),
    "blue": (30, 60, 200),
    "black": (0, 0, 0),
    "purple": (120, 30, 140),
    "brown": (120, 70, 20),
}
"""Backgrounds, dark enough for white digits."""

_DIGITS_HEIGHT = 0.55
"""Height of the digits as a share of the frame's."""

_BAR_HEIGHT = 0.05
_BAR = (125, 125, 125)
"""A grey that differs from all backgrounds and is no digit's white."""

_QUALITY = 90


@dataclass(frozen=True)
class Clip:
    """A clip; its codes were drawn at random, so that none can be guessed or remembered.

    Attributes:
        codes: number of each frame, no two alike, nor in another clip of the same probe.
        colours: name of the background of each frame, another than that of the frame before.
        size: width and height of a frame in pixels.
    """

    codes: tuple[int, ...]
    colours: tuple[str, ...]
    size: tuple[int, int]

    @property
    def times_ms(self) -> tuple[int, ...]:
        """Time of each frame."""
        return tuple(STEP_MS * place for place in range(len(self.codes)))

    @cached_property
    def jpegs(self) -> list[bytes]:
        """The frames as JPEG files, in order."""
        count = len(self.codes)
        return [
            render_frame(code, COLOURS[colour], self.size, (place / count, (place + 1) / count))
            for place, (code, colour) in enumerate(zip(self.codes, self.colours, strict=True))
        ]

    def window(self, number: int, frames: int) -> Window:
        """The first frames of the clip as a window of a half, for a request."""
        return Window("probe", 1, number, number + 1, 0, STEP_MS * frames, self.times_ms[:frames])


def draw_clips(random: Random, count: int, frames: int, size: tuple[int, int]) -> list[Clip]:
    """Clips with codes of their own.

    Args:
        random: the source of all codes.
        count: how many clips.
        frames: of each; `count * frames` is at most `CODES`.
        size: width and height of a frame in pixels.
    """
    codes = random.sample(range(FIRST_CODE, LAST_CODE + 1), count * frames)
    clips = []
    for number in range(count):
        colours: list[str] = []
        for _ in range(frames):
            colours.append(random.choice([one for one in COLOURS if one not in colours[-1:]]))
        own = codes[number * frames : (number + 1) * frames]
        clips.append(Clip(tuple(own), tuple(colours), size))
    return clips


def render_frame(
    code: int, colour: tuple[int, int, int], size: tuple[int, int], bar: tuple[float, float]
) -> bytes:
    """One frame as a JPEG file: the code in white digits in the middle, and a bar at the bottom.

    The bar moves from left to right through a clip, so that it is no picture with a caption but a
    film, in which neither a person nor a model has to read to see that time passes.

    Args:
        code: the number.
        colour: of the background.
        size: width and height in pixels.
        bar: where the bar begins and ends, as shares of the width.
    """
    image = Image.new("RGB", size, colour)
    draw, (width, height) = ImageDraw.Draw(image), size
    top = height - max(1, round(_BAR_HEIGHT * height))
    draw.rectangle((bar[0] * width, top, bar[1] * width - 1, height - 1), fill=_BAR)
    font = ImageFont.load_default(size=_DIGITS_HEIGHT * height)
    draw.text((width / 2, height / 2), str(code), fill="white", font=font, anchor="mm")
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=_QUALITY)
    return buffer.getvalue()
