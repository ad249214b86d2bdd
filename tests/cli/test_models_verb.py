"""`touchline models` as a person and as a program use it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.test_main import refused, touchline
from tests.support.videos import soccernet_folder
from touchline.models import card_names

ROOT = Path(__file__).parents[2]


def test_the_list_aligns_in_100_columns_and_says_where_cards_of_ones_own_lie(tmp_path):
    code, out, _ = touchline("models", COLUMNS="100", TOUCHLINE_CARDS=str(tmp_path))
    assert code == 0
    lines = out.splitlines()
    assert max(map(len, lines[:-1])) <= 100
    assert "…" not in out
    row = next(line for line in lines if line.startswith("qwen2.5-vl-7b "))
    assert row.split() == [
        "qwen2.5-vl-7b",
        "Qwen2.5-VL",
        "8.3B",
        "transformers",
        "native",
        "offered",
    ]
    assert str(tmp_path) in out.replace("\n", "")


@pytest.mark.parametrize("columns", ["80", ""])
def test_no_name_is_cut_in_80_columns_or_in_a_pipe(columns):
    """Without $COLUMNS nothing says how wide a pipe is: no line ends before its row does."""
    code, out, _ = touchline("models", COLUMNS=columns)
    assert code == 0
    assert "…" not in out
    rows = {line.split()[0] for line in out.splitlines() if line.strip()}
    assert set(card_names()) <= rows
    assert "size: parameters" in out


def test_the_list_as_json():
    code, out, _ = touchline("models", "list", "--json")
    assert code == 0
    cards = {card["name"]: card for card in json.loads(out)}
    assert cards["kimi-k2-thinking"]["status"] == "rejected"
    assert cards["qwen2.5-vl-7b"]["weights_gb"]["bfloat16"] == 16.58


def test_show_explains_a_card_in_words():
    code, out, _ = touchline("models", "show", "Phi-3.5")
    assert code == 0
    assert "not pinned to a revision" in out
    assert "eager (compute capability 3.5)" in out
    assert "consent to run the code" in out
    assert "repetition penalty 1.2" in out
    assert max(map(len, out.splitlines())) <= 100


def test_show_says_why_a_model_is_not_offered():
    _, out, _ = touchline("models", "show", "internvl2-26b")
    assert "is rejected: it did not take several images" in " ".join(out.split())
    _, out, _ = touchline("models", "show", "gpt-4o")
    assert "$2.5 in and $10 out per million tokens (2026-11-01)" in out


def test_an_unknown_name_gets_the_nearest():
    assert "the nearest is 'qwen2.5-vl-7b'" in refused("models", "show", "qwen2.5-vl-7")


def test_fit_says_whether_how_long_and_how_much():
    code, out, _ = touchline(
        "models", "fit", "qwen2.5-vl-7b", "--gpu", "Titan RTX", "--precision", "nf4"
    )
    assert code == 0
    assert out.startswith("qwen2.5-vl-7b fits a Titan RTX")
    assert "7,930 tokens of 128,000" in out
    assert "no time was measured" in out
    assert "FlashAttention 2 does not run on this GPU" in out


def test_fit_as_json():
    code, out, _ = touchline("models", "fit", "gpt-4o", "--frames", "8", "--json")
    assert code == 0
    found = json.loads(out)
    assert found["memory"] is None
    assert found["prompt_tokens"] == 8 * 425 + 250
    assert found["effort"]["match_usd"] > 0
    assert found["measured"] is None


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["qwen2.5-vl-7b", "--gpu", "Titan"], "GPU 'Titan' is not known; the nearest is"),
        (["qwen2.5-vl-7b", "--memory", "plenty"], "is not a number of gigabytes"),
        (["idefics2-8b", "--video"], "does not accept video"),
        (["gpt-4o", "--measure"], "does not run on this machine"),
        (["gpt-4o", "--run", "nowhere"], "under 20 answers of model 'gpt-4o'"),
        (["gpt-4o", "--run", "x", "--answer-tokens", "9"], "omit one"),
        (["qwen2.5-vl-7b", "--measure", "--precision", "nf4"], "only images and unquantized"),
    ],
)
def test_what_fit_cannot_say_is_one_sentence(words, sentence):
    assert sentence in refused("models", "fit", *words)


def test_measuring_needs_a_gpu():
    import torch

    if torch.cuda.is_available():
        pytest.skip("SKIPPED: this machine has a GPU, so --measure does not refuse")
    assert "no CUDA GPU to measure on" in refused("models", "fit", "smolvlm2-256m", "--measure")


def test_a_rejected_model_ends_a_run_with_its_reason(tmp_path):
    soccernet_folder(tmp_path / "data", labels=[(1, 1000, "Goal")])
    file = tmp_path / "bench.yaml"
    file.write_text("data: {root: data}\nmodels: [Kimi K2 Thinking]\n")
    assert "cannot see images" in refused("run", file, "--out", tmp_path / "run")


def test_the_page_of_models_is_up_to_date():
    done = subprocess.run(
        [sys.executable, str(ROOT / "tools/models_table.py"), "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
