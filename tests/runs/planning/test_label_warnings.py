"""Labels that do not seem to be of the videos beside them are named."""

from fractions import Fraction
from pathlib import Path

from tests.support.videos import soccernet_folder
from touchline.games import SOCCERNET_V2, Game, Half, Label, read_games
from touchline.runs.planning.planned_videos import PlannedVideo, label_warnings, probe_videos


def test_labels_behind_the_end_and_halves_without_labels_are_named(tmp_path: Path) -> None:
    labels = [(1, 1000, "Goal"), *((1, 900_000 + 1000 * n, "Foul") for n in range(5))]
    soccernet_folder(tmp_path, "l/s/a - b", labels=labels)
    soccernet_folder(tmp_path, "l/s/c - d", labels=[(1, 1000, "Goal"), (2, 1000, "Goal")])
    games = read_games(tmp_path, SOCCERNET_V2)
    behind, bare = label_warnings(games, probe_videos(games, {}))
    assert behind.startswith("5 labels of half 1 of 'l/s/a - b' lie behind the end of 1_224p.mkv")
    assert "the last at 15:04" in behind
    assert bare.startswith("half 2 of 'l/s/a - b' has no label, and another half has 6")


def test_labels_that_another_video_holds_name_its_game() -> None:
    def game(name: str, last_ms: int) -> Game:
        labels = tuple(Label(1, at, "Foul", "home") for at in (1000, last_ms))
        return Game(name, (Half(name, 1, Path(name)),), labels)

    def video(length_ms: int) -> PlannedVideo:
        return PlannedVideo("", length_ms, length_ms, 1, 1, False, Fraction(1))

    games = [game("long", 2_650_000), game("short", 2_950_000), game("other", 2_650_000)]
    videos = {Path("long"): video(3_000_000), Path("short"): video(2_700_000)}
    videos[Path("other")] = video(5_000_000)
    (warning,) = label_warnings(games, videos)
    assert warning.startswith("1 label of half 1 of 'short' lies behind the end of short (45:00)")
    assert warning.endswith("they fit the videos of 'long' better.")


def test_labels_of_two_games_that_were_swapped_are_named() -> None:
    names = ["l/s/2025-01-01 - 15-00 A 2 - 0 B", "l/s/2025-01-08 - 15-00 C 1 - 1 D"]

    def games(*goals: tuple[int, int]) -> list[Game]:
        return [
            Game(
                name,
                (),
                tuple(
                    Label(1, 1000, "Goal", team)
                    for team, count in zip(("home", "away"), scored, strict=True)
                    for _ in range(count)
                ),
            )
            for name, scored in zip(names, goals, strict=True)
        ]

    assert label_warnings(games((2, 0), (1, 1)), {}) == []
    assert label_warnings(games((1, 1), (1, 1)), {}) == []  # one of them is short of a goal
    (warning,) = label_warnings(games((1, 1), (2, 0)), {})
    assert warning == (
        f"the labels of '{names[0]}' have the goals of '{names[1]}' (1 - 1), and those of "
        f"'{names[1]}' have its (2 - 0): they may have been swapped."
    )
