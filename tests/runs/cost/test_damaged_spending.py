"""A file of spending that is damaged never lets more be spent than one that is not."""

import errno
import json
import math
import os
import random

import pytest

from tests.runs.cost.test_spend_limit import plan_of, quiet
from tests.support.endpoint import Endpoint, completion
from touchline.errors import ComeBackLater
from touchline.models import Price
from touchline.runs import run
from touchline.runs.cost.engine_factory import EngineFactory
from touchline.runs.cost.spending_file import SpendingFile
from touchline.seal import checked_line

PRICE = Price(input=10, output=1000, date="2026-11-01")
EACH_USD = 0.25


def begun(path, session=1, limit_usd=math.inf, recorded_usd=0.0, is_recorded=lambda _: False):
    file = SpendingFile(path)
    file.begin(session, limit_usd, lambda: recorded_usd, is_recorded)
    return file


def written(path):
    """Two sessions: requests that were paid, one of a killed process, and one in flight."""
    for session in (1, 2):
        file = begun(path, session, recorded_usd=0.5)
        for number in range(3):
            name = file.reserve(f"paid {session} {number}", EACH_USD, math.inf)
            file.settle(name, 0.2, 0.1)
        file.reserve(f"left {session}", EACH_USD, math.inf)
    return path.read_bytes()


def counted_usd(path):
    """What a process that comes now counts against a budget, until it says no."""
    file = SpendingFile(path)
    file.refresh()
    return file.spent_usd + file.unresolved(lambda _: False)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "spending.jsonl"


def test_a_flipped_bit_never_lowers_what_counts_and_adds_no_more_than_one_request(path):
    content = written(path)
    right, damaged = counted_usd(path), 0
    rolls = random.Random(7)
    for _ in range(300):
        broken = bytearray(content)
        broken[rolls.randrange(len(broken))] ^= 1 << rolls.randrange(8)
        path.write_bytes(broken)
        assert right - 1e-9 <= counted_usd(path) <= right + EACH_USD + 1e-9
        file = SpendingFile(path)
        file.refresh()
        damaged += file.damaged
    assert damaged > 50


def test_a_damaged_record_costs_nothing_once_another_follows(path):
    content = written(path)
    lines = content.splitlines(keepends=True)
    last = [at for at, line in enumerate(lines) if line.strip()][-2]
    lines[last] = lines[last].replace(b"usd", b"uzd")
    path.write_bytes(content)
    right = counted_usd(path)
    path.write_bytes(b"".join(lines))
    assert counted_usd(path) == pytest.approx(right)


def test_a_damaged_reservation_of_a_killed_process_stays_counted_in_the_next_session(path):
    begun(path).reserve("k", EACH_USD, math.inf)
    content = path.read_bytes()
    path.write_bytes(content.replace(b'"reserve"', b'"resurve"'))
    file = begun(path, session=2, recorded_usd=0.4)
    # Nothing says how much a request costs, until the next one does.
    assert file.reserve("a", 0.3, 0.4 + 0.3 + 0.3 - 1e-6) is None
    assert file.reserve("a", 0.3, 0.4 + 0.3 + 0.3 + 1e-6)
    assert begun(path, session=3, recorded_usd=0.4).spent_usd == pytest.approx(1.0)


def test_a_damaged_beginning_of_a_session_is_told_by_what_follows(path):
    content = written(path)
    right = counted_usd(path)
    lines = content.split(b"\n")
    at = [number for number, line in enumerate(lines) if b' {"session": 2' in line]
    assert len(at) == 1
    lines[at[0]] = lines[at[0]].replace(b"limit", b"timil")
    path.write_bytes(b"\n".join(lines))
    assert counted_usd(path) == pytest.approx(right)
    file = SpendingFile(path)
    file.refresh()
    assert file.damaged == 1


@pytest.mark.parametrize("lost", [100, 400, 900, 2000])
def test_a_lost_block_counts_as_the_requests_that_it_can_have_held(path, lost):
    content = written(path)
    right = begun(path, session=3).spent_usd
    path.write_bytes(content[:-lost] + bytes(lost))
    assert begun(path, session=3).spent_usd >= right


def test_without_any_record_nothing_is_asked(path):
    path.write_bytes(b"\x00" * 4096)
    with pytest.raises(ComeBackLater, match="does not say what is spent: the same command"):
        SpendingFile(path).reserve("k", 0.1, 1.0)
    assert begun(path, recorded_usd=0.5).reserve("k", 0.1, 1.0) is None  # 13 requests of 0.1
    assert begun(path, recorded_usd=0.5).reserve("k", 0.1, 3.0)


