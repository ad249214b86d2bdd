"""The options of verbs that show predictions without a run: which, and how they are read."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from touchline.cli.printing.terminal import say
from touchline.errors import UserError
from touchline.scores import TASK_NAME

if TYPE_CHECKING:
    from touchline.games import Task
    from touchline.spots import ReadChoice, ReadRules

PANEL = "Predictions without a run"

Labels = Annotated[
    Path | None,
    typer.Option(
        rich_help_panel=PANEL,
        help="Folder or zip of league/season/game/Labels-v2.json, or one such file.",
    ),
]
TaskName = Annotated[
    str,
    typer.Option(
        rich_help_panel=PANEL, help="What was spotted: v2, v1, ball, ball-12, ..., or a file."
    ),
]
From = Annotated[
    str | None,
    typer.Option(
        "--from",
        rich_help_panel=PANEL,
        help="Format of the predictions, if it is not recognised; see docs/formats.md.",
    ),
]
Files = Annotated[
    str,
    typer.Option(
        "--files", rich_help_panel=PANEL, help="Only files of this name; * and ? are wildcards."
    ),
]
Renames = Annotated[
    list[str] | None,
    typer.Option(
        "--rename",
        rich_help_panel=PANEL,
        help="A class of the predictions and its name here, THEIRS=OURS; repeatable.",
    ),
]
InLead = Annotated[
    float,
    typer.Option(
        min=0,
        rich_help_panel=PANEL,
        help="Seconds by which the segments of the predictions begin before their events.",
    ),
]
InFps = Annotated[
    float | None,
    typer.Option(
        "--in-fps",
        min=0.001,
        rich_help_panel=PANEL,
        help="Frames per second, if the predictions count frames.",
    ),
]
GameId = Annotated[
    str | None,
    typer.Option(
        "--game", rich_help_panel=PANEL, help="Id of the game, if the predictions are of one."
    ),
]
HalfNumber = Annotated[
    int | None,
    typer.Option(
        "--half",
        min=1,
        rich_help_panel=PANEL,
        help="Number of the half, if the predictions are of one.",
    ),
]
HalfStarts = Annotated[
    str | None,
    typer.Option(
        "--half-starts",
        rich_help_panel=PANEL,
        help="Where the halves begin, if the predictions have one clock: 0:12,48:03.",
    ),
]
Lenient = Annotated[
    bool,
    typer.Option("--lenient", rich_help_panel=PANEL, help="Count errors in files and continue."),
]


@dataclass(frozen=True, slots=True)
class PredictionOptions:
    """Which predictions are shown, in the order of the help."""

    labels: Labels = None
    task: TaskName = TASK_NAME
    from_: From = None
    files: Files = "*"
    rename: Renames = None
    in_lead: InLead = 0
    in_fps: InFps = None
    game: GameId = None
    half: HalfNumber = None
    half_starts: HalfStarts = None
    lenient: Lenient = False

    def refuse_for_runs(self) -> None:
        """Refuses options that have no meaning for a run.

        Raises:
            UserError: one was given.
        """
        if self != PredictionOptions():
            given = next(
                name for name in self.__slots__ if getattr(self, name) != getattr(_DEFAULTS, name)
            )
            option = "--" + given.strip("_").replace("_", "-")
            raise UserError(f"{option} is for predictions without a run: omit it for a run.")

    def known_task(self) -> "Task":
        """The task.

        Raises:
            UserError: there is no such task.
        """
        from touchline.games import find_task

        return find_task(self.task)

    def choice(self, source: Path) -> "ReadChoice":
        """Which predictions of a file, folder or zip are read.

        Raises:
            UserError: --half-starts has no times.
        """
        from touchline.cli.formats.reading_options import clock_times_ms
        from touchline.spots import ReadChoice

        starts_ms = clock_times_ms(self.half_starts)
        return ReadChoice(source, self.from_, self.files, self.game, self.half, starts_ms)

    def rules(self) -> "ReadRules":
        """How they are read.

        Raises:
            UserError: --task or --rename is wrong.
        """
        from touchline.cli.formats.reading_options import read_rules

        return read_rules(self.known_task(), self.rename, self.in_lead, self.in_fps, self.lenient)


_DEFAULTS = PredictionOptions()


def say_what_was_read(rules: "ReadRules") -> None:
    """Says what was assumed, left out or wrong, on standard error."""
    for sentence in rules.problems.sentences():
        say(f"touchline: {sentence}", err=True)
    for remark, count in rules.remarks.items():
        say(f"touchline: {count:,} × {remark}.", err=True)


def takes_predictions(verb: Callable[..., None]) -> Callable[..., None]:
    """Adds these options to a verb, which gets their values as `predictions`."""
    common = inspect.signature(PredictionOptions).parameters

    @wraps(verb)
    def with_options(**given: Any) -> None:
        options = PredictionOptions(**{name: given.pop(name) for name in common})
        verb(**given, predictions=options)

    signature = inspect.signature(verb)
    keyword = inspect.Parameter.KEYWORD_ONLY
    own = [one for name, one in signature.parameters.items() if name != "predictions"]
    parameters = [one.replace(kind=keyword) for one in (*own, *common.values())]
    with_options.__signature__ = signature.replace(  # type: ignore[attr-defined]
        parameters=parameters
    )
    with_options.__annotations__ = {one.name: one.annotation for one in parameters}
    return with_options
