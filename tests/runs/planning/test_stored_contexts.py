"""`context.json`: the file is byte for byte what earlier versions wrote."""

import json

from touchline.prompts import MatchContext
from touchline.runs.planning.stored_contexts import read_contexts, write_contexts

CONTEXTS = {
    "b": MatchContext.model_validate({"home": {"team": "Bayern München", "kit": "red"}}),
    "a": MatchContext.model_validate({"away": {"kit": "blue"}}),
}


def test_contexts_survive_their_file(tmp_path):
    assert read_contexts(tmp_path) == {}
    write_contexts(tmp_path, CONTEXTS)
    assert read_contexts(tmp_path) == CONTEXTS


def test_the_file_is_sorted_and_readable_json(tmp_path):
    write_contexts(tmp_path, CONTEXTS)
    facts = {game: one.model_dump() for game, one in sorted(CONTEXTS.items())}
    expected = json.dumps(facts, indent=1, ensure_ascii=False)
    assert (tmp_path / "context.json").read_text(encoding="utf-8") == expected
