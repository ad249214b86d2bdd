"""The files of a training of an adapter."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class LoraFolder:
    """Paths in the folder of a training.

    Attributes:
        folder: the folder.
    """

    folder: Path

    @property
    def checkpoints(self) -> Path:
        """What training resumes from."""
        return self.folder / "checkpoints"

    @property
    def evaluations(self) -> Path:
        """A run on the held-out games for each checkpoint, and their scores."""
        return self.folder / "evaluations"

    @property
    def adapter(self) -> Path:
        """The adapter with the best score."""
        return self.folder / "adapter"

    @property
    def card(self) -> Path:
        """The card of the model with the adapter."""
        return self.folder / "card.yaml"

    @property
    def merged(self) -> Path:
        """The checkpoint with the adapter added to its weights."""
        return self.folder / "merged"

    @property
    def merged_card(self) -> Path:
        """The card of that checkpoint."""
        return self.folder / "merged.yaml"

    @property
    def record(self) -> Path:
        """Everything that is needed to train it again, and the losses."""
        return self.folder / "training.json"

    def candidate(self, step: int) -> Path:
        """The adapter after some steps."""
        return self.folder / "adapters" / f"step-{step:06d}"
