"""`touchline serve`."""

from typing import Annotated

import typer

from touchline.cli.printing.terminal import say
from touchline.cli.program.consent import Yes, ask_consent


def serve(
    model: Annotated[str, typer.Argument(help="A model, an alias, or the path of a card.")],
    engine: Annotated[
        str | None,
        typer.Option(
            help="vllm, sglang or transformers-serve. By default that of the card, where it names "
            "a server, else transformers-serve."
        ),
    ] = None,
    port: Annotated[
        int | None,
        typer.Option(min=1, max=65535, help="Port on this machine; a free one by default."),
    ] = None,
    yes: Yes = False,
) -> None:
    """Serve a model on this machine with an OpenAI-compatible API, until Ctrl-C.

    Example: `touchline serve demo`
    """
    from touchline.models import serve_model, served_card

    card = served_card(model, engine)
    ask_consent([card], yes)
    say(f"touchline: starting {card.engine} with {card.checkpoint_path()}", err=True)

    def ready(address: str, name: str) -> None:
        say(f"address: {address}  (stop with Ctrl-C)")
        say(f"model: {name}")
        say(
            "in a benchmark: "
            f'{{name: {card.name}, engine: openai, base_url: "{address}", model: "{name}"}}'
        )

    try:
        serve_model(card, ready, port)
    except KeyboardInterrupt:
        say("touchline: stopped.", err=True)
