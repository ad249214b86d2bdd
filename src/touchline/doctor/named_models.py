"""Whether the models of a benchmark, or some that are named, could be asked from this machine."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from touchline.doctor.finding import Finding, State
from touchline.doctor.installation import missing_of_extra
from touchline.doctor.machine import Machine
from touchline.doctor.roster import HEIGHT, WIDTH
from touchline.errors import ComeBackLater, UserError
from touchline.models import (
    ENGINES,
    SOUND_BASELINE,
    Card,
    EndpointCard,
    Gpu,
    LocalCard,
    Workload,
    is_offered,
    local_checkpoint,
    missing_consents,
    plan_fit,
)
from touchline.registry import pip_install
from touchline.runs import recipe_for
from touchline.text import nearest_word
from touchline.video import FrameSpec

TOPIC = "models"


@dataclass(frozen=True, slots=True)
class NamedModel:
    """A model that is to be asked.

    Attributes:
        card: the model.
        sampling: the frames of its windows, as the benchmark sets them.
        of_task: the same of the task, where neither benchmark nor card says it.
    """

    card: Card
    sampling: FrameSpec
    of_task: FrameSpec


def examine_model(machine: Machine, named: NamedModel, gpus: Sequence[Gpu]) -> Iterator[Finding]:
    """Everything that would keep a model from answering, found without asking it.

    Args:
        machine: the machine.
        named: the model.
        gpus: the kinds of GPU that it could run on, here or on the cluster.
    """
    card = named.card
    found = [
        *_refusal(named),
        *_retirement(card),
        *_consent(card),
        *_packages(machine, card),
        *_weights(machine, named, gpus),
        *_endpoint(machine, card),
    ]
    yield from found
    if not any(one.state is State.PROBLEM for one in found):
        yield Finding(TOPIC, State.OK, f"{card.name} can be asked", facts={"model": card.name})


def _refusal(named: NamedModel) -> Iterator[Finding]:
    if refusal := named.card.refusal():
        yield _problem(named.card, refusal, "remove it from the benchmark")
        return
    try:
        recipe_for(named.card, named.sampling, named.of_task)
    except UserError as error:
        yield _problem(named.card, str(error))


def _retirement(card: Card, today: date | None = None) -> Iterator[Finding]:
    today = today or datetime.now(UTC).date()
    gone = card.retires is not None and card.retires.date <= today
    for sentence in card.warnings(today):
        state = State.PROBLEM if gone and card.retires else State.WARNING
        yield Finding(TOPIC, state, sentence.rstrip("."), facts={"model": card.name})


def _consent(card: Card) -> Iterator[Finding]:
    try:
        missing = missing_consents(card)
    except UserError as error:
        yield _problem(card, str(error))
        return
    for clause in missing:
        fix = "if you trust that, run touchline run with --yes once, and it is remembered"
        yield _problem(card, f"model '{card.name}': {clause}, which you have not allowed yet", fix)


def _packages(machine: Machine, card: Card) -> Iterator[Finding]:
    needed = "touchline[audio]" if card.name == SOUND_BASELINE else ENGINES.get(card.engine).install
    package, _, extra = (needed or "").rstrip("]").partition("[")
    if package != "touchline":
        return
    if missing := missing_of_extra(machine, extra):
        says = f"{card.name} needs {', '.join(missing)}, not installed here"
        yield _problem(card, says, pip_install(needed or ""))


def _weights(machine: Machine, named: NamedModel, gpus: Sequence[Gpu]) -> Iterator[Finding]:
    card = named.card
    if not isinstance(card, LocalCard) or card.refusal():
        return
    try:
        if machine.version("huggingface-hub") is not None:
            local_checkpoint(card)
    except UserError as error:
        yield _problem(card, str(error))
    verdicts = {gpu.name: _fits(named, gpu) for gpu in gpus}
    for gpu, verdict in verdicts.items():
        state = State.WARNING if any(one[0] for one in verdicts.values()) else State.PROBLEM
        fits, says = verdict
        yield Finding(
            TOPIC,
            State.OK if fits else state,
            says,
            "" if fits else f"touchline models fit {card.name} --gpu '{gpu}' says what would",
            {"model": card.name, "gpu": gpu, "fits": fits},
        )


def _fits(named: NamedModel, gpu: Gpu) -> tuple[bool, str]:
    card = named.card
    try:
        spec = recipe_for(card, named.sampling, named.of_task)
        height = spec.height or HEIGHT
        width = round(height * WIDTH / HEIGHT / 2) * 2
        fit = plan_fit(card, Workload(spec.frames_per_window, width, height, gpu=gpu))
    except UserError as error:
        return False, f"{card.name} on {gpu.name}: {str(error).rstrip('.')}"
    needed = "" if fit.memory is None else f": it needs {fit.memory.peak / 2**30:.1f} GiB"
    load = f"{spec.frames_per_window} frames of {height} lines in {fit.wanted.precision}"
    verb = "fits" if fit.fits else "does not fit"
    return bool(fit.fits), f"{card.name} {verb} {gpu.name} with {load}{needed}"


def _endpoint(machine: Machine, card: Card) -> Iterator[Finding]:
    if not isinstance(card, EndpointCard) or card.refusal():
        return
    try:
        if missing_consents(card):
            return  # said above; without it no key is sent
        offered = machine.offered_models(card)
    except (UserError, ComeBackLater) as error:
        yield _problem(card, f"{card.name}: {str(error).rstrip('.')}")
        return
    if offered is None:
        says = f"{card.name}: endpoints of engine {card.engine} are not asked here"
        yield Finding(TOPIC, State.NOTE, says, f"touchline probe {card.name} asks it one window")
        return
    facts = {"model": card.name, "offered": len(offered)}
    if is_offered(card, offered):
        says = f"{card.name}: its endpoint answers and offers {card.model}"
        yield Finding(TOPIC, State.OK, says, facts=facts)
    else:
        near = nearest_word(card.model, offered)
        says = f"{card.name}: its endpoint answers and does not offer {card.model}{near}"
        means = f"it offers {len(offered)} models; correct 'model' in the card"
        yield Finding(TOPIC, State.PROBLEM, says, means, facts)


def _problem(card: Card, says: str, means: str = "") -> Finding:
    return Finding(TOPIC, State.PROBLEM, says.rstrip("."), means, {"model": card.name})
