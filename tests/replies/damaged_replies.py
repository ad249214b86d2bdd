"""Replies with known events, and everything that can happen to them on the way.

Each damage gives a text and the events that are still there to be read. A seeded generator, so
that a failing case can be made again.
"""

import json
import random
import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from touchline.games import SOCCERNET_V2
from touchline.video import Window

WINDOW = Window("game", 1, 5, 100, 10_000, 14_000, tuple(range(10_000, 14_000, 200)))


class Event(NamedTuple):
    """What a reading must give back: class, milliseconds of the half, team."""

    label: str
    position_ms: int
    team: str


class Case(NamedTuple):
    """A damaged reply and what it still holds."""

    damage: str
    text: str
    events: list[Event]
    finish_reason: str | None = "stop"


DETAILS = (
    "Player in red kicks the ball towards the goal",
    "a late tackle, then the referee's whistle",
    'he shouts "mine" and heads it away',
    "裁判吹哨，球员倒地",
    "El árbitro señala falta; los jugadores protestan",
    "لاعب يسدد الكرة",
    "⚽🔥 what a moment",
    "number {9} [captain] passes back",
)


def some_events(dice: random.Random) -> list[dict[str, object]]:
    """One to four events as a model would write them, no class twice."""
    return [
        {
            "label": label,
            "team": dice.choice(("home", "away")),
            "time": dice.randrange(0, 40) / 10,
            "confidence": dice.randrange(1, 10) / 10,
            "details": dice.choice(DETAILS),
        }
        for label in dice.sample(SOCCERNET_V2.classes, dice.randint(1, 4))
    ]


def truth(events: list[dict[str, object]]) -> list[Event]:
    """What the undamaged events mean in `WINDOW`."""
    return [
        Event(str(one["label"]), 10_000 + round(float(str(one["time"])) * 1000), str(one["team"]))
        for one in events
    ]


def dumped(one: object) -> str:
    """JSON as models write it."""
    return json.dumps(one, ensure_ascii=False)


def lines(events: list[dict[str, object]]) -> str:
    """One object a line, as the prompt asks."""
    return "\n".join(dumped(one) for one in events)


def fenced(events: list[dict[str, object]]) -> str:
    """An indented array in a fence, as Qwen writes it."""
    return f"```json\n{json.dumps(events, indent=2, ensure_ascii=False)}\n```"


def _without_details(events: list[dict[str, object]]) -> list[dict[str, object]]:
    return [{key: one[key] for key in one if key != "details"} for one in events]


def _requoted(opening: str, closing: str) -> Callable[[list[dict[str, object]]], str]:
    def write(events: list[dict[str, object]]) -> str:
        plain = [{**one, "details": "a late tackle"} for one in events]
        return re.sub(r'"([^"]*)"', rf"{opening}\1{closing}", lines(plain))

    return write


def _pythonic(events: list[dict[str, object]]) -> str:
    return "\n".join(repr({**one, "sure": True, "player": None}) for one in events)


def _nested(events: list[dict[str, object]]) -> str:
    return dumped({"analysis": {"window": 3, "result": [{"events": events}]}, "done": True})


def _deep(events: list[dict[str, object]]) -> str:
    return '{"a":' * 10_000 + dumped(_without_details(events)[0]) + "}" * 10_000


def _deep_unclosed(events: list[dict[str, object]]) -> str:
    return "[" * 10_000 + dumped(_without_details(events)[0])


def _markdown(events: list[dict[str, object]]) -> str:
    items = [
        f"{i}. **{one['label']}** ({one['team']} team) at {one['time']} s: something is seen"
        for i, one in enumerate(events, 1)
    ]
    return "Here are the events in these frames:\n\n" + "\n".join(items)


def _bullets(events: list[dict[str, object]]) -> str:
    return "\n".join(f"* {one['label']} - {one['team']} - {one['time']}s" for one in events)


def _labelled(events: list[dict[str, object]]) -> str:
    return "\n\n".join(
        f"Label: {one['label']}\nTeam: {one['team']}\nTime: {one['time']}\nConfidence: high"
        for one in events
    )


def _bold_labelled(events: list[dict[str, object]]) -> str:
    return "\n".join(
        f"- **Label:** {one['label']}\n  - **Team:** {one['team']}\n  - **Time:** {one['time']} s"
        for one in events
    )


def _unit_numbers(events: list[dict[str, object]]) -> str:
    return re.sub(r'"time": ([\d.]+)', r'"time": \1s', lines(events))


def _escaped(events: list[dict[str, object]]) -> str:
    return json.dumps(lines(_without_details(events)))


def _commented(events: list[dict[str, object]]) -> str:
    return re.sub(r"(,) (\"team\")", r"\1 // the label\n \2", lines(events))


