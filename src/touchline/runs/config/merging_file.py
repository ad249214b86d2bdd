"""Settings files with a section `merging:`, as `touchline tune` writes and `merge` reads them."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from touchline.bounded_reading import read_bounded_text
from touchline.errors import UserError, reason_of
from touchline.files import write_atomically
from touchline.spots import MergeSettings
from touchline.validation import Settings, one_sentence, telling
from touchline.yaml_text import line_in_text, read_yaml, yaml_problem


class _MergingFile(Settings):
    merging: MergeSettings


def read_merging_file(path: Path) -> dict[str, Any]:
    """The merging settings that a file sets, by name; what it leaves to a default is not there.

    Raises:
        UserError: the file cannot be read, or does not hold settings for merging.
    """
    try:
        text = read_bounded_text(path)
        values = read_yaml(text)
    except yaml.YAMLError as error:
        raise UserError(f"settings {path} are not valid YAML: {yaml_problem(error)}.") from error
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"settings {path} cannot be read: {reason_of(error)}.") from error
    section = values.get("merging") if isinstance(values, dict) else None
    if not isinstance(section, dict):
        raise UserError(f"settings {path} have no section 'merging:'.")
    try:
        read = _MergingFile.model_validate({"merging": section})
    except ValidationError as error:
        line = line_in_text(text, telling(error)["loc"])
        sentence = one_sentence(error, _MergingFile, "docs/merging.md")
        raise UserError(f"settings {path}, line {line}: {sentence}") from error
    settings: dict[str, Any] = read.merging.model_dump(mode="json", exclude_unset=True)
    return settings


def write_merging_file(path: Path, settings: MergeSettings, comments: Sequence[str]) -> None:
    """Writes merging settings, all of them, under lines of comment.

    Args:
        path: the YAML file.
        settings: how to merge.
        comments: without the "# " before them.
    """
    body = yaml.safe_dump(_MergingFile(merging=settings).model_dump(), sort_keys=False)
    write_atomically(path, "\n".join([*(f"# {line}" for line in comments), body]))
