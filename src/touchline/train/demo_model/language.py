"""Second stage: the language model learns to report what the classifier predicts.

The answers are made from the classifier's probabilities, not from the labels: the model learns
how confident it can be, and reports with low confidence what may be wrong.
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

from touchline.train.demo_model.answers import TargetEvent, answer
from touchline.train.demo_model.clips import HalfClips, draw_first, window_at
from touchline.train.demo_model.condition import condition
from touchline.train.demo_model.event_peaks import peaks, probabilities
from touchline.train.demo_model.network import FrameClassifier
from touchline.train.demo_model.questions import Questions
from touchline.train.demo_model.training_settings import FRAME_SPEC, PHASES, Schedule
from touchline.train.demo_model.vision import predict_half, set_rate

WINDOW_FRAMES = round(FRAME_SPEC.fps * FRAME_SPEC.window_ms / 1000)
FEWEST_LAYERS = 2
"""Layers of the language model, so that `Probes` find theirs."""

_SHORT_BATCHES = 0.1
"""Share of batches with shorter windows: a half's last window is one."""

_AUXILIARY_WEIGHT = 0.3
_IGNORED = -100
_EVERY = 8
"""Conditioning uses one in so many frames."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class View:
    """One version of a half: what the language model gets, and the events that it should report.

    Attributes:
        half: the half.
        shown: shape (frames, tokens per frame, text width).
        predicted: what the classifier predicts at each frame: how near each class is, and how
            probable an event around it is, shape (frames, 2 * classes).
        events: at the peaks of those.
    """

    half: HalfClips
    shown: Tensor
    predicted: NDArray[np.float32]
    events: list[TargetEvent]


def make_views(
    model: Any, classifier: FrameClassifier, halves: Sequence[HalfClips], schedule: Schedule
) -> list[View]:
    """Versions of each half: one as it is, then `views - 1` that are changed at random.

    Afterwards the connector is conditioned (see `condition`), and so are the versions.
    """
    draw = np.random.default_rng(schedule.seed + 1)
    versions = []
    for half in halves:
        for number in range(schedule.views):
            changed = draw if number else None
            shown, classes, teams = predict_half(model, classifier, half, schedule, changed)
            events = peaks(half.times_ms, classes, teams, half.task)
            around = probabilities(half.times_ms, classes).clip(0, 1).astype(np.float32)
            predicted = np.concatenate([classes, around], axis=1)
            versions.append(View(half, shown, predicted, events))
    conditioned = condition(model, torch.cat([view.shown[::_EVERY] for view in versions]))
    return [replace(view, shown=conditioned(view.shown)) for view in versions]


def train_language(
    model: Any, processor: Any, versions: Sequence[View], schedule: Schedule
) -> float:
    """Trains the language model in place; vision tower and connector stay as they are.

    Returns:
        The mean loss of an answer's tokens over the last tenth of the steps.
    """
    draw = np.random.default_rng(schedule.seed + 2)
    torch.manual_seed(schedule.seed + 2)
    task = versions[0].half.task
    questions = Questions(processor, task)
    probes = Probes(model.config.text_config.hidden_size, len(task.classes))
    learned = [*model.model.text_model.parameters(), *probes.parameters()]
    optimizer = torch.optim.AdamW(
        learned, lr=schedule.text_rate, weight_decay=schedule.weight_decay, betas=(0.9, 0.98)
    )
    losses: list[float] = []
    model.train()
    for step in range(schedule.text_steps):
        set_rate(optimizer, schedule.text_rate, step, schedule.text_steps)
        batch = _batch(versions, questions, processor.tokenizer, schedule.text_windows, draw)
        answer_loss, auxiliary_loss = batch_losses(model, probes, batch, schedule.bfloat16)
        optimizer.zero_grad()
        torch.autograd.backward(answer_loss + _AUXILIARY_WEIGHT * auxiliary_loss)
        nn.utils.clip_grad_norm_(learned, 1.0)
        optimizer.step()
        losses.append(float(answer_loss.detach()))
        if (step + 1) % 50 == 0:
            _log.info(
                "text step %d: loss %.3f, auxiliary %.3f",
                step + 1,
                np.mean(losses[-50:]),
                float(auxiliary_loss.detach()),
            )
    return float(np.mean(losses[-max(1, len(losses) // 10) :]))


Places = tuple[Tensor, ...]


@dataclass(frozen=True, slots=True)
class Batch:
    """Windows with their answers.

    Attributes:
        ids: tokens of question and answer, padded on the right, shape (windows, length).
        targets: the answer's tokens in their places, -100 elsewhere, same shape.
        mask: 1 where there is a token, same shape.
        shown: embeddings in the places of the image tokens, shape (image tokens, text width).
        at_ends: where each frame's image tokens end: windows and places in them.
        at_times: where the questions name each frame's time: windows and places in them.
        predicted: what the classifier predicts at those frames, shape (frames, 2 * classes).
    """

    ids: Tensor
    targets: Tensor
    mask: Tensor
    shown: Tensor
    at_ends: Places
    at_times: Places
    predicted: Tensor


def _batch(
    versions: Sequence[View],
    questions: Questions,
    tokenizer: Any,
    count: int,
    draw: np.random.Generator,
) -> Batch:
    """Random windows of one length."""
    frames = WINDOW_FRAMES
    if draw.random() < _SHORT_BATCHES:
        frames = int(draw.integers(2, WINDOW_FRAMES))
    sequences, lengths, shown, predicted = [], [], [], []
    for place in draw.integers(0, len(versions), size=count):
        view = versions[place]
        first = draw_first(draw, len(view.half.times_ms), PHASES * (frames - 1) + 1)
        window, places = window_at(view.half, first, frames)
        asked = questions.ids(window)
        answered = tokenizer(answer(window, view.events, view.half.task))["input_ids"]
        sequences.append([*asked, *answered, tokenizer.eos_token_id])
        lengths.append(len(asked))
        shown.append(view.shown[places].flatten(0, 1))
        predicted.append(torch.from_numpy(view.predicted[places]))
    ids, targets, mask = _padded(sequences, lengths, tokenizer.pad_token_id)
    ends = ids == questions.end_token
    ends[:, 1:] &= ids[:, :-1] == questions.image_token
    ends[:, 0] = False
    times = torch.isin(ids, torch.tensor(questions.time_tokens))
    return Batch(
        ids=ids,
        targets=targets,
        mask=mask,
        shown=torch.cat(shown),
        at_ends=ends.nonzero(as_tuple=True),
        at_times=times.nonzero(as_tuple=True),
        predicted=torch.cat(predicted),
    )


def _padded(
    sequences: list[list[int]], lengths: list[int], padding: int
) -> tuple[Tensor, Tensor, Tensor]:
    """Ids, targets and mask of a `Batch`, from sequences and the lengths of their questions."""
    longest = max(len(sequence) for sequence in sequences)
    ids = torch.full((len(sequences), longest), padding)
    targets = torch.full_like(ids, _IGNORED)
    mask = torch.zeros_like(ids)
    for row, (sequence, length) in enumerate(zip(sequences, lengths, strict=True)):
        ids[row, : len(sequence)] = torch.tensor(sequence)
        targets[row, length : len(sequence)] = torch.tensor(sequence[length:])
        mask[row, : len(sequence)] = 1
    return ids, targets, mask


class Probes(nn.Module):
    """Auxiliary classifiers inside the language model, for training only.

    One reads where a frame's image tokens end: what is in the frame and what led to it. The other
    reads at the tokens that name the frame's time: they come after all images, so what follows the
    frame can be known there too, and the answer can attend to it.
    """

    _END_LAYER, _TIME_LAYER = -3, -2

    def __init__(self, width: int, classes: int) -> None:
        super().__init__()
        self.of_end = nn.Linear(width, 2 * classes)
        self.of_time = nn.Linear(width, 2 * classes)

    def forward(self, layers: Sequence[Tensor], batch: Batch) -> Tensor:
        """The sum of the losses of both classifiers.

        Args:
            layers: what each layer makes, shape (windows, length, text width).
            batch: the batch they are made from.
        """
        of_ends = self.of_end(layers[self._END_LAYER][batch.at_ends])
        of_times = self.of_time(layers[self._TIME_LAYER][batch.at_times])
        return _prediction_loss(of_ends, batch.predicted) + _prediction_loss(
            of_times, batch.predicted
        )


def _prediction_loss(logits: Tensor, predicted: Tensor) -> Tensor:
    losses = functional.binary_cross_entropy_with_logits(
        logits.float(), predicted, reduction="none"
    )
    return losses.sum(dim=-1).mean()


def batch_losses(model: Any, probes: Probes, batch: Batch, bfloat16: bool) -> tuple[Tensor, Tensor]:
    """Loss of the answers' tokens, and of the auxiliary classifiers."""
    with torch.autocast("cpu", torch.bfloat16, enabled=bfloat16):
        embedded = model.get_input_embeddings()(batch.ids)
        at_images = (batch.ids == model.config.image_token_id).unsqueeze(-1)
        embedded = embedded.masked_scatter(at_images, batch.shown)
        made = model.model.text_model(
            inputs_embeds=embedded,
            attention_mask=batch.mask,
            output_hidden_states=True,
            use_cache=False,
        )
        answering = batch.targets[:, 1:] != _IGNORED
        logits = model.lm_head(made.last_hidden_state[:, :-1][answering])
        auxiliary_loss = probes(made.hidden_states, batch)
    return functional.cross_entropy(logits.float(), batch.targets[:, 1:][answering]), auxiliary_loss
