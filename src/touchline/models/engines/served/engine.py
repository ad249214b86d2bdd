"""A checkpoint behind servers that this engine starts, one a device, and ends."""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack

from touchline.errors import ComeBackLater, UserError
from touchline.models.card_types.openai import OpenAICard
from touchline.models.card_types.served import ServedCard
from touchline.models.endpoint.rate_limiting.quota_settings import QuotaSettings
from touchline.models.engines.openai.engine import OpenAIEngine
from touchline.models.engines.served.multiplex import merged
from touchline.models.engines.served.server import Server
from touchline.models.types import Failure, Reply, Request

_RETRIES = 2
"""A server of one's own has no bad days; what fails twice more fails for good."""

_PATIENCE_S = 5.0
"""With a server that does not answer: its process is looked at then."""


class ServedEngine:
    """Asks servers on this machine, each with `in_flight` requests, so that its batch is full.

    Servers are started side by side. Each takes the next request when it has room, so a slower
    device gets less. Requests go out in the order of the windows: neighbours share frames, which
    servers keep, and the beginning of the prompt.

    Raises:
        UserError: a server did not come up; none is left then.
    """

    def __init__(self, card: ServedCard) -> None:
        self._card = card
        self._servers: list[Server] = []
        with ExitStack() as started:
            for device in card.devices or (None,):
                self._servers.append(Server(card, device))
                started.callback(self._servers[-1].stop)
            for server in self._servers:
                server.wait_until_ready()
            self._engines = [OpenAIEngine(_endpoint(card, server)) for server in self._servers]
            started.pop_all()

    def replies(self, requests: Iterable[Request]) -> Iterator[Reply | Failure]:
        """See `Engine.replies`.

        Raises:
            UserError: a server ended while it was asked; the sentence quotes its log.
        """
        try:
            for answer in merged([engine.replies for engine in self._engines], requests):
                if isinstance(answer, Failure):
                    self._check_servers()
                yield answer
        except (UserError, ComeBackLater):
            self._check_servers()
            raise

    def close(self) -> None:
        """Ends all servers."""
        with ExitStack() as ending:
            for server in self._servers:
                ending.callback(server.stop)
            for engine in self._engines:
                engine.close()

    def _check_servers(self) -> None:
        """A failure behind which stands a server that is gone would be every window's."""
        for server in self._servers:
            if sentence := server.ended():
                raise UserError(sentence)


def _endpoint(card: ServedCard, server: Server) -> OpenAICard:
    """The card of a server's endpoint."""
    return OpenAICard(
        engine="openai",
        name=card.name,
        base_url=server.base_url,
        model=server.served_name,
        api_key_env="TOUCHLINE_SERVED_KEY",
        in_flight=card.in_flight,
        timeout_s=card.timeout_s,
        retries=_RETRIES,
        quota=QuotaSettings(patience_s=_PATIENCE_S),
        logprobs=card.logprobs,
        max_pixels=card.max_pixels,
        frames_as=card.frames_as,
        structured=card.structured,
        extra_body=card.extra_body,
    )
