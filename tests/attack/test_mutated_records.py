"""A journal of records that nobody wrote, with checksums that fit: read, resumed, reported."""

import json
import random
import shutil
import zlib

import pytest

from tests.attack.attacking import attacked, make_bench, replies, results, run_program
from tests.support import storm
from touchline.replies import read_records

MUTATIONS = 500
ODD = (
    *(None, True, -1, 0, 3_000_000_000, 2**80, 1e308, -0.0, float("inf"), float("nan"), "", "x"),
    *("\x1b[2J", "\ud800", "1e999", [], [[]], {}, {"a": 1}, [None], [1, "a", None], "9" * 5000),
)
DEEP = 5000
"""Lists in each other: more than Python's JSON reader can follow."""


@pytest.mark.slow
def test_a_journal_of_mutated_records_is_read_resumed_and_reported(tmp_path, monkeypatch):
    monkeypatch.setenv("STORM_SECONDS", "0")
    bench = make_bench(tmp_path)
    storm.run_storm(bench, tmp_path / "whole", "0")
    assert read_mutations(bench, tmp_path / "whole", MUTATIONS) == MUTATIONS


def read_mutations(bench, whole, count, seed=7):
    """Adds mutated records to a journal and runs again; how many were added."""
    right, asked = results(whole), set(replies(whole))
    broken = whole.with_name("broken")
    shutil.rmtree(broken, ignore_errors=True)
    shutil.copytree(whole, broken)
    (journal,) = (broken / "replies/x").glob("*.jsonl")
    texts = [line.partition(b" ")[2] for line in journal.read_bytes().split(b"\n") if line.strip()]
    moment = random.Random(seed)
    lines = [_record(_mutated(moment.choice(texts), moment)) for _ in range(count)]
    # Before the real ones: the first reply to a question counts, so a mutation that can be read is
    # the answer then, and nothing else may come of it than other spots.
    (journal.parent / "0-first.jsonl").write_bytes(b"".join(lines))
    for index in journal.parent.glob("*.index"):
        index.unlink()
    assert len(list(read_records(journal.parent))) >= len(texts)
    again = attacked(run_program(bench, broken))
    assert again.returncode == 0, again.stderr
    assert asked <= set(replies(broken))
    for verb in ("status", "report", "merge"):
        done = attacked(["-m", "touchline", verb, str(broken)])
        assert done.returncode == 0, (verb, done.stderr)
    (journal.parent / "0-first.jsonl").unlink()
    for index in journal.parent.glob("*.index"):
        index.unlink()
    again = attacked(run_program(bench, broken))
    assert again.returncode == 0, again.stderr
    assert results(broken) == right
    return count


def _record(text):
    return b"\n%08x %s\n" % (zlib.crc32(text), text)


def _mutated(text, moment):
    """A record with one to three of its values gone, or odd."""
    values = json.loads(text)
    for _ in range(moment.randint(1, 3)):
        places = list(_places(values))
        if not places:
            break
        parent, key = moment.choice(places)
        if moment.random() < 0.2:
            del parent[key]
        else:
            parent[key] = moment.choice(ODD)
    written = json.dumps(values)
    if moment.random() < 0.05:
        written = written.replace("null", "[" * DEEP + "]" * DEEP, 1)
    return written.encode(errors="surrogatepass")


def _places(values):
    items = values.items() if isinstance(values, dict) else enumerate(values)
    for key, value in list(items):
        yield values, key
        if isinstance(value, dict | list):
            yield from _places(value)
