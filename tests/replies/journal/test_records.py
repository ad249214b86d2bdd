import json
import os
import subprocess
import sys
import zlib
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from touchline.errors import ComeBackLater, UserError
from touchline.models import Failure, FailureReason, Reply, ServedBy
from touchline.replies import ANSWERED, JournalWriter, Record, read_records
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


def test_who_answered_and_what_stood_beside_the_answer_is_read_back(tmp_path):
    reply = replace(
        REPLY.answer,
        served=ServedBy("gpt-4o-2024-08-06", None, "fp_1", "Together", "gen-1", "flex"),
        cached_tokens=5,
        reasoning_tokens=2,
        other_fields=(("reasoning_content", "First, a foul."),),
        unusable=("cost_usd is inf",),
    )
    record = replace(REPLY, answer=reply, round=3)
    path = written(tmp_path, record)
    assert list(read_records(tmp_path)) == [record]
    later = path.read_bytes().partition(b" ")[2].replace(b'"key"', b'"unheard_of":1,"key"')
    path.write_bytes(b"\n%08x %s" % (zlib.crc32(later.strip()), later))
    assert list(read_records(tmp_path)) == [record]


def stored(folder, **changes):
    """A journal that holds the fields of REPLY with some of them changed, as valid JSON."""
    text = written(folder, REPLY).read_bytes().partition(b" ")[2]
    values = json.loads(text)
    for name, value in changes.items():
        (values if name in values else values["reply"])[name] = value
    content = json.dumps(values).encode()
    for file in folder.iterdir():
        file.unlink()
    (folder / "all.0000.jsonl").write_bytes(b"\n%08x %s\n" % (zlib.crc32(content), content))


@pytest.mark.parametrize(
    "changes",
    [
        {"finish_reason": 7},
        {"finish_reason": {"type": "stop"}},
        {"prompt_tokens": 3_000_000_000},
        {"completion_tokens": "many"},
        {"seconds": float("nan")},
        {"cost_usd": -1},
        {"tokens": [["No", None]]},
        {"memory_bytes": 10**30},
        {"text": None},
    ],
)
def test_values_on_disk_that_cannot_be_used_leave_the_reply(tmp_path, changes):
    stored(tmp_path, **changes)
    index = read_index(tmp_path)
    assert index.unreadable == 0
    assert index.records(["k"])["k"].answer.key == "k"


@pytest.mark.parametrize(
    "changes",
    [
        {"window": None},
        {"window": {"game": "g"}},
        {"first_frame": "one"},
        {"key": 7},
        {"reply": []},
        {"reply": {"key": "k"}},
        {"at_ms": 10**40},
        {"tokens": 7},
        {"served": "me"},
    ],
)
def test_a_record_that_cannot_be_read_back_is_counted_and_its_window_is_missing(tmp_path, changes):
    stored(tmp_path, **changes)
    written(tmp_path, replace(REPLY, answer=replace(REPLY.answer, key="other")))
    for _ in range(2):
        index = read_index(tmp_path)
        assert index.unreadable == 1
        assert index.states(["k", "other"]).tolist() == [0, ANSWERED]


def test_a_reply_of_a_later_round_counts_and_a_failure_of_it_does_not(tmp_path):
    again = replace(REPLY, answer=replace(REPLY.answer, text="Goal"), round=1)
    written(tmp_path, REPLY)
    written(tmp_path, replace(FAILURE, round=1))
    assert read_index(tmp_path).records(["k"]) == {"k": REPLY}
    written(tmp_path, again)
    index = read_index(tmp_path)
    assert index.records(["k"]) == {"k": again}
    assert index.rounds(["k", "other"]).tolist() == [1, 0]
    assert index.conflicts == 0


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
    with pytest.raises(ComeBackLater, match="no space left on device"):
        journal.write(REPLY)
    monkeypatch.setattr(os, "write", real)
    journal.write(REPLY)
    journal.close()
    assert list(read_records(tmp_path)) == [REPLY]


@pytest.mark.timeout(20)
@pytest.mark.parametrize("name", ["w.0000.jsonl", "w.0000.index"])
def test_a_pipe_in_a_journal_is_not_waited_for(tmp_path, name):
    (tmp_path / "w.0000.jsonl").touch()
    (tmp_path / name).unlink(missing_ok=True)
    os.mkfifo(tmp_path / name)
    if name.endswith(".jsonl"):
        with pytest.raises(UserError, match="is not an ordinary file"):
            read_index(tmp_path)
    else:
        assert len(read_index(tmp_path).entries) == 0  # the journal has all that an index has
