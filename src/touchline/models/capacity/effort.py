"""Time and money: an estimate for a model of one's own, prices for one behind an endpoint."""

from dataclasses import dataclass

from touchline.models.capacity.gpus import Gpu
from touchline.models.card_types.common import CardBase
from touchline.models.card_types.local import LocalCard

MATCH_S = 2 * 47 * 60
"""Two halves with their added time."""

BENCHMARK_MATCHES = 100
"""Matches of the test split of SoccerNet-v2."""

ANSWER_TOKENS = 60
"""Of an answer: an event or two as JSON; most windows need fewer."""

_PREFILL_SHARE = 0.4
"""Of a GPU's peak that a transformer reaches while it reads a prompt: a rule of thumb."""

_DECODE_SHARE = 0.6
"""Of a GPU's bandwidth that it reaches while it writes, one window at a time: likewise."""


@dataclass(frozen=True, slots=True)
class Effort:
    """What windows take.

    Attributes:
        windows_a_match: at the card's stride.
        window_s: estimated seconds a window, one after the other; None where no GPU is named.
        match_s: the same for a match.
        benchmark_s: the same for the benchmark.
        window_usd: dollars a window; None without a price.
        match_usd: the same for a match.
        benchmark_usd: the same for the benchmark.
        basis: what the figures stand on, in words.
    """

    windows_a_match: int
    window_s: float | None = None
    match_s: float | None = None
    benchmark_s: float | None = None
    window_usd: float | None = None
    match_usd: float | None = None
    benchmark_usd: float | None = None
    basis: str = ""


def endpoint_effort(card: CardBase, prompt_tokens: int | None) -> Effort:
    """Cost by the card's price."""
    windows = _windows(card)
    if card.price is None:
        return Effort(windows, basis="no price on the card")
    if prompt_tokens is None:
        return Effort(windows, basis="a price, but no formula for the tokens of an image")
    each = card.price.of(prompt_tokens, ANSWER_TOKENS)
    return Effort(
        windows,
        window_usd=each,
        match_usd=each * windows,
        benchmark_usd=each * windows * BENCHMARK_MATCHES,
        basis=f"prices of {card.price.date}, {ANSWER_TOKENS} tokens an answer; prices move",
    )


def local_effort(
    card: LocalCard, gpu: Gpu | None, prompt_tokens: int, weights_bytes: int
) -> Effort:
    """Time by the GPU's speed: two operations for each parameter and token of the prompt, and
    every weight read once for each token of the answer.

    The attention matrix and the vision encoder are left out, so long prompts take longer.
    """
    windows = _windows(card)
    parameters = card.active_parameters or card.parameters
    if gpu is None or parameters is None:
        return Effort(windows, basis="name a GPU for an estimate of the time")
    share = parameters / (card.parameters or parameters)
    reading = 2 * parameters * prompt_tokens / (gpu.tflops * 1e12 * _PREFILL_SHARE)
    token = weights_bytes * share / (gpu.bandwidth_gb_s * 1e9 * _DECODE_SHARE)
    each = reading + ANSWER_TOKENS * token
    return Effort(
        windows,
        window_s=each,
        match_s=each * windows,
        benchmark_s=each * windows * BENCHMARK_MATCHES,
        basis=(
            f"an estimate from the data sheet of a {gpu.name}, one window at a time, "
            f"{ANSWER_TOKENS} tokens an answer, the vision encoder left out; not measured"
        ),
    )


def _windows(card: CardBase) -> int:
    return round(MATCH_S / card.sampling.stride)
