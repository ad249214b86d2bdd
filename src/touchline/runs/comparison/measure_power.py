"""What the games of a comparison can show."""

from collections.abc import Sequence
from dataclasses import dataclass

from touchline.errors import UserError
from touchline.runs.comparison.compare import families_by_metric, family_sentences, leave_games_out
from touchline.runs.comparison.contest import Contest
from touchline.scores import PairPower, family_power
from touchline.text import counted


@dataclass(frozen=True, slots=True)
class PowerResult:
    """What the games of a comparison can show.

    Attributes:
        games: how many there are.
        pairs: every pair of each family, by metric.
        remarks: what the reader has to know besides.
    """

    games: int
    pairs: tuple[PairPower, ...]
    remarks: tuple[str, ...]


def measure_power(contest: Contest, wanted: Sequence[float]) -> PowerResult:
    """The smallest difference that these games show, and the games that wanted ones need.

    Args:
        contest: sets of spots on the same games.
        wanted: differences of average-mAP, above 0 and at most 1.

    Raises:
        UserError: there is no pair to compare, or only one game.
    """
    left_out = leave_games_out(contest)
    families = families_by_metric(contest, left_out)
    found = [
        power
        for metric, by_family in families.items()
        for family, pairs in by_family.items()
        for power in family_power(left_out, family, pairs, metric, wanted)
    ]
    games = len(contest.truth)
    if games < 2 or not found:
        raise UserError(
            f"nothing can be said of {counted(games, 'game')} and "
            f"{counted(len(contest.entries), 'set')} of spots: name runs or files with at least 2 "
            "common games, and a model with another model, a null baseline or a control beside it."
        )
    remarks = (*contest.remarks, *family_sentences(games, families))
    return PowerResult(games, tuple(found), remarks)
