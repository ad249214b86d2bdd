import shlex
import stat
import sys
from pathlib import Path

import pytest

from touchline.models.card_types.worker_program import WorkerCard
from touchline.models.engines.worker import process

SUPPORT = Path(__file__).parents[3] / "support"
PRETENDER = SUPPORT / "pretend_worker.py"


@pytest.fixture
def trusted(monkeypatch):
    monkeypatch.setenv("TOUCHLINE_TRUST_REMOTE_CODE", "mine")
    monkeypatch.setenv("TOUCHLINE_YES", "1")


@pytest.fixture
def worker_card(tmp_path, monkeypatch, trusted):
    """Makes cards whose worker is the pretender; what it was asked stands in `tmp_path`."""
    monkeypatch.setenv("TOUCHLINE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(process, "GRACE_S", 0.3)
    (tmp_path / "checkpoint").mkdir()

    def card(mode="good", **changes):
        program = tmp_path / "python"
        words = [sys.executable, str(PRETENDER), str(tmp_path), mode]
        program.write_text(f'#!/bin/sh\nexec {shlex.join(words)} "$@"\n')
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
        values = {
            "checkpoint": str(tmp_path / "checkpoint"),
            "program": str(program),
            "adapter": str(SUPPORT / "adapters/bright.py"),
            "frames": {"at_most": 8},
            "honours": ["max_new_tokens"],
            "timeout_s": 60,
        }
        return WorkerCard(name="mine", engine="worker", **values | changes)

    return card
