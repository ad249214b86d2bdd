"""`touchline train data`: a benchmark's windows with the answers that its labels give."""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from touchline.errors import UserError
from touchline.files import whole_file, whole_folder, write_atomically, writing
from touchline.games import Game, Half, Label
from touchline.models import middle_places
from touchline.progress import NamedProgress, Progress
from touchline.prompts import MatchContext
from touchline.runs import (
    Bench,
    Plan,
    PlannedModel,
    Presentation,
    build_plan,
    match_contexts,
    present,
    write_bench,
)
from touchline.seal import seal
from touchline.train.examples.chat_rows import dataset_info, tagged_row, typed_row
from touchline.train.examples.choose import WindowKind, choose, kind_of, split_games
from touchline.train.examples.data_folder import PARTS, DataFolder
from touchline.train.examples.example_settings import ExampleSettings
from touchline.train.examples.target_answers import check_answer, target_answer
from touchline.video import FrameSpec, FrameStore, Window, cut_windows, open_frame_store

VERSION = 1


@dataclass(frozen=True, slots=True)
class ExportResult:
    """What was exported.

    Attributes:
        counts: examples by part ("train", "held_out") and kind.
        held_out: ids of the games that are held out.
        unshown: labels that are left out because nothing of them is shown.
        unshown_windows: windows that are left out because they hold such labels alone.
    """

    counts: dict[str, dict[str, int]]
    held_out: tuple[str, ...]
    unshown: int
    unshown_windows: int


@dataclass(frozen=True, slots=True)
class _Example:
    presentation: Presentation
    answer: str
    kind: WindowKind


def export_examples(
    bench: Bench,
    out: Path,
    settings: ExampleSettings,
    progress: NamedProgress,
    *,
    hold_out: Sequence[str] = (),
    cache: Path | None = None,
) -> ExportResult:
    """Writes the examples of a benchmark's labelled games into a folder.

    Questions are those of the benchmark's first model: its sampling, prompt, context and limits.
    Labels that are not shown in the picture are left out, and so are windows that hold only
    those. The folder is there whole or not at all.

    Args:
        bench: the benchmark.
        out: the folder; it must not exist yet.
        settings: how examples are chosen.
        progress: of the halves.
        hold_out: ids of games to hold out, instead of a share of them.
        cache: folder of the frame stores; None takes the default one.

    Raises:
        UserError: a game has no labels, nothing is left to learn from, or a video cannot be read.
    """
    if out.exists():
        raise UserError(f"{out} exists already: give the examples another folder with --out.")
    plan = build_plan(bench, out.name)
    model = _asked_model(plan)
    _check_labels(plan.games)
    parts = split_games([game.id for game in plan.games], settings, hold_out)
    counts: dict[str, dict[str, int]] = {}
    unshown_windows = 0
    with whole_folder(out) as folder:
        data = DataFolder(folder)
        contexts = match_contexts(plan, folder, lambda d, t: progress("match context", d, t))
        write_bench(bench, data.bench)
        for part, ids in zip(PARTS, parts, strict=True):
            games = [game for game in plan.games if game.id in ids]
            examples, left_out = _examples(plan, model, games, settings, contexts)
            unshown_windows += left_out
            counts[part] = _write_part(data, part, model, examples, partial(progress, part), cache)
        if not counts[PARTS[0]][WindowKind.EVENTS]:
            raise UserError("no window of the games to learn from has an event that is shown.")
        unshown = sum(not label.visible for game in plan.games for label in game.labels or ())
        result = ExportResult(counts, tuple(parts[1]), unshown, unshown_windows)
        info = json.dumps(dataset_info(data.tagged_names()), indent=1)
        write_atomically(data.llama_factory, info)
        write_atomically(data.facts, seal(_facts(plan, model, settings, result, data)))
    return result


def _write_part(
    data: DataFolder,
    part: str,
    model: PlannedModel,
    examples: Sequence[_Example],
    advance: Progress,
    cache: Path | None,
) -> dict[str, int]:
    """Writes the examples of a part with their frames, and counts them by kind."""
    found: Counter[WindowKind] = Counter()
    with whole_file(data.rows(part)) as rows, whole_file(data.tagged_rows(part)) as tagged:
        for done, example in enumerate(examples, 1):
            shown = example.presentation
            frames = _write_frames(data, shown, cache)
            middle = middle_places(len(frames), model.card.frames_per_image)
            images = [frames[place] for place in middle]
            dense = {"dense_images": frames} if shown.pooled_ms else {}
            rows.write(_json_line(_typed(example, images) | dense))
            tagged.write(_json_line(tagged_row(shown.messages, example.answer, images)))
            found[example.kind] += 1
            advance(done, len(examples))
    return {kind.value: found[kind] for kind in WindowKind}


