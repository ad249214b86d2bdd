"""Second stage: the language model learns to say what the classifier sees.

The answers are made from the classifier's own probabilities, not from the labels: the model is
taught to say how sure it may be, and what may be wrong it says with little confidence.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from touchline.games import CLASSES
from touchline.train.answers import Claim, answer
from touchline.train.claim_peaks import peaks, probabilities
from touchline.train.clips import HalfClips, draw_first, window_at
from touchline.train.condition import condition
from touchline.train.network import FrameClassifier
from touchline.train.questions import Questions
from touchline.train.settings import PHASES, RECIPE, Schedule
from touchline.train.vision import look, set_rate

WINDOW_FRAMES = round(RECIPE.fps * RECIPE.window_ms / 1000)
_SHORT_BATCHES = 0.1
"""Share of batches with shorter windows: a half's last window is one."""

_AUXILIARY_WEIGHT = 0.3
_IGNORED = -100
_EVERY = 8
"""Conditioning goes by one in so many frames."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class View:
    """One look at a half: what the language model is shown of it and is to say about it.

    Attributes:
        half: the half.
        shown: shape (frames, tokens a frame, text width).
        seen: what the classifier sees at each frame: how near each class is, and how probable
            an event around is, shape (frames, 34).
        claims: the peaks of those.
    """

    half: HalfClips
    shown: Tensor
    seen: NDArray[np.float32]
    claims: list[Claim]


def views(
    model: Any, classifier: FrameClassifier, halves: Sequence[HalfClips], schedule: Schedule
) -> list[View]:
    """Looks at each half: first as it is, then `views - 1` times changed at random.

    After the looks the connector is conditioned (see `condition`), and so is what is given.
    """
    draw = np.random.default_rng(schedule.seed + 1)
    looked = []
    for half in halves:
        for number in range(schedule.views):
            changed = draw if number else None
            shown, classes, teams = look(model, classifier, half, schedule.clip_frames, changed)
            claims = peaks(half.times_ms, classes, teams)
            around = probabilities(half.times_ms, classes).clip(0, 1).astype(np.float32)
            seen = np.concatenate([classes, around], axis=1)
            looked.append(View(half, shown, seen, claims))
    conditioned = condition(model, torch.cat([view.shown[::_EVERY] for view in looked]))
    return [replace(view, shown=conditioned(view.shown)) for view in looked]


def train_language(model: Any, processor: Any, looked: Sequence[View], schedule: Schedule) -> float:
    """Trains the language model in place; vision tower and connector stay as they are.

    Returns:
        The mean loss of an answer's tokens over the last tenth of the steps.
    """
    draw = np.random.default_rng(schedule.seed + 2)
    torch.manual_seed(schedule.seed + 2)
    questions = Questions(processor)
    readers = Readers(model.config.text_config.hidden_size)
    learned = [*model.model.text_model.parameters(), *readers.parameters()]
    optimiser = torch.optim.AdamW(
        learned, lr=schedule.text_rate, weight_decay=schedule.weight_decay, betas=(0.9, 0.98)
    )
    losses: list[float] = []
    model.train()
    for step in range(schedule.text_steps):
        set_rate(optimiser, schedule.text_rate, step, schedule.text_steps)
        batch = _batch(looked, questions, processor.tokenizer, schedule.text_windows, draw)
        said, seen = batch_losses(model, readers, batch)
        optimiser.zero_grad()
        torch.autograd.backward(said + _AUXILIARY_WEIGHT * seen)
        nn.utils.clip_grad_norm_(learned, 1.0)
        optimiser.step()
        losses.append(float(said.detach()))
        if (step + 1) % 50 == 0:
            _log.info(
                "text step %d: loss %.3f, auxiliary %.3f",
                step + 1,
                np.mean(losses[-50:]),
                float(seen.detach()),
            )
    return float(np.mean(losses[-max(1, len(losses) // 10) :]))


Places = tuple[Tensor, ...]


@dataclass(frozen=True, slots=True)
class Batch:
    """Windows with their answers.

    Attributes:
        ids: tokens of question and answer, padded on the right, shape (windows, length).
        wanted: the answer's tokens in their places, -100 elsewhere, same shape.
        mask: 1 where there is a token, same shape.
        shown: what stands in the places of the image tokens, shape (image tokens, text width).
        at_ends: where each frame's image tokens end: windows and places in them.
        at_times: where the questions name each frame's time: windows and places in them.
        seen: what the classifier sees at those frames, shape (frames in all, 34).
    """

    ids: Tensor
    wanted: Tensor
    mask: Tensor
    shown: Tensor
    at_ends: Places
    at_times: Places
    seen: Tensor


def _batch(
    looked: Sequence[View],
    questions: Questions,
    tokenizer: Any,
    count: int,
    draw: np.random.Generator,
) -> Batch:
    """Random windows of one length."""
    frames = WINDOW_FRAMES
    if draw.random() < _SHORT_BATCHES:
        frames = int(draw.integers(2, WINDOW_FRAMES))
    sequences, lengths, shown, seen = [], [], [], []
    for place in draw.integers(0, len(looked), size=count):
        view = looked[place]
        first = draw_first(draw, len(view.half.times_ms), PHASES * (frames - 1) + 1)
        window, places = window_at(view.half, first, frames)
        asked = questions.ids(window)
        said = tokenizer(answer(window, view.claims))["input_ids"]
        sequences.append([*asked, *said, tokenizer.eos_token_id])
        lengths.append(len(asked))
        shown.append(view.shown[places].flatten(0, 1))
        seen.append(torch.from_numpy(view.seen[places]))
    ids, wanted, mask = _padded(sequences, lengths, tokenizer.pad_token_id)
    ends = ids == questions.end_token
    ends[:, 1:] &= ids[:, :-1] == questions.image_token
    ends[:, 0] = False
    times = torch.isin(ids, torch.tensor(questions.time_tokens))
    return Batch(
        ids=ids,
        wanted=wanted,
        mask=mask,
        shown=torch.cat(shown),
        at_ends=ends.nonzero(as_tuple=True),
        at_times=times.nonzero(as_tuple=True),
        seen=torch.cat(seen),
    )


def _padded(
    sequences: list[list[int]], lengths: list[int], padding: int
) -> tuple[Tensor, Tensor, Tensor]:
    """Ids, wanted and mask of a `Batch` from its sequences and the lengths of their questions."""
    longest = max(len(sequence) for sequence in sequences)
    ids = torch.full((len(sequences), longest), padding)
    wanted = torch.full_like(ids, _IGNORED)
    mask = torch.zeros_like(ids)
    for row, (sequence, length) in enumerate(zip(sequences, lengths, strict=True)):
        ids[row, : len(sequence)] = torch.tensor(sequence)
        wanted[row, length : len(sequence)] = torch.tensor(sequence[length:])
        mask[row, : len(sequence)] = 1
    return ids, wanted, mask


class Readers(nn.Module):
    """Auxiliary classifiers inside the language model; like the first one they are dropped.

    One reads where a frame's image tokens end: what is in the frame and what led to it. The
    other reads at the words that name the frame's time: they come after all images, so what
    follows the frame can be known there too, and an answer can look it up there.
    """

    _END_LAYER, _TIME_LAYER = -3, -2

    def __init__(self, width: int) -> None:
        super().__init__()
        self.of_end = nn.Linear(width, 2 * len(CLASSES))
        self.of_time = nn.Linear(width, 2 * len(CLASSES))

    def forward(self, layers: Sequence[Tensor], batch: Batch) -> Tensor:
        """The sum of both readers' losses.

        Args:
            layers: what each layer makes, shape (windows, length, text width).
            batch: the batch they are made from.
        """
        of_ends = self.of_end(layers[self._END_LAYER][batch.at_ends])
        of_times = self.of_time(layers[self._TIME_LAYER][batch.at_times])
        return _seen_loss(of_ends, batch.seen) + _seen_loss(of_times, batch.seen)


def _seen_loss(logits: Tensor, seen: Tensor) -> Tensor:
    losses = functional.binary_cross_entropy_with_logits(logits.float(), seen, reduction="none")
    return losses.sum(dim=-1).mean()


def batch_losses(model: Any, readers: Readers, batch: Batch) -> tuple[Tensor, Tensor]:
    """Loss of the answers' tokens, and of the auxiliary classifiers."""
    with torch.autocast("cpu", torch.bfloat16):
        embedded = model.get_input_embeddings()(batch.ids)
        at_images = (batch.ids == model.config.image_token_id).unsqueeze(-1)
        embedded = embedded.masked_scatter(at_images, batch.shown)
        made = model.model.text_model(
            inputs_embeds=embedded,
            attention_mask=batch.mask,
            output_hidden_states=True,
            use_cache=False,
        )
        answering = batch.wanted[:, 1:] != _IGNORED
        logits = model.lm_head(made.last_hidden_state[:, :-1][answering])
        seen_loss = readers(made.hidden_states, batch)
    return functional.cross_entropy(logits.float(), batch.wanted[:, 1:][answering]), seen_loss
