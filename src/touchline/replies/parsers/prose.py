"""The reply describes in sentences what happens, as those of Phi and LLaVA do."""

from touchline.games import Task
from touchline.replies.cleaning.truncation import truncate_middle
from touchline.replies.raw_events import RawEvent
from touchline.replies.sentences.sentence_claims import read_sentences

_MAX_CHARACTERS = 5_000


def parse_prose(text: str, task: Task, limit: int) -> list[RawEvent] | None:
    """The events that sentences claim; an empty list where they only deny."""
    claims = read_sentences(truncate_middle(text, _MAX_CHARACTERS), task, limit)
    if claims.events:
        return claims.events
    return [] if claims.says_none or claims.denies else None
