"""`touchline train hybrid`: from labelled games to a spotter with a card."""

import json
import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
import torch
import yaml
from pydantic import ValidationError

from touchline.errors import UserError
from touchline.files import make_folder, write_atomically, writing
from touchline.games import Game
from touchline.models import (
    HybridCard,
    HybridConfig,
    HybridNetwork,
    VisionTower,
    join_members,
    save_hybrid_checkpoint,
)
from touchline.progress import NamedProgress
from touchline.runs import Bench, build_plan, run
from touchline.train.data_hash import data_sha256
from touchline.train.examples.choose import split_games
from touchline.train.hybrid.clip_batches import ClipShape, draw_clips
from touchline.train.hybrid.fit import fit, last_loss
from touchline.train.hybrid.fit_state import FitState
from touchline.train.hybrid.hybrid_settings import HybridSettings
from touchline.train.hybrid.labelled_views import (
    PHASES,
    LabelledView,
    read_tower_views,
    read_views,
)
from touchline.validation import one_sentence
from touchline.video import FrameSpec, frame_size, picture_size

_GRID = (2, 4)
"""Rows and columns of the parts of a frame that the network for frames tells apart."""

_MEMBER_SEED = 1_000_003
"""Between the seeds of the first weights and the dropout of two members."""

_GAMES_ONLY = ("baseline/random",)
"""The model of a benchmark of which only the games are used."""


@dataclass(frozen=True, slots=True)
class HybridFolder:
    """Paths in the folder of a training.

    Attributes:
        folder: the folder.
    """

    folder: Path

    @property
    def checkpoint(self) -> Path:
        """The weights and the sizes."""
        return self.folder / "checkpoint"

    @property
    def card(self) -> Path:
        """The card of the spotter."""
        return self.folder / "card.yaml"

    @property
    def record(self) -> Path:
        """Everything that is needed to train it again, and the losses."""
        return self.folder / "training.json"

    @property
    def state(self) -> Path:
        """What a training that was stopped goes on from: a file for each member."""
        return self.folder / "training_state"

    @property
    def evaluation(self) -> Path:
        """The run on the held-out games."""
        return self.folder / "evaluation"


@dataclass(frozen=True, slots=True)
class HybridResult:
    """A trained spotter.

    Attributes:
        card: the file of its card.
        parameters: numbers that were trained.
        loss: mean of the last tenth of the steps.
        held_out: games that it was evaluated on.
        loose: average-mAP on those at the loose tolerances, from 0 to 1; None without any.
        tight: at the tight ones.
    """

    card: Path
    parameters: int
    loss: float
    held_out: tuple[str, ...]
    loose: float | None = None
    tight: float | None = None


def train_hybrid(
    bench: Bench,
    out: Path,
    settings: HybridSettings,
    progress: NamedProgress,
    *,
    hold_out: Sequence[str] = (),
    cache: Path | None = None,
) -> HybridResult:
    """Trains a spotter from scratch, or goes on where that stopped; runs it on the held-out games.

    The number of steps is given and no step is chosen by a score, so the held-out games were not
    used in any way.

    Args:
        bench: whose labelled games and task are learned from; its models are not asked.
        out: folder of the training; it must not hold one that is done, or another one.
        settings: sizes of the network, length and rates of the training.
        progress: of the halves, the steps and the evaluation.
        hold_out: ids of the games to hold out, instead of a share of them.
        cache: folder of the frame stores; None takes the default one.

    Raises:
        UserError: a game has no labels or is too short, no game is left to learn from, a video
            cannot be read, or the settings do not fit together.
    """
    folder = HybridFolder(out)
    if folder.record.exists():
        raise UserError(f"{out} holds a training already: give this one another folder with --out.")
    games = build_plan(bench.model_copy(update={"models": _GAMES_ONLY}), out.name).games
    _check_labels(games)
    learned, held_out = split_games([game.id for game in games], settings, hold_out)
    spec = _spec(settings)
    card = _card(folder, spec, settings)
    tower_card = card.tower_card()
    tower = None if tower_card is None else VisionTower(tower_card)
    config = _config(bench, games[0], card, tower, settings)
    used = [game for game in games if game.id in learned]
    with writing(out):  # what cannot be written is said before anything is trained
        make_folder(out)
    facts = _facts(bench, settings, config, used, held_out)
    states = _states(folder, config, facts)
    started_s = time.process_time()
    views = _read(used, config, tower, settings, progress, cache)
    read_s = time.process_time() - started_s
    network, losses = _fitted(views, config, settings, progress, states)
    parameters = sum(one.numel() for one in network.parameters())
    _save(folder, network, config, card.model_copy(update={"parameters": parameters}))
    results = {
        "parameters": parameters,
        "last_loss": round(last_loss(losses), 5),
        "losses": [[round(loss, 4) for loss in of_steps] for of_steps in losses],
        "cpu_seconds": round(read_s + sum(state.cpu_seconds for state in states)),
    }
    scores = _evaluated(bench, folder, held_out, progress) if held_out else (None, None)
    results["held_out_average_map"] = dict(zip(("loose", "tight"), scores, strict=True))
    write_atomically(folder.record, json.dumps(facts | results, indent=1) + "\n")
    shutil.rmtree(folder.state)
    return HybridResult(folder.card, parameters, last_loss(losses), tuple(held_out), *scores)


def _facts(
    bench: Bench,
    settings: HybridSettings,
    config: HybridConfig,
    learned: Sequence[Game],
    held_out: Sequence[str],
) -> dict[str, Any]:
    """What is trained: the first part of the record."""
    return {
        "made_by": "touchline train hybrid",
        "task": bench.task.name,
        "settings": settings.model_dump(mode="json"),
        "tower": config.tower,
        "learned_games": [game.id for game in learned],
        "held_out_games": list(held_out),
        "data_sha256": {game.id: data_sha256(game) for game in learned},
        "versions": {name: metadata.version(name) for name in ("torch", "touchline")},
    }


