"""Pretended machines: what the doctor says of each, and its exit code."""

import tomllib
from pathlib import Path

import pytest

from tests.doctor.pretended import Pretended, gpus, of_topic
from touchline.doctor import State, Wanted, examine
from touchline.doctor.installation import EXTRAS
from touchline.errors import ComeBackLater, UserError
from touchline.models import Workload, find_card, find_gpu, plan_fit

ROOT = Path(__file__).parents[2]
TITAN_RTX = "0, NVIDIA TITAN RTX, 24576, 535.54, 7.5, [N/A]"
A100 = "1, NVIDIA A100-SXM4-80GB, 81920, 560.1, 8.0, Enabled"
PACKAGES = {"torch": "2.13.0", "huggingface-hub": "1.31", "starlette": "0.46"}
KEYS = ("HF_TOKEN", "OPENAI_API_KEY", "OPENROUTER_API_KEY", "GEMINI_API_KEY", "ANTHROPIC_API_KEY")


@pytest.fixture(autouse=True)
def no_keys(monkeypatch, tmp_path):
    for name in KEYS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("touchline.models.api_keys._from_keyring", lambda _: None)
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hub"))
    monkeypatch.setattr("touchline.doctor.tokens.hub_token", lambda: None)


def findings(machine, topic, **wanted):
    return of_topic(examine(machine, Wanted(**wanted)).findings, topic)


def test_a_laptop_without_anything_is_fine():
    found = examine(Pretended(), Wanted())
    assert found.exit_code == 0, found.problems
    (gpu,) = of_topic(found.findings, "GPU")
    assert gpu.state is State.NOTE
    assert "nvidia-smi is not installed here" in gpu.says


def test_a_titan_rtx_says_what_fits_and_which_attention_is_used():
    machine = Pretended(gpus(TITAN_RTX, TITAN_RTX.replace("0,", "1,", 1)), PACKAGES)
    gpu, torch = (*findings(machine, "GPU"), *findings(machine, "torch"))
    assert gpu.says == "2 x TITAN RTX, 24 GB, compute capability 7.5, driver 535.54"
    assert "FlashAttention 2 not possible (it needs 8); SDPA is used" in gpu.means
    assert "float16" in gpu.means
    titan = find_gpu("Titan RTX")
    for name in gpu.facts["fit"]:
        assert plan_fit(find_card(name), Workload(15, 854, 480, gpu=titan)).fits, name
    assert "qwen2.5-vl-7b" in gpu.facts["fit"]
    assert "qwen2.5-vl-32b" not in gpu.facts["fit"]
    assert f"{len(gpu.facts['fit'])} of " in gpu.means
    assert torch.state is State.OK


def test_a_larger_gpu_has_more_of_the_roster():
    small, large = (
        len(findings(Pretended(gpus(row), PACKAGES), "GPU")[0].facts["fit"])
        for row in (TITAN_RTX, A100)
    )
    assert large > small > 10


def test_a_split_gpu_and_flash_attention():
    (gpu,) = findings(Pretended(gpus(A100), PACKAGES | {"flash-attn": "2.8"}), "GPU")
    assert "a card asks for it" in gpu.means
    assert "MIG" in gpu.means


def test_an_old_driver_does_not_know_capabilities():
    def old(command):
        known = "compute_cap" not in command[1]
        return "0, Tesla K80, 11441, 450.1\n" if known else (2, "not a valid field to query")

    (gpu,) = findings(Pretended({"nvidia-smi": old}), "GPU")
    assert gpu.state is State.WARNING
    assert "a newer driver" in gpu.means


@pytest.mark.parametrize("told", ["", "[N/A], [N/A]\n", "No devices were found\n", "0, X, [N/A]\n"])
def test_what_nvidia_smi_prints_besides_is_no_gpu(told):
    (gpu,) = findings(Pretended({"nvidia-smi": told}), "GPU")
    assert gpu.state is State.NOTE


@pytest.mark.parametrize(
    ("told", "says"),
    [
        ({"cuda": None}, "without CUDA"),
        ({"error": "CUDA driver version is insufficient."}, "cannot use the GPU: CUDA driver"),
        ({"built_for": ["sm_80", "sm_90"]}, "CUDA 13.0"),
    ],
)
def test_a_torch_that_cannot_use_the_gpu_is_a_problem(told, says):
    found = examine(Pretended(gpus(TITAN_RTX, **told), PACKAGES), Wanted())
    (torch,) = of_topic(found.findings, "torch")
    assert torch.state is State.PROBLEM
    assert says in torch.says
    assert found.exit_code == 2


