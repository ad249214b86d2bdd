"""How good a model is on the held-out games, by a run like any other."""

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import torch

from touchline.files import write_atomically
from touchline.models import (
    Card,
    ClassPriors,
    Engine,
    LoadedModel,
    TransformersCard,
    TransformersEngine,
    load_engine,
)
from touchline.progress import NamedProgress
from touchline.runs import Bench, build_plan, run


@dataclass(frozen=True, slots=True)
class HeldOutScore:
    """The scores after some steps of training.

    Attributes:
        step: of the optimizer; 0 is before training.
        loose: average-mAP at the loose tolerances, from 0 to 1; None where too many answers could
            not be read.
        tight: at the tight ones.
        coverage: share of the windows whose answers could be read.
    """

    step: int
    loose: float | None
    tight: float | None
    coverage: float

    @property
    def mean(self) -> float:
        """What training is stopped by: the mean of loose and tight, below 0 without a score."""
        if self.loose is None or self.tight is None:
            return self.coverage - 1
        return (self.loose + self.tight) / 2

    @property
    def sentence(self) -> str:
        """The score in words."""
        if self.loose is None or self.tight is None:
            return f"step {self.step}: no score, {self.coverage:.0%} of the answers can be read"
        return (
            f"step {self.step}: {100 * self.loose:.2f} loose and {100 * self.tight:.2f} tight "
            "average-mAP on the held-out games"
        )


class HeldOut:
    """Evaluates a model that is being trained, at a step at most once.

    Args:
        bench: the benchmark that the examples are from, for the held-out games and one model.
        card: the model.
        out: folder of the evaluations; each is a run with its report.
        progress: of the windows.
    """

    def __init__(
        self, bench: Bench, card: TransformersCard, out: Path, progress: NamedProgress
    ) -> None:
        self._bench, self._card, self._out, self._progress = bench, card, out, progress
        self._file = out / "scores.json"

    def scores(self) -> list[HeldOutScore]:
        """All that were made so far, in the order of steps."""
        if not self._file.is_file():
            return []
        values = json.loads(self._file.read_text(encoding="utf-8"))
        return sorted((HeldOutScore(**one) for one in values), key=lambda one: one.step)

    def evaluate(self, loaded: LoadedModel, step: int) -> HeldOutScore:
        """The score at a step; the random numbers of the training stay as they are."""
        known = self.scores()
        if found := next((one for one in known if one.step == step), None):
            return found
        plan = build_plan(self._bench, f"step {step}")
        models = tuple(
            replace(one, identity=one.identity | {"training_step": step})
            if one.name == self._card.name
            else one
            for one in plan.models
        )

        def load(card: Card, priors: ClassPriors | None = None) -> Engine:
            if card.name == self._card.name:
                return TransformersEngine(self._card, loaded)
            return load_engine(card, priors)

        was_training = loaded.model.training
        loaded.model.eval()
        with torch.random.fork_rng():
            of_step = replace(plan, models=models)
            done = run(of_step, self._out / f"step-{step:06d}", self._progress, load=load)
        loaded.model.train(was_training)
        row = next(one for one in done.finished.rows if one.model == self._card.name)
        score = HeldOutScore(step, row.loose, row.tight, row.coverage or 0.0)
        kept = [asdict(one) for one in (*known, score)]
        write_atomically(self._file, json.dumps(kept, indent=1))
        return score
