"""Writes `dense.md`: 16 frames a second pooled against 2 a second, at the same number of tokens.

    python docs/studies/dense.py prepare MATCHES FOLDER
    touchline train lora FOLDER/base.yaml --data FOLDER/learned-2 --out FOLDER/base --merge ...
    touchline train lora FOLDER/base.yaml --data FOLDER/learned-null --out FOLDER/null ...
    python docs/studies/dense.py cards FOLDER
    touchline train lora FOLDER/two.yaml --data FOLDER/learned-2 --out FOLDER/two --set ...
    touchline train lora FOLDER/sixteen.yaml --data FOLDER/learned-16 --out FOLDER/sixteen --set ...
    python docs/studies/dense.py losses FOLDER NAME...
    python docs/studies/dense.py evaluate FOLDER

MATCHES is the folder that `ball_like.py prepare` made of the rendered matches.
"""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from answer_losses import Losses, answer_losses, difference, interval, read_losses, write_losses
from lora import with_exchanged_answers

from touchline.models import find_card
from touchline.report.grids import Grid
from touchline.runs import read_bench
from touchline.train import ExampleSettings, export_examples

HERE = Path(__file__).resolve().parent
LEARNED, JUDGED = "*/2025-08-23*", "*/2025-09-06*"
SETS = {"dense": {"frames_per_set": 8, "pooling": "mlp"}}
SAMPLING = {"window": 8, "stride": 2, "height": 128}

POOLED = "16 a second, pooled by 8"
ARMS = {
    "built-in": ("none", "2 a second"),
    "null": ("first, exchanged answers", "2 a second"),
    "base-2": ("first", "2 a second"),
    "base-16": ("first", f"{POOLED}, untrained"),
    "two": ("first and last", "2 a second"),
    "sixteen": ("first and last", POOLED),
}
"""What each model was trained on, and what it is shown."""


def prepare(matches: Path, folder: Path) -> None:
    """Exports examples of both matches at both rates, and writes the card of the first training."""
    folder.mkdir(parents=True, exist_ok=True)
    card = find_card("demo").model_dump(mode="json", exclude_unset=True)
    card |= {"name": "base", "generation": {"max_new_tokens": 96}}
    for fps, more in ((2, {}), (16, SETS)):
        one = card | {"sampling": {**SAMPLING, "fps": fps}} | more
        if fps == 2:
            (folder / "base.yaml").write_text(yaml.safe_dump(one), encoding="utf-8")
        for part, game in (("learned", LEARNED), ("judged", JUDGED)):
            values = {
                "data": {"root": str(matches.resolve()), "games": [game]},
                "models": [one],
                "task": str(HERE / "ball_like.yaml"),
                "prompt": str(HERE / "dense_prompt.j2"),
            }
            file = folder / f"{part}-{fps}.yaml"
            file.write_text(yaml.safe_dump(values), encoding="utf-8")
            settings = ExampleSettings(held_out=0)
            export_examples(read_bench(file), file.with_suffix(""), settings, lambda *_: None)
    with_exchanged_answers(folder / "learned-2", folder / "learned-null")


def cards(folder: Path) -> None:
    """Writes the cards of the last two trainings, which begin with the first one's weights."""
    merged = yaml.safe_load((folder / "base" / "merged.yaml").read_text(encoding="utf-8"))
    two = merged | {"name": "two"}
    sixteen = merged | {"name": "sixteen", "sampling": {**SAMPLING, "fps": 16}} | SETS
    for one in (two, sixteen):
        (folder / f"{one['name']}.yaml").write_text(yaml.safe_dump(one), encoding="utf-8")


def losses(folder: Path, *names: Path) -> None:
    """Finds how likely some of `ARMS` find the right answers of the judged match."""
    files = {"built-in": "base.yaml", "base-2": "two.yaml", "base-16": "sixteen.yaml"}
    for name in map(str, names):
        card = find_card(str(folder.resolve() / files.get(name, f"{name}/card.yaml")))
        examples = folder / ("judged-16" if name.endswith(("16", "sixteen")) else "judged-2")
        write_losses(answer_losses(card, examples), folder / f"losses-{name}.json")


