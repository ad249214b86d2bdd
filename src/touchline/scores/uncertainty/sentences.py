"""What is said about intervals, places and few games, wherever figures are shown."""

from collections.abc import Collection

from touchline.scores.defaults import LEAST_GAMES
from touchline.text import counted

TIES = (
    "Scores that are printed the same share a place; whether two models differ is tested by "
    "`touchline compare`."
)

TOO_SURE = (
    "Intervals and tests here suppose a number of games chosen beforehand, so they are too sure."
)
"""Said of a run that a result ended."""

STOPPED_EARLY = f"Games were asked only until a question was answered (`stopping:`). {TOO_SURE}"
"""The same below a leaderboard."""

FITTED = (
    "no intervals: what decoded these spots was fitted on the other games that are scored here, "
    "and an interval over games would leave out how much the fit varies"
)
"""Said of a row in place of intervals that would be too narrow."""

REFITTED_IN_ITS_RUN = (
    "intervals are those of its run, and include that what decoded these spots was fitted on the "
    "other games"
)
"""Said of such a row where runs are compared, which fits nothing again."""


def refitted_sentence(left_out: Collection[Collection[str]]) -> str:
    """Said of a row that was fitted and has intervals.

    Args:
        left_out: the groups of games that were left out of the fits in turn.
    """
    each = (
        "each game is"
        if all(len(group) == 1 for group in left_out)
        else f"{len(left_out)} groups of games are in turn"
    )
    return (
        "intervals include that what decoded these spots was fitted on the other games: "
        f"{each} also left out of all fits"
    )


def interval_sentence(games: int) -> str:
    """What the ranges beside figures are, or why there are none.

    Args:
        games: that were scored.
    """
    if games < LEAST_GAMES:
        return (
            f"{counted(games, 'game')}: too few games for an interval, so these figures and their "
            "order say nothing about other games."
        )
    return (
        f"Ranges are 95 % jackknife intervals over {games} games, for the classes that occur in "
        "them."
    )
