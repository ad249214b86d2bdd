"""The pooling of dense frames is trained with an adapter, kept with it, and loaded with it."""

import json

import pytest
import torch
import yaml
from safetensors.torch import load_file

from tests.families.building import build
from tests.families.roster import ROSTER
from tests.support.videos import soccernet_folder
from touchline.errors import UserError
from touchline.models import count_sets, find_card, load_checkpoint, training_inputs
from touchline.models.engines.transformers.dense.image_features import POOLING_FILE
from touchline.runs import parse_bench
from touchline.train import ExampleSettings, LoraSettings, export_examples, train_lora
from touchline.train.examples.data_folder import DataFolder
from touchline.train.lora.example_set import read_rows

GAME = "league/2025-2026/a - b"
SETTINGS = LoraSettings(rank=4, learning_rate=1e-2, epochs=2, accumulate=1, every=50, dropout=0)


def card_of(checkpoint, **changes):
    values = {
        "name": "tiny",
        "engine": "transformers",
        "precision": "float32",
        "checkpoint": str(checkpoint),
        "generation": {"max_new_tokens": 40},
        "sampling": {"frames": 8, "window": 2, "stride": 2, "height": 32},
        "dense": {"frames_per_set": 3, "pooling": "mlp"},
    }
    return {name: one for name, one in (values | changes).items() if one is not None}


@pytest.fixture
def checkpoint(tmp_path):
    family = next(one for one in ROSTER if one.name == "Idefics3")
    return build(family, tmp_path / "checkpoint")


def export(tmp_path, card, name):
    bench = {"data": {"root": str(tmp_path / "data")}, "models": [card]}
    made = parse_bench(json.dumps(bench), "b", tmp_path)
    export_examples(made, tmp_path / name, ExampleSettings(held_out=0), lambda *_: None)
    return tmp_path / name


@pytest.fixture
def examples(tmp_path, checkpoint):
    soccernet_folder(tmp_path / "data", GAME, labels=[(1, 1200, "Goal"), (2, 500, "Corner")])
    return export(tmp_path, card_of(checkpoint), "examples")


def train(card, examples, out, **more):
    return train_lora(
        find_card(card), examples, out, SETTINGS, lambda *_: None, lambda _: None, **more
    )


def logits(card, examples):
    """The scores of the answer's tokens of the first example."""
    loaded = load_checkpoint(find_card(card))
    row = read_rows(DataFolder(examples), "train")[0]
    inputs = training_inputs(loaded, find_card(card), row.request(examples, 0), row.answer)
    inputs.pop("labels")
    with torch.inference_mode():
        return loaded.model(**inputs).logits[0, -4:]


def test_pooling_is_trained_loaded_and_merged(checkpoint, examples, tmp_path):
    row = read_rows(DataFolder(examples), "train")[0]
    assert len(row.dense_images) == 8
    assert len(row.images) == count_sets(8, 3) == len(row.window.frame_times_ms)
    done = train(card_of(checkpoint), examples, tmp_path / "lora", merge=True)
    weights = load_file(tmp_path / "lora/adapter/adapter_model.safetensors")
    learned = [one for name, one in weights.items() if "dense_pooling.second.weight" in name]
    assert len(learned) == 1 and learned[0].abs().max() > 1e-4
    adapted = yaml.safe_load(done.card.read_text())
    merged = yaml.safe_load(done.merged_card.read_text())
    assert adapted["dense"] == merged["dense"] == {"frames_per_set": 3, "pooling": "mlp"}
    assert (tmp_path / "lora/merged" / POOLING_FILE).is_file()
    before, beside, inside = (
        logits(one, examples) for one in (card_of(checkpoint), adapted, merged)
    )
    assert torch.allclose(beside, inside, atol=1e-4)
    assert not torch.allclose(beside, before, atol=1e-2)

    mean = card_of(merged["checkpoint"], dense=None)
    with pytest.raises(UserError, match="was trained with dense frames: add its 'dense'"):
        load_checkpoint(find_card(mean))
    other = {"dense": {"frames_per_set": 4, "pooling": "mlp"}}
    with pytest.raises(UserError, match="does not fit the card's 'dense'"):
        load_checkpoint(find_card(card_of(merged["checkpoint"], **other)))
    with pytest.raises(UserError, match=r"dense_pooling.*have other shapes than the model"):
        load_checkpoint(find_card(adapted | other))
    with pytest.raises(UserError, match=r"dense_pooling.*have no place in the model"):
        load_checkpoint(find_card(adapted | {"dense": {"frames_per_set": 3}}))


def test_examples_for_other_frames_are_refused(checkpoint, examples, tmp_path):
    with pytest.raises(UserError, match="makes an image of 1 frame, and the examples do not"):
        train(card_of(checkpoint, dense=None), examples, tmp_path / "lora")
    four = card_of(checkpoint, dense={"frames_per_set": 5})
    with pytest.raises(UserError, match="makes an image of 5 frames, and the examples do not"):
        train(four, examples, tmp_path / "lora")
