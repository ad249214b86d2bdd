"""`stopping.json`: in which order games are asked, and what each said of the question."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from touchline.errors import UserError
from touchline.files import write_atomically
from touchline.runs.config.stopping_settings import StoppingSettings
from touchline.runs.links import read_inside
from touchline.runs.run_folder import RunFolder
from touchline.validation import one_sentence


class StoppingFile(BaseModel):
    """The question of a run, and how far it is answered.

    Attributes:
        settings: the question.
        order: all games, in the order in which they are asked; fixed before the first is.
        differences: of the first model to the second, by game, of the games asked so far.
        evidence: after each of these games.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    settings: StoppingSettings
    order: tuple[str, ...]
    differences: dict[str, float] = {}
    evidence: tuple[float, ...] = ()

    @property
    def wanted(self) -> float:
        """The evidence that answers the question."""
        return 1 / self.settings.alpha

    @property
    def is_answered(self) -> bool:
        """Whether the games asked so far answer it."""
        return bool(self.evidence) and self.evidence[-1] >= self.wanted

    @property
    def sentence(self) -> str:
        """What the games asked so far say."""
        first, second = self.settings.between
        games = f"{len(self.evidence)} of {len(self.order)} games"
        reached = f"the evidence is {_shown(self.evidence[-1])} of {_shown(self.wanted)} wanted"
        if not self.is_answered:
            return f"after {games} (in random order), {reached}: {first} and {second} may be equal."
        mean = sum(self.differences.values()) / len(self.differences)
        better, worse = (first, second) if mean > 0 else (second, first)
        return (
            f"after {games} (in random order), {reached}: {better} is better than {worse}, on "
            f"average by {100 * abs(mean):.2f} points of a game's {self.settings.figure} "
            "average-mAP."
        )

    @classmethod
    def read(cls, folder: Path) -> "StoppingFile | None":
        """That of a run; None where it has no such question.

        Raises:
            UserError: the file is damaged.
        """
        file = RunFolder(folder).stopping
        if not file.is_file():
            return None
        try:
            return cls.model_validate_json(read_inside(folder, file))
        except ValidationError as error:
            raise UserError(
                f"{file} is damaged ({one_sentence(error)}): delete it, and the games are judged "
                "again in the same order."
            ) from error

    def write(self, folder: Path) -> None:
        """Writes it into a run's folder."""
        write_atomically(RunFolder(folder).stopping, self.model_dump_json(indent=1))


def _shown(evidence: float) -> str:
    return f"{evidence:.3g}" if evidence < 1e6 else "more than a million"
