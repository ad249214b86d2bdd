"""`touchline compare`."""

from touchline.cli.scoring.contest_options import ContestOptions, Tolerance, takes_contest


@takes_contest
def compare(tolerance: Tolerance = None, *, options: ContestOptions) -> None:
    """Compare models: a leaderboard with intervals, and which differences are real.

    Models are tested against each other, each against the best null baseline, and each against
    its own controls.

    Examples: `touchline compare runs/first runs/second --md`;
    `touchline compare first.zip second.zip --labels SoccerNet`.
    """
    from touchline.cli.printing.comparison import print_comparison
    from touchline.runs import compare as compare_contest

    form = options.form
    print_comparison(compare_contest(options.contest(tolerance)), form)
