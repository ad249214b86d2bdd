"""The reference data that lies beside the repository, where it does."""

import os
from pathlib import Path

import pytest

SHARED = Path(
    os.environ.get("TOUCHLINE_SHARED") or Path(__file__).resolve().parents[2].parent / "shared"
)


def shared(*parts: str) -> Path:
    """A file of the reference data; skips the test, saying so, where it is absent."""
    path = SHARED.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"reference data absent: {path} (set TOUCHLINE_SHARED)")
    return path
