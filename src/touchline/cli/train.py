"""`touchline train`."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from touchline.cli.printing.terminal import say
from touchline.errors import UserError
from touchline.text import counted

if TYPE_CHECKING:
    from touchline.validation import Settings

Chosen = TypeVar("Chosen", bound="Settings")

train_app = typer.Typer(help="Train models.", no_args_is_help=True)


@train_app.command("data")
def train_data(
    bench_file: Annotated[
        Path, typer.Argument(metavar="BENCH", help="Benchmark file; its first model is asked.")
    ],
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder for the examples.")],
    events: Annotated[
        float | None, typer.Option(help="Share of windows with an event; 0.5 by default.")
    ] = None,
    near: Annotated[
        float | None, typer.Option(help="Share of windows near an event; 0.25 by default.")
    ] = None,
    nothing: Annotated[
        float | None, typer.Option(help="Share of windows far from any event; 0.25 by default.")
    ] = None,
    hold_out: Annotated[
        list[str] | None,
        typer.Option(help="Id of a game to hold out; may be given several times."),
    ] = None,
    held_out: Annotated[
        float | None,
        typer.Option(help="Share of the games to hold out, where none is named; 0.2 by default."),
    ] = None,
    seed: Annotated[
        int | None, typer.Option(help="Random seed of the choice of windows and games.")
    ] = None,
) -> None:
    """Export examples to learn from: a benchmark's windows with the answers that its labels give.

    The questions and frames are those that a run of the benchmark asks. TRL reads train.jsonl,
    LLaMA-Factory train.llamafactory.jsonl, and `touchline train lora` the folder.

    Example: `touchline train data bench.yaml --out examples`
    """
    from touchline.cli.printing.progress import RunProgress
    from touchline.runs import read_bench
    from touchline.train import ExampleSettings, export_examples
    from touchline.validation import parse_options

    shares = {"events": events, "near": near, "nothing": nothing, "held_out": held_out}
    settings = parse_options(ExampleSettings, {**shares, "seed": seed})
    with RunProgress("examples") as progress:
        bench = read_bench(bench_file)
        made = export_examples(bench, out, settings, progress, hold_out=hold_out or ())
    for part, counts in made.counts.items():
        kinds = ", ".join(f"{count} {kind}" for kind, count in counts.items())
        say(f"{part.replace('_', ' ')}: {counted(sum(counts.values()), 'example')} ({kinds})")
    if made.held_out:
        say(f"held-out games: {', '.join(made.held_out)}")
    if made.unshown:
        windows = counted(made.unshown_windows, "window")
        say(
            f"left out: {counted(made.unshown, 'label')} of events that are not shown, and "
            f"{windows} with no other event"
        )
    say(f"examples: {out}")


@train_app.command("lora")
def train_lora(
    model: Annotated[
        str, typer.Argument(metavar="MODEL", help="A model, an alias, or the path of a card.")
    ],
    data: Annotated[Path, typer.Option(help="Folder that `touchline train data` made.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder for the adapter.")],
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", help="A setting of the training, such as rank=32 or vision=true."),
    ] = None,
    merge: Annotated[
        bool,
        typer.Option("--merge", help="Also write a checkpoint with the adapter in its weights."),
    ] = False,
) -> None:
    """Train an adapter of a model (LoRA; with precision nf4, QLoRA), or go on where it stopped.

    After every 200 steps the adapter is kept and run on the held-out games. The best becomes a
    model of its own: OUT/card.yaml.

    Example: `touchline train lora qwen2.5-vl-7b --data examples --out lora --set rank=32`
    """
    from touchline.cli.printing.progress import RunProgress
    from touchline.models import TransformersCard, find_card
    from touchline.train import LoraSettings, train_lora as train

    card = find_card(model)
    if not isinstance(card, TransformersCard):
        raise UserError(
            f"model '{card.name}' has engine {card.engine}: an adapter is trained in this process, "
            "with engine: transformers."
        )
    chosen = _settings(LoraSettings, settings)
    with RunProgress("steps") as progress:
        done = train(card, data, out, chosen, progress, progress.say, merge=merge)
    say(f"trained: {done.parameters:,} numbers in {counted(done.modules, 'adapted layer')}")
    for score in done.scores:
        say(f"{score.sentence}{' (kept)' if score.step == done.best else ''}")
    say(f"run it with: models: [{done.card}]")
    if done.merged_card is not None:
        say(f"merged: models: [{done.merged_card}]")


@train_app.command("hybrid")
def train_hybrid(
    bench_file: Annotated[
        Path, typer.Argument(metavar="BENCH", help="Benchmark file; its games are learned from.")
    ],
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder for the spotter.")],
    hold_out: Annotated[
        list[str] | None,
        typer.Option(help="Id of a game to hold out; may be given several times."),
    ] = None,
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", help="A setting of the training, such as steps=2000 or sound=true."),
    ] = None,
) -> None:
    """Train a small spotter from scratch: a network for frames, and one over a minute of them.

    It becomes a model of its own, OUT/card.yaml, and is run on the held-out games, a fifth of all
    where none is named.

    Example: `touchline train hybrid bench.yaml --out spotter --set steps=2000`
    """
    from touchline.cli.printing.progress import RunProgress
    from touchline.runs import read_bench
    from touchline.train import HybridSettings, train_hybrid as train

    chosen = _settings(HybridSettings, settings)
    with RunProgress("steps") as progress:
        done = train(read_bench(bench_file), out, chosen, progress, hold_out=hold_out or ())
    say(f"trained: {done.parameters:,} numbers, loss {done.loss:.3f}")
    if done.held_out:
        say(f"held-out games: {', '.join(done.held_out)}")
    if done.loose is not None and done.tight is not None:
        say(f"average-mAP on them: {100 * done.loose:.2f} loose, {100 * done.tight:.2f} tight")
    say(f"run it with: models: [{done.card}]")


@train_app.command("demo")
def train_demo(
    matches: Annotated[Path, typer.Option(help="Folder of the rendered matches.")],
    out: Annotated[Path, typer.Option(help="Folder for the checkpoint.")],
    task: Annotated[
        str | None,
        typer.Option(help="What it learns to find: a task or its file; soccernet-v2 by default."),
    ] = None,
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", help="A setting of the training, such as vision_steps=800."),
    ] = None,
) -> None:
    """Train the built-in model again, from scratch, on the rendered matches, or one like it.

    It takes about 40 minutes of one CPU core and uses nothing else. With --task it learns another
    task, whose file of labels is beside the videos.

    Example: `touchline train demo --matches matches --out models/demo`
    """
    from touchline.runs import read_task
    from touchline.train import Schedule, Sizes, train_demo as train

    chosen = read_task(task, Path(), "--task")
    of_sizes = [text for text in settings or () if text.partition("=")[0] in Sizes.model_fields]
    sizes = _settings(Sizes, of_sizes)
    schedule = _settings(Schedule, [text for text in settings or () if text not in of_sizes])

    train(matches, out, sizes, schedule, task=chosen)
    say(f"checkpoint: {out}")


def _settings(kind: type[Chosen], given: Sequence[str] | None) -> Chosen:
    """The settings of a training with what `--set NAME=VALUE` says of them."""
    import yaml
    from pydantic import ValidationError

    from touchline.validation import one_sentence
    from touchline.yaml_text import read_yaml, yaml_problem

    values = {}
    for text in given or ():
        name, equals, value = text.partition("=")
        if not equals:
            raise UserError(f"--set {text}: expected NAME=VALUE.")
        if name in values:
            raise UserError(f"--set {name} is given twice: give it once.")
        try:
            values[name] = read_yaml(value)
        except yaml.YAMLError as error:
            raise UserError(f"--set {text}: {yaml_problem(error)}.") from error
    try:
        return kind.model_validate(values)
    except ValidationError as error:
        raise UserError(f"--set: {one_sentence(error, kind.model_fields)}") from error