def _asked_model(plan: Plan) -> PlannedModel:
    model = plan.models[0]
    if model.card.is_baseline:
        raise UserError("examples need a model whose questions they are: baselines ask none.")
    if model.recipe.adaptive is not None:
        raise UserError(
            "examples are windows of one length: adaptive sampling chooses them by what was seen; "
            "remove sampling.adaptive."
        )
    return model


def _check_labels(games: Sequence[Game]) -> None:
    for game in games:
        if game.labels is None:
            raise UserError(f"game '{game.id}' has no labels, so nothing can be learned from it.")


def _examples(
    plan: Plan,
    model: PlannedModel,
    games: Sequence[Game],
    settings: ExampleSettings,
    contexts: Mapping[str, MatchContext],
) -> tuple[list[_Example], int]:
    """The examples of some games, in the order of games, halves and windows.

    Returns:
        The examples, and how many windows hold only events that are not shown.
    """
    left_out = 0
    shown: dict[tuple[str, int], list[Label]] = {}
    kinds: dict[Window, WindowKind] = {}
    halves: dict[tuple[str, int], Half] = {}
    for game in games:
        for half in game.halves:
            place = (game.id, half.number)
            labels = [one for one in game.labels or () if one.half == half.number]
            shown[place] = [one for one in labels if one.visible]
            halves[place] = half
            for window in cut_windows(half, model.recipe):
                kind = kind_of(window, labels, settings.near_ms)
                if (
                    kind is not WindowKind.EVENTS
                    or kind_of(window, shown[place], 0) is WindowKind.EVENTS
                ):
                    kinds[window] = kind
                else:
                    left_out += 1
    examples = []
    for window in choose(kinds, settings):
        place = (window.game, window.half)
        question = present(halves[place], window, model, model.template, contexts.get(window.game))
        answer = target_answer(window, shown[place], settings.confidence)
        check_answer(window, shown[place], answer, plan.bench.task)
        examples.append(_Example(question, answer, kinds[window]))
    return examples, left_out


def _write_frames(data: DataFolder, shown: Presentation, cache: Path | None) -> list[str]:
    """Writes the frames of a question, each once, and gives their paths in the folder."""
    window = shown.window

    def open_store(half: Half, spec: FrameSpec) -> FrameStore:
        return _store(half, spec, cache)

    paths = []
    jpegs = shown.frames(open_store, "")
    for time_ms, jpeg in zip(shown.frame_times_ms, jpegs, strict=True):
        name = f"{time_ms:08d}-{hashlib.sha256(jpeg).hexdigest()[:8]}.jpg"
        file = data.frames(window.game, window.half) / name
        if not file.exists():
            with writing(file):
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(jpeg)
        paths.append(file.relative_to(data.folder).as_posix())
    return paths


@lru_cache(maxsize=2)
def _store(half: Half, spec: FrameSpec, cache: Path | None) -> FrameStore:
    return open_frame_store(half, spec, cache)


def _typed(example: _Example, images: Sequence[str]) -> dict[str, Any]:
    shown = example.presentation
    return typed_row(shown.messages, example.answer, images, shown.window, example.kind.value)


def _json_line(row: dict[str, Any]) -> bytes:
    return (json.dumps(row, ensure_ascii=False) + "\n").encode()


def _facts(
    plan: Plan,
    model: PlannedModel,
    settings: ExampleSettings,
    result: ExportResult,
    data: DataFolder,
) -> str:
    """What `data.json` says: everything that makes the same examples again."""
    rows = {
        part: hashlib.sha256(data.rows(part).read_bytes()).hexdigest() for part in result.counts
    }
    facts = {
        "version": VERSION,
        "made_by": "touchline train data",
        "task": plan.bench.task.name,
        "model": model.name,
        "prompt": {"name": model.template.name, "sha256": model.template.sha256},
        "sampling": model.recipe.model_dump(mode="json", exclude_unset=True),
        "settings": settings.model_dump(mode="json"),
        "games": [game.id for game in plan.games],
        "held_out": list(result.held_out),
        "counts": result.counts,
        "unshown_labels_left_out": result.unshown,
        "unshown_windows_left_out": result.unshown_windows,
        "sha256": rows,
    }
    return json.dumps(facts, indent=1)
