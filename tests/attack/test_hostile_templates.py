"""A checkpoint whose chat template never ends is refused, and the other models are asked."""

import shutil
import threading
import time

import pytest

from touchline.errors import UserError
from touchline.models import ASSETS, find_card, load_engine
from touchline.models.engines.time_limit import DoesNotEndError, within
from touchline.models.engines.transformers import processors

ENDLESS = (
    "{% for a in range(99999) %}{% for b in range(99999) %}{% for c in range(99999) %}"
    "{% endfor %}{% endfor %}{% endfor %}"
)


def test_a_chat_template_that_does_not_end_is_one_sentence(tmp_path, monkeypatch):
    monkeypatch.setattr(processors, "_TEMPLATE_S", 1.0)
    checkpoint = tmp_path / "endless"
    shutil.copytree(str(ASSETS / "models" / "demo"), checkpoint)
    (checkpoint / "chat_template.jinja").write_text(ENDLESS)
    card = find_card({"use": "demo", "name": "endless", "checkpoint": str(checkpoint)})
    with pytest.raises(UserError, match=r"chat template .* did not end in 1 s"):
        load_engine(card)


def test_a_loop_is_interrupted_and_its_thread_ends():
    rounds = []
    before = threading.active_count()

    def loop():
        while True:
            rounds.append(time.monotonic())
            rounds.pop()

    with pytest.raises(DoesNotEndError):
        within(0.2, loop)
    assert threading.active_count() == before
    assert within(30, lambda: 7) == 7


def test_an_error_of_a_call_is_its_own():
    with pytest.raises(ZeroDivisionError):
        within(30, lambda: 1 // 0)
