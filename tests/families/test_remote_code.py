"""A checkpoint that brings its code along runs with the user's consent, and never without."""

import json
import shutil
import sys
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from tests.families.family_parts import text_sizes, tokenizer
from touchline.errors import UserError
from touchline.games import read_video
from touchline.models import find_card, load_engine
from touchline.models.consent import VARIABLE, trust_remote_code
from touchline.models.torchvision_compat import register_torchvision_operators
from touchline.replies import read_records
from touchline.runs import build_plan_for_games, run
from touchline.runs.config.bench import Bench, DataSection

CODE = Path(__file__).parent / "remote_code"


@pytest.fixture
def checkpoint(tmp_path, monkeypatch):
    """A folder with weights and the Python files that they need, of a kind nobody has heard of."""
    register_torchvision_operators()
    from transformers import LlamaConfig, LlamaForCausalLM, dynamic_module_utils

    monkeypatch.setattr(dynamic_module_utils, "HF_MODULES_CACHE", str(tmp_path / "modules"))
    # The code of an earlier test's checkpoint is in another folder.
    monkeypatch.setattr(sys, "path", list(sys.path))
    for name in [one for one in sys.modules if one.startswith("transformers_modules")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setenv(VARIABLE, "")
    torch.manual_seed(0)
    folder = tmp_path / "checkpoint"
    words = tokenizer("<|user|>", "<image>")
    words.chat_template = (
        "{% for message in messages %}<|user|>{{ message['content'] }}<|end|>{% endfor %}<|user|>"
    )
    model = LlamaForCausalLM(LlamaConfig(**text_sizes(words)))
    model.generation_config.eos_token_id = words.eos_token_id
    model.generation_config.pad_token_id = words.pad_token_id
    model.save_pretrained(folder)
    weights = folder / "model.safetensors"
    see = {"see.weight": torch.randn(32, 3), "see.bias": torch.zeros(32)}
    save_file(load_file(weights) | see, weights, {"format": "pt"})
    words.save_pretrained(folder)
    for file in CODE.glob("*.py"):
        shutil.copy(file, folder)
    config = json.loads((folder / "config.json").read_text())
    config |= {
        "model_type": "home_made",
        "architectures": ["HomeForCausalLM"],
        "image_token_id": words.convert_tokens_to_ids("<image>"),
        "auto_map": {
            "AutoConfig": "configuration_home.HomeConfig",
            "AutoModelForCausalLM": "modeling_home.HomeForCausalLM",
        },
    }
    (folder / "config.json").write_text(json.dumps(config))
    processor = {
        "processor_class": "HomeProcessor",
        "auto_map": {"AutoProcessor": "processing_home.HomeProcessor"},
    }
    (folder / "processor_config.json").write_text(json.dumps(processor))
    return folder


def card(checkpoint, **changes):
    return {
        "name": "home",
        "engine": "transformers",
        "checkpoint": str(checkpoint),
        "precision": "float32",
        "remote_code": True,
        "image_marker": "<|image_{n}|>",
        "generation": {"max_new_tokens": 6, "min_tokens": 4},
        **changes,
    }


def test_it_goes_from_card_to_journal_with_consent(checkpoint, tmp_path, make_video):
    trust_remote_code(["home"])
    bench = Bench(
        data=DataSection(root=str(tmp_path)),
        models=(card(checkpoint),),
        sampling={"frames": 4, "window": 2, "stride": 2, "height": 48},
    )
    plan = build_plan_for_games(bench, "remote", [read_video(make_video())])
    result = run(plan, tmp_path / "run", lambda *_: None)
    assert not result.refused
    replies = [record.answer for record in read_records(tmp_path / "run/replies/home")]
    assert len(replies) == 2
    assert {reply.completion_tokens for reply in replies} <= {4, 5, 6}
    assert all("soccer game frames" not in reply.text for reply in replies)


def test_without_consent_no_code_of_the_checkpoint_runs(checkpoint):
    (checkpoint / "modeling_home.py").write_text("raise SystemExit('this ran')")
    with pytest.raises(UserError, match=r"read that code, then allow it with --trust-remote-code"):
        load_engine(find_card(card(checkpoint)))


def test_code_that_leaves_the_program_is_one_sentence(checkpoint):
    trust_remote_code(["home"])
    (checkpoint / "modeling_home.py").write_text("raise SystemExit('flash-attn is needed')")
    with pytest.raises(UserError, match="SystemExit: flash-attn is needed"):
        load_engine(find_card(card(checkpoint)))


def test_consent_for_another_model_is_none(checkpoint):
    trust_remote_code(["another"])
    with pytest.raises(UserError, match="allow it with"):
        load_engine(find_card(card(checkpoint)))


def test_consent_without_a_card_that_asks_for_it_runs_nothing(checkpoint):
    trust_remote_code(["home"])
    (checkpoint / "configuration_home.py").write_text("raise SystemExit('this ran')")
    with pytest.raises(UserError, match="cannot be loaded"):
        load_engine(find_card(card(checkpoint, remote_code=False)))


def test_consent_is_given_on_the_command_line(checkpoint, tmp_path, make_video, monkeypatch):
    from typer.testing import CliRunner

    from touchline.cli.main import app

    monkeypatch.chdir(tmp_path)
    path = tmp_path / "home.yaml"
    path.write_text(json.dumps(card(checkpoint, sampling={"frames": 2, "window": 4, "stride": 4})))
    words = ["spot", str(make_video()), "--model", str(path), "--trust-remote-code"]
    refused = CliRunner().invoke(app, [*words, "another"])
    assert "allow it with --trust-remote-code home" in str(refused.exception)
    allowed = CliRunner().invoke(app, [*words, "home"])
    assert allowed.exit_code == 0, allowed.output
    assert "1 of 1 windows" in allowed.stderr


@pytest.mark.parametrize("file", ["modeling_home.py", "processing_home.py"])
def test_code_that_ends_the_program_ends_its_model_only(checkpoint, file):
    trust_remote_code(["home"])
    (checkpoint / file).write_text("import sys\nsys.exit(0)")
    with pytest.raises(UserError, match=r"its code ended the program \(SystemExit: 0\)"):
        load_engine(find_card(card(checkpoint)))


def test_weights_that_are_pickles_are_refused_without_consent(checkpoint):
    trust_remote_code(["home"])
    torch.save(load_file(checkpoint / "model.safetensors"), checkpoint / "pytorch_model.bin")
    load_engine(find_card(card(checkpoint))).close()
    (checkpoint / "model.safetensors").unlink()
    with pytest.raises(UserError, match=r"are pickles \(pytorch_model.bin\), which can run code"):
        load_engine(find_card(card(checkpoint, remote_code=False)))
    load_engine(find_card(card(checkpoint))).close()


def test_code_that_ends_the_program_while_it_answers_fails_its_window(
    checkpoint, tmp_path, make_video
):
    trust_remote_code(["home"])
    before, first, after = (
        (checkpoint / "modeling_home.py")
        .read_text()
        .partition("        if inputs_embeds is None:\n")
    )
    ending = "        if inputs_embeds is None:\n            raise SystemExit(0)\n"
    (checkpoint / "modeling_home.py").write_text(before + ending + first + after)
    bench = Bench(
        data=DataSection(root=str(tmp_path)),
        models=(card(checkpoint), "baseline/random"),
        sampling={"frames": 4, "window": 2, "stride": 2, "height": 48},
    )
    plan = build_plan_for_games(bench, "remote", [read_video(make_video())])
    assert run(plan, tmp_path / "run", lambda *_: None).refused == {}
    said = [record.answer.message for record in read_records(tmp_path / "run/replies/home")]
    assert said
    assert all("its code ended the program" in one for one in said)
    assert (tmp_path / "run/spots/baseline/random").is_dir()
