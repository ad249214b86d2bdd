"""The tokens of the question about a window, as the processor makes them."""

import re
from typing import Any

from PIL import Image

from touchline.prompts import Messages, load_template, messages
from touchline.train.tokenizer import chat
from touchline.video import Window

PROMPT = "base.v1"
_FRAME_TOKEN = re.compile(r"(?:, )?frame \d+ = [\d.]+")


def question(window: Window) -> Messages:
    """What is asked about a window: exactly what a run with the default prompt asks."""
    return messages(window, load_template(PROMPT))


class Questions:
    """Token ids of questions; those with the same text are made once."""

    def __init__(self, processor: Any) -> None:
        self._processor = processor
        self._known: dict[str, list[int]] = {}
        side = processor.image_processor.max_image_size["longest_edge"]
        self._blank = Image.new("RGB", (side, side))
        tokenizer = processor.tokenizer
        texts = ((token, tokenizer.decode([token])) for token in range(len(tokenizer)))
        self.frame_tokens = frozenset(
            token for token, text in texts if _FRAME_TOKEN.fullmatch(text)
        )

    def ids(self, window: Window) -> list[int]:
        """The question's tokens, images expanded, up to where the answer begins."""
        asked = question(window)
        key = asked.text
        if key not in self._known:
            text = self._processor.apply_chat_template(chat(asked), add_generation_prompt=True)
            blanks = [[self._blank] * len(window.frame_times_ms)]
            made = self._processor(text=[text], images=blanks)
            self._known[key] = list(made["input_ids"][0])
        return self._known[key]
