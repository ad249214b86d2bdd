import itertools
import os
import signal

import psutil
import pytest

from touchline.errors import UserError
from touchline.games import SOCCERNET_V2
from touchline.models import Generation, Reply, Request, load_engine
from touchline.models.engines.served.multiplex import multiplexed
from touchline.prompts import build_messages, load_template
from touchline.runs.asking.workers import WorkerConfig
from touchline.video import Window


def request(number):
    window = Window("g", 1, number, 99, number * 2000, number * 2000 + 3000, (0, 200))
    asked = build_messages(window, load_template("base.v1", SOCCERNET_V2))
    return Request(f"k{number}", window, asked, lambda: [b"jpeg-0", b"jpeg-1"], Generation())


def test_a_served_model_is_asked_and_its_server_ends_with_the_engine(served_card, tmp_path):
    engine = load_engine(served_card("good"))
    answers = list(engine.replies([request(number) for number in range(5)]))
    assert sorted(answer.key for answer in answers) == [f"k{number}" for number in range(5)]
    assert all(isinstance(answer, Reply) for answer in answers)
    pid = int((tmp_path / "pids").read_text().split()[0])
    assert psutil.pid_exists(pid)
    engine.close()
    assert not psutil.pid_exists(pid)


def test_every_device_has_a_server_of_its_own_and_all_are_asked(served_card):
    engine = load_engine(served_card("good", devices=[0, 1], in_flight=2))
    try:
        answers = list(engine.replies(request(number) for number in range(20)))
        logs = [server.log.read_text().count("POST") for server in engine._servers]
    finally:
        engine.close()
    assert len({answer.key for answer in answers}) == 20
    assert sum(logs) == 22  # one token each, and the questions
    assert min(logs) > 2


def test_a_card_that_names_its_devices_is_not_given_to_a_worker_a_device(served_card):
    workers = WorkerConfig(("0", "1"))
    assert workers.applies_to(served_card("good"))
    assert not workers.applies_to(served_card("good", devices=[0, 1]))


def test_where_one_server_does_not_start_none_is_left(served_card, tmp_path):
    with pytest.raises(UserError, match="did not start"):
        load_engine(served_card("dies:no such model", devices=[0, 1]))


def test_a_server_that_dies_under_way_is_one_sentence(served_card, tmp_path):
    engine = load_engine(served_card("good", in_flight=1))
    try:
        answers = engine.replies(request(number) for number in range(5))
        assert isinstance(next(answers), Reply)
        os.kill(int((tmp_path / "pids").read_text().split()[0]), signal.SIGKILL)
        with pytest.raises(UserError, match="the vllm server of model 'big' ended"):
            list(answers)
    finally:
        engine.close()


def echo(requests):
    yield from requests


def test_an_error_of_one_engine_reaches_the_reader_and_ends_the_others():
    def failing(requests):
        yield next(requests)
        raise UserError("gone")

    endless = itertools.count()
    with pytest.raises(UserError, match="gone"):
        list(multiplexed([failing, echo], endless))
    assert next(endless) > 0


def test_a_reader_that_stops_early_ends_all_engines():
    answers = multiplexed([echo, echo], itertools.count())
    assert isinstance(next(answers), int)
    answers.close()
