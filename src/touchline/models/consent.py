"""What a card may do only with the user's consent: run code, start programs, send to an address.

Cards, benchmarks and run folders come from strangers too. Code that comes with a checkpoint runs
only where the user named the model in this session. A program that a card names, and an address
that gets a key or pictures, are asked about once; the answer is remembered in the user's
configuration as the sentence that was shown. Addresses of makers are known, with their keys.
"""

import ipaddress
import json
import os
import shlex
from collections.abc import Iterable, Mapping
from pathlib import Path
from urllib.parse import urlsplit

import platformdirs

from touchline.errors import UserError
from touchline.files import write_atomically
from touchline.models.api_keys import SHORTEST_KEY, find_key
from touchline.models.card_types.base import Card
from touchline.models.card_types.local import LocalCard
from touchline.models.catalogue.card_registry import built_in_card

VARIABLE = "TOUCHLINE_TRUST_REMOTE_CODE"
"""Names of the models whose code the user trusts, separated by commas."""
YES = "TOUCHLINE_YES"
"""Set where the user has allowed everything that a command asks about (`--yes`)."""

_KNOWN = frozenset(
    {
        ("OPENAI_API_KEY", "https://api.openai.com"),
        ("ANTHROPIC_API_KEY", "https://api.anthropic.com"),
        ("GEMINI_API_KEY", "https://generativelanguage.googleapis.com"),
        ("OPENROUTER_API_KEY", "https://openrouter.ai"),
        ("MISTRAL_API_KEY", "https://api.mistral.ai"),
        ("OLLAMA_API_KEY", "http://127.0.0.1:11434"),
    }
)
"""Keys and the addresses of those who gave them out: these go together without asking."""


def trust_remote_code(names: list[str]) -> None:
    """Records the user's consent for this process and all that it starts.

    Args:
        names: models whose code may run.
    """
    if names:
        os.environ[VARIABLE] = ",".join(dict.fromkeys([*_trusted(), *names]))


def runs_remote_code(card: LocalCard) -> bool:
    """Whether code that is not touchline's is run, such as the checkpoint's own.

    Raises:
        UserError: the card needs it and the user has not allowed it.
    """
    if not card.remote_code:
        return False
    if not {card.name, *card.aliases, card.checkpoint}.intersection(_trusted()):
        raise UserError(
            f"model '{card.name}' runs {card.foreign_code()}: read that code, then allow it with "
            f"--trust-remote-code {card.name} or {VARIABLE}={card.name}."
        )
    return True


def missing_consents(card: Card) -> list[str]:
    """What asking a card's model does that the user has not allowed yet, one clause each.

    Raises:
        UserError: a key would be sent unencrypted to another machine.

    Example:
        >>> from touchline.models import find_card
        >>> missing_consents(find_card("demo"))
        []
    """
    wanted = [*_sending(card), *_starting(card)]
    if not wanted or os.environ.get(YES):
        return []
    known = _remembered()
    return [one for one in wanted if one not in known]


def require_consent(card: Card) -> None:
    """Makes sure that the user has allowed what asking a card's model does.

    Raises:
        UserError: the user has not, or a key would be sent unencrypted to another machine.
    """
    if missing := missing_consents(card):
        raise UserError(
            f"model '{card.name}': {'; '.join(missing)}: if you trust that, run the command once "
            "with --yes, and it is remembered."
        )


def remember_consents(clauses: Iterable[str]) -> Path:
    """Remembers what the user has allowed, for this process and all later ones.

    Args:
        clauses: of `missing_consents`.

    Returns:
        The file, which the user may edit or delete.
    """
    allowed = sorted(_remembered().union(clauses))
    write_atomically(_file(), json.dumps({"allowed": allowed}, indent=1) + "\n")
    return _file()


def _sending(card: Card) -> list[str]:
    """The address that gets a key, or pictures without one."""
    sends = card.sends_to()
    if sends is None:
        return []
    address, key_name = sends
    parts = urlsplit(address)
    origin = f"{parts.scheme}://{_plain(parts.netloc)}".lower()
    local = is_loopback(parts.hostname or "")
    if (key_name, origin) in _KNOWN:
        return []
    key = find_key(key_name) if key_name else None
    if key is None or len(key) < SHORTEST_KEY:
        return [] if local else [f"pictures of your videos are sent to {origin}"]
    if parts.scheme != "https" and not local:
        raise UserError(
            f"model '{card.name}': the key in {key_name} would be sent to {origin} unencrypted: "
            "use https, or a tunnel to this machine."
        )
    return [f"the key in {key_name} is sent to {origin}, with pictures of your videos"]


def _starting(card: Card) -> list[str]:
    started = card.starts()
    if started is None or started == _as_shipped(card.name):
        return []
    words, environment = started
    named = [f"{name}={value}" for name, value in sorted(environment.items())]
    return [f"the program of the card is started: {_plain(shlex.join([*named, *words]))}"]


def _as_shipped(name: str) -> tuple[tuple[str, ...], Mapping[str, str]] | None:
    """What touchline's own card of that name starts: installing touchline has allowed it."""
    values = built_in_card(name)
    if values is None:
        return None
    program = values.get("program") or values["engine"]
    return (program, *values.get("server_args", ())), values.get("server_env", {})


def is_loopback(host: str) -> bool:
    """Whether a host is this machine by a name or number that cannot be another's.

    >>> is_loopback("127.0.0.1"), is_loopback("127.0.0.1.example.org")
    (True, False)
    """
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _plain(text: str) -> str:
    """A text in visible ASCII: what a person reads is what is meant."""
    return text.encode("unicode_escape").decode("ascii")


def _file() -> Path:
    return platformdirs.user_config_path("touchline") / "consents.json"


def _remembered() -> frozenset[str]:
    file = _file()
    try:
        allowed = json.loads(file.read_text(encoding="utf-8"))["allowed"]
        return frozenset(str(one) for one in allowed)
    except FileNotFoundError:
        return frozenset()
    except (OSError, ValueError, LookupError, TypeError, RecursionError) as error:
        raise UserError(
            f"what you have allowed cannot be read from {file} ({error}): correct or delete it."
        ) from error


def _trusted() -> list[str]:
    return [name for name in os.environ.get(VARIABLE, "").split(",") if name]
