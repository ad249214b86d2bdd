"""Which rows were decoded by what was fitted on the games that they are scored on."""

from collections.abc import Collection

from touchline.errors import UserError
from touchline.runs.planning.plan_file import ModelPlan
from touchline.spots import STACKING, MergeSettings, read_decoders

FUSION = "fusion"
"""The engine of a model that was fused from others."""


def was_fitted(entry: ModelPlan, merging: MergeSettings, games: Collection[str]) -> bool:
    """Whether a model's spots of each game depend on the labels of other games of the run.

    Args:
        entry: the model's plan.
        merging: how its detections became spots.
        games: those that it is scored on.
    """
    if entry.engine == FUSION:
        return entry.card.get("method") == STACKING
    merging = entry.merging_under(merging)
    if merging.decoder is None or entry.is_baseline:
        return False
    try:
        decoders = read_decoders(merging.decoder)
    except UserError:
        # A file that is gone cannot say that these games were not in it.
        return True
    return any(not set(games).isdisjoint(decoder.games) for decoder in decoders)
