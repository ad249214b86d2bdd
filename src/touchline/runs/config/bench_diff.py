"""What a changed benchmark does to a run that is there already."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from numpy.typing import NDArray

from touchline.replies import ANSWERED, digests, read_index
from touchline.runs.config.bench import bench_values
from touchline.runs.planning.plan import Plan
from touchline.runs.planning.question_index import QuestionFile
from touchline.runs.run_folder import RunFolder

Digests = NDArray[np.bytes_]


@dataclass(frozen=True, slots=True)
class Kept:
    """What a model's answers are worth under a changed benchmark.

    Attributes:
        kept: windows that are answered already.
        to_ask: windows to ask.
        unwanted: answers of before that nobody asks for any more; they stay in the journal.
    """

    kept: int
    to_ask: int
    unwanted: int

    @property
    def sentence(self) -> str:
        """For a person."""
        return (
            f"{self.kept:,} windows are answered already, {self.to_ask:,} are to be asked, "
            f"{self.unwanted:,} answers of before are not wanted any more"
        )


def changed_settings(plan: Plan, folder: Path) -> list[str]:
    """The words of a benchmark that are not those of the run in a folder, each as a sentence.

    Returns:
        Such as 'prompt: "base.v1" -> "chunk.v1"'; nothing where there is no run yet.
    """
    file = RunFolder(folder).bench
    if not file.is_file():
        return []
    before = dict(_words(yaml.safe_load(file.read_text(encoding="utf-8")) or {}))
    now = dict(_words(bench_values(plan.bench)))
    return [
        f"{name}: {before.get(name, '(default)')} -> {now.get(name, '(default)')}"
        for name in sorted(before.keys() | now.keys())
        if before.get(name) != now.get(name)
    ]


def questions_of(folder: Path, model: str) -> Digests:
    """Digests of the questions that a run has written down for a model, shape (questions,)."""
    if not RunFolder(folder).questions(model).is_file():
        return digests(())
    found = [digests(half.keys) for half in QuestionFile(folder, model).halves()]
    return np.concatenate([digests(()), *found])


def kept_answers(folder: Path, model: str, before: Digests) -> Kept:
    """What the answers in a model's journal are worth, once its new questions are written down.

    Args:
        folder: the run.
        model: its name.
        before: its questions of before (see `questions_of`).
    """
    index = read_index(RunFolder(folder).journal(model))
    replies = index.entries[index.chosen]
    answered = replies["digest"][replies["state"] == ANSWERED]
    wanted = np.unique(questions_of(folder, model))
    kept = int(np.isin(wanted, answered).sum())
    gone = np.setdiff1d(before, wanted)
    return Kept(kept, len(wanted) - kept, int(np.isin(gone, answered).sum()))


def _words(values: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    for name, value in values.items():
        if isinstance(value, Mapping):
            yield from _words(value, f"{above}{name}.")
        else:
            yield above + name, json.dumps(value, ensure_ascii=False)
