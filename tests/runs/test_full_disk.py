"""A disk that is full, for real: a small tmpfs."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import storm
from tests.support.videos import soccernet_folder
from touchline.models import Reply
from touchline.replies import read_records

PAGE_BYTES = 4096
WINDOWS = 62
BENCH = (
    "data: {root: data}\nmodels: [{name: x, engine: openai, model: m, "
    "base_url: 'http://127.0.0.1:9/v1'}]\nsampling: {fps: 10, window: 1, stride: 0.1}\n"
)


@pytest.fixture
def small_disk(tmp_path):
    """A file system of two megabytes."""
    disk = tmp_path / "disk"
    disk.mkdir()
    if os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("SKIPPED: mounting a tmpfs needs root")
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(disk)],
        capture_output=True,
        text=True,
        check=False,
    )
    if mounted.returncode:
        pytest.skip(f"SKIPPED: a tmpfs cannot be mounted here: {mounted.stderr.strip()}")
    yield disk
    subprocess.run(["umount", "--lazy", str(disk)], check=True)


def start(bench, out, hands):
    arguments = [sys.executable, storm.__file__, "run", str(bench), str(out), hands]
    return subprocess.run(arguments, capture_output=True, text=True, check=False, timeout=120)


def fill(disk, leave_bytes):
    """Fills the disk but for so many bytes; gives the file that does it."""
    free = os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize
    ballast = disk / "ballast"
    ballast.write_bytes(b"x" * max(0, free - leave_bytes))
    return ballast


@pytest.mark.slow
@pytest.mark.parametrize("hands", ["0", "2"])
def test_a_full_disk_is_a_clear_stop_and_the_run_goes_on_when_there_is_room(
    tmp_path, small_disk, hands
):
    soccernet_folder(tmp_path / "data", labels=[(1, 1000, "Goal")])
    bench, out = tmp_path / "bench.yaml", small_disk / "run"
    bench.write_text(BENCH)
    assert start(bench, tmp_path / "whole", "0").returncode == 0
    shutil.copytree(tmp_path / "whole", out, ignore=shutil.ignore_patterns("x", "report"))
    ballast = fill(small_disk, 8 * PAGE_BYTES)

    stopped = start(bench, out, hands)
    assert stopped.returncode == 75, stopped.stderr
    assert "no space left on device" in stopped.stderr.lower()
    assert "Traceback" not in stopped.stderr
    answered = {record.answer.key for record in read_records(out / "replies/x")}
    assert 0 < len(answered) < WINDOWS

    ballast.unlink()
    assert start(bench, out, hands).returncode == 0
    replies = [r.answer for r in read_records(out / "replies/x") if isinstance(r.answer, Reply)]
    assert len(replies) == len({reply.key for reply in replies}) == WINDOWS
    assert answered <= {reply.key for reply in replies}
    official = Path("spots/x/league/2025-2026/a - b/results_spotting.json")
    assert (out / official).read_bytes() == (tmp_path / "whole" / official).read_bytes()
