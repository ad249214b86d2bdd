"""What fixed inputs give, as short hashes with their headline figures beside them.

    python tests/golden/pins.py          writes tests/golden/pinned.json again

A hash that changes means that request keys, spots or figures are other than they were: that needs
a reason, and a line in docs/architecture.md. Where data of ../shared are absent, what was pinned
of them stays. No data are stored here, only hashes and figures of whole data sets.
"""

import json
import os
import tempfile
from pathlib import Path

from typer.testing import CliRunner

from tests.golden.snapshot import MATCHES, VARIANTS
from tests.golden.values import digest
from tests.support.videos import DEMO_MATCH
from touchline.cli.main import app
from touchline.runs import build_plan, parse_bench
from touchline.runs.planning.question_writer import plan_questions

PINNED = Path(__file__).parent / "pinned.json"
ROOT = Path(__file__).parents[2]
DEMO_GAME = "grf_league/2025-2026/2025-09-06 - 18-00 Frequentists United 5 - 0 Real Bayesians"
_HEADLINES = ("loose", "tight", "precision", "recall", "f1", "coverage")


def touchline(*arguments):
    """What a verb prints as JSON."""
    done = CliRunner().invoke(app, [*map(str, arguments), "--json"], catch_exceptions=False)
    assert done.exit_code == 0, done.stderr
    return json.loads(done.stdout)


def request_keys(root, games):
    """The keys of every question to ten models, by model; nobody is asked."""
    listed = ", ".join(json.dumps(game) for game in games)
    text = VARIANTS.format(root=json.dumps(str(root)), games=listed, first=games[0])
    pinned = {}
    with tempfile.TemporaryDirectory() as folder:
        bench = parse_bench(text, "bench", Path())
        plan = build_plan(bench, "bench")
        for model in plan.models:
            plan_questions(plan, model, bench.context.given, Path(folder))
            lines = (Path(folder) / "questions" / f"{model.name}.jsonl").read_text().splitlines()
            halves = [json.loads(line) for line in lines]
            keys = [key for half in halves for key in half["keys"]]
            pinned[model.name] = f"{digest(keys)} of {len(keys)}"
    return pinned


def score_predictions(shared, name, *options):
    """An official set of predictions, scored."""
    folder = shared / "soccernet"
    files = ("--predictions", folder / "predictions" / f"{name}.zip")
    labels = ("--labels", folder / "labels_test.zip")
    return _figures(touchline("score", *labels, *files, "--lenient", *options), shared)


def score_real_replies(shared, stamp):
    """The real replies of a model, stamped in one way, merged and scored."""
    folder = shared / "qwen"
    files = ("--labels", folder / "labels", "--predictions", folder)
    return _figures(touchline("score", *files, "--stamp", stamp), shared)


def _figures(scores, shared):
    text = json.dumps(scores).replace(str(shared), "{shared}")
    maps = {name: round(scores[name]["a_mAP"], 6) for name in ("loose", "tight")}
    return {"digest": digest(json.loads(text)), **maps}


def fits():
    """What the planner says of every card on one kind of GPU."""
    pinned = {}
    for card in touchline("models", "list"):
        words = ("models", "fit", card["name"], "--gpu", "Titan RTX", "--json")
        done = CliRunner().invoke(app, words)
        refused = done.exit_code != 0
        pinned[card["name"]] = "refused" if refused else digest(json.loads(done.stdout))
    return pinned


def predictions(shared):
    """Every official set of predictions, scored."""
    names = sorted(file.stem for file in (shared / "soccernet/predictions").glob("*.zip"))
    return {name: score_predictions(shared, name) for name in names}


def extended(shared):
    """One set of predictions with everything beyond the official figures."""
    options = ("--beyond",)
    return {"good_spotter": score_predictions(shared, "good_spotter", *options)}


def real_replies(shared):
    """The real replies, stamped with the centre and with the start of their windows."""
    return {stamp: score_real_replies(shared, stamp) for stamp in ("centre", "start")}


HERE = {"keys of the built-in match": lambda: request_keys(DEMO_MATCH, [DEMO_GAME]), "fits": fits}
"""What needs nothing but the repository."""
WITH_SHARED = {
    "keys of two matches": lambda shared: request_keys(shared / "matches", MATCHES),
    "predictions": predictions,
    "extended": extended,
    "real replies": real_replies,
}
"""What needs the folder of data that cannot be part of the project."""


def main():
    """Writes the file of what is pinned."""
    pinned = json.loads(PINNED.read_text()) if PINNED.is_file() else {}
    for name, make in HERE.items():
        pinned[name] = make()
    shared = Path(os.environ.get("TOUCHLINE_SHARED", ROOT.parent / "shared"))
    for name, make in WITH_SHARED.items() if shared.is_dir() else ():
        pinned[name] = make(shared)
    PINNED.write_text(json.dumps(pinned, indent=1, sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
