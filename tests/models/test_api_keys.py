import base64
import html
import json
import subprocess
import sys
from typing import ClassVar
from urllib.parse import quote, quote_plus

import keyring
import pytest
from hypothesis import given, strategies as st
from keyring.backend import KeyringBackend
from keyring.errors import KeyringError

from touchline.errors import UserError
from touchline.models import Reply
from touchline.models.api_keys import find_key, protect, redact, required_key, without_secrets
from touchline.models.types import ServedBy

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


QUOTES = [
    '"',
    "'",
    "\u201c",
    "\u201d",
    "\u2018",
    "\u2019",
    "\u00ab",
    "`",
    " ",
    "\n",
    "\r\n",
    "\u200b",
]


@pytest.mark.parametrize("around", QUOTES)
def test_what_was_copied_along_with_a_key_is_not_part_of_it(monkeypatch, around):
    monkeypatch.setenv("SOME_KEY", f"{around}sk-proj-AbC_123-xyz{around}")
    assert find_key("SOME_KEY") == "sk-proj-AbC_123-xyz"


@pytest.mark.parametrize(
    "key",
    [
        "sk-proj-first\nsecondline-of-it",
        "sk-proj-first\r\nX-Other: secondline-of-it",
        "sk-proj \u201csecondline-of-it",
        "sk-proj-f\u0131rst-secondline-of-it",
        "sk-proj-first secondline-of-it",
        "sk-proj-\x1b[31m-secondline-of-it",
    ],
)
def test_a_key_that_no_endpoint_can_have_given_is_refused_and_not_shown(monkeypatch, key):
    monkeypatch.setenv("SOME_KEY", key)
    with pytest.raises(UserError, match="the key in SOME_KEY contains a space, a line break") as no:
        find_key("SOME_KEY")
    assert "secondline" not in str(no.value)
    for said in (
        f"Illegal header value {('Bearer ' + key).encode()!r}",
        repr(key),
        json.dumps(key),
    ):
        assert "secondline" not in redact(said)


SECRET = "sk-Pro/j+tést\\\"'<&=\tZ9"


@given(st.text(max_size=12), st.text(max_size=12))
def test_a_secret_is_known_in_every_form(before, after):
    protect(SECRET)
    plain = f"{before}{SECRET}{after}"
    content = plain.encode(errors="replace")
    secret = SECRET.encode()
    forms = [
        plain,
        json.dumps(plain),
        json.dumps(plain, ensure_ascii=False),
        json.dumps(json.dumps(plain)),
        json.dumps({"error": json.dumps({"said": plain}, ensure_ascii=False)}, ensure_ascii=False),
        f"{before}{SECRET!r}{after}",
        ascii(SECRET),
        repr(secret),
        quote(plain, safe="", errors="replace"),
        quote(plain, safe="", errors="replace").replace("%2F", "%2f").replace("%2B", "%2b"),
        quote_plus(SECRET),
        html.escape(SECRET),
        secret.hex(),
    ]
    for form in forms:
        assert "[key]" in redact(form), form
        assert "tést" not in redact(form)
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        hidden = redact(encode(content).decode())
        assert "[key]" in hidden
        assert base64.b64encode(secret)[4:20].decode() not in hidden


def test_a_reply_that_says_who_answered_says_no_key():
    protect("sk-served-secret")
    reply = Reply("k", "None.", "sk-served-secret", served=ServedBy(fingerprint="sk-served-secret"))
    safe = without_secrets(reply)
    assert (safe.finish_reason, safe.served.fingerprint) == ("[key]", "[key]")
