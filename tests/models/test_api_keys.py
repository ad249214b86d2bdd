import subprocess
import sys
from typing import ClassVar

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringError

from touchline.errors import UserError
from touchline.models import Reply
from touchline.models.api_keys import find_key, redact, required_key, without_secrets

SCRIPT = """
import logging, os, sys, threading
from touchline.models.api_keys import find_key
key = find_key("SOME_KEY")
logging.basicConfig(level=logging.DEBUG)
logging.getLogger("somebody").debug("headers %s", {"Authorization": "Bearer " + key})
try:
    raise ValueError("caught with " + key)
except ValueError:
    logging.exception("it went wrong")
thread = threading.Thread(target=lambda: int(key))
thread.start(); thread.join()
raise RuntimeError("the end of " + key)
"""


class Box(KeyringBackend):
    priority = 1
    held: ClassVar[dict] = {}

    def get_password(self, service, username):
        if self.held is None:
            raise KeyringError("locked")
        return self.held.get((service, username))

    def set_password(self, service, username, password):
        self.held[service, username] = password

    def delete_password(self, service, username):
        del self.held[service, username]


@pytest.fixture
def box(monkeypatch):
    monkeypatch.delenv("SOME_KEY", raising=False)
    before = keyring.get_keyring()
    keyring.set_keyring(Box())
    yield Box
    Box.held = {}
    keyring.set_keyring(before)


def test_the_environment_goes_before_the_keyring(box, monkeypatch):
    keyring.set_password("touchline", "SOME_KEY", "from-the-keyring")
    assert find_key("SOME_KEY") == "from-the-keyring"
    monkeypatch.setenv("SOME_KEY", "from-the-environment")
    assert find_key("SOME_KEY") == "from-the-environment"


def test_a_keyring_that_is_locked_holds_no_key(box):
    box.held = None
    assert find_key("SOME_KEY") is None


def test_no_key_is_one_sentence(box):
    with pytest.raises(UserError, match="set SOME_KEY in the environment, or store it with"):
        required_key("SOME_KEY", "m")


def test_a_key_is_taken_out_of_texts_and_replies(monkeypatch):
    monkeypatch.setenv("SOME_KEY", "a/key+with=signs")
    find_key("SOME_KEY")
    assert redact("x a/key+with=signs, a%2Fkey%2Bwith%3Dsigns y") == "x [key], [key] y"
    reply = Reply("k", "said a/key+with=signs", tokens=(("a/key", -0.1),))
    assert without_secrets(reply) == Reply("k", "said [key]")
    assert without_secrets(Reply("k", "None.", tokens=(("None", -1.0),))).tokens


def test_a_short_value_is_no_key_and_spoils_no_text(monkeypatch):
    monkeypatch.setenv("SOME_KEY", "none")
    find_key("SOME_KEY")
    assert redact("none of them") == "none of them"


def test_logs_and_tracebacks_of_all_threads_are_without_the_key():
    key = "a-long-secret-of-mine"
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        env={"SOME_KEY": key, "PATH": ""},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert key not in done.stdout + done.stderr
    for said in ("Bearer [key]", "caught with [key]", "invalid literal", "the end of [key]"):
        assert said in done.stderr