def evaluate(folder: Path) -> None:
    """Writes the page."""
    found = {name: read_losses(folder / f"losses-{name}.json") for name in ARMS}
    records = {
        name: json.loads((folder / name / "training.json").read_text(encoding="utf-8"))
        for name in ("base", "two", "sixteen")
    }
    text = HEADING.format(
        examples=sum(records["two"]["examples"]["counts"]["train"].values()),
        first=_options(records["base"]),
        last=_options(records["two"]),
        steps=len(records["base"]["losses"]),
        more=len(records["two"]["losses"]),
        two=f"{records['two']['parameters']:,}",
        sixteen=f"{records['sixteen']['parameters']:,}",
    )
    grid = Grid("Loss of the right answers, in nats a window", COLUMNS, tuple(_rows(found)), NOTE)
    (HERE / "dense.md").write_text(f"{text}\n{grid.markdown()}\n", encoding="utf-8")


OPTIONS = ("rank", "alpha", "learning_rate", "epochs", "accumulate", "every", "checkpointing")


def _options(record: Mapping[str, Any]) -> str:
    settings = record["settings"]
    return " ".join(f"--set {name}={settings[name]}" for name in OPTIONS).lower()


def _rows(found: Mapping[str, Losses]) -> list[tuple[str, ...]]:
    rows = []
    for name, words in ARMS.items():
        first = "" if name == "base-2" else _cell(difference(found[name], found["base-2"]))
        last = _cell(difference(found[name], found["two"])) if name == "sixteen" else ""
        rows.append((*words, _cell(found[name]), first, last))
    return rows


def _cell(values: Losses) -> str:
    mean, low, high = interval(values)
    return f"{mean:.2f} ({low:.2f} to {high:.2f})"


COLUMNS = (
    "trainings", "frames", "loss", "minus the first at 2 a second", "minus both at 2 a second",
)  # fmt: skip
NOTE = (
    "Negative log-likelihood; lower is better. 95 % intervals from 2,000 draws of the match's "
    "minutes with replacement, the same for both of a difference. One match: they say how much "
    "hangs on single scenes, and nothing of other matches."
)

HEADING = """\
# Dense frames: 16 a second pooled against 2 a second

[Dense frames](../local-models.md#dense-frames) give a model more frames for the same number of
tokens: here 16 frames a second, the tokens of 8 pooled into one set, against 2 a second, in
windows of 8 s. Both make 16 images of 4 tokens. The task is the six actions with the ball of
[ball_like.md](ball_like.md), which the built-in model was never trained on.

An adapter of the built-in model first learns the task and a short prompt at 2 frames a second
({steps} steps) and is merged into the weights; its null learns the same examples, each with the
answer of another one. From there, two adapters learn for {more} more steps from the same
{examples} examples of one match: one at 2 a second ({two} trained numbers), one at 16 with a
pooling that is trained ({sixteen}). All are judged by how likely they find the right answers
about windows of the demo match, on which nothing here was trained.

```
python docs/studies/ball_like.py prepare MATCHES BALL
python docs/studies/dense.py prepare BALL/games FOLDER
touchline train lora FOLDER/base.yaml --data FOLDER/learned-2 --out FOLDER/base --merge \\
    {first}
touchline train lora FOLDER/base.yaml --data FOLDER/learned-null --out FOLDER/null \\
    {first}
python docs/studies/dense.py cards FOLDER
touchline train lora FOLDER/two.yaml --data FOLDER/learned-2 --out FOLDER/two \\
    {last}
touchline train lora FOLDER/sixteen.yaml --data FOLDER/learned-16 --out FOLDER/sixteen \\
    {last}
python docs/studies/dense.py losses FOLDER built-in null base-2 base-16 two sixteen
python docs/studies/dense.py evaluate FOLDER
```

What was chosen on what: settings and lengths before anything was judged, and none was changed
afterwards. That likelihoods are compared was chosen after the first training: its answers about
the demo match misspell the names of the classes, so its average-mAP is 0. The trainings are
short because of the machine.

- The adapter of right answers makes the right answers of another match likelier than that of
  exchanged ones, by far more than the interval: something of what is seen was learned on one
  match.
- 16 frames a second were no better than 2 at the same number of tokens, before or after their
  own training. The first training saw frames at 2 a second, and not the sentence that a prompt
  of pooled frames has, so untrained pooling begins at a disadvantage; 51 steps made most of it
  good.

Nothing is said here of longer trainings, or of models that were trained with dense frames from
the beginning, as F-16 was.
"""


if __name__ == "__main__":
    step, *arguments = sys.argv[1:]
    steps = {"prepare": prepare, "cards": cards, "losses": losses, "evaluate": evaluate}
    steps[step](*map(Path, arguments))
