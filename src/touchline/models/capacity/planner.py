"""Whether a model fits, how long it takes and what it costs, from its card alone."""

from dataclasses import asdict, dataclass, replace
from typing import Any

from touchline.errors import UserError
from touchline.models.capacity.gpus import Gpu
from touchline.models.capacity.memory import Load, Memory, Prompt, memory
from touchline.models.capacity.shapes import (
    TextShape,
    VisionShape,
    text_shape,
    vision_shape,
)
from touchline.models.capacity.time_and_cost import (
    Encoding,
    TimeAndCost,
    estimate_endpoint,
    estimate_local,
)
from touchline.models.card_types.base import Card
from touchline.models.card_types.local import (
    AttentionKind,
    Implementation,
    LocalCard,
    Precision,
)
from touchline.models.frame_sets import count_sets, frames_at_once
from touchline.models.image_tokens.base import Formula

TEXT_TOKENS = 250
"""Of the prompt besides its images; base.v1 with a context has about as many."""

_KV_BYTES = {"fp8": 1.0, "int4": 0.5, "int2": 0.25}
"""Bytes of a number in a quantized cache of keys and values."""

_CUDA_BYTES = 600_000_000
"""What CUDA itself uses of a GPU before anything is loaded: its context and libraries."""


@dataclass(frozen=True, slots=True)
class Workload:
    """What a model has to do.

    Attributes:
        frames: per window.
        width: of a frame, in pixels.
        height: of a frame, in pixels.
        batch: windows at a time.
        precision: how the weights are stored; None takes the card's.
        attention: which kind; None takes the best that the model and the GPU support.
        as_video: whether frames are passed as a video, where the model accepts one.
        memory_bytes: of the GPU; None where `gpu` is given, or nothing is known.
        gpu: by its name, or None.
        answer_tokens: the mean length of answers, as a run measured it; None takes a usual one.
    """

    frames: int
    width: int
    height: int
    batch: int = 1
    precision: Precision | None = None
    attention: AttentionKind | None = None
    as_video: bool = False
    memory_bytes: int | None = None
    gpu: Gpu | None = None
    answer_tokens: float | None = None

    def room_bytes(self) -> int | None:
        """Memory that is available to a model; None where no GPU is named."""
        whole = self.gpu.memory_bytes if self.gpu else self.memory_bytes
        return None if whole is None else whole - _CUDA_BYTES


@dataclass(frozen=True, slots=True)
class Fit:
    """The result of planning.

    Attributes:
        model: name of the card.
        wanted: the workload, with precision and attention filled in.
        prompt_tokens: per window, or None where the card has no formula.
        context_tokens: the longest prompt and answer together.
        memory: of one batch; None for a model behind an endpoint.
        fits: whether it fits the GPU; None where none is named.
        most_frames: the most that fit memory and context; None where nothing limits them.
        effort: time and cost.
        remarks: sentences for the user.
    """

    model: str
    wanted: Workload
    prompt_tokens: int | None
    context_tokens: int | None
    memory: Memory | None
    fits: bool | None
    most_frames: int | None
    effort: TimeAndCost
    remarks: tuple[str, ...]

    def facts(self) -> dict[str, Any]:
        """The same as plain values, for programs."""
        return asdict(self)


def plan_fit(card: Card, wanted: Workload) -> Fit:
    """Whether a model fits, how long a match takes and what it costs.

    Raises:
        UserError: the card lacks what is needed, or does not have the precision or attention.
    """
    if (refusal := card.memory_refusal()) is not None:
        raise UserError(refusal)
    formula = formula_of(card, wanted)
    if not isinstance(card, LocalCard):
        return _endpoint(card, wanted, formula)
    if formula is None or card.architecture is None:
        lacks = "image_tokens" if formula is None else "architecture"
        raise UserError(
            f"the card of '{card.name}' has no {lacks}, so its memory cannot be computed; "
            "docs/cards.md describes how to write it."
        )
    wanted = with_defaults(card, wanted)
    needed = memory_of(card, wanted, formula)
    tokens = prompt_of(card, wanted, formula).tokens
    room = wanted.room_bytes()
    most = _most_frames(card, wanted, formula)
    fits = None if room is None else needed.peak <= room and _in_context(card, tokens)
    gpu = wanted.gpu if fits else None
    encoding = encoding_of(card, wanted)
    effort = estimate_local(
        card, gpu, tokens, needed.weights, encoding, answer_tokens=wanted.answer_tokens
    )
    if fits is False:
        effort = replace(effort, basis="no estimate of the time, since it does not fit")
    return Fit(
        model=card.name,
        wanted=wanted,
        prompt_tokens=tokens,
        context_tokens=card.context_tokens,
        memory=needed,
        fits=fits,
        most_frames=most,
        effort=effort,
        remarks=_remarks(card, wanted, tokens),
    )


