"""From the readings of one game to its spots."""

from collections.abc import Iterable

from touchline.replies import Reading
from touchline.spots.merge_by_class import merge_by_class
from touchline.spots.merge_settings import MergeSettings
from touchline.spots.methods.registry import MERGE_METHODS
from touchline.spots.types import Spot

_DEFAULT = MergeSettings()


def merge_readings(readings: Iterable[Reading], settings: MergeSettings = _DEFAULT) -> list[Spot]:
    """The events that one model claims in one game.

    Args:
        readings: of the windows of one game or half, in any order.
        settings: how to merge.

    Returns:
        Spots by half and time. A confidence is the share of the votes that were possible there,
        from 0 to 1: agreement of the overlapping windows times the confidence they state.

    Raises:
        UserError: the method is not known, or the decoder was fitted on this game.
    """
    method = MERGE_METHODS.get(settings.method)
    if method.merge is not None:
        return method.merge(list(readings), settings)
    return merge_by_class(readings, settings, method)
