"""The planner's figure against what the GPU of this machine says."""

from dataclasses import asdict, dataclass
from typing import Any, cast

from touchline.errors import UserError
from touchline.models.capacity.planner import TEXT_TOKENS, Fit
from touchline.models.card_types.common import CardBase
from touchline.models.card_types.local import LocalCard
from touchline.models.image_tokens.base import Formula


@dataclass(frozen=True, slots=True)
class Check:
    """A measured peak beside the one that was told.

    Attributes:
        device: the GPU.
        peak_bytes: measured, weights included.
        error: how much the told figure is above it, as a share.
    """

    device: str
    peak_bytes: int
    error: float

    def facts(self) -> dict[str, Any]:
        """The same as plain values."""
        return asdict(self)


def check_by_measuring(card: CardBase, fit: Fit) -> Check:
    """Builds the model with random weights on this machine's GPU and asks it one window.

    Raises:
        UserError: no GPU, a quantised precision, a video, or a model that cannot be built or
            does not fit.
    """
    wanted = fit.wanted
    if not isinstance(card, LocalCard) or fit.memory is None or card.architecture is None:
        raise UserError(f"model '{card.name}' does not run on this machine; leave --measure out.")
    if wanted.precision not in ("float32", "bfloat16", "float16") or wanted.as_video:
        raise UserError(
            "only images and unquantised weights are measured, since random weights are made as "
            "they are: say --precision bfloat16, without --video."
        )
    if wanted.batch != 1:
        raise UserError("one window at a time is measured: leave --batch out.")
    try:
        import torch
    except ImportError as error:
        raise UserError("measuring needs torch: pip install 'touchline[local]'.") from error
    if not torch.cuda.is_available():
        raise UserError("this machine has no CUDA GPU to measure on; leave --measure out.")
    from touchline.models.capacity.measure import Asking, measure

    asking = Asking(wanted.frames, wanted.width, wanted.height, TEXT_TOKENS)
    formula = cast(Formula, card.image_tokens)
    try:
        found = measure(
            card.architecture, formula, asking, "cuda", wanted.precision, str(wanted.attention)
        )
    except torch.OutOfMemoryError as error:
        raise UserError(f"it does not fit the GPU of this machine: {error}") from error
    name = torch.cuda.get_device_name()
    return Check(name, found.peak_bytes, fit.memory.peak / found.peak_bytes - 1)
