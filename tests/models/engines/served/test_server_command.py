import sys
from itertools import pairwise

import pytest

from touchline.errors import UserError
from touchline.models import find_card
from touchline.models.card_types.served import ServedCard
from touchline.models.engines.served.server_command import server_command


def card(engine, **changes):
    values = {"name": "big", "checkpoint": "org/big", "program": sys.executable, **changes}
    return ServedCard(engine=engine, **values)


def pairs(arguments):
    return dict(pairwise(arguments))


@pytest.mark.parametrize("engine", ["vllm", "sglang", "transformers-serve"])
def test_every_server_listens_on_loopback_with_the_card_s_weights_and_precision(engine):
    command = server_command(card(engine, revision="abc", server_args=["--seed", 3]), 8123)
    given = pairs(command.arguments)
    assert (given["--host"], given["--port"], given["--dtype"]) == ("127.0.0.1", "8123", "bfloat16")
    assert any(word.startswith("org/big") for word in command.arguments)
    assert "abc" in " ".join(command.arguments)
    assert command.arguments[-2:] == ("--seed", "3")
    assert "--trust-remote-code" not in command.arguments


def test_a_server_sees_its_own_device_and_the_card_s_environment():
    chosen = card("vllm", server_env={"VLLM_CPU_KVCACHE_SPACE": 1})
    environment = server_command(chosen, 8123, device="3").environment
    assert environment == {"CUDA_VISIBLE_DEVICES": "3", "VLLM_CPU_KVCACHE_SPACE": "1"}
    local = card("vllm", checkpoint="builtin:demo")
    assert server_command(local, 8123).environment == {"HF_HUB_OFFLINE": "1"}


def test_the_most_images_are_told_to_vllm():
    arguments = server_command(card("vllm", max_images=48), 8123).arguments
    assert pairs(arguments)["--limit-mm-per-prompt"] == '{"image": 48}'


@pytest.fixture
def vllm_of(tmp_path):
    """Makes a card of frames as a video whose program says a version of vLLM."""

    def made(said, **changes):
        program = tmp_path / "vllm"
        program.write_text(f"#!/bin/sh\necho 'INFO 11-27 03:14:15 loading'\necho '{said}'\n")
        program.chmod(0o755)
        return card("vllm", program=str(program), frames_as="video/jpeg", **changes)

    return made


@pytest.mark.parametrize(
    ("version", "is_asked"), [("0.32.0+cpu", True), ("0.31.0", True), ("0.30.0", False)]
)
def test_vllm_is_told_to_take_the_times_of_frames_where_it_asks(version, is_asked, vllm_of):
    arguments = server_command(vllm_of(version), 8123).arguments
    assert ("--trust-request-mm-kwargs" in arguments) == is_asked


def test_images_need_no_trust_and_no_question(vllm_of):
    command = server_command(vllm_of("no version").model_copy(update={"frames_as": "images"}), 1)
    assert "--trust-request-mm-kwargs" not in command.arguments


@pytest.mark.parametrize(
    ("said", "sentence"),
    [("0.19.1", "only from vLLM 0.20 on"), ("broken", "does not say which vLLM it is")],
)
def test_a_vllm_that_loses_the_times_of_frames_is_not_started(said, sentence, vllm_of):
    with pytest.raises(UserError, match=sentence):
        server_command(vllm_of(said), 8123)


def test_precisions_that_a_server_does_not_have_are_refused():
    command = server_command(card("transformers-serve", precision="nf4"), 8123)
    assert pairs(command.arguments)["--quantization"] == "bnb-4bit"
    assert pairs(server_command(card("vllm", precision="awq"), 1).arguments)["--dtype"] == "auto"
    with pytest.raises(UserError, match="vllm does not serve precision nf4"):
        server_command(card("vllm", precision="nf4"), 8123)


def test_a_program_that_is_not_there_is_one_sentence():
    with pytest.raises(UserError, match="program '/nowhere/vllm' was not found: pip install vllm"):
        server_command(card("vllm", program="/nowhere/vllm"), 8123)


def test_options_of_the_server_are_part_of_who_the_model_is_and_load_is_not():
    plain = card("vllm").identity()
    assert card("vllm", server_args=["--max-model-len", 1]).identity() != plain
    assert card("vllm", in_flight=48, devices=[0, 1], program="/else").identity() == plain


def test_a_card_in_a_benchmark_may_name_a_server():
    found = find_card({"name": "x", "engine": "sglang", "checkpoint": "org/x", "in_flight": 48})
    assert isinstance(found, ServedCard)
    with pytest.raises(UserError, match="server_args"):
        find_card({"name": "x", "engine": "vllm", "checkpoint": "org/x", "crops": 4})


