"""The spotting tasks that SoccerNet scores: their classes, frame rate and rules."""

from dataclasses import dataclass

from touchline.games.classes import CLASSES

MINUTES_OF_A_HALF = 120
"""What the evaluator makes room for; later positions are moved to the last frame."""

HALF_LIMIT_MS = MINUTES_OF_A_HALF * 60_000


@dataclass(frozen=True, slots=True)
class Task:
    """What is spotted and how fine the evaluator's clock is.

    Attributes:
        name: as the command line names it.
        classes: class names in the evaluator's order.
        fps: frames a second of the evaluator's grid.
        label_file: name of a game's file of labels.
        substrings: True where a label belongs to the first class whose name it contains.
        visibility: True where visible and unshown truths are also scored apart.
    """

    name: str
    classes: tuple[str, ...]
    fps: int = 2
    label_file: str = "Labels-v2.json"
    substrings: bool = False
    visibility: bool = True

    @property
    def frames(self) -> int:
        """Frames of one half."""
        return MINUTES_OF_A_HALF * 60 * self.fps

    def claim_class(self, label: str) -> int:
        """Place of a spot's class among `classes`, or -1 where it is none of them."""
        return self.classes.index(label) if label in self.classes else -1

    def truth_class(self, label: str) -> int:
        """Place of a label's class among `classes`, or -1 where it is none of them."""
        if self.substrings:
            return next((i for i, part in enumerate(self.classes) if part in label), -1)
        return self.claim_class(label)


SOCCERNET_V2 = Task("v2", CLASSES)
SOCCERNET_V1 = Task(
    "v1",
    ("card", "subs", "soccer"),
    label_file="Labels.json",
    substrings=True,
    visibility=False,
)
BALL_2 = Task("ball", ("PASS", "DRIVE"), fps=25, label_file="Labels-ball.json")
BALL_12 = Task(
    "ball-12",
    (
        "PASS",
        "DRIVE",
        "HEADER",
        "HIGH PASS",
        "OUT",
        "CROSS",
        "THROW IN",
        "SHOT",
        "BALL PLAYER BLOCK",
        "PLAYER SUCCESSFUL TACKLE",
        "FREE KICK",
        "GOAL",
    ),
    fps=25,
    label_file="Labels-ball.json",
)
TASKS: dict[str, Task] = {task.name: task for task in (SOCCERNET_V2, SOCCERNET_V1, BALL_2, BALL_12)}
"""The tasks by name."""
