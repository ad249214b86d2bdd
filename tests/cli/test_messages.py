"""Every sentence that users read, under rules that a program can check; `-s` prints them."""

import re

import pytest

from tools.messages import Message, error_messages, help_messages

MESSAGES = [*error_messages(), *help_messages()]

FORBIDDEN = (
    r"\bmend\b", r"\banew\b", r"leave \S+ away", r"left away", r"\bsomebody\b", r"\bnobody\b",
    r"\ba person\b", r"\bis no\b", r"\bare no\b", r"\bis none\b", r"\bno \w+ of \w+'s\b",
    r"\bheir\b", r"\bshelf\b", r"\brungs?\b", r"\bcourier\b", r"\bgoes? on\b", r"\bas long as\b",
    r"\bhand(ed)? in\b", r"\bGPU cards?\b", r"\bthe words?\b",
)  # fmt: skip
"""What plain English says otherwise: fix, again, omit, the user, "is not a", resume, submit."""


def test_print_every_message() -> None:
    assert len(MESSAGES) > 200
    print()
    for message in MESSAGES:
        print(f"{message.where}\n    {message.text}")


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: message.where)
def test_a_message_keeps_the_rules(message: Message) -> None:
    broken = [rule for rule in FORBIDDEN if re.search(rule, message.text)]
    assert not broken, f"{message.where}: {message.text}"
    assert message.text.rstrip("`").endswith((".", "?", "{…}", ")")), message.text
    if message.kind == "error":
        first = message.text.split()[0]
        named = first.startswith(("{…}", "--", "'", "HTTP", "GPU", "SLURM", "Whisper"))
        assert first[0].islower() or named, f"an error begins in lower case: {message.text}"
        assert not re.search(r"[.] [A-Z]", message.text), f"one sentence: {message.text}"
