"""Whether a model can be asked, as far as that is known at once: nothing is loaded or sent."""

from importlib.util import find_spec

from touchline.errors import UserError
from touchline.models.api_keys import required_key
from touchline.models.card_types.base import Card
from touchline.models.card_types.endpoint import EndpointCard
from touchline.models.card_types.local import LocalCard
from touchline.models.card_types.transformers import TransformersCard
from touchline.models.consent import require_consent, runs_remote_code
from touchline.models.engine import ENGINES, import_for
from touchline.models.hub.snapshots import local_checkpoint


def why_not_askable(card: Card, *, weights: bool = True) -> str | None:
    """Why a model cannot be asked, as a sentence; None where nothing speaks against it.

    Args:
        card: the model.
        weights: whether its weights have to be on this machine already.
    """
    try:
        if refusal := card.refusal():
            return refusal
        require_consent(card)
        _require_packages(card)
        if key := card.needs_key():
            required_key(key, card.name)
        if isinstance(card, LocalCard):
            runs_remote_code(card)
            if weights and find_spec("huggingface_hub") is not None:
                local_checkpoint(card)
    except UserError as error:
        return str(error)
    return None


def _require_packages(card: Card) -> None:
    """Imports what an endpoint's engine needs; transformers, which takes seconds, is looked for."""
    is_missing = isinstance(card, TransformersCard) and find_spec("transformers") is None
    if is_missing or isinstance(card, EndpointCard):
        spec = ENGINES.get(card.engine)
        import_for(card, spec, spec.load)
