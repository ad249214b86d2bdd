"""`touchline view`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from touchline.cli.formats.prediction_options import (
    PANEL,
    PredictionOptions,
    takes_predictions,
)
from touchline.cli.printing.terminal import say
from touchline.errors import UserError

if TYPE_CHECKING:
    from touchline.view import ViewedRun


@takes_predictions
def view(
    sources: Annotated[
        list[Path],
        typer.Argument(
            metavar="RUN",
            help="Folder of a run, finished or still going; with --video, files of predictions.",
        ),
    ],
    port: Annotated[int, typer.Option(help="Port to listen on; 0 chooses a free one.")] = 0,
    host: Annotated[
        str | None,
        typer.Option(help="Address to listen on for other machines."),
    ] = None,
    annotator: Annotated[
        str,
        typer.Option(
            metavar="NAME", help="Review as this annotator: labels and decisions of their own."
        ),
    ] = "",
    browser: Annotated[
        bool, typer.Option("--browser/--no-browser", help="Open the page in a browser.")
    ] = True,
    video: Annotated[
        list[Path] | None,
        typer.Option(
            rich_help_panel=PANEL, help="Folder of all games, or a video; repeat for both halves."
        ),
    ] = None,
    *,
    predictions: PredictionOptions,
) -> None:
    """Watch a run: video, timeline, and for each spot the frames, the prompt and the reply.

    With --video, predictions without a run are shown, in any format that `touchline convert` reads.

    Examples: `touchline view runs/demo`; `touchline view A.zip --video SoccerNet --labels
    SoccerNet`; `touchline view events.srt --video match.mp4`.
    """
    from touchline.view import open_run, serve_viewer

    if video:
        shown = _opened(sources, predictions, video, annotator)
    else:
        predictions.refuse_for_runs()
        shown = open_run(_only_run(sources), annotator)

    def ready(address: str) -> None:
        say(f"viewer: {address}  (stop with Ctrl-C)")

    serve_viewer(shown, host, port, ready, browser=browser)


def _only_run(sources: list[Path]) -> Path:
    if len(sources) > 1:
        raise UserError(f"one run is shown at a time: {len(sources)} were given.")
    if sources[0].is_file():
        raise UserError(
            f"{sources[0]} is a file, not the folder of a run: name the videos of these predictions"
            " with --video."
        )
    return sources[0]


def _opened(
    files: list[Path], predictions: PredictionOptions, videos: list[Path], annotator: str
) -> "ViewedRun":
    """The predictions; what was assumed, left out or wrong is said on standard error."""
    from touchline.cli.formats.prediction_options import say_what_was_read
    from touchline.runs import (
        CompareOptions,
        LabelFiles,
        contest_of_files,
        file_report,
        spots_of_files,
    )
    from touchline.scores import ScoringSettings
    from touchline.view import FileSpots, open_files

    task, rules = predictions.known_task(), predictions.rules()
    choices = [predictions.choice(file) for file in files]
    if predictions.labels is None:
        spots = FileSpots(spots_of_files(choices, rules), {}, task, ScoringSettings())
        remarks: tuple[str, ...] = ()
    else:
        labels = LabelFiles(predictions.labels, task)
        contest = contest_of_files(choices, labels, CompareOptions(), rules)
        remarks = contest.remarks
        spots = FileSpots(
            {entry.name: dict(entry.spots) for entry in contest.entries},
            contest.truth,
            task,
            contest.scoring,
            lambda: file_report(contest, files, labels),
        )
    name = files[0].absolute().stem
    shown, warnings = open_files(spots, videos, name, Path(f"{name}-review"), annotator)
    say_what_was_read(rules)
    for sentence in (*remarks, *warnings):
        say(f"touchline: {sentence}", err=True)
    return shown
