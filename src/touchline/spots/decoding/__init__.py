"""Fitted merging: what the claims around a moment have meant in other games.

A zero-shot model speaks of a goal when it sees the celebration, of a foul when a player lies on
the grass. Those habits are steady, so they can be learned from games with labels and undone in
games without. The same decoder stacks several models.
"""

from touchline.spots.decoding.decoder import Decoder, DecoderSettings, decode, fit_decoder
from touchline.spots.decoding.files import decoder_for, read_decoders, write_decoders
from touchline.spots.decoding.heard import marks_of_heard
from touchline.spots.decoding.marks import Marks, marks_of_readings, marks_of_spots, together

__all__ = [
    "Decoder",
    "DecoderSettings",
    "Marks",
    "decode",
    "decoder_for",
    "fit_decoder",
    "marks_of_heard",
    "marks_of_readings",
    "marks_of_spots",
    "read_decoders",
    "together",
    "write_decoders",
]
