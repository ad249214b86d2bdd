"""Frames are never served other than they were decoded, whatever became of the store's bytes."""

import os
import random
import subprocess
import sys

import pytest

from touchline.errors import UserError
from touchline.games import Half
from touchline.video import FrameSpec, cached, open_frame_store, shrink_cache, windows
from touchline.video.frame_store import format as store_format


@pytest.fixture
def half(make_video):
    return Half("g", 1, make_video(times_ms=range(0, 2000, 40)))


def frames(half, cache):
    """All frames as the store gives them, and where it is."""
    store = open_frame_store(half, FrameSpec(), cache)
    times = windows.sampled_times(half, FrameSpec()).tolist()
    jpegs = store.jpegs(times)
    len(store)  # waits until the file is whole
    path = store.path
    store.close()
    return jpegs, path


def flip(path, bit):
    content = bytearray(path.read_bytes())
    content[bit // 8] ^= 1 << bit % 8
    path.write_bytes(content)


def test_no_flipped_bit_is_served_and_none_makes_reading_hang(half, tmp_path, caplog):
    right, path = frames(half, tmp_path)
    sound, moment = path.read_bytes(), random.Random(3)
    edges = [*range(0, 8 * 24, 7), *range(8 * len(sound) - 8 * 24, 8 * len(sound), 7)]
    bits = [*edges, *(moment.randrange(8 * len(sound)) for _ in range(150))]
    for bit in bits:
        caplog.clear()
        path.write_bytes(sound)
        flip(path, bit)
        assert frames(half, tmp_path) == (right, path), bit
        assert len([one for one in caplog.messages if "was damaged" in one]) <= 1


@pytest.mark.parametrize("place", [0.0001, 0.3, 0.6, 0.9999])
def test_damage_is_said_once_and_mended_on_the_disk(half, tmp_path, caplog, place):
    right, path = frames(half, tmp_path)
    sound = path.read_bytes()
    flip(path, int(8 * len(sound) * place))
    assert frames(half, tmp_path) == (right, path)
    assert (
        caplog.messages.count(
            f"{path} was damaged: it is deleted, and its frames are decoded again"
        )
        == 1
    )
    assert path.read_bytes() == sound
    caplog.clear()
    assert frames(half, tmp_path)[0] == right
    assert caplog.messages == []


@pytest.mark.parametrize("length", [0, 3, 20, 200])
def test_a_store_that_was_cut_off_is_made_again(half, tmp_path, length):
    right, path = frames(half, tmp_path)
    os.truncate(path, length)
    assert frames(half, tmp_path) == (right, path)


def test_damage_while_a_store_is_open_is_found(half, tmp_path):
    right, path = frames(half, tmp_path)
    store = open_frame_store(half, FrameSpec(), tmp_path)
    times = windows.sampled_times(half, FrameSpec()).tolist()
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 2)
        file.write(b"\0" * 8)
    assert store.jpegs(times) == right
    store.close()


def test_a_disk_that_damages_everything_is_given_up(half, tmp_path, monkeypatch):
    monkeypatch.setattr("touchline.video.frame_store.store.read_jpeg", lambda *_: None)
    with pytest.raises(UserError, match="check its disk"):
        frames(half, tmp_path)


def test_the_cache_is_listed_and_cleared_whatever_its_files_hold(half, tmp_path):
    _, path = frames(half, tmp_path)
    content = path.read_bytes()
    for number, head in enumerate([b"", b"TLFRAME2", b"{", content[:8] + b"\xff" * 8]):
        (tmp_path / f"{number}-x.frames").write_bytes(head)
    flip(path, 8 * 30)
    assert len(cached(tmp_path)) == 5
    shrink_cache(0, tmp_path)
    assert cached(tmp_path) == []


def test_what_a_checksum_says_is_not_trusted_for_sizes(half, tmp_path):
    """Lengths of gigabytes in a damaged store are not read, nor memory for them taken."""
    _, path = frames(half, tmp_path)
    with path.open("r+b") as file:
        file.seek(len(store_format.MAGIC))
        file.write(b"\xff\xff\xff\xff")
    program = (
        "import resource, sys, os\n"
        "resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))\n"
        "from touchline.video.frame_store.format import read_header, StoreFormatError\n"
        "try: read_header(os.open(sys.argv[1], os.O_RDONLY))\n"
        "except StoreFormatError: print('damaged')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, path], check=True, capture_output=True, text=True
    )
    assert done.stdout == "damaged\n"


@pytest.mark.parametrize("harm", ["lost", "misdirected", "twice"])
def test_no_block_of_a_disk_that_is_lost_or_in_another_place_is_served(half, tmp_path, harm):
    right, path = frames(half, tmp_path)
    sound, size, moment = path.read_bytes(), 512, random.Random(4)
    for _ in range(20):
        content = bytearray(sound)
        one, other = (size * moment.randrange(len(sound) // size) for _ in range(2))
        block, another = content[one : one + size], content[other : other + size]
        if harm == "lost":
            content[one : one + size] = bytes(size)
        else:
            content[one : one + size] = another
        if harm == "misdirected":
            content[other : other + size] = block
        path.write_bytes(content)
        assert frames(half, tmp_path) == (right, path), (harm, one, other)
