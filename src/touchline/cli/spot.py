"""`touchline spot`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from touchline.cli.printing.terminal import say
from touchline.cli.program.consent import Yes, ask_consent

if TYPE_CHECKING:
    from touchline.runs import FinishResult
    from touchline.spots import FormatSettings

MIN_CONFIDENCE = 0.15
"""F1 of the demo model on the built-in match is highest there: without it, there are three times as
many events as happened."""


Least = Annotated[
    float,
    typer.Option(
        min=0,
        max=1,
        help="Events with a lower confidence stay in the run and are left out of the file.",
    ),
]
Lead = Annotated[
    float | None,
    typer.Option(help="Seconds that a segment begins before its event, in .xml; 5 by default."),
]
Lag = Annotated[
    float | None,
    typer.Option(help="Seconds that a segment ends after its event, in .xml; 5 by default."),
]
Output = Annotated[
    Path,
    typer.Option(
        "--output",
        "-o",
        # A test holds it to writable_suffixes(), which is too slow to import for a help.
        help="File for the events, which ends in one of .json, .csv, .srt, .vtt, .xml, .eaf, "
        ".otio, .ffmeta, .txt.",
    ),
]


def spot(
    videos: Annotated[
        list[Path],
        typer.Argument(metavar="VIDEO...", help="A video, or those of both halves of a match."),
    ],
    model: Annotated[str, typer.Option(help="Name of a model or path of its card.")],
    output: Output = Path("events.json"),
    task: Annotated[
        str | None,
        typer.Option(help="What to find: a task or its file; SoccerNet-v2's events by default."),
    ] = None,
    fps: Annotated[float | None, typer.Option(help="Frames per second.")] = None,
    window: Annotated[float | None, typer.Option(help="Length of a window in seconds.")] = None,
    stride: Annotated[float | None, typer.Option(help="Seconds between windows.")] = None,
    height: Annotated[int | None, typer.Option(help="Height of a frame in pixels.")] = None,
    min_confidence: Least = MIN_CONFIDENCE,
    lead: Lead = None,
    lag: Lag = None,
    trust_remote_code: Annotated[
        list[str] | None,
        typer.Option(help="Let the checkpoint of this model run Python code of its own."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder of the run; runs/spot-VIDEO-MODEL by default.")
    ] = None,
    yes: Yes = False,
) -> None:
    """Find the events of one video, or of both halves of a match.

    Examples: `touchline spot match.mp4 --model demo -o events.srt`;
    `touchline spot 1_224p.mkv 2_224p.mkv --model demo`.
    """
    from touchline.cli.printing.run_result import refuse, run_plan
    from touchline.games import read_videos
    from touchline.models import trust_remote_code as trust
    from touchline.runs import asked_cards, bench_of_video, build_plan_for_games, spot_folder
    from touchline.spots import FormatSettings, check_format
    from touchline.validation import parse_options
    from touchline.video import FrameSpec

    check_format(output)
    trust(trust_remote_code or [])
    sampling = parse_options(
        FrameSpec, {"fps": fps, "window": window, "stride": stride, "height": height}
    )
    written = parse_options(FormatSettings, {"lead": lead, "lag": lag})
    game = read_videos(videos)
    bench = bench_of_video(videos[0].parent, model, sampling, task)
    plan = build_plan_for_games(bench, game.id, [game])
    ask_consent(asked_cards(plan), yes)
    result = run_plan(plan, out or spot_folder(plan))
    refuse(result)
    _write_events(result.finished, output, min_confidence, written)


def _write_events(
    finished: "FinishResult", output: Path, min_confidence: float, written: "FormatSettings"
) -> None:
    """Writes the events that are sure enough, and says what was left out."""
    from touchline.spots import export_spots, lost_in_file
    from touchline.text import counted

    (found,) = finished.outcomes
    spots = [spot for of_game in found.spots.values() for spot in of_game]
    sure = [spot for spot in spots if spot.confidence >= min_confidence]
    files = " and ".join(map(str, export_spots(sure, output, written)))
    for sentence in lost_in_file(sure, output):
        say(f"touchline: {sentence}.", err=True)
    say(f"{counted(len(sure), 'event')} in {files}; {found.coverage:.1%} of the windows answered")
    if len(sure) < len(spots):
        say(
            f"{counted(len(spots) - len(sure), 'event')} with a confidence under "
            f"{min_confidence:g} left out of the file; --min-confidence 0 keeps all"
        )
    say(f"report: {finished.report}")
