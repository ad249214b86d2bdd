"""The reply still shows keys and values, though its structure is broken."""

import re
from functools import cache

from touchline.games import Task
from touchline.replies.budget import Budget
from touchline.replies.class_names import is_null, is_placeholder
from touchline.replies.grammar.assertions import is_denied_name, is_zero, text_denies
from touchline.replies.grammar.keys import Role, key_meaning, key_meanings
from touchline.replies.objects.object_fields import Fields, read_fields
from touchline.replies.raw_events import RawEvent
from touchline.replies.sentences.sentence_fields import sentence_fields

_QUOTES = "\"'`´‘’‚‛“”„«»*\\\\"
_ROLES = frozenset(
    {Role.LABEL, Role.TIME, Role.TIME_MS, Role.POSITION, Role.FRAME, Role.TEAM, Role.CONFIDENCE}
) | {Role.ASSERTION, Role.RANGE}
_LABELS_IN_TEXT = frozenset(
    {"label", "event", "event type", "event label", "event name", "event class", "class"}
)
_TOO_COMMON = frozenset(
    {"t", "p", "at", "to", "when", "from", "y", "e", "value", "count", "number"}
)
FIELD = "key and value"
_DIGIT = re.compile(r"[0-9]")
_REST_OF_LINE = re.compile(
    r"(?:[^\n{}\[\]:=]|:(?=\d)){0,120}?(?=$|[\n{}\[\]]|[,;.] *[^\W\d][\w ]{0,30}[\"']?[:=])"
)


@cache
def _pair() -> re.Pattern[str]:
    keys = [
        key
        for key, meaning in key_meanings().items()
        if meaning.role in _ROLES
        and key not in _TOO_COMMON
        and (meaning.role is not Role.LABEL or key in _LABELS_IN_TEXT or not key.isascii())
    ]
    by_first: dict[str, list[str]] = {}
    for key in sorted(keys, key=len, reverse=True):
        by_first.setdefault(key[0], []).append("[ _]".join(map(re.escape, key.split())))
    # Grouped by their first letter, most keys are ruled out by one comparison.
    names = "|".join(f"(?={first})(?:{'|'.join(by_first[first])})" for first in sorted(by_first))
    return re.compile(
        rf"(?<!\w)(?=[{''.join(sorted(by_first))}])({names})"
        rf"(?:[{_QUOTES}]{{0,6}}\s{{0,3}}[:=：]|[{_QUOTES}]{{1,6}}(?=\s))"
        rf"\s{{0,3}}[{_QUOTES}]{{0,6}}([^{_QUOTES}{{}}\[\],;\r\n]{{0,80}})"
    )


def _event(fields: Fields, label: str, after: str) -> RawEvent:
    """The event of a label, which may be a sentence: "Event: corner at 1.4 s", "Event: goal, 5 s".

    Args:
        fields: what other keys say.
        label: the value of the key that names it.
        after: the rest of its line, up to the next key.
    """
    event = fields.event(label, FIELD)
    if fields.times or not _DIGIT.search(label + after):
        return event
    return sentence_fields(f"{label}{after}").filled(event)


def parse_fields(text: str, _task: Task, budget: Budget) -> list[RawEvent] | None:
    """One event for each `label: …`, with the fields that follow it up to the next."""
    found: list[tuple[str, dict[object, object], str]] = []
    says_none = False
    lowered = text.lower()
    if len(lowered) != len(text):  # a letter whose lower case is two characters
        text = lowered
    for pair in _pair().finditer(lowered):
        meaning = key_meaning(pair[1])
        value = text[pair.start(2) : pair.end(2)].strip()
        if meaning and meaning.role is Role.LABEL:
            if is_null(value) or text_denies(value) or is_denied_name(value):
                says_none = True
            elif not is_placeholder(value):
                if len(found) == budget.max_events:
                    break
                rest = _REST_OF_LINE.match(text, pair.end(2))
                found.append((value, {}, rest[0] if rest else ""))
        elif found and pair[1] not in found[-1][1]:
            found[-1][1][pair[1]] = value
    events = []
    for label, values, after in found:
        fields = read_fields(values)
        known = fields.known
        if text_denies(str(known.get(Role.ASSERTION, "yes"))) or is_zero(
            known.get(Role.CONFIDENCE)
        ):
            says_none = True
        else:
            events.append(_event(fields, label, after))
    return events if events else ([] if says_none else None)
