"""The tokens of the question about a window, as the processor makes them."""

import re
from typing import Any

from PIL import Image

from touchline.games import Task
from touchline.prompts import Messages, build_messages, load_template
from touchline.train.demo_model.tokenizer import AROUND_IMAGE, IMAGE, chat
from touchline.video import Window

PROMPT = "base.v1"
"""The prompt where the task does not name one."""

_TIME_TOKEN = re.compile(r"(?:, )?frame \d+ = [\d.]+")
_NUMBER_TOKEN = re.compile(r"Frame \d+:")


def prompt_name(task: Task) -> str:
    """The prompt that a benchmark of the task has by default."""
    return str(task.bench.get("prompt", PROMPT))


def question(window: Window, task: Task) -> Messages:
    """The question about a window: exactly that of a run with the task's prompt."""
    return build_messages(window, load_template(prompt_name(task), task))


class Questions:
    """Token ids of questions, cached by text.

    Attributes:
        time_tokens: tokens that name a frame and its time, sorted.
        number_tokens: tokens that number an image, sorted.
        image_token: stands for a part of an image.
        end_token: precedes and follows each image.
    """

    def __init__(self, processor: Any, task: Task) -> None:
        self._processor = processor
        self._task = task
        self._known: dict[str, list[int]] = {}
        side = processor.image_processor.max_image_size["longest_edge"]
        self._blank = Image.new("RGB", (side, side))
        tokenizer = processor.tokenizer
        self.image_token, self.end_token = tokenizer.convert_tokens_to_ids([IMAGE, AROUND_IMAGE])
        self.time_tokens = _matching(tokenizer, _TIME_TOKEN)
        self.number_tokens = _matching(tokenizer, _NUMBER_TOKEN)

    def ids(self, window: Window) -> list[int]:
        """The question's tokens, images expanded, up to where the answer begins."""
        asked = question(window, self._task)
        key = asked.text
        if key not in self._known:
            text = self._processor.apply_chat_template(chat(asked), add_generation_prompt=True)
            blanks = [[self._blank] * len(window.frame_times_ms)]
            made = self._processor(text=[text], images=blanks)
            self._known[key] = list(made["input_ids"][0])
        return self._known[key]


def _matching(tokenizer: Any, pattern: re.Pattern[str]) -> list[int]:
    """Tokens whose whole text matches a pattern, sorted."""
    texts = ((token, tokenizer.decode([token])) for token in range(len(tokenizer)))
    return [token for token, text in texts if pattern.fullmatch(text)]
