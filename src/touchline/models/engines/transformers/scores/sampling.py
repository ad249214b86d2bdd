"""Sampling that is reproducible, whatever else is in the batch."""

import hashlib
from collections.abc import Sequence
from typing import Any

import torch
import transformers

from touchline.models.generation import Generation
from touchline.models.types import Request


class SeededSampler:
    """A logits processor after which the most likely token is a sample from the distribution.

    It divides the scores by the temperature, leaves out what top_k, top_p and min_p exclude (in
    this order, as transformers does), and adds Gumbel noise; the highest is then distributed
    like a sample from the softmax (Gumbel-max, E. J. Gumbel, 1954). Each row has its own random
    generator, so that an answer depends on its request and its seed, never on its neighbours.

    Args:
        requests: one for each row of the batch, all with a temperature above 0, and with the same
            settings except for their seeds.
        device: where the scores are.
    """

    def __init__(self, requests: Sequence[Request], device: torch.device) -> None:
        self._temperatures = [request.generation.temperature for request in requests]
        self._warpers = _warpers(requests[0].generation)
        self._generators = [torch.Generator(device).manual_seed(_seed(one)) for one in requests]

    def __call__(self, input_ids: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
        """The scores with noise.

        Args:
            input_ids: prompt and answer so far; shape (batch, length).
            scores: of the next token; shape (batch, vocabulary).
        """
        heated = scores.float() / torch.tensor(self._temperatures, device=scores.device)[:, None]
        for warper in self._warpers:
            heated = warper(input_ids, heated)
        rows = []
        for row, generator in zip(heated, self._generators, strict=True):
            uniform = torch.rand(row.shape, generator=generator, device=row.device)
            noise = -torch.log(-torch.log(uniform.clamp(1e-9, 1 - 1e-7)))
            rows.append(row + noise)
        return torch.stack(rows)


def _warpers(settings: Generation) -> list[Any]:
    """The processors of transformers that exclude unlikely tokens."""
    found: list[Any] = []
    if settings.top_k is not None:
        found.append(transformers.TopKLogitsWarper(settings.top_k))
    if settings.top_p is not None:
        found.append(transformers.TopPLogitsWarper(settings.top_p))
    if settings.min_p is not None:
        found.append(transformers.MinPLogitsWarper(settings.min_p))
    return found


def _seed(request: Request) -> int:
    """A different seed for every request, and for every seed of one request."""
    text = f"{request.generation.seed} {request.key}"
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") >> 1
