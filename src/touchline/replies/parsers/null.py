"""The reply says, in one of many ways, that nothing happened."""

import re
from functools import cache

from touchline.games import Task
from touchline.replies.budget import Budget
from touchline.replies.class_names import is_null
from touchline.replies.grammar.languages import any_word, languages
from touchline.replies.parsers.fields import parse_fields
from touchline.replies.raw_events import RawEvent
from touchline.replies.sentences.sentence_claims import read_sentences

_MAX_CHARACTERS = 400
_FENCES = re.compile(r"```\w*|[`*_\"']+")
_STRUCTURE = re.compile(r"[{\[]\s*[\"'\w]|^\s*(?:\d+[.)]|[-*•|])\s*\w|\|", re.MULTILINE)
_EMPTY = frozenset({"None", "None.", "none", "null", "[]", "{}", "[null]"})


def parse_null(text: str, task: Task, budget: Budget) -> list[RawEvent] | None:
    """An empty list where the text is a null answer, in one word or in plain sentences.

    A text that also claims an event is left to the parsers that can read it.
    """
    if not text or len(text) > _MAX_CHARACTERS:
        return None
    if is_null(text):
        return []
    plain = _lead_in().sub("", _FENCES.sub("", text).strip())
    if is_null(plain) or _EMPTY.issuperset(plain.split()):
        return []
    if _STRUCTURE.search(plain):
        return None
    claims = read_sentences(plain, task, budget.max_events)
    if claims.events or not claims.says_none or parse_fields(text, task, budget):
        return None
    return []


@cache
def _lead_in() -> re.Pattern[str]:
    words = any_word([(one.prose.unspaced, one.lead_ins) for one in languages()])
    return re.compile(rf"^(?:{words})\s*[:：]\s*", re.IGNORECASE)
