"""Motion: how much the picture changes and moves, shot cuts, and pictures of optical flow."""

from touchline.video.motion.flow import colour_wheel, dense_flow, flow_pictures
from touchline.video.motion.looking import Looked, frame_difference, look, speeds
from touchline.video.motion.shots import CutFinder
from touchline.video.motion.shown import shown_facts, shown_frames

__all__ = [
    "CutFinder",
    "Looked",
    "colour_wheel",
    "dense_flow",
    "flow_pictures",
    "frame_difference",
    "look",
    "shown_facts",
    "shown_frames",
    "speeds",
]
