"""The differences between a benchmark and the run that exists, and the answers that remain."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from touchline.errors import UserError
from touchline.replies import ANSWERED, read_index, states_of
from touchline.runs.config.bench import bench_values, run_bench_values
from touchline.runs.planning.plan import Plan
from touchline.runs.planning.question_index import Digests, questions_of
from touchline.runs.run_folder import RunFolder
from touchline.text import counted


@dataclass(frozen=True, slots=True)
class KeptAnswers:
    """How many of a model's answers still count under a changed benchmark.

    Attributes:
        kept: windows that are answered already.
        to_ask: windows to ask.
        unused: earlier answers that no question needs any more; they stay in the journal.
    """

    kept: int
    to_ask: int
    unused: int

    @property
    def sentence(self) -> str:
        """As a sentence."""
        return (
            f"{counted(self.kept, 'window')} answered already, {self.to_ask:,} to be asked, "
            f"{counted(self.unused, 'earlier answer')} no longer needed"
        )


def changed_settings(plan: Plan, folder: Path) -> list[str]:
    """The settings of a benchmark that differ from those of the run in a folder, as sentences.

    Returns:
        Such as 'prompt: "base.v1" -> "chunk.v1"'; nothing where there is no run yet.
    """
    file = RunFolder(folder).bench
    if not file.is_file():
        return []
    try:
        before = dict(_flat(run_bench_values(folder)))
    except UserError:
        return [f"{file} was damaged: it is made again"]
    now = dict(_flat(bench_values(plan.bench)))
    return [
        f"{name}: {before.get(name, '(default)')} -> {now.get(name, '(default)')}"
        for name in sorted(before.keys() | now.keys())
        if before.get(name) != now.get(name)
    ]


def kept_answers(folder: Path, model: str, before: Digests) -> KeptAnswers:
    """How many answers in a model's journal still count, once its new questions are written.

    Args:
        folder: the run.
        model: its name.
        before: its earlier questions (see `questions_of`).
    """
    index = read_index(RunFolder(folder).journal(model))
    replies = index.entries[index.chosen]
    answered = replies["digest"][states_of(replies) == ANSWERED]
    wanted = np.unique(questions_of(folder, model))
    kept = int(np.isin(wanted, answered).sum())
    gone = np.setdiff1d(before, wanted)
    return KeptAnswers(kept, len(wanted) - kept, int(np.isin(gone, answered).sum()))


def _flat(values: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    for name, value in values.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{above}{name}.")
        else:
            yield above + name, json.dumps(value, ensure_ascii=False)
