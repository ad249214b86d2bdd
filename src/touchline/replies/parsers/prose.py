"""The reply describes in sentences what happens, as those of Phi and LLaVA do."""

from touchline.games import Task
from touchline.replies.budget import Budget
from touchline.replies.raw_events import RawEvent
from touchline.replies.sentences.sentence_claims import read_sentences


def parse_prose(text: str, task: Task, budget: Budget) -> list[RawEvent] | None:
    """The events that sentences claim; an empty list where they only deny."""
    claims = read_sentences(text, task, budget.max_events)
    if claims.events:
        return claims.events
    return [] if claims.says_none or claims.denies else None
