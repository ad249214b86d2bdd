"""Memory formulas against real architectures with random weights, and counts against cards."""

from importlib.util import find_spec

import pytest
import torch

from tests.support.parameter_counts import count_parameters, empty_model
from tests.support.shallow_models import TensorMeter, shallow
from touchline.errors import UserError
from touchline.models import find_card
from touchline.models.capacity.memory import Load, Prompt, memory
from touchline.models.capacity.peak_memory import RandomPrompt, build_model, measure_peak
from touchline.models.capacity.shapes import text_shape, vision_shape
from touchline.models.card_types.local import Implementation, LocalCard
from touchline.models.card_types.worker_program import WorkerCard
from touchline.models.catalogue.card_registry import built_in_cards

NO_CLASS = {name for name in built_in_cards() if isinstance(find_card(name), WorkerCard)} | {
    "internvideo3"
}
"""Their architectures are by their makers' code, so their weights are counted by hand."""

BY_MAKERS = {"int4"}
"""Precisions whose size is that of the maker's files: how they are made is not part of the card."""

ADAPTERS = {"phi-4-multimodal"}
"""Has 0.8 billion parameters of adapters that its class loads apart."""

COUNTED = [
    name
    for name in built_in_cards()
    if isinstance(card := find_card(name), LocalCard) and card.architecture
]


def needs_timm(card):
    """Skips a model whose vision encoder is timm's, where that is not installed."""
    if "architecture" in card.architecture["vision_config"] and find_spec("timm") is None:
        pytest.skip(f"{card.name} needs timm")


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(set(COUNTED) - NO_CLASS))
def test_a_card_says_as_many_parameters_as_its_architecture_has(name):
    card = find_card(name)
    needs_timm(card)
    counts = count_parameters(card.architecture)
    if name not in ADAPTERS:
        assert counts.total == card.parameters
    for precision in card.weights_gb.keys() - BY_MAKERS:
        size = card.weights_gb[precision]
        assert counts.weights_gb(precision) == pytest.approx(size, abs=0.006)


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(set(COUNTED) - NO_CLASS))
def test_a_card_says_which_attention_its_class_has(name):
    card = find_card(name)
    needs_timm(card)
    model = empty_model(card.architecture)
    assert ("flash_attention_2" in card.attention_kinds) == model._supports_flash_attn
    assert ("sdpa" in card.attention_kinds) == model._supports_sdpa


def test_an_architecture_that_transformers_does_not_have_is_one_sentence():
    with pytest.raises(UserError, match="has no class for the architecture 'phi3_v'"):
        build_model(find_card("phi-3.5-vision").architecture)


def test_the_meter_counts_what_is_alive_together():
    kilobyte = 256
    with TensorMeter() as meter:
        first = torch.zeros(4 * kilobyte)
        second = first + 1
        del first
        third = second.view(2, -1) * 2
        del second, third
        torch.zeros(kilobyte)
    assert meter.peak_bytes(0) == 8 * 1024


def compared(name, frames, height, attention):
    """Measured and computed peaks of a shallow model, and the same without weights."""
    torch.set_num_threads(1)
    card = shallow(find_card(name))
    width = round(height * 16 / 9 / 2) * 2
    prompt = RandomPrompt(frames, width, height)
    measured = measure_peak(card, prompt, TensorMeter(), "float32", attention)
    cost = card.image_tokens.image(width, height, frames)
    code = card.implementation or Implementation()
    computed = memory(
        text_shape(card.architecture, code),
        vision_shape(card.architecture, code),
        Prompt(measured.prompt_tokens, frames * cost.features, frames * cost.views, cost.patches),
        Load(measured.weights_bytes, 4, attention == "eager", 1, 2),
    )
    beside = (computed.peak - computed.weights) / (measured.peak_bytes - measured.weights_bytes)
    return computed.peak / measured.peak_bytes - 1, beside - 1


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "frames", "height", "attention"),
    [
        ("smolvlm2-256m", 1, 240, "eager"),
        ("qwen2.5-vl-3b", 6, 240, "sdpa"),
        ("qwen2.5-vl-3b", 6, 240, "eager"),
        ("llava-onevision-0.5b", 4, 240, "sdpa"),
        ("llava-onevision-0.5b", 4, 240, "eager"),
    ],
)
def test_the_formula_is_within_10_percent_of_the_measured_peak(name, frames, height, attention):
    whole, beside_weights = compared(name, frames, height, attention)
    assert abs(whole) < 0.10
    assert abs(beside_weights) < 0.15
