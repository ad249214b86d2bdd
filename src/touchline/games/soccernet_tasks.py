"""The tasks that SoccerNet scores; each is read when it is first asked for."""

from touchline.games.task import Task
from touchline.games.task_registry import find_task

SOCCERNET_V2: Task
SOCCERNET_V1: Task
BALL_2: Task
BALL_12: Task

_NAMES = {"SOCCERNET_V2": "v2", "SOCCERNET_V1": "v1", "BALL_2": "ball", "BALL_12": "ball-12"}


def __getattr__(name: str) -> Task:
    if name not in _NAMES:
        raise AttributeError(f"module '{__name__}' has no attribute '{name}'")
    return find_task(_NAMES[name])
