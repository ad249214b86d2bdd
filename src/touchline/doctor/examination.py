"""The whole examination, in the order in which a newcomer meets the parts of a machine."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from touchline import __version__
from touchline.doctor.disks import examine_disks
from touchline.doctor.finding import Finding, State
from touchline.doctor.graphics import examine_gpus, find_gpus, table_gpu
from touchline.doctor.installation import examine_extras, examine_media, examine_python
from touchline.doctor.machine import Machine
from touchline.doctor.named_models import TOPIC, NamedModel, examine_model
from touchline.doctor.queues import examine_slurm, gpus_asked
from touchline.doctor.tokens import examine_tokens
from touchline.errors import EXIT_DONE, EXIT_USER, UserError
from touchline.games import read_games
from touchline.models import Card, Gpu, LocalCard, find_card
from touchline.runs import asked_entries, data_root, read_bench
from touchline.text import counted
from touchline.video import FrameSpec

_SMALL = 100_000_000
"""Parameters of a model that a processor runs as well."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the machine is examined for.

    Attributes:
        models: names of models, or paths of their cards.
        bench: a benchmark, or None.
        slurm: options of sbatch that a run would be submitted with: partition, gres, time.
        check_tokens: send each key to the service that it belongs to.
    """

    models: tuple[str, ...] = ()
    bench: Path | None = None
    slurm: Mapping[str, str] = field(default_factory=dict)
    check_tokens: bool = False


@dataclass(frozen=True, slots=True)
class Examination:
    """What was found.

    Attributes:
        findings: in the order of the examination.
    """

    findings: tuple[Finding, ...]

    @property
    def problems(self) -> tuple[Finding, ...]:
        """What the user has to fix."""
        return tuple(one for one in self.findings if one.state is State.PROBLEM)

    @property
    def exit_code(self) -> int:
        """Of the command: 0 where there is no problem, else that of a user's mistake."""
        return EXIT_USER if self.problems else EXIT_DONE

    def to_json(self) -> dict[str, Any]:
        """The examination as plain values."""
        return {
            "touchline": __version__,
            "problems": len(self.problems),
            "findings": [one.to_json() for one in self.findings],
        }


def examine(machine: Machine, wanted: Wanted) -> Examination:
    """Examines a machine; nothing is changed, and nothing is sent unless a model or key is asked.

    A part that cannot be examined is a problem of its own, and the others are examined all the
    same.

    Args:
        machine: the machine.
        wanted: what it is examined for.

    Raises:
        UserError: a model or the benchmark that is named does not exist or cannot be read.
    """
    named = [*_named(wanted)]
    parts: list[Callable[[], Iterator[Finding]]] = [
        lambda: examine_python(machine),
        lambda: examine_extras(machine),
        lambda: examine_media(machine),
        lambda: examine_gpus(machine),
        lambda: examine_disks(machine),
        lambda: examine_tokens(machine, wanted.check_tokens),
        lambda: examine_slurm(machine, wanted.slurm),
        lambda: _data(wanted),
        lambda: _models(machine, named, wanted),
    ]
    return Examination(tuple(one for part in parts for one in _carefully(part)))


def _carefully(part: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    try:
        yield from part()
    except (UserError, OSError) as error:
        yield Finding("examination", State.PROBLEM, str(error).rstrip("."))


def _named(wanted: Wanted) -> Iterator[NamedModel]:
    for name in wanted.models:
        yield NamedModel(find_card(name), FrameSpec(), FrameSpec())
    if wanted.bench is not None:
        bench = read_bench(wanted.bench)
        asked = [bench.context.ask] if bench.context and bench.context.ask else []
        for one in asked_entries(bench):
            yield NamedModel(find_card(one.entry), one.sampling, bench.task_sampling)
        for entry in asked:
            yield NamedModel(find_card(entry), bench.sampling, bench.task_sampling)


def _data(wanted: Wanted) -> Iterator[Finding]:
    """The games of the benchmark."""
    if wanted.bench is None:
        return
    bench = read_bench(wanted.bench)
    root = data_root(bench.data.root)
    games = read_games(root, bench.task, bench.data.games, bench.data.halves, bench.data.split)
    labelled = sum(one.labels is not None for one in games)
    held = f"{counted(len(games), 'game')}, {labelled} of them with labels"
    says = f"{wanted.bench} has {held}, in {root}"
    means = "" if labelled else "without labels nothing is scored"
    state = State.OK if labelled else State.WARNING
    yield Finding("data", state, says, means, {"games": len(games), "labelled": labelled})


def _models(machine: Machine, named: list[NamedModel], wanted: Wanted) -> Iterator[Finding]:
    gpus = _gpus(machine, wanted)
    if not gpus and any(_wants_gpu(one.card) for one in named):
        means = "models with weights run on the processor: slowly, and in the machine's own memory"
        yield Finding(TOPIC, State.WARNING, "no GPU is known that they would run on", means)
    for one in named:
        yield from examine_model(machine, one, gpus)


def _wants_gpu(card: Card) -> bool:
    """Whether a model has so many weights that a processor takes minutes for a window."""
    is_large = card.parameters is None or card.parameters > _SMALL
    return isinstance(card, LocalCard) and card.refusal() is None and is_large


def _gpus(machine: Machine, wanted: Wanted) -> list[Gpu]:
    """The kinds of GPU that models would run on: those of the cluster where it is asked."""
    if wanted.slurm:
        named = (table_gpu(kind) for kind in gpus_asked(wanted.slurm, machine))
        found = [one for one in named if one is not None]
    else:
        found = [one.gpu for one in find_gpus(machine)[0] if one.capability_known]
    return list(dict.fromkeys(found))
