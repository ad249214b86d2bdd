"""What every engine promises, where each engine is registered, and loading the one of a card.

An engine is registered in one place: the table `ENGINES`, or an entry point of the group
`touchline.engines` in another package, whose name is the engine's and whose object is an
`EngineSpec`.
"""

import pkgutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from touchline.errors import UserError
from touchline.models.card_types.base import BASELINE, Card
from touchline.models.class_priors import ClassPriors
from touchline.models.consent import require_consent
from touchline.models.types import Failure, Reply, Request
from touchline.registry import Registry, pip_install


class Engine(Protocol):
    """The one way to every model.

    An engine pulls requests, as many ahead as it can use, and yields answers in any order. Every
    request that was pulled ends in exactly one `Reply` or `Failure`, unless the run is stopped
    before it was sent (`Request.is_stopped`). An engine raises `UserError` for what would fail
    every window alike (no such checkpoint, an endpoint that refuses), and
    `ComeBackLater` where the rest must be asked later (a quota is used up); what was yielded
    before is kept.
    """

    def replies(self, requests: Iterable[Request]) -> Iterator[Reply | Failure]:
        """The answers to all requests, each as soon as it is available."""
        ...

    def close(self) -> None:
        """Releases what the engine holds: a server it started, threads, memory."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineSpec:
    """How an engine is reached. Objects are named as in an entry point, "package.module:name",
    and imported only when they are needed.

    Attributes:
        card: the card type, a subclass of `Card` whose `engine` is a `Literal` of the engine's
            names.
        load: makes the `Engine` of a card, usually the engine's class. It is called with the
            card, and where `needs_class_priors` with the class priors too.
        install: what `pip install` needs where `load` or `batches` cannot be imported.
        batches: makes the `BatchService` of a card; None where the engine has no batch API.
        needs_class_priors: whether the engine needs to know how often events happen.
        is_local: whether the weights run on machines of the user's, not behind an API.
        in_sequence: whether windows are answered one after another in this process, so that the
            seconds of all replies add up to the time that the model took.
    """

    card: str
    load: str
    install: str | None = None
    batches: str | None = None
    needs_class_priors: bool = False
    is_local: bool = False
    in_sequence: bool = False

    def card_type(self) -> type[Card]:
        """The card type."""
        found: type[Card] = pkgutil.resolve_name(self.card)
        return found


_ENGINES = "touchline.models.engines"
_CARD_TYPES = "touchline.models.card_types"

_SERVED = EngineSpec(
    card=f"{_CARD_TYPES}.served:ServedCard",
    load=f"{_ENGINES}.served.engine:ServedEngine",
    is_local=True,
)

_BUILT_IN = {
    "transformers": EngineSpec(
        card=f"{_CARD_TYPES}.transformers:TransformersCard",
        load=f"{_ENGINES}.transformers.engine:TransformersEngine",
        install="touchline[local]",
        is_local=True,
        in_sequence=True,
    ),
    "vllm": _SERVED,
    "sglang": _SERVED,
    "transformers-serve": _SERVED,
    "worker": EngineSpec(
        card=f"{_CARD_TYPES}.worker_program:WorkerCard",
        load=f"{_ENGINES}.worker.engine:WorkerEngine",
        is_local=True,
    ),
    "openai": EngineSpec(
        card=f"{_CARD_TYPES}.openai:OpenAICard",
        load=f"{_ENGINES}.openai.engine:OpenAIEngine",
        batches="touchline.models.batch.openai:open_batches",
    ),
    "gemini": EngineSpec(
        card=f"{_CARD_TYPES}.gemini:GeminiCard",
        load=f"{_ENGINES}.gemini.engine:GeminiEngine",
        install="touchline[gemini]",
        batches="touchline.models.batch.gemini:open_batches",
    ),
    "anthropic": EngineSpec(
        card=f"{_CARD_TYPES}.anthropic:AnthropicCard",
        load=f"{_ENGINES}.anthropic.engine:AnthropicEngine",
        install="touchline[anthropic]",
        batches="touchline.models.batch.anthropic:open_batches",
    ),
    "ollama": EngineSpec(
        card=f"{_CARD_TYPES}.ollama:OllamaCard",
        load=f"{_ENGINES}.ollama.engine:OllamaEngine",
        is_local=True,
    ),
    "bedrock": EngineSpec(
        card=f"{_CARD_TYPES}.bedrock:BedrockCard",
        load=f"{_ENGINES}.bedrock:BedrockEngine",
        install="touchline[bedrock]",
    ),
    "hybrid": EngineSpec(
        card=f"{_ENGINES}.hybrid.hybrid_card:HybridCard",
        load=f"{_ENGINES}.hybrid.engine:HybridEngine",
        install="touchline[local]",
        is_local=True,
        in_sequence=True,
    ),
    BASELINE: EngineSpec(
        card=f"{_CARD_TYPES}.baseline:BaselineCard",
        load=f"{_ENGINES}.baseline.engine:BaselineEngine",
        needs_class_priors=True,
    ),
}

ENGINES = Registry("engine", "touchline.engines", EngineSpec, _BUILT_IN)
"""The engines by the name that cards write under `engine`."""


def installed_engine(name: str) -> EngineSpec | None:
    """How an engine is reached; None where it is not installed, as may be in a stranger's run."""
    try:
        return ENGINES.get(name)
    except UserError:
        return None


def load_engine(card: Card, priors: ClassPriors | None = None) -> Engine:
    """The engine of a card, with its model loaded.

    Args:
        card: the model.
        priors: how often events happen; only the null baselines need it.

    Raises:
        UserError: the model is not offered, the user has not allowed what it does, what its engine
            needs is not installed, or the model cannot be loaded.
    """
    if refusal := card.refusal():
        raise UserError(refusal)
    require_consent(card)
    spec = ENGINES.get(card.engine)
    load = import_for(card, spec, spec.load)
    engine: Engine
    if not spec.needs_class_priors:
        engine = load(card)
    elif priors is not None:
        engine = load(card, priors)
    else:
        raise UserError(
            f"model '{card.name}' answers from the class frequencies of a benchmark and cannot "
            "look at a match: choose another model."
        )
    return engine


def import_for(card: Card, spec: EngineSpec, place: str) -> Any:
    """An object that a card's engine needs.

    Args:
        card: the model, for the error message.
        spec: of its engine.
        place: the object, as in `EngineSpec`.

    Raises:
        UserError: a package is not installed.
    """
    try:
        return pkgutil.resolve_name(place)
    except ImportError as error:
        needs = pip_install(spec.install) if spec.install else "install what is missing"
        raise UserError(
            f"model '{card.name}' runs through {card.engine}, which is not installed ({error}): "
            f"{needs}."
        ) from error
