"""`touchline power`."""

from typing import Annotated

import typer

from touchline.cli.scoring.contest_options import ContestOptions, takes_contest

Difference = Annotated[
    list[float] | None,
    typer.Option(
        min=0.01,
        max=100,
        help="A difference of average-mAP in points, for which the number of games is asked; may "
        "be repeated. By default 1, 2 and 5.",
    ),
]


@takes_contest
def power(difference: Difference = None, *, options: ContestOptions) -> None:
    """Say which differences these games can show, and how many games a smaller one needs.

    Example: `touchline power runs/first --difference 2`
    """
    from touchline.cli.printing.comparison import print_power
    from touchline.runs import measure_power

    form = options.form
    wanted = [points / 100 for points in difference or (1.0, 2.0, 5.0)]
    print_power(measure_power(options.contest(), wanted), form)
