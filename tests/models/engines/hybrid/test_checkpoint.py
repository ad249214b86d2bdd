"""Checkpoints: what was saved is loaded, and strangers' files are refused in a sentence."""

import json
import pickle
from unittest.mock import patch

import pytest
import torch
from safetensors.torch import load_file, save_file

from tests.support.spotters import tiny_config
from touchline.errors import UserError
from touchline.models.engines.hybrid.checkpoint import load_spotter, save_hybrid_checkpoint
from touchline.models.engines.hybrid.spotter_network import HybridNetwork

CONFIG = tiny_config()


@pytest.fixture
def folder(tmp_path):
    torch.manual_seed(0)
    save_hybrid_checkpoint(HybridNetwork(CONFIG), CONFIG, tmp_path)
    return tmp_path


def change_config(folder, **values):
    file = folder / "config.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), **values}))


def made_in_memory(tensor, *_, **__):
    """In place of drawing first weights: they must have no memory."""
    assert tensor.device.type == "meta"
    return tensor


def change_weights(folder, change):
    file = folder / "model.safetensors"
    save_file(change(load_file(file)), file)


def test_what_was_saved_is_loaded(folder):
    config, network = load_spotter("x", folder)
    assert config == CONFIG
    saved = load_file(folder / "model.safetensors")
    assert all(value.dtype == torch.float16 for value in saved.values())
    assert all((network.state_dict()[name] == saved[name].float()).all() for name in saved)
    assert not network.training


def test_it_consists_of_two_files_that_are_not_pickles(folder):
    assert {one.name for one in folder.iterdir()} == {"config.json", "model.safetensors"}


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"width": 2_000_000_000}, "width is 2000000000: expected at most 2048"),
        ({"layers": -1}, "layers is -1: expected at least 1"),
        ({"classes": []}, "classes is"),
        ({"classes": ["Goal", "Goal"]}, "a class is named twice"),
        ({"height": 10**9}, "expected at most 512"),
        ({"model_type": "llama"}, "model_type"),
        ({"tower": "../../etc/passwd"}, "tower"),
        ({"code": "import os"}, "code is not known"),
        ({"reach": float("nan")}, "reach"),
        ({"width": 64}, "is not of the shape that config.json says"),
        ({"classes": ["Goal", "Foul", "Corner"]}, "is not of the shape that config.json says"),
    ],
)
def test_a_hostile_config_is_refused(folder, values, says):
    change_config(folder, **values)
    with pytest.raises(UserError, match=says):
        load_spotter("x", folder)


@pytest.mark.parametrize(
    "content", [b"", b"[", b"[" * 90_000, b"\xff\xfe", b"null", b"9" * 200_000]
)
def test_a_config_that_is_not_one_is_refused(folder, content):
    (folder / "config.json").write_bytes(content)
    with pytest.raises(UserError, match=r"model 'x'.*config\.json"):
        load_spotter("x", folder)


def test_a_size_that_only_the_config_claims_costs_nothing(folder):
    change_config(folder, width=2048, layers=8, features=16384)
    with (
        pytest.raises(UserError, match="is not of the shape"),
        patch.object(torch.Tensor, "uniform_", made_in_memory),
    ):
        load_spotter("x", folder)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda w: {k: v for k, v in w.items() if "stem" not in k}, "stem"),
        (lambda w: w | {"extra": torch.zeros(3)}, "'extra'"),
        (lambda w: {k: v * float("nan") for k, v in w.items()}, "not finite"),
        (lambda w: {k: (v * 0).int() for k, v in w.items()}, "floating-point"),
        (lambda w: {k: v.to(torch.float8_e4m3fn) for k, v in w.items()}, "floating-point"),
        (lambda w: {k: v[None] for k, v in w.items()}, "shape"),
    ],
)
def test_weights_that_do_not_fit_are_refused(folder, change, says):
    change_weights(folder, change)
    with pytest.raises(UserError, match=says):
        load_spotter("x", folder)


class Harmful:
    """Writes a file when it is unpickled."""

    def __init__(self, path):
        self._path = path

    def __reduce__(self):
        return open, (str(self._path), "w")


def test_a_pickle_in_place_of_the_weights_is_refused_and_not_run(folder):
    planted = folder.parent / "planted"
    (folder / "model.safetensors").write_bytes(pickle.dumps(Harmful(planted)))
    with pytest.raises(UserError, match="not a whole safetensors file"):
        load_spotter("x", folder)
    assert not planted.exists()


@pytest.mark.parametrize("name", ["config.json", "model.safetensors"])
def test_a_missing_file_and_a_half_one_are_named(folder, name):
    whole = (folder / name).read_bytes()
    (folder / name).write_bytes(whole[: len(whole) // 2])
    with pytest.raises(UserError, match=name):
        load_spotter("x", folder)
    (folder / name).unlink()
    with pytest.raises(UserError, match=rf"{name} cannot be read \(.*\): correct 'checkpoint'"):
        load_spotter("x", folder)
