"""How the tokens of a set's frames become those of one image."""

from typing import Any

import torch
from torch import nn

_SEED = 0


class MeanPooling(nn.Module):
    """The mean of each token over the frames of its set."""

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        """Pools tokens.

        Args:
            tokens: of shape (sets, frames, tokens, width).

        Returns:
            Of shape (sets, tokens, width).
        """
        return tokens.mean(dim=1)


class MlpPooling(nn.Module):
    """The mean, and what two layers make of the same token of all frames of a set.

    The second layer begins with zeros, so that an untrained module is the mean. F-16 has two layers
    in place of its projector and begins with the projector's weights divided by the frames, which
    is the same mean; here they stand behind the projector, so that any family can have them.

    Args:
        frames: of a set.
        width: of a token.
    """

    def __init__(self, frames: int, width: int) -> None:
        super().__init__()
        self.first = nn.Linear(frames * width, width)
        self.second = nn.Linear(width, width)
        draw = torch.Generator().manual_seed(_SEED)
        bound = (frames * width) ** -0.5
        with torch.no_grad():
            weights = torch.rand(self.first.weight.shape, generator=draw)
            self.first.weight.copy_((2 * weights - 1) * bound)
            self.first.bias.zero_()
            self.second.weight.zero_()
            self.second.bias.zero_()

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        """See `MeanPooling.forward`."""
        sets, frames, count, width = tokens.shape
        joined = tokens.transpose(1, 2).reshape(sets, count, frames * width)
        # A model may be spread over devices, and the module is trained in 32 bits.
        hidden = nn.functional.gelu(self.first(joined.to(self.first.weight)))
        added: torch.Tensor = self.second(hidden)
        return tokens.mean(dim=1) + added.to(tokens)


def make_pooling(kind: str, frames: int, width: int) -> Any:
    """The module of a card's setting."""
    return MlpPooling(frames, width) if kind == "mlp" else MeanPooling()
