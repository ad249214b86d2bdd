"""Canary windows: asked again at every start, so that a change that nothing names is noticed.

The first start asks each canary three times, and every later start once. Models that sample differ
by themselves, so the new answers are not expected to equal the first: they are compared by a
permutation test. If nothing has changed, the new answer to a window and its three first answers are
exchangeable: any of the four could be the new one. The test asks how often a random choice of one
answer per window agrees as little with the other three as the new ones do; all 4^n choices are
counted, so the false-alarm rate holds exactly, whatever the model and its temperature, as long as
its answers to one question vary from start to start no more than within one.

E. S. Edgington, P. Onghena: Randomization Tests, 4th edition, 2007.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import TypeAdapter

from touchline.files import write_atomically
from touchline.models import EndpointCard, Engine, Reply
from touchline.replies import JournalWriter, Record, read_records
from touchline.runs.asking.ask import LazyEngine, ask
from touchline.runs.asking.stop import Stop
from touchline.runs.planning.question_builder import Question
from touchline.runs.planning.question_reader import QuestionReader
from touchline.runs.run_folder import RunFolder
from touchline.text import counted

REFERENCES = 3
"""First answers of each canary."""

FALSE_ALARM_RATE = 0.01
"""How often a start of an unchanged model is reported as a change, at most."""

_DEFAULT = 8
_LEAST_WINDOWS = 1200
"""From here on, 8 canaries make the first start at most 2% longer."""

_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class CanaryResult:
    """What the canaries of one start say.

    Attributes:
        windows: canaries that could be compared.
        agreement: mean similarity of their new answers with the first ones, from 0 to 1.
        expected: the same among the first answers.
        p_value: of the permutation test; small where the answers have changed.
        at: when they were asked, in seconds since 1970.
    """

    windows: int
    agreement: float
    expected: float
    p_value: float
    at: float = 0.0

    @property
    def is_alarm(self) -> bool:
        """Whether the answers have changed, at `FALSE_ALARM_RATE`."""
        return self.p_value <= FALSE_ALARM_RATE

    @property
    def sentence(self) -> str:
        """For the user."""
        return (
            f"the answers to {counted(self.windows, 'canary window')} agree with the first ones by "
            f"{self.agreement:.0%}, and those among themselves by {self.expected:.0%} "
            f"(p = {self.p_value:.2g}; a change is reported at p ≤ {FALSE_ALARM_RATE:g}, which an "
            f"unchanged model reaches in at most {FALSE_ALARM_RATE:.0%} of starts)"
        )


_RESULTS = TypeAdapter(list[CanaryResult])


def ask_canaries(
    folder: Path, reader: QuestionReader, wanted: int | None, load: Callable[[], Engine], stop: Stop
) -> CanaryResult | None:
    """Asks the canaries of a model, and compares them with its first answers to them.

    Args:
        folder: the run.
        reader: of the model's questions.
        wanted: how many canaries; None decides by the number of windows.
        load: loads the engine.
        stop: ends it early.

    Returns:
        None at the first start, and where nothing can be compared.
    """
    positions = canary_positions(reader, wanted)
    if not positions:
        return None
    paths, name = RunFolder(folder), reader.model.name
    questions = [reader.question(position) for position in positions]
    first = list(read_records(paths.canaries(name, "first")))
    known = Counter(record.answer.key for record in first if isinstance(record.answer, Reply))
    lacking = [one for one in questions for _ in range(REFERENCES - known[one.key])]
    is_first = len(lacking) == REFERENCES * len(questions)
    with LazyEngine(load, reader.specs) as engine:
        if lacking:
            with JournalWriter(paths.canaries(name, "first"), "all") as writer:
                first += _asked(lacking, engine, writer, stop)
        if is_first or stop.reason is not None:
            return None
        with JournalWriter(paths.canaries(name, "later"), "all") as writer:
            new = _texts(_asked(questions, engine, writer, stop))
    found = compare(_texts(first), {key: texts[0] for key, texts in new.items()})
    if found is not None:
        _record(paths.canary_results(name), found)
    return found


def canary_results(folder: Path, model: str) -> list[CanaryResult]:
    """What the canaries of each start of a run said, in order."""
    file = RunFolder(folder).canary_results(model)
    return _RESULTS.validate_json(file.read_bytes()) if file.is_file() else []


def _record(file: Path, result: CanaryResult) -> None:
    known = _RESULTS.validate_json(file.read_bytes()) if file.is_file() else []
    write_atomically(file, _RESULTS.dump_json([*known, result]).decode())


def canary_positions(reader: QuestionReader, wanted: int | None) -> list[int]:
    """The positions of the canaries: evenly spaced, and the same at every start."""
    total = reader.file.total
    if not isinstance(reader.model.card, EndpointCard) or reader.model.card.memory:
        return []
    if wanted is None:
        wanted = _DEFAULT if total >= _LEAST_WINDOWS else 0
    spaced = [(2 * number + 1) * total // (2 * wanted) for number in range(min(wanted, total))]
    return [at for at in dict.fromkeys(spaced) if reader.question(at).window.frame_times_ms]


def compare(first: Mapping[str, Sequence[str]], new: Mapping[str, str]) -> CanaryResult | None:
    """The permutation test.

    Args:
        first: first answers of each canary, at least two.
        new: its new answer.

    Returns:
        None where no canary has both.
    """
    scores = [
        _leave_one_out([new[key], *answers])
        for key, answers in first.items()
        if key in new and len(answers) > 1
    ]
    if not scores:
        return None
    observed = sum(float(one[0]) for one in scores)
    totals = np.zeros(1)
    for one in scores:
        totals = (totals[:, None] + one[None, :]).ravel()
    return CanaryResult(
        windows=len(scores),
        agreement=observed / len(scores),
        expected=float(np.mean([one[1:].mean() for one in scores])),
        p_value=float((totals <= observed + _ROUNDING).mean()),
        at=time.time(),
    )


def similarity(one: str, other: str) -> float:
    """The share of their words that two texts have in common, from 0 to 1 (Jaccard's index).

    >>> similarity("a corner kick", "a free kick")
    0.5
    """
    words, others = Counter(one.split()), Counter(other.split())
    either = (words | others).total()
    return (words & others).total() / either if either else 1.0


def _leave_one_out(answers: Sequence[str]) -> NDArray[np.float64]:
    """For each answer its mean similarity with the others, shape (answers,)."""
    table = np.array([[similarity(one, other) for other in answers] for one in answers])
    means: NDArray[np.float64] = (table.sum(axis=1) - 1) / (len(answers) - 1)
    return means


def _asked(
    questions: Sequence[Question], engine: LazyEngine, writer: JournalWriter, stop: Stop
) -> list[Record]:
    """Asks questions, of which one may be there several times: then one round after the other."""
    rounds: list[list[Question]] = []
    seen: Counter[str] = Counter()
    for one in questions:
        if seen[one.key] == len(rounds):
            rounds.append([])
        rounds[seen[one.key]].append(one)
        seen[one.key] += 1
    found: list[Record] = []
    for of_round in rounds:
        found += ask(of_round, engine, writer, stop)
    return found


def _texts(records: Iterable[Record]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for record in records:
        if isinstance(record.answer, Reply):
            found.setdefault(record.answer.key, []).append(record.answer.text)
    return found
