"""`touchline data normalize`."""

from pathlib import Path
from typing import Annotated

import typer

from touchline.cli.printing.terminal import say
from touchline.video import NormalizeSettings

_DEFAULTS = NormalizeSettings()


def normalize(
    videos: Annotated[Path, typer.Argument(help="A folder of videos, or one video.")],
    out: Annotated[Path, typer.Option(help="Folder for the copies; the originals are only read.")],
    fps: Annotated[int, typer.Option(min=1, max=240, help="Frames per second.")] = _DEFAULTS.fps,
    height: Annotated[
        int, typer.Option(min=16, help="Height in pixels; nothing is enlarged.")
    ] = _DEFAULTS.height,
    crf: Annotated[
        int, typer.Option(min=0, max=51, help="Quality of x264: lower is better.")
    ] = _DEFAULTS.crf,
) -> None:
    """Copy videos as H.264 at one frame rate and size, with their sound and labels.

    Finished copies are kept, so the same command resumes where it stopped.

    Example: `touchline data normalize soccernet --out soccernet-25fps --height 720`
    """
    from touchline.cli.printing.progress import RunProgress
    from touchline.errors import UserError
    from touchline.video import (
        largest_videos,
        normalize_video as normalize_one,
        normalized_path,
    )

    settings = NormalizeSettings(fps, height, crf)
    made, refused = 0, []
    with RunProgress("s", scale=1000) as progress:
        found = largest_videos(videos)
        for video in found:
            name = video.relative_to(videos).as_posix() if videos.is_dir() else video.name
            try:
                made += normalize_one(
                    video,
                    normalized_path(video, videos, out, settings),
                    settings,
                    progress.named(name),
                )
            except UserError as error:
                refused.append(str(error))
                say(f"touchline: {error}", err=True)
    say(f"{made} made, {len(found) - made - len(refused)} existed already, in {out}")
    if refused:
        raise UserError(f"{len(refused)} of {len(found)} videos could not be copied.")
