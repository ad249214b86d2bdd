"""The files of a folder of examples."""

from dataclasses import dataclass
from pathlib import Path

PARTS = ("train", "held_out")


@dataclass(frozen=True, slots=True)
class DataFolder:
    """Paths in a folder that `touchline train data` made.

    Attributes:
        folder: the folder.
    """

    folder: Path

    @property
    def facts(self) -> Path:
        """What the examples were made from, and their counts."""
        return self.folder / "data.json"

    @property
    def bench(self) -> Path:
        """The benchmark that they were made from."""
        return self.folder / "bench.yaml"

    @property
    def llama_factory(self) -> Path:
        """What LLaMA-Factory has to know about its files."""
        return self.folder / "dataset_info.json"

    def rows(self, part: str) -> Path:
        """The examples of a part ("train" or "held_out") with typed parts, for TRL."""
        return self.folder / f"{part}.jsonl"

    def tagged_rows(self, part: str) -> Path:
        """The same examples with tags for images, for LLaMA-Factory."""
        return self.folder / f"{part}.llamafactory.jsonl"

    def tagged_names(self) -> dict[str, str]:
        """Names of the data sets and their files, as LLaMA-Factory calls them."""
        return {f"touchline_{part}": self.tagged_rows(part).name for part in PARTS}

    def frames(self, game: str, half: int) -> Path:
        """The frames of a half."""
        return self.folder / "frames" / game / str(half)
