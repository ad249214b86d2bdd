"""Writes `lora.md`: an adapter trained on one rendered match, judged on others, and its null.

    python docs/studies/lora.py prepare MATCHES FOLDER
    touchline train lora FOLDER/card.yaml --data FOLDER/real --out FOLDER/adapter-real --set ...
    touchline train lora FOLDER/card.yaml --data FOLDER/null --out FOLDER/adapter-null --set ...
    python docs/studies/lora.py judge MATCHES FOLDER MODEL   (demo, adapter-real, adapter-null)
    python docs/studies/lora.py evaluate FOLDER

MATCHES is the folder of the rendered matches. The null has the same examples, each with the answer
of another one.
"""

import json
import random
import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import fmean

import yaml
from minutes import Games, draw_minutes, interval

from touchline.games import Task
from touchline.models import find_card
from touchline.report.grids import Grid
from touchline.runs import RunResults, build_plan, load_run, read_bench, run
from touchline.scores.official.evaluator import OFFICIAL_METRICS, own_average_map
from touchline.train import ExampleSettings, export_examples

HERE = Path(__file__).resolve().parent
PROMPT = HERE / "lora_prompt.j2"

LEARNED = "*/2025-08-23*"
"""The match to learn from: one of the eight that the built-in model was trained on."""

JUDGED = "*/2025-09-06*"
"""The demo match, which neither the built-in model nor an adapter was trained on."""


def prepare(matches: Path, folder: Path) -> None:
    """Exports the examples of the match to learn from, and the same with answers exchanged."""
    folder.mkdir(parents=True, exist_ok=True)
    card = find_card("demo").model_dump(mode="json", exclude_unset=True)
    (folder / "card.yaml").write_text(yaml.safe_dump(card, sort_keys=False), encoding="utf-8")
    bench = _bench(matches, folder, "learned", [LEARNED], ["card.yaml"])
    settings = ExampleSettings(held_out=0)
    export_examples(read_bench(bench), folder / "real", settings, lambda *_: None)
    with_exchanged_answers(folder / "real", folder / "null")


def with_exchanged_answers(examples: Path, out: Path) -> None:
    """Copies a folder of examples and gives each the answer of another one, by a fixed draw."""
    out.mkdir()
    for file in sorted(examples.iterdir()):
        if file.is_file():
            shutil.copyfile(file, out / file.name)
    (out / "frames").symlink_to((examples / "frames").resolve())
    file = out / "train.jsonl"
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    answers = [row["messages"][-1] for row in rows]
    random.Random(0).shuffle(answers)  # noqa: S311  (no secret)
    for row, answer in zip(rows, answers, strict=True):
        row["messages"][-1] = answer
    lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    file.write_text("".join(lines), encoding="utf-8")


def _bench(
    matches: Path, folder: Path, name: str, games: Sequence[str], models: Sequence[str]
) -> Path:
    """A benchmark file in the folder."""
    values = {
        "data": {"root": str(matches.resolve()), "games": list(games)},
        "models": list(models),
        "prompt": str(PROMPT),
    }
    file = folder / f"{name}.yaml"
    file.write_text(yaml.safe_dump(values, sort_keys=False), encoding="utf-8")
    return file


NAMES = {
    "demo": "the built-in model",
    "adapter-real": "with the adapter",
    "adapter-null": "with the adapter of exchanged answers",
}


def judge(matches: Path, folder: Path, model: Path) -> None:
    """Runs a model on the judged match."""
    name = model.name
    card = str(folder.resolve() / ("card.yaml" if name == "demo" else f"{name}/card.yaml"))
    bench = _bench(matches, folder, f"judged-{name}", [JUDGED], [card])
    plan = build_plan(read_bench(bench), name)
    run(plan, folder / f"run-{name}", lambda _what, _done, _total: None)


def evaluate(folder: Path) -> None:
    """Writes the page from the three runs."""
    results = {name: load_run(folder / f"run-{name}") for name in NAMES}
    records = [
        json.loads((folder / name / "training.json").read_text(encoding="utf-8"))
        for name in NAMES
        if name != "demo"
    ]
    settings = records[0]["settings"]
    head = HEADING.format(
        examples=sum(records[0]["examples"]["counts"]["train"].values()),
        steps=len(records[0]["losses"]),
        accumulate=settings["accumulate"],
        numbers=f"{records[0]['parameters']:,}",
        losses=_training_losses(records),
        options=" ".join(f"--set {name}={settings[name]}" for name in OPTIONS).lower(),
        shares=_readable(results),
    )
    rows = [one for metric in ("loose", "tight") for one in _rows(results, metric)]
    grid = Grid("Average-mAP on the demo match, in %", COLUMNS, tuple(rows), NOTE)
    text = f"{head}\n{grid.markdown()}"
    (HERE / "lora.md").write_text(text + "\n", encoding="utf-8")


