"""The families that the tests put through the engine, from tools/exercised_families.yaml."""

from dataclasses import dataclass
from pathlib import Path

import yaml

_FILE = Path(__file__).parents[2] / "tools/exercised_families.yaml"


@dataclass(frozen=True, slots=True)
class Family:
    """A family of models with a class in transformers; the file says what the fields are."""

    name: str
    model_class: str
    build: tuple[str, str]
    video: bool = False
    needs: str | None = None
    saved_class: str | None = None


ROSTER = tuple(Family(**one) for one in yaml.safe_load(_FILE.read_text())["families"])
