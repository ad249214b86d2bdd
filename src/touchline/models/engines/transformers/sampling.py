"""Sampling that is reproducible, whatever else is in the batch."""

import hashlib
from collections.abc import Sequence

import torch

from touchline.models.types import Request


class SeededSampler:
    """A logits processor after which the most likely token is a sample from the distribution.

    It adds Gumbel noise to the scores divided by the temperature; the highest is then distributed
    like a sample from the softmax (Gumbel-max, E. J. Gumbel, 1954). Each row has its own random
    generator, so that an answer depends on its request and its seed, never on its neighbours.

    Args:
        requests: one for each row of the batch, all with a temperature above 0.
        device: where the scores are.
    """

    def __init__(self, requests: Sequence[Request], device: torch.device) -> None:
        self._temperatures = [request.generation.temperature for request in requests]
        self._generators = [torch.Generator(device).manual_seed(_seed(one)) for one in requests]

    def __call__(self, _input_ids: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
        """The scores with noise.

        Args:
            _input_ids: prompt and answer so far; shape (batch, length).
            scores: of the next token; shape (batch, vocabulary).
        """
        rows = []
        for row, temperature, generator in zip(
            scores, self._temperatures, self._generators, strict=True
        ):
            uniform = torch.rand(row.shape, generator=generator, device=row.device)
            noise = -torch.log(-torch.log(uniform.clamp(1e-9, 1 - 1e-7)))
            rows.append(row.float() / temperature + noise)
        return torch.stack(rows)


def _seed(request: Request) -> int:
    """A different seed for every request, and for every seed of one request."""
    text = f"{request.generation.seed} {request.key}"
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") >> 1
