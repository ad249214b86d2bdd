"""The index of a journal: whatever becomes of it, the journal is the truth."""

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from touchline.models import Failure, FailureReason, Reply
from touchline.replies import JournalWriter, Record, read_records
from touchline.replies.journal import index_entries as journal_entries
from touchline.replies.journal.index import JournalCheck, check_journal, read_index
from touchline.replies.journal.index_entries import ANSWERED, ENTRY, FAILED, digests, index_path
from touchline.video import Window

WINDOW = Window("game", 1, 0, 9, 0, 3000, (0, 200))
KEYS = [f"{number:x}".rjust(4, "5") * 8 for number in range(6)]


def reply(key, text="None."):
    return Record(WINDOW, 1, Reply(key, text, "stop", 0.5, 10, 2))


def failure(key, message="went away"):
    return Record(WINDOW, 1, Failure(key, FailureReason.ENGINE, message))


def write(folder, shard, *records):
    with JournalWriter(folder, shard) as journal:
        for record in records:
            journal.write(record)
    return journal.path


RECORDS = st.lists(
    st.tuples(st.sampled_from(KEYS), st.sampled_from(["None.", "Goal", None])), max_size=12
)


def first_answers(folder):
    """As the index should have it, from all records in order."""
    found = {}
    for record in read_records(folder):
        known = found.get(record.answer.key)
        if known is None or isinstance(known.answer, Failure):
            found[record.answer.key] = record
    return found


@settings(deadline=None)
@given(RECORDS, RECORDS, st.integers(0, 3000), st.sampled_from(["cut", "gone", "zeros", "whole"]))
def test_an_index_that_is_torn_gone_or_empty_changes_nothing(tmp_path_factory, a, b, cut, harm):
    folder = tmp_path_factory.mktemp("journal")
    for shard, drawn in (("a", a), ("b", b)):
        made = [reply(k, text) if text else failure(k, str(n)) for n, (k, text) in enumerate(drawn)]
        index = index_path(write(folder, shard, *made))
    content = index.read_bytes()
    if harm == "cut":
        index.write_bytes(content[:cut])
    elif harm == "gone":
        index.unlink()
    elif harm == "zeros":
        index.write_bytes(content[:cut] + bytes(len(content[cut:])))
    found, expected = read_index(folder), first_answers(folder)
    assert found.records(KEYS) == expected
    states = [
        0
        if key not in expected
        else ANSWERED
        if isinstance(expected[key].answer, Reply)
        else FAILED
        for key in KEYS
    ]
    assert found.states(KEYS).tolist() == states
    firsts = {key: one.answer for key, one in expected.items() if isinstance(one.answer, Reply)}
    again = [r.answer for r in read_records(folder) if isinstance(r.answer, Reply)]
    assert found.conflicts == sum(one.text != firsts[one.key].text for one in again)


def test_a_stored_reply_that_an_error_ended_is_asked_again(tmp_path):
    """As journals of earlier versions hold it; today it is stored as a failure."""
    ended = Record(WINDOW, 1, Reply(KEYS[0], '[{"label": "Go', "error", 0.5, 10, 2))
    index_path(write(tmp_path, "a", ended)).unlink()
    assert read_index(tmp_path).states(KEYS[:1]).tolist() == [FAILED]
    write(tmp_path, "b", reply(KEYS[0]))
    assert read_index(tmp_path).states(KEYS[:1]).tolist() == [ANSWERED]
    assert read_index(tmp_path).records(KEYS[:1])[KEYS[0]].answer.text == "None."


def test_an_index_that_promises_too_much_is_not_believed_twice(tmp_path):
    path = write(tmp_path, "a", reply(KEYS[0]), reply(KEYS[1]))
    content = bytearray(path.read_bytes())
    content[content.index(b"None.")] ^= 1
    path.write_bytes(content)
    assert set(read_index(tmp_path).records(KEYS)) == {KEYS[1]}
    assert read_index(tmp_path).states(KEYS[:2]).tolist() == [0, ANSWERED]


def test_questions_that_share_half_a_digest_are_told_apart(tmp_path):
    keys = [f"{'a' * 16}{number:016x}" for number in range(5)]
    write(tmp_path, "a", *(reply(key, str(number)) for number, key in enumerate(keys)))
    index = read_index(tmp_path)
    assert [index.records([key])[key].answer.text for key in keys] == list("01234")
    assert index.states(["a" * 16 + "f" * 16, "a" * 32]).tolist() == [0, 0]


def test_a_reply_whose_index_cannot_be_written_is_kept_all_the_same(tmp_path, monkeypatch):
    """The disk takes the record and then half an entry; later entries would be out of step."""
    journal = JournalWriter(tmp_path, "a")
    real, calls = journal_entries.os.write, []

    def full(handle, content):
        calls.append(content)
        return real(handle, content[:7] if len(content) == ENTRY.itemsize else content)

    monkeypatch.setattr(journal_entries.os, "write", full)
    journal.write(reply(KEYS[0]))
    journal.write(reply(KEYS[1]))
    journal.close()
    assert set(read_index(tmp_path).records(KEYS)) == set(KEYS[:2])
    assert sum(len(content) == ENTRY.itemsize for content in calls) == 1


def test_replies_with_lone_surrogates_are_kept(tmp_path):
    write(tmp_path, "a", reply(KEYS[0], "\ud83d"))
    assert read_index(tmp_path).records(KEYS)[KEYS[0]].answer.text == "\ud83d"


@pytest.mark.parametrize("keys", [[], ["k"], ["00" * 16], ["00" * 16, "k"], ["ab " * 10 + "ab"]])
def test_any_key_has_a_digest_of_sixteen_bytes(keys):
    found = digests(keys)
    assert found.shape == (len(keys),)
    assert found.dtype == np.dtype("S16")
    assert digests([*keys, "other"])[: len(keys)].tolist() == found.tolist()


def test_a_stump_that_an_older_version_took_for_an_answer_is_a_failure(tmp_path):
    stump = Record(WINDOW, 1, Reply(KEYS[0], "[", "network_error", 0.5, 10, 2))
    quoting = reply(KEYS[1], 'He wrote "finish_reason":"error" once.')
    path = write(tmp_path, "a", stump, quoting, reply(KEYS[2]), failure(KEYS[3]))
    entries = journal_entries.read_entries(path).copy()
    entries["state_and_round"][0] = ANSWERED
    entries["check"] = journal_entries._checks(entries)
    index_path(path).write_bytes(entries.tobytes())
    assert read_index(tmp_path).states(KEYS[:4]).tolist() == [ANSWERED] * 3 + [FAILED]

    assert check_journal(tmp_path) == JournalCheck(damaged=0, stumps=1)
    assert read_index(tmp_path).states(KEYS[:4]).tolist() == [FAILED, ANSWERED, ANSWERED, FAILED]
    assert check_journal(tmp_path) == JournalCheck(damaged=0, stumps=0)
