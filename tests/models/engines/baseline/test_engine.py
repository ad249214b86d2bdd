import json
from dataclasses import replace
from itertools import pairwise

import pytest

from touchline.games import SOCCERNET_V2, Label
from touchline.models import Generation, Request, estimate_class_priors, find_card
from touchline.models.engines.baseline.engine import BaselineEngine
from touchline.prompts import Messages
from touchline.video import Window

HOUR_MS = 3_600_000
LABELS = [Label(1, n, "Foul") for n in range(300)] + [Label(1, n, "Goal") for n in range(30)]
PRIORS = estimate_class_priors(LABELS, HOUR_MS, stride_ms=2000, task=SOCCERNET_V2)


def claims(kind, seed=0):
    """Everything that a baseline claims about an hour cut into windows of 3 s every 2 s."""
    total = HOUR_MS // 2000
    windows = [
        Window("g", 1, n, total, n * 2000, n * 2000 + 3000, (n * 2000,)) for n in range(total)
    ]
    requests = [
        Request(str(w.index), w, Messages((), "t"), lambda: [], Generation(seed=seed))
        for w in windows
    ]
    card, found = find_card(f"baseline/{kind}"), []
    for window, reply in zip(windows, BaselineEngine(card, PRIORS).replies(requests), strict=True):
        assert reply.key == str(window.index)
        if reply.text != "None.":
            lines = map(json.loads, reply.text.splitlines())
            found += [
                (c["label"], window.start_ms + c["time"] * 1000, c["confidence"]) for c in lines
            ]
    return found


def count(found, label):
    return sum(claim[0] == label for claim in found)


def test_rates_are_those_of_the_games_and_soccernets_where_nobody_labelled_them():
    assert PRIORS.per_hour == {"Goal": 30.0, "Foul": 300.0}
    unlabelled = estimate_class_priors([], HOUR_MS, 2000, SOCCERNET_V2).per_hour
    assert unlabelled["Goal"] == pytest.approx(SOCCERNET_V2.events_per_game["Goal"] / 1.5)


def test_random_claims_each_class_at_its_true_rate_though_windows_overlap():
    found = claims("random")
    assert count(found, "Foul") == pytest.approx(300, abs=60)
    assert count(found, "Goal") == pytest.approx(30, abs=20)
    assert claims("random") == found
    assert claims("random", seed=1) != found


def test_prior_spaces_each_class_evenly_at_its_true_rate():
    found = claims("prior")
    goals = [time for label, time, _ in found if label == "Goal"]
    assert len(goals) == 30
    assert {round(b - a) for a, b in pairwise(goals)} == {120_000}
    assert {c for label, _, c in found if label == "Goal"} == {round(30 / 330, 3)}


def test_every_window_claims_the_commonest_class_in_each():
    found = claims("every-window")
    assert len(found) == 1800
    assert {label for label, _, _ in found} == {"Foul"}
    assert found[0][1] == 1500


def test_a_baseline_never_looks_at_a_frame():
    window = Window("g", 1, 0, 1, 0, 3000, (0,))

    def look():
        raise AssertionError("it looked")

    request = Request("k", window, Messages((), "t"), look, Generation())
    for kind in ("random", "prior", "every-window"):
        (reply,) = BaselineEngine(
            find_card(f"baseline/{kind}"), replace(PRIORS, stride_ms=3000)
        ).replies([request])
        assert reply.finish_reason == "stop"
