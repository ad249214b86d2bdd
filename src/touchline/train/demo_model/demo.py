"""Training the demo model: from matches to a checkpoint that any transformers engine loads."""

import json
import logging
import time
from collections.abc import Sequence
from dataclasses import asdict
from importlib import metadata
from pathlib import Path
from typing import Any

import torch

from touchline.errors import UserError
from touchline.files import make_folder, sync_tree, write_atomically, writing
from touchline.games import SOCCERNET_V2, Game, Task, read_games, task_facts
from touchline.train.data_hash import data_sha256
from touchline.train.demo_model.answers import NOTHING, vocabulary_lines
from touchline.train.demo_model.clips import HalfClips, prompt_windows, read_clips, split_games
from touchline.train.demo_model.language import (
    FEWEST_LAYERS,
    WINDOW_FRAMES,
    make_views,
    train_language,
)
from touchline.train.demo_model.network import FrameClassifier, build_model
from touchline.train.demo_model.questions import prompt_name, question
from touchline.train.demo_model.tokenizer import TURNS, numbers, train_processor
from touchline.train.demo_model.training_settings import (
    DEMO_MATCH,
    FRAME_SPEC,
    PHASES,
    Schedule,
    Sizes,
    training_settings,
)
from touchline.train.demo_model.validate import validate
from touchline.train.demo_model.vision import train_vision

RECORD_FILE = "training.json"
_log = logging.getLogger(__name__)


def train_demo(
    matches: Path,
    out: Path,
    sizes: Sizes | None = None,
    schedule: Schedule | None = None,
    cache: Path | None = None,
    task: Task = SOCCERNET_V2,
) -> Path:
    """Trains the built-in demo model, or one like it for another task, from scratch.

    It runs on one thread of a CPU.

    The demo match is never used, even if it is there; the validation games only for validation.

    Args:
        matches: folder of rendered matches in SoccerNet's layout.
        out: folder for the checkpoint; made if it does not exist.
        sizes: shape of the network.
        schedule: length and rates of training, and the seed.
        cache: folder of the frame stores; None takes the default one.
        task: what the model learns to find. Its file of labels is beside the videos of each game,
            and its prompt is the one that the model learns to answer; frames are taken as for
            the demo model (`FRAME_SPEC`).

    Returns:
        The folder: weights, processor and `training.json`.

    Raises:
        UserError: there are no matches, or one cannot be read.
    """
    sizes, schedule = sizes or Sizes(), schedule or Schedule()
    if sizes.text_layers < FEWEST_LAYERS:
        raise UserError(f"text_layers is {sizes.text_layers}: training needs {FEWEST_LAYERS}.")
    training, validation = split_games(read_games(matches, task), task)
    with writing(out):  # what cannot be written is said before anything is trained
        make_folder(out)
    started = time.process_time()
    torch.set_num_threads(1)
    torch.manual_seed(schedule.seed)
    processor = build_processor(sizes, task)
    model = build_model(sizes, processor.tokenizer)
    classifier = FrameClassifier(sizes, schedule.clip_frames, len(task.classes))
    halves = _read(training, task, processor, cache)
    _check_lengths(halves, max(schedule.clip_frames, WINDOW_FRAMES))
    losses = {"vision": train_vision(model, classifier, halves, schedule)}
    versions = make_views(model, classifier, halves, schedule)
    losses["text"] = train_language(model, processor, versions, schedule)
    save(model, processor, out)
    validated = validate(model, processor, _read(validation, task, processor, cache))
    record = {
        **training_settings(sizes, schedule),
        **data_facts(training, validation, task),
        "parameters": sum(weight.numel() for weight in model.parameters()),
        "final_losses": losses,
        "validation": asdict(validated),
        "cpu_seconds": round(time.process_time() - started),
    }
    write_atomically(out / RECORD_FILE, json.dumps(record, indent=1) + "\n")
    return out


def build_processor(sizes: Sizes, task: Task = SOCCERNET_V2) -> Any:
    """The processor, its tokenizer trained on every prompt and every kind of answer."""
    windows = prompt_windows()
    lines = vocabulary_lines(windows[-1], task)
    texts = [question(window, task).text for window in windows]
    frame_numbers = numbers(len(windows[-1].frame_times_ms))
    answers = ["\n".join(lines), *lines, NOTHING, TURNS, frame_numbers]
    return train_processor([*texts, *answers], sizes)


def data_facts(training: Sequence[Game], validation: Sequence[Game], task: Task) -> dict[str, Any]:
    """The training data and the versions of the packages, for `training.json`."""
    return {
        "made_by": "touchline train demo",
        "training_games": [game.id for game in training],
        "validation_games": [game.id for game in validation],
        "data_sha256": {game.id: data_sha256(game) for game in (*training, *validation)},
        "never_seen": DEMO_MATCH,
        "task": task_facts(task),
        "prompt": prompt_name(task),
        "versions": {name: metadata.version(name) for name in ("torch", "transformers")},
    }


def _read(games: Sequence[Game], task: Task, processor: Any, cache: Path | None) -> list[HalfClips]:
    halves = []
    for game in games:
        _log.info("reading %s", game.id)
        halves.extend(read_clips(game, task, processor, cache))
    return halves


def _check_lengths(halves: Sequence[HalfClips], frames: int) -> None:
    """Raises `UserError` where a half is shorter than the longest clip that is cut from it."""
    for clips in halves:
        if len(clips.times_ms) < PHASES * frames:
            raise UserError(
                f"half {clips.half.number} of '{clips.half.game}' is too short to train on: "
                f"at least {frames / FRAME_SPEC.fps:.0f} s are needed."
            )


def save(model: Any, processor: Any, out: Path) -> None:
    """Writes the checkpoint with 16-bit weights; loaders convert them to their own precision."""
    with writing(out):
        make_folder(out)
    model.eval()
    kept = model.dtype
    model.to(torch.float16)
    model.save_pretrained(out)
    for file in out.glob("*.safetensors"):
        file.chmod(0o644)
    model.to(kept)
    processor.save_pretrained(out)
    sync_tree(out)
