"""Labels that do not seem to be of the videos beside them are named."""

from pathlib import Path

from tests.support.videos import soccernet_folder
from touchline.games import SOCCERNET_V2, read_games
from touchline.runs.planning.planned_videos import label_warnings, probe_videos


def test_labels_behind_the_end_and_halves_without_labels_are_named(tmp_path: Path) -> None:
    labels = [(1, 1000, "Goal"), *((1, 900_000 + 1000 * n, "Foul") for n in range(5))]
    soccernet_folder(tmp_path, "l/s/a - b", labels=labels)
    soccernet_folder(tmp_path, "l/s/c - d", labels=[(1, 1000, "Goal"), (2, 1000, "Goal")])
    games = read_games(tmp_path, SOCCERNET_V2)
    behind, bare = label_warnings(games, probe_videos(games, {}))
    assert behind.startswith("5 labels of half 1 of 'l/s/a - b' lie behind the end of 1_224p.mkv")
    assert "the last at 15:04" in behind
    assert bare.startswith("half 2 of 'l/s/a - b' has no label, and another half has 6")
