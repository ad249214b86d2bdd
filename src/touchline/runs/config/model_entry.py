"""An entry under `models` in a benchmark: a card's name or its fields, and perhaps a prompt."""

from typing import Any

from touchline.errors import UserError
from touchline.runs.sweep.sweep_settings import PROMPT

ModelEntry = str | dict[str, Any]


def split_prompt(entry: ModelEntry) -> tuple[ModelEntry, str | None]:
    """An entry of a benchmark's models without its prompt, and the prompt.

    Raises:
        UserError: the prompt is no text.
    """
    if isinstance(entry, str) or PROMPT not in entry:
        return entry, None
    prompt = entry[PROMPT]
    if not isinstance(prompt, str):
        name = entry.get("name", entry.get("use", "?"))
        raise UserError(
            f"model '{name}': prompt is {prompt!r}: expected the name of a prompt, or the path of "
            "a .j2 file."
        )
    return {name: value for name, value in entry.items() if name != PROMPT}, prompt
