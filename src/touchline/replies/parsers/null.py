"""The reply says, in one of many ways, that nothing happened."""

import re

from touchline.games import Task
from touchline.replies.class_names import is_null
from touchline.replies.raw_events import RawEvent

_MAX_CHARACTERS = 400
_FENCES = re.compile(r"```\w*|[`*_\"']+")
_OPENS = re.compile(
    r"^(?:(?:output|answer|result|response|event|label)s?\s*:\s*)?"
    r"(?:none|null|nothing|n/a|no (?:significant |notable |soccer |major |specific |clear )*"
    r"(?:events?|actions?|incidents?))\b(?P<rest>.*)$",
    re.IGNORECASE | re.DOTALL,
)
_SAYS_NONE = re.compile(
    r"\b(?:no|not any|without any|none of the) (?:\w+ ){0,4}"
    r"(?:events?|actions?|incidents?|activit(?:y|ies))\b"
    r"|\bnothing (?:significant|notable|of note|important|happens|happened|occurs|is happening)\b"
    r"|\b(?:output|answer|response)(?: is|:)? none\b",
    re.IGNORECASE,
)
_EVENTS = re.compile(r"[{\[]\s*[\"'\w]|^\s*(?:\d+[.)]|[-*•])\s+\w", re.MULTILINE)
_BUT = re.compile(
    r"\b(?:but|however|except|although|other than|apart from|besides)\b", re.IGNORECASE
)


def parse_null(text: str, _task: Task, _limit: int) -> list[RawEvent] | None:
    """An empty list where the text is a null answer, in one word or in one plain sentence."""
    if not text or len(text) > _MAX_CHARACTERS:
        return None
    plain = _FENCES.sub("", text).strip()
    if is_null(plain) or set(plain.split()) <= {"None", "None.", "none", "null", "[]", "{}"}:
        return []
    if _EVENTS.search(plain) or _BUT.search(plain):
        return None
    return [] if _OPENS.match(plain) or _SAYS_NONE.search(plain) else None
