"""The fitted method: a decoder that learned on games with labels what claims mean."""

from collections.abc import Sequence

from touchline.errors import UserError
from touchline.replies import Reading
from touchline.spots.merge_settings import MergeSettings
from touchline.spots.methods.method import MergeMethod
from touchline.spots.types import Spot


def merge_with_decoder(readings: Sequence[Reading], settings: MergeSettings) -> list[Spot]:
    """The spots that a decoder finds which was not fitted on this game.

    Args:
        readings: of one game.
        settings: `decoder` and `min_confidence` are used.

    Raises:
        UserError: no decoder is given, or all of them were fitted on this game.
    """
    from touchline.spots.decoder.decoder import decode
    from touchline.spots.decoder.decoder_file import decoder_for, read_decoders
    from touchline.spots.decoder.event_signals import signals_of_readings

    if not readings:
        return []
    if settings.decoder is None:
        raise UserError(
            "merging.method 'decoder' needs merging.decoder: give a file that touchline tune wrote."
        )
    decoder = decoder_for(readings[0].window.game, read_decoders(settings.decoder))
    spots = decode(signals_of_readings(readings), decoder)
    return [spot for spot in spots if spot.confidence >= settings.min_confidence]


def merge_without_look(
    readings: Sequence[Reading], settings: MergeSettings
) -> dict[str, list[Spot]]:
    """The spots of the decoder's nulls, by what was done to the claims.

    Args:
        readings: of one game.
        settings: as for `merge_with_decoder`; its file may have no nulls.
    """
    from touchline.spots.decoder.decoder import decode
    from touchline.spots.decoder.decoder_file import decoder_for, read_null_decoders
    from touchline.spots.decoder.event_signals import signals_of_readings
    from touchline.spots.decoder.no_look import NO_LOOK

    if not readings or settings.decoder is None:
        return {}
    game, signals = readings[0].window.game, signals_of_readings(readings)
    spots = {
        name: decode([NO_LOOK[name](half) for half in signals], decoder_for(game, decoders))
        for name, decoders in read_null_decoders(settings.decoder).items()
    }
    return {
        name: [spot for spot in found if spot.confidence >= settings.min_confidence]
        for name, found in spots.items()
    }


METHOD = MergeMethod(
    name="decoder",
    description="A decoder fitted on games with labels, by touchline tune.",
    merge=merge_with_decoder,
)
