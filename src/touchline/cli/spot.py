"""`touchline spot`."""

from pathlib import Path
from typing import Annotated

import typer

from touchline.cli.printing.terminal import say
from touchline.cli.program.consent import Yes, ask_consent


def spot(
    video: Annotated[Path, typer.Argument(help="A video file.")],
    model: Annotated[str, typer.Option(help="Name of a model or path of its card.")],
    output: Annotated[
        Path, typer.Option("--output", "-o", help="File for the events: .json, .csv or .srt.")
    ] = Path("events.json"),
    fps: Annotated[float | None, typer.Option(help="Frames per second.")] = None,
    window: Annotated[float | None, typer.Option(help="Length of a window in seconds.")] = None,
    stride: Annotated[float | None, typer.Option(help="Seconds between windows.")] = None,
    height: Annotated[int | None, typer.Option(help="Height of a frame in pixels.")] = None,
    trust_remote_code: Annotated[
        list[str] | None,
        typer.Option(help="Let the checkpoint of this model run Python code of its own."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder of the run; runs/spot-VIDEO by default.")
    ] = None,
    yes: Yes = False,
) -> None:
    """Find the events of one video.

    Example: `touchline spot match.mp4 --model demo -o events.srt`
    """
    from touchline.cli.printing.run_result import refuse, run_plan
    from touchline.games import read_video
    from touchline.models import trust_remote_code as trust
    from touchline.runs import Bench, DataSection, asked_cards, build_plan_for_games
    from touchline.spots import check_format, export_spots
    from touchline.video import FrameSpec

    check_format(output)
    trust(trust_remote_code or [])
    given = {"fps": fps, "window": window, "stride": stride, "height": height}
    sampling = FrameSpec.model_validate(
        {name: value for name, value in given.items() if value is not None}
    )
    bench = Bench(data=DataSection(root=str(video.parent)), models=(model,), sampling=sampling)
    plan = build_plan_for_games(bench, video.stem, [read_video(video)])
    ask_consent(asked_cards(plan), yes)
    result = run_plan(plan, out or Path("runs") / f"spot-{video.stem}")
    refuse(result)
    (found,) = result.finished.outcomes
    spots = [spot for of_game in found.spots.values() for spot in of_game]
    export_spots(spots, output)
    say(f"{len(spots)} events in {output}; {found.coverage:.1%} of the windows answered")
    say(f"report: {result.finished.report}")
