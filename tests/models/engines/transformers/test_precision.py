"""Fewer bits for weights and for past keys and values, on the CPU, through the whole engine."""

import sys

import pytest

from tests.families.building import build
from tests.families.roster import ROSTER
from tests.support.asking import engine, request
from touchline.errors import UserError


def texts(loaded):
    return [reply.text for reply in loaded.replies([request(0), request(1)])]


def footprint(loaded):
    return loaded._loaded.model.get_memory_footprint()


@pytest.mark.parametrize(("precision", "most"), [("nf4", 0.75), ("int8", 0.75)])
def test_quantised_weights_answer_and_take_less_room(tiny_checkpoint, precision, most):
    pytest.importorskip("bitsandbytes")
    whole = engine(tiny_checkpoint, precision="bfloat16")
    less = engine(tiny_checkpoint, precision=precision, batch_size=2)
    kinds = {type(module).__name__ for module in less._loaded.model.modules()}
    assert {"nf4": "Linear4bit", "int8": "Linear8bitLt"}[precision] in kinds
    assert footprint(less) < most * footprint(whole)
    assert all(texts(less))


def test_quantised_weights_are_never_moved(tiny_checkpoint, monkeypatch):
    pytest.importorskip("bitsandbytes")
    import transformers

    def refused(*_, **__):
        raise AssertionError("a model is moved after it was loaded")

    monkeypatch.setattr(transformers.PreTrainedModel, "to", refused)
    monkeypatch.setattr(transformers.PreTrainedModel, "cuda", refused)
    assert all(texts(engine(tiny_checkpoint, precision="nf4")))


@pytest.mark.parametrize(("kv_cache", "backend"), [("fp8", None), ("int4", "quanto")])
def test_past_keys_and_values_can_be_kept_in_fewer_bits(tiny_checkpoint, kv_cache, backend):
    if backend:
        pytest.importorskip("optimum.quanto", reason="int4 was not tried: no optimum-quanto here")
    loaded = engine(tiny_checkpoint, kv_cache=kv_cache)
    caches = []
    loaded._loaded.model.register_forward_hook(
        lambda _model, _words, found: caches.append(type(found.past_key_values.layers[0]).__name__)
    )
    assert all(texts(loaded))
    assert set(caches) == {{"fp8": "Fp8QuantizedLayer", "int4": "QuantoQuantizedLayer"}[kv_cache]}


@pytest.mark.parametrize(
    ("words", "library"),
    [
        ({"precision": "nf4"}, "bitsandbytes"),
        ({"precision": "awq"}, "gptqmodel"),
        ({"precision": "int4"}, "compressed.tensors"),
    ],
)
def test_a_library_that_is_missing_is_one_sentence(tiny_checkpoint, monkeypatch, words, library):
    monkeypatch.setitem(sys.modules, library, None)
    monkeypatch.setattr("touchline.models.engines.transformers.precision.find_spec", lambda _: None)
    with pytest.raises(UserError, match=f"which needs {library}: pip install {library}"):
        engine(tiny_checkpoint, **words)


def test_a_cache_whose_library_is_missing_is_one_sentence(tiny_checkpoint, monkeypatch):
    from transformers.utils import import_utils

    monkeypatch.setattr(import_utils, "is_optimum_quanto_available", lambda: False)
    with pytest.raises(UserError, match=r"pip install optimum-quanto, or use kv_cache: fp8"):
        engine(tiny_checkpoint, kv_cache="int4")


def test_weights_that_fit_nowhere_else_are_read_from_disk(tmp_path):
    """The same answers, with a part of the model in files."""
    family = next(one for one in ROSTER if one.name == "Qwen2.5-VL")
    folder = build(family, tmp_path / "checkpoint")
    spread = engine(folder, max_memory={"cpu": "300KB"}, offload_folder=str(tmp_path / "offloaded"))
    assert set(spread._loaded.model.hf_device_map.values()) == {"cpu", "disk"}
    assert texts(spread) == texts(engine(folder))
