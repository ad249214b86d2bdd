"""The planner's figure against a measurement on the GPU of this machine."""

from dataclasses import asdict, dataclass
from typing import Any

from touchline.errors import UserError
from touchline.models.capacity.planner import TEXT_TOKENS, Fit
from touchline.models.card_types.base import Card
from touchline.models.card_types.local import LocalCard
from touchline.registry import install_command


@dataclass(frozen=True, slots=True)
class Check:
    """A measured peak beside the planned one.

    Attributes:
        device: the GPU.
        peak_bytes: measured, weights included.
        error: how much the planned figure is above it, as a share.
    """

    device: str
    peak_bytes: int
    error: float

    def facts(self) -> dict[str, Any]:
        """The same as plain values."""
        return asdict(self)


def check_by_measuring(card: Card, fit: Fit) -> Check:
    """Builds the model with random weights on this machine's GPU and asks it about one window.

    Raises:
        UserError: no GPU, a quantized precision, a video, or a model that cannot be built or
            does not fit.
    """
    wanted = fit.wanted
    if not isinstance(card, LocalCard) or fit.memory is None or card.architecture is None:
        raise UserError(f"model '{card.name}' does not run on this machine: omit --measure.")
    if wanted.precision not in ("float32", "bfloat16", "float16") or wanted.as_video:
        raise UserError(
            "only images and unquantized weights can be measured with random weights: use "
            "--precision bfloat16, and omit --video."
        )
    if wanted.batch != 1:
        raise UserError("only one window at a time can be measured: omit --batch.")
    try:
        import torch
    except ImportError as error:
        raise UserError(f"measuring needs torch: {install_command('local')}.") from error
    if not torch.cuda.is_available():
        raise UserError("this machine has no CUDA GPU to measure on: omit --measure.")
    from touchline.models.capacity.peak_memory import CudaMeter, RandomPrompt, measure_peak

    prompt = RandomPrompt(wanted.frames, wanted.width, wanted.height, TEXT_TOKENS)
    try:
        found = measure_peak(card, prompt, CudaMeter(), wanted.precision, str(wanted.attention))
    except torch.OutOfMemoryError as error:
        raise UserError(f"it does not fit the GPU of this machine: {error}") from error
    name = torch.cuda.get_device_name()
    return Check(name, found.peak_bytes, fit.memory.peak / found.peak_bytes - 1)
