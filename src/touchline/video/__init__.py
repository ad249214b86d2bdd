"""Pixels: true timestamps, windows, and frames that are decoded once."""

from touchline.video.budget import Adaptive, Claimed, Proposer
from touchline.video.nouns import Box, Decoding, Recipe, Window
from touchline.video.pixels import frame_facts
from touchline.video.probe import VideoFacts, probe
from touchline.video.store import FrameStore, MissingFrameError, frames
from touchline.video.windows import windows

__all__ = [
    "Adaptive",
    "Box",
    "Claimed",
    "Decoding",
    "FrameStore",
    "MissingFrameError",
    "Proposer",
    "Recipe",
    "VideoFacts",
    "Window",
    "frame_facts",
    "frames",
    "probe",
    "windows",
]
