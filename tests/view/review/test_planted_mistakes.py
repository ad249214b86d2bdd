"""The demo model's claims on eight rendered matches, and labels that were spoilt on purpose."""

import json
import random
from pathlib import Path

import pytest

from touchline.games import SOCCERNET_V2, Label
from touchline.spots import Spot
from touchline.view.review.event_order import EVENT_ORDER, expected_events
from touchline.view.review.review_queue import review_queue

NEAR_MS = 2500
MISTAKES = ("removed", "moved", "renamed")
MATCHES = json.loads((Path(__file__).parent / "rendered_matches.json").read_text())
LABELS = {game: [Label(*one) for one in found["labels"]] for game, found in MATCHES.items()}
SPOTS = {game: [Spot(*one) for one in found["spots"]] for game, found in MATCHES.items()}


def spoil(seed, share=0.05):
    """Labels of which a share is removed, moved by 3 to 15 s, or renamed, in equal parts.

    Returns the labels, and (mistake, game, right label, wrong label or None) of each mistake.
    """
    pick = random.Random(seed)
    spoilt = {game: list(labels) for game, labels in LABELS.items()}
    places = [(game, label) for game, labels in LABELS.items() for label in labels]
    planted = []
    for number, (game, label) in enumerate(pick.sample(places, round(share * len(places)))):
        mistake = MISTAKES[number % len(MISTAKES)]
        wrong = None
        if mistake == "moved":
            by_ms = pick.choice((-1, 1)) * pick.randint(3_000, 15_000)
            wrong = label._replace(position_ms=max(0, label.position_ms + by_ms))
        elif mistake == "renamed":
            others = [name for name in SOCCERNET_V2.classes if name != label.label]
            wrong = label._replace(label=pick.choice(others))
        spoilt[game].remove(label)
        spoilt[game] += [wrong] if wrong else []
        planted.append((mistake, game, label, wrong))
    return {game: sorted(labels) for game, labels in spoilt.items()}, planted


def shows(item, game, right, wrong):
    """Whether a reviewer of this item has the mistake before their eyes."""
    if item.game != game:
        return False
    if wrong is not None:
        return item.label == wrong
    near = abs(item.position_ms - right.position_ms) <= NEAR_MS and item.half == right.half
    return item.label is None and item.name == right.label and near


def test_the_first_tenth_of_the_queue_shows_four_of_five_mistakes():
    found, count = 0, 0
    for seed in range(10):
        labels, planted = spoil(seed)
        models = {"demo": SPOTS, EVENT_ORDER: expected_events(labels, NEAR_MS)}
        queue = review_queue(labels, models, NEAR_MS)
        first = queue[: len(queue) // 10]
        count += len(planted)
        found += sum(any(shows(item, *rest) for item in first) for _, *rest in planted)
    assert count == 10 * round(0.05 * sum(map(len, LABELS.values())))
    assert found / count >= 0.8, f"{found} of {count}"


def test_events_are_expected_where_they_steadily_follow_another():
    goals = [Label(1, at, "Goal", "home") for at in range(60_000, 1_260_000, 60_000)]
    starts = [Label(1, goal.position_ms + 12_000, "Kick-off", "away") for goal in goals[:-1]]
    expected = expected_events({"g": [*goals, *starts]}, NEAR_MS)["g"]
    kick_offs = sorted(one.position_ms for one in expected if one.label == "Kick-off")
    assert kick_offs == [goal.position_ms + 12_000 for goal in goals]
    [confidence] = {one.confidence for one in expected if one.label == "Kick-off"}
    assert confidence == pytest.approx(len(starts) / len(goals))
    assert expected_events({}, NEAR_MS) == {}
    assert expected_events({"g": goals}, NEAR_MS) == {"g": []}
