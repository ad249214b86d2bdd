"""Whether a benchmark can be heard and looked at as it wants, before any model is asked."""

from collections.abc import Sequence
from importlib.util import find_spec

from touchline.errors import UserError
from touchline.games import Game
from touchline.prompts import COMMENTARY_TRACK, SOUND_TRACK, Template, tracks_used
from touchline.runs.planning.planned_videos import Videos, why_not_heard
from touchline.video import FrameSpec, Proposer, read_commentary


def check_inputs(
    template: Template, recipes: Sequence[FrameSpec], games: Sequence[Game], videos: Videos
) -> None:
    """Makes sure that what prompt and sampling want of a match besides its frames is there.

    Args:
        template: the prompt.
        recipes: of all models.
        games: the games.
        videos: what is known of their videos.

    Raises:
        UserError: a transcript, a sound track or an extra is missing.
    """
    used = tracks_used(template)
    if COMMENTARY_TRACK in used:
        for game in games:
            for half in game.halves:
                read_commentary(half)
    proposers = {recipe.adaptive.by for recipe in recipes if recipe.adaptive}
    if SOUND_TRACK in used or Proposer.SOUND in proposers:
        what = (
            f"prompt '{template.name}' tells"
            if SOUND_TRACK in used
            else "sampling.adaptive looks at"
        )
        if why := why_not_heard(videos):
            raise UserError(f"{what} what is heard, and {why}")
    looks = proposers & {Proposer.MOTION, Proposer.SHOTS} or any(one.flow for one in recipes)
    if looks and (find_spec("cv2") is None or find_spec("scenedetect") is None):
        raise UserError(
            "sampling looks at motion, which needs OpenCV and PySceneDetect: "
            "pip install 'touchline[motion]'."
        )
