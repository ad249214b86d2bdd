"""Time and money: an estimate for a local model, prices for one behind an endpoint."""

from dataclasses import dataclass

from touchline.models.capacity.gpus import Gpu
from touchline.models.card_types.base import Card
from touchline.models.card_types.local import LocalCard

MATCH_S = 2 * 47 * 60
"""Two halves with added time."""

BENCHMARK_MATCHES = 100
"""Matches of the test split of SoccerNet-v2."""

ANSWER_TOKENS = 60
"""Of one answer: an event or two as JSON; most windows need fewer."""

_PREFILL_SHARE = 0.4
"""The share of a GPU's peak that a transformer reaches during prefill: a rule of thumb."""

_DECODE_SHARE = 0.6
"""The share of a GPU's bandwidth that it reaches while decoding one window at a time: likewise."""


@dataclass(frozen=True, slots=True)
class TimeAndCost:
    """How long windows take and what they cost.

    Attributes:
        windows_a_match: at the card's stride.
        window_s: estimated seconds per window, one after the other; None without a GPU.
        match_s: the same for a match.
        benchmark_s: the same for the benchmark.
        window_usd: dollars per window; None without a price.
        match_usd: the same for a match.
        benchmark_usd: the same for the benchmark.
        basis: how the figures were obtained, as a clause for the user.
    """

    windows_a_match: int
    window_s: float | None = None
    match_s: float | None = None
    benchmark_s: float | None = None
    window_usd: float | None = None
    match_usd: float | None = None
    benchmark_usd: float | None = None
    basis: str = ""


@dataclass(frozen=True, slots=True)
class Encoding:
    """What the vision encoder does for one window.

    Attributes:
        parameters: of the encoder; the language model has the others of the card.
        operations: floating-point operations for all images.
    """

    parameters: int
    operations: float


def estimate_endpoint(
    card: Card, prompt_tokens: int | None, answer_tokens: float | None = None
) -> TimeAndCost:
    """Cost by the card's price; `answer_tokens` is the mean of answers that were measured."""
    windows = _windows(card)
    if card.price is None:
        return TimeAndCost(windows, basis="no price on the card")
    if prompt_tokens is None:
        return TimeAndCost(windows, basis="a price, but no formula for the tokens of an image")
    answer = round(ANSWER_TOKENS if answer_tokens is None else answer_tokens)
    each = card.price.of(prompt_tokens, answer)
    return TimeAndCost(
        windows,
        window_usd=each,
        match_usd=each * windows,
        benchmark_usd=each * windows * BENCHMARK_MATCHES,
        basis=f"prices of {card.price.date}, {answer} tokens an answer; prices move",
    )


def estimate_local(
    card: LocalCard,
    gpu: Gpu | None,
    prompt_tokens: int,
    weights_bytes: int,
    encoding: Encoding | None,
    answer_tokens: float | None = None,
) -> TimeAndCost:
    """Time from the GPU's speed: the vision encoder's operations, two operations for each
    parameter of the language model and token of the prompt, and every weight read once for each
    token of the answer.

    Attention over the prompt is not included, so long prompts take longer.

    Args:
        card: the model.
        gpu: where it runs; None where that is not known.
        prompt_tokens: of one window.
        weights_bytes: of the weights as they are stored.
        encoding: of one window; None where the card does not say how the encoder is built.
        answer_tokens: the mean of answers that were measured, or None.
    """
    windows = _windows(card)
    parameters = card.active_parameters or card.parameters
    if gpu is None or parameters is None:
        return TimeAndCost(windows, basis="name a GPU for an estimate of the time")
    share = parameters / (card.parameters or parameters)
    text = max(parameters - (encoding.parameters if encoding else 0), 0)
    operations = 2 * text * prompt_tokens + (encoding.operations if encoding else 0)
    prefill = operations / (gpu.tflops * 1e12 * _PREFILL_SHARE)
    token = weights_bytes * share / (gpu.bandwidth_gb_s * 1e9 * _DECODE_SHARE)
    answer = ANSWER_TOKENS if answer_tokens is None else answer_tokens
    each = prefill + answer * token
    measured = "" if answer_tokens is None else " as measured"
    vision = "" if encoding else ", the vision encoder left out"
    return TimeAndCost(
        windows,
        window_s=each,
        match_s=each * windows,
        benchmark_s=each * windows * BENCHMARK_MATCHES,
        basis=(
            f"an estimate from the data sheet of a {gpu.name}, one window at a time, "
            f"{answer:.0f} tokens an answer{measured}{vision}; no time was measured"
        ),
    )


def _windows(card: Card) -> int:
    return round(MATCH_S / card.sampling.stride)
