import json
import sys

import pytest

from tests.support.webdav import FileServer
from touchline.disk import DiskSpace
from touchline.errors import ComeBackLater, UserError
from touchline.games.download.download import download_games
from touchline.games.download.order import Order, make_order
from touchline.games.download.soccernet import drive
from touchline.games.download.staged import staged

pytest.importorskip("SoccerNet.Downloader", reason="SKIPPED: SoccerNet's package is not complete")

GAMES = ("a_league/2016/one", "a_league/2016/two - 2 parts")
VIDEO = b"\x1a\x45\xdf\xa3" + bytes(range(256)) * 40
LABELS = json.dumps({"annotations": []}).encode()


def files():
    found = {f"{game}/Labels-v2.json": LABELS for game in GAMES}
    videos = {f"video_224p/{game}/{half}_224p.mkv": VIDEO for game in GAMES for half in (1, 2)}
    return found | videos


def wanted(games=GAMES):
    pairs = tuple(("test", game) for game in games)
    return Order(pairs, ("Labels-v2.json",), ("1_224p.mkv", "2_224p.mkv"))


def fetched(server, folder, password="right", what=None, space=None):
    room = (space or DiskSpace(folder, 0)).require
    folder.mkdir(exist_ok=True)
    source = drive(folder, password, room, lambda *_: None, server.url)
    videos = source if password else None
    return download_games(what or wanted(), folder, source, videos, lambda done, total: None)


def test_labels_and_videos_come_and_are_not_fetched_twice(tmp_path):
    with FileServer(files()) as server:
        done = fetched(server, tmp_path / "data")
        assert done.sentence() == "2 label files and 4 videos."
        assert (tmp_path / "data" / GAMES[1] / "2_224p.mkv").read_bytes() == VIDEO
        asked = len(server.ranges)
        again = fetched(server, tmp_path / "data")
    assert again.sentence() == done.sentence() and not again.fetched
    assert len(server.ranges) == asked


def test_without_a_password_only_labels_come_and_it_says_so(tmp_path):
    with FileServer(files()) as server:
        done = fetched(server, tmp_path / "data", password=None)
    assert done.sentence() == (
        "2 label files, no video: these need the NDA password; register at soccer-net.org."
    )


def test_a_broken_connection_is_taken_up_where_it_broke(tmp_path):
    with FileServer(files()) as server:
        server.break_after = 3000
        fetched(server, tmp_path / "data", what=wanted(GAMES[:1]))
        assert 3000 in server.ranges
    assert (tmp_path / "data" / GAMES[0] / "1_224p.mkv").read_bytes() == VIDEO


@pytest.mark.parametrize(
    ("status", "kind", "words"),
    [
        (401, UserError, "does not accept the password"),
        (403, UserError, "gives this account no access"),
        (503, ComeBackLater, "HTTP 503"),
    ],
)
def test_refusals_are_one_sentence(tmp_path, status, kind, words):
    with FileServer(files()) as server:
        server.status = status
        with pytest.raises(kind, match=words):
            fetched(server, tmp_path / "data")


def test_a_host_that_does_not_answer_is_come_back_later(tmp_path):
    with FileServer(files()) as server:
        gone = server
    with pytest.raises(ComeBackLater, match=r"no answer from 127\.0\.0\.1"):
        fetched(gone, tmp_path / "data")


def test_a_file_that_the_host_lacks_is_named_and_the_others_come(tmp_path):
    there = files()
    del there[f"video_224p/{GAMES[0]}/1_224p.mkv"]
    with FileServer(there) as server:
        done = fetched(server, tmp_path / "data")
    assert done.sentence() == (
        f"2 label files and 3 videos; the host has no {GAMES[0]}/1_224p.mkv."
    )


def test_a_page_in_the_place_of_a_video_is_not_kept(tmp_path):
    there = files() | {f"video_224p/{GAMES[0]}/1_224p.mkv": b"<html>log in</html>"}
    with FileServer(there) as server, pytest.raises(UserError, match="something other than"):
        fetched(server, tmp_path / "data")
    assert not (tmp_path / "data" / GAMES[0] / "1_224p.mkv").exists()


def test_the_disk_and_the_quota_are_asked_before_a_byte_is_written(tmp_path):
    folder = tmp_path / "data"
    with FileServer(files()) as server:
        with pytest.raises(ComeBackLater, match="free some space"):
            fetched(server, folder, space=DiskSpace(folder, keep_free_bytes=10**18))
        with pytest.raises(ComeBackLater, match="and the quota is"):
            fetched(server, folder, space=DiskSpace(folder, 0, quota_bytes=len(VIDEO) + 100))
    videos = list(folder.rglob("*.mkv"))
    assert len(videos) == 1


def test_staged_keeps_one_game_at_a_time_and_goes_on_where_it_stopped(tmp_path):
    folder, seen = tmp_path / "data", tmp_path / "seen"
    script = (
        "import sys, pathlib; f = pathlib.Path(sys.argv[2]); "
        "assert len(list(f.parents[2].rglob('*.mkv'))) == 2; "
        f"open({str(seen)!r}, 'a').write(sys.argv[1] + '\\n')"
    )
    command = [sys.executable, "-c", script, "{game}", "{folder}"]
    with FileServer(files()) as server:

        def fetch(part):
            fetched(server, folder, what=part)

        assert next(staged(wanted(), folder, command, fetch)) == GAMES[0]
        assert list(staged(wanted(), folder, command, fetch)) == [GAMES[1]]
        with pytest.raises(UserError, match="exit code 3"):
            list(
                staged(
                    wanted((*GAMES, GAMES[0])),
                    tmp_path / "other",
                    [sys.executable, "-c", "raise SystemExit(3)"],
                    lambda part: fetched(server, tmp_path / "other", what=part),
                )
            )
    assert seen.read_text().splitlines() == list(GAMES)
    assert not list(folder.rglob("*.mkv")) and len(list(folder.rglob("*.json"))) == 2
    assert len(list((tmp_path / "other").rglob("*.mkv"))) == 2


def test_orders_are_cut_by_league_and_batch():
    everything = make_order(["test"])
    assert len(everything.games) == 100
    parts = [make_order(["test"], batch=f"{part}/7").games for part in range(1, 8)]
    assert sum(parts, ()) == everything.games
    english = make_order(["test"], ["england_epl/*"]).games
    assert 0 < len(english) < 100 and all(game.startswith("england_epl/") for _, game in english)
    assert make_order(["test"], lines=None).videos == ()
    for batch in ("0/3", "4/3", "x"):
        with pytest.raises(UserError, match="second of five"):
            make_order(["test"], batch=batch)
    with pytest.raises(UserError, match="unknown split"):
        make_order(["tests"])
