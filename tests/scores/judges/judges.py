"""The judges' own code, run from checkouts of their repositories, on cases made from seeds.

    TOUCHLINE_JUDGES=folder python -m tests.scores.judges.judges

writes `stored.json` again. The folder has checkouts called FOOTPASS (JeremieOchin/FOOTPASS),
opensportslib (OpenSportsLab/opensportslib) and sn-teamspotting (SoccerNet/sn-teamspotting). Only
the functions that judge are run, without the packages that the rest of their files needs.
"""

import ast
import contextlib
import io
import json
import os
import random
import tempfile
from collections import defaultdict
from pathlib import Path

import numpy as np

STORED = Path(__file__).with_name("stored.json")
SEEDS = range(4)
PLAYER_CLASSES = ("Drive", "Pass", "Cross", "Throw-in", "Shot", "Header", "Tackle", "Block")
CLASSES = ("PASS", "DRIVE", "SHOT")
ACTIONS = (
    "PASS", "DRIVE", "HEADER", "HIGH PASS", "OUT", "CROSS", "THROW IN", "SHOT",
    "BALL PLAYER BLOCK", "PLAYER SUCCESSFUL TACKLE", "FREE KICK", "GOAL",
)  # fmt: skip
METRICS = {"loose": tuple(range(5, 65, 5)), "tight": (1, 2, 3, 4, 5), "at1": (1,)}
FRAMES = (0, 1, 2, 4)


def checkouts():
    """The folder of the judges' checkouts, or None."""
    folder = os.environ.get("TOUCHLINE_JUDGES")
    return Path(folder) if folder else None


def player_case(seed):
    """Two files of FOOTPASS: shirts and teams that are wrong, frames on the edge of the tolerance,
    classes that there are not, predictions without a confidence, games that only one file has.
    """
    rng = random.Random(seed)
    keys = [f"game_{number}_H{half}" for number in range(3) for half in (1, 2)]
    classes = [1, 1, 2, 2, 2, 3, 4, 5, 6, 7, 8, 0, 9]
    true = {
        key: [
            [rng.randrange(600), rng.randrange(2), rng.choice([7, 9, 10]), rng.choice(classes)]
            for _ in range(rng.randrange(60))
        ]
        for key in keys
    }
    made = {key: [] for key in keys[1:]}
    for key in keys[1:]:
        for frame, team, shirt, number in true[key]:
            for _ in range(rng.choice([0, 1, 1, 1, 2])):
                entry = [
                    frame + rng.randrange(-16, 17),
                    team if rng.random() < 0.95 else 1 - team,
                    shirt,
                    number if rng.random() < 0.9 else rng.randrange(1, 9),
                ]
                sure = [round(rng.random(), 2)] if rng.random() < 0.95 else []
                made[key].append(entry + sure)
    truths = {
        "keys": keys[:5],
        "events": {key: [[*e, 1, 0] for e in true[key]] for key in keys[:5]},
    }
    return truths, {"keys": keys[1:], "events": made}


