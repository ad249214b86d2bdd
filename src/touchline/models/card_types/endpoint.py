"""The fields that the cards of all models behind an endpoint share."""

import re
from ipaddress import ip_address
from typing import Annotated, Any, ClassVar, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, model_validator

from touchline.errors import UserError
from touchline.models.card_types.base import Card
from touchline.models.card_types.dialects import DIALECTS
from touchline.models.endpoint.rate_limiting.quota_settings import QuotaSettings
from touchline.models.image_tokens.base import Formula
from touchline.models.image_tokens.scaling import scaled_size

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")


def _variable(name: str) -> str:
    """The name of a variable; anything else may be a key, so it is not shown."""
    if not _VARIABLE.fullmatch(name):
        raise UserError(
            "api_key_env is the NAME of the environment variable that holds the key, such as "
            "OPENAI_API_KEY; never write a key into a card or a benchmark."
        )
    return name


def _without_secrets(url: str) -> str:
    """An http address that carries neither a password nor a query, where keys hide."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("it is not an http:// or https:// address")
    if parts.username or parts.password or parts.query:
        raise UserError(
            f"base_url of {parts.hostname} contains a password or a query: write the bare address, "
            "and put the key in the environment."
        )
    return url


def is_loopback(url: str) -> bool:
    """Whether an address is on this machine: no proxy leads to it, no key is needed, and nobody
    sends a bill.

    >>> is_loopback("http://127.0.0.1:8000/v1"), is_loopback("https://api.openai.com/v1")
    (True, False)
    """
    host = (urlsplit(url).hostname or "").removesuffix(".")
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


KeyName = Annotated[str, AfterValidator(_variable)]
BaseUrl = Annotated[str, AfterValidator(_without_secrets)]


class EndpointCard(Card):
    """A model that is asked over a network, under rate limits and for money.

    `in_flight` is the most requests at once, `timeout_s` the time limit of one attempt, and
    `retries` how often a window is asked again after a temporary error.
    """

    model: str
    in_flight: Annotated[int, Field(ge=1)] = 8
    timeout_s: Annotated[float, Field(gt=0)] = 120.0
    retries: Annotated[int, Field(ge=0)] = 4
    quota: QuotaSettings = QuotaSettings()

    def sent_formula(self) -> Formula | None:
        """See `Card.sent_formula`."""
        return self.image_tokens


class DialectCard(EndpointCard):
    """A model whose API has a dialect: which settings it takes, and under which names."""

    dialect: str

    def honoured(self) -> frozenset[str]:
        """See `Card.honoured`."""
        return DIALECTS[self.dialect].settings

    @model_validator(mode="after")
    def _check_conflicts(self) -> Self:
        if conflict := DIALECTS[self.dialect].conflict(self.generation):
            refused, beside = conflict
            raise UserError(
                f"model '{self.name}': {refused} cannot be set beside {beside} in dialect "
                f"{self.dialect}: write 'generation: {{{refused}: null}}'."
            )
        return self


class HttpCard(DialectCard):
    """A model that is asked with JSON over HTTP at an address, with frames as JPEG files.

    Frames are sent smaller where they have more than `max_pixels`.

    Attributes:
        identity_fields: fields that change the question, and so the answer.
    """

    identity_fields: ClassVar[tuple[str, ...]]

    base_url: BaseUrl
    api_key_env: KeyName
    max_pixels: Annotated[int, Field(ge=256)] | None = None

    def sent_size(self, width: int, height: int) -> tuple[int, int]:
        """See `Card.sent_size`."""
        return scaled_size(width, height, self.max_pixels)

    def sends_to(self) -> tuple[str, str | None] | None:
        """See `Card.sends_to`."""
        return self.base_url, self.api_key_env

    def identity(self) -> dict[str, Any]:
        """See `Card.identity`."""
        return {
            "engine": self.engine,
            "base_url": self.base_url,
            "model": self.model,
            **self.model_dump(
                include=set(self.identity_fields), exclude_defaults=True, mode="json"
            ),
        }
