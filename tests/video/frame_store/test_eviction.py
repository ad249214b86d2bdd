import json
import os

import pytest
from typer.testing import CliRunner

from touchline.cli.main import app
from touchline.games import Half
from touchline.video import FrameSpec, open_frame_store
from touchline.video.frame_store.eviction import cached, set_limit, shrink_cache


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("TOUCHLINE_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / "frames"


@pytest.fixture
def stores(make_video, folder):
    """Three stores, used one after the other, the first one longest ago; none is in use."""
    half = Half("g", 1, make_video())
    paths = []
    for age, height in enumerate((16, 24, 32)):
        store = open_frame_store(half, FrameSpec(height=height))
        assert len(store) == 20
        store.close()
        os.utime(store.path, (0, 1000 * age))
        paths.append(store.path)
    return half, paths


def test_what_was_unused_longest_goes_first(stores, folder):
    _, (oldest, *others) = stores
    total = sum(one.size_bytes for one in cached())
    deleted = shrink_cache(total - 1)
    assert [one.path for one in deleted] == [oldest]
    assert {one.path for one in cached()} == set(others)


def test_what_is_in_use_stays_and_can_still_be_read(stores, folder):
    half, (oldest, *_) = stores
    store = open_frame_store(half, FrameSpec(height=16))
    os.utime(oldest, (0, 0))
    assert len(shrink_cache(0)) == 2
    (left,) = cached()
    assert (left.path, left.in_use) == (oldest, True)
    assert len(store.jpegs([0, 200])) == 2
    store.close()
    assert len(shrink_cache(0)) == 1


def test_opening_a_store_counts_as_use(stores):
    half, (oldest, *_) = stores
    open_frame_store(half, FrameSpec(height=16)).close()
    assert cached()[0].path == oldest


def test_a_new_store_makes_room_for_itself(stores, folder):
    half, paths = stores
    set_limit(paths[2].stat().st_size * 2)
    assert len(open_frame_store(half, FrameSpec(height=40))) == 20
    assert not paths[0].exists()
    assert not paths[1].exists()


def test_a_dead_writers_part_is_cleared_away(stores, folder):
    part = folder / "dead.frames.part"
    part.write_bytes(b"some")
    (folder / "dead.frames.part.waiting").touch()
    shrink_cache(10**9)
    assert sorted(folder.glob("dead*")) == []


def test_the_verb_tells_what_is_kept_and_deletes_it(stores, folder):
    run = CliRunner().invoke
    told = run(app, ["data", "cache", "--json"])
    listed = json.loads(told.stdout)
    assert [one["facts"]["height"] for one in listed] == [32, 24, 16]
    assert {one["facts"]["video"].split("/")[-1] for one in listed} == {"video.mkv"}
    assert "height 24" in run(app, ["data", "cache"], env={"COLUMNS": "200"}).stdout
    assert "at most 20.0 GB" in run(app, ["data", "cache", "--limit", "20GB"]).stdout
    assert len(cached()) == 3
    assert "at most 20.0 GB" in run(app, ["data", "cache", "--clear"]).stdout
    assert cached() == []
