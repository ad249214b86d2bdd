"""What raw replies are read as, and what a change of the parsers changes.

    python tools/reply_readings.py ../shared/qwen --write before.jsonl
    (change the parsers, or set PYTHONPATH to another tree's src)
    python tools/reply_readings.py ../shared/qwen --compare before.jsonl

The folder has the layout of the retrospective (`touchline.replies.read_retrospective`). Printed are
the replies by outcome, by parser and by what their times were read from; with --compare also the
outcomes before, and every reply whose outcome or detections are others, in full.
"""

import argparse
import json
from collections import Counter
from pathlib import Path
from typing import Any

from touchline.games import SOCCERNET_V2
from touchline.replies import Reading, parse_reply, read_retrospective


def main() -> None:
    """Reads the replies, writes or compares the readings, and prints the counts."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--write", type=Path, help="write the readings, one a line")
    arguments.add_argument("--compare", type=Path, help="readings that were written before")
    wanted = arguments.parse_args()
    found = list(_readings(wanted.folder))
    for name in ("outcome", "parser"):
        print(name, dict(Counter(one[name] for one in found)))
    sources = Counter(event["time_source"] for one in found for event in one["events"])
    print("time source", dict(sources))
    if wanted.write:
        lines = (json.dumps(one, ensure_ascii=False) + "\n" for one in found)
        wanted.write.write_text("".join(lines), encoding="utf-8")
    if wanted.compare:
        _compare(wanted.compare, found)


def _readings(folder: Path) -> Any:
    for half in read_retrospective(folder):
        for reply in half.replies:
            reading = parse_reply(reply.text, None, reply.window, SOCCERNET_V2)
            yield {
                "game": half.game,
                "half": half.half,
                "start_ms": reply.window.start_ms,
                "text": reply.text,
                "outcome": str(reading.outcome),
                "parser": reading.parser,
                "events": _events(reading),
            }


def _events(reading: Reading) -> list[dict[str, Any]]:
    return [
        {
            "label": one.label,
            "raw_label": one.raw_label,
            "position_ms": one.position_ms,
            "time_source": str(one.time_source),
            "team": one.team,
            "confidence": one.confidence,
        }
        for one in reading.detections
    ]


def _compare(file: Path, found: list[dict[str, Any]]) -> None:
    before = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    print("outcome before", dict(Counter(one["outcome"] for one in before)))
    changed = 0
    for old, new in zip(before, found, strict=True):
        facts = ("outcome", "events")
        if [old[name] for name in facts] == [new[name] for name in facts]:
            continue
        changed += 1
        print(f"\n{new['game']}, half {new['half']}, {new['start_ms'] / 1000:g} s")
        print(new["text"])
        for when, one in (("before", old), ("after", new)):
            print(f"{when}: {one['outcome']}, {one['parser']}")
            for event in one["events"]:
                print(f"  {json.dumps(event, ensure_ascii=False)}")
    print(f"\n{changed} of {len(found)} replies are read otherwise")


if __name__ == "__main__":
    main()
