"""Examples that `touchline train data` exported, as questions and as a model's inputs."""

import json
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from touchline.bounded_reading import read_bounded
from touchline.errors import UserError, reason_of
from touchline.models import (
    Generation,
    LoadedModel,
    Request,
    TransformersCard,
    count_sets,
    training_inputs,
)
from touchline.prompts import Image, Messages, Text
from touchline.text import counted
from touchline.train.examples.data_folder import DataFolder
from touchline.validation import one_sentence
from touchline.video import Window

_MOST_BYTES = 2**32


class _Part(BaseModel):
    type: str
    text: str = ""


class _Turn(BaseModel):
    role: str
    content: tuple[_Part, ...]


class _WindowFacts(BaseModel):
    game: str
    half: int
    start_ms: int
    end_ms: int
    frame_times_ms: tuple[int, ...]


class ExampleRow(BaseModel):
    """A row of `train.jsonl`; see `chat_rows.typed_row`."""

    messages: tuple[_Turn, ...]
    images: tuple[str, ...]
    dense_images: tuple[str, ...] = ()
    window: _WindowFacts
    kind: str

    @property
    def answer(self) -> str:
        """What the model should say."""
        return self.messages[-1].content[0].text

    @property
    def frames(self) -> tuple[str, ...]:
        """All frames that are read: those that are pooled, where several are one image."""
        return self.dense_images or self.images

    @property
    def text_length(self) -> int:
        """Characters of the question."""
        return sum(len(part.text) for turn in self.messages[:-1] for part in turn.content)

    def request(self, folder: Path, number: int) -> Request:
        """The question as an engine gets it; frames are read when the engine is ready for them."""
        turns = {turn.role: turn.content for turn in self.messages[:-1]}
        parts: list[Text | Image] = []
        shown = 0
        for part in turns["user"]:
            if part.type == "image":
                parts.append(Image(shown))
                shown += 1
            else:
                parts.append(Text(part.text))
        system = turns["system"][0].text if "system" in turns else None
        return Request(
            key=f"example-{number}",
            window=Window(index=0, total=1, **self.window.model_dump()),
            messages=Messages(tuple(parts), "example", system=system),
            read_frames=partial(_read_frames, folder, self.frames),
            generation=Generation(),
        )


def read_rows(data: DataFolder, part: str) -> list[ExampleRow]:
    """The examples of a part, "train" or "held_out".

    Raises:
        UserError: the file cannot be read, or a line of it is no example.
    """
    file = data.rows(part)
    rows = []
    try:
        lines = read_bounded(file, _MOST_BYTES).decode().splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"examples {file} cannot be read: {reason_of(error)}.") from error
    for number, line in enumerate(lines, 1):
        try:
            row = ExampleRow.model_validate(json.loads(line))
            _check(row)
        except ValidationError as error:
            raise UserError(f"{file}, line {number}: {one_sentence(error)}") from error
        except (ValueError, RecursionError) as error:
            raise UserError(
                f"{file}, line {number} is not an example: {reason_of(error)}."
            ) from error
        rows.append(row)
    return rows


def check_sets(card: TransformersCard, rows: Sequence[ExampleRow]) -> None:
    """Makes sure that examples have the frames that a model pools.

    Raises:
        UserError: they were exported for another setting of `dense`.
    """
    per_image = card.frames_per_image
    for row in rows:
        pooled = bool(row.dense_images) == (per_image > 1)
        if row.images and not (
            pooled and count_sets(len(row.frames), per_image) == len(row.images)
        ):
            raise UserError(
                f"model '{card.name}' makes an image of {counted(per_image, 'frame')}, and the "
                "examples do not: export them again, with its card as the first model of the "
                "benchmark."
            )


def _check(row: ExampleRow) -> None:
    """Raises `ValueError` where a row is no question with an answer, or its images lead away."""
    roles = [turn.role for turn in row.messages]
    if roles not in (["user", "assistant"], ["system", "user", "assistant"]):
        raise ValueError(f"its turns are {', '.join(roles) or 'none'}")
    if not all(turn.content for turn in row.messages):
        raise ValueError("a turn of it is empty")
    places = sum(part.type == "image" for part in row.messages[-2].content)
    if not places == len(row.images) == len(row.window.frame_times_ms):
        raise ValueError("it has not as many images as places and times for them")
    for image in (*row.images, *row.dense_images):
        path = Path(image)
        if path.is_absolute() or ".." in path.parts:
            raise ValueError(f"image {image} is outside of the folder")


def _read_frames(folder: Path, images: Sequence[str]) -> list[bytes]:
    try:
        return [(folder / image).read_bytes() for image in images]
    except OSError as error:
        raise UserError(f"a frame of the examples cannot be read: {reason_of(error)}.") from error


class ExampleSet:
    """Examples as inputs, made when they are asked for; a dataset as torch's loaders take it.

    Args:
        loaded: the model with its processor.
        card: the model.
        data: the folder of the examples.
        rows: the examples.
    """

    def __init__(
        self,
        loaded: LoadedModel,
        card: TransformersCard,
        data: DataFolder,
        rows: Sequence[ExampleRow],
    ) -> None:
        self._loaded, self._card, self._data, self._rows = loaded, card, data, rows

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, number: int) -> dict[str, Any]:
        """The inputs and labels of an example (see `training_inputs`)."""
        row = self._rows[number]
        request = row.request(self._data.folder, number)
        return training_inputs(self._loaded, self._card, request, row.answer)
