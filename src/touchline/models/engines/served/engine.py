"""A checkpoint behind servers that this engine starts, one per device, and stops."""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import replace

from touchline.errors import ComeBackLater, UserError
from touchline.models.card_types.openai import OpenAICard
from touchline.models.card_types.served import ServedCard
from touchline.models.endpoint.rate_limiting.quota_settings import QuotaSettings
from touchline.models.engines.openai.engine import OpenAIEngine
from touchline.models.engines.served.multiplex import multiplexed
from touchline.models.engines.served.server import Server
from touchline.models.hub.checkpoint_locks import locked_revision
from touchline.models.types import Failure, Reply, Request, ServedBy

_RETRIES = 2
"""A local server has no temporary outages; what fails two more times fails for good."""

_PATIENCE_S = 5.0
"""How long a server may be down before its process is checked."""


class ServedEngine:
    """Asks servers on this machine, each with `in_flight` requests, so that its batch is full.

    Servers are started in parallel. Each pulls the next request when it is free, so a slower
    device gets fewer. Requests are sent in the order of the windows: neighbours share frames and
    the beginning of the prompt, which servers cache.

    Raises:
        UserError: a server did not start; the others are stopped then.
    """

    def __init__(self, card: ServedCard) -> None:
        self._card = card
        self._commit = locked_revision(card.checkpoint_path(), card.revision)
        self._servers: list[Server] = []
        with ExitStack() as started:
            for device in card.devices or (None,):
                self._servers.append(Server(card, device))
                started.callback(self._servers[-1].stop)
            for server in self._servers:
                server.wait_until_ready()
            self._engines = [
                OpenAIEngine(
                    served_endpoint(card, server.base_url, server.served_name), is_shared=False
                )
                for server in self._servers
            ]
            started.pop_all()

    def replies(self, requests: Iterable[Request]) -> Iterator[Reply | Failure]:
        """See `Engine.replies`.

        Raises:
            UserError: a server ended meanwhile; the sentence quotes its log.
        """
        try:
            for answer in multiplexed([engine.replies for engine in self._engines], requests):
                if isinstance(answer, Failure):
                    self._check_servers()
                    yield answer
                else:
                    yield replace(answer, served=self._served(answer.served))
        except (UserError, ComeBackLater):
            self._check_servers()
            raise

    def close(self) -> None:
        """Stops all servers."""
        with ExitStack() as ending:
            for server in self._servers:
                ending.callback(server.stop)
            for engine in self._engines:
                engine.close()

    def _served(self, said: ServedBy) -> ServedBy:
        """Who answered: the checkpoint and its commit, with what the server said about itself."""
        return replace(said, model=self._card.checkpoint, version=self._commit)

    def _check_servers(self) -> None:
        """Raises where a server has ended: then every window would fail."""
        for server in self._servers:
            if sentence := server.ended():
                raise UserError(sentence)


def served_endpoint(card: ServedCard, base_url: str, served_name: str) -> OpenAICard:
    """The card of a server's endpoint.

    Args:
        card: of the checkpoint.
        base_url: of the server's API.
        served_name: its name for the model.
    """
    return OpenAICard(
        engine="openai",
        name=card.name,
        dialect=card.dialect,
        base_url=base_url,
        model=served_name,
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
