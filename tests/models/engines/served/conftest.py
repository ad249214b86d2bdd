import shlex
import stat
import sys
from pathlib import Path

import pytest

from touchline.models.card_types.served import ServedCard
from touchline.models.engines.served import server

PRETENDER = Path(__file__).parents[3] / "support/pretend_server.py"


@pytest.fixture
def served_card(tmp_path, monkeypatch):
    """Makes cards whose server is the pretender; what it started stands in `tmp_path/pids`."""
    monkeypatch.setenv("TOUCHLINE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(server, "GRACE_S", 0.5)
    (tmp_path / "checkpoint").mkdir()

    def card(mode, **changes):
        program = tmp_path / "vllm"
        words = [sys.executable, str(PRETENDER), str(tmp_path / "pids"), mode]
        program.write_text(f'#!/bin/sh\nexec {shlex.join(words)} "$@"\n')
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
        values = {"checkpoint": str(tmp_path / "checkpoint"), "program": str(program), **changes}
        return ServedCard(name="big", engine="vllm", **values)

    return card
