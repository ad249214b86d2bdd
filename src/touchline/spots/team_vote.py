"""The team of an event, by majority of the claims around it."""

import numpy as np

from touchline.games import TEAM_PAIRS, team_of_sign
from touchline.spots.claims import TEAM_CODES, Claims, Floats, Ints
from touchline.spots.merge_settings import MergeSettings
from touchline.spots.methods.peaks import reach_ms


def majority_teams(
    claims: Claims, weight: Floats, time_ms: Ints, settings: MergeSettings
) -> list[str | None]:
    """The team with the most weight among the claims within half a merge window of each event.

    Args:
        claims: of one class in one half.
        weight: of each claim.
        time_ms: of the events; shape (p,).
        settings: for the merge window.

    Returns:
        A team, or None where no claim names one or both weigh the same.
    """
    pair = next((one for one in TEAM_PAIRS if np.isin(claims.team, _codes(one)).any()), None)
    if pair is None:
        return [None] * len(time_ms)
    reach = int(reach_ms(claims.named, settings).max()) // 2
    low = np.searchsorted(claims.time_ms, time_ms - reach)
    high = np.searchsorted(claims.time_ms, time_ms + reach, side="right")
    sums = [
        np.concatenate([[0.0], np.cumsum(np.where(claims.team == code, weight, 0.0))])
        for code in _codes(pair)
    ]
    first, second = (total[high] - total[low] for total in sums)
    lead = np.where(np.isclose(first, second), 0, np.sign(first - second)).astype(int)
    return [team_of_sign(sign, pair) for sign in lead.tolist()]


def _codes(pair: tuple[str, str]) -> list[int]:
    return [TEAM_CODES[name] for name in pair]
