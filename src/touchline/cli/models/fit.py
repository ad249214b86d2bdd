"""`touchline models fit`."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from touchline.cli.printing.terminal import say
from touchline.errors import UserError

_AnswerTokens = Annotated[
    float | None,
    typer.Option(min=0, help="Mean tokens of an answer, as a run measured it; 60 by default."),
]

_Run = Annotated[
    Path | None,
    typer.Option(help="A run's folder, from which the mean length of its answers is taken."),
]


_Precision = Annotated[
    Literal["float32", "bfloat16", "float16", "int8", "nf4", "awq", "int4"] | None,
    typer.Option(
        metavar="NAME",
        help="float32, bfloat16, float16, int8, nf4, awq or int4; the card's by default.",
    ),
]
_Attention = Annotated[
    Literal["flash_attention_3", "flash_attention_2", "sdpa", "eager"] | None,
    typer.Option(
        metavar="NAME",
        help="flash_attention_3, flash_attention_2, sdpa or eager; by default the best that model "
        "and GPU support.",
    ),
]


def fit(
    name: Annotated[str, typer.Argument(help="A model, an alias, or the path of a card.")],
    gpu: Annotated[str | None, typer.Option(help='A GPU by name, such as "Titan RTX".')] = None,
    memory: Annotated[str | None, typer.Option(help="GPU memory instead, such as 24GB.")] = None,
    frames: Annotated[int, typer.Option(min=1, help="Frames per window.")] = 15,
    height: Annotated[
        int, typer.Option(min=16, help="Height of a frame in pixels; the width follows from 16:9.")
    ] = 480,
    precision: _Precision = None,
    attention: _Attention = None,
    batch: Annotated[int, typer.Option(min=1, help="Windows at once.")] = 1,
    answer_tokens: _AnswerTokens = None,
    run: _Run = None,
    video: Annotated[bool, typer.Option("--video", help="Send the frames as a video.")] = False,
    measure: Annotated[
        bool,
        typer.Option(
            "--measure", help="Also measure with random weights on the GPU of this machine."
        ),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
) -> None:
    """Estimate memory, time and cost of a model from its card alone, without its weights.

    Example: `touchline models fit qwen2.5-vl-7b --gpu "Titan RTX" --precision nf4`
    """
    import json

    from touchline.cli.printing.models import fit_text
    from touchline.models import Workload, check_by_measuring, find_card, find_gpu, plan_fit
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
        answer_tokens=_length(card.name, run, answer_tokens),
    )
    found = plan_fit(card, wanted)
    check = check_by_measuring(card, found) if measure else None
    if as_json:
        say(json.dumps(found.facts() | {"measured": check and check.facts()}, indent=1))
    else:
        say(fit_text(found, check))


def _length(model: str, run: Path | None, given: float | None) -> float | None:
    """The mean length of answers that is given, or that a run measured."""
    if run is None:
        return given
    if given is not None:
        raise UserError("--run and --answer-tokens both say how long answers are: omit one.")
    from touchline.runs import measured_answer_tokens

    return measured_answer_tokens(run, model)