def test_the_file_of_an_earlier_version_is_read(path):
    path.write_text(
        '{"session": 1, "spent_usd": 0.5, "unrecorded_usd": 0.1, "limit_usd": 2.0, '
        '"machine": "m"}\n'
        '{"reserve": "a", "key": "k1", "usd": 0.25, "at_ms": 5}\n'
        '{"reserve": "b", "key": "k2", "usd": 0.25, "at_ms": 6}\n'
        '{"settle": "a", "usd": 0.2, "recorded_usd": 0.1}\n'
    )
    file = SpendingFile(path)
    file.refresh()
    assert (file.spent_usd, file.unrecorded_usd) == pytest.approx((0.7, 0.2))
    assert (file.limit_usd, file.damaged) == (2.0, 0)
    assert file.unresolved(lambda one: one.key == "k3") == pytest.approx(0.25)
    assert file.unresolved(lambda one: one.key == "k2") == 0
    assert begun(path, 2, recorded_usd=0.6).spent_usd == pytest.approx(0.6 + 0.2 + 0.25)


@pytest.mark.parametrize("kept", [1, 5, 60, -1])
def test_a_torn_record_was_never_acted_upon_and_costs_nothing(path, kept):
    file = begun(path, recorded_usd=0.5)
    whole = path.read_bytes()
    file.reserve("k", 0.25, math.inf)
    torn = path.read_bytes()[len(whole) :][:kept]
    path.write_bytes(whole + torn)
    other = begun(path)
    name = other.reserve("k2", 0.1, math.inf)
    other.settle(name, 0.1, 0.1)
    costs = 0.25 if kept == -1 else 0  # all of it but the newline: it may have been acted upon
    assert counted_usd(path) == pytest.approx(0.6 + costs)
    file.refresh()
    assert file.damaged == 0


@pytest.mark.parametrize(
    "line",
    [
        checked_line(b'{"reserve": "x", "key": "k", "usd": -5, "at_ms": 1}'),
        checked_line(b'{"settle": "x", "usd": NaN, "recorded_usd": 0}'),
        checked_line(b'{"session": 1, "spent_usd": "x"}'),
        checked_line(b"[" * 100_000),
        checked_line(b"{}"),
        b'{"settle": "x", "usd": -Infinity, "recorded_usd": 0}\n',
        b"[]\n",
        b"\xff\x00\n",
    ],
)
def test_what_is_no_record_counts_as_a_request(path, line):
    file = begun(path, recorded_usd=1.0)
    file.reserve("k", 0.5, math.inf)
    with path.open("ab") as content:
        content.write(line)
    assert counted_usd(path) >= 2.0 - 1e-9
    assert begun(path).reserve("a", 0.1, 2.05) is None


def test_a_file_that_was_deleted_or_cut_in_mid_run_is_made_again_with_all_that_counts(path):
    file = begun(path, recorded_usd=0.5)
    file.reserve("k1", 0.25, math.inf)
    path.unlink()
    file.reserve("k2", 0.25, math.inf)
    assert counted_usd(path) == pytest.approx(1.0)
    os.truncate(path, 40)
    file.reserve("k3", 0.25, math.inf)
    assert counted_usd(path) >= 1.25 - 1e-9
    assert file.reserve("k4", 0.25, 1.4) is None


def test_a_write_that_a_full_disk_cuts_short_sets_nothing_aside(path, monkeypatch):
    file = begun(path, recorded_usd=0.5)
    write = os.write

    def full(handle, data):
        if len(data) < 20:
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(handle, data[:-15])

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(ComeBackLater, match="free some space"):
        file.reserve("k", 0.25, math.inf)
    monkeypatch.undo()
    assert counted_usd(path) == pytest.approx(0.5)
    assert file.reserve("k", 0.25, math.inf)


def test_a_run_says_that_records_are_damaged_and_keeps_its_budget(tmp_path, caplog):
    with Endpoint(lambda body: (200, completion("None."), {})) as endpoint:
        plan, folder = plan_of(tmp_path, endpoint), tmp_path / "run"

        def go(budget):
            spending = EngineFactory(plan, folder, budget=budget)
            run(plan, folder, quiet, None, spending)

        with pytest.raises(ComeBackLater):
            go("0.12usd")
        asked = len(endpoint.bodies)
        file = folder / "spending.jsonl"
        content = file.read_bytes().rstrip(b"\n")
        file.write_bytes(content[:-9] + b"\x00" * 9 + b"\n")
        with pytest.raises(ComeBackLater):
            go("0.12usd")
        assert len(endpoint.bodies) - asked <= 1
        (said,) = [one.message for one in caplog.records if "damaged record" in one.message]
        assert "spending.jsonl has 1 damaged record: " in said
        assert json.loads(json.dumps(said)) == said
        go("5usd")
    answered = len(endpoint.bodies)
    assert answered * PRICE.of(7, 3) <= EngineFactory(plan, folder).spent_usd
