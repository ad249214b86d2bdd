"""`touchline models`."""

from typing import Annotated

import typer

from touchline.cli.pull import prune, pull

models_app = typer.Typer(help="The models that touchline knows.", no_args_is_help=False)


@models_app.callback(invoke_without_command=True)
def _list_by_default(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        list_models()


@models_app.command("list")
def list_models(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
) -> None:
    """List the models with a built-in card.

    Example: `touchline models list`
    """
    import json

    from rich import box
    from rich.console import Console
    from rich.table import Table

    from touchline.models import card_names, find_card

    cards = [find_card(name) for name in card_names()]
    if as_json:
        typer.echo(json.dumps([card.facts() for card in cards], indent=1))
        return
    table = Table("model", "engine", "about", box=box.SIMPLE_HEAD)
    for card in cards:
        table.add_row(card.name, card.engine, card.about)
    Console().print(table)


@models_app.command("show")
def show_model(
    name: Annotated[str, typer.Argument(help="A model or the path of its card.")],
) -> None:
    """Print a model's card.

    Example: `touchline models show demo`
    """
    import yaml

    from touchline.models import find_card

    typer.echo(yaml.safe_dump(find_card(name).facts(), sort_keys=False, allow_unicode=True).strip())


models_app.command("pull")(pull)
models_app.command("prune")(prune)
