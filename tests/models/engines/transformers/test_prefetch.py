import threading
import time
from dataclasses import replace

import pytest

from tests.support.asking import engine, request
from touchline.models.engines.transformers.prefetch import AHEAD, prefetched


def test_things_come_in_order_and_no_more_are_made_than_wanted():
    made = []

    def make():
        made.append(len(made))
        return made[-1]

    found = prefetched(make)
    assert [next(found)[0] for _ in range(3)] == [0, 1, 2]
    found.close()
    assert len(made) <= 3 + AHEAD


def test_an_error_in_the_thread_comes_out_here_and_the_thread_ends():
    things = iter([1])

    def make():
        for thing in things:
            return thing
        raise RuntimeError("no more")

    found = prefetched(make)
    assert next(found)[0] == 1
    with pytest.raises(RuntimeError, match="no more"):
        next(found)
    assert not [one for one in threading.enumerate() if one.name.startswith("prefetch")]


def test_frames_are_read_while_the_model_works_and_waiting_is_measured(tiny_checkpoint):
    """A device that is slower than the frames waits for the first batch alone."""
    loaded = engine(tiny_checkpoint)
    real = loaded._loaded.model.generate

    def generate(**words):
        time.sleep(0.2)
        return real(**words)

    loaded._loaded.model.generate = generate
    names = []

    def slow(one, seconds=0.1):
        def read():
            names.append(threading.current_thread().name)
            time.sleep(seconds)
            return one.read_frames()

        return replace(one, read_frames=read)

    replies = list(loaded.replies([slow(request(n)) for n in range(5)]))
    assert {name.split("_")[0] for name in names} == {"prefetch"}
    assert replies[0].waited_seconds >= 0.1
    assert sum(reply.waited_seconds for reply in replies[2:]) < 0.15
    starved = list(loaded.replies([slow(request(n), 0.6) for n in range(3)]))
    assert all(reply.waited_seconds > 0.2 for reply in starved)


def test_an_error_of_whoever_asks_ends_the_thread(tiny_checkpoint):
    def broken():
        yield request(0)
        raise RuntimeError("the disk is full")

    with pytest.raises(RuntimeError, match="the disk is full"):
        list(engine(tiny_checkpoint).replies(broken()))
    assert not [one for one in threading.enumerate() if one.name.startswith("prefetch")]
