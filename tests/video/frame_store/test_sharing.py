"""One store, many readers: while it is written, from other processes, whatever happens to them."""

import errno
import os
import subprocess
import sys
import threading
import time

import pytest

from touchline.errors import ComeBackLater, UserError
from touchline.games import Half
from touchline.video import FrameSpec, cut_windows, open_frame_store
from touchline.video.frame_store import writer as building

RECIPE = FrameSpec(fps=5)


@pytest.fixture
def half(make_video):
    """40 s, 200 frames at 5 fps."""
    return Half("g", 1, make_video(times_ms=range(0, 40_000, 40)))


@pytest.fixture
def cache(tmp_path):
    return tmp_path / "frames"


@pytest.fixture
def gate(monkeypatch):
    """Decoding that goes on only as far as the test lets it."""
    decode = building.decode_jpegs
    allowed = threading.Semaphore(0)

    def gated(*arguments):
        for frame in decode(*arguments):
            allowed.acquire(timeout=30)
            yield frame

    monkeypatch.setattr(building, "decode_jpegs", gated)
    return allowed


def whole(half, cache):
    """The bytes of a store that was built with nobody reading along."""
    store = open_frame_store(half, RECIPE, cache)
    assert len(store) == 200
    return store.path.read_bytes()


def wait_for(holds, seconds=20):
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_the_first_window_is_ready_before_the_half_is_decoded(half, cache, gate):
    first, *_, last = cut_windows(half, RECIPE)
    store = open_frame_store(half, RECIPE, cache)
    for _ in range(len(first.frame_times_ms)):
        gate.release()
    assert len(store.jpegs(first.frame_times_ms)) == 15
    assert not store.path.exists()
    for _ in range(200):
        gate.release()
    assert len(store.jpegs(last.frame_times_ms)) == len(last.frame_times_ms)
    assert len(store) == 200
    assert store.path.exists()


def test_decoding_keeps_within_a_bound_of_its_reader(half, cache, monkeypatch):
    monkeypatch.setattr(building, "AHEAD_FRAMES", 20)
    store = open_frame_store(half, RECIPE, cache)
    writer = store._opened[-1].writer
    wait_for(lambda: writer._written >= 21)
    time.sleep(0.3)
    assert writer._written == 21
    store.jpegs([1000])  # the 6th, which is there: nobody waits
    wait_for(lambda: writer._written >= 26)
    time.sleep(0.3)
    assert writer._written == 26
    assert len(store) == 200  # who waits for all of it is not held up


def test_the_file_is_the_same_whether_or_not_anybody_read_along(half, cache, tmp_path, monkeypatch):
    monkeypatch.setattr(building, "AHEAD_FRAMES", 5)
    store = open_frame_store(half, RECIPE, cache)
    read = [store.jpegs(window.frame_times_ms) for window in cut_windows(half, RECIPE)]
    assert len(store) == 200
    assert store.path.read_bytes() == whole(half, tmp_path / "other")
    again = open_frame_store(half, RECIPE, tmp_path / "other")
    assert read == [again.jpegs(window.frame_times_ms) for window in cut_windows(half, RECIPE)]


def test_a_store_that_is_closed_ends_its_decoding_and_leaves_nothing(half, cache, gate):
    store = open_frame_store(half, RECIPE, cache)
    for _ in range(10):
        gate.release()
    store.jpegs([0])
    threading.Timer(0.2, lambda: [gate.release() for _ in range(10)]).start()
    store.close()
    assert list(cache.iterdir()) == []


def test_two_readers_of_one_process_share_one_decoding(half, cache, monkeypatch):
    passes = []
    decode = building.decode_jpegs
    monkeypatch.setattr(building, "decode_jpegs", lambda *a: passes.append(1) or decode(*a))
    one, two = open_frame_store(half, RECIPE, cache), open_frame_store(half, RECIPE, cache)
    every = [time_ms for window in cut_windows(half, RECIPE) for time_ms in window.frame_times_ms]
    assert two.jpegs(every) == one.jpegs(every)
    assert len(passes) == 1


@pytest.mark.parametrize("round_", range(3))
def test_who_waits_is_seen_by_the_next_writer_too(half, cache, gate, monkeypatch, round_):
    """The first writer gives up; one of two readers goes on, and may hold still before the other
    has its frame."""
    monkeypatch.setattr(building, "AHEAD_FRAMES", 5)
    first = open_frame_store(half, RECIPE, cache)
    readers = [open_frame_store(half, RECIPE, cache) for _ in range(2)]
    found = {}

    def read(number, time_ms):
        found[number] = readers[number].jpegs([time_ms])

    threads = [
        threading.Thread(target=read, args=(number, time_ms), daemon=True)
        for number, time_ms in enumerate((2000, 39_800))
    ]
    for thread in threads:
        thread.start()
    wait_for(lambda: list(cache.glob("*.waiting")))
    time.sleep(0.2)
    for _ in range(500):
        gate.release()
    first.close()
    for thread in threads:
        thread.join(20)
    assert sorted(found) == [0, 1]


