"""What is said at the end of a run some of whose models have to be asked later."""

from pathlib import Path
from typing import Any

import pytest

from touchline.errors import ComeBackLater
from touchline.runs import Stop
from touchline.runs.asking.asker import Asker


def test_one_reason_of_several_models_is_said_once() -> None:
    unused: Any = None
    asker = Asker(Path(), unused, unused, Stop(), unused, None)
    for name in ("first", "second"):
        with asker.one_model(name):
            raise ComeBackLater("the disk is full: free some space and run again.")
    with pytest.raises(ComeBackLater) as raised:
        asker.raise_later(["third"])
    assert str(raised.value) == (
        "the disk is full: free some space and run again. 1 more model not begun: third."
    )
