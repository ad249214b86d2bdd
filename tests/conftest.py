"""What all tests share: an own cache, small real videos, and the data that may be absent."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.support.browser import browser
from tests.support.videos import DEMO_MATCH, write_video

__all__ = ["browser"]

settings.register_profile(
    "any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("any machine")
"""How long an example takes is the scheduler's choice on a busy machine, not a property."""

ROOT = Path(__file__).parents[1]
SHARED = Path(os.environ.get("TOUCHLINE_SHARED", ROOT.parent / "shared"))


@pytest.fixture(autouse=True)
def own_cache(tmp_path_factory, monkeypatch):
    """Every test has a cache of its own session, no cards of the user's, and his consent."""
    cache = tmp_path_factory.getbasetemp() / "cache"
    monkeypatch.setenv("TOUCHLINE_CACHE", str(cache))
    monkeypatch.setenv("TOUCHLINE_CARDS", str(cache / "no-cards"))
    monkeypatch.setenv("TOUCHLINE_YES", "1")
    return cache


@pytest.fixture
def shared():
    """The folder of data that cannot be part of the project; tests skip where it is absent."""
    if not SHARED.is_dir():
        pytest.skip(f"SKIPPED FOR WANT OF DATA: no folder {SHARED} (set TOUCHLINE_SHARED)")
    return SHARED


@pytest.fixture
def demo_match():
    """Root of the built-in match."""
    return DEMO_MATCH


@pytest.fixture
def make_video(tmp_path):
    """Writes a small real video: `make_video("a.mkv", times_ms)`."""

    def make(name="video.mkv", times_ms=range(0, 4000, 40), **kwargs):
        return write_video(tmp_path / name, list(times_ms), **kwargs)

    return make
