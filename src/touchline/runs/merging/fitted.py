"""Which rows were decoded by what was fitted on the games that they are scored on."""

from collections.abc import Collection

from pydantic import ValidationError

from touchline.errors import UserError
from touchline.models import split_control
from touchline.runs.planning.plan_file import ModelPlan
from touchline.spots import STACKING, MergeSettings, decoded_model, read_decoders
from touchline.validation import one_sentence

FUSION = "fusion"
"""The engine of a model that was fused from others."""


def merging_of(entry: ModelPlan, merging: MergeSettings) -> MergeSettings:
    """How the detections of a model become spots.

    A decoder knows what the claims of the model mean that it was fitted on, and nothing of another
    model's or a baseline's: these are merged as by default.

    Args:
        entry: the model's plan.
        merging: of the benchmark.

    Raises:
        UserError: the file of a decoder cannot be read.
    """
    return MergeSettings() if is_of_another(entry, merging) else _own(entry, merging)


def is_of_another(entry: ModelPlan, merging: MergeSettings) -> bool:
    """Whether a model's settings name a decoder that was fitted on the claims of another model.

    Args and errors are those of `merging_of`.
    """
    merging = _own(entry, merging)
    if merging.decoder is None:
        return False
    if entry.is_baseline:
        return True
    model = decoded_model(merging.decoder)
    return model not in ("", entry.name, split_control(entry.name)[0])


def _own(entry: ModelPlan, merging: MergeSettings) -> MergeSettings:
    """The settings that a model has of its own, and those of the benchmark for the rest."""
    if not entry.merging:
        return merging
    try:
        return MergeSettings.model_validate(merging.model_dump(exclude_unset=True) | entry.merging)
    except ValidationError as error:
        raise UserError(f"model '{entry.name}': merging.{one_sentence(error)}") from error


def was_fitted(entry: ModelPlan, merging: MergeSettings, games: Collection[str]) -> bool:
    """Whether a model's spots of each game depend on the labels of other games of the run.

    Args:
        entry: the model's plan.
        merging: how its detections became spots.
        games: those that it is scored on.
    """
    if entry.engine == FUSION:
        return entry.card.get("method") == STACKING
    try:
        merging = merging_of(entry, merging)
    except UserError:
        return True  # as below
    if merging.decoder is None:
        return False
    try:
        decoders = read_decoders(merging.decoder)
    except UserError:
        # A file that is gone cannot say that these games were not in it.
        return True
    return any(not set(games).isdisjoint(decoder.games) for decoder in decoders)