def test_code_of_a_checkpoint_runs_only_where_the_user_agrees(monkeypatch):
    brings_code = card("vllm", remote_code=True)
    with pytest.raises(UserError, match="allow it with --trust-remote-code"):
        server_command(brings_code, 8123)
    monkeypatch.setenv("TOUCHLINE_TRUST_REMOTE_CODE", "big")
    assert "--trust-remote-code" in server_command(brings_code, 8123).arguments


def test_a_server_is_started_without_the_checkpoint_s_own_sampling():
    assert pairs(server_command(card("vllm"), 1).arguments)["--generation-config"] == "vllm"
    assert pairs(server_command(card("sglang"), 1).arguments)["--sampling-defaults"] == "openai"
    own = server_command(card("vllm", server_args=["--generation-config", "auto"]), 1).arguments
    assert own[-2:] == ("--generation-config", "auto"), "the last one counts"


@pytest.mark.parametrize("engine", ["vllm", "sglang", "transformers-serve"])
def test_weights_that_are_pickles_are_not_given_to_a_server(engine, tmp_path, monkeypatch):
    (tmp_path / "pytorch_model-00001-of-00002.bin").write_bytes(b"\x80\x04.")
    pickled = card(engine, checkpoint=str(tmp_path))
    with pytest.raises(UserError, match=r"are pickles \(pytorch_model-00001-of-00002.bin\)"):
        server_command(pickled, 8123)
    monkeypatch.setenv("TOUCHLINE_TRUST_REMOTE_CODE", "big")
    allowed = server_command(card(engine, checkpoint=str(tmp_path), remote_code=True), 8123)
    assert "--load-format" not in allowed.arguments
    (tmp_path / "model.safetensors").write_bytes(b"")
    assert server_command(pickled, 8123)


@pytest.mark.parametrize("engine", ["vllm", "sglang"])
def test_a_server_that_downloads_weights_itself_takes_no_pickles(engine):
    assert pairs(server_command(card(engine), 1).arguments)["--load-format"] == "safetensors"
    for own in (["--load-format", "mistral"], ["--load-format=mistral"]):
        arguments = server_command(card(engine, server_args=own), 1).arguments
        assert "safetensors" not in arguments
        assert arguments[-len(own) :] == tuple(own)


@pytest.fixture
def adapter(tmp_path):
    """The files of an adapter of rank 24."""
    folder = tmp_path / "adapter"
    folder.mkdir()
    (folder / "adapter_config.json").write_text('{"peft_type": "LORA", "r": 24}')
    (folder / "adapter_model.safetensors").write_bytes(b"")
    return folder


def test_vllm_is_asked_for_an_adapter_under_the_name_of_the_card(adapter):
    command = server_command(card("vllm", adapter=str(adapter)), 8123)
    given = pairs(command.arguments)
    assert "--enable-lora" in command.arguments
    assert given["--lora-modules"] == f"big={adapter}"
    assert given["--max-lora-rank"] == "32"
    assert command.served_name == "big" != given["--served-model-name"]
    plain = server_command(card("vllm"), 8123)
    assert not any("lora" in one for one in plain.arguments)
    assert pairs(plain.arguments)["--served-model-name"] == plain.served_name == "big"


def test_an_adapter_is_part_of_what_is_served(adapter):
    with_it = card("vllm", adapter=str(adapter))
    assert with_it.identity() != card("vllm").identity()


@pytest.mark.parametrize("engine", ["sglang", "transformers-serve"])
def test_no_server_leaves_an_adapter_out_without_a_word(engine, adapter):
    with pytest.raises(UserError, match="would serve its base without the adapter"):
        card(engine, adapter=str(adapter))


@pytest.mark.parametrize(
    ("config", "says"),
    [
        ('{"r": 1024}', "has rank 1024, and vLLM serves at most 512"),
        ('{"r": 8, "modules_to_save": ["dense_pooling"]}', "no adapter with whole modules"),
        ('{"r": "eight"}', "cannot be read"),
        ("[]", "cannot be read"),
    ],
)
def test_an_adapter_that_vllm_cannot_serve_is_refused_before_it_starts(adapter, config, says):
    (adapter / "adapter_config.json").write_text(config)
    with pytest.raises(UserError, match=says):
        server_command(card("vllm", adapter=str(adapter)), 8123)


def test_an_adapter_that_is_not_there_is_refused(adapter):
    (adapter / "adapter_model.safetensors").unlink()
    with pytest.raises(UserError, match=r"lacks adapter_model\.safetensors"):
        server_command(card("vllm", adapter=str(adapter)), 8123)
