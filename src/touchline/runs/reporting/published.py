"""Published results that a report on SoccerNet's own games shows for scale."""

from collections.abc import Iterable

from touchline.report import Row

LEAGUES = (
    "england_epl",
    "europe_uefa-champions-league",
    "france_ligue-1",
    "germany_bundesliga",
    "italy_serie-a",
    "spain_laliga",
)
"""The leagues of SoccerNet, as its game ids begin."""

_WHERE = "on the SoccerNet-v2 test split, in average-mAP"
_ELSEWHERE = f"{_WHERE}; this run watched other games, so it is for scale and no comparison"

_PUBLISHED = (
    ("COMEDIAN (ensemble)", 0.776, 0.731, "Denize et al., WACV Workshops 2024"),
    ("ASTRA", None, 0.668, "Xarles et al., ACM MMSports 2023, arXiv:2404.01891"),
    ("NetVLAD++", 0.534, 0.115, "Giancola and Ghanem, CVPR Workshops 2021"),
)


def published(games: Iterable[str], split: str | None) -> tuple[Row, ...]:
    """Rows of published results, where they say anything about these games.

    Args:
        games: ids of the games of a run.
        split: the split that the run covers whole, or None.

    Returns:
        One row a result; none unless every game is one of SoccerNet's.
    """
    if not all(game.split("/")[0] in LEAGUES for game in games):
        return ()
    note = _WHERE if split == "test" else _ELSEWHERE
    return tuple(
        Row(
            model=name,
            kind="reference",
            loose=loose,
            tight=tight,
            coverage=None,
            source=source,
            note=note,
        )
        for name, loose, tight, source in _PUBLISHED
    )
