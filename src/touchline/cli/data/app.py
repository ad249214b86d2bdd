"""`touchline data`: its verbs."""

import typer

from touchline.cli.data.cache import cache
from touchline.cli.data.download import download
from touchline.cli.data.normalize import normalize
from touchline.cli.data.transcribe import transcribe
from touchline.cli.data.verify import verify

data_app = typer.Typer(
    help="Download and prepare videos, and manage the frames that are kept of them.",
    no_args_is_help=True,
)
data_app.command("cache")(cache)
data_app.command("download")(download)
data_app.command("normalize")(normalize)
data_app.command("transcribe")(transcribe)
data_app.command("verify")(verify)
