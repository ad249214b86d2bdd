"""Adapters of tiny checkpoints: the loss falls, and what was learned is loaded by a run."""

import json
from pathlib import Path

import pytest
from safetensors.torch import load_file, save_file

from tests.families.building import build
from tests.families.roster import ROSTER
from tests.support.videos import soccernet_folder
from touchline.errors import UserError
from touchline.models import find_card
from touchline.replies import read_records
from touchline.runs import build_plan, parse_bench, run
from touchline.train import ExampleSettings, LoraSettings, export_examples, train_lora

GAMES = [f"league/2025-2026/{one}" for one in ("a - b", "c - d")]


def bench_text(checkpoint: Path) -> str:
    return (
        f"data: {{root: data}}\nmodels: [{{name: tiny, engine: transformers, precision: float32, "
        f"checkpoint: {checkpoint}, generation: {{max_new_tokens: 40}}}}]\n"
        "sampling: {frames: 2, window: 2, stride: 2, height: 32}\n"
    )


FAMILIES = [
    family
    for family in ROSTER
    if family.model_class
    in (
        "Qwen2_5_VLForConditionalGeneration",
        "SmolVLMForConditionalGeneration",
        "Idefics3ForConditionalGeneration",
    )
]


@pytest.fixture
def tiny_checkpoint(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    folder = Path(build(getattr(request, "param", FAMILIES[0]), tmp_path / "checkpoint"))
    # Random output weights are so small that no hidden state makes a token likely.
    file = folder / "model.safetensors"
    weights = {
        name: tensor * 20 if name.endswith(("lm_head.weight", "embed_tokens.weight")) else tensor
        for name, tensor in load_file(file).items()
    }
    save_file(weights, file, metadata={"format": "pt"})
    return folder


@pytest.fixture
def examples(tmp_path: Path, tiny_checkpoint: Path) -> Path:
    for game in GAMES:
        labels = [(1, 1200, "Goal"), (1, 3100, "Foul"), (2, 500, "Corner")]
        soccernet_folder(tmp_path / "data", game, labels=labels)
    bench = parse_bench(bench_text(tiny_checkpoint), "b", tmp_path)
    out = tmp_path / "examples"
    export_examples(bench, out, ExampleSettings(), lambda *_: None, hold_out=[GAMES[1]])
    return out


def card_of(checkpoint: Path) -> object:
    return find_card(
        {
            "name": "tiny",
            "engine": "transformers",
            "precision": "float32",
            "checkpoint": str(checkpoint),
            "generation": {"max_new_tokens": 40},
        }
    )


def texts(folder: Path, model: str) -> dict[str, list[str]]:
    """The answers of a run, by game and in order."""
    found: dict[str, list[tuple[int, int, str]]] = {}
    for one in read_records(folder / "replies" / model):
        place = (one.window.half, one.window.start_ms, one.answer.text)
        found.setdefault(one.window.game, []).append(place)
    return {game: [text for *_, text in sorted(places)] for game, places in found.items()}


SETTINGS = {
    "rank": 16,
    "alpha": 32,
    "learning_rate": 5e-3,
    "epochs": 15,
    "accumulate": 1,
    "patience": 9,
}


@pytest.mark.slow
@pytest.mark.parametrize("tiny_checkpoint", FAMILIES, ids=lambda family: family.name, indirect=True)
def test_an_adapter_is_learned_evaluated_and_run(
    examples: Path, tiny_checkpoint: Path, tmp_path: Path
) -> None:
    settings = LoraSettings(every=40, **SETTINGS)  # type: ignore[arg-type]
    said: list[str] = []
    done = train_lora(
        card_of(tiny_checkpoint),  # type: ignore[arg-type]
        examples,
        tmp_path / "lora",
        settings,
        lambda *_: None,
        said.append,
    )
    record = json.loads((tmp_path / "lora" / "training.json").read_text())
    losses = [loss for _, loss in record["losses"]]
    assert sum(losses[-4:]) < 0.7 * sum(losses[:4])
    assert [one.step for one in done.scores][:2] == [0, 40]
    assert said[0].startswith("memory: not planned: the card of 'tiny' has no")
    assert "step 0" in said[1]

    text = bench_text(tiny_checkpoint).replace("models: [", f"models: [{done.card}, ")
    run(build_plan(parse_bench(text, "b", tmp_path), "both"), tmp_path / "run", lambda *_: None)
    base, learned = (texts(tmp_path / "run", name) for name in ("tiny", "tiny-lora"))
    assert base != learned
    held_out = texts(tmp_path / f"lora/evaluations/step-{done.best:06d}", "tiny")
    assert learned[GAMES[1]] == held_out[GAMES[1]]


@pytest.mark.slow
def test_a_training_that_was_killed_goes_on_with_the_same_losses(
    examples: Path, tiny_checkpoint: Path, tmp_path: Path
) -> None:
    settings = LoraSettings(**{**SETTINGS, "every": 4, "epochs": 3})  # type: ignore[arg-type]

    def train(out: str, dies_at: int | None = None) -> list[list[float]]:
        def progress(name: str, done: int, _total: int) -> None:
            if name == "training" and done == dies_at:
                raise KeyboardInterrupt

        card = card_of(tiny_checkpoint)
        train_lora(card, examples, tmp_path / out, settings, progress, said.append)  # type: ignore[arg-type]
        record = json.loads((tmp_path / out / "training.json").read_text())
        return list(record["losses"])

    said: list[str] = []
    whole = train("whole")
    with pytest.raises(KeyboardInterrupt):
        train("killed", dies_at=10)
    torn = tmp_path / "killed/checkpoints/checkpoint-12"
    torn.mkdir()
    (torn / "adapter_model.safetensors").write_bytes(b"torn")
    resumed = train("killed")
    assert [step for step, _ in resumed] == [step for step, _ in whole]
    for (_, one), (_, other) in zip(whole, resumed, strict=True):
        assert one == pytest.approx(other, rel=1e-3)
    before = next(one for one in said if one.startswith("step 0"))
    assert said.count(before) == 2  # what was evaluated once is not evaluated again


def test_another_training_does_not_go_on_in_the_folder(
    examples: Path, tiny_checkpoint: Path, tmp_path: Path
) -> None:
    card, out = card_of(tiny_checkpoint), tmp_path / "lora"
    (out).mkdir()
    facts = json.dumps({"base": "another", "settings": LoraSettings().model_dump(mode="json")})
    (out / "training.json").write_text(facts)
    with pytest.raises(UserError, match="a training with other made_by and base"):
        train_lora(card, examples, out, LoraSettings(), lambda *_: None, print)  # type: ignore[arg-type]
