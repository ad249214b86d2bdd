import errno
import os
import subprocess
import sys
import time
from datetime import UTC, datetime

import pytest

from touchline.errors import ComeBackLater, UserError
from touchline.models.endpoint.rate_limiting.ledger import Ledger, ledger_folder
from touchline.models.endpoint.rate_limiting.quota import Quota, Rate
from touchline.models.endpoint.rate_limiting.quota_settings import QuotaSettings

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC).timestamp()
TAKE_ALL = """
import sys, time
from pathlib import Path
from touchline.models.endpoint.rate_limiting.ledger import Ledger
from touchline.models.endpoint.rate_limiting.quota import Quota, Rate
ledger = Ledger(Quota((Rate(1.0, 10),), 40), Path(sys.argv[1]))
while True:
    now = time.time()
    free = ledger.take(now, 0)
    if free > now + 60: break
    if free <= now: print(now, flush=True)
    else: time.sleep(0.02)
"""


def test_counts_survive_a_restart(tmp_path):
    quota = Quota((), 3)
    for number in range(3):
        assert Ledger(quota, tmp_path).take(NOON + number, 0) <= NOON + number
    assert Ledger(quota, tmp_path).take(NOON + 3, 0) > NOON + 3600


def test_processes_that_share_a_key_share_its_counts(tmp_path):
    command = [sys.executable, "-c", TAKE_ALL, str(tmp_path)]
    workers = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    taken = [worker.communicate(timeout=60)[0].split() for worker in workers]
    times = sorted(float(at) for one in taken for at in one)
    assert len(times) == 40
    assert all(times[n + 10] - times[n] > 1.0 for n in range(len(times) - 10))


def test_old_days_are_forgotten(tmp_path):
    quota = Quota((), 5)
    Ledger(quota, tmp_path).take(NOON - 10 * 86_400, 0)
    Ledger(quota, tmp_path).take(NOON, 0)
    assert [file.name for file in sorted(tmp_path.glob("*.log"))] == ["2026-11-22.log"]


def test_a_line_that_a_full_disk_has_torn_spoils_nothing(tmp_path):
    quota = Quota((), 2)
    Ledger(quota, tmp_path).take(NOON, 0)
    with (tmp_path / "2026-11-22.log").open("ab") as file:
        file.write(b"17953")
    assert Ledger(quota, tmp_path).take(NOON + 1, 0) <= NOON + 1
    assert Ledger(quota, tmp_path).take(NOON + 2, 0) < NOON + 86_400


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="set TOUCHLINE_CACHE"):
        Ledger(Quota((), 3), tmp_path / "file" / "folder").take(NOON, 0)


def test_tokens_beyond_what_was_expected_are_counted_too(tmp_path):
    quota = Quota((Rate(60, tokens=1000),))
    ledger = Ledger(quota, tmp_path)
    ledger.take(NOON, 100)
    ledger.correct(NOON + 1, 850)
    assert ledger.take(NOON + 2, 100) > NOON + 60


def test_nothing_is_written_where_nothing_is_limited(tmp_path):
    assert Ledger(Quota.of(QuotaSettings()), tmp_path / "none").take(NOON, 5) == NOON
    assert not (tmp_path / "none").exists()


def test_a_folder_is_known_by_endpoint_key_name_and_model():
    folders = {
        ledger_folder(*which)
        for which in [("a", "K", None), ("b", "K", None), ("a", "L", None), ("a", "K", "m")]
    }
    assert len(folders) == 4
    assert ledger_folder("a", "K", None).is_relative_to(os.environ["TOUCHLINE_CACHE"])


def test_a_grant_costs_little(tmp_path):
    ledger = Ledger(Quota((Rate(60, 100_000),), 1_000_000), tmp_path)
    started = time.process_time()
    for number in range(500):
        ledger.take(NOON + number / 1000, 10)
    assert (time.process_time() - started) / 500 < 0.002


@pytest.mark.parametrize("at", ["lock", ".log"])
def test_a_full_disk_is_a_sentence_that_says_to_come_back(tmp_path, monkeypatch, at):
    real = os.open

    def full(path, *rest, **options):
        if str(path).endswith(at):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
        return real(path, *rest, **options)

    ledger = Ledger(Quota((), 5), tmp_path)
    monkeypatch.setattr(os, "open", full)
    with pytest.raises(ComeBackLater, match=r"cannot be counted in .*free some space"):
        ledger.take(NOON, 10)
