"""What a checkpoint lacks is refused with its names: it would be random numbers."""

import json
import shutil

import pytest
from safetensors.torch import load_file, save_file

from tests.support.asking import engine, request
from touchline.errors import UserError
from touchline.models import Failure, Reply

POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:0123\nsize 5400000\n"


@pytest.fixture
def checkpoint(tiny_checkpoint, tmp_path):
    """A copy that may be damaged."""
    return shutil.copytree(tiny_checkpoint, tmp_path / "checkpoint")


def rewritten(checkpoint, change):
    """Changes the tensors of a checkpoint by their names."""
    file = checkpoint / "model.safetensors"
    save_file(change(load_file(file)), file, {"format": "pt"})


def test_half_a_checkpoint_is_refused_with_the_names(checkpoint):
    def without_vision(tensors):
        return {name: one for name, one in tensors.items() if "vision" not in name}

    rewritten(checkpoint, without_vision)
    with pytest.raises(UserError, match=r"lacks .* tensors of Idefics3") as caught:
        engine(checkpoint)
    assert "vision_model" in str(caught.value)
    assert "random numbers" in str(caught.value)


def test_tensors_under_other_names_are_refused_with_both(checkpoint):
    rewritten(checkpoint, lambda found: {f"student.{name}": one for name, one in found.items()})
    with pytest.raises(UserError, match=r"lacks .*; it has student\."):
        engine(checkpoint)


def test_a_single_tensor_is_missed(checkpoint):
    def without_one(tensors):
        del tensors[
            next(name for name in tensors if name.endswith("layers.0.self_attn.q_proj.weight"))
        ]
        return tensors

    rewritten(checkpoint, without_one)
    with pytest.raises(UserError, match=r"lacks 1 tensor .*q_proj\.weight"):
        engine(checkpoint)


def test_tied_weights_are_not_missed(checkpoint):
    config = json.loads((checkpoint / "config.json").read_text())
    config["tie_word_embeddings"] = config["text_config"]["tie_word_embeddings"] = True
    (checkpoint / "config.json").write_text(json.dumps(config))
    rewritten(checkpoint, lambda found: {n: one for n, one in found.items() if "lm_head" not in n})
    (reply,) = engine(checkpoint).replies([request(0)])
    assert isinstance(reply, Reply)


def test_tensors_of_another_shape_are_refused(checkpoint):
    def shorter(tensors):
        name = next(name for name in tensors if name.endswith("embed_tokens.weight"))
        return tensors | {name: tensors[name][:-8].contiguous()}

    rewritten(checkpoint, shorter)
    with pytest.raises(UserError, match=r"embed_tokens"):
        engine(checkpoint)


@pytest.mark.parametrize("name", ["model.safetensors", "tokenizer.json"])
def test_a_pointer_of_git_lfs_is_refused(checkpoint, name):
    (checkpoint / name).write_bytes(POINTER)
    with pytest.raises(UserError, match=f"{name} is a pointer of Git LFS .* run 'git lfs pull'"):
        engine(checkpoint)


@pytest.mark.parametrize(
    ("kept", "said"),
    [(0.7, "is cut off"), (0.001, "is cut off in its header"), (0, "is not a safetensors file")],
)
def test_weights_that_are_cut_off_are_refused(checkpoint, kept, said):
    file = checkpoint / "model.safetensors"
    content = file.read_bytes()
    file.write_bytes(content[: int(len(content) * kept)])
    with pytest.raises(UserError, match=f"model.safetensors {said}.*: download it again"):
        engine(checkpoint)


def test_a_file_that_the_index_names_and_is_not_there_is_refused(checkpoint):
    names = dict.fromkeys(load_file(checkpoint / "model.safetensors"), "model-1.safetensors")
    (checkpoint / "model.safetensors").unlink()
    (checkpoint / "model.safetensors.index.json").write_text(json.dumps({"weight_map": names}))
    with pytest.raises(UserError, match=r"lacks model-1\.safetensors, which its index"):
        engine(checkpoint)


def test_a_checkpoint_without_a_chat_template_is_refused(checkpoint):
    (checkpoint / "chat_template.jinja").unlink(missing_ok=True)
    for name in ("processor_config.json", "tokenizer_config.json"):
        file = checkpoint / name
        values = json.loads(file.read_text())
        values.pop("chat_template", None)
        file.write_text(json.dumps(values))
    with pytest.raises(UserError, match=r"has no chat template \(chat_template\.jinja"):
        engine(checkpoint)


def test_a_checkpoint_without_a_processor_is_refused(checkpoint):
    for file in checkpoint.glob("*processor*.json"):
        file.unlink()
    with pytest.raises(UserError, match=r"no processor for images|cannot be loaded"):
        engine(checkpoint)


@pytest.mark.parametrize("error", [TypeError, SystemExit])
def test_an_error_of_the_model_s_code_fails_its_window_only(tiny_checkpoint, monkeypatch, error):
    loaded = engine(tiny_checkpoint, batch_size=2)
    real, calls = loaded._loaded.model.generate, []

    def generate(**inputs):
        calls.append(inputs["input_ids"].shape[0])
        if len(calls) < 3:  # the batch of two, and its first window
            raise error("'NoneType' object is not subscriptable")
        return real(**inputs)

    monkeypatch.setattr(loaded._loaded.model, "generate", generate)
    answers = list(loaded.replies([request(n) for n in range(4)]))
    assert [type(answer) for answer in answers] == [Failure, Reply, Reply, Reply]
    assert "an unexpected error: " in answers[0].message
    assert error.__name__ in answers[0].message
    assert calls == [2, 1, 1, 2]


def test_an_error_of_the_processor_s_code_fails_its_window_only(tiny_checkpoint, monkeypatch):
    loaded = engine(tiny_checkpoint, batch_size=2)
    real = loaded._inputs

    def inputs(asked):
        if any(one.request.key == "k1" for one in asked):
            raise AssertionError("too many images")
        return real(asked)

    monkeypatch.setattr(loaded, "_inputs", inputs)
    answers = {one.key: one for one in loaded.replies([request(n) for n in range(4)])}
    assert isinstance(answers["k1"], Failure)
    assert sum(isinstance(one, Reply) for one in answers.values()) == 3


def test_errors_of_every_window_end_the_model_with_one_sentence(tiny_checkpoint, monkeypatch):
    loaded = engine(tiny_checkpoint)

    def generate(**inputs):
        raise AttributeError("'DynamicCache' object has no attribute 'seen_tokens'")

    monkeypatch.setattr(loaded._loaded.model, "generate", generate)
    with pytest.raises(UserError, match=r"17 windows in a row failed .*seen_tokens"):
        list(loaded.replies([request(n) for n in range(30)]))
