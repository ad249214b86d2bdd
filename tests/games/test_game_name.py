"""Teams and date in the ids of games; never the score."""

import pytest

from touchline.games import parse_game_name


@pytest.mark.parametrize(
    ("game", "name"),
    [
        ("a/b/2015-02-21 - 18-00 Chelsea 1 - 1 Burnley", ("2015-02-21", "Chelsea", "Burnley")),
        ("2016-09-28 - 21-45 Real M 10 - 12 Napoli", ("2016-09-28", "Real M", "Napoli")),
        ("x/2019-10-01 - Leeds - West Bromwich", ("2019-10-01", "Leeds", "West Bromwich")),
        ("x/2019-10-01 Schalke 04 2 - 0 Mainz 05", ("2019-10-01", "Schalke 04", "Mainz 05")),
        ("match", None),
    ],
)
def test_names_of_games(game: str, name: tuple[str, str, str] | None) -> None:
    assert parse_game_name(game) == name
