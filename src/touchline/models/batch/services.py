"""From a card to the batch API of its endpoint."""

from touchline.errors import UserError
from touchline.models.batch.types import BatchService
from touchline.models.card_types.base import Card
from touchline.models.consent import require_consent
from touchline.models.engine import ENGINES, import_for


def has_batches(card: Card) -> bool:
    """Whether a card's engine has a batch API that accepts its frames.

    Raises:
        UserError: the engine has one, but it cannot be used for this card.
    """
    if ENGINES.get(card.engine).batches is None:
        return False
    if refusal := card.batch_refusal():
        raise UserError(refusal)
    return True


def make_batch_service(card: Card) -> BatchService | None:
    """The batch API of a card's endpoint, or None where its engine has none.

    Raises:
        UserError: it does not accept frames, there is no key, or a package is not installed.
    """
    spec = ENGINES.get(card.engine)
    if not has_batches(card) or spec.batches is None:
        return None
    require_consent(card)
    service: BatchService = import_for(card, spec, spec.batches)(card)
    return service
