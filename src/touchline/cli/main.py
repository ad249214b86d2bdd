"""The command `touchline`: its verbs, and errors as sentences and exit codes."""

import sys

import typer

from touchline import __version__
from touchline.cli.data.app import data_app
from touchline.cli.demo import demo
from touchline.cli.fuse import fuse
from touchline.cli.jobs.slurm import slurm_finalize, slurm_task
from touchline.cli.jobs.worker import worker
from touchline.cli.merge import merge
from touchline.cli.models.app import models_app
from touchline.cli.printing.log_lines import show_log_lines
from touchline.cli.printing.terminal import say
from touchline.cli.probe import probe_model
from touchline.cli.program.missing_package import missing_package_sentence
from touchline.cli.program.plugins import PluginGroup
from touchline.cli.report import report
from touchline.cli.run import run
from touchline.cli.scoring.agree import agree
from touchline.cli.scoring.compare import compare
from touchline.cli.scoring.power import power
from touchline.cli.scoring.score import score
from touchline.cli.spot import spot
from touchline.cli.status import status
from touchline.cli.train import train_app
from touchline.cli.tune import tune
from touchline.cli.view import view
from touchline.errors import EXIT_LATER, EXIT_USER, ComeBackLater, UserError
from touchline.files import file_error

app = typer.Typer(
    cls=PluginGroup,
    name="touchline",
    help="Measure how well vision-language models find events in untrimmed soccer video.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
)


def _show_version(wanted: bool) -> None:
    if wanted:
        say(f"touchline {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: bool = typer.Option(
        False, "--version", callback=_show_version, is_eager=True, help="Print the version."
    ),
) -> None:
    """Options of the command itself."""


app.command()(demo)
app.command("probe")(probe_model)
app.command()(run)
app.command()(status)
app.command()(spot)
app.command()(report)
app.command()(score)
app.command()(compare)
app.command()(power)
app.command()(agree)
app.command()(merge)
app.command()(tune)
app.command()(fuse)
app.command()(view)
app.command(hidden=True)(worker)
app.command(hidden=True)(slurm_task)
app.command(hidden=True)(slurm_finalize)
# Jobs that an earlier version submitted call it by this name.
app.command("slurm-merge", hidden=True)(slurm_finalize)
app.add_typer(models_app, name="models")
app.add_typer(train_app, name="train")
app.add_typer(data_app, name="data")


def main() -> None:
    """Runs the command line; a user's mistake ends in one sentence, never in a traceback."""
    show_log_lines()
    try:
        app()
    except (UserError, ComeBackLater) as error:
        from touchline.models import redact

        say(f"touchline: {redact(str(error))}", err=True)
        sys.exit(error.exit_code)
    except ModuleNotFoundError as error:
        sentence = missing_package_sentence(error)
        if sentence is None:
            raise
        say(f"touchline: {sentence}", err=True)
        sys.exit(EXIT_USER)
    except OSError as error:
        told = file_error(error, f"{error.filename or 'a file'} cannot be used")
        if told is None:
            raise
        typer.echo(f"touchline: {told}", err=True)
        sys.exit(told.exit_code)
    except KeyboardInterrupt:
        say("touchline: stopped; run the same command to resume.", err=True)
        sys.exit(EXIT_LATER)
