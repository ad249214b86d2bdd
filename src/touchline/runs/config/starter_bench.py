"""A commented benchmark to start from, for a folder of games."""

import json
from collections.abc import Sequence
from pathlib import Path

from touchline.errors import UserError
from touchline.games import SOCCERNET_V2, Game, Task, find_task, read_games, task_names
from touchline.text import counted

_TEXT = """\
# {found}
# Estimate it first: touchline run {file} --dry-run
# Then run it, or resume it: touchline run {file}
# docs/benchmarks.md describes every setting.
{task}
data:
  root: {root}
{halves}  # games: ["*"]                 # only some of them: patterns of league/season/game

models:
  - demo                         # the built-in model; `touchline models` lists all others
  # - qwen2.5-vl-7b              # weights on this machine, after `touchline models pull`
  # - {{use: qwen2.5-vl-7b, engine: vllm}}        # behind a server that touchline starts
  # - {{name: mine, engine: openai, base_url: "http://127.0.0.1:8000/v1", model: my-model}}

# Seconds; each model has a default of its own.
# sampling: {{fps: 5, window: 3, stride: 2, height: 224}}
# prompt: base.v1                # or your own .j2 file
# merging: {{method: votes}}       # `touchline tune` finds the best settings
"""


def starter_bench(root: Path, file: Path) -> str:
    """The text of a benchmark for the games of a folder.

    Args:
        root: league/season/game below it.
        file: where the text will be written.

    Returns:
        YAML with comments, which `touchline run` takes as it is.

    Raises:
        UserError: the folder has no game.
    """
    task = _task_of(root)
    games, halves = _games_of(root, task)
    labelled = sum(game.labels is not None for game in games)
    words = {0: "none of them with labels", len(games): "all with labels"}
    has = words.get(labelled, f"{labelled} of them with labels; the others get no scores")
    return _TEXT.format(
        found=f"{counted(len(games), 'game')}, {has}",
        file=file,
        task="" if task == SOCCERNET_V2 else f"\ntask: {task.name}\n",
        root=json.dumps(str(root.resolve()), ensure_ascii=False),
        halves="" if len(halves) == task.periods else f"  halves: {list(halves)}\n",
    )


def _task_of(root: Path) -> Task:
    """The task whose labels a folder has; action spotting where it has several, or none."""
    names = dict.fromkeys(["v2", *task_names()])
    tasks = [task for task in map(find_task, names) if task.periods]
    return next(
        (task for task in tasks if any(root.glob(f"*/*/*/{task.label_file}"))), SOCCERNET_V2
    )


def _games_of(root: Path, task: Task) -> tuple[list[Game], Sequence[int]]:
    """The games of a folder with the halves that all of them have."""
    everything = range(1, task.periods + 1)
    try:
        return read_games(root, task), everything
    except UserError as error:
        for half in everything:
            try:
                return read_games(root, task, halves=(half,)), (half,)
            except UserError:
                continue
        raise error
