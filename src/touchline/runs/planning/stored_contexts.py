"""`context.json`: who plays in which colours, for each game of a run."""

import json
from collections.abc import Mapping
from pathlib import Path

from touchline.files import write_atomically
from touchline.prompts import MatchContext
from touchline.runs.run_folder import RunFolder


def read_contexts(folder: Path) -> dict[str, MatchContext]:
    """The match contexts of a run, by game; empty where it was run without."""
    file = RunFolder(folder).contexts
    if not file.is_file():
        return {}
    return {
        game: MatchContext.model_validate(values)
        for game, values in json.loads(file.read_text(encoding="utf-8")).items()
    }


def write_contexts(folder: Path, contexts: Mapping[str, MatchContext]) -> None:
    """Writes the match contexts of a run, by game."""
    facts = {game: context.model_dump() for game, context in sorted(contexts.items())}
    text = json.dumps(facts, indent=1, ensure_ascii=False)
    write_atomically(RunFolder(folder).contexts, text)
