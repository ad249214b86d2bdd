"""`touchline train lora`: from a card and a folder of examples to an adapter with a card."""

import json
from dataclasses import asdict, dataclass, replace
from importlib import metadata
from pathlib import Path
from typing import Any

import peft
import torch
import transformers
import yaml

from touchline.errors import UserError
from touchline.files import make_folder, whole_folder, write_atomically
from touchline.models import LoadedModel, TrainingPlan, TransformersCard, load_checkpoint
from touchline.progress import NamedProgress, Notify
from touchline.runs import read_run_bench
from touchline.train.examples.data_folder import PARTS, DataFolder
from touchline.train.lora.answer_trainer import (
    CHECKPOINTING,
    AnswerTrainer,
    last_checkpoint,
    make_trainer,
    mark_complete,
)
from touchline.train.lora.example_set import ExampleSet, check_sets, read_rows
from touchline.train.lora.held_out_scores import HeldOut, HeldOutScore
from touchline.train.lora.lora_folder import LoraFolder
from touchline.train.lora.lora_settings import LoraSettings
from touchline.train.lora.memory_check import check_memory
from touchline.train.lora.merged import QUANTIZED, card_entry, merge_adapter
from touchline.train.lora.modules import adapted_modules, trained_modules


@dataclass(frozen=True, slots=True)
class LoraResult:
    """A trained adapter.

    Attributes:
        card: the file of its card.
        scores: on the held-out games, by step; the first is before training.
        best: the step whose adapter was kept.
        modules: how many weight matrices have an adapter.
        parameters: numbers that were trained.
        merged_card: the file of the card of the merged checkpoint; None where none was wanted.
    """

    card: Path
    scores: tuple[HeldOutScore, ...]
    best: int
    modules: int
    parameters: int
    merged_card: Path | None = None


def train_lora(
    card: TransformersCard,
    data: Path,
    out: Path,
    settings: LoraSettings,
    progress: NamedProgress,
    notify: Notify,
    *,
    merge: bool = False,
) -> LoraResult:
    """Trains an adapter, or goes on where training stopped.

    Args:
        card: the model; with `precision: nf4` this is QLoRA.
        data: folder that `touchline train data` made.
        out: folder of the training.
        settings: the adapter's size, and length and rates of the training.
        progress: of the steps, and of the windows of evaluations.
        notify: gets the planned memory and a sentence on each evaluation.
        merge: whether the adapter is also added to the weights, as a checkpoint of its own.

    Raises:
        UserError: the examples cannot be read, the model cannot be loaded or trained, or the
            folder is of a training with other settings.
        ComeBackLater: the disk is full; the same call goes on.
    """
    if card.adapter is not None:
        raise UserError(
            f"model '{card.name}' has an adapter already: merge it into its base first (train lora "
            "--merge), and train the merged checkpoint."
        )
    folder, examples = LoraFolder(out), DataFolder(data)
    rows = read_rows(examples, PARTS[0])
    if not rows:
        raise UserError(f"{examples.rows(PARTS[0])} holds no example.")
    check_sets(card, rows)
    held_out = _held_out(card, examples, folder, progress)
    plan = check_memory(card, examples, rows, settings, held_out is not None, notify)
    _begin(folder, card, examples, settings)
    ready, modules = _adapted(card, settings)
    watch = _Watch(folder, ready, held_out, settings, progress, notify)
    dataset = ExampleSet(ready, card, examples, rows)
    trainer = make_trainer(ready.model, dataset, folder.checkpoints, settings, [watch])
    _train(trainer, card, last_checkpoint(folder.checkpoints))
    step = trainer.state.global_step
    watch.keep(step)
    scores = held_out.scores() if held_out else []
    best = _best(scores) if scores else step
    parameters = sum(one.numel() for one in ready.model.parameters() if one.requires_grad)
    result = LoraResult(folder.card, tuple(scores), best, modules, parameters)
    _finish(folder, card, result, trainer.state.log_history, plan)
    if not merge:
        return result
    del ready, watch, trainer, dataset  # so that only one model is in memory
    return replace(result, merged_card=merge_adapter(folder, card))


def _train(trainer: AnswerTrainer, card: TransformersCard, last: Path | None) -> None:
    """Trains to the end, from the last checkpoint where there is one."""
    try:
        trainer.train(resume_from_checkpoint=None if last is None else str(last))
    except torch.OutOfMemoryError as error:
        raise UserError(
            f"model '{card.name}': out of memory while training: give it fewer frames in the "
            "examples, precision: nf4, or a larger GPU."
        ) from error


