"""transformers' training loop, with the loss on the tokens of answers only."""

import inspect
from pathlib import Path
from typing import Any

import torch
import transformers

from touchline.files import sync_tree, write_atomically, writing
from touchline.models import NOT_LEARNED
from touchline.train.lora.lora_settings import LoraSettings

_COMPLETE = "complete"

CHECKPOINTING = {"use_reentrant": False}
"""How activations are computed again in the backward pass. This kind needs no gradient at a layer's
input; the other does, and would send gradients through a vision encoder that learns nothing."""


class AnswerTrainer(transformers.Trainer):
    """Trains on answers; one example is in memory at a time.

    Scores of tokens are computed for the answer alone where the model's class allows that: those
    of a prompt with many frames would need gigabytes.
    """

    def compute_loss(  # noqa: D102  (as in transformers)
        self,
        model: Any,
        inputs: dict[str, Any],
        return_outputs: bool = False,
        num_items_in_batch: Any = None,
    ) -> Any:
        labels = inputs.pop("labels")
        learned = int((labels != NOT_LEARNED).sum())
        words = {"logits_to_keep": learned + 1} if _keeps_logits(self.model) else {}
        outputs = model(**inputs, **words)
        logits = outputs.logits[:, -(learned + 1) : -1].float()
        loss = torch.nn.functional.cross_entropy(
            logits.flatten(0, 1), labels[:, -learned:].flatten(), reduction="sum"
        )
        loss = loss / (learned if num_items_in_batch is None else num_items_in_batch)
        return (loss, outputs) if return_outputs else loss


def make_trainer(
    model: Any, examples: Any, out: Path, settings: LoraSettings, callbacks: list[Any]
) -> AnswerTrainer:
    """A trainer of the adapters of a model.

    Args:
        model: with adapters, see `peft.get_peft_model`.
        examples: inputs and labels by number.
        out: folder of the checkpoints.
        settings: length and rates.
        callbacks: told of every step and checkpoint.
    """
    arguments = transformers.TrainingArguments(
        output_dir=str(out),
        per_device_train_batch_size=1,
        gradient_accumulation_steps=settings.accumulate,
        num_train_epochs=settings.epochs,
        learning_rate=settings.learning_rate,
        lr_scheduler_type="cosine",
        warmup_steps=settings.warmup,
        max_grad_norm=settings.max_gradient,
        weight_decay=0.0,
        save_strategy="steps",
        save_steps=settings.every,
        save_total_limit=2,
        logging_strategy="steps",
        logging_steps=1,
        seed=settings.seed,
        data_seed=settings.seed,
        gradient_checkpointing=settings.checkpointing,
        gradient_checkpointing_kwargs=CHECKPOINTING,
        remove_unused_columns=False,
        dataloader_pin_memory=False,
        dataloader_num_workers=0,
        use_cpu=not torch.cuda.is_available(),
        report_to="none",
        disable_tqdm=True,
        label_names=["labels"],
    )
    trainer = AnswerTrainer(
        model=model,
        args=arguments,
        train_dataset=examples,
        data_collator=_only,
        callbacks=callbacks,
    )
    trainer.model_accepts_loss_kwargs = True
    trainer.remove_callback(transformers.PrinterCallback)
    return trainer


def last_checkpoint(out: Path) -> Path | None:
    """The last checkpoint that was written whole, or None."""
    whole = [folder for folder in out.glob("checkpoint-*") if (folder / _COMPLETE).is_file()]
    return max(whole, key=lambda folder: int(folder.name.rpartition("-")[2]), default=None)


def mark_complete(checkpoint: Path) -> None:
    """Says that a checkpoint is whole, once all of it is on the disk."""
    with writing(checkpoint):
        sync_tree(checkpoint)
    write_atomically(checkpoint / _COMPLETE, "")


def _only(batch: list[dict[str, Any]]) -> dict[str, Any]:
    """The one example of a batch: processors of some families know no batches."""
    [example] = batch
    return example


def _keeps_logits(model: Any) -> bool:
    base = model.get_base_model() if hasattr(model, "get_base_model") else model
    return "logits_to_keep" in inspect.signature(base.forward).parameters
