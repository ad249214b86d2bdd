"""The order of a review, on labels and claims made up for the purpose."""

import random

from touchline.games import SOCCERNET_V2, Label
from touchline.spots import Spot
from touchline.view.review.review_queue import Reason, review_queue

NEAR_MS = 2500
CLASSES = SOCCERNET_V2.classes[:6]


def spot_of(label, confidence, by_ms=0):
    return Spot(label.half, label.position_ms + by_ms, label.label, label.team, confidence)


def false_alarm(rng, length_ms):
    return Spot(1, rng.randint(0, length_ms), rng.choice(CLASSES), None, rng.uniform(0.02, 0.4))


def made_up(seed=0, count=120):
    """A game's labels, and the spots of two models that find most of them, with false alarms."""
    rng = random.Random(seed)
    labels = [
        Label(1, 20_000 * (number + 1), CLASSES[number % len(CLASSES)], "home")
        for number in range(count)
    ]
    models = {}
    for name in ("first", "second"):
        spots = [
            spot_of(label, rng.uniform(0.4, 0.95), rng.randint(-900, 900))
            for label in labels
            if rng.random() < 0.85
        ]
        spots += [false_alarm(rng, 20_000 * count) for _ in range(count)]
        models[name] = {"game": spots}
    return labels, models


def test_every_label_and_every_claim_is_in_it_once():
    labels, models = made_up()
    queue = review_queue({"game": labels}, models, NEAR_MS)
    assert sorted(item.label for item in queue if item.label) == sorted(labels)
    claims = [(claim.model, claim.spot) for item in queue for claim in item.claims]
    assert len(claims) == sum(len(spots["game"]) for spots in models.values())
    assert len(set(claims)) == len(claims)
    assert len({item.key for item in queue}) == len(queue)


def test_what_is_removed_moved_and_renamed_comes_first():
    labels, models = made_up()
    removed, moved, renamed = chosen = labels[10], labels[50], labels[90]
    for name in models:  # all three were seen by both
        models[name]["game"] = [
            one
            for one in models[name]["game"]
            if all(abs(one.position_ms - label.position_ms) > 3000 for label in chosen)
        ] + [spot_of(label, 0.9) for label in chosen]
    spoilt = [label for label in labels if label not in chosen]
    spoilt += [
        moved._replace(position_ms=moved.position_ms + 7000),
        renamed._replace(label=CLASSES[1]),
    ]
    queue = review_queue({"game": spoilt}, models, NEAR_MS)
    reasons = {item.position_ms: item.reason for item in queue[:3]}
    assert reasons == {
        removed.position_ms: Reason.MISSING,
        moved.position_ms: Reason.MOVED,
        renamed.position_ms: Reason.RENAMED,
    }


def test_what_models_agree_about_comes_last_and_what_they_dispute_before():
    labels, models = made_up()
    queue = review_queue({"game": labels}, models, NEAR_MS)
    places = {reason: [] for reason in Reason}
    for place, item in enumerate(queue):
        places[item.reason].append(place)

    def middle(reason):
        return sorted(places[reason])[len(places[reason]) // 2]

    assert middle(Reason.UNFOUND) < middle(Reason.DISPUTED) < middle(Reason.AGREED)


def test_it_is_the_same_whatever_the_order_of_its_input():
    labels, models = made_up()
    turned = {name: {"game": spots["game"][::-1]} for name, spots in reversed(models.items())}
    first = review_queue({"game": labels}, models, NEAR_MS)
    assert [one.key for one in review_queue({"game": labels}, turned, NEAR_MS)] == [
        one.key for one in first
    ]


def test_a_game_without_labels_or_without_models_has_a_queue_too():
    labels, models = made_up(count=20)
    unlabelled = review_queue({}, models, NEAR_MS)
    assert unlabelled
    assert {item.reason for item in unlabelled} == {Reason.MISSING}
    sure = [item.claims[0].spot.confidence for item in unlabelled if len(item.claims) == 1]
    assert sure == sorted(sure, reverse=True)
    silent = review_queue({"game": labels}, {}, NEAR_MS)
    assert sorted(item.label for item in silent) == sorted(labels)
    assert review_queue({}, {}, NEAR_MS) == []
