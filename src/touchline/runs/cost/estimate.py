"""An estimate of a benchmark before anything is asked: windows, tokens, money and time.

Tokens of images follow the formula of the model's card; text counts one token per four letters;
answers count with their maximum length. Once the run's journal has enough answers, their means
replace all of that. Nothing is written, decoded or asked.
"""

import math
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np

from touchline.errors import UserError
from touchline.games import Half
from touchline.models import (
    OF_CLAIMS,
    Card,
    EndpointCard,
    Gpu,
    LocalCard,
    ServedCard,
    Workload,
    count_image_tokens,
    count_text_tokens,
    encoding_of,
    estimate_local,
    has_batches,
    plan_fit,
    shown_frames,
)
from touchline.prompts import MatchContext
from touchline.replies import ANSWERED, Entries, digests, read_index, states_of
from touchline.runs.asking.present import present
from touchline.runs.cost.engine_factory import is_paid, paid_price
from touchline.runs.planning.plan import Plan, PlannedModel
from touchline.runs.planning.question_builder import Contexts, build_question
from touchline.runs.planning.question_index import QuestionFile
from touchline.runs.planning.stored_contexts import read_contexts
from touchline.runs.run_folder import RunFolder
from touchline.video import cut_windows

_MIN_ANSWERS = 20
"""Answers that it takes until their means replace the formulas."""
_S_PER_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Estimate:
    """The estimate of what one model is still to be asked.

    Attributes:
        model: its name.
        windows: questions of the benchmark to it, samples counted each.
        answered: those that have a reply already, or are asked as an earlier cell's of a sweep.
        frames: images that will be sent for the rest.
        prompt_tokens: tokens in for the rest; None where the card has no formula for images.
        completion_tokens: tokens out for the rest: at most, or about, see `measured`.
        cost_usd: for the rest; None where the model is paid for and its price is unknown.
        price_date: of the price.
        batch: whether the price is that of a batch API.
        seconds: for the rest; None where nothing is known. A quota is kept to.
        measured: whether tokens and time are means of this run's own answers.
    """

    model: str
    windows: int
    answered: int
    frames: int
    prompt_tokens: int | None
    completion_tokens: int
    cost_usd: float | None
    price_date: date | None
    batch: bool
    seconds: float | None
    measured: bool


def estimate(
    plan: Plan,
    folder: Path,
    *,
    batch: bool = False,
    gpu: Gpu | None = None,
    least_answers: int = _MIN_ANSWERS,
) -> list[Estimate]:
    """An estimate for each model of a plan except the null baselines.

    Args:
        plan: the benchmark.
        folder: the run's folder; what was answered in it is not asked again.
        batch: as if run with `--batch`.
        gpu: for the time of models with weights here, from its data sheet.
        least_answers: how many it takes until their means replace the formulas.

    Raises:
        UserError: a video cannot be read, the prompt does not render, or the endpoint's batch API
            does not take frames.
    """
    contexts = read_contexts(folder)
    asked = (model for model in plan.models if not model.card.is_baseline)
    how = _How(batch, gpu, least_answers)
    of_cells: defaultdict[Path, set[str]] = defaultdict(set)
    found = []
    for model in asked:
        before = of_cells[RunFolder(folder).journal(model.name)]
        found.append(_estimate(plan, model, contexts, folder, before, how))
        if model.cell:
            before.update(_keys(plan, model, contexts, folder))
    return found


def _estimate(
    plan: Plan,
    model: PlannedModel,
    contexts: Contexts,
    folder: Path,
    before: Collection[str],
    how: "_How",
) -> Estimate:
    card = model.card
    batch, gpu = how.batch and has_batches(card), how.gpu
    index = read_index(RunFolder(folder).journal(model.name))
    load = sum(
        (_load(model, half, contexts.get(game.id)) for game in plan.games for half in game.halves),
        _Load(),
    )
    keys = _keys(plan, model, contexts, folder) if len(index.entries) or before else []
    is_answered = index.states(keys) == ANSWERED
    answered = sum(
        done or key in before for key, done in zip(keys, is_answered.tolist(), strict=True)
    )
    left = load.windows - answered
    share = left / load.windows if load.windows else 0.0
    prompt = None if load.prompt_tokens is None else round(load.prompt_tokens * share)
    completion = left * card.most_answer_tokens()
    own = index.entries
    if model.cell:  # its journal has the replies of other cells, too
        own = own[np.isin(own["digest"], digests(keys))]
    replies = own[states_of(own) == ANSWERED]
    if means := _mean_tokens(replies, how.least_answers):
        prompt, completion = round(left * means[0]), round(left * means[1])
    price = paid_price(card, batch=batch)
    cost = 0.0 if not is_paid(card) and price is None else None
    if price is not None and prompt is not None:
        cost = price.of(prompt, completion)
    seconds = _seconds(card, left, replies, how.least_answers)
    if not seconds and gpu is not None and prompt and left:
        window = replace(load.window(), gpu=gpu, answer_tokens=means and means[1])
        seconds = _gpu_seconds(card, left, prompt, window)
    return Estimate(
        model=model.name,
        windows=load.windows,
        answered=answered,
        frames=round(load.frames * share),
        prompt_tokens=prompt,
        completion_tokens=completion,
        cost_usd=cost,
        price_date=card.price.date if card.price else None,
        batch=batch,
        seconds=_S_PER_DAY if batch and left else seconds,
        measured=means is not None,
    )