def test_a_build_names_the_gpus_that_it_left_out():
    machine = Pretended(gpus(TITAN_RTX, A100, built_for=["sm_80"]), PACKAGES)
    (torch,) = findings(machine, "torch")
    assert "TITAN RTX (7.5)" in torch.means
    assert "A100" not in torch.means


def test_a_torch_that_crashes_is_quoted():
    programs = gpus(TITAN_RTX) | {"python": (1, "Traceback\nImportError: libcudart.so.13")}
    (torch,) = findings(Pretended(programs, PACKAGES), "torch")
    assert "libcudart.so.13" in torch.says


def test_hidden_gpus_are_said():
    machine = Pretended(gpus(TITAN_RTX), PACKAGES, environment={"CUDA_VISIBLE_DEVICES": ""})
    assert "leaves 0 of 1 visible" in findings(machine, "GPU")[1].says


@pytest.mark.parametrize(
    ("machine", "topic"),
    [
        (Pretended(python="3.10.2"), "Python"),
        (Pretended(decoders=("aac",)), "video"),
        (Pretended(free_gb=0), "disk"),
        (Pretended(writable=False), "disk"),
    ],
)
def test_what_no_run_could_do_without_is_a_problem(machine, topic):
    found = examine(machine, Wanted())
    assert found.exit_code == 2
    assert topic in {one.topic for one in found.problems}


def test_extras_are_counted_with_those_that_they_include():
    found = findings(Pretended(packages=PACKAGES), "extras")
    local, train, view = found
    assert local.state is State.OK
    assert "tokenizers missing" in train.says
    assert view.state is State.OK
    missing = findings(Pretended(), "extras")[2]
    assert "[view]': then runs can be viewed" in missing.means


def test_every_extra_says_what_it_is_for():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert EXTRAS.keys() == project["optional-dependencies"].keys() - {"test", "dev", "docs"}


def test_a_quota_is_read_and_one_that_is_used_up_is_a_problem():
    table = (
        "Disk quotas for user someone (uid 1):\n"
        "     Filesystem  blocks   quota   limit   grace   files   quota   limit   grace\n"
        "          /home {} 150000000 157286400       0   12345       0       0       0\n"
    )
    (roomy,) = findings(Pretended({"quota": table.format(" 50000000 ")}), "quota")
    assert roomy.facts["left_bytes"] == {"/home": 100_000_000 * 1024}
    (full,) = findings(Pretended({"quota": table.format("150000001*")}), "quota")
    assert full.state is State.PROBLEM


def test_keys_are_present_or_valid_and_never_shown(monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-a-secret-of-this-test")
    machine = Pretended(offered=("gpt-6",))
    present = examine(machine, Wanted())
    assert machine.asked == []
    (line,) = [one for one in present.findings if "OPENAI_API_KEY" in one.says]
    assert "not checked" in line.means
    checked = examine(machine, Wanted(check_tokens=True))
    assert len(machine.asked) == 1
    assert "OPENAI_API_KEY is valid" in [one.says for one in checked.findings]
    assert "secret-of-this" not in str(present.to_json()) + str(checked.to_json())


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (UserError("the key is not accepted."), State.PROBLEM),
        (ComeBackLater("it does not answer."), State.WARNING),
    ],
)
def test_a_key_that_is_refused_is_a_problem_and_silence_is_not(monkeypatch, error, state):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-a-secret-of-this-test")
    found = examine(Pretended(offered=error), Wanted(check_tokens=True))
    assert [one.state for one in found.findings if one.says == str(error)[:-1]] == [state]


def test_a_token_of_the_hub_is_asked_only_if_wanted(monkeypatch):
    monkeypatch.setattr("touchline.doctor.tokens.hub_token", lambda: "hf_a_secret")
    refused = Pretended(account=UserError("the hub does not accept the token."))
    assert examine(refused, Wanted()).exit_code == 0
    assert examine(refused, Wanted(check_tokens=True)).exit_code == 2
    (line,) = [
        one
        for one in examine(Pretended(), Wanted(check_tokens=True)).findings
        if "account" in one.facts
    ]
    assert "of account someone" in line.says


def test_a_part_that_cannot_be_examined_does_not_stop_the_others(monkeypatch):
    class Broken(Pretended):
        def media(self):
            raise OSError("libavcodec.so is damaged")

    found = examine(Broken(), Wanted())
    assert "libavcodec.so is damaged" in [one.says for one in found.problems]
    assert found.findings[-1].topic == "SLURM"
