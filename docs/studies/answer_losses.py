"""How likely a model finds the right answers about windows: a figure that needs no generation."""

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from touchline.models import (
    NOT_LEARNED,
    Card,
    TransformersCard,
    load_checkpoint,
    training_inputs,
)
from touchline.train.examples.data_folder import DataFolder
from touchline.train.lora.example_set import read_rows

Floats = NDArray[np.float64]
Losses = dict[tuple[Any, ...], float]
"""The loss of each window, by game, half, start in milliseconds and kind."""

BLOCK_MS = 60_000
DRAWS = 2_000


def answer_losses(card: Card, examples: Path) -> Losses:
    """Negative log-likelihood of each right answer in nats, by game, half, start and kind.

    Args:
        card: the model.
        examples: folder that `touchline train data` made.
    """
    assert isinstance(card, TransformersCard)
    loaded = load_checkpoint(card)
    found = {}
    for number, row in enumerate(read_rows(DataFolder(examples), "train")):
        inputs = training_inputs(loaded, card, row.request(examples, number), row.answer)
        labels = inputs.pop("labels")
        learned = int((labels != NOT_LEARNED).sum())
        with torch.inference_mode():
            logits = loaded.model(**inputs).logits[:, -(learned + 1) : -1].float()
        loss = torch.nn.functional.cross_entropy(
            logits.flatten(0, 1), labels[:, -learned:].flatten(), reduction="sum"
        )
        window = row.window
        found[(window.game, window.half, window.start_ms, row.kind)] = float(loss)
    return found


def write_losses(losses: Losses, file: Path) -> None:
    """Keeps losses in a file."""
    rows = [[*key, loss] for key, loss in losses.items()]
    file.write_text(json.dumps(rows), encoding="utf-8")


def read_losses(file: Path) -> Losses:
    """Losses that `write_losses` kept."""
    rows = json.loads(file.read_text(encoding="utf-8"))
    return {tuple(row[:-1]): row[-1] for row in rows}


def interval(values: Losses) -> tuple[float, float, float]:
    """The mean over windows, and its 95 % interval from draws of the matches' minutes."""
    blocks: defaultdict[tuple[Any, ...], list[float]] = defaultdict(list)
    for (game, half, start_ms, _), value in values.items():
        blocks[(game, half, start_ms // BLOCK_MS)].append(value)
    sums = np.array([sum(of) for of in blocks.values()])
    sizes = np.array([len(of) for of in blocks.values()])
    draw = np.random.default_rng(0)
    chosen = draw.integers(0, len(sums), (DRAWS, len(sums)))
    means: Floats = sums[chosen].sum(axis=1) / sizes[chosen].sum(axis=1)
    low, high = np.percentile(means, (2.5, 97.5))
    return float(sums.sum() / sizes.sum()), float(low), float(high)


def difference(one: Losses, other: Losses) -> Losses:
    """The first minus the second, window by window.

    Raises:
        ValueError: they are of other windows.
    """
    if one.keys() != other.keys():
        raise ValueError("the two were asked about other windows")
    return {key: one[key] - other[key] for key in one}
