"""The command `touchline`: its verbs, and errors as sentences and exit codes."""

import gc
import sys
from typing import Any

import typer

from touchline import __version__
from touchline.cli.printing.log_lines import show_log_lines
from touchline.cli.printing.terminal import (
    ClosedOutputError,
    discard_output,
    make_output_robust,
    say,
)
from touchline.cli.program.missing_package import missing_package_sentence
from touchline.cli.program.plugins import PluginGroup
from touchline.cli.program.verbs import MARKUP, LazyVerbs
from touchline.errors import EXIT_LATER, EXIT_USER, ComeBackLater, UserError
from touchline.files import file_error

_CLI = "touchline.cli"
_VERBS = {
    "demo": f"{_CLI}.demo:demo",
    "doctor": f"{_CLI}.doctor:doctor",
    "init": f"{_CLI}.init:init",
    "probe": f"{_CLI}.probe:probe_model",
    "run": f"{_CLI}.run:run",
    "status": f"{_CLI}.overview.status:status",
    "runs": f"{_CLI}.overview.runs:runs",
    "spot": f"{_CLI}.spot:spot",
    "report": f"{_CLI}.report:report",
    "score": f"{_CLI}.scoring.score:score",
    "compare": f"{_CLI}.scoring.compare:compare",
    "power": f"{_CLI}.scoring.power:power",
    "agree": f"{_CLI}.scoring.agree:agree",
    "merge": f"{_CLI}.merge:merge",
    "tune": f"{_CLI}.tune:tune",
    "fuse": f"{_CLI}.fuse:fuse",
    "view": f"{_CLI}.view:view",
    "pack": f"{_CLI}.bundles.pack:pack_run",
    "verify": f"{_CLI}.bundles.verify:verify_bundle",
    "leaderboard": f"{_CLI}.bundles.leaderboard:leaderboard",
    "convert": f"{_CLI}.formats.convert:convert",
    "import": f"{_CLI}.formats.import_labels:import_labels",
    "export": f"{_CLI}.formats.export:export",
    "worker": f"{_CLI}.jobs.worker:worker",
    "slurm-task": f"{_CLI}.jobs.slurm:slurm_task",
    "slurm-finalize": f"{_CLI}.jobs.slurm:slurm_finalize",
    # Jobs that an earlier version submitted call it by this name.
    "slurm-merge": f"{_CLI}.jobs.slurm:slurm_finalize",
    "serve": f"{_CLI}.models.serve:serve",
    "models": f"{_CLI}.models.app:models_app",
    "train": f"{_CLI}.train:train_app",
    "data": f"{_CLI}.data.app:data_app",
}
_HIDDEN = frozenset({"worker", "slurm-task", "slurm-finalize", "slurm-merge"})


class _Verbs(PluginGroup):
    def __init__(self, **facts: Any) -> None:
        super().__init__(**facts | {"commands": LazyVerbs(_VERBS, _HIDDEN)})


app = typer.Typer(
    cls=_Verbs,
    name="touchline",
    help="Measure how well vision-language models find events in untrimmed soccer video.",
    no_args_is_help=True,
    rich_markup_mode=MARKUP,
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


def main() -> None:
    """Runs the command line; a user's mistake ends in one sentence, never in a traceback."""
    make_output_robust()
    show_log_lines()
    try:
        app()
    except (UserError, ComeBackLater) as error:
        from touchline.models import redact

        say(f"touchline: {redact(str(error))}", err=True)
        sys.exit(error.exit_code)
    except ClosedOutputError:
        discard_output()
    except UnicodeEncodeError as error:
        # Names of files are bytes: one that is no text fails wherever it is written.
        say(f"touchline: the name '{error.object[:80]}' is not UTF-8: rename it.", err=True)
        sys.exit(EXIT_USER)
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
        say(f"touchline: {told}", err=True)
        sys.exit(told.exit_code)
    except KeyboardInterrupt:
        say("touchline: stopped; run the same command to resume.", err=True)
        sys.exit(EXIT_LATER)
    finally:
        # Python looks through all objects for cycles before it ends, an eighth of a short verb.
        gc.freeze()