def measured_answer_tokens(folder: Path, model: str) -> float:
    """The mean length in tokens of a model's answers in a run.

    Args:
        folder: of the run.
        model: its name there.

    Raises:
        UserError: the run has too few answers of this model whose tokens are known.
    """
    entries = read_index(RunFolder(folder).journal(model)).entries
    means = _mean_tokens(entries[states_of(entries) == ANSWERED])
    if means is None:
        raise UserError(
            f"{folder} has under {_MIN_ANSWERS} answers of model '{model}' with their tokens "
            "counted: name a run that asked it, or give the mean with --answer-tokens."
        )
    return means[1]


@dataclass(frozen=True, slots=True)
class _How:
    """How a run would be asked (see `estimate`)."""

    batch: bool
    gpu: Gpu | None
    least_answers: int


@dataclass(frozen=True, slots=True)
class _Load:
    """Questions about one half, or about several together."""

    windows: int = 0
    frames: int = 0
    prompt_tokens: int | None = 0
    size: tuple[int, int] = (0, 0)

    def window(self) -> Workload:
        """A window of average length, with frames of the largest size."""
        return Workload(max(1, round(self.frames / max(1, self.windows))), *self.size)

    def __add__(self, other: "_Load") -> "_Load":
        known = self.prompt_tokens is not None and other.prompt_tokens is not None
        tokens = (self.prompt_tokens or 0) + (other.prompt_tokens or 0) if known else None
        size = max(self.size, other.size, key=lambda one: one[0] * one[1])
        return _Load(self.windows + other.windows, self.frames + other.frames, tokens, size)


def _load(model: PlannedModel, half: Half, context: MatchContext | None) -> _Load:
    """The questions about a half; only the one about its fullest window is rendered."""
    every = cut_windows(half, model.recipe)
    fullest = max(every, key=lambda one: len(one.frame_times_ms))
    presentation = present(half, fullest, model, model.template, context)
    messages = presentation.messages
    shown, most = len(shown_frames(messages)), max(1, len(fullest.frame_times_ms))
    full = sum(len(one.frame_times_ms) for one in every) / most
    images = count_image_tokens(model.card, presentation.frame_size, shown)
    text = count_text_tokens(messages) * len(every)
    samples = model.card.generation.samples
    tokens = None if images is None else round(full * images + text) * samples
    size = presentation.frame_size
    frames = round(full * shown * model.card.frames_per_image)
    return _Load(len(every) * samples, frames * samples, tokens, size)


def _keys(plan: Plan, model: PlannedModel, contexts: Contexts, folder: Path) -> list[str]:
    """The keys of all questions to a model."""
    if model.card.control in OF_CLAIMS:
        # What it is asked depends on its model's replies, and is written when these are complete.
        file = RunFolder(folder).questions(model.name)
        stored = QuestionFile(folder, model.name).halves() if file.is_file() else ()
        return [key for half in stored for key in half.keys]
    return [
        build_question(half, window, model, contexts.get(game.id), sample).key
        for game in plan.games
        for half in game.halves
        for window in cut_windows(half, model.recipe)
        for sample in range(model.card.generation.samples)
    ]


def _mean_tokens(replies: Entries, least: int = _MIN_ANSWERS) -> tuple[float, float] | None:
    """Mean tokens in and out of a journal's replies, or None where there are too few."""
    counted = replies[replies["prompt_tokens"] >= 0]
    if len(counted) < least:
        return None
    return float(counted["prompt_tokens"].mean()), float(counted["completion_tokens"].mean())


def _seconds(card: Card, left: int, replies: Entries, enough: int) -> float | None:
    """The longer of the times that the answers so far and the endpoint's quota imply."""
    least = _quota_seconds(card, left) if isinstance(card, EndpointCard) else 0.0
    if len(replies) < enough:
        return least or None
    if 1 < len(replies) < _MIN_ANSWERS:  # the first of so few took the warm-up, too
        replies = replies[np.argsort(replies["at_ms"], kind="stable")][1:]
    at_once = card.in_flight if isinstance(card, EndpointCard | ServedCard) else 1
    return max(least, left * float(replies["seconds"].mean()) / at_once)


def _gpu_seconds(card: Card, left: int, prompt_tokens: int, window: Workload) -> float | None:
    """By the data sheet of a GPU, one window at a time.

    None where the card lacks facts, or the model does not fit the GPU.
    """
    if not isinstance(card, LocalCard):
        return None
    weights_gb = card.weights_gb.get(card.precision)
    if weights_gb is None or not _may_fit(card, window):
        return None
    weights_bytes, encoding = round(weights_gb * 1e9), encoding_of(card, window)
    effort = estimate_local(
        card, window.gpu, prompt_tokens // left, weights_bytes, encoding, window.answer_tokens
    )
    return None if effort.window_s is None else effort.window_s * left


def _may_fit(card: LocalCard, window: Workload) -> bool:
    """Whether a model fits the window's GPU, as far as its card says what it needs."""
    if card.architecture is None or card.image_tokens is None:
        room, weights = window.room_bytes(), card.weights_gb[card.precision] * 1e9
        return room is None or weights <= room
    return plan_fit(card, replace(window, precision=card.precision)).fits is not False


def _quota_seconds(card: EndpointCard, left: int) -> float:
    """The shortest time that a number of requests take under a card's quota."""
    quota = card.quota
    rates = ((quota.requests_per_second, 1), (quota.requests_per_minute, 60))
    least = max((left / most * per for most, per in rates if most), default=0.0)
    if quota.requests_per_day:
        days = math.ceil(left / quota.requests_per_day) - 1
        return max(least, float(days * _S_PER_DAY))
    return least
