"""`touchline data verify`."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from touchline.cli.printing.terminal import say

if TYPE_CHECKING:
    from touchline.video import VideoCheck


def verify(
    videos: Annotated[Path, typer.Argument(help="A folder of videos, or one video.")],
    min_coverage: Annotated[
        float | None,
        typer.Option(
            min=0,
            max=1,
            help="Share of the videos that must be readable. By default scoring.min_coverage of "
            "--bench, else its default.",
        ),
    ] = None,
    bench: Annotated[
        Path | None, typer.Option(help="Benchmark whose scoring.min_coverage is used.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
) -> None:
    """Decode every video to its end, list what is broken, and check that a benchmark can run.

    The exit code is 2 where it cannot. What is broken counts as not covered, never as "no event".

    Example: `touchline data verify soccernet`
    """
    import json
    from dataclasses import asdict

    from touchline.cli.printing.progress import RunProgress
    from touchline.errors import UserError
    from touchline.video import all_videos, covered_share, verify_video

    demanded = _demanded(min_coverage, bench)
    found = []
    with RunProgress("s", scale=1000) as progress:
        for video in all_videos(videos):
            name = video.relative_to(videos).as_posix() if videos.is_dir() else video.name
            found.append(
                verify_video(
                    video,
                    progress.named(name),
                )
            )
    covered = covered_share(found)
    if as_json:
        facts = {"covered": covered, "videos": [asdict(one) for one in found]}
        say(json.dumps(facts, indent=1, default=str))
    else:
        _show(found, videos)
    if covered < demanded:
        raise UserError(
            f"{covered:.1%} of the length of these videos can be decoded, under the "
            f"{demanded:.0%} that scoring needs: fetch the broken videos again, exclude their "
            "games with 'data.games', or run with --score-anyway."
        )
    say(f"{covered:.2%} is covered: a benchmark can run.", err=as_json)


def _demanded(min_coverage: float | None, bench: Path | None) -> float:
    from touchline.runs import read_bench
    from touchline.scores import ScoringSettings

    if min_coverage is not None:
        return min_coverage
    scoring = ScoringSettings() if bench is None else read_bench(bench).scoring
    return scoring.min_coverage


def _show(found: list["VideoCheck"], root: Path) -> None:
    from rich.filesize import decimal

    from touchline.cli.printing.named_rows import named_rows

    rows: list[tuple[str, Sequence[str]]] = []
    remarks = []
    for one in found:
        name = one.path.relative_to(root).as_posix() if root.is_dir() else one.path.name
        rows.append((name, _cells(one, decimal)))
        remarks += [f"{name}: {remark}" for remark in _remarks(one)]
    for line in named_rows("video", ("length", "fps", "size", "picture", "sound"), rows):
        say(line)
    for remark in remarks:
        say(remark)


def _cells(one: "VideoCheck", decimal: Any) -> tuple[str, ...]:
    if one.problem:
        return ("-", "-", decimal(one.size_bytes), "-", "-")
    return (
        _clock(one.claimed_ms),
        f"{one.fps:.4g}" + ("" if one.steady else " (unsteady)"),
        decimal(one.size_bytes),
        f"{one.width}x{one.height} {one.codec}",
        one.sound or "none",
    )


def _remarks(one: "VideoCheck") -> list[str]:
    if one.problem:
        return [one.problem]
    shape = [] if one.stored is None else [_stored_remark(one.width, one.height, *one.stored)]
    holes = [("has no frames", one.gaps), ("does not decode", one.broken)]
    concealed = (
        [f"{one.concealed} frames are guessed: what they are predicted from is missing"]
        if one.concealed
        else []
    )
    return [*shape, *concealed] + [
        f"{what} from {_clock(start)} to {_clock(end)}"
        for what, stretches in holes
        for start, end in stretches
    ]


def _stored_remark(width: int, height: int, stored_width: int, stored_height: int) -> str:
    return f"is shown as {width}x{height}, and stored as {stored_width}x{stored_height}"


def _clock(time_ms: int) -> str:
    return f"{time_ms // 60_000}:{time_ms % 60_000 / 1000:06.3f}"
