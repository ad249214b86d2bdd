"""The policy of a card, with the counts that its processes share."""

from touchline.models.card_types.endpoint import EndpointCard
from touchline.models.endpoint.rate_limiting.ledger import Ledger, ledger_folder
from touchline.models.endpoint.rate_limiting.policy import Policy
from touchline.models.endpoint.rate_limiting.quota import Quota
from touchline.models.endpoint.rate_limiting.shared_slots import SharedSlots


def policy_of_card(card: EndpointCard, address: str, key_name: str, *, is_shared: bool) -> Policy:
    """The policy under which a card's model is asked.

    Args:
        card: the model, with its quota.
        address: of the endpoint; models of one address and key may share their counts.
        key_name: NAME of the key.
        is_shared: whether other processes may ask the endpoint as well; then they share the
            requests in flight.
    """
    model = card.model if card.quota.counted_by == "model" else None
    ledger = Ledger(Quota.of(card.quota), ledger_folder(address, key_name, model))
    slots = None
    if is_shared:
        folder = ledger_folder(address, key_name, card.model)
        slots = SharedSlots(folder.with_suffix(".in-flight"), card.in_flight)
    return Policy(card.quota, card.in_flight, card.retries, ledger, slots=slots)
