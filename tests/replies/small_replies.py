"""Small replies and what they mean: `corpus/handed.jsonl`, `seen.jsonl` and `unseen.jsonl`.

`broken_seen.jsonl` and `broken_unseen.jsonl` were written by somebody who had not read the parsers,
to break them: the first half was studied, the second was first read after its kinds were mended.
`broken_more.jsonl` was written against what was weak in those. `fresh_seen.jsonl` and
`fresh_unseen.jsonl` are what a third person, who knew only the documentation, bets on seeing.

`reviewed.jsonl` holds readings that were checked by eye after the parsers stood: they keep what is
right from being lost, and measure nothing.

The unseen half was written before the parsers were, and not looked at while they were written
(`docs/replies.md` has the figures of both).
"""

import json
from pathlib import Path
from typing import Any

from touchline.games import SOCCERNET_V2
from touchline.replies import Reading, parse_reply
from touchline.video import Window

CORPUS = Path(__file__).parent / "corpus"


def small_replies(half: str) -> list[dict[str, Any]]:
    """The cases of one file, without its suffix."""
    lines = (CORPUS / f"{half}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def window_of(case: dict[str, Any]) -> Window:
    """The window that a case was asked about."""
    start_ms, end_ms = case["window_ms"]
    frames = tuple(range(start_ms, end_ms, case["frame_step_ms"]))
    return Window("game", 1, 0, 1, start_ms, end_ms, frames)


def read_case(case: dict[str, Any]) -> Reading:
    """What a case is read as."""
    reason = case.get("finish_reason", "stop")
    return parse_reply(case["reply"], reason, window_of(case), SOCCERNET_V2)


def is_right(case: dict[str, Any], reading: Reading) -> bool:
    """Whether a reading has the case's outcome and events; only facts that it states count."""
    found = [
        {
            "label": one.label or "",
            "at_ms": one.position_ms,
            "team": one.team,
            "confidence": one.confidence,
        }
        for one in reading.detections
    ]

    def by_place(event: dict[str, Any]) -> tuple[str, int]:
        return event["label"], event["at_ms"]

    found.sort(key=by_place)
    wanted = sorted(case["events"], key=by_place)
    return (
        str(reading.outcome) == case["outcome"]
        and len(found) == len(wanted)
        and all(one | want == one for one, want in zip(found, wanted, strict=True))
    )
