import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from touchline.errors import ComeBackLater
from touchline.models import Failure, FailureReason, Reply
from touchline.replies import JournalWriter, Record, read_records
from touchline.replies.journal.index import read_index
from touchline.video import Window

WINDOW = Window("league/season/game", 1, 0, 9, 0, 3000, (0, 200))
REPLY = Record(WINDOW, 1, Reply("k", "None.", "stop", 0.5, 10, 2))
FAILURE = Record(WINDOW, 1, Failure("k", FailureReason.ENGINE, "went away", 0.1))


def written(folder, *records):
    with JournalWriter(folder, "all") as journal:
        for record in records:
            journal.write(record)
    return journal.path


@settings(deadline=None)
@given(st.text(), st.sampled_from([None, "stop", "length"]))
def test_what_was_written_is_read_back_to_the_letter(tmp_path_factory, text, reason):
    folder = tmp_path_factory.mktemp("journal")
    record = Record(WINDOW, 31, Reply("k", text, reason))
    written(folder, record, FAILURE)
    assert list(read_records(folder)) == [record, FAILURE]


def test_tokens_are_kept_to_four_decimals(tmp_path):
    reply = replace(REPLY.answer, tokens=(("No", -0.123456), ("ne.", -1e-7)))
    path = written(tmp_path, replace(REPLY, answer=reply))
    (record,) = read_records(tmp_path)
    assert record.answer == replace(reply, tokens=(("No", -0.1235), ("ne.", 0.0)))
    assert b'"tokens":[["No",-0.1235]' in path.read_bytes()


def test_a_journal_from_before_tokens_is_still_read(tmp_path):
    path = written(tmp_path, REPLY)
    assert b'tokens":[' not in path.read_bytes()
    assert list(read_records(tmp_path)) == [REPLY]


def test_a_writer_never_shares_a_file(tmp_path):
    names = {written(tmp_path, REPLY).name for _ in range(3)}
    assert names == {"all.0000.jsonl", "all.0001.jsonl", "all.0002.jsonl"}
    assert len(list(read_records(tmp_path))) == 3


@settings(deadline=None)
@given(st.data())
def test_a_torn_record_costs_one_question_and_never_a_neighbour(tmp_path_factory, data):
    """A record cut anywhere, then a whole one: the whole one is always read."""
    folder = tmp_path_factory.mktemp("journal")
    path = written(folder, REPLY)
    line = path.read_bytes()
    cut = data.draw(st.integers(0, len(line)))
    later = replace(REPLY, answer=replace(REPLY.answer, key="later"))
    path.write_bytes(line[:cut] + written(folder, later).read_bytes())
    keys = [record.answer.key for record in read_records(folder)]
    assert "later" in keys
    assert keys.count("k") == (cut >= len(line) - 1)


@settings(deadline=None)
@given(st.integers(0, 10**6), st.integers(0, 255))
def test_a_byte_gone_wrong_is_noticed(tmp_path_factory, place, value):
    folder = tmp_path_factory.mktemp("journal")
    path = written(folder, REPLY)
    content = bytearray(path.read_bytes())
    content[place % len(content)] = value
    path.write_bytes(content)
    assert list(read_records(folder)) in ([], [REPLY])


def test_a_reply_is_kept_before_a_failure_and_the_first_reply_before_a_second(tmp_path):
    second = replace(REPLY, answer=replace(REPLY.answer, text="Goal"))
    written(tmp_path, FAILURE, REPLY, second, FAILURE)
    index = read_index(tmp_path)
    assert index.records(["k", "other"]) == {"k": REPLY}
    assert index.conflicts == 1


def test_a_folder_that_is_not_there_has_no_records(tmp_path):
    assert list(read_records(tmp_path / "none")) == []


def test_a_record_is_on_the_disk_before_write_returns(tmp_path):
    """A process that dies right after `write`, without closing, loses nothing."""
    script = (
        "import os, pathlib\n"
        "from tests.replies.journal.test_records import REPLY, JournalWriter\n"
        f"journal = JournalWriter(pathlib.Path({str(tmp_path)!r}), 'all')\n"
        "journal.write(REPLY); os._exit(9)\n"
    )
    root = Path(__file__).parents[3]
    assert subprocess.run([sys.executable, "-c", script], cwd=root, check=False).returncode == 9
    assert list(read_records(tmp_path)) == [REPLY]


def test_a_full_disk_is_a_sentence_and_the_next_record_is_whole(tmp_path, monkeypatch):
    """The write fails half-way, as on a full disk; the writer goes on when there is room."""
    journal = JournalWriter(tmp_path, "all")
    real, calls = os.write, iter([True])

    def full(handle, line):
        if next(calls, False):
            return real(handle, line[:10])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(ComeBackLater, match="No space left on device"):
        journal.write(REPLY)
    monkeypatch.setattr(os, "write", real)
    journal.write(REPLY)
    journal.close()
    assert list(read_records(tmp_path)) == [REPLY]
