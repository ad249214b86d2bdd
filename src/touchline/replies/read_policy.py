"""How ambiguous replies are read: the section `reading` of a benchmark."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, ValidationInfo

from touchline.games import SOCCERNET_V2, Task
from touchline.text import nearest_word
from touchline.validation import Settings, to_ms

TASK = "task"
"""The key in pydantic's context of the task whose classes a policy names; SoccerNet-v2 without."""


def _known_class(name: str, info: ValidationInfo) -> str:
    """The class of a name."""
    task: Task = (info.context or {}).get(TASK, SOCCERNET_V2)
    if label := task.canonical_class(name):
        return label
    raise ValueError(f"it is not a class{nearest_word(name, task.classes)}")


ClassName = Annotated[str, AfterValidator(_known_class)]


class ReadPolicy(Settings):
    """How ambiguous replies are read.

    Attributes:
        free_kick: class of a free-kick that is called neither direct nor indirect; None keeps
            it as *other*. The default is the more frequent one in SoccerNet-v2.
        shot: class of a shot that is called neither on nor off target.
        card: class of a card without a colour.
        aliases: further names and their classes, or None for no class; they take precedence.
        fuzzy_cutoff: lowest rapidfuzz ratio, 0 to 100, at which a misspelt name is taken for a
            known one; above 100 none is.
        headings: take the class from the details where the label is only a heading of the
            prompt ("Set Pieces", "Other") and the details are only a class name.
        left_team: team that "left" means; the team named on the left of a score board plays at
            home. None leaves such a team unknown.
        slack: how many seconds outside its window a named time may be and still be accepted.
        max_events: events read from one reply; a reply with more is in a loop.
    """

    free_kick: ClassName | None = "Indirect free-kick"
    shot: ClassName | None = "Shots on target"
    card: ClassName | None = "Yellow card"
    aliases: dict[str, ClassName | None] = Field(default_factory=dict)
    fuzzy_cutoff: Annotated[float, Field(ge=0)] = 88.0
    headings: bool = True
    left_team: Literal["home", "away"] | None = "home"
    slack: Annotated[float, Field(ge=0)] = 0.5
    max_events: Annotated[int, Field(ge=1)] = 200

    def __hash__(self) -> int:
        # Policies are part of the keys of caches that are read for every reply, so this is short.
        return hash((self.free_kick, self.shot, self.card))

    @property
    def slack_ms(self) -> int:
        """`slack` in milliseconds."""
        return to_ms(self.slack)
