"""What a shipped card says of its checkpoint meets the class of transformers that it names."""

from pathlib import Path

import pytest
import transformers
import yaml
from transformers.models.auto.modeling_auto import (
    MODEL_FOR_CAUSAL_LM_MAPPING_NAMES,
    MODEL_FOR_IMAGE_TEXT_TO_TEXT_MAPPING_NAMES,
    MODEL_FOR_MULTIMODAL_LM_MAPPING_NAMES,
)

from touchline.models import LocalCard, WorkerCard, find_card
from touchline.models.catalogue.card_registry import built_in_cards
from touchline.models.torchvision_compat import register_torchvision_operators

_FILE = Path(__file__).parents[2] / "tools/exercised_families.yaml"
CLASSES = {one["name"]: one["model_class"] for one in yaml.safe_load(_FILE.read_text())["families"]}
OWN_CODE = {"internvideo3"}
"""Cards of checkpoints that no class of transformers loads."""

NATIVE = [
    name
    for name in built_in_cards()
    if isinstance(card := find_card(name), LocalCard)
    and card.architecture
    and not isinstance(card, WorkerCard)
    and name not in OWN_CODE
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
    assert name == "demo" or found == CLASSES[card.family]


def test_a_card_without_a_class_runs_its_own_code():
    for name in OWN_CODE:
        card = find_card(name)
        assert class_of(card.architecture["model_type"]) is None
        assert card.remote_code


@pytest.mark.parametrize("name", NATIVE)
def test_a_card_that_takes_video_has_a_processor_for_videos(name):
    register_torchvision_operators()
    from transformers.models.auto.video_processing_auto import VIDEO_PROCESSOR_MAPPING_NAMES

    card = find_card(name)
    named = card.implementation and card.implementation.image_processor
    if card.video == "native":
        assert (named or card.architecture["model_type"]) in VIDEO_PROCESSOR_MAPPING_NAMES


def test_every_class_for_images_has_a_card_or_a_reason_why_not():
    """Of the version of transformers that the list was made with."""
    listed = yaml.safe_load(_FILE.read_text())
    if transformers.__version__ != listed["version"]:
        pytest.skip(f"the list is of transformers {listed['version']}")
    types = [one for group in listed["without_card"] for one in group["types"]]
    cards = {find_card(name).architecture["model_type"] for name in NATIVE}
    assert len(types) == len(set(types))
    assert not cards & set(types)
    assert not MODEL_FOR_IMAGE_TEXT_TO_TEXT_MAPPING_NAMES.keys() - cards - set(types)
    assert not set(types) - MODEL_FOR_IMAGE_TEXT_TO_TEXT_MAPPING_NAMES.keys()


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