WRITER = """
import pathlib, sys, time, touchline.video.frame_store.writer as b
from touchline.games import Half
from touchline.video import FrameSpec, open_frame_store
decode = b.decode_jpegs
def slow(*a):
    for n, f in enumerate(decode(*a)):
        if n == int(sys.argv[3]):
            time.sleep(600)
        yield f
b.decode_jpegs = slow
b.AHEAD_FRAMES = int(sys.argv[4])
half, cache = Half("g", 1, pathlib.Path(sys.argv[1])), pathlib.Path(sys.argv[2])
store = open_frame_store(half, FrameSpec(fps=5), cache)
store.jpegs([0])
print("open", flush=True)
if sys.argv[4] == "1000":
    len(store)
sys.stdin.read()
"""


@pytest.fixture
def writer(half, cache):
    """Another process that writes the store up to a frame, and is killed in the end."""
    started = []

    def start(stop_at, ahead=1000):
        arguments = [sys.executable, "-c", WRITER, half.video, cache, str(stop_at), str(ahead)]
        process = subprocess.Popen(
            arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        started.append(process)
        assert process.stdout.readline() == "open\n"
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def test_what_another_process_has_decoded_is_read_and_the_rest_taken_over_when_it_dies(
    half, cache, tmp_path, writer, monkeypatch
):
    process = writer(stop_at=100)
    store = open_frame_store(half, RECIPE, cache)
    assert store._opened[-1].writer is None
    early = store.jpegs([0, 200, 400])
    threading.Timer(0.5, process.kill).start()
    late = store.jpegs([39_000])  # waits, sees the writer die, and decodes itself
    assert len(store) == 200
    assert store.path.read_bytes() == whole(half, tmp_path / "other")
    assert store.jpegs([0, 200, 400, 39_000]) == early + late
    assert [one.name for one in cache.iterdir()] == [store.path.name]


def test_a_writer_that_holds_still_goes_on_for_another_process(half, cache, writer):
    writer(stop_at=1000, ahead=10)
    store = open_frame_store(half, RECIPE, cache)
    assert store._opened[-1].writer is None
    assert len(store.jpegs([39_800])) == 1
    assert len(store) == 200


def test_a_lower_rate_is_served_by_the_store_of_a_higher_one(half, cache, monkeypatch):
    dense = open_frame_store(half, FrameSpec(fps=5), cache)
    assert len(dense) == 200
    monkeypatch.setattr(building, "decode_jpegs", None)
    sparse = open_frame_store(half, FrameSpec(fps=1), cache)
    assert (sparse.path, len(sparse)) == (dense.path, 40)
    assert sparse.jpegs([1000]) == dense.jpegs([1000])


def test_rates_that_will_be_asked_for_later_are_decoded_in_the_same_pass(half, cache, monkeypatch):
    recipes = [FrameSpec(fps=1), FrameSpec(fps=2), FrameSpec(frames=7), FrameSpec(height=24)]
    first = open_frame_store(half, recipes[0], cache, also=recipes)
    assert len(first) > 80
    monkeypatch.setattr(building, "decode_jpegs", None)
    for recipe in recipes[:3]:
        store = open_frame_store(half, recipe, cache)
        for window in cut_windows(half, recipe):
            assert len(store.jpegs(window.frame_times_ms)) == len(window.frame_times_ms)


def test_an_error_of_the_decoding_thread_reaches_every_reader(half, cache, monkeypatch):
    def broken(*arguments):
        raise UserError("no.mkv is not a video.")
        yield

    monkeypatch.setattr(building, "decode_jpegs", broken)
    store = open_frame_store(half, RECIPE, cache)
    for _ in range(2):
        with pytest.raises(UserError, match=r"no\.mkv is not a video"):
            store.jpegs([0])
    assert list(cache.iterdir()) == []


def test_a_full_disk_is_said_and_can_be_come_back_from(half, cache, monkeypatch):
    def full(*arguments):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(building.StoreWriter, "_append", full)
        with pytest.raises(ComeBackLater, match=r"the disk of .* is full"):
            open_frame_store(half, RECIPE, cache).jpegs([0])
    assert len(open_frame_store(half, RECIPE, cache)) == 200


def test_decoding_that_hangs_is_given_up(half, cache, gate, monkeypatch):
    monkeypatch.setattr("touchline.video.frame_store.store.READ_SECONDS", 0.3)
    store = open_frame_store(half, RECIPE, cache)
    with pytest.raises(UserError, match=r"made no progress for 0\.3 s"):
        store.jpegs([0])
    for _ in range(300):
        gate.release()
    store.close()
