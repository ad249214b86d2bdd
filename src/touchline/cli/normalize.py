"""`touchline data normalize`."""

from pathlib import Path
from typing import Annotated

import typer


def normalize(
    videos: Annotated[Path, typer.Argument(help="A folder of videos, or one video.")],
    out: Annotated[Path, typer.Option(help="Where the copies go; originals are only read.")],
    fps: Annotated[int, typer.Option(min=1, max=240, help="Frames a second.")] = 25,
    height: Annotated[int, typer.Option(min=16, help="Lines; nothing is enlarged.")] = 720,
    crf: Annotated[int, typer.Option(min=0, max=51, help="x264's quality: less is better.")] = 20,
) -> None:
    """Copy videos as H.264 of one rate and size, with their sound and labels.

    A copy that is finished is not made again, so the same command goes on where it stopped.

    Example: `touchline data normalize soccernet --out soccernet-25fps --height 720`
    """
    from touchline.cli.progress import RunProgress
    from touchline.errors import UserError
    from touchline.video import (
        NormalizeSettings,
        largest_videos,
        normalize_video as normalize_one,
        normalized_path,
    )

    settings = NormalizeSettings(fps, height, crf)
    made, refused = 0, []
    with RunProgress("s") as progress:
        found = largest_videos(videos)
        for video in found:
            name = video.relative_to(videos).as_posix() if videos.is_dir() else video.name
            try:
                made += normalize_one(
                    video,
                    normalized_path(video, videos, out, settings),
                    settings,
                    progress.of(name, 1000),
                )
            except UserError as error:
                refused.append(str(error))
                typer.echo(f"touchline: {error}", err=True)
    typer.echo(f"{made} made, {len(found) - made - len(refused)} were there, in {out}")
    if refused:
        raise UserError(f"{len(refused)} of {len(found)} videos could not be copied.")
