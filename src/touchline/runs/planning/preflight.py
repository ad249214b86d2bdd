"""Checks that everything a prompt and a sampling need exists, before any model is asked."""

from collections.abc import Sequence
from importlib.util import find_spec

from touchline.errors import UserError
from touchline.games import Game
from touchline.prompts import COMMENTARY_TRACK, SOUND_TRACK, Template, tracks_used
from touchline.registry import install_command
from touchline.runs.planning.planned_videos import Videos, why_no_sound
from touchline.video import FrameSpec, Proposer, read_commentary


def check_inputs(
    template: Template, specs: Sequence[FrameSpec], games: Sequence[Game], videos: Videos
) -> None:
    """Makes sure that what prompt and sampling need besides the frames exists.

    Args:
        template: the prompt.
        specs: of all models.
        games: the games.
        videos: their videos, by path.

    Raises:
        UserError: a transcript, a sound track or an extra is missing.
    """
    used = tracks_used(template)
    if COMMENTARY_TRACK in used:
        for game in games:
            for half in game.halves:
                read_commentary(half)
    proposers = {spec.adaptive.by for spec in specs if spec.adaptive}
    if SOUND_TRACK in used or Proposer.SOUND in proposers:
        what = f"prompt '{template.name}'" if SOUND_TRACK in used else "sampling.adaptive"
        if why := why_no_sound(videos):
            raise UserError(f"{what} needs the sound of every video, and {why}")
    by_motion = proposers & {Proposer.MOTION, Proposer.SHOTS} or any(one.flow for one in specs)
    if by_motion and (find_spec("cv2") is None or find_spec("scenedetect") is None):
        raise UserError(
            "sampling uses motion, which needs OpenCV and PySceneDetect: "
            f"{install_command('motion')}."
        )
