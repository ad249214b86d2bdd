"""The reply is a list, as Llama-3.2-Vision writes it: numbered, bulleted, or "Goal: no" lines."""

import json
import re

from touchline.games import Task
from touchline.replies.budget import Budget
from touchline.replies.cleaning.truncation import truncate_middle
from touchline.replies.grammar.assertions import text_denies
from touchline.replies.objects.class_maps import claims
from touchline.replies.objects.object_fields import are_moments
from touchline.replies.raw_events import RawEvent
from touchline.replies.sentences.clauses import Stance, says_nothing, stances
from touchline.replies.sentences.mentions import Mention, leading_mention
from touchline.replies.sentences.sentence_claims import read_sentences
from touchline.replies.sentences.sentence_fields import sentence_fields

_ITEM = re.compile(
    r"^[ \t]{0,8}(?:\d{1,3}[.)]|[-*•+–])[ \t]+([^\n]+)$|^#{1,6}[ \t]+(.{1,200})$"
    r"|^[ \t]{0,8}\*{0,2}([^\W\d][^:=：\n]{1,40}\*{0,2}[ \t]?[:=：].{1,200})$",
    re.MULTILINE,
)
_VALUE = re.compile(r"\s*(?:[:=：]|\s[-–—]\s|[–—])\s*(.*)", re.DOTALL)
_PLAIN_VALUE = re.compile(
    r"\d{1,6}(?:\.\d{1,6})?|true|yes|(?:very )?(?:high|low)|medium|home|away|\[.*\]", re.IGNORECASE
)
_MAX_AROUND = 2_000
_MAX_ITEM = 400
_NEXT_PAIR = re.compile(r"(?:[,;]\s*|\.\s+)(?=[^\W\d][^,;:=]{1,30}[:=])")
_EMPTY_BOX = re.compile(r"\[ ?\]")
_COMMA_OR_AND = re.compile(r"\s*(?:[,;]|\band\b)\s*")
_WITH_UNIT = re.compile(r"(?:s|sec|seconds?)$|:", re.IGNORECASE)
LIST_ITEM = "list item"


def parse_markdown(text: str, task: Task, budget: Budget) -> list[RawEvent] | None:
    """One event for each item that begins with a class's name and does not deny it."""
    events: list[RawEvent] = []
    says_none = False
    around: list[str] = []
    place = 0
    for found in _ITEM.finditer(text):
        is_bullet = found[3] is None
        written = budget.beginning(found[1] or found[2] or found[3], _MAX_ITEM, "an item of a list")
        item = written.replace("*", "").replace("`", "")
        parts = _parts(item, task) if len(item.lower()) == len(item) else []
        for part, mention in parts:
            claimed = _claimed(part, mention)
            events += claimed
            says_none = says_none or not claimed
        if is_bullet and not parts:
            says_none = says_none or says_nothing(item.lower())
        if is_bullet or parts:
            around.append(text[place : found.start()])
            place = found.end()
        if len(events) >= budget.max_events:
            break
    if events or not says_none:
        return events[: budget.max_events] or None
    # A list that denies everything says nothing about the sentences around it.
    around.append(text[place:])
    rest = "".join(around)
    if len(rest) > _MAX_AROUND:
        budget.leave_out(f"only {_MAX_AROUND:,} characters around a list were read")
    return read_sentences(truncate_middle(rest, _MAX_AROUND), task, budget.max_events).events


def _parts(item: str, task: Task) -> list[tuple[str, Mention]]:
    """The parts of "Goal: no, Foul: yes", each with the name that it begins with; mostly one."""
    parts: list[tuple[str, Mention]] = []
    for part in _NEXT_PAIR.split(item):
        mention = leading_mention(part.lower(), task)
        if mention:
            parts.append((part, mention))
        elif parts:
            before, earlier = parts[-1]
            parts[-1] = (f"{before}, {part}", earlier)
        else:
            break
    return parts


def _claimed(item: str, mention: Mention) -> list[RawEvent]:
    """The events that an item claims: mostly one, none where it denies."""
    lowered = item.lower()
    before = item[: mention.start].strip()
    if _EMPTY_BOX.search(before) or (before and text_denies(before)):
        return []
    if stances(lowered, [mention])[0] is Stance.DENIED:
        return []
    event = RawEvent(item[mention.start : mention.end], rule=LIST_ITEM)
    if value := _VALUE.match(item, mention.end):
        plain = value[1].strip(" .\t\r")
        if text_denies(plain[:80]) or text_denies(plain[:80].partition(",")[0]):
            return []
        moments = _COMMA_OR_AND.split(plain)
        if len(moments) > 1 and are_moments(moments) and all(map(_WITH_UNIT.search, moments)):
            return claims(event, moments)
        if _PLAIN_VALUE.fullmatch(plain):
            return claims(event, _list_or_text(plain))
    return [sentence_fields(item).filled(event)]


def _list_or_text(text: str) -> object:
    if text.startswith("["):
        try:
            return json.loads(text)
        except ValueError:
            return text
    return text
