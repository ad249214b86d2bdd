"""Requests about made-up windows, and the engine that a tiny checkpoint is asked through."""

import io

from PIL import Image

from touchline.games import SOCCERNET_V2
from touchline.models import Generation, Request, find_card
from touchline.models.engines.transformers.engine import TransformersEngine
from touchline.prompts import build_messages, load_template
from touchline.video import Window


def jpeg(shade, size):
    buffer = io.BytesIO()
    Image.new("RGB", size, (shade, 255 - shade, 90)).save(buffer, "JPEG")
    return buffer.getvalue()


def noisy_jpeg(width):
    """A frame that JPEG cannot compress well."""
    buffer = io.BytesIO()
    picture = Image.effect_noise((width, width * 9 // 16), 80).convert("RGB")
    picture.save(buffer, "JPEG", quality=95)
    return buffer.getvalue()


def request(number, frames=4, size=(64, 48), **settings):
    times = tuple(number * 2000 + 200 * frame for frame in range(frames))
    window = Window("g", 1, number, 99, number * 2000, number * 2000 + 3000, times)
    asked = build_messages(window, load_template("base.v1", SOCCERNET_V2))
    pictures = [jpeg(8 * number + 10 * frame, size) for frame in range(frames)]
    generation = Generation(**{"max_new_tokens": 8, **settings})
    return Request(f"k{number}", window, asked, lambda: pictures, generation)


def engine(checkpoint, **changes):
    card = {"name": "tiny", "engine": "transformers", "checkpoint": str(checkpoint)}
    return TransformersEngine(find_card({**card, "precision": "float32", **changes}))