def _states(folder: HybridFolder, config: HybridConfig, facts: dict[str, Any]) -> list[FitState]:
    """The state of each member; that of another training is refused."""
    states = [
        FitState(folder.state / f"member-{number}.pt", facts)
        for number in range(1, config.members + 1)
    ]
    for state in states:
        state.check()
    return states


def _check_labels(games: Sequence[Game]) -> None:
    for game in games:
        if game.labels is None:
            raise UserError(f"game '{game.id}' has no labels, so nothing can be learned from it.")


def _spec(settings: HybridSettings) -> FrameSpec:
    """How the spotter will be asked."""
    return FrameSpec(
        fps=settings.fps,
        window=settings.window,
        stride=settings.stride,
        height=settings.height,
    )


def _config(
    bench: Bench,
    game: Game,
    card: HybridCard,
    tower: VisionTower | None,
    settings: HybridSettings,
) -> HybridConfig:
    """The sizes of the network; frames are as wide as those of the first game."""
    width, height = frame_size(*picture_size(game.halves[0].video), card.sampling)
    shared = {
        "fps",
        "sound",
        "channels",
        "features",
        "width",
        "layers",
        "members",
        "dropout",
        "reach",
    }
    values = settings.model_dump(include=shared) | {
        "classes": bench.task.classes,
        "height": height,
        "width_pixels": width,
        "grid": _GRID,
    }
    if tower is not None:
        values |= {"tower": card.tower_fingerprint(), "features": tower.size}
    try:
        return HybridConfig.model_validate(values)
    except ValidationError as error:
        raise UserError(f"--set: {one_sentence(error)}") from error


def _read(
    games: Sequence[Game],
    config: HybridConfig,
    tower: VisionTower | None,
    settings: HybridSettings,
    progress: NamedProgress,
    cache: Path | None,
) -> list[LabelledView]:
    spec = _spec(settings)
    halves = [(half, game.labels or ()) for game in games for half in game.halves]
    views: list[LabelledView] = []
    for done, (half, labels) in enumerate(halves, 1):
        if tower is None:
            views += read_views(half, labels, config, spec, cache)
        else:
            draws = [
                np.random.default_rng([settings.seed, done, view]) if view >= PHASES else None
                for view in range(settings.views)
            ]
            views += read_tower_views(half, labels, config, spec, tower, draws, cache)
        progress("reading", done, len(halves))
    return views


def _fitted(
    views: Sequence[LabelledView],
    config: HybridConfig,
    settings: HybridSettings,
    progress: NamedProgress,
    states: Sequence[FitState],
) -> tuple[HybridNetwork, list[list[float]]]:
    """The trained network, and the losses of each member."""
    frames = max(2, round(settings.clip * settings.fps))
    for one in views:
        if len(one.frames) < frames:
            raise UserError(
                f"half {one.half.number} of '{one.half.game}' is shorter than the clips that are "
                f"learned from: set clip to less than {settings.clip:g} s."
            )
    shape = ClipShape(
        settings.clips, frames, (config.height, config.width_pixels), settings.silence
    )
    members, losses = [], []
    for number, state in enumerate(states):
        seeds = [settings.seed, number] if number else settings.seed
        said = f"training {number + 1} of {len(states)}" if len(states) > 1 else "training"
        with torch.random.fork_rng():
            torch.manual_seed(settings.seed + _MEMBER_SEED * number)
            member, of_steps = fit(
                HybridNetwork(config.model_copy(update={"members": 1})),
                partial(draw_clips, views, shape),
                settings,
                partial(progress, said),
                state,
                np.random.default_rng(seeds),
            )
        members.append(member)
        losses.append(of_steps)
    return join_members(config, members), losses


def _card(folder: HybridFolder, spec: FrameSpec, settings: HybridSettings) -> HybridCard:
    name = folder.folder.resolve().name
    try:
        return HybridCard(
            name=name,
            engine="hybrid",
            about="A hybrid spotter trained by touchline train hybrid.",
            checkpoint=str(folder.checkpoint.resolve()),
            tower=settings.tower,
            sampling=spec,
        )
    except ValidationError as error:
        raise UserError(f"the spotter is named after its folder: {one_sentence(error)}") from error


def _save(
    folder: HybridFolder, network: HybridNetwork, config: HybridConfig, card: HybridCard
) -> None:
    """Writes the checkpoint, and the card last."""
    make_folder(folder.checkpoint)
    save_hybrid_checkpoint(network, config, folder.checkpoint)
    write_atomically(folder.card, yaml.safe_dump(_entry(card), sort_keys=False))


def _entry(card: HybridCard) -> dict[str, Any]:
    """The card as a file describes it: what it says, without defaults."""
    values: dict[str, Any] = card.model_dump(mode="json", exclude_unset=True, exclude_none=True)
    return values


def _evaluated(
    bench: Bench, folder: HybridFolder, games: Sequence[str], progress: NamedProgress
) -> tuple[float | None, float | None]:
    """Loose and tight average-mAP of a run on the held-out games."""
    data = bench.data.model_copy(update={"games": tuple(games), "split": None})
    models = (str(folder.card.resolve()),)
    asked = bench.model_copy(update={"data": data, "models": models, "sampling": FrameSpec()})
    plan = build_plan(asked, folder.evaluation.name)
    done = run(plan, folder.evaluation, progress)
    name = plan.models[0].name
    row = next(one for one in done.finished.rows if one.model == name)
    return row.loose, row.tight
