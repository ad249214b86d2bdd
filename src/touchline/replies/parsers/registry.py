"""The parsers in the order in which they are tried, from the strict to the lenient.

A parser takes the cleaned text, the task and the largest number of events that it may return. It
returns the events that it found, an empty list where the text says that there are none, or None
where it cannot read the text.
"""

from collections.abc import Callable
from typing import NamedTuple

from touchline.games import Task
from touchline.replies.parsers.fenced_json import parse_fenced_json
from touchline.replies.parsers.fields import parse_fields
from touchline.replies.parsers.json_in_prose import parse_json_in_prose
from touchline.replies.parsers.literals import parse_literals
from touchline.replies.parsers.markdown import parse_markdown
from touchline.replies.parsers.null import parse_null
from touchline.replies.parsers.prose import parse_prose
from touchline.replies.parsers.repaired_json import parse_repaired_json
from touchline.replies.parsers.tables import parse_tables
from touchline.replies.parsers.whole_json import parse_whole_json
from touchline.replies.parsers.xml import parse_xml
from touchline.replies.raw_events import RawEvent


class Parser(NamedTuple):
    """One way to read a reply.

    Attributes:
        name: recorded for every reply that it reads.
        parse: the function.
        any_length: whether it is fast enough for a reply of any length; the others get a
            truncated text.
    """

    name: str
    parse: Callable[[str, Task, int], list[RawEvent] | None]
    any_length: bool = False


PARSERS: tuple[Parser, ...] = (
    Parser("json", parse_whole_json, any_length=True),
    Parser("fenced json", parse_fenced_json, any_length=True),
    Parser("null", parse_null, any_length=True),
    Parser("json in prose", parse_json_in_prose, any_length=True),
    Parser("literals", parse_literals),
    Parser("repaired json", parse_repaired_json),
    Parser("xml", parse_xml),
    Parser("table", parse_tables),
    Parser("fields", parse_fields),
    Parser("markdown", parse_markdown),
    Parser("prose", parse_prose),
)

IN_WORDS = frozenset({"null", "markdown", "prose"})
"""Parsers that read sentences, in which "no event" may be part of a refusal."""
