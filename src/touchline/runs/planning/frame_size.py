"""How large the frames are that a recipe makes, without decoding any."""

from functools import lru_cache
from pathlib import Path

from touchline.runs.planning.plan import Plan
from touchline.video import FrameSpec, open_video, scaled_size, video_stream


def frame_size(width: int, height: int, recipe: FrameSpec) -> tuple[int, int]:
    """Width and height in pixels of the frames that a recipe makes of pictures of a size.

    >>> frame_size(1280, 720, FrameSpec(height=360))
    (640, 360)
    >>> frame_size(1280, 720, FrameSpec(crop=(0.0, 0.5, 1.0, 0.5)))
    (1280, 360)
    """
    width, height = scaled_size(width, height, recipe)
    if recipe.crop is not None:
        _, _, kept_width, kept_height = recipe.crop
        width, height = round(width * kept_width), round(height * kept_height)
    return (2 * width if recipe.flow == "beside" else width), height


@lru_cache(maxsize=4096)
def picture_size(video: Path) -> tuple[int, int]:
    """Width and height in pixels of a video's pictures; only the file's head is read.

    Raises:
        UserError: the file cannot be opened as a video.
    """
    with open_video(video) as container:
        stream = video_stream(container)
        return stream.width, stream.height


def largest_frame(plan: Plan, recipe: FrameSpec) -> tuple[int, int]:
    """Width and height in pixels of the largest frame that a recipe makes of a plan's videos."""
    sizes = (frame_size(*picture_size(video), recipe) for video in plan.videos)
    return max(sizes, key=lambda size: size[0] * size[1])
