"""A run's folder: the one place that knows all paths in it."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

CanaryRound = Literal["first", "later"]
CANARY_ROUNDS: tuple[CanaryRound, ...] = ("first", "later")
"""When canary windows were asked: at the first start of a run, or at a later one."""

_CELL = re.compile(r"\[[^\]]*\]")


def without_cell(model: str) -> str:
    """The name of the model that a cell of a sweep is of; any other name as it is.

    >>> without_cell("demo[fps=2]+blank")
    'demo+blank'
    """
    return _CELL.sub("", model)


@dataclass(frozen=True, slots=True)
class RunFolder:
    """Every path inside a run. Nothing is read or made here.

    Attributes:
        path: the folder itself.
    """

    path: Path

    @property
    def bench(self) -> Path:
        """The benchmark: what the user set, and what `touchline merge --set` changed."""
        return self.path / "bench.yaml"

    @property
    def plan(self) -> Path:
        """What the benchmark was resolved to (see `PlanFile`)."""
        return self.path / "plan.json"

    @property
    def contexts(self) -> Path:
        """Teams and kits of each game, where prompts include them."""
        return self.path / "context.json"

    @property
    def refused(self) -> Path:
        """The models that could not be asked at the last start, with the reasons."""
        return self.path / "refused.json"

    @property
    def scores(self) -> Path:
        """The leaderboard, and all figures of every model."""
        return self.path / "scores.json"

    @property
    def earlier(self) -> Path:
        """Results of earlier benchmarks of the same run, in numbered folders."""
        return self.path / "earlier"

    @property
    def bench_before_merge(self) -> Path:
        """The benchmark as it was before the last `touchline merge`."""
        return self.path / "bench.before-merge.yaml"

    @property
    def agreement(self) -> Path:
        """What one annotator of the games scores against another, if it was measured."""
        return self.path / "agreement.json"

    @property
    def stopping(self) -> Path:
        """The order of games, and the evidence after each, of a run that may stop early."""
        return self.path / "stopping.json"

    @property
    def uncovered(self) -> Path:
        """Stretches of each half without a readable answer, by model."""
        return self.path / "uncovered.json"

    @property
    def spots_table(self) -> Path:
        """All spots of all models as one table."""
        return self.path / "spots.csv"

    @property
    def report(self) -> Path:
        """The report's page."""
        return self.path / "report" / "index.html"

    @property
    def sweep_table(self) -> Path:
        """The cells of a sweep with their scores and costs."""
        return self.path / "report" / "sweep.csv"

    @property
    def tuned(self) -> Path:
        """Merging settings that a search found."""
        return self.path / "tuned.yaml"

    @property
    def decoders(self) -> Path:
        """Decoders that were fitted on the run."""
        return self.path / "decoders.json"

    @property
    def slurm(self) -> Path:
        """What was submitted to SLURM, one file per submission."""
        return self.path / "slurm"

    @property
    def slurm_logs(self) -> Path:
        """Scripts and logs of the jobs."""
        return self.slurm / "logs"

    @property
    def asking(self) -> Path:
        """Who asks models here, and which windows; of no use when nobody does."""
        return self.path / "asking"

    @property
    def spending(self) -> Path:
        """What was set aside and paid for answers, where they cost money."""
        return self.path / "spending.jsonl"

    @property
    def is_run(self) -> bool:
        """Whether a run was planned here."""
        return self.plan.is_file()

    @property
    def has_questions(self) -> bool:
        """Whether models were asked here; a run that was made from other runs has no questions."""
        return (self.path / "questions").is_dir()

    def questions(self, model: str) -> Path:
        """The key and span of every window of a model."""
        return self.path / "questions" / f"{model}.jsonl"

    def journal(self, model: str) -> Path:
        """The folder of a model's replies, which the cells of a sweep share."""
        return self.path / "replies" / without_cell(model)

    def served(self, model: str) -> Path:
        """Who answers for a model behind an endpoint (see `ServedModel`)."""
        return self.path / "served" / f"{model}.json"

    def canaries(self, model: str, when: CanaryRound) -> Path:
        """The folder of the replies to a model's canary windows, at the first start or later."""
        return self.path / "canaries" / model / when

    def canary_results(self, model: str) -> Path:
        """What the canary windows of each start said."""
        return self.path / "canaries" / model / "results.json"

    def context_journal(self, model: str) -> Path:
        """The folder of the replies that match contexts were read from."""
        return self.path / "context" / model

    def probe(self, model: str) -> Path:
        """What `touchline probe` found about a model before it was asked."""
        return self.path / "probes" / f"{model}.json"

    def batches(self, model: str) -> Path:
        """The folder of what was submitted to a batch API."""
        return self.path / "batches" / model

    @property
    def annotators(self) -> Path:
        """The folders of annotators who reviewed the run under their names."""
        return self.path / "annotators"

    def hand_labels(self, annotator: str = "") -> Path:
        """The folder of labels that were corrected by hand; of an annotator's, with a name."""
        return self.annotators / annotator if annotator else self.path / "labels"

    def spots(self, model: str) -> Path:
        """The folder of a model's spots, in SoccerNet's layout below."""
        return self.path / "spots" / model

    def exports(self, what: str, form: str) -> Path:
        """The folder of what was exported: of a model's spots, or of the labels, in a format."""
        return self.path / "exports" / what / form

    def labels(self, game: str) -> Path:
        """The folder of labels corrected by hand in the viewer."""
        return self.path / "labels" / game