REWRITTEN: dict[str, Callable[[list[dict[str, object]]], str]] = {
    "one a line": lines,
    "fenced array": fenced,
    "single quotes": _requoted("'", "'"),
    "curly quotes": _requoted("“", "”"),
    "curly single quotes": _requoted("‘", "’"),
    "backticks": _requoted("`", "`"),
    "guillemets": _requoted("«", "»"),
    "doubled quotes": _requoted('""', '""'),
    "escaped quotes": _requoted(r"\\\\\"", r"\\\\\""),
    "no quotes": _requoted("", ""),
    "python": _pythonic,
    "nested": _nested,
    "numbered list": _markdown,
    "bullets": _bullets,
    "label lines": _labelled,
    "bold label lines": _bold_labelled,
    "numbers with a unit": _unit_numbers,
    "JSON in a string": _escaped,
    "comments": _commented,
    "commas lost": lambda events: lines(_without_details(events)).replace(",", ""),
    "commas doubled": lambda events: lines(events).replace(', "', ',, "'),
    "trailing commas": lambda events: lines(events).replace("}", ",},"),
    "newlines lost": lambda events: lines(events).replace("\n", ""),
    "semicolons": lambda events: lines(_without_details(events)).replace(",", ";"),
    "colons lost": lambda events: lines(_without_details(events)).replace('": ', '" '),
    "equals signs": lambda events: lines(_without_details(events)).replace('": ', '"='),
    "closing braces lost": lambda events: lines(_without_details(events)).replace("}", ""),
    "opening braces lost": lambda events: lines(_without_details(events)).replace("{", ""),
    "all braces lost": lambda events: re.sub("[{}]", "", lines(_without_details(events))),
    "opening quote of the label lost": lambda events: lines(events).replace(
        '"label": "', '"label": '
    ),
    "closing quote of the key lost": lambda events: lines(events).replace('label"', "label"),
    "keys in capitals": lambda events: re.sub(
        r'"(\w+)":', lambda found: f'"{found[1].upper()}":', lines(events)
    ),
    "closing fence lost": lambda events: fenced(events).removesuffix("```"),
    "opening fence lost": lambda events: fenced(events).removeprefix("```json"),
    "fence of two": lambda events: fenced(events).replace("```", "``"),
    "fence doubled": lambda events: f"```json\n{fenced(events)}\n```",
    "fence of tildes": lambda events: fenced(events).replace("```", "~~~"),
    "prose around": lambda events: f"Sure! I see this:\n{lines(events)}\nLet me know.",
    "Chinese around": lambda events: f"好的，以下是事件：\n{lines(events)}\n以上。",
    "null before": lambda events: f"None.\n{lines(events)}",
    "thought before": lambda events: f"<think>Was it {{a goal}}?\n</think>\n{lines(events)}",
    "ellipsis after": lambda events: f"{lines(events)}\n...",
    "line breaks in strings": lambda events: lines(events).replace(" the ", "\n the "),
    "tabs and CRLF": lambda events: fenced(events).replace("\n", "\r\n").replace("  ", "\t"),
    "byte order mark": lambda events: "\ufeff" + lines(events),
    "long details": lambda events: lines([{**one, "details": "ab " * 80_000} for one in events]),
    "a megabyte before": lambda events: "I think. " * 116_000 + lines(events),
    "a megabyte after": lambda events: lines(events) + "\n" + "la " * 350_000,
    "a megabyte of blanks": lambda events: "\n " * 500_000 + lines(events) + " " * 500_000,
}
"""All events are still there."""


def rewritten(seed: int, rounds: int) -> Iterator[Case]:
    """Every way of writing, `rounds` times with other events."""
    dice = random.Random(seed)
    for _ in range(rounds):
        events = some_events(dice)
        for damage, write in REWRITTEN.items():
            yield Case(damage, write(events), truth(events))
        yield Case("10,000 levels", _deep(events), truth(events)[:1])
        yield Case("10,000 levels, open", _deep_unclosed(events), truth(events)[:1])


def one_comma_lost(seed: int) -> Iterator[Case]:
    """Each comma between two members lost, one at a time."""
    events = some_events(random.Random(seed))
    text = lines(events)
    for found in re.finditer(r', (?=")', text):
        yield Case("one comma lost", text[: found.start()] + text[found.end() :], truth(events))


def cut_everywhere(seed: int, write: Callable[[list[dict[str, object]]], str]) -> Iterator[Case]:
    """Truncation at every byte: an event is there once its label is closed.

    Its time and team are expected only where they stood whole before the cut.
    """
    events = some_events(random.Random(seed))
    raw = write(events).encode()
    for size in range(len(raw)):
        text = raw[:size].decode(errors="ignore")
        closed = [one for one in truth(events) if f'"label": "{one.label}"' in text]
        yield Case("cut", text, closed, "length")
