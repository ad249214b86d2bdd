"""`touchline models`: list and show; every other verb has a file of its own."""

from typing import Annotated

import typer

from touchline.cli.models.env import env
from touchline.cli.models.fit import fit
from touchline.cli.models.prune import prune
from touchline.cli.models.pull import pull
from touchline.cli.printing.terminal import make_console, say

models_app = typer.Typer(help="List, explain, size up and download models.", no_args_is_help=False)

_Json = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
_Name = Annotated[str, typer.Argument(help="A model, an alias, or the path of a card.")]


@models_app.callback(invoke_without_command=True)
def _list_by_default(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        list_models()


@models_app.command("list")
def list_models(as_json: _Json = False) -> None:
    """List the models with a card: touchline's own, those of other packages, and yours.

    Example: `touchline models list`
    """
    import json

    from touchline.cli.printing.models import models_table
    from touchline.models import card_names, find_card, user_folder

    cards = [find_card(name) for name in card_names()]
    if as_json:
        say(json.dumps([card.facts() for card in cards], indent=1))
        return
    console = make_console()
    console.print(models_table(cards, console.width))
    say(f"Your own cards go to {user_folder()}; see docs/cards.md.")


@models_app.command("show")
def show_model(name: _Name, as_json: _Json = False) -> None:
    """Explain a model's card.

    Example: `touchline models show qwen2.5-vl-7b`
    """
    import json

    from touchline.models import find_card, summarize_card

    card = find_card(name)
    say(json.dumps(card.facts(), indent=1) if as_json else summarize_card(card))


models_app.command("env")(env)
models_app.command("fit")(fit)
models_app.command("pull")(pull)
models_app.command("prune")(prune)