class _Watch(transformers.TrainerCallback):
    """After each checkpoint: keeps the adapter, evaluates it, and may end the training."""

    def __init__(
        self,
        folder: LoraFolder,
        loaded: LoadedModel,
        held_out: HeldOut | None,
        settings: LoraSettings,
        progress: NamedProgress,
        notify: Notify,
    ) -> None:
        self._folder, self._loaded, self._held_out = folder, loaded, held_out
        self._settings, self._progress, self._notify = settings, progress, notify

    def on_train_begin(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:  # noqa: ARG002
        """Evaluates what training starts from, and what was not evaluated before it stopped."""
        self._evaluate(state.global_step, control)

    def on_step_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:  # noqa: ARG002
        """Shows the progress."""
        self._progress("training", state.global_step, state.max_steps)

    def on_save(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:  # noqa: ARG002
        """A checkpoint was written."""
        mark_complete(Path(args.output_dir) / f"checkpoint-{state.global_step}")
        self.keep(state.global_step)
        self._evaluate(state.global_step, control)

    def keep(self, step: int) -> None:
        """Writes the adapter of a step, and evaluates the last one."""
        kept = self._folder.candidate(step)
        if not kept.exists():
            with whole_folder(kept) as folder:
                self._loaded.model.save_pretrained(folder)
        if self._held_out is not None:
            self._held_out.evaluate(self._loaded, step)

    def _evaluate(self, step: int, control: Any) -> None:
        if self._held_out is None:
            return
        score = self._held_out.evaluate(self._loaded, step)
        self._notify(score.sentence)
        scores = self._held_out.scores()
        later = [one.step for one in scores if one.step > _best(scores)]
        if len(later) >= self._settings.patience:
            control.should_training_stop = True


def _best(scores: list[HeldOutScore]) -> int:
    """The step after training began whose score is the best, the first of several."""
    trained = [one for one in scores if one.step] or scores
    return max(trained, key=lambda one: (one.mean, -one.step)).step


def _begin(
    folder: LoraFolder, card: TransformersCard, data: DataFolder, settings: LoraSettings
) -> None:
    """Writes what is trained, or makes sure that it is what was being trained here.

    Raises:
        UserError: it is another training.
    """
    facts = {
        "made_by": "touchline train lora",
        "base": card.facts(),
        "weights": card.weights(),
        "examples": json.loads(data.facts.read_text(encoding="utf-8")),
        "settings": settings.model_dump(mode="json"),
    }
    if folder.record.is_file():
        before = json.loads(folder.record.read_text(encoding="utf-8"))
        changed = [name for name, value in facts.items() if before.get(name) != value]
        if changed:
            raise UserError(
                f"{folder.folder} is a training with other {' and '.join(changed)}: give this one "
                "another folder with --out."
            )
        return
    make_folder(folder.folder)
    write_atomically(folder.record, json.dumps(facts, indent=1))


def _adapted(card: TransformersCard, settings: LoraSettings) -> tuple[LoadedModel, int]:
    """The model with new adapters, and how many layers have one."""
    loaded = load_checkpoint(card)
    modules = adapted_modules(card.name, loaded.model, settings.vision)
    torch.manual_seed(settings.seed)
    model = loaded.model
    if card.precision in QUANTIZED:
        model = peft.prepare_model_for_kbit_training(  # type: ignore[no-untyped-call]
            model, gradient_checkpointing_kwargs=CHECKPOINTING
        )
    config = peft.LoraConfig(
        r=settings.rank,
        lora_alpha=settings.alpha,
        lora_dropout=settings.dropout,
        target_modules=modules,
        modules_to_save=trained_modules(model) or None,
    )
    return replace(loaded, model=peft.get_peft_model(model, config)), len(modules)


def _held_out(
    card: TransformersCard, data: DataFolder, folder: LoraFolder, progress: NamedProgress
) -> HeldOut | None:
    """The evaluation on the held-out games; None where there are none."""
    games = json.loads(data.facts.read_text(encoding="utf-8"))["held_out"]
    if not games:
        return None
    bench = read_run_bench(data.folder)
    held = bench.data.model_copy(update={"games": tuple(games), "split": None})
    bench = bench.model_copy(update={"data": held, "models": (card_entry(card),)})
    return HeldOut(bench, card, folder.evaluations, progress)


def _gpu_memory_bytes() -> int | None:
    """The most that the GPUs held; None without one."""
    if not torch.cuda.is_available():
        return None
    return sum(map(torch.cuda.max_memory_allocated, range(torch.cuda.device_count())))


def _finish(
    folder: LoraFolder,
    card: TransformersCard,
    result: LoraResult,
    history: list[dict[str, Any]],
    plan: TrainingPlan | None,
) -> None:
    """Writes the best adapter, its card and the record."""
    if not folder.adapter.exists():
        with whole_folder(folder.adapter) as kept:
            for file in sorted(folder.candidate(result.best).iterdir()):
                (kept / file.name).write_bytes(file.read_bytes())
    facts = card_entry(card) | {
        "name": f"{card.name}-{folder.folder.name}",
        "adapter": str(folder.adapter.resolve()),
        "about": f"{card.name} with the adapter of {folder.folder.name}",
    }
    write_atomically(folder.card, yaml.safe_dump(facts, sort_keys=False))
    record = json.loads(folder.record.read_text(encoding="utf-8")) | {
        "modules": result.modules,
        "parameters": result.parameters,
        "scores": [asdict(one) for one in result.scores],
        "kept_step": result.best,
        "planned_memory_bytes": plan and plan.peak,
        "gpu_memory_bytes": _gpu_memory_bytes(),
        "losses": [[one["step"], one["loss"]] for one in history if "loss" in one],
        "versions": {name: metadata.version(name) for name in ("torch", "transformers", "peft")},
    }
    write_atomically(folder.record, json.dumps(record, indent=1))
