"""Whether a training fits into memory, said before the weights are loaded."""

from collections.abc import Sequence

import psutil
import torch
from PIL import Image

from touchline.errors import UserError
from touchline.models import (
    LongestExample,
    TrainingLoad,
    TrainingPlan,
    TransformersCard,
    count_tokens,
    plan_training,
)
from touchline.progress import Notify
from touchline.train.examples.data_folder import DataFolder
from touchline.train.lora.example_set import ExampleRow
from touchline.train.lora.lora_settings import LoraSettings


def check_memory(
    card: TransformersCard,
    data: DataFolder,
    rows: Sequence[ExampleRow],
    settings: LoraSettings,
    evaluates: bool,
    notify: Notify,
) -> TrainingPlan | None:
    """Plans the memory of a training, says it, and refuses what cannot fit.

    Args:
        card: the model.
        data: the folder of the examples.
        rows: the examples.
        settings: the adapter.
        evaluates: whether held-out games are evaluated.
        notify: gets the plan as a sentence, or why there is none.

    Returns:
        The plan; None where the card does not have the sizes that it is made of.

    Raises:
        UserError: more is needed than is free.
    """
    example = _longest(card, data, rows)
    wanted = TrainingLoad(
        rank=settings.rank,
        dropout=settings.dropout > 0,
        vision=settings.vision,
        every_layer=not settings.checkpointing,
    )
    try:
        plan = plan_training(card, example, wanted, evaluates)
    except UserError as error:
        notify(f"memory: not planned: {error}")
        return None
    free = free_bytes()
    notify(plan.sentence(free))
    if plan.peak > free and settings.check_memory:
        raise UserError(
            f"model '{card.name}' does not fit for training ({plan.sentence(free)}): show fewer "
            "frames in the examples, use precision: nf4 or a larger GPU, or train nevertheless "
            "with --set check_memory=false."
        )
    return plan


def free_bytes() -> int:
    """Memory that is free: of all GPUs together, or of this machine where there is none."""
    if torch.cuda.is_available():
        return sum(torch.cuda.mem_get_info(one)[0] for one in range(torch.cuda.device_count()))
    return int(psutil.virtual_memory().available)


def _longest(
    card: TransformersCard, data: DataFolder, rows: Sequence[ExampleRow]
) -> LongestExample:
    """The longest question with the longest answer, which may be those of two examples."""
    question = max(rows, key=lambda row: (len(row.frames), row.text_length))
    answer = max((row.answer for row in rows), key=len)
    prompt, said = count_tokens(card, question.request(data.folder, 0), answer)
    width = height = 1
    if question.images:
        with Image.open(data.folder / question.images[0]) as picture:
            width, height = picture.size
    return LongestExample(prompt, said, len(question.frames), width, height)
