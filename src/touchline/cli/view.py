"""`touchline view`."""

from pathlib import Path
from typing import Annotated

import typer

from touchline.cli.printing.terminal import say


def view(
    run: Annotated[Path, typer.Argument(help="Folder of a run, finished or still going.")],
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
) -> None:
    """Watch a run: video, timeline, and for each spot the frames, the prompt and the reply.

    Example: `touchline view runs/demo`
    """
    from touchline.view import open_run, serve_viewer

    def ready(address: str) -> None:
        say(f"viewer: {address}  (stop with Ctrl-C)")

    serve_viewer(open_run(run, annotator), host, port, ready, browser=browser)