def encoding_of(card: LocalCard, wanted: Workload) -> Encoding | None:
    """What the vision encoder does for one window; None where the card lacks its sizes.

    Args:
        card: the model.
        wanted: the frames of a window.
    """
    formula = formula_of(card, wanted)
    if formula is None or card.architecture is None:
        return None
    try:
        shape = vision_shape(card.architecture, card.implementation or Implementation())
    except (KeyError, StopIteration):
        return None
    prompt = prompt_of(card, wanted, formula)
    return Encoding(shape.parameters, shape.operations(prompt.views, prompt.patches))


def _endpoint(card: Card, wanted: Workload, formula: Formula | None) -> Fit:
    tokens = None
    if formula is not None:
        tokens = formula.prompt_tokens(wanted.width, wanted.height, wanted.frames) + TEXT_TOKENS
    most = card.max_images
    if formula is not None and card.context_tokens:
        one = formula.prompt_tokens(wanted.width, wanted.height, 1)
        room = card.context_tokens - TEXT_TOKENS - (card.generation.most_tokens or 0)
        most = min(most or room // one, room // one)
    return Fit(
        model=card.name,
        wanted=wanted,
        prompt_tokens=tokens,
        context_tokens=card.context_tokens,
        memory=None,
        fits=None,
        most_frames=most,
        effort=estimate_endpoint(card, tokens, wanted.answer_tokens),
        remarks=tuple(filter(None, [card.refusal(), None if tokens else _NO_FORMULA])),
    )


def formula_of(card: Card, wanted: Workload) -> Formula | None:
    """The formula for the tokens of frames; None where the card has none."""
    formula: Formula | None = card.image_tokens
    if wanted.as_video:
        if card.video_tokens is None:
            raise UserError(f"model '{card.name}' does not accept video; omit --video.")
        formula = card.video_tokens
    given: dict[str, Any] = {
        name: value
        for name in ("crops", "max_pixels")
        if formula is not None
        and name in type(formula).model_fields
        and (value := getattr(card, name, None)) is not None
    }
    return formula.model_copy(update=given) if formula is not None else None


def with_defaults(card: LocalCard, wanted: Workload) -> Workload:
    """The workload with the precision and attention that apply where none was given."""
    precision: Precision = wanted.precision or card.precision
    old = wanted.gpu is not None and wanted.gpu.capability < 8
    if precision == "bfloat16" and old and not wanted.precision:
        precision = "float16"
    kinds = card.attention_kinds
    if wanted.attention and wanted.attention not in kinds:
        raise UserError(
            f"model '{card.name}' has no {wanted.attention} attention, only {', '.join(kinds)}."
        )
    able = [
        kind for kind, least in kinds.items() if not wanted.gpu or wanted.gpu.capability >= least
    ]
    if wanted.attention and wanted.attention not in able and wanted.gpu:
        raise UserError(
            f"{wanted.attention} needs compute capability {kinds[wanted.attention]:g}, and a "
            f"{wanted.gpu.name} has {wanted.gpu.capability:g}: omit --attention, or use sdpa."
        )
    plain: list[AttentionKind] = ["sdpa", "flash_attention_2", "eager"]
    attention = wanted.attention or next(kind for kind in plain if kind in able)
    return replace(wanted, precision=precision, attention=attention)


def memory_of(card: LocalCard, wanted: Workload, formula: Formula) -> Memory:
    """The memory of answering a batch of windows.

    Raises:
        UserError: the card lacks a size.
    """
    precision = wanted.precision or card.precision
    text, vision = shapes_of(card)
    load = Load(
        weights_bytes=weights_bytes(card, precision),
        bytes_each=4 if precision == "float32" else 2,
        eager=wanted.attention == "eager",
        batch=wanted.batch,
        new_tokens=card.generation.most_tokens or 0,
        kv_bytes_each=_KV_BYTES.get(getattr(card, "kv_cache", "full")),
    )
    return memory(text, vision, prompt_of(card, wanted, formula), load)


def shapes_of(card: LocalCard) -> tuple[TextShape, VisionShape]:
    """The sizes of a card's model.

    Raises:
        UserError: one is missing.
    """
    architecture, code = card.architecture or {}, card.implementation or Implementation()
    try:
        return text_shape(architecture, code), vision_shape(architecture, code)
    except (KeyError, StopIteration) as error:
        raise UserError(
            f"the architecture of '{card.name}' lacks {error}, so its memory cannot be "
            "computed: add it to the card."
        ) from error


def weights_bytes(card: LocalCard, precision: Precision) -> int:
    """The size that the card gives; for 32 bits else twice that for 16.

    Raises:
        UserError: it gives none.
    """
    if precision in card.weights_gb:
        return round(card.weights_gb[precision] * 1e9)
    half = card.weights_gb.get("bfloat16")
    if precision == "float32" and half is not None:
        return round(2 * half * 1e9)
    offered = ", ".join(card.weights_gb) or "none"
    raise UserError(
        f"model '{card.name}' is not available in {precision} (its card has {offered}): choose "
        "another --precision, or add its size to the card's weights_gb."
    )


def prompt_of(card: Card, wanted: Workload, formula: Formula) -> Prompt:
    """What the model reads and sees of one window."""
    pooled = card.frames_per_image
    images = count_sets(wanted.frames, pooled)
    cost = formula.image(wanted.width, wanted.height, images)
    groups = -(-images // formula.frames_merged)
    tokens = formula.prompt_tokens(wanted.width, wanted.height, images)
    return Prompt(
        tokens=tokens + TEXT_TOKENS,
        image_tokens=groups * cost.features,
        views=groups * cost.views * pooled,
        patches=cost.patches,
        views_at_once=frames_at_once(pooled) * cost.views if pooled > 1 else None,
    )


def _in_context(card: Card, tokens: int) -> bool:
    if card.context_tokens is None:
        return True
    return tokens + (card.generation.most_tokens or 0) <= card.context_tokens


_NO_FORMULA = "It is not known how many tokens an image costs this model."

_MOST = 4096
"""The most frames that are tried."""


def _most_frames(card: LocalCard, wanted: Workload, formula: Formula) -> int | None:
    """The most frames within memory, context and the card's own limit, by bisection."""
    own = card.max_images and card.max_images * card.frames_per_image
    room, top = wanted.room_bytes(), min(own or _MOST, _MOST)
    if room is None and card.context_tokens is None:
        return own

    def fits(frames: int) -> bool:
        tried = replace(wanted, frames=frames)
        if not _in_context(card, prompt_of(card, tried, formula).tokens):
            return False
        return room is None or memory_of(card, tried, formula).peak <= room

    low, high = 0, top + 1
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if fits(middle) else (low, middle)
    return low


def _remarks(card: LocalCard, wanted: Workload, tokens: int) -> tuple[str, ...]:
    found = [refusal] if (refusal := card.refusal()) else []
    if not _in_context(card, tokens):
        found.append(
            f"{tokens:,} tokens and the answer do not fit its context of {card.context_tokens:,}."
        )
    images = count_sets(wanted.frames, card.frames_per_image)
    if card.max_images is not None and images > card.max_images:
        found.append(f"It takes at most {card.max_images} images a prompt.")
    if wanted.precision == "awq" and wanted.gpu and wanted.gpu.capability < 7.5:
        found.append("AWQ kernels need compute capability 7.5.")
    if wanted.gpu and wanted.gpu.capability < 8 and wanted.attention != "eager":
        found.append("FlashAttention 2 does not run on this GPU; SDPA takes its place.")
    if card.video == "native" and not wanted.as_video:
        found.append("It takes video too: --video says what its frames cost then.")
    return tuple(found)
