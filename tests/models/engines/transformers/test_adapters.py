"""A LoRA adapter of a card is loaded whole or refused, and no other is loaded unasked."""

import json
import shutil
from importlib.util import find_spec

import pytest
import torch
from safetensors.torch import load_file, save_file

from tests.families.building import LEAST_TOKENS, build
from tests.families.roster import ROSTER
from tests.support.asking import engine, request
from touchline.errors import UserError
from touchline.models.torchvision_compat import register_torchvision_operators

ADAPTER = "vision-lora"
LINEAR = r"model\.layers\.\d+\.(self_attn\.(qkv_proj|o_proj)|mlp\.(gate_up_proj|down_proj))"
"""The layers of the language model that Phi-4's adapter for images changes."""

needs_peft = pytest.mark.skipif(find_spec("peft") is None, reason="needs peft")


@pytest.fixture(scope="session")
def phi_4(tmp_path_factory):
    """A tiny Phi-4 with an adapter that changes its answers, as its repository has one."""
    register_torchvision_operators()
    import peft

    folder = tmp_path_factory.mktemp("phi-4") / "checkpoint"
    family = next(one for one in ROSTER if one.name == "Phi-4-multimodal")
    model = engine(build(family, folder))._loaded.model
    settings = peft.LoraConfig(r=4, lora_alpha=8, target_modules=LINEAR)
    model.add_adapter(settings, adapter_name=ADAPTER)
    torch.manual_seed(0)
    for name, parameter in model.named_parameters():
        if "lora_B" in name:
            torch.nn.init.normal_(parameter, std=0.5)
    model.save_pretrained(folder / ADAPTER)
    return folder


@pytest.fixture
def copy(phi_4, tmp_path):
    return shutil.copytree(phi_4, tmp_path / "checkpoint")


def texts(loaded):
    questions = [request(n, max_new_tokens=8, min_tokens=LEAST_TOKENS) for n in range(2)]
    return [reply.text for reply in loaded.replies(questions)]


@needs_peft
def test_an_adapter_changes_the_answers(phi_4):
    plain, adapted = (
        engine(phi_4, image_marker="<|image|>", adapter=one) for one in (None, ADAPTER)
    )
    assert adapted._loaded.model.active_adapters() == [ADAPTER]
    assert texts(adapted) != texts(plain)
    merged = adapted._loaded.model
    merged.disable_adapters()
    assert texts(adapted) == texts(plain)


@needs_peft
def test_an_adapter_without_a_tensor_is_refused_with_its_name(copy):
    file = copy / ADAPTER / "adapter_model.safetensors"
    tensors = load_file(file)
    gone = next(name for name in tensors if "lora_B" in name)
    save_file({name: one for name, one in tensors.items() if name != gone}, file)
    with pytest.raises(UserError, match=r"it lacks .*lora_B.*which would be random numbers"):
        engine(copy, adapter=ADAPTER)


@needs_peft
def test_an_adapter_of_another_model_is_refused(copy):
    file = copy / ADAPTER / "adapter_model.safetensors"
    save_file({name: one[:, :-1].contiguous() for name, one in load_file(file).items()}, file)
    with pytest.raises(UserError, match=r"does not fit its model: .*lora_A.* other shapes"):
        engine(copy, adapter=ADAPTER)
    renamed = {name.replace("layers.0", "layers.7"): one for name, one in load_file(file).items()}
    save_file(renamed, file)
    with pytest.raises(UserError, match=r"layers\.7.* no place in the model"):
        engine(copy, adapter=ADAPTER)


@needs_peft
def test_an_adapter_in_a_pickle_is_refused(copy):
    """transformers would load adapter_model.bin in place of a file that is not there."""
    file = copy / ADAPTER / "adapter_model.safetensors"
    file.rename(file.with_name("adapter_model.bin"))
    with pytest.raises(UserError, match=r"vision-lora lacks adapter_model\.safetensors"):
        engine(copy, adapter=ADAPTER)


def test_an_adapter_is_never_left_out(tiny_checkpoint, monkeypatch):
    """Without the package or the folder, the answers would be those of another model."""
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(UserError, match="has a LoRA adapter, which needs peft: pip install peft"):
        engine(tiny_checkpoint, adapter=ADAPTER)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: name)
    with pytest.raises(UserError, match="vision-lora with the adapter does not exist"):
        engine(tiny_checkpoint, adapter=ADAPTER)


def test_a_folder_that_is_an_adapter_is_no_checkpoint(tiny_checkpoint, tmp_path):
    """Where peft is installed, transformers would load the base that the adapter names."""
    folder = shutil.copytree(tiny_checkpoint, tmp_path / "tuned")
    base = {"peft_type": "LORA", "base_model_name_or_path": "somebody/else"}
    (folder / "adapter_config.json").write_text(json.dumps(base))
    with pytest.raises(UserError, match="is a LoRA adapter, not a whole model"):
        engine(folder)
