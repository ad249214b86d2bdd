"""The reply is YAML: keys and values below keys, without brackets."""

import re

import yaml

from touchline.games import Task
from touchline.replies.budget import Budget
from touchline.replies.objects.find_events import find_events
from touchline.replies.raw_events import RawEvent

_MAX_CHARACTERS = 6_000
_MAX_BRACKETS = 100
_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
"""Every scalar is text: YAML's own types would make "no" false and "10:05" a number."""

_NESTED = re.compile(
    r"^[ \t-]{0,20}[\"']?\w[^\n:{\[]{0,40}:[ \t]*\n(?:[ \t]+(?:- +)?|- +)"
    r"(?:[\"']?[^\W\d][\w -]{0,30}[\"']?:(?:[ \t]|$)|[\"']?\d[\d.,:]*[\"']?(?: ?s)?[ \t]*$)",
    re.MULTILINE,
)
"""A key, and below it a key with its value or a number."""

_LINE = re.compile(
    r"^[ \t]*(?:- +)?(?:[\"']?[^\W\d][\w -]{0,40}[\"']?:(?:[ \t].*)?|- *.+)$|^[ \t]*$"
)
_REFERENCE = re.compile(r"[&*!][\w!]")


def parse_yaml(text: str, task: Task, budget: Budget) -> list[RawEvent] | None:
    """Events of a text, or of its fenced or uninterrupted block, that nests keys as YAML does."""
    if ":" not in text or "\n" not in text or len(text) > _MAX_CHARACTERS:
        return None
    first = _NESTED.search(text)
    if first is None:
        return None
    block = _block(text, first.start())
    if _REFERENCE.search(block) or block.count("[") + block.count("{") > _MAX_BRACKETS:
        return None
    try:
        value = yaml.load(block, Loader=_LOADER)  # noqa: S506  (it makes nothing but text)
    except (yaml.YAMLError, RecursionError, ValueError):
        return None
    return find_events(value, task, budget) if isinstance(value, dict | list) else None


def _block(text: str, start: int) -> str:
    """The lines around a place that may be YAML."""
    before: list[str] = []
    for line in reversed(text[:start].splitlines()):
        if not _LINE.match(line):
            break
        before.append(line)
    after: list[str] = []
    for line in text[start:].splitlines():
        if not _LINE.match(line):
            break
        after.append(line)
    return "\n".join([*reversed(before), *after])
