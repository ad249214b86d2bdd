"""`context.json`: who plays in which colours, for each game of a run."""

from collections.abc import Mapping
from pathlib import Path

from pydantic import TypeAdapter

from touchline.bounded_reading import read_bounded
from touchline.files import write_atomically
from touchline.prompts import MatchContext
from touchline.runs.run_folder import RunFolder

_CONTEXTS = TypeAdapter(dict[str, MatchContext])


def read_contexts(folder: Path) -> dict[str, MatchContext]:
    """The match contexts of a run, by game; empty where it has none."""
    file = RunFolder(folder).contexts
    if not file.is_file():
        return {}
    return _CONTEXTS.validate_json(read_bounded(file))


def write_contexts(folder: Path, contexts: Mapping[str, MatchContext]) -> None:
    """Writes the match contexts of a run, by game."""
    content = _CONTEXTS.dump_json(dict(sorted(contexts.items())), indent=1)
    write_atomically(RunFolder(folder).contexts, content.decode())
