"""`touchline models`: list, show and fit; pull and prune are in pull.py."""

from typing import Annotated, Literal

import typer

from touchline.cli.pull import prune, pull

models_app = typer.Typer(help="The models that touchline knows.", no_args_is_help=False)

_Json = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
_Name = Annotated[str, typer.Argument(help="A model, an alias, or the path of a card.")]


@models_app.callback(invoke_without_command=True)
def _list_by_default(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        list_models()


@models_app.command("list")
def list_models(as_json: _Json = False) -> None:
    """List the models with a card: touchline's own, those of packages, and yours.

    Example: `touchline models list`
    """
    import json

    from rich.console import Console

    from touchline.cli.model_tables import models_table
    from touchline.models import card_names, find_card, user_folder

    cards = [find_card(name) for name in card_names()]
    if as_json:
        typer.echo(json.dumps([card.facts() for card in cards], indent=1))
        return
    Console().print(models_table(cards))
    typer.echo(f"Cards of your own lie in {user_folder()}; see docs/cards.md.")


@models_app.command("show")
def show_model(name: _Name, as_json: _Json = False) -> None:
    """Explain a model's card.

    Example: `touchline models show qwen2.5-vl-7b`
    """
    import json

    from touchline.models import find_card, summarize_card

    card = find_card(name)
    typer.echo(json.dumps(card.facts(), indent=1) if as_json else summarize_card(card))


@models_app.command("fit")
def fit(
    name: _Name,
    gpu: Annotated[str | None, typer.Option(help='A GPU by name, such as "Titan RTX".')] = None,
    memory: Annotated[str | None, typer.Option(help="Memory instead, such as 24GB.")] = None,
    frames: Annotated[int, typer.Option(min=1, help="Frames a window.")] = 15,
    height: Annotated[int, typer.Option(min=16, help="Height of a frame; width is 16:9.")] = 480,
    precision: Annotated[
        Literal["float32", "bfloat16", "float16", "int8", "nf4", "awq"] | None,
        typer.Option(help="How the weights are held; the card's by default."),
    ] = None,
    attention: Annotated[
        Literal["flash_attention_3", "flash_attention_2", "sdpa", "eager"] | None,
        typer.Option(help="Which attention; the best of model and GPU by default."),
    ] = None,
    batch: Annotated[int, typer.Option(min=1, help="Windows at a time.")] = 1,
    video: Annotated[bool, typer.Option("--video", help="Frames as a video.")] = False,
    measure: Annotated[
        bool, typer.Option("--measure", help="Measure with random weights on the GPU here.")
    ] = False,
    as_json: _Json = False,
) -> None:
    """Will it fit, how long, how much: from the card alone, without weights.

    Example: `touchline models fit qwen2.5-vl-7b --gpu "Titan RTX" --precision nf4`
    """
    import json

    from touchline.cli.model_tables import fit_text
    from touchline.models import (
        Workload,
        check_by_measuring,
        find_card,
        find_gpu,
        plan_fit,
    )
    from touchline.units import parse_memory

    card = find_card(name)
    wanted = Workload(
        frames=frames,
        width=round(height * 16 / 9 / 2) * 2,
        height=height,
        batch=batch,
        precision=precision,
        attention=attention,
        as_video=video,
        memory_bytes=parse_memory(memory) if memory else None,
        gpu=find_gpu(gpu) if gpu else None,
    )
    found = plan_fit(card, wanted)
    check = check_by_measuring(card, found) if measure else None
    if as_json:
        typer.echo(json.dumps(found.facts() | {"measured": check and check.facts()}, indent=1))
    else:
        typer.echo(fit_text(found, check))


models_app.command("pull")(pull)
models_app.command("prune")(prune)
