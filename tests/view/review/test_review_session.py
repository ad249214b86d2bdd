"""Decisions of annotators: what they do to the labels, and what others see of them."""

import json
from dataclasses import replace

import pytest

from touchline.errors import UserError
from touchline.games import Label
from touchline.spots import Spot
from touchline.view import open_run
from touchline.view.labelling import current_labels, save_labels
from touchline.view.review.choices import Choice, ReviewKind, kind_of, label_after
from touchline.view.review.review_queue import Reason, ReviewClaim, ReviewItem
from touchline.view.review.review_session import ReviewSession

LABEL = Label(1, 30_000, "Foul", "home", False)
SPOT = Spot(1, 31_500, "Offside", "away", 0.8)


def item_of(label, spot, reason):
    claims = (ReviewClaim("m", spot),) if spot else ()
    return ReviewItem("g", 1, label, claims, reason, 0.0)


@pytest.mark.parametrize(
    ("item", "kind", "accepted", "moved", "rejected"),
    [
        (
            item_of(None, SPOT, Reason.MISSING),
            ReviewKind.CLAIM,
            Label(1, 31_500, "Offside", "away", True),
            Label(1, 12_000, "Offside", "away", True),
            None,
        ),
        (
            item_of(LABEL, None, Reason.UNFOUND),
            ReviewKind.LABEL,
            LABEL,
            LABEL._replace(position_ms=12_000),
            None,
        ),
        (
            item_of(LABEL, SPOT, Reason.RENAMED),
            ReviewKind.EITHER,
            Label(1, 31_500, "Offside", "away", False),
            Label(1, 12_000, "Offside", "away", False),
            LABEL,
        ),
    ],
)
def test_what_each_choice_leaves(item, kind, accepted, moved, rejected):
    assert kind_of(item) is kind
    after = [label_after(item, choice, 12_000) for choice in Choice]
    assert after == [accepted, moved, rejected]


def reviewed(folder, annotator):
    """A run whose baseline counts as a model, as no model that costs nothing makes a queue."""
    run = open_run(folder, annotator)
    kinds = {**run.results.kinds, "baseline/random": "model"}
    return replace(run, results=replace(run.results, kinds=kinds))


def test_a_decision_changes_the_labels_and_can_be_changed(run_folder):
    run = reviewed(run_folder, "anna")
    review = ReviewSession(run)
    game = run.games[0]
    item = next(one for one in review.items.values() if one.reason is Reason.UNFOUND)
    before = current_labels(run, game).labels
    assert item.label not in review.decide(item.key, "reject", 0).labels
    moved = review.decide(item.key, "move", 5_000).labels
    assert item.label._replace(position_ms=5_000) in moved
    assert len(moved) == len(before)
    assert set(review.decide(item.key, "accept", 0).labels) == set(before)
    claim = next(one for one in review.items.values() if one.reason is Reason.MISSING)
    added = set(review.decide(claim.key, "accept", 0).labels) - set(before)
    assert [(one.label, one.position_ms) for one in added] == [(claim.name, claim.position_ms)]
    past = review.decide(claim.key, "move", 10**9).labels
    assert max(one.position_ms for one in past) <= max(one.length_ms for one in run.halves)
    shown = ReviewSession(run).to_json()
    assert shown["decided"] == {item.key: "accept", claim.key: "move"}
    with pytest.raises(UserError, match="no such decision"):
        review.decide(item.key, "shrug", 0)
    assert not (run_folder / "labels").exists()


def test_annotators_are_blind_until_both_have_finished(run_folder):
    anna, ben = (ReviewSession(reviewed(run_folder, name)) for name in ("anna", "ben"))
    item = next(one for one in anna.items.values() if one.reason is Reason.UNFOUND)
    anna.decide(item.key, "reject", 0)
    assert ben.to_json()["decided"] == {}
    assert anna.agreement() == []
    [waiting] = anna.finish()
    assert "Nobody else" in waiting
    ben.decide(item.key, "accept", 0)
    [waiting] = anna.agreement()
    assert waiting.startswith("ben has not finished")
    assert "F1" not in waiting
    [said] = ben.finish()
    count = len(anna.items and [one for one in anna.items.values() if one.label])
    assert f"You and anna have {count - 1} events in common, of {count} and {count - 1}" in said
    assert "alpha" in said
    with pytest.raises(UserError, match="finished"):
        anna.decide(item.key, "accept", 0)
    folders = sorted((run_folder / "annotators").glob("*/*/*/*/Labels-v2.json"))
    assert len(folders) == 2


def test_only_a_named_annotator_finishes(run_folder):
    with pytest.raises(UserError, match="--annotator"):
        ReviewSession(reviewed(run_folder, "")).finish()


@pytest.mark.parametrize("name", ["../x", "a/b", ".hidden", "a" * 61, "a b"])
def test_a_name_that_is_no_folder_is_refused(run_folder, name):
    with pytest.raises(UserError, match="--annotator"):
        open_run(run_folder, name)


def test_decisions_about_what_is_gone_are_counted(run_folder):
    run = reviewed(run_folder, "anna")
    review = ReviewSession(run)
    review.decide(next(iter(review.items)), "accept", 0)
    file = run.hand_labels / "review.json"
    facts = json.loads(file.read_text())
    facts["decided"]["gone"] = next(iter(facts["decided"].values()))
    file.write_text(json.dumps(facts))
    assert "1 earlier decision about" in ReviewSession(run).to_json()["note"]
    file.write_text("{")
    with pytest.raises(UserError, match=r"review\.json cannot be read"):
        ReviewSession(run).to_json()


def test_labels_of_another_annotator_are_their_own(run_folder):
    anna, ben = open_run(run_folder, "anna"), open_run(run_folder, "ben")
    game = anna.games[0]
    save_labels(anna, game, 0, [])
    assert current_labels(anna, game).labels == ()
    assert current_labels(ben, game).version == 0
