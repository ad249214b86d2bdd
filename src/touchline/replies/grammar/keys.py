"""What a key of a reply means: one table of aliases for every parser (`keys.yaml`)."""

import re
from collections.abc import Mapping
from enum import StrEnum
from functools import cache, lru_cache
from importlib import resources
from typing import NamedTuple

import yaml

from touchline.replies.grammar.languages import languages

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_MAX_KEY = 48
_CACHED_KEYS = 4096
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_NOT_A_WORD = re.compile(r"[\W_]+")


class Role(StrEnum):
    """What the value of a key is."""

    LABEL = "label"
    TIME = "time"
    SEVERAL_TIMES = "several_times"
    RANGE = "range"
    MINUTE = "minute"
    TIME_MS = "time_ms"
    POSITION = "position"
    FRAME = "frame"
    END = "end"
    TEAM = "team"
    CONFIDENCE = "confidence"
    ASSERTION = "assertion"
    DETAILS = "details"
    CONTAINER = "container"
    FINAL = "final"
    DRAFT = "draft"
    DENIED = "denied"


TIMES = (Role.SEVERAL_TIMES, Role.TIME, Role.RANGE, Role.TIME_MS, Role.POSITION, Role.FRAME)
"""The roles that say when, in the order in which they are tried."""


class KeyMeaning(NamedTuple):
    """What a key means.

    Attributes:
        role: of its value.
        rank: place among the keys of that role; of two keys the lower one counts.
    """

    role: Role
    rank: int


def plain_key(key: str) -> str:
    """The form in which keys are compared: lower case, words separated by one space.

    >>> [plain_key(key) for key in ("timeInSeconds", "Time (s)", " TEAM_NAME ", "detected?")]
    ['time in seconds', 'time s', 'team name', 'detected']
    """
    return _NOT_A_WORD.sub(" ", _CAMEL.sub(" ", key).casefold()).strip()


@lru_cache(maxsize=_CACHED_KEYS)
def key_meaning(key: str) -> KeyMeaning | None:
    """The meaning of a key, or None where it has none here.

    >>> key_meaning("frameIdx").role, key_meaning("équipe").role, key_meaning("colour")
    (<Role.FRAME: 'frame'>, <Role.TEAM: 'team'>, None)
    """
    if len(key) > _MAX_KEY:
        return None
    plain = plain_key(key)
    meanings = key_meanings()
    return meanings.get(plain) or meanings.get(plain.replace(" ", ""))


@cache
def key_meanings() -> Mapping[str, KeyMeaning]:
    """Every known key, also written without its spaces, and its meaning."""
    file = resources.files("touchline.replies.grammar") / "keys.yaml"
    data = yaml.load(file.read_bytes(), Loader=_LOADER)  # noqa: S506  (it is a safe one)
    by_role: dict[str, list[str]] = {role: list(keys) for role, keys in data.items()}
    for language in languages():
        for role, keys in language.keys.items():
            by_role[role] += keys
    meanings: dict[str, KeyMeaning] = {}
    # What comes in the plural is also a key of a time, and the more special role counts.
    roles = sorted((Role(name) for name in by_role), key=lambda role: role is Role.TIME)
    for role in roles:
        for rank, key in enumerate(by_role[role]):
            meanings.setdefault(plain_key(key), KeyMeaning(role, rank))
    for key in list(meanings):
        meanings.setdefault(key.replace(" ", ""), meanings[key])
    return meanings
