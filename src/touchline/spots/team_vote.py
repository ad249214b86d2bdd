"""The team of an event, by majority of the claims around it."""

import numpy as np

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
        "home", "away", or None where no claim names a team or both weigh the same.
    """
    reach = int(reach_ms(claims.named, settings).max()) // 2
    low = np.searchsorted(claims.time_ms, time_ms - reach)
    high = np.searchsorted(claims.time_ms, time_ms + reach, side="right")
    sums = [
        np.concatenate([[0.0], np.cumsum(np.where(claims.team == code, weight, 0.0))])
        for code in (TEAM_CODES["home"], TEAM_CODES["away"])
    ]
    home, away = (total[high] - total[low] for total in sums)
    lead = np.where(np.isclose(home, away), 0, np.sign(home - away)).astype(int)
    names = {0: None, 1: "home", -1: "away"}
    return [names[sign] for sign in lead.tolist()]
