"""Keys of endpoints and of the hub: whether they are there, and, if wanted, whether they are valid.

No key is ever part of a finding. Nothing is sent unless the user asks for it.
"""

from collections.abc import Iterator

from touchline.doctor.finding import Finding, State
from touchline.doctor.machine import Machine
from touchline.doctor.roster import all_cards
from touchline.errors import ComeBackLater, UserError
from touchline.models import Card, find_key, hub_token
from touchline.text import counted

HUB = "HF_TOKEN"
SOCCERNET = "SOCCERNET_PASSWORD"


def examine_tokens(machine: Machine, check: bool) -> Iterator[Finding]:
    """The key of every service that the roster names, the hub's token, and SoccerNet's password.

    Args:
        machine: the machine.
        check: send each key to the service that it belongs to, and say whether it is valid.
    """
    yield _hub(machine, check)
    password = bool(machine.environment.get(SOCCERNET))
    yield Finding(
        "tokens",
        State.OK if password else State.NOTE,
        f"{SOCCERNET} is {'set' if password else 'not set'}",
        "SoccerNet's videos need it, or access on the hub; labels need neither",
        {"name": SOCCERNET, "present": password},
    )
    for name, cards in keys_of_roster().items():
        yield _service(machine, name, cards, check)


def keys_of_roster() -> dict[str, list[Card]]:
    """The cards that are asked with a key, by the name of the key."""
    found: dict[str, list[Card]] = {}
    for card in all_cards():
        sends = card.sends_to()
        if sends is not None and sends[1] is not None and card.refusal() is None:
            found.setdefault(sends[1], []).append(card)
    return found


def _hub(machine: Machine, check: bool) -> Finding:
    facts: dict[str, object] = {"name": HUB, "present": False}
    try:
        token = hub_token()
    except UserError as error:
        return Finding("tokens", State.PROBLEM, str(error).rstrip("."), facts=facts)
    if token is None:
        means = "gated models (Gemma, Llama, Pixtral …) cannot be downloaded without a token"
        return Finding("tokens", State.NOTE, "no token of the Hugging Face hub", means, facts)
    facts["present"] = True
    if not check:
        says, means = "the hub's token is present", "gated models can be downloaded once you have "
        means += "accepted their licences on the hub; not checked (--check-tokens)"
        return Finding("tokens", State.OK, says, means, facts)
    try:
        account = machine.hub_account()
    except UserError as error:
        return Finding("tokens", State.PROBLEM, str(error).rstrip("."), facts=facts)
    except ComeBackLater as error:
        return Finding("tokens", State.WARNING, str(error).rstrip("."), facts=facts)
    says = f"the hub's token is valid, of account {account}"
    return Finding("tokens", State.OK, says, facts=facts | {"account": account})


def _service(machine: Machine, name: str, cards: list[Card], check: bool) -> Finding:
    models = counted(len(cards), "model")
    facts: dict[str, object] = {"name": name, "present": False, "models": [c.name for c in cards]}
    try:
        if find_key(name) is None:
            return Finding("tokens", State.NOTE, f"{name} is not set", f"{models} need it", facts)
        facts["present"] = True
        if not check:
            means = f"{models} can be asked with it; not checked (--check-tokens)"
            return Finding("tokens", State.OK, f"{name} is present", means, facts)
        offered = machine.offered_models(cards[0])
    except UserError as error:
        return Finding("tokens", State.PROBLEM, str(error).rstrip("."), facts=facts)
    except ComeBackLater as error:
        return Finding("tokens", State.WARNING, str(error).rstrip("."), facts=facts)
    says = f"{name} is valid" if offered is not None else f"{name} is present, and not checked"
    means = f"{models} can be asked with it"
    return Finding("tokens", State.OK, says, means, facts | {"valid": offered is not None})
