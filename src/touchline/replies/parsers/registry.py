"""The parsers in the order in which they are tried, from the strict to the lenient.

A parser takes the cleaned text, the task and the budget of the reply. It
returns the events that it found, an empty list where the text says that there are none, or None
where it cannot read the text.
"""

import sys
from collections.abc import Callable
from typing import NamedTuple

from touchline.games import Task
from touchline.replies.budget import MAX_PROSE, Budget
from touchline.replies.cleaning.truncation import MAX_CHARACTERS
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
from touchline.replies.parsers.yaml_blocks import parse_yaml
from touchline.replies.raw_events import RawEvent


class Parser(NamedTuple):
    """One way to read a reply.

    Attributes:
        name: recorded for every reply that it reads.
        parse: the function.
        max_characters: of a longer text it gets only the beginning and the end.
    """

    name: str
    parse: Callable[[str, Task, Budget], list[RawEvent] | None]
    max_characters: int = MAX_CHARACTERS


_ANY = sys.maxsize

PARSERS: tuple[Parser, ...] = (
    Parser("json", parse_whole_json, _ANY),
    Parser("fenced json", parse_fenced_json, _ANY),
    Parser("null", parse_null, _ANY),
    Parser("yaml", parse_yaml),
    Parser("json in prose", parse_json_in_prose, _ANY),
    Parser("literals", parse_literals),
    Parser("repaired json", parse_repaired_json),
    Parser("xml", parse_xml),
    Parser("table", parse_tables),
    Parser("fields", parse_fields),
    Parser("markdown", parse_markdown),
    Parser("prose", parse_prose, MAX_PROSE),
)

IN_WORDS = frozenset({"null", "markdown", "prose"})
"""Parsers that read sentences, in which "no event" may be part of a refusal."""
