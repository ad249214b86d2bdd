"""What a shipped card says of its checkpoint meets the class of transformers that it names."""

from pathlib import Path

import pytest
import yaml
from transformers.models.auto.modeling_auto import (
    MODEL_FOR_CAUSAL_LM_MAPPING_NAMES,
    MODEL_FOR_IMAGE_TEXT_TO_TEXT_MAPPING_NAMES,
    MODEL_FOR_MULTIMODAL_LM_MAPPING_NAMES,
)

from touchline.models import LocalCard, find_card
from touchline.models.catalogue.card_registry import built_in_cards

_FILE = Path(__file__).parents[2] / "tools/exercised_families.yaml"
CLASSES = {one["name"]: one["model_class"] for one in yaml.safe_load(_FILE.read_text())["families"]}
NATIVE = [
    name
    for name in built_in_cards()
    if isinstance(card := find_card(name), LocalCard)
    and card.architecture
    and not card.remote_code
    and card.engine == "transformers"
]


def class_of(model_type):
    """The class that the engine takes for a config, in the order of its auto classes."""
    for names in (
        MODEL_FOR_IMAGE_TEXT_TO_TEXT_MAPPING_NAMES,
        MODEL_FOR_MULTIMODAL_LM_MAPPING_NAMES,
        MODEL_FOR_CAUSAL_LM_MAPPING_NAMES,
    ):
        if model_type in names:
            return names[model_type]
    return None


@pytest.mark.parametrize("name", NATIVE)
def test_the_architecture_has_the_class_that_the_family_was_exercised_with(name):
    card = find_card(name)
    found = class_of(card.architecture["model_type"])
    assert found is not None, "transformers has no class for it"
    if card.family in CLASSES:
        assert found == CLASSES[card.family]


@pytest.mark.parametrize("name", NATIVE)
def test_a_native_class_has_one_marker_for_all_images(name):
    """Numbers of images in a marker belong to makers' own processors."""
    marker = find_card(name).image_marker
    assert marker is None or ("{" not in marker and marker.startswith("<"))


def test_phi_4_has_the_revision_marker_and_adapter_of_its_native_class():
    card = find_card("phi-4-multimodal")
    assert (card.revision, card.image_marker) == ("refs/pr/70", "<|image|>")
    assert card.adapter == "vision-lora"
    assert card.identity()["adapter"] == "vision-lora"


def test_mistral_s_own_format_is_served_and_pulled():
    card = find_card("mistral-small-3.2-24b")
    assert card.engine == "vllm"
    names = ["consolidated.safetensors", "model-00001-of-00010.safetensors", "tekken.json"]
    patterns = card.unneeded_files(names)
    assert "consolidated*" not in patterns
    assert "model-*.safetensors" in patterns
    plain = find_card({"use": card.name, "server_args": []})
    assert "consolidated*" in plain.unneeded_files(names)