OPTIONS = ("rank", "alpha", "learning_rate", "epochs", "accumulate", "every", "checkpointing")


COLUMNS = ("metric", "model", "figure", "minus the built-in model", "minus exchanged answers")
NOTE = (
    "95 % intervals from 1,000 draws of the match's minutes with replacement, the same minutes for "
    "both models of a difference. One match: they say how much hangs on single scenes. Loose "
    "allows 30 s on either side of an event, so draws of minutes part some spots from their "
    "events: its intervals are rough."
)

HEADING = """\
# An adapter learned on one rendered match, judged on another

`touchline train lora` adapts the built-in model to a prompt that it does not know: the model
was trained on `base.v1`, and does worse with any other. The adapter learns from the {examples}
examples of one match, among the eight that the built-in model was trained on. It is judged on
the demo match, which neither was trained on, by an ordinary run. The null has the same
examples, prompt, settings and steps, and each example has the answer of another one: it can
learn the form of answers and how often classes happen, and nothing of what is seen.

```
python docs/studies/lora.py prepare MATCHES FOLDER
for kind in real null; do
  touchline train lora FOLDER/card.yaml --data FOLDER/$kind --out FOLDER/adapter-$kind \\
    {options}
done
for model in demo adapter-real adapter-null; do
  python docs/studies/lora.py judge MATCHES FOLDER $model
done
python docs/studies/lora.py evaluate FOLDER
```

{steps} steps of {accumulate} examples, {numbers} trained numbers, no evaluation in between. The
loss (mean of the first and of the last 25 steps) went {losses}. The share of windows with an
answer that can be read was {shares}; what cannot be read counts as no event here. The adapter
of right answers is above the built-in model in the loose figure, and above that of exchanged
answers in both; the latter is not above the built-in model. With its own prompt the built-in
model scores higher on this match than anything here.

What was chosen on what: prompt, rank, learning rate and length before any adapter of this
prompt was judged; none was changed afterwards, and no other was trained to its end: a first
training, of 180 steps at rank 16, was stopped after 19 because it took too long. The
training is short because of the machine. Before it, adapters of 252 steps were trained for
another task, the six actions with the ball of [ball_like.md](ball_like.md), on the same match.
They misspelt the names of the classes, which are new to the model ("SOO", "FOEEKKCC"), on the
demo match and on the validation match alike, so their average-mAP was 0; what they learned
shows in the likelihood of the right answers ([dense.md](dense.md)). Only after that was this
easier task chosen.
"""


def _training_losses(records: Sequence[Mapping[str, list[tuple[int, float]]]]) -> str:
    texts = []
    for record, name in zip(records, ("with right answers", "with exchanged ones"), strict=True):
        values = [loss for _, loss in record["losses"]]
        first, last = (fmean(part) for part in (values[:25], values[-25:]))
        texts.append(f"from {first:.2f} to {last:.2f} {name}")
    return " and ".join(texts)


def _readable(results: Mapping[str, RunResults]) -> str:
    shares = {name: one.coverage[_model(one)] for name, one in results.items()}
    return ", ".join(f"{shares[name]:.0%} {words}" for name, words in NAMES.items())


def _model(results: RunResults) -> str:
    """The model that was judged; the others are null baselines."""
    (model,) = (name for name in results.models if not name.startswith("baseline"))
    return model


def _paired(results: RunResults) -> Games:
    spots = results.models[_model(results)]
    return {game: (labels, spots.get(game, [])) for game, labels in results.games.items()}


def _figure(games: Games, task: Task, metric: str) -> float:
    return 100 * own_average_map(games, task, OFFICIAL_METRICS[metric])


def _rows(results: Mapping[str, RunResults], metric: str) -> list[tuple[str, ...]]:
    of = {name: _paired(results[name]) for name in NAMES}
    task = results["demo"].task
    drawn = draw_minutes(of, lambda games: _figure(games, task, metric))
    rows = []
    for name, words in NAMES.items():
        figure = _figure(of[name], task, metric)
        others = [
            "" if name in (other, "demo") else interval(drawn[name] - drawn[other])
            for other in ("demo", "adapter-null")
        ]
        rows.append((metric, words, f"{figure:.1f} ({interval(drawn[name])})", *others))
    return rows


if __name__ == "__main__":
    step, *arguments = sys.argv[1:]
    {"prepare": prepare, "judge": judge, "evaluate": evaluate}[step](*map(Path, arguments))
