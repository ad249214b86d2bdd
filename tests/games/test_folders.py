import pytest

from tests.support.videos import soccernet_folder
from touchline.errors import UserError
from touchline.games import SOCCERNET_V2, read_games, read_video


@pytest.fixture
def root(tmp_path):
    root = tmp_path / "matches"  # what is above it is looked at too
    soccernet_folder(root, "l/s/one", [(1, 1000, "Goal")])
    soccernet_folder(root, "l/s/two", [(2, 500, "Foul")])
    return root


def test_finds_games_with_halves_and_labels_in_order(root):
    games = read_games(root, SOCCERNET_V2)
    assert [game.id for game in games] == ["l/s/one", "l/s/two"]
    assert [half.number for half in games[0].halves] == [1, 2]
    assert games[0].labels[0].label == "Goal"


def test_patterns_and_splits_choose_games(root, tmp_path):
    assert [game.id for game in read_games(root, SOCCERNET_V2, games=["*two"])] == ["l/s/two"]
    split = tmp_path / "split.txt"
    split.write_text("l/s/two\nl/s/one/\n")
    assert [game.id for game in read_games(root, SOCCERNET_V2, split=str(split))] == [
        "l/s/two",
        "l/s/one",
    ]


def test_the_smallest_video_of_a_half_is_taken(root):
    folder = root / "l/s/one"
    (folder / "1_720p.mkv").write_bytes((folder / "1_224p.mkv").read_bytes())
    (folder / "2_224p.mkv").rename(folder / "2.mp4")
    videos = [half.video.name for half in read_games(root, SOCCERNET_V2, games=["*one"])[0].halves]
    assert videos == ["1_224p.mkv", "2.mp4"]


def test_a_game_without_labels_has_none(root):
    (root / "l/s/one/Labels-v2.json").unlink()
    assert read_games(root, SOCCERNET_V2)[0].labels is None


def test_a_missing_half_is_named_with_the_way_out(root):
    (root / "l/s/one/2_224p.mkv").unlink()
    with pytest.raises(UserError, match=r"half 2 of game 'one' is missing.*halves: \[1\]"):
        read_games(root, SOCCERNET_V2)
    assert len(read_games(root, SOCCERNET_V2, halves=[1])) == 2


def test_what_is_not_there_is_one_sentence(root, tmp_path):
    with pytest.raises(UserError, match="is not a folder"):
        read_games(tmp_path / "nowhere", SOCCERNET_V2)
    (tmp_path / "empty").mkdir()
    with pytest.raises(UserError, match="no game below"):
        read_games(tmp_path / "empty", SOCCERNET_V2)
    with pytest.raises(UserError, match=r"pattern 'x\*' matches none of the 2 games below"):
        read_games(root, SOCCERNET_V2, games=["x*"])
    with pytest.raises(UserError, match="neither one of train, valid"):
        read_games(root, SOCCERNET_V2, split="tset")
    split = tmp_path / "split.txt"
    split.write_text("l/s/three\n")
    with pytest.raises(UserError, match="1 of 1 games"):
        read_games(root, SOCCERNET_V2, split=str(split))


def test_a_single_video_is_a_game_without_labels(make_video, tmp_path):
    game = read_video(make_video("derby.mkv"))
    assert (game.id, game.labels, len(game.halves)) == ("derby", None, 1)
    with pytest.raises(UserError, match="does not exist"):
        read_video(tmp_path / "none.mkv")


@pytest.mark.parametrize(
    ("below", "sentence"),
    [
        ("l", "it is a league: use"),
        ("l/s", "it is a season: use"),
        ("l/s/one", "it is a game: use"),
        ("..", "; use"),
    ],
)
def test_a_root_of_another_level_is_recognized(root, below, sentence):
    with pytest.raises(UserError, match=f"{sentence} .*{root.name}"):
        read_games(root / below, SOCCERNET_V2)
