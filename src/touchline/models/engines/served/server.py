"""One model server: started, waited for, stopped."""

import socket
import time

import openai

from touchline.errors import UserError
from touchline.models.card_types.served import ServedCard
from touchline.models.engines.served.logs import explained, new_log
from touchline.models.engines.served.server_command import HOST, server_command
from touchline.models.engines.served.supervised import start_supervised
from touchline.text import shorten

GRACE_S = 15.0
"""How long a server may take to exit after SIGTERM, before its process group is killed."""
_PATIENCE_S = 60.0
"""Time limit of the one token that shows that it is ready; on a CPU the first may be slow."""
_POLL_S = 0.25


class Server:
    """A server that was started; it can be asked once it is ready.

    Args:
        card: the model.
        device: the one GPU that it may see, or None for all that this process sees.
        port: to listen on; None chooses a free one.

    Raises:
        UserError: the program does not exist, or cannot serve the card.

    Attributes:
        base_url: of its OpenAI-compatible API.
        served_name: its name for the model.
        log: the file with all of its output.

    Example:
        server = Server(card)
        try:
            server.wait_until_ready()
            ask(server.base_url)
        finally:
            server.stop()
    """

    def __init__(
        self, card: ServedCard, device: str | None = None, port: int | None = None
    ) -> None:
        self._card = card
        port = port or _free_port()
        command = server_command(card, port, device)
        self.base_url = f"http://{HOST}:{port}/v1"
        self.served_name = command.served_name
        self.log = new_log(card.name, port)
        self._supervisor = start_supervised(command, self.log, GRACE_S)

    def stop(self) -> None:
        """Stops the server and everything that it started; a second call does nothing."""
        if self._supervisor.stdin and not self._supervisor.stdin.closed:
            self._supervisor.stdin.close()
        self._supervisor.wait()

    def ended(self) -> str | None:
        """Why the server has ended, as a sentence; None while it runs."""
        if self._supervisor.poll() is None:
            return None
        return self._sentence("ended")

    def wait_until_ready(self) -> None:
        """Returns when the server has generated one token; a health page may answer far earlier.

        Raises:
            UserError: it did not start; the sentence quotes the end of its log.
        """
        deadline = time.monotonic() + self._card.start_s
        with openai.OpenAI(
            base_url=self.base_url,
            api_key="none",
            max_retries=0,
            timeout=_PATIENCE_S,
            http_client=openai.DefaultHttpxClient(trust_env=False),
        ) as client:
            while time.monotonic() < deadline:
                if self._supervisor.poll() is not None:
                    raise UserError(self._sentence("did not start"))
                if self._answers(client):
                    return
                time.sleep(_POLL_S)
        raise UserError(self._sentence(f"was not ready after {self._card.start_s:g} s"))

    def _answers(self, client: openai.OpenAI) -> bool:
        try:
            client.chat.completions.create(
                model=self.served_name,
                messages=[{"role": "user", "content": "."}],
                max_tokens=1,
            )
        except (openai.APIConnectionError, openai.InternalServerError):
            return False
        except openai.APIStatusError as error:
            raise UserError(
                self._sentence(f"refuses a question of one word ({shorten(error.message, 200)})")
            ) from error
        return True

    def _sentence(self, what: str) -> str:
        """What happened, the likely cause, and the end of the log."""
        subject = f"the {self._card.engine} server of model '{self._card.name}' {what}"
        return explained(subject, self.log, self._supervisor.poll())


def _free_port() -> int:
    with socket.socket() as free:
        free.bind((HOST, 0))
        port: int = free.getsockname()[1]
    return port
