"""How much of the roster a GPU can run."""

from dataclasses import dataclass
from functools import cache

from touchline.errors import UserError
from touchline.models import Card, Gpu, LocalCard, Workload, card_names, find_card, plan_fit

FRAMES, WIDTH, HEIGHT = 15, 854, 480
"""A window of 3 s at 5 frames a second, as `touchline models fit` takes it."""

LOAD = f"{FRAMES} frames of {HEIGHT} lines"


@dataclass(frozen=True, slots=True)
class RosterFit:
    """How many of the models with weights fit one GPU.

    Attributes:
        fit: names of those that fit in 16 bits, or as their checkpoint is stored.
        quantized: names of those that fit only in NF4.
        too_large: names of those that fit in neither.
        unknown: names of those whose memory cannot be computed for this GPU.
    """

    fit: tuple[str, ...]
    quantized: tuple[str, ...]
    too_large: tuple[str, ...]
    unknown: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """The counts as a clause."""
        total = sum(map(len, (self.fit, self.quantized, self.too_large, self.unknown)))
        nf4 = f", {len(self.quantized)} more in nf4" if self.quantized else ""
        unknown = f" ({len(self.unknown)} not known)" if self.unknown else ""
        return f"{len(self.fit)} of {total} models with weights fit{nf4}{unknown}, with {LOAD}"


@cache
def all_cards() -> tuple[Card, ...]:
    """The cards of all models, read once."""
    return tuple(map(find_card, card_names()))


@cache
def local_roster() -> tuple[LocalCard, ...]:
    """The cards of all models that are offered and have weights."""
    return tuple(one for one in all_cards() if isinstance(one, LocalCard) and one.refusal() is None)


@cache
def roster_fit(gpu: Gpu) -> RosterFit:
    """Which models of the roster fit a GPU, each alone, asked about one window at a time.

    Args:
        gpu: the GPU.
    """
    found: dict[str, list[str]] = {"fit": [], "quantized": [], "too_large": [], "unknown": []}
    for card in local_roster():
        found[_verdict(card, gpu)].append(card.name)
    return RosterFit(**{name: tuple(names) for name, names in found.items()})


def _verdict(card: LocalCard, gpu: Gpu) -> str:
    plain = fits(card, Workload(FRAMES, WIDTH, HEIGHT, gpu=gpu))
    if plain:
        return "fit"
    if "nf4" in card.weights_gb and fits(
        card, Workload(FRAMES, WIDTH, HEIGHT, gpu=gpu, precision="nf4")
    ):
        return "quantized"
    return "unknown" if plain is None else "too_large"


def fits(card: LocalCard, wanted: Workload) -> bool | None:
    """Whether a model fits; None where that cannot be computed."""
    try:
        return plan_fit(card, wanted).fits
    except UserError:
        return None
