"""The planned memory of a training against a measured one, and what is refused by it."""

import pytest
import torch
from PIL import Image

from tests.support.shallow_models import TensorMeter
from touchline.errors import UserError
from touchline.models import NOT_LEARNED, find_card
from touchline.models.capacity.memory import Load, Prompt
from touchline.models.capacity.peak_memory import build_model
from touchline.models.capacity.shapes import text_shape, vision_shape
from touchline.models.capacity.training_memory import TrainingLoad, training_memory
from touchline.models.card_types.local import Implementation
from touchline.train import LoraSettings
from touchline.train.examples.data_folder import DataFolder
from touchline.train.lora import memory_check
from touchline.train.lora.answer_trainer import make_trainer
from touchline.train.lora.example_set import ExampleRow
from touchline.train.lora.modules import adapted_modules

IMAGE, PATCHES, TOKENS = 5, 64, 4
"""The id of an image's token; patches and tokens of an image of 128 pixels."""

ARCHITECTURE = {
    "model_type": "idefics3",
    "scale_factor": 4,
    "image_token_id": IMAGE,
    "text_config": {
        "model_type": "llama",
        "hidden_size": 128,
        "intermediate_size": 256,
        "num_hidden_layers": 3,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "head_dim": 32,
        "vocab_size": 1000,
        "pad_token_id": 0,
    },
    "vision_config": {
        "model_type": "idefics3_vision",
        "hidden_size": 64,
        "intermediate_size": 192,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "image_size": 128,
        "patch_size": 16,
    },
}

SETTINGS = LoraSettings(rank=8)


def inputs_of(images, text, answer, dtype):
    prompt = [IMAGE] * (TOKENS * images) + list(range(10, 10 + text))
    ids = torch.tensor([prompt + list(range(10, 10 + answer))])
    labels = torch.tensor([[NOT_LEARNED] * len(prompt) + list(range(10, 10 + answer))])
    pixels = torch.rand(1, images, 3, 128, 128, dtype=dtype)
    return {
        "input_ids": ids,
        "attention_mask": torch.ones_like(ids),
        "pixel_values": pixels,
        "pixel_attention_mask": torch.ones(1, images, 128, 128, dtype=torch.long),
        "labels": labels,
    }


def measured(images, text, answer, settings, dtype, folder):
    """The peak of a second step, weights and optimizer included, and the bytes of the weights."""
    import peft  # after torchvision's operators are registered

    torch.set_num_threads(1)
    torch.manual_seed(0)
    model = build_model(ARCHITECTURE, dtype=dtype)
    modules = adapted_modules("tiny", model, settings.vision)
    model = peft.get_peft_model(
        model,
        peft.LoraConfig(r=settings.rank, lora_dropout=settings.dropout, target_modules=modules),
    )
    trainer = make_trainer(model, [0], folder, settings, [])
    if settings.checkpointing:
        model.gradient_checkpointing_enable(trainer.args.gradient_checkpointing_kwargs)
    model.train()
    trained = [one for one in model.parameters() if one.requires_grad]
    optimizer = torch.optim.AdamW(trained)

    def step(inputs):
        trainer.compute_loss(model, inputs).backward()
        optimizer.step()
        optimizer.zero_grad()

    step(inputs_of(images, text, answer, dtype))
    states = [one for of in optimizer.state.values() for one in of.values()]
    inputs = inputs_of(images, text, answer, dtype)
    meter = TensorMeter()
    meter.ignore([*model.parameters(), *model.buffers(), *states, *inputs.values()])
    with meter:
        step(inputs)
    weights = sum(one.nbytes for one in model.parameters() if not one.requires_grad)
    pixels = [inputs["pixel_values"], inputs["pixel_attention_mask"]]
    beside = sum(one.nbytes for one in [*trained, *states, *pixels])
    return meter.peak_bytes(weights) + beside, weights


@pytest.mark.parametrize(
    ("images", "text", "answer", "changes", "dtype"),
    [
        (4, 300, 20, {}, torch.float32),
        (4, 300, 20, {"dropout": 0.0}, torch.float32),
        (4, 300, 20, {}, torch.bfloat16),
        (4, 300, 20, {"checkpointing": False}, torch.float32),
        (24, 20, 20, {}, torch.float32),
        (24, 20, 20, {"vision": True}, torch.float32),
        (2, 20, 200, {}, torch.float32),
    ],
)
def test_the_plan_is_within_15_percent_of_a_measured_step(
    images, text, answer, changes, dtype, tmp_path
):
    settings = SETTINGS.model_copy(update=changes)
    peak, weights = measured(images, text, answer, settings, dtype, tmp_path)
    code = Implementation(masks_pixels=True)
    planned = training_memory(
        text_shape(ARCHITECTURE, code),
        vision_shape(ARCHITECTURE, code),
        Prompt(TOKENS * images + text, TOKENS * images, images, PATCHES),
        TrainingLoad(
            settings.rank,
            settings.dropout > 0,
            settings.vision,
            every_layer=not settings.checkpointing,
            load=Load(weights, dtype.itemsize, False, 1, answer),
        ),
    )
    assert planned.peak / peak == pytest.approx(1, abs=0.15)


@pytest.fixture
def examples(tmp_path):
    Image.new("RGB", (228, 128)).save(tmp_path / "a.jpg")
    content = [{"type": "image"}, {"type": "text", "text": "What happens?"}]
    answer = [{"type": "text", "text": "None."}]
    row = {
        "messages": [
            {"role": "user", "content": content},
            {"role": "assistant", "content": answer},
        ],
        "images": ["a.jpg"],
        "window": {"game": "g", "half": 1, "start_ms": 0, "end_ms": 9, "frame_times_ms": [0]},
        "kind": "nothing",
    }
    return DataFolder(tmp_path), [ExampleRow.model_validate(row)]


def test_a_training_that_does_not_fit_is_refused_before_weights_are_loaded(examples, monkeypatch):
    said = []
    monkeypatch.setattr(memory_check, "free_bytes", lambda: 10**7)
    card = find_card("demo")
    with pytest.raises(UserError, match=r"'demo' does not fit for training \(memory: 0\.\d\d GB"):
        memory_check.check_memory(card, *examples, SETTINGS, True, said.append)
    allowed = SETTINGS.model_copy(update={"check_memory": False})
    plan = memory_check.check_memory(card, *examples, allowed, True, said.append)
    assert plan is not None and plan.peak > 10**7
    assert said[0] == said[1] == plan.sentence(10**7)


def test_a_card_without_sizes_says_that_nothing_is_planned(examples):
    said = []
    card = find_card("demo").model_copy(update={"architecture": None})
    assert memory_check.check_memory(card, *examples, SETTINGS, False, said.append) is None
    assert said == [
        "memory: not planned: the card of 'demo' has no architecture (see docs/cards.md)."
    ]
