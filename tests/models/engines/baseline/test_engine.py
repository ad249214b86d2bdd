import json
from dataclasses import replace
from itertools import pairwise

import pytest

from touchline.games import SOCCERNET_V2, Label, Task
from touchline.models import ClassPriors, Generation, Request, find_card, general_class_priors
from touchline.models.engines.baseline.comb import comb_spacing_s
from touchline.models.engines.baseline.engine import BaselineEngine
from touchline.prompts import Messages
from touchline.video import Window

HOUR_MS = 3_600_000
PRIORS = ClassPriors({"Foul": 300.0, "Goal": 30.0}, 2000)
NULLS = ("random", "prior", "every-window", "comb", "clock")


def claims(kind, seed=0, priors=PRIORS, game="g"):
    """Everything that a baseline claims about an hour cut into windows of 3 s every 2 s."""
    total = HOUR_MS // 2000
    windows = [
        Window(game, 1, n, total, n * 2000, n * 2000 + 3000, (n * 2000,)) for n in range(total)
    ]
    requests = [
        Request(str(w.index), w, Messages((), "t"), lambda: [], Generation(seed=seed))
        for w in windows
    ]
    card, found = find_card(f"baseline/{kind}"), []
    for window, reply in zip(windows, BaselineEngine(card, priors).replies(requests), strict=True):
        assert reply.key == str(window.index)
        if reply.text != "None.":
            lines = map(json.loads, reply.text.splitlines())
            found += [
                (c["label"], window.start_ms + c["time"] * 1000, c["confidence"]) for c in lines
            ]
    return found


def count(found, label):
    return sum(claim[0] == label for claim in found)


def test_random_claims_each_class_at_its_rate_though_windows_overlap():
    found = claims("random")
    assert count(found, "Foul") == pytest.approx(300, abs=60)
    assert count(found, "Goal") == pytest.approx(30, abs=20)
    assert claims("random") == found
    assert claims("random", seed=1) != found


def test_prior_spaces_each_class_evenly_at_its_rate():
    found = claims("prior")
    goals = [time for label, time, _ in found if label == "Goal"]
    assert len(goals) == 30
    assert {round(b - a) for a, b in pairwise(goals)} == {120_000}
    assert {c for label, _, c in found if label == "Goal"} == {0.09091}


def test_every_window_claims_the_commonest_class_in_each():
    found = claims("every-window")
    assert len(found) == 1800
    assert {label for label, _, _ in found} == {"Foul"}
    assert found[0][1] == 1500


def test_comb_claims_each_class_at_the_spacing_that_its_rate_makes_best():
    found = claims("comb")
    for label, per_hour in PRIORS.per_hour.items():
        times = [time for name, time, _ in found if name == label]
        assert {round(b - a) for a, b in pairwise(times)} == {1000 * comb_spacing_s(per_hour)}


def test_spacings_are_those_that_the_card_tells():
    spacings = [comb_spacing_s(n / 1.5) for n in SOCCERNET_V2.events_per_game.values()]
    assert f"every {min(spacings):g} to {max(spacings):g} s" in find_card("baseline/comb").about


def test_without_other_games_the_clock_is_the_comb_and_the_start_of_the_half():
    found = claims("clock", priors=replace(PRIORS, starts_half="Goal"))
    assert found[0] == ("Goal", 0.0, 1.0)
    assert found[1:] == [(label, at, pytest.approx(sure)) for label, at, sure in claims("comb")]


LATE = Task("late", ("Foul", "Goal"), events_per_game={"Foul": 9.0, "Goal": 3.0})
LABELS = {
    "g": [Label(1, 60_000 * n, "Goal") for n in range(60)],
    "h": [Label(1, 3_000_000 + n, "Goal") for n in range(20)],
}
LENGTHS = dict.fromkeys((("g", 1), ("h", 1)), HOUR_MS)


def test_the_clock_knows_the_minutes_of_the_other_games():
    found = claims("clock", priors=general_class_priors(LATE, 2000, LABELS, LENGTHS))
    sure = {round(at / 60_000): confidence for label, at, confidence in found if label == "Goal"}
    assert sure[50] > 5 * sure[10]


def test_the_clock_answers_alike_whatever_the_labels_of_the_game_itself():
    known = general_class_priors(LATE, 2000, LABELS, LENGTHS)
    others = general_class_priors(LATE, 2000, LABELS | {"g": []}, LENGTHS)
    assert claims("clock", priors=known) == claims("clock", priors=others)
    assert claims("clock", priors=known, game="h") != claims("clock", priors=others, game="h")


def test_no_null_baseline_depends_on_the_labels_of_the_only_game():
    for kind in NULLS:
        answers = [
            claims(kind, priors=general_class_priors(SOCCERNET_V2, 2000, {"g": labels}, LENGTHS))
            for labels in ([], LABELS["g"])
        ]
        assert answers[0] == answers[1], kind


def test_what_the_clock_counts_is_part_of_its_identity_and_of_no_others():
    known = general_class_priors(LATE, 2000, LABELS, LENGTHS)
    others = general_class_priors(LATE, 2000, LABELS | {"h": []}, LENGTHS)
    assert known.identity(by_minute=True) != others.identity(by_minute=True)
    assert known.identity(by_minute=False) == others.identity(by_minute=False)


def test_a_half_that_was_not_watched_says_nothing_about_its_minutes():
    watched = {("h", 1): HOUR_MS}
    counted = general_class_priors(LATE, 2000, {"h": []}, watched).by_minute("g")
    goals = list(LATE.events_per_game).index("Goal")
    assert counted[1, 10, goals] == pytest.approx(3.0 / 1.5)
    assert counted[0, 10, goals] < 3.0 / 1.5


def test_a_baseline_never_looks_at_a_frame():
    window = Window("g", 1, 0, 1, 0, 3000, (0,))

    def look():
        raise AssertionError("it looked")

    request = Request("k", window, Messages((), "t"), look, Generation())
    for kind in NULLS:
        (reply,) = BaselineEngine(
            find_card(f"baseline/{kind}"), replace(PRIORS, stride_ms=3000)
        ).replies([request])
        assert reply.finish_reason == "stop"