def spot_case(seed, classes, sides=()):
    """Labels and predictions of two videos of three minutes, as SoccerNet's files have them."""
    rng = random.Random(100 + seed)
    games = []
    for _ in range(2):
        labels, made = [], []
        for number in range(rng.randrange(24, 60)):
            position, label = rng.randrange(180_000), classes[number % len(classes)]
            team = {"team": sides[(number // len(classes)) % 2]} if sides else {}
            seen = rng.choice(["visible", "visible", "not shown"])
            entry = {"gameTime": "1 - 00:00", "label": label, "position": str(position), **team}
            labels.append({**entry, "visibility": seen})
            for _ in range(rng.choice([0, 1, 1, 2])):
                near = max(0, position + int(rng.gauss(0, 500)))
                named = label if rng.random() < 0.85 else rng.choice(classes)
                side = {"team": rng.choice([team["team"], *sides])} if sides else {}
                made.append(
                    {"half": "1", "label": named, "position": str(near), **side}
                    | {"confidence": rng.random()}
                )
        games.append((labels, made))
    return games


def _functions(file, names, more):
    """Some functions of a file, without the file's imports."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    kept = [one for one in tree.body if isinstance(one, ast.FunctionDef) and one.name in names]
    found = {"np": np, "json": json, "os": os, "tqdm": lambda values: values} | more
    exec(compile(ast.Module(kept, []), str(file), "exec"), found)
    return found


def judge_players(root, truths, made):
    """FOOTPASS's figures of two files."""
    file = root / "FOOTPASS/utils/metric_utils.py"
    evaluate = _functions(file, {"evaluate_events_from_json"}, {})["evaluate_events_from_json"]
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()):
        paths = [Path(folder, name) for name in ("truth.json", "made.json")]
        for path, values in zip(paths, (truths, made), strict=True):
            path.write_text(json.dumps(values))
        found = evaluate(*map(str, paths), ["background", *PLAYER_CLASSES])
    per_class = [
        [int(found[name][place]) for name in ("TP_per_class", "FP_per_class", "GT_per_class")]
        for place in range(1, 9)
    ]
    return {"f1": float(found["overall"]["f1"]), "per_class": per_class}


_LOCALIZATION = {
    "label2vector", "predictions2vector", "compute_class_scores", "compute_precision_recall_curve",
    "compute_mAP", "delta_curve", "average_mAP", "get_closest_action_index",
    "compute_average_precision", "get_predictions", "parse_ground_truth",
}  # fmt: skip


def _localization(root):
    import time

    file = root / "opensportslib/opensportslib/metrics/localization_metric.py"
    return _functions(file, _LOCALIZATION, {"time": time, "defaultdict": defaultdict})


def judge_localization(root, games, fps):
    """opensportslib's average-mAP, and its mAP by frames."""
    judge = _localization(root)
    numbers = {name: place for place, name in enumerate(CLASSES)}
    vectors = [[], [], []]
    for labels, made in games:
        size = 90 * 60 * fps
        truth = judge["label2vector"](labels, len(CLASSES), fps, numbers, size)
        vectors[0].append(truth)
        vectors[1].append(judge["predictions2vector"](made, len(CLASSES), fps, numbers, size))
        vectors[2].append(judge["get_closest_action_index"](truth, np.zeros(truth.shape) - 1))
    found = {}
    for name, deltas in METRICS.items():
        with np.errstate(all="ignore"):
            values = judge["average_mAP"](*vectors, framerate=fps, deltas=np.array(deltas))
        found[name] = [float(values[0]), [float(one) for one in values[1]], float(values[2])]

    def framed(events):
        return [{**one, "frame": int(fps * (int(one["position"]) / 1000))} for one in events]

    truth = [{"path": str(i), "events": framed(labels)} for i, (labels, _) in enumerate(games)]
    made = [{"video": str(i), "events": framed(spots)} for i, (_, spots) in enumerate(games)]
    by_class = sorted(judge["parse_ground_truth"](truth).items())
    found["frames"] = [
        float(np.mean([
            judge["compute_average_precision"](judge["get_predictions"](made, one), true, tolerance)
            for one, true in by_class
        ]))
        for tolerance in FRAMES
    ]  # fmt: skip
    return found


def judge_teams(root, games):
    """The figures of the Team Ball Action Spotting challenge, with and without the team."""
    average = _localization(root)["average_mAP"]  # the package SoccerNet's, function by function
    score = _functions(
        root / "sn-teamspotting/util/score.py", {"compute_amAP"}, {"average_mAP": average}
    )
    with tempfile.TemporaryDirectory() as folder:
        names = []
        for number, (labels, made) in enumerate(games):
            place = Path(folder, f"game{number}")
            place.mkdir()
            names.append(place.name)
            (place / "Labels-ball.json").write_text(json.dumps({"annotations": labels}))
            (place / "results_spotting.json").write_text(json.dumps({"predictions": made}))
        import zipfile

        more = {
            "zipfile": zipfile, "compute_amAP": score["compute_amAP"], "FPS_SN": 25,
            "getListGames": lambda split: names,
            "EVENT_DICTIONARY_BALL": {name: place for place, name in enumerate(ACTIONS)},
        }  # fmt: skip
        wanted = {"mAPevaluateCodabench", "label2vector", "predictions2vector"}
        judge = _functions(root / "sn-teamspotting/util/eval.py", wanted, more)
        with np.errstate(all="ignore"):
            found = judge["mAPevaluateCodabench"](folder, folder, metric="at1")
    singles = ("mAP", "mAP_visible", "mAP_no_team", "mAP_visible_no_team")
    listed = ("mAP_per_class", "mAP_per_class_no_team")
    return {name: _or_none(found[name]) for name in singles} | {
        name: [_or_none(one) for one in found[name]] for name in listed
    }


def _or_none(value):
    return None if np.isnan(value) else float(value)


def judge_all(root):
    """What every judge says of every case."""
    return {
        "players": [judge_players(root, *player_case(seed)) for seed in SEEDS],
        "localization": [
            judge_localization(root, spot_case(seed, CLASSES), (2, 25)[seed % 2]) for seed in SEEDS
        ],
        "teams": [judge_teams(root, spot_case(seed, ACTIONS, ("left", "right"))) for seed in SEEDS],
    }


if __name__ == "__main__":
    STORED.write_text(json.dumps(judge_all(checkouts()), indent=1) + "\n")
