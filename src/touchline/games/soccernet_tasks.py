"""The tasks that SoccerNet scores."""

from touchline.games.task_registry import find_task

SOCCERNET_V2 = find_task("v2")
SOCCERNET_V1 = find_task("v1")
BALL_2 = find_task("ball")
BALL_12 = find_task("ball-12")
